/*
 * test_kernel_grids - the accesses of stencils, sparse and gathering kernels, attention and fused chains are those of
 * plain loops, written out here in C.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <stdlib.h>

#include "kernel_rig.h"
#include "rig.h"

/* One point of a grid of 8 x 9. */
static void update_2d(Loops *l, const char *from, const char *to, int64_t i, int64_t j, int64_t r,
                      bool box)
{
    const Place a = place(l, from, 8), b = place(l, to, 8);

    for (int64_t di = -r; di <= r; di++)
        for (int64_t dj = -r; dj <= r; dj++)
            if (box || di == 0 || dj == 0)
                reads(l, a, (i + di) * 9 + j + dj);
    writes(l, b, i * 9 + j);
}

static void star_2d_loops(Loops *l)
{
    for (int64_t i = 2; i < 6; i++)
        for (int64_t j = 2; j < 7; j++)
            update_2d(l, "a", "b", i, j, 2, false);
}

/* Two sweeps over strips of 3 columns. */
static void box_2d_loops(Loops *l)
{
    for (int sweep = 0; sweep < 2; sweep++)
        for (int64_t jj = 1; jj < 8; jj += 3)
            for (int64_t i = 1; i < 7; i++)
                for (int64_t j = jj; j < MIN(jj + 3, 8); j++)
                    update_2d(l, sweep ? "b" : "a", sweep ? "a" : "b", i, j, 1, true);
}

/* One point of a grid of 7 planes of 6 x 6. */
static void update_3d(Loops *l, bool odd, int64_t k, int64_t i, int64_t j, bool box,
                      int64_t coefficients)
{
    const Place a = place(l, odd ? "b" : "a", 8), b = place(l, odd ? "a" : "b", 8);

    for (int64_t dk = -1; dk <= 1; dk++)
        for (int64_t di = -1; di <= 1; di++)
            for (int64_t dj = -1; dj <= 1; dj++)
                if (box || labs(dk) + labs(di) + labs(dj) <= 1)
                    reads(l, a, ((k + dk) * 6 + i + di) * 6 + j + dj);
    for (int64_t c = 0; c < coefficients; c++)
        reads(l, place(l, "W", 8), ((c * 7 + k) * 6 + i) * 6 + j);
    writes(l, b, (k * 6 + i) * 6 + j);
}

static void plane_3d(Loops *l, bool odd, int64_t k, bool box, int64_t coefficients)
{
    for (int64_t i = 1; i < 5; i++)
        for (int64_t j = 1; j < 5; j++)
            update_3d(l, odd, k, i, j, box, coefficients);
}

static void star_3d_loops(Loops *l)
{
    for (int64_t k = 1; k < 6; k++)
        plane_3d(l, false, k, false, 2);
}

static void box_3d_loops(Loops *l)
{
    for (int sweep = 0; sweep < 3; sweep++)
        for (int64_t k = 1; k < 6; k++)
            plane_3d(l, sweep % 2, k, true, 0);
}

/* Strips of 3 rows. */
static void strips_3d_loops(Loops *l)
{
    for (int64_t ii = 1; ii < 5; ii += 3)
        for (int64_t k = 1; k < 6; k++)
            for (int64_t i = ii; i < MIN(ii + 3, 5); i++)
                for (int64_t j = 1; j < 5; j++)
                    update_3d(l, false, k, i, j, false, 0);
}

/* Three sweeps, each a plane behind the one before, in blocks of 2 planes. */
static void skewed_3d_loops(Loops *l)
{
    for (int64_t block = 1; block < 8; block += 2)
        for (int64_t sweep = 0; sweep < 3; sweep++)
            for (int64_t k = MAX(1, block - sweep); k < MIN(6, block + 2 - sweep); k++)
                plane_3d(l, sweep % 2, k, false, 0);
}

static void gather_loops(Loops *l)
{
    const Place ids = place(l, "ids", 4), x = place(l, "x", 4), y = place(l, "y", 4);

    for (int64_t i = 0; i < 9; i++) {
        reads(l, ids, i);
        for (int64_t j = 0; j < 3; j++) {
            reads(l, x, ids.values[i] * 3 + j);
            writes(l, y, i * 3 + j);
        }
    }
}

