/*
 * gemm_bounds - the closed form of a matrix product's traffic.
 *
 * SPDX-License-Identifier: MIT
 */
#include "analytic/gemm_bounds.h"

#include <math.h>

/* Of partial tiles, too: a last tile of C loads whole rows of A and whole columns of B. */
static double tiled_words(const GemmShape *shape, double tile)
{
    const double of_A = shape->m * shape->k * ceil(shape->n / tile);
    const double of_B = shape->k * shape->n * ceil(shape->m / tile);

    return of_A + of_B + 2.0 * shape->m * shape->n;
}

GemmBounds gemm_bounds(const GemmShape *shape)
{
    const double work = shape->m * shape->n * shape->k;
    const double root = sqrt(shape->words);
    const double tile = sqrt(shape->words / 3.0);
    const double output = 2.0 * shape->m * shape->n;

    return (GemmBounds){
        .tile = tile,
        .tiled = shape->tile > 0.0 ? tiled_words(shape, shape->tile) : 2.0 * work / tile + output,
        .outer = 2.0 * work / root + output,
        .compulsory = shape->m * shape->k + shape->k * shape->n + output,
        .hong_kung = work / root,
        .irony = fmax(0.0, work / (2.0 * sqrt(2.0) * root) - shape->words),
        .smith = fmax(0.0, 2.0 * work / root - 2.0 * shape->words),
    };
}
