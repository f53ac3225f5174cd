/*
 * test_kernel_streams - the accesses of every kernel of the library are those of plain loops, written out here in C.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "kernel_rig.h"
#include "rig.h"

/* Plain loops: each access is recorded with its address, in order. */

static void copy_loops(Loops *l)
{
    const Place a = place(l, "a", 8), c = place(l, "c", 8);

    for (int64_t i = 0; i < 37; i++) {
        reads(l, a, i);
        writes(l, c, i);
    }
}

static void scale_loops(Loops *l)
{
    const Place b = place(l, "b", 8), c = place(l, "c", 8);

    for (int64_t i = 0; i < 37; i++) {
        reads(l, c, i);
        writes(l, b, i);
    }
}

static void add_loops(Loops *l)
{
    const Place a = place(l, "a", 8), b = place(l, "b", 8), c = place(l, "c", 8);

    for (int64_t i = 0; i < 37; i++) {
        reads(l, a, i);
        reads(l, b, i);
        writes(l, c, i);
    }
}

static void triad_loops(Loops *l)
{
    const Place a = place(l, "a", 8), b = place(l, "b", 8), c = place(l, "c", 8);

    for (int64_t i = 0; i < 37; i++) {
        reads(l, b, i);
        reads(l, c, i);
        writes(l, a, i);
    }
}

static void vector_triad_loops(Loops *l)
{
    const Place a = place(l, "a", 4), b = place(l, "b", 4), c = place(l, "c", 4),
                d = place(l, "d", 4);

    for (int64_t i = 0; i < 37; i++) {
        reads(l, b, i);
        reads(l, c, i);
        reads(l, d, i);
        writes(l, a, i);
    }
}

