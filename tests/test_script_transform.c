/*
 * test_script_transform - transformations of loop nests in scripts: what they count, what they run like, and the message of
 * every mistake.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>

#include "analytic/gemm_bounds.h"
#include "base/error.h"
#include "config/config.h"
#include "script_rig.h"
#include "tap.h"

#define MATMUL                                                                         \
    "local i, j, k = memsim.index('i', 'j', 'k')\n"                                    \
    "local n = memsim.args.n or 24\n"                                                  \
    "local A, B = memsim.array('A', 'f64', n, n), memsim.array('B', 'f64', n, n)\n"    \
    "local C, x = memsim.array('C', 'f64', n, n), memsim.array('x', 'f32', n)\n"       \
    "local w = memsim.nest { loops = { { i, n }, { j, n }, { k, n } }, body = {\n"     \
    "memsim.read(A[i][k]), memsim.read(B[k][j]), memsim.update(C[i][j]), flops = 2 } " \
    "}\n"

/* Runs the script, whose assertions are Lua's and which ends with error('done'). */
static void check_script(const char *script)
{
    GError *error = NULL;
    Study *study = config_run_text(script, "s.lua", NULL, &error);

    CU_ASSERT_PTR_NULL(study);
    CU_ASSERT_PTR_NOT_NULL_FATAL(error);
    if (!g_str_has_suffix(error->message, ": done"))
        fprintf(stderr, "# %s\n", error->message);
    CU_ASSERT(g_str_has_suffix(error->message, ": done"));
    g_clear_error(&error);
}

/* Row 0 of the triangle is empty, and there is no x[-1]. */
static void a_register_of_a_loop_that_never_runs_leaves_no_array(void)
{
    check_script(MATMUL "local t = memsim.nest { loops = { { i, n }, { j, i } }, body = { "
                        "memsim.update(x[i - 1]) } }\n"
                        "assert(t.accesses == n * (n - 1))\n"
                        "assert(t:register().accesses == 2 * (n - 1))\n"
                        "error('done')");
}

static void every_transformation_has_its_effect_on_the_stream(void)
{
    check_script(
        MATMUL "local n2, n3 = n * n, n * n * n\n"
               "assert(w.accesses == 4 * n3 and w.flops == 2 * n3)\n"
               "local t = w:tile { i = 7, [j] = 5, k = 30 }\n"
               "assert(t.accesses == 4 * n3 and t.flops == 2 * n3)\n"
               "assert(w:interchange('j', 'k').accesses == 4 * n3)\n"
               "assert(w:interchange { i, k, j }.accesses == 4 * n3)\n"
               "assert(w:parallel('i', 'cyclic').accesses == 4 * n3)\n"
               "assert(w:register().accesses == 2 * n3 + 2 * n2)\n"
               "assert(w:register(A).accesses == 4 * n3)\n"
               "assert(w:interchange('j', 'k'):register().accesses == 3 * n3 + n2)\n"
               "assert(w:interchange('j', 'k'):register():vectorize(32).accesses == 3 * n3 / 4 + "
               "n2)\n"
               "assert(w:unroll { i = 4, j = 2 }:register().accesses == n3 / 2 + n3 / 4 + 2 * n2)\n"
               "local s = w:tile { i = 8, j = 8, k = 8 }:stage { array = B, at = 'k_tile', to = "
               "'scratch' }\n"
               "assert(s.accesses == 3 * n3 + n3 / 8 and s.scratch_accesses == n3 + n3 / 8)\n"
               "s = s:stage { array = 'B_buffer', at = k, to = 'scratch' }\n"
               "assert(s.accesses == 3 * n3 + n3 / 8)\n"
               "s = w:tile { i = 8, j = 8, k = 8 }:stage { array = B, at = 'k_tile' }\n"
               "assert(s.accesses == 4 * n3 + 2 * n3 / 8 and s.scratch_accesses == 0)\n"
               "local g = w:register(C):threads { i = 4, j = 8 }:unroll { k = 4 }\n"
               "assert(g.accesses == 2 * n3 + 2 * n2 and g.flops == 2 * n3)\n"
               "local r = memsim.nest { loops = { { i, n }, { j, n } }, body = { "
               "memsim.update(C[i][j]), flops = 1 } }\n"
               "assert(w:fuse(r).accesses == 4 * n3 + 2 * n2 and w:fuse(r).flops == 2 * n3 + n2)\n"
               "for _, nest in ipairs { w, t, w:fuse(r), w:register() } do\n"
               "assert(nest.compulsory_bytes == 4 * n2 * 8) end\n"
               "error('done')");
}

