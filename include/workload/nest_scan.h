/*
 * nest_scan - a subscript followed through the iterations of its loops, to see whether it leaves its array.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_NEST_SCAN_H
#define WORKLOAD_NEST_SCAN_H

#include "workload/nest_range.h"

typedef enum {
    SCAN_INSIDE,  /* it never does */
    SCAN_OUTSIDE, /* it does: value says how far */
    SCAN_OPEN     /* there are too many iterations to say */
} ScanResult;

/* Whether expr stays between 0 and extent - 1.  First the corners of the loops are tried, then all iterations. */
ScanResult nest_scan(const NestPath *path, const NestExpr *expr, uint64_t extent, int64_t *value);

#endif
