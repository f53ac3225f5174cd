/*
 * array_counts - what a point does for each of its arrays, level by level: counted only when asked for.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_ARRAY_COUNTS_H
#define SYSTEM_ARRAY_COUNTS_H

#include "system/parts.h"

/* Of one array, or of all other addresses. */
typedef struct {
    char *name;
    CacheStats *levels; /* [n_levels] */
    RegionCount memory; /* what is asked of it */
} ArrayCounts;

/* The arrays of a workload, the same name once.  Returns (caller frees with regions_free). */
Regions *arrays_of(const WorkloadSpec *workload);

/* The counts at the end of a run that was watched by array: [regions_others + 1], the last one is "other".  Sets *n.
 * Returns (caller frees with array_counts_free). */
ArrayCounts *array_counts_new(const Parts *parts, uint32_t *n);
/* The same, all zero, for a point that was not run. */
ArrayCounts *array_counts_dry(const PointSpec *point, uint32_t *n);
void array_counts_free(ArrayCounts *counts, uint32_t n);

#endif
