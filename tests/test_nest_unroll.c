/*
 * test_nest_unroll - copies of loops: by hand, what is refused, and on random nests every access is kept.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "nest_by_hand.h"
#include "nest_trial.h"
#include "tap.h"

static void copies_are_jammed_into_the_loops_inside(void)
{
    Matmul m = matmul_by_hand(9);
    const NestFactor both[] = { { "j", 2 }, { "i", 4 } }, k = { "k", 4 };

    check_line(nest_unroll(m.nest, both, 2, NULL),
               "i_unroll:4 { j_unroll:2 { k { i [ j [ A B C C' ] ] } } }");
    check_line(nest_unroll(m.nest, &k, 1, NULL), "i { j { k_unroll:4 { k [ A B C C' ] } } }");
    matmul_clear(&m);
}

static void unrolling_keeps_every_access(void)
{
    const NestTally tally = nesttrial_keeps(13, nest_unroll, 5);

    CU_ASSERT(tally.made > 2 * tally.refused);
    CU_ASSERT(tally.refused > 10);
}

static CU_TestInfo tests[] = {
    TEST(copies_are_jammed_into_the_loops_inside),
    TEST(unrolling_keeps_every_access),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_nest_unroll = { .pName = "nest_unroll", .pTests = tests };
