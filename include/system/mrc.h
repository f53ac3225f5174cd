/*
 * mrc - the stack distances of a point's workload: what it asks for, line by line, whatever the machine.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_MRC_H
#define SYSTEM_MRC_H

#include "cache/stack_distance.h"
#include "spec/point.h"

typedef struct {
    uint32_t line_bytes; /* a power of two */
    double rate;         /* share of lines that is followed; 1: all, exact */
} MrcOptions;

/* Run the workload, warm-up included, which is not counted.  Several cores follow one another.  Returns (caller frees with
 * stackdistance_free), or NULL and sets error (TRACE, IO, RUN). */
StackDistance *mrc_measure(const PointSpec *point, const MrcOptions *options, GError **error);

#endif
