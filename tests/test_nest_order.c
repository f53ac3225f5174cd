/*
 * test_nest_order - the order of loops: by hand, what is refused, and on random nests every access is kept.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "nest_by_hand.h"
#include "nest_trial.h"
#include "tap.h"

static void loops_are_put_in_order(void)
{
    Matmul m = matmul_by_hand(3);
    const char *const ikj[] = { "i", "k", "j" }, *const kj[] = { "k", "j" };

    check_line(nest_interchange(m.nest, ikj, 3, NULL), "i { k { j { A B C C' } } }");
    check_line(nest_interchange(m.nest, kj, 2, NULL), "i { k { j { A B C C' } } }");
    check_line(nest_swap(m.nest, "i", "k", NULL), "k { j { i { A B C C' } } }");
    check_line(nest_swap(m.nest, "k", "i", NULL), "k { j { i { A B C C' } } }");
    matmul_clear(&m);
}

static void orders_that_cannot_be_are_refused(void)
{
    Matmul m = matmul_by_hand(9);
    const char *const twice[] = { "i", "i" };
    const NestFactor i = { "i", 4 };
    GError *error = NULL;
    Nest *tiled = nest_tile(m.nest, &i, 1, NULL);
    Nest *registered = nest_register(m.nest, NULL, 0, NULL);
    Nest *vector = nest_swap(m.nest, "j", "k", NULL);
    NestNode *more = nest_statement(m.nest->pool, 1);

    vector = then(vector, nest_vectorize(vector, 32, NULL));
    check_refused(nest_swap(m.nest, "i", "l", &error), &error,
                  "interchange: the nest has no loop over 'l'; its loops: i, j, k");
    check_refused(nest_interchange(m.nest, twice, 2, &error), &error,
                  "interchange: 'i' is named twice");
    check_refused(nest_interchange(m.nest, twice, 1, &error), &error,
                  "interchange: name at least two loops");
    check_refused(nest_swap(tiled, "i_tile", "i", &error), &error,
                  "interchange: the bounds of loop 'i' depend on 'i_tile', which would stand "
                  "inside it");
    check_refused(nest_swap(registered, "j", "k", &error), &error,
                  "interchange: loop 'k' has accesses before or after it; :register comes last");
    check_refused(nest_swap(vector, "j", "k", &error), &error,
                  "interchange: loop 'j' is vectorized and stays innermost");
    nest_insert(m.nest->pool, &nest_find(m.nest, "i")->body, 0, more);
    check_refused(nest_swap(m.nest, "i", "k", &error), &error,
                  "interchange: not all of the loops are perfectly nested: the body of loop 'i' is "
                  "not one loop");
    nest_unref(tiled);
    nest_unref(registered);
    nest_unref(vector);
    matmul_clear(&m);
}

static void another_order_of_the_loops_keeps_every_access(void)
{
    Rng rng = { 12 };
    NestTally tally = { 0 };

    for (int trial = 0; trial < NEST_TRIALS; trial++) {
        const RandomNest kind = nesttrial_kind(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        Nest *tiled = nest_ref(drawn.nest);
        NestNames names = nesttrial_names(tiled);
        NestFactor factors[NEST_NAMES_MAX];
        const uint32_t n = nesttrial_factors(&rng, &names, factors, 5);
        GError *error = NULL;
        NestTally tiles = { 0 };

        if (n > 0)
            nesttrial_replace(&tiled, nest_tile(tiled, factors, n, &error), &tiles, &error);
        names = nesttrial_names(tiled);
        for (uint32_t i = names.n; i > 1; i--) { /* a random order */
            const uint32_t j = (uint32_t)draw_below(&rng, i);
            const char *name = names.names[j];

            names.names[j] = names.names[i - 1];
            names.names[i - 1] = name;
        }
        if (names.n >= 2 && draw_below(&rng, 2) == 0)
            nesttrial_replace(&tiled, nest_swap(tiled, names.names[0], names.names[1], &error),
                              &tally, &error);
        else if (names.n >= 2)
            nesttrial_replace(&tiled,
                              nest_interchange(tiled, names.names,
                                               2 + (uint32_t)draw_below(&rng, names.n - 1), &error),
                              &tally, &error);
        nesttrial_same(drawn.nest, tiled, trial);
        nest_unref(tiled);
        random_nest_clear(&drawn);
    }
    CU_ASSERT(tally.made > 200);
    CU_ASSERT(tally.refused > 200);
}

static CU_TestInfo tests[] = {
    TEST(loops_are_put_in_order),
    TEST(orders_that_cannot_be_are_refused),
    TEST(another_order_of_the_loops_keeps_every_access),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_nest_order = { .pName = "nest_order", .pTests = tests };
