/*
 * test_row - rows, their form in bytes, the union of their columns.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "system/row.h"
#include "tap.h"

static Row *row_of_all_kinds(void)
{
    Row *row = row_new();

    row_add_real(row, "time_s", "s", 0.1);
    row_add_real(row, "none", "1", NAN);
    row_add_real(row, "much", "B/s", INFINITY);
    row_add_count(row, "count", "1", UINT64_MAX);
    row_add_text(row, "status", "failed: \xff, \"no\"\n");
    row_add_text(row, "empty", "");
    row_add_bool(row, "yes", true);
    row_add_bool(row, "no", false);
    row_on_demand(row);
    row_add_count(row, "x_mem_reads", "1", 3);
    row_of_array(row, row->values->len - 1, "x");
    return row;
}

static bool same(const Value *a, const Value *b)
{
    if (a->name != b->name || a->unit != b->unit || a->kind != b->kind ||
        a->on_demand != b->on_demand || a->array != b->array)
        return false;
    switch (a->kind) {
    case VALUE_REAL:
        return memcmp(&a->real, &b->real, sizeof a->real) == 0;
    case VALUE_COUNT:
        return a->count == b->count;
    case VALUE_TEXT:
        return strcmp(a->text, b->text) == 0;
    default:
        return a->truth == b->truth;
    }
}

static void a_row_comes_back_from_its_bytes_bit_for_bit(void)
{
    Row *row = row_of_all_kinds(), *back;
    GBytes *bytes = row_encode(row);

    back = row_decode(bytes);
    CU_ASSERT_PTR_NOT_NULL_FATAL(back);
    CU_ASSERT_EQUAL_FATAL(back->values->len, row->values->len);
    for (guint i = 0; i < row->values->len; i++)
        CU_ASSERT(
            same(&g_array_index(row->values, Value, i), &g_array_index(back->values, Value, i)));
    g_bytes_unref(bytes);
    row_free(row);
    row_free(back);
}

static void an_empty_row_comes_back(void)
{
    Row *row = row_new(), *back;
    GBytes *bytes = row_encode(row);

    back = row_decode(bytes);
    CU_ASSERT_PTR_NOT_NULL_FATAL(back);
    CU_ASSERT_EQUAL(back->values->len, 0);
    g_bytes_unref(bytes);
    row_free(row);
    row_free(back);
}

/* No row, or one like any other: its bytes give it again. */
static bool is_whole(Row *row)
{
    if (row == NULL)
        return false;
    GBytes *bytes = row_encode(row);
    Row *back = row_decode(bytes);

    CU_ASSERT(back && back->values->len == row->values->len);
    g_bytes_unref(bytes);
    row_free(back);
    row_free(row);
    return true;
}

/* The sanitizers watch, too. */
static void damaged_bytes_are_refused_or_give_a_whole_row(void)
{
    Row *row = row_of_all_kinds();
    GBytes *bytes = row_encode(row);
    gsize length, kept = 0;
    const guint8 *data = g_bytes_get_data(bytes, &length);

    for (gsize i = 0; i < length; i++) {
        GBytes *cut = g_bytes_new(data, i);
        guint8 *changed = g_memdup2(data, length);
        GBytes *wrong;

        changed[i] ^= 0x55;
        wrong = g_bytes_new_take(changed, length);
        CU_ASSERT_FALSE(is_whole(row_decode(cut)));
        kept += is_whole(row_decode(wrong));
        g_bytes_unref(cut);
        g_bytes_unref(wrong);
    }
    CU_ASSERT(kept > 0 && kept < length); /* a letter of a text may change, a length may not */
    g_bytes_unref(bytes);
    row_free(row);
}

static void a_value_is_found_by_its_name(void)
{
    Row *row = row_of_all_kinds();
    g_autofree char *copy = g_strdup("count");
    const Value *value = row_find(row, copy);

    CU_ASSERT_PTR_NOT_NULL_FATAL(value);
    CU_ASSERT_EQUAL(value->count, UINT64_MAX);
    CU_ASSERT_PTR_NULL(row_find(row, "a name that nobody has ever said"));
    CU_ASSERT_PTR_NULL(row_find(row, "B/s"));
    CU_ASSERT_TRUE(row_find(row, "no")->on_demand);
    CU_ASSERT_FALSE(row_find(row, "yes")->on_demand);
    row_free(row);
}

static Row *columns(const char *names)
{
    Row *row = row_new();

    for (const char *at = names; *at; at++) {
        const char name[2] = { *at, '\0' };

        row_add_real(row, name, "1", 0.0);
    }
    return row;
}

static void merged(const char *first, const char *second, const char *wanted)
{
    Row *into = columns(first), *other = columns(second);

    row_merge_columns(into, other);
    CU_ASSERT_EQUAL_FATAL(into->values->len, strlen(wanted));
    for (guint i = 0; i < into->values->len; i++)
        CU_ASSERT_EQUAL(g_array_index(into->values, Value, i).name[0], wanted[i]);
    row_free(into);
    row_free(other);
}

static void the_union_of_columns_keeps_both_orders(void)
{
    merged("", "abc", "abc");
    merged("abc", "abc", "abc");
    merged("asxm", "sxm", "asxm");
    merged("sxm", "asxym", "asxym");
    merged("absm", "csxym", "abcsxym");
    merged("abc", "abcd", "abcd");
    merged("abc", "xyz", "abcxyz");
}

static CU_TestInfo tests[] = {
    TEST(a_row_comes_back_from_its_bytes_bit_for_bit),   TEST(an_empty_row_comes_back),
    TEST(damaged_bytes_are_refused_or_give_a_whole_row), TEST(a_value_is_found_by_its_name),
    TEST(the_union_of_columns_keeps_both_orders),        CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_row = { .pName = "row", .pTests = tests };
