/*
 * test_kernel_streams - the accesses of streaming kernels, of those that walk rows and of transpositions are those of plain
 * loops, written out here in C.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "kernel_rig.h"
#include "rig.h"

/* Plain loops: each access is recorded with its address, in order. */

/* Elements of so many bytes, 37 of each array: of these (a letter each) one is read, then one of that one written. */
static void stream(Loops *l, uint32_t element_bytes, const char *read, const char *written)
{
    for (int64_t i = 0; i < 37; i++) {
        for (const char *letter = read; *letter; letter++)
            reads(l, place(l, (const char[]){ *letter, 0 }, element_bytes), i);
        writes(l, place(l, written, element_bytes), i);
    }
}

static void copy_loops(Loops *l)
{
    stream(l, 8, "a", "c");
}

static void scale_loops(Loops *l)
{
    stream(l, 8, "c", "b");
}

static void add_loops(Loops *l)
{
    stream(l, 8, "ab", "c");
}

static void triad_loops(Loops *l)
{
    stream(l, 8, "bc", "a");
}

static void vector_triad_loops(Loops *l)
{
    stream(l, 4, "bcd", "a");
}

static void relu_loops(Loops *l)
{
    stream(l, 2, "x", "y");
}

static void bias_gelu_loops(Loops *l)
{
    const Place x = place(l, "x", 4), b = place(l, "b", 4), y = place(l, "y", 4);

    for (int64_t i = 0; i < 5; i++)
        for (int64_t j = 0; j < 7; j++) {
            reads(l, x, i * 7 + j);
            reads(l, b, j);
            writes(l, y, i * 7 + j);
        }
}

static void dropout_loops(Loops *l)
{
    const Place x = place(l, "x", 4), mask = place(l, "mask", 1), y = place(l, "y", 4);

    for (int64_t i = 0; i < 37; i++) {
        reads(l, x, i);
        writes(l, mask, i);
        writes(l, y, i);
    }
}

/* Rows of 7; so many walks that only read, then one that writes and may read, too. */
static void softmax_passes(Loops *l, int walks, bool last_reads)
{
    const Place x = place(l, "x", 4), y = place(l, "y", 4);

    for (int64_t i = 0; i < 5; i++) {
        for (int walk = 0; walk < walks; walk++)
            for (int64_t j = 0; j < 7; j++)
                reads(l, x, i * 7 + j);
        for (int64_t j = 0; j < 7; j++) {
            if (last_reads)
                reads(l, x, i * 7 + j);
            writes(l, y, i * 7 + j);
        }
    }
}

static void softmax_one_pass_loops(Loops *l)
{
    softmax_passes(l, 1, false);
}

static void softmax_two_pass_loops(Loops *l)
{
    softmax_passes(l, 1, true);
}

static void softmax_three_pass_loops(Loops *l)
{
    softmax_passes(l, 2, true);
}

static void layer_norm_walks(Loops *l, int walks, bool last_reads)
{
    const Place x = place(l, "x", 4), gamma = place(l, "gamma", 4), beta = place(l, "beta", 4),
                y = place(l, "y", 4);

    for (int64_t i = 0; i < 5; i++) {
        for (int walk = 0; walk < walks; walk++)
            for (int64_t j = 0; j < 7; j++)
                reads(l, x, i * 7 + j);
        for (int64_t j = 0; j < 7; j++) {
            if (last_reads)
                reads(l, x, i * 7 + j);
            reads(l, gamma, j);
            reads(l, beta, j);
            writes(l, y, i * 7 + j);
        }
    }
}

static void layer_norm_one_pass_loops(Loops *l)
{
    layer_norm_walks(l, 1, false);
}

static void layer_norm_two_pass_loops(Loops *l)
{
    layer_norm_walks(l, 2, true);
}

static void layer_norm_welford_loops(Loops *l)
{
    layer_norm_walks(l, 1, true);
}

static void row_sum_loops(Loops *l)
{
    const Place x = place(l, "x", 4), y = place(l, "y", 4);

    for (int64_t i = 0; i < 5; i++) {
        for (int64_t j = 0; j < 7; j++)
            reads(l, x, i * 7 + j);
        writes(l, y, i);
    }
}

