/*
 * test_kernel_convolutions - the accesses of convolutions are those of plain loops, written out here in C.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "kernel_rig.h"
#include "rig.h"

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

static CU_TestInfo tests[] = {
    TEST(convolutions),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_kernel_convolutions = { .pName = "kernel_convolutions", .pTests = tests };
