/*
 * test_nest_tile - tiles of loops: by hand, what is refused, and on random nests every access is kept.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "nest_by_hand.h"
#include "nest_trial.h"
#include "nest_walk.h"
#include "tap.h"
#include "workload/nest_count.h"
#include "workload/nest_range.h"

static void tile_loops_stand_outermost_in_the_order_of_the_loops(void)
{
    Matmul m = matmul_by_hand(9);
    const NestFactor ijk[] = { { "k", 4 }, { "i", 4 }, { "j", 4 } };

    check_line(nest_tile(m.nest, ijk, 3, NULL),
               "i_tile:4 { j_tile:4 { k_tile:4 { i { j { k { A B C C' } } } } } }");
    check_line(nest_tile(m.nest, ijk, 1, NULL), "k_tile:4 { i { j { k { A B C C' } } } }");
    matmul_clear(&m);
}

static void a_second_level_lies_within_the_first(void)
{
    Matmul m = matmul_by_hand(9);
    const NestFactor outer[] = { { "i", 6 }, { "j", 6 } }, inner[] = { { "i", 2 }, { "k", 3 } };
    Nest *tiled = nest_tile(m.nest, outer, 2, NULL);

    tiled = then(tiled, nest_tile(tiled, inner, 2, NULL));
    check_line(tiled,
               "i_tile:6 { j_tile:6 { i_tile2:2 { k_tile:3 { i { j { k { A B C C' } } } } } } }");
    matmul_clear(&m);
}

static void count_iterations(const NestLoop *loop, void *data)
{
    if (strcmp(loop->index, "i") == 0)
        ++*(int *)data;
}

static void the_last_tile_is_partial(void)
{
    Matmul m = matmul_by_hand(9);
    const NestFactor tile = { "i", 4 };
    Nest *tiled = nest_tile(m.nest, &tile, 1, NULL);
    int entered = 0, iterations = 0;
    const NestWalk entries = { .enter = count_iterations, .data = &entered };
    const NestWalk walk = { .iterate = count_iterations, .data = &iterations };

    nest_walk(tiled, &entries);
    nest_walk(tiled, &walk);
    CU_ASSERT_EQUAL(entered, 3);
    CU_ASSERT_EQUAL(iterations, 9);
    nest_unref(tiled);
    matmul_clear(&m);
}

/* Each time the loop gets one more upper bound; each of them leads to those of the tile loops around it. */
static void a_loop_tiled_twenty_times_keeps_its_range_and_its_iterations(void)
{
    Matmul m = matmul_by_hand(1000);
    Nest *tiled = nest_ref(m.nest);
    NestPath path = { .n_loops = 0 };

    for (uint64_t tile = 500; tile > 480; tile--) {
        const NestFactor factor = { "i", (int64_t)tile };

        tiled = then(tiled, nest_tile(tiled, &factor, 1, NULL));
    }
    for (const NestNode *node = tiled->body.nodes[0]; node->kind == NEST_LOOP;
         node = node->loop.body.nodes[0])
        path.loops[path.n_loops++] = &node->loop;
    const NestExpr i = expr_index(tiled->pool, "i");
    const NestExpr inside = expr_subtract(tiled->pool, i, expr_index(tiled->pool, "i_tile20"));
    const NestRange all = nest_range(&path, &i), in_tile = nest_range(&path, &inside);

    CU_ASSERT_EQUAL(path.n_loops, 23);
    CU_ASSERT_EQUAL(all.least, 0);
    CU_ASSERT_EQUAL(all.most, 999);
    CU_ASSERT_EQUAL(in_tile.least, 0);
    CU_ASSERT_EQUAL(in_tile.most, 480);
    CU_ASSERT_DOUBLE_EQUAL(nest_count(tiled).flops, nest_count(m.nest).flops, 0);
    nest_unref(tiled);
    matmul_clear(&m);
}

/* for i < 8, for j <= i: A[i][j] */
static Nest *triangle(NestArray *array)
{
    Nest *nest = nest_new();
    NestNode *loops[] = { loop_to(nest, "i", 8), nest_loop(nest->pool, "j", expr_constant(0),
                                                           at_index_plus(nest, "i", 1), 1) };
    NestNode *statement = nest_statement(nest->pool, 1);

    access_2d(nest, statement, array, "i", "j", false);
    put_inside(nest, loops, 2, statement);
    return nest;
}

