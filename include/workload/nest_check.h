/*
 * nest_check - the rules of loop nests, checked once, before anything runs.
 *
 * Every index has its loop, bounds stay within 2^53, vector loops hold statements only, of loops inside each other
 * one at most is dealt, and no subscript leaves its array.  The last is decided by ranges (nest_range), where these do
 * not suffice by going through the iterations, up to a million; what is still open then is checked while it runs.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_NEST_CHECK_H
#define WORKLOAD_NEST_CHECK_H

#include <glib.h>

#include "workload/nest_range.h"

enum {
    NEST_VECTOR_MAX = 256,   /* of a thread */
    NEST_TOGETHER_MAX = 4096 /* of neighbouring threads */
};

/* False and error (CONFIG), which names the loop, or the access, its subscript and its range. */
bool nest_check(const Nest *nest, GError **error);
/* Whether the ranges alone show that no subscript of the access, in these loops, leaves its array. */
bool nest_stays_inside(const NestPath *path, const NestAccess *access);
/* "A[i][k + 1]: subscript 2 reaches 512; the dimension has 512 elements, 0 to 511": error (CONFIG). */
void nest_outside(const NestAccess *access, uint32_t subscript, int64_t value, GError **error);

#endif
