/*
 * nest_count - how many accesses, bytes and operations a loop nest makes, by formula.
 *
 * Loops whose bounds do not look at each other multiply; the others are gone through, but for the innermost of them.
 * So a tiled or rectangular nest of any size takes microseconds, a triangular one as long as its outer loop is.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_NEST_COUNT_H
#define WORKLOAD_NEST_COUNT_H

#include "workload/nest.h"

/* Exact below 2^53; of one core: what is hoisted out of a dealt loop each further core does once more. */
typedef struct {
    double reads, writes;   /* those that reach the caches */
    double requested_bytes; /* by these */
    double scratch_reads, scratch_writes, scratch_bytes;
    double flops;
} NestCounts;

/* Of a nest that nest_check accepts. */
NestCounts nest_count(const Nest *nest);

#endif