static void the_closed_form_of_a_nest_is_that_of_its_bytes(void)
{
    check_script(MATMUL
                 "local m = memsim.machine 'toy'\n"
                 "local a = memsim.analytic { machine = m, workload = w:tile { k = 5 } }\n"
                 "assert(a.compulsory_bytes == 4 * n * n * 8 and a.flops == 2 * n ^ 3)\n"
                 "assert(a.intensity_flop_per_byte == n / 16)\n"
                 "assert(a.roofline_memory_time_s == a.compulsory_bytes / a.bandwidth_B_per_s)\n"
                 "assert(a.accesses == 4 * n ^ 3 and a.requested_bytes == 8 * a.accesses)\n"
                 /* what the first part has brought is there */
                 "local r = memsim.nest { loops = { { i, n } }, body = { memsim.read(C[i][i]), "
                 "memsim.write(x[i]) } }\n"
                 "a = memsim.analytic { machine = m, workload = memsim.sequence { w, r, w } }\n"
                 "assert(a.compulsory_bytes == 4 * n * n * 8 + 4 * n)\n"
                 "a = memsim.analytic { machine = m, workload = memsim.sequence { w, r, w, flush = "
                 "true } }\n"
                 "assert(a.compulsory_bytes == 2 * 4 * n * n * 8 + 8 * n + 4 * n)\n"
                 "error('done')");
}

/* ---- tiles in a cache of words, against the formulas ---- */

/* Words that cross the boundary of a fully associative LRU cache of so many: loads, and both. */
typedef struct {
    double loads, all;
} Words;

static Words words_of(int n, int tile, int words)
{
    g_autofree char *script = g_strdup_printf(
        MATMUL
        "return memsim.sweep { point = function() return { workload = w:tile { i = %d, j = %d, k = "
        "%d },\nmachine = memsim.machine { timing = false, compute = { peak = 1e9 }, memory = { "
        "bandwidth = 1e9 },\ncaches = { { name = 'L1', size = %d, line = 8, ways = 'full' } } } } "
        "end }",
        tile, tile, tile, 8 * words);
    g_autofree char *set = g_strdup_printf("n=%d", n);
    Row *row = study_row(script_study_with(script, set));
    const Words result = { row_number(row, "l1_misses"),
                           row_number(row, "l1_misses") + row_number(row, "l1_writebacks") };

    row_free(row);
    return result;
}

/* An ideal cache takes three tiles; LRU keeps the tile of A or B before, and a row, too. */
static void tiles_that_fit_move_what_the_formula_says(void)
{
    static const int tiles[] = { 4, 6, 8, 12 };
    const double n = 24;

    for (size_t i = 0; i < G_N_ELEMENTS(tiles); i++) {
        const int tile = tiles[i];
        const Words words = words_of((int)n, tile, 4 * tile * tile + tile);

        /* 2 n^3 / t of A and B; C once */
        CU_ASSERT_EQUAL(words.loads, 2 * n * n * n / tile + n * n);
    }
}

static void no_tile_beats_the_lower_bounds(void)
{
    for (int tile = 1; tile <= 24; tile += tile < 4 ? 1 : 5)
        for (int words = 32; words <= 512; words *= 2) {
            const GemmShape shape = { 24, 24, 24, words, 0 };
            const GemmBounds bounds = gemm_bounds(&shape);
            const Words moved = words_of(24, tile, words);

            CU_ASSERT(moved.all >= bounds.smith);
            CU_ASSERT(moved.all >= bounds.irony);
            CU_ASSERT(moved.all >= bounds.hong_kung);
        }
}

/* ---- mistakes ---- */

