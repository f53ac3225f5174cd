/*
 * arrays - the named arrays of a workload, that can be counted apart: those of patterns, and the regions of traces.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEC_ARRAYS_H
#define SPEC_ARRAYS_H

#include "spec/point.h"

extern const Field region_fields[]; /* of a NamedRange */

/* Whether name may be that of an array: an identifier that means nothing else in a result.  Else false and error, without
 * the path. */
bool array_name_check(const char *name, GError **error);
/* Rules of a trace's regions: names, no two that overlap.  Messages begin with "regions[2]". */
bool regions_check(const NamedRange *regions, uint32_t n, GError **error);

/* Called for an array, which may be called for again. */
typedef void (*ArrayVisit)(void *user, const char *name, uint64_t from_addr, uint64_t bytes);
/* All arrays of a workload that has been laid out, in order of first mention. */
void workload_each_array(const WorkloadSpec *workload, ArrayVisit visit, void *user);

/* Whether a point has, on demand, a column of this name for one of its arrays: "a_l1_misses". */
bool point_has_array_column(const PointSpec *point, const char *column);

#endif
