/*
 * nest_indices - the indices of the loops that are running, by name, and what expressions are worth then.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_NEST_INDICES_H
#define TESTS_NEST_INDICES_H

#include "workload/nest.h"

enum { NEST_INDICES_MAX = 64 };

typedef struct {
    const char *names[NEST_INDICES_MAX]; /* borrowed; the outermost loop's first */
    int64_t values[NEST_INDICES_MAX];
    uint32_t n;
} NestIndices;

/* That an index is known and a table long enough is asserted. */
int64_t nestindices_value(const NestIndices *indices, const NestExpr *expr);
/* Counted from the array's base, in units of the strides. */
int64_t nestindices_element(const NestIndices *indices, const NestAccess *access);
/* The largest of the starts, the smallest of the ends. */
int64_t nestindices_from(const NestIndices *indices, const NestLoop *loop);
int64_t nestindices_below(const NestIndices *indices, const NestLoop *loop);

/* The innermost loop begins, has this value, or is over; a name stands once, which is asserted. */
void nestindices_enter(NestIndices *indices, const char *name);
void nestindices_set(NestIndices *indices, int64_t value);
void nestindices_leave(NestIndices *indices);

#endif
