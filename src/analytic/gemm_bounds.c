/*
 * gemm_bounds - the closed form of a matrix product's traffic.
 *
 * SPDX-License-Identifier: MIT
 */
#include "analytic/gemm_bounds.h"

#include <math.h>

/* A loaded once a column of blocks of C, so many of them, and B once a row; C read and written. */
static double moved(const GemmShape *shape, double columns, double rows)
{
    return shape->m * shape->k * columns + shape->k * shape->n * rows + 2.0 * shape->m * shape->n;
}

/* Of partial tiles, too: a last tile of C loads whole rows of A and whole columns of B. */
static double tiled_words(const GemmShape *shape, double tile)
{
    return moved(shape, ceil(shape->n / tile), ceil(shape->m / tile));
}

/* With blocks of any edge; no block is wider or higher than C. */
static double blocked_words(const GemmShape *shape, double edge)
{
    return moved(shape, fmax(1.0, shape->n / edge), fmax(1.0, shape->m / edge));
}

GemmBounds gemm_bounds(const GemmShape *shape)
{
    const double work = shape->m * shape->n * shape->k;
    const double root = sqrt(shape->words);
    const double tile = sqrt(shape->words / 3.0);
    const double output = 2.0 * shape->m * shape->n;

    return (GemmBounds){
        .tile = tile,
        .tiled = shape->tile > 0.0 ? tiled_words(shape, shape->tile) : blocked_words(shape, tile),
        .outer = blocked_words(shape, root),
        .compulsory = shape->m * shape->k + shape->k * shape->n + output,
        .hong_kung = work / root,
        .irony = fmax(0.0, work / (2.0 * sqrt(2.0) * root) - shape->words),
        .smith = fmax(0.0, 2.0 * work / root - 2.0 * shape->words),
    };
}
