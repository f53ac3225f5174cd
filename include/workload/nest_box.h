/*
 * nest_box - the box of an array's elements that the body of a loop touches.
 *
 * In each dimension the elements origin + unit * t for from <= t < below, from the largest and below the smallest of some
 * expressions in the indices of the loops outside: the hull of what the subscripts reach, in steps of their common
 * unit.  Exact where the loops inside are rectangular.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_NEST_BOX_H
#define WORKLOAD_NEST_BOX_H

#include <glib.h>

#include "workload/nest.h"

typedef struct {
    NestExpr origin;
    int64_t unit;         /* at least 1 */
    GArray *from, *below; /* of NestExpr, counted from the origin in units */
    uint64_t extent;      /* of below: never above it */
} NestSide;

typedef struct {
    NestArray *array;
    NestSide sides[NEST_DIMS_MAX]; /* [array->n_dims] */
    bool any_write;
    bool copy_in; /* not all of it is written before it is read */
} NestBox;

/* The box of the array that the body of the last of the loops (outermost first, around each other) touches; its
 * expressions lie in the pool.  *out is NULL when it touches none (caller: nestbox_free).  False and error when what it touches
 * is no box. */
bool nestbox_new(NestPool *pool, const GPtrArray *loops, NestArray *array, NestBox **out,
                 GError **error);
/* The expression divided by the unit, which divides all that is in it. */
NestExpr nestbox_in_units(NestPool *pool, NestExpr expr, int64_t unit);
void nestbox_free(NestBox *box); /* accepts NULL */

#endif