static void tiles_of_a_triangle_run_over_its_hull(void)
{
    NestArray *array = nest_array_new("A", ELEMENT_F32, (const uint64_t[]){ 8, 8 }, 2);
    Nest *nest = triangle(array);
    const NestFactor tiles[] = { { "i", 4 }, { "j", 4 } };
    Nest *tiled = nest_tile(nest, tiles, 2, NULL);
    const NestLoop *j_tile = nest_find(tiled, "j_tile");
    int entered = 0;
    const NestWalk entries = { .enter = count_iterations, .data = &entered };

    /* j_tile < i_tile + 4 and < 8, not i + 1: tiles above the diagonal are never entered */
    CU_ASSERT_EQUAL(j_tile->n_below, 2);
    nest_walk(tiled, &entries);
    CU_ASSERT_EQUAL(entered, 3);
    Touches before = touches_of(nest), after = touches_of(tiled);
    CU_ASSERT(touches_equal(&before, &after));
    CU_ASSERT_EQUAL(after.touches->len, 36);
    touches_clear(&before);
    touches_clear(&after);
    nest_unref(nest);
    nest_array_unref(array);
    check_line(tiled, "i_tile:4 { j_tile:4 { i { j { A } } } }");
}

static void a_tile_loop_takes_what_stands_around_its_loop(void)
{
    Matmul m = matmul_by_hand(9);
    const NestFactor k = { "k", 4 };
    Nest *nest = nest_register(m.nest, &m.C, 1, NULL);

    nest = then(nest, nest_parallel(nest, "k", DEAL_CYCLIC, NULL));
    nest = then(nest, nest_tile(nest, &k, 1, NULL));
    CU_ASSERT_EQUAL(nest_find(nest, "k_tile")->deal, DEAL_CYCLIC);
    CU_ASSERT_EQUAL(nest_find(nest, "k")->deal, DEAL_NONE);
    check_line(nest, "i { j { k_tile:4 { C | k { A B } | C' } } }");
    matmul_clear(&m);
}

static void tiles_that_cannot_be_are_refused(void)
{
    Matmul m = matmul_by_hand(9);
    GError *error = NULL;
    const NestFactor zero = { "i", 0 }, unknown = { "kk", 4 }, huge = { "i", INT64_MAX };
    const NestFactor i = { "i", 2 };
    Nest *unrolled = nest_unroll(m.nest, &i, 1, NULL);

    check_refused(nest_tile(m.nest, &zero, 1, &error), &error, "tile: i = 0; at least 1 iteration");
    check_refused(nest_tile(m.nest, &unknown, 1, &error), &error,
                  "tile: the nest has no loop over 'kk'; did you mean 'k'; its loops: i, j, k");
    check_refused(nest_tile(m.nest, &huge, 1, &error), &error,
                  "tile: i = 9223372036854775807 is too much");
    check_refused(nest_tile(m.nest, NULL, 0, &error), &error,
                  "tile: name at least one loop, such as { i = 4 }");
    check_refused(nest_tile(unrolled, &i, 1, &error), &error,
                  "tile: 'i' is unrolled; :tile comes before :unroll");
    nest_unref(unrolled);
    matmul_clear(&m);
}

/* for i < 4, for p = rows[i] .. rows[i + 1] step: x[p] */
static Nest *ragged(NestArray *rows, NestArray *x, int64_t step)
{
    Nest *nest = nest_new();
    NestNode *loops[] = { loop_to(nest, "i", 4),
                          nest_loop(
                              nest->pool, "p", expr_lookup(nest->pool, rows, at_index(nest, "i")),
                              expr_lookup(nest->pool, rows, at_index_plus(nest, "i", 1)), step) };
    NestNode *statement = nest_statement(nest->pool, 1);

    nest_access(nest->pool, &statement->statement, x, (const NestExpr[]){ at_index(nest, "p") },
                false);
    put_inside(nest, loops, 2, statement);
    return nest;
}

