/*
 * layout - where the arrays of a workload lie in the address space: whether they can, for workload_check.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEC_LAYOUT_H
#define SPEC_LAYOUT_H

#include "spec/workload.h"

/* Whether there is room for all arrays, and no two of nests that have places of their own overlap unasked; error
 * (CONFIG). */
bool workload_check_places(const WorkloadSpec *workload, GError **error);

#endif