static void scatter_rows(Loops *l, bool add)
{
    const Place ids = place(l, "ids", 4), x = place(l, "x", 4), y = place(l, "y", 4);

    for (int64_t i = 0; i < 9; i++) {
        reads(l, ids, i);
        for (int64_t j = 0; j < 3; j++) {
            reads(l, x, i * 3 + j);
            (add ? updates : writes)(l, y, ids.values[i] * 3 + j);
        }
    }
}

static void scatter_loops(Loops *l)
{
    scatter_rows(l, false);
}

static void scatter_add_loops(Loops *l)
{
    scatter_rows(l, true);
}

static void embedding_bag_loops(Loops *l)
{
    const Place ids = place(l, "ids", 4), rows = place(l, "rows_of", 4), sums = place(l, "sums", 4);

    for (int64_t bag = 0; bag < 3; bag++) {
        for (int64_t lookup = bag * 4; lookup < bag * 4 + 4; lookup++) {
            reads(l, ids, lookup);
            for (int64_t j = 0; j < 5; j++)
                reads(l, rows, ids.values[lookup] * 5 + j);
        }
        for (int64_t j = 0; j < 5; j++)
            writes(l, sums, bag * 5 + j);
    }
}

static void spmv_loops(Loops *l)
{
    const Place pointers = place(l, "pointers", 4), columns = place(l, "columns", 4),
                values = place(l, "values", 8), x = place(l, "x", 8), y = place(l, "y", 8);

    for (int64_t i = 0; i < 11; i++) {
        reads(l, pointers, i);
        reads(l, pointers, i + 1);
        for (int64_t e = pointers.values[i]; e < pointers.values[i + 1]; e++) {
            reads(l, columns, e);
            reads(l, values, e);
            reads(l, x, columns.values[e]);
        }
        writes(l, y, i);
    }
    CU_ASSERT_EQUAL(pointers.values[11], 33);
}

/* Rows first .. below - 1 of head g of sequence b: two sequences of so many tokens, heads of 3 side by side. */
static void stage(Loops *l, Place array, int64_t tokens, int64_t b, int64_t g, int64_t first,
                  int64_t below)
{
    for (int64_t t = first; t < below; t++)
        for (int64_t x = 0; x < 3; x++)
            reads(l, array, (b * tokens + t) * 6 + g * 3 + x);
}

static void write_block(Loops *l, int64_t b, int64_t g, int64_t first, int64_t below)
{
    for (int64_t t = first; t < below; t++)
        for (int64_t x = 0; x < 3; x++)
            writes(l, place(l, "o", 2), (b * 7 + t) * 6 + g * 3 + x);
}

typedef void (*BlockLoops)(Loops *l, int64_t b, int64_t g, int64_t first, int64_t below);

/* 7 queries in blocks of 4: the whole ones of all heads, then the rests. */
static void each_block(Loops *l, BlockLoops block)
{
    for (int64_t rest = 0; rest < 2; rest++)
        for (int64_t b = 0; b < 2; b++)
            for (int64_t g = 0; g < 2; g++)
                block(l, b, g, 4 * rest, rest ? 7 : 4);
}

/* 5 keys in blocks of 2. */
static void flash_block(Loops *l, int64_t b, int64_t g, int64_t first, int64_t below)
{
    stage(l, place(l, "q", 2), 7, b, g, first, below);
    for (int64_t key = 0; key < 5; key += 2) {
        stage(l, place(l, "k", 2), 5, b, g, key, MIN(key + 2, 5));
        stage(l, place(l, "v", 2), 5, b, g, key, MIN(key + 2, 5));
    }
    write_block(l, b, g, first, below);
}

static void flash_loops(Loops *l)
{
    each_block(l, flash_block);
}

static void scores_block(Loops *l, int64_t b, int64_t g, int64_t first, int64_t below)
{
    for (int64_t key = 0; key < 5; key += 2) {
        stage(l, place(l, "q", 2), 7, b, g, first, below);
        stage(l, place(l, "k", 2), 5, b, g, key, MIN(key + 2, 5));
        for (int64_t t = first; t < below; t++)
            for (int64_t j = key; j < MIN(key + 2, 5); j++)
                writes(l, place(l, "S", 2), ((b * 2 + g) * 7 + t) * 5 + j);
    }
}

static void values_block(Loops *l, int64_t b, int64_t g, int64_t first, int64_t below)
{
    for (int64_t key = 0; key < 5; key += 2) {
        for (int64_t t = first; t < below; t++)
            for (int64_t j = key; j < MIN(key + 2, 5); j++)
                reads(l, place(l, "P", 2), ((b * 2 + g) * 7 + t) * 5 + j);
        stage(l, place(l, "v", 2), 5, b, g, key, MIN(key + 2, 5));
    }
    write_block(l, b, g, first, below);
}

