/*
 * test_nest_parallel - loops whose iterations are dealt to cores.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "nest_by_hand.h"
#include "nest_trial.h"
#include "tap.h"

static void dealing_keeps_every_access_and_marks_one_index(void)
{
    Rng rng = { 14 };

    for (int trial = 0; trial < 200; trial++) {
        const RandomNest kind = nesttrial_kind(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        const NestNames names = nesttrial_names(drawn.nest);
        const char *first = names.n ? names.names[0] : "none";
        const char *last = names.n ? names.names[names.n - 1] : "none";
        GError *error = NULL;
        NestTally tally = { 0 };
        Nest *dealt = nest_parallel(drawn.nest, first, DEAL_BLOCK, &error);

        if (nesttrial_made(&tally, dealt, &error) &&
            nesttrial_replace(&dealt, nest_parallel(dealt, last, DEAL_CYCLIC, &error), &tally,
                              &error)) {
            CU_ASSERT_EQUAL(nest_find(dealt, last)->deal, DEAL_CYCLIC);
            CU_ASSERT(strcmp(first, last) == 0 || nest_find(dealt, first)->deal == DEAL_NONE);
            nesttrial_same(drawn.nest, dealt, trial);
        }
        CU_ASSERT_EQUAL(tally.refused > 0, names.n == 0);
        nest_unref(dealt);
        random_nest_clear(&drawn);
    }
}

static void a_loop_that_is_not_there_is_refused(void)
{
    Matmul m = matmul_by_hand(9);
    GError *error = NULL;

    check_refused(nest_parallel(m.nest, "I", DEAL_BLOCK, &error), &error,
                  "parallel: the nest has no loop over 'I'; did you mean 'i'; its loops: i, j, k");
    matmul_clear(&m);
}

static CU_TestInfo tests[] = {
    TEST(dealing_keeps_every_access_and_marks_one_index),
    TEST(a_loop_that_is_not_there_is_refused),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_nest_parallel = { .pName = "nest_parallel", .pTests = tests };
