/*
 * test_kernel_products - the accesses of matrix products are those of plain loops, written out here in C.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "kernel_rig.h"
#include "rig.h"

static void gemv_loops(Loops *l)
{
    const Place A = place(l, "A", 4), x = place(l, "x", 4), y = place(l, "y", 4);

    for (int64_t i = 0; i < 5; i++) {
        for (int64_t j = 0; j < 7; j++) {
            reads(l, A, i * 7 + j);
            reads(l, x, j);
        }
        writes(l, y, i);
    }
}

static void gemv_transposed_loops(Loops *l)
{
    const Place A = place(l, "A", 4), x = place(l, "x", 4), y = place(l, "y", 4);

    for (int64_t i = 0; i < 5; i++) {
        for (int64_t j = 0; j < 7; j++) {
            reads(l, A, j * 5 + i);
            reads(l, x, j);
        }
        writes(l, y, i);
    }
}

/* The iteration (i, j, k) of a product of 5 x 6 and 6 x 7. */
static void multiply(Loops *l, int64_t i, int64_t j, int64_t k)
{
    reads(l, place(l, "A", 4), i * 6 + k);
    reads(l, place(l, "B", 4), k * 7 + j);
    updates(l, place(l, "C", 4), i * 7 + j);
}

/* The loops that are left, such as "kj": from the outermost to the innermost. */
static void multiply_in_order(Loops *l, const char *order, int64_t at[3])
{
    static const int64_t below[] = { 5, 7, 6 };
    const int loop = *order - 'i';

    if (*order == '\0') {
        multiply(l, at[0], at[1], at[2]);
        return;
    }
    for (at[loop] = 0; at[loop] < below[loop]; at[loop]++)
        multiply_in_order(l, order + 1, at);
}

static void gemm_ijk_loops(Loops *l)
{
    multiply_in_order(l, "ijk", (int64_t[3]){ 0 });
}

static void gemm_ikj_loops(Loops *l)
{
    multiply_in_order(l, "ikj", (int64_t[3]){ 0 });
}

static void gemm_jik_loops(Loops *l)
{
    multiply_in_order(l, "jik", (int64_t[3]){ 0 });
}

static void gemm_jki_loops(Loops *l)
{
    multiply_in_order(l, "jki", (int64_t[3]){ 0 });
}

static void gemm_kij_loops(Loops *l)
{
    multiply_in_order(l, "kij", (int64_t[3]){ 0 });
}

static void gemm_kji_loops(Loops *l)
{
    multiply_in_order(l, "kji", (int64_t[3]){ 0 });
}

/* The sum of a row of A and a column of B stays in a register. */
static void gemm_register_loops(Loops *l)
{
    const Place A = place(l, "A", 4), B = place(l, "B", 4), C = place(l, "C", 4);

    for (int64_t i = 0; i < 5; i++)
        for (int64_t j = 0; j < 7; j++) {
            reads(l, C, i * 7 + j);
            for (int64_t k = 0; k < 6; k++) {
                reads(l, A, i * 6 + k);
                reads(l, B, k * 7 + j);
            }
            writes(l, C, i * 7 + j);
        }
}

/* Blocks of 2 x 4 threads, which do one step after the other; three steps along k are one of a thread. */
static void gemm_threads_loops(Loops *l)
{
    const Place A = place(l, "A", 4), B = place(l, "B", 4), C = place(l, "C", 4);

    for (int64_t ib = 0; ib < 5; ib += 2)
        for (int64_t jb = 0; jb < 7; jb += 4)
            for (int64_t step = 0; step < 4; step++)
                for (int64_t i = ib; i < MIN(ib + 2, 5); i++)
                    for (int64_t j = jb; j < MIN(jb + 4, 7); j++) {
                        if (step == 0)
                            reads(l, C, i * 7 + j);
                        else if (step == 3)
                            writes(l, C, i * 7 + j);
                        else
                            for (int64_t k = 3 * (step - 1); k < 3 * step; k++) {
                                reads(l, A, i * 6 + k);
                                reads(l, B, k * 7 + j);
                            }
                    }
}

/* Tiles of 4, the last ones smaller. */
static void gemm_tiled_loops(Loops *l)
{
    for (int64_t ii = 0; ii < 5; ii += 4)
        for (int64_t jj = 0; jj < 7; jj += 4)
            for (int64_t kk = 0; kk < 6; kk += 4)
                for (int64_t i = ii; i < MIN(ii + 4, 5); i++)
                    for (int64_t j = jj; j < MIN(jj + 4, 7); j++)
                        for (int64_t k = kk; k < MIN(kk + 4, 6); k++)
                            multiply(l, i, j, k);
}

/* Tiles of 4, in each of them tiles of 2. */
static void gemm_two_levels_loops(Loops *l)
{
    for (int64_t i4 = 0; i4 < 5; i4 += 4)
        for (int64_t j4 = 0; j4 < 7; j4 += 4)
            for (int64_t k4 = 0; k4 < 6; k4 += 4)
                for (int64_t i2 = i4; i2 < MIN(i4 + 4, 5); i2 += 2)
                    for (int64_t j2 = j4; j2 < MIN(j4 + 4, 7); j2 += 2)
                        for (int64_t k2 = k4; k2 < MIN(k4 + 4, 6); k2 += 2)
                            for (int64_t i = i2; i < MIN(i2 + 2, 5); i++)
                                for (int64_t j = j2; j < MIN(j2 + 2, 7); j++)
                                    for (int64_t k = k2; k < MIN(k2 + 2, 6); k++)
                                        multiply(l, i, j, k);
}