static void standard_loops(Loops *l)
{
    each_block(l, scores_block);
    for (int64_t row = 0; row < 2 * 2 * 7; row++) {
        for (int64_t j = 0; j < 5; j++)
            reads(l, place(l, "S", 2), row * 5 + j);
        for (int64_t j = 0; j < 5; j++)
            writes(l, place(l, "P", 2), row * 5 + j);
    }
    each_block(l, values_block);
}

static void linear(Loops *l, const char *to)
{
    for (int64_t i = 0; i < 5; i++)
        for (int64_t j = 0; j < 7; j++) {
            for (int64_t k = 0; k < 6; k++) {
                reads(l, place(l, "x", 4), i * 6 + k);
                reads(l, place(l, "W", 4), k * 7 + j);
            }
            writes(l, place(l, to, 4), i * 7 + j);
        }
}

static void fused_loops(Loops *l)
{
    linear(l, "d");
}

static void unfused_loops(Loops *l)
{
    linear(l, "y");
    for (int64_t i = 0; i < 35; i++) {
        reads(l, place(l, "y", 4), i);
        writes(l, place(l, "z", 4), i);
    }
    for (int64_t i = 0; i < 35; i++) {
        reads(l, place(l, "z", 4), i);
        writes(l, place(l, "d", 4), i);
    }
}

static void stencils_in_two_dimensions(void)
{
    kernel_is_like("stencil2d", "n = 8, columns = 9, radius = 2", star_2d_loops);
    kernel_is_like("stencil2d", "n = 8, columns = 9, shape = 'box', sweeps = 2, tile = 3",
                   box_2d_loops);
}

static void stencils_in_three_dimensions(void)
{
    kernel_is_like("stencil3d", "n = 6, planes = 7, coefficients = 2", star_3d_loops);
    kernel_is_like("stencil3d", "n = 6, planes = 7, shape = 'box', sweeps = 3", box_3d_loops);
    kernel_is_like("stencil3d", "n = 6, planes = 7, tile = 3", strips_3d_loops);
    kernel_is_like("stencil3d", "n = 6, planes = 7, sweeps = 3, time_block = 2", skewed_3d_loops);
}

static void gathering_kernels(void)
{
    kernel_is_like("gather", "n = 9, rows = 5, width = 3", gather_loops);
    kernel_is_like("gather", "n = 9, rows = 5, width = 3, distribution = 'zipf'", gather_loops);
    kernel_is_like("scatter", "n = 9, rows = 5, width = 3", scatter_loops);
    kernel_is_like("scatter", "n = 9, rows = 5, width = 3, add = true", scatter_add_loops);
    kernel_is_like("embedding_bag", "bags = 3, lookups = 4, rows = 6, width = 5",
                   embedding_bag_loops);
    kernel_is_like("spmv", "rows = 11, columns = 13, per_row = 3", spmv_loops);
    kernel_is_like("spmv", "rows = 11, columns = 13, per_row = 3, band = 2", spmv_loops);
}

static void attention_kernels(void)
{
    const char *const sizes = "batch = 2, heads = 2, queries = 7, keys = 5, d = 3, br = 4, bc = 2, "
                              "vector = 0, variant = ";
    g_autofree char *flash = g_strconcat(sizes, "'flash'", NULL);
    g_autofree char *standard = g_strconcat(sizes, "'standard'", NULL);

    kernel_is_like("attention", flash, flash_loops);
    kernel_is_like("attention", standard, standard_loops);
}

static void fused_and_unfused_chains(void)
{
    kernel_is_like("linear_relu_dropout", "rows = 5, inputs = 6, outputs = 7", fused_loops);
    kernel_is_like("linear_relu_dropout", "rows = 5, inputs = 6, outputs = 7, fused = false",
                   unfused_loops);
}

static CU_TestInfo tests[] = { TEST(stencils_in_two_dimensions), TEST(stencils_in_three_dimensions),
                               TEST(gathering_kernels),          TEST(attention_kernels),
                               TEST(fused_and_unfused_chains),   CU_TEST_INFO_NULL };
CU_SuiteInfo suite_kernel_grids = { .pName = "kernel_grids", .pTests = tests };
