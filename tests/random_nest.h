/*
 * random_nest - small loop nests by a seeded draw: depth, bounds, steps, statements, subscripts.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_RANDOM_NEST_H
#define TESTS_RANDOM_NEST_H

#include "base/rng.h"
#include "workload/nest.h"

enum { RANDOM_ARRAYS = 4 };

typedef struct {
    bool perfect;     /* one loop in the other, statements innermost */
    bool rectangular; /* bounds are numbers */
    bool steps;       /* of 1 to 3 */
    bool lookups;     /* subscripts and bounds through a table */
    uint32_t depth;   /* at most; at least 1 */
} RandomNest;

typedef struct {
    Nest *nest;
    NestArray *arrays[RANDOM_ARRAYS + 1]; /* the last is the table */
} DrawnNest;

/* Indices are "i0", "i1" ... by depth.  Subscripts stay within the arrays.  Statements have operations of their own, all
 * different. */
DrawnNest random_nest(Rng *rng, const RandomNest *kind);
void random_nest_clear(DrawnNest *drawn);
uint64_t draw_below(Rng *rng, uint64_t n); /* 0 .. n - 1 */

#endif
