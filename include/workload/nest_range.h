/*
 * nest_range - between which values an expression stays in the loops around it.
 *
 * Bounds are put in the place of indices, from the innermost loop outwards, which is exact for bounds that are constant
 * or stem from tiling (max(0, i_tile), min(n, i_tile + T)), also for differences of an index and its tile's; else the
 * range may be too wide, never too narrow.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_NEST_RANGE_H
#define WORKLOAD_NEST_RANGE_H

#include "workload/nest.h"

enum { NEST_DEPTH_MAX = 32 };

/* The loops around a node, outermost first. */
typedef struct {
    const NestLoop *loops[NEST_DEPTH_MAX];
    uint32_t n_loops;
} NestPath;

typedef struct {
    int64_t least, most; /* both included; INT64_MIN and INT64_MAX where they leave 62 bits */
} NestRange;

/* All indices of the expression are those of loops of the path. */
NestRange nest_range(const NestPath *path, const NestExpr *expr);
/* Whether the bounds show that each vector of the innermost loop begins at a whole byte of the array: elements of 4 bits
 * may begin in the middle of one. */
bool nest_begins_on_bytes(const NestPath *path, const NestAccess *access);

#endif
