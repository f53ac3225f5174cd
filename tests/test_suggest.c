/*
 * test_suggest - the nearest known word to a mistyped one.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <glib.h>

#include "base/suggest.h"
#include "tap.h"

static const char *const known[] = { "policy",  "latency", "bandwidth", "ways",
                                     "a100-40", "a100-80", NULL };

static void a_mistyped_word_finds_its_neighbour(void)
{
    CU_ASSERT_STRING_EQUAL(suggest_nearest("polcy", known), "policy");
    CU_ASSERT_STRING_EQUAL(suggest_nearest("pilocy", known), "policy");
    CU_ASSERT_STRING_EQUAL(suggest_nearest("lantecy", known), "latency");
    CU_ASSERT_STRING_EQUAL(suggest_nearest("band_width", known), "bandwidth");
    CU_ASSERT_STRING_EQUAL(suggest_nearest("WAYS", known), "ways");
    CU_ASSERT_STRING_EQUAL(suggest_nearest("a100-81", known), "a100-80");
}

static void swapped_letters_are_one_mistake(void)
{
    static const char *const words[] = { "abxx", "abdc", NULL };

    CU_ASSERT_STRING_EQUAL(suggest_nearest("abcd", words), "abdc");
}

static void of_two_as_near_the_one_with_the_same_letters_is_meant(void)
{
    static const char *const words[] = { "tRC", "tRFC", "tRCD", "tRP", NULL };

    CU_ASSERT_STRING_EQUAL(suggest_nearest("tRDC", words), "tRCD");
}

static void what_is_far_has_no_neighbour(void)
{
    static const char *const none[] = { NULL };

    CU_ASSERT_PTR_NULL(suggest_nearest("colour", known));
    CU_ASSERT_PTR_NULL(suggest_nearest("x", known));
    CU_ASSERT_PTR_NULL(suggest_nearest("", known));
    CU_ASSERT_PTR_NULL(suggest_nearest("policy", none));
}

static void a_word_of_any_length_is_fine(void)
{
    g_autofree char *word = g_strnfill(10000, 'w');

    CU_ASSERT_PTR_NULL(suggest_nearest(word, known));
}

static CU_TestInfo tests[] = {
    TEST(a_mistyped_word_finds_its_neighbour),
    TEST(swapped_letters_are_one_mistake),
    TEST(of_two_as_near_the_one_with_the_same_letters_is_meant),
    TEST(what_is_far_has_no_neighbour),
    TEST(a_word_of_any_length_is_fine),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_suggest = { .pName = "suggest", .pTests = tests };