/* In tiles of 2 those of 1, which change no order. */
static void gemm_three_levels_loops(Loops *l)
{
    gemm_two_levels_loops(l);
}

/* k in parts of 3: 0 to 2, 3 to 5. */
static void gemm_split_k_loops(Loops *l)
{
    const Place A = place(l, "A", 4), B = place(l, "B", 4), C = place(l, "C", 4),
                W = place(l, "W", 4);

    for (int64_t s = 0; s < 2; s++)
        for (int64_t i = 0; i < 5; i++)
            for (int64_t j = 0; j < 7; j++) {
                for (int64_t k = 3 * s; k < 3 * s + 3; k++) {
                    reads(l, A, i * 6 + k);
                    reads(l, B, k * 7 + j);
                }
                writes(l, W, (s * 5 + i) * 7 + j);
            }
    for (int64_t i = 0; i < 5; i++)
        for (int64_t j = 0; j < 7; j++) {
            for (int64_t s = 0; s < 2; s++)
                reads(l, W, (s * 5 + i) * 7 + j);
            updates(l, C, i * 7 + j);
        }
}

static void batched_gemm_loops(Loops *l)
{
    const Place A = place(l, "A", 4), B = place(l, "B", 4), C = place(l, "C", 4);

    for (int64_t b = 0; b < 3; b++)
        for (int64_t i = 0; i < 5; i++)
            for (int64_t j = 0; j < 7; j++) {
                for (int64_t k = 0; k < 6; k++) {
                    reads(l, A, (b * 5 + i) * 6 + k);
                    reads(l, B, (b * 6 + k) * 7 + j);
                }
                writes(l, C, (b * 5 + i) * 7 + j);
            }
}

/* 7 x 5 in tiles of 4 x 3, k in steps of 4 of 6: the whole tiles, those at the right, those below, the corner. */
static void stage_tile(Loops *l, int64_t i0, int64_t j0, int64_t rows, int64_t columns)
{
    const Place A = place(l, "A", 2), B = place(l, "B", 2), C = place(l, "C", 2),
                b = place(l, "b", 2), R = place(l, "R", 2);

    for (int64_t k0 = 0; k0 < 6; k0 += 4) {
        const int64_t below = MIN(k0 + 4, 6);

        for (int64_t i = i0; i < i0 + rows; i++)
            for (int64_t k = k0; k < below; k++)
                reads(l, A, i * 6 + k);
        for (int64_t k = k0; k < below; k++)
            for (int64_t j = j0; j < j0 + columns; j++)
                reads(l, B, k * 5 + j);
    }
    for (int64_t i = i0; i < i0 + rows; i++)
        for (int64_t j = j0; j < j0 + columns; j++) {
            reads(l, b, j);
            reads(l, R, i * 5 + j);
            writes(l, C, i * 5 + j);
        }
}

static void gemm_staged_loops(Loops *l)
{
    stage_tile(l, 0, 0, 4, 3);
    stage_tile(l, 0, 3, 4, 2);
    stage_tile(l, 4, 0, 3, 3);
    stage_tile(l, 4, 3, 3, 2);
}

static void matrix_products(void)
{
    kernel_is_like("gemv", "m = 5, n = 7", gemv_loops);
    kernel_is_like("gemv", "m = 5, n = 7, transposed = true", gemv_transposed_loops);
    kernel_is_like("gemm", "m = 5, n = 7, k = 6", gemm_ijk_loops);
    kernel_is_like("gemm", "m = 5, n = 7, k = 6, order = 'ikj'", gemm_ikj_loops);
    kernel_is_like("gemm", "m = 5, n = 7, k = 6, order = 'jik'", gemm_jik_loops);
    kernel_is_like("gemm", "m = 5, n = 7, k = 6, order = 'jki'", gemm_jki_loops);
    kernel_is_like("gemm", "m = 5, n = 7, k = 6, order = 'kij'", gemm_kij_loops);
    kernel_is_like("gemm", "m = 5, n = 7, k = 6, order = 'kji'", gemm_kji_loops);
    kernel_is_like("gemm", "m = 5, n = 7, k = 6, register = true", gemm_register_loops);
    kernel_is_like("gemm", "m = 5, n = 7, k = 6, threads = { 2, 4 }, unroll = 3",
                   gemm_threads_loops);
    kernel_is_like("gemm", "m = 5, n = 7, k = 6, tile = 4", gemm_tiled_loops);
    kernel_is_like("gemm", "m = 5, n = 7, k = 6, tile = { 4, 2 }", gemm_two_levels_loops);
    kernel_is_like("gemm", "m = 5, n = 7, k = 6, tile = { 4, 2, 1 }", gemm_three_levels_loops);
    kernel_is_like("gemm", "m = 5, n = 7, k = 6, split_k = 2", gemm_split_k_loops);
    kernel_is_like("batched_gemm", "batch = 3, m = 5, n = 7, k = 6", batched_gemm_loops);
    kernel_is_like(
        "gemm_staged",
        "m = 7, n = 5, k = 6, tile_m = 4, tile_n = 3, tile_k = 4, bias = true, gelu = true, "
        "residual = true, vector = 0",
        gemm_staged_loops);
}

static CU_TestInfo tests[] = {
    TEST(matrix_products),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_kernel_products = { .pName = "kernel_products", .pTests = tests };
