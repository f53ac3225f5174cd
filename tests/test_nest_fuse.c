/*
 * test_nest_fuse - nests that become one: by hand, what is refused, and on random nests every access of both is kept.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "nest_by_hand.h"
#include "nest_trial.h"
#include "nest_walk.h"
#include "tap.h"

/* for i < rows, for j < columns: y = f(x) */
static Nest *map(NestArray *x, NestArray *y, int64_t rows, int64_t columns)
{
    Nest *nest = nest_new();
    NestNode *loops[] = { loop_to(nest, "i", rows), loop_to(nest, "j", columns) };
    NestNode *statement = nest_statement(nest->pool, 1);

    access_2d(nest, statement, x, "i", "j", false);
    access_2d(nest, statement, y, "i", "j", true);
    put_inside(nest, loops, 2, statement);
    return nest;
}

static void loops_that_are_the_same_are_shared(void)
{
    Matmul m = matmul_by_hand(4);
    Nest *relu = map(m.A, m.B, 4, 4), *dropout = map(m.B, m.C, 4, 4), *half = map(m.B, m.C, 4, 2);
    Nest *rows = map(m.B, m.C, 3, 4);
    GError *error = NULL;

    check_line(nest_fuse(relu, dropout, NULL), "i { j { A B' B C' } }");
    check_line(nest_fuse(relu, half, NULL), "i { j { A B' } j { B C' } }");
    check_line(nest_fuse(m.nest, relu, NULL), "i { j { k { A B C C' } A B' } }");
    check_refused(nest_fuse(relu, rows, &error), &error,
                  "fuse: the loops over 'i' differ in their bounds, their step or their vectors");
    Nest *swapped = nest_swap(m.nest, "i", "k", NULL);
    check_refused(nest_fuse(swapped, relu, &error), &error,
                  "fuse: the nests have nothing in common: the one ends with a loop over 'k', the "
                  "other begins with a loop over 'i'");
    nest_unref(swapped);
    nest_unref(relu);
    nest_unref(dropout);
    nest_unref(half);
    nest_unref(rows);
    matmul_clear(&m);
}

/* Two nests with some loops in common: what they touch is the sum. */
static void fusion_keeps_every_access_of_both(void)
{
    Rng rng = { 15 };
    NestTally tally = { 0 };

    for (int trial = 0; trial < NEST_TRIALS; trial++) {
        const RandomNest kind = nesttrial_kind(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        Nest *other = nest_copy(drawn.nest);
        GError *error = NULL;
        const NestNames names = nesttrial_names(other);
        const NestFactor tile = { names.n ? names.names[draw_below(&rng, names.n)] : "", 3 };
        NestTally tiles = { 0 };

        if (names.n > 1 && draw_below(&rng, 2) == 0)
            nesttrial_replace(&other, nest_tile(other, &tile, 1, &error), &tiles, &error);
        Nest *fused = nest_fuse(drawn.nest, other, &error);

        if (nesttrial_made(&tally, fused, &error)) {
            Touches a = touches_of(drawn.nest), b = touches_of(other), both = touches_of(fused);

            g_array_append_vals(a.touches, b.touches->data, b.touches->len);
            a.flops += b.flops;
            touches_sort(&a);
            CU_ASSERT(touches_equal(&a, &both));
            touches_clear(&a);
            touches_clear(&b);
            touches_clear(&both);
        }
        nest_unref(fused);
        nest_unref(other);
        random_nest_clear(&drawn);
    }
    CU_ASSERT(tally.made > 300);
    CU_ASSERT(tally.refused > 100);
}

static CU_TestInfo tests[] = {
    TEST(loops_that_are_the_same_are_shared),
    TEST(fusion_keeps_every_access_of_both),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_nest_fuse = { .pName = "nest_fuse", .pTests = tests };