static void relu_loops(Loops *l)
{
    const Place x = place(l, "x", 2), y = place(l, "y", 2);

    for (int64_t i = 0; i < 37; i++) {
        reads(l, x, i);
        writes(l, y, i);
    }
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

static void gemm_ijk_loops(Loops *l)
{
    for (int64_t i = 0; i < 5; i++)
        for (int64_t j = 0; j < 7; j++)
            for (int64_t k = 0; k < 6; k++)
                multiply(l, i, j, k);
}

static void gemm_ikj_loops(Loops *l)
{
    for (int64_t i = 0; i < 5; i++)
        for (int64_t k = 0; k < 6; k++)
            for (int64_t j = 0; j < 7; j++)
                multiply(l, i, j, k);
}

static void gemm_jik_loops(Loops *l)
{
    for (int64_t j = 0; j < 7; j++)
        for (int64_t i = 0; i < 5; i++)
            for (int64_t k = 0; k < 6; k++)
                multiply(l, i, j, k);
}

static void gemm_jki_loops(Loops *l)
{
    for (int64_t j = 0; j < 7; j++)
        for (int64_t k = 0; k < 6; k++)
            for (int64_t i = 0; i < 5; i++)
                multiply(l, i, j, k);
}

static void gemm_kij_loops(Loops *l)
{
    for (int64_t k = 0; k < 6; k++)
        for (int64_t i = 0; i < 5; i++)
            for (int64_t j = 0; j < 7; j++)
                multiply(l, i, j, k);
}

static void gemm_kji_loops(Loops *l)
{
    for (int64_t k = 0; k < 6; k++)
        for (int64_t j = 0; j < 7; j++)
            for (int64_t i = 0; i < 5; i++)
                multiply(l, i, j, k);
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

/* 2 images of 3 channels, 6 x 7, a border of 1, windows of 3 x 3, 2 apart: 3 x 4 of them; 2 filters. */
static void conv2d_loops(Loops *l)
{
    const Place x = place(l, "x", 4), w = place(l, "w", 4), y = place(l, "y", 4);

    for (int64_t b = 0; b < 2; b++)
        for (int64_t f = 0; f < 2; f++)
            for (int64_t i = 0; i < 3; i++)
                for (int64_t j = 0; j < 4; j++) {
                    for (int64_t c = 0; c < 3; c++)
                        for (int64_t r = 0; r < 3; r++)
                            for (int64_t s = 0; s < 3; s++) {
                                reads(l, x, ((b * 3 + c) * 8 + 2 * i + r) * 9 + 2 * j + s);
                                reads(l, w, ((f * 3 + c) * 3 + r) * 3 + s);
                            }
                    writes(l, y, ((b * 2 + f) * 3 + i) * 4 + j);
                }
}

static void im2col_loops(Loops *l)
{
    const Place x = place(l, "x", 4), w = place(l, "w", 4), y = place(l, "y", 4),
                columns = place(l, "columns", 4);

    for (int64_t b = 0; b < 2; b++)
        for (int64_t tap = 0; tap < 27; tap++)
            for (int64_t i = 0; i < 3; i++)
                for (int64_t j = 0; j < 4; j++) {
                    const int64_t c = tap / 9, r = tap / 3 % 3, s = tap % 3;

                    reads(l, x, ((b * 3 + c) * 8 + 2 * i + r) * 9 + 2 * j + s);
                    writes(l, columns, ((b * 27 + tap) * 3 + i) * 4 + j);
                }
    for (int64_t b = 0; b < 2; b++)
        for (int64_t f = 0; f < 2; f++)
            for (int64_t i = 0; i < 3; i++)
                for (int64_t j = 0; j < 4; j++) {
                    for (int64_t tap = 0; tap < 27; tap++) {
                        reads(l, columns, ((b * 27 + tap) * 3 + i) * 4 + j);
                        reads(l, w, f * 27 + tap);
                    }
                    writes(l, y, ((b * 2 + f) * 3 + i) * 4 + j);
                }
}

/* 1 image of 4 x 5 x 6 channels with a border of 1; 3 filters; tiles of 3 rows, 2 filters, 4 channels. */
static void stage_window(Loops *l, int64_t i0, int64_t f0, int64_t rows, int64_t filters)
{
    const Place x = place(l, "x", 2), w = place(l, "w", 2), b = place(l, "b", 2),
                y = place(l, "y", 2);

    for (int64_t tap = 0; tap < 9; tap++)
        for (int64_t c0 = 0; c0 < 6; c0 += 4) {
            const int64_t below = MIN(c0 + 4, 6);

            for (int64_t i = i0; i < i0 + rows; i++)
                for (int64_t j = 0; j < 5; j++)
                    for (int64_t c = c0; c < below; c++)
                        reads(l, x, ((i + tap / 3) * 7 + j + tap % 3) * 6 + c);
            for (int64_t c = c0; c < below; c++)
                for (int64_t f = f0; f < f0 + filters; f++)
                    reads(l, w, (tap * 6 + c) * 3 + f);
        }
    for (int64_t i = i0; i < i0 + rows; i++)
        for (int64_t j = 0; j < 5; j++)
            for (int64_t f = f0; f < f0 + filters; f++) {
                reads(l, b, f);
                writes(l, y, (i * 5 + j) * 3 + f);
            }
}

static void conv_staged_loops(Loops *l)
{
    stage_window(l, 0, 0, 3, 2);
    stage_window(l, 0, 2, 3, 1);
    stage_window(l, 3, 0, 1, 2);
    stage_window(l, 3, 2, 1, 1);
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

static void convolutions(void)
{
    kernel_is_like("conv2d",
                   "batch = 2, channels = 3, height = 6, width = 7, filters = 2, stride = 2",
                   conv2d_loops);
    kernel_is_like("conv2d",
                   "batch = 2, channels = 3, height = 6, width = 7, filters = 2, stride = 2, "
                   "algorithm = 'im2col'",
                   im2col_loops);
    kernel_is_like("conv_staged",
                   "height = 4, width = 5, channels = 6, filters = 3, tile_rows = 3, "
                   "tile_filters = 2, tile_channels = 4, vector = 0",
                   conv_staged_loops);
}

static void transposes(void)
{
    kernel_is_like("transpose", "m = 5, n = 7", transpose_loops);
    kernel_is_like("transpose", "m = 5, n = 7, tile = 4, pad = 3", transpose_tiled_loops);
}

static CU_TestInfo tests[] = { TEST(streaming_kernels), TEST(kernels_of_rows),
                               TEST(matrix_products),   TEST(convolutions),
                               TEST(transposes),        CU_TEST_INFO_NULL };
CU_SuiteInfo suite_kernel_streams = { .pName = "kernel_streams", .pTests = tests };