static void mistakes_in_transformations_are_named(void)
{
    static const struct {
        const char *script, *message;
    } cases[] = {
        { "w:tile { i = 0 }", "tile: i = 0; at least 1 iteration" },
        { "w:tile { ii = 4 }",
          "tile: the nest has no loop over 'ii'; did you mean 'i'; its loops: i, j, k" },
        { "w:tile { i = 4.5 }", "tile.i: expected a whole number of iterations, not 4.5" },
        { "w:tile { i = '4' }", "tile.i: expected a whole number of iterations, not a string" },
        { "w:tile { 4, 4 }",
          "tile: expected loops and numbers of iterations, such as { i = 32, j = 32 }" },
        { "w:tile { i = 4, [i] = 8 }", "tile.i: stands twice" },
        { "w:tile {}", "tile: name at least one loop, such as { i = 4 }" },
        { "w:tile()",
          "tile: expected loops and numbers of iterations, such as { i = 32, j = 32 }" },
        { "w.tile { i = 4 }", "tile: call it with a colon, nest:tile" },
        { "w:tile { i = 4 }:interchange('i', 'i_tile')",
          "interchange: the bounds of loop 'i' depend on 'i_tile', which would stand inside it" },
        { "w:interchange('i')",
          "interchange: expected two loops, such as (\"i\", \"j\"), or their order, such as { "
          "\"i\", \"k\", \"j\" }" },
        { "w:interchange { i, 3 }",
          "interchange: expected loops, such as { \"i\", \"k\", \"j\" }" },
        { "w:interchange { i, l = 3 }",
          "interchange: expected a list: keys 1, 2, 3, ... without holes" },
        { "w:unroll { i = -1 }", "unroll: i = -1; at least 1 iteration" },
        { "w:vectorize(32):unroll { i = 4 }",
          "unroll: loop 'k' is vectorized, and nothing can stand inside it: unroll 'i' first" },
        { "w:threads { i = 64, j = 32 }",
          "threads: these are more than the 1024 that a block has at most" },
        { "w:threads(32)",
          "threads: expected loops and numbers of iterations, such as { i = 32, j = 32 }" },
        { "w:vectorize()", "vectorize: expected bytes, such as \"40 MiB\", not nil" },
        { "w:vectorize('1 ns')",
          "vectorize: \"1 ns\" is a time; expected bytes, such as \"40 MiB\"" },
        { "w:vectorize(12)",
          "vectorize: 12 bytes are no number from 1 to 256 of elements of 64 bits, as loop 'k' has "
          "them" },
        { "w:parallel()", "parallel: expected a loop, such as (\"i\") or (\"i\", \"cyclic\")" },
        { "w:parallel('i', 'cyclc')",
          "parallel: unknown word 'cyclc'; did you mean 'cyclic'; known: machine, block, cyclic" },
        { "w:register(x)", "register: the nest does not touch array 'x'" },
        { "w:register('D')", "register: expected arrays of the nest, or nothing for all of them" },
        { "w:stage { array = A }",
          "stage.at: missing; it is required (in the body of which loop, e.g. \"k_tile\")" },
        { "w:stage { array = A, at = 3 }", "stage.at: expected a loop, such as \"k_tile\"" },
        { "w:stage { array = 'D', at = 'i' }",
          "stage.array: expected an array of the nest, or its name" },
        { "w:stage { array = x, at = 'i' }", "stage: nothing inside loop 'i' touches array 'x'" },
        { "w:stage { array = A, at = 'i', to = 'scrach' }",
          "stage.to: unknown word 'scrach'; did you mean 'scratch'; known: memory, scratch, "
          "registers" },
        { "w:stage(A)", "stage: expected { array = A, at = \"k_tile\" }, not a userdata" },
        { "w:fuse(A)", "fuse: expected another nest" },
        { "w:fuse(w:interchange('i', 'k'))",
          "fuse: the nests have nothing in common: the one ends with a loop over 'i', the other "
          "begins with a loop over 'k'" },
        { "w:tille { i = 4 }", "a nest has no 'tille'; did you mean 'tile'?" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *script = g_strconcat(MATMUL, "local t = ", cases[i].script, NULL);
        g_autofree char *message = g_strconcat("s.lua:7: ", cases[i].message, NULL);

        is_refused(script, message);
    }
}

static CU_TestInfo tests[] = {
    TEST(a_register_of_a_loop_that_never_runs_leaves_no_array),
    TEST(every_transformation_has_its_effect_on_the_stream),
    TEST(the_closed_form_of_a_nest_is_that_of_its_bytes),
    TEST(tiles_that_fit_move_what_the_formula_says),
    TEST(no_tile_beats_the_lower_bounds),
    TEST(mistakes_in_transformations_are_named),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_script_transform = { .pName = "script_transform", .pTests = tests };