static void column_sum_loops(Loops *l)
{
    const Place x = place(l, "x", 4), y = place(l, "y", 4);

    for (int64_t j = 0; j < 7; j++) {
        for (int64_t i = 0; i < 5; i++)
            reads(l, x, i * 7 + j);
        writes(l, y, j);
    }
}

static void columns_by_rows_loops(Loops *l)
{
    const Place x = place(l, "x", 4), y = place(l, "y", 4);

    for (int64_t i = 0; i < 5; i++)
        for (int64_t j = 0; j < 7; j++) {
            reads(l, x, i * 7 + j);
            updates(l, y, j);
        }
}

static void transpose_loops(Loops *l)
{
    const Place A = place(l, "A", 8), B = place(l, "B", 8);

    for (int64_t i = 0; i < 5; i++)
        for (int64_t j = 0; j < 7; j++) {
            reads(l, A, i * 7 + j);
            writes(l, B, j * 5 + i);
        }
}

/* Tiles of 4; 3 unused elements behind each row. */
static void transpose_tiled_loops(Loops *l)
{
    const Place A = place(l, "A", 8), B = place(l, "B", 8);

    for (int64_t ii = 0; ii < 5; ii += 4)
        for (int64_t jj = 0; jj < 7; jj += 4)
            for (int64_t i = ii; i < MIN(ii + 4, 5); i++)
                for (int64_t j = jj; j < MIN(jj + 4, 7); j++) {
                    reads(l, A, i * 10 + j);
                    writes(l, B, j * 8 + i);
                }
}

static void streaming_kernels(void)
{
    kernel_is_like("copy", "n = 37", copy_loops);
    kernel_is_like("scale", "n = 37", scale_loops);
    kernel_is_like("add", "n = 37", add_loops);
    kernel_is_like("triad", "n = 37", triad_loops);
    kernel_is_like("triad", "n = 37, vector_triad = true, dtype = 'f32'", vector_triad_loops);
    kernel_is_like("relu", "n = 37, dtype = 'bf16'", relu_loops);
    kernel_is_like("bias_gelu", "rows = 5, columns = 7", bias_gelu_loops);
    kernel_is_like("dropout", "n = 37", dropout_loops);
}

static void kernels_of_rows(void)
{
    const char *const rows = "rows = 5, columns = 7";

    kernel_is_like("softmax", "rows = 5, columns = 7, variant = 'one-pass'",
                   softmax_one_pass_loops);
    kernel_is_like("softmax", "rows = 5, columns = 7, variant = 'two-pass'",
                   softmax_two_pass_loops);
    kernel_is_like("softmax", "rows = 5, columns = 7, variant = 'online'", softmax_two_pass_loops);
    kernel_is_like("softmax", rows, softmax_three_pass_loops);
    kernel_is_like("layer_norm", "rows = 5, columns = 7, variant = 'one-pass'",
                   layer_norm_one_pass_loops);
    kernel_is_like("layer_norm", "rows = 5, columns = 7, variant = 'welford'",
                   layer_norm_welford_loops);
    kernel_is_like("layer_norm", rows, layer_norm_two_pass_loops);
    kernel_is_like("reduction", rows, row_sum_loops);
    kernel_is_like("reduction", "rows = 5, columns = 7, sum = 'columns'", column_sum_loops);
    kernel_is_like("reduction", "rows = 5, columns = 7, sum = 'columns-by-rows'",
                   columns_by_rows_loops);
}

static void transposes(void)
{
    kernel_is_like("transpose", "m = 5, n = 7", transpose_loops);
    kernel_is_like("transpose", "m = 5, n = 7, tile = 4, pad = 3", transpose_tiled_loops);
}

static CU_TestInfo tests[] = {
    TEST(streaming_kernels),
    TEST(kernels_of_rows),
    TEST(transposes),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_kernel_streams = { .pName = "kernel_streams", .pTests = tests };