static void bounds_from_a_table_keep_their_place(void)
{
    static const int64_t values[] = { 0, 3, 3, 5, 9 };
    NestArray *rows = nest_array_new("rows", ELEMENT_I32, (const uint64_t[]){ 5 }, 1);
    NestArray *x = nest_array_new("x", ELEMENT_F32, (const uint64_t[]){ 9 }, 1);
    rows->values = g_memdup2(values, sizeof values);
    Nest *nest = ragged(rows, x, 1);
    const NestFactor p = { "p", 2 }, i = { "i", 2 };
    const NestStage stage = { x, "i", STAGE_MEMORY };
    GError *error = NULL;

    check_refused(nest_tile(nest, &p, 1, &error), &error,
                  "tile: the bounds of loop 'p' look up a table by 'i', which its tile loop would "
                  "stand outside of");
    check_refused(nest_swap(nest, "i", "p", &error), &error,
                  "interchange: the bounds of loop 'p' depend on 'i', which would stand inside it");
    check_refused(nest_unroll(nest, &i, 1, &error), &error,
                  "unroll: the bounds of loop 'p' depend on 'i', whose copies would stand inside "
                  "it");
    check_refused(nest_stage(nest, &stage, &error), &error,
                  "stage: how much of 'x' the loops inside touch depends on a table");
    check_line(nest_tile(nest, &i, 1, NULL), "i_tile:2 { i { p { x } } }");
    check_line(nest_unroll(nest, &p, 1, NULL), "i { p_unroll:2 { p [ x ] } }");
    nest_unref(nest);
    nest_array_unref(rows);
    nest_array_unref(x);
}

static void tiles_start_on_steps(void)
{
    NestArray *array = nest_array_new("A", ELEMENT_F32, (const uint64_t[]){ 20, 20 }, 2);
    Nest *nest = nest_new();
    NestNode *loops[] = { loop_to(nest, "i", 8),
                          nest_loop(nest->pool, "j", at_index(nest, "i"), expr_constant(20), 3) };
    NestNode *statement = nest_statement(nest->pool, 1);
    const NestFactor i = { "i", 4 }, j = { "j", 4 };
    GError *error = NULL;

    access_2d(nest, statement, array, "i", "j", false);
    put_inside(nest, loops, 2, statement);
    check_refused(nest_tile(nest, &j, 1, &error), &error,
                  "tile: loop 'j' has a step of 3 and starts where an outer loop says: its tiles "
                  "would not start on its steps");
    check_line(nest_tile(nest, &i, 1, NULL), "i_tile:4 { i { j:3 { A } } }");
    nest_unref(nest);
    nest_array_unref(array);
}

static void tiling_keeps_every_access(void)
{
    Rng rng = { 11 };
    NestTally tally = { 0 };

    for (int trial = 0; trial < NEST_TRIALS; trial++) {
        const RandomNest kind = nesttrial_kind(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        Nest *tiled = nest_ref(drawn.nest);
        const uint64_t levels = 1 + draw_below(&rng, 3);
        GError *error = NULL;

        for (uint64_t level = 0; level < levels; level++) {
            const NestNames names = nesttrial_names(tiled);
            NestFactor factors[NEST_NAMES_MAX];
            const uint32_t n = nesttrial_factors(&rng, &names, factors, 9);

            if (n > 0 && names.n < 14)
                nesttrial_replace(&tiled, nest_tile(tiled, factors, n, &error), &tally, &error);
        }
        nesttrial_same(drawn.nest, tiled, trial);
        nest_unref(tiled);
        random_nest_clear(&drawn);
    }
    CU_ASSERT(tally.made > 5 * tally.refused);
    CU_ASSERT(tally.refused > 10);
}

static CU_TestInfo tests[] = {
    TEST(tile_loops_stand_outermost_in_the_order_of_the_loops),
    TEST(a_second_level_lies_within_the_first),
    TEST(the_last_tile_is_partial),
    TEST(a_loop_tiled_twenty_times_keeps_its_range_and_its_iterations),
    TEST(tiles_of_a_triangle_run_over_its_hull),
    TEST(a_tile_loop_takes_what_stands_around_its_loop),
    TEST(tiles_that_cannot_be_are_refused),
    TEST(bounds_from_a_table_keep_their_place),
    TEST(tiles_start_on_steps),
    TEST(tiling_keeps_every_access),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_nest_tile = { .pName = "nest_tile", .pTests = tests };
