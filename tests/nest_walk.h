/*
 * nest_walk - runs a loop nest as it reads, one iteration after the other: the slow obvious version.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_NEST_WALK_H
#define TESTS_NEST_WALK_H

#include <glib.h>

#include "workload/nest.h"

/* What is told; data is the walker's.  Any may be NULL. */
typedef struct {
    /* The access as it stands in the nest; element: counted from the array's base, in units of the strides. */
    void (*touch)(const NestAccess *access, int64_t element, void *data);
    void (*statement)(const NestStatement *statement, void *data); /* before its accesses */
    void (*enter)(const NestLoop *loop, void *data);               /* it runs at least once */
    void (*iterate)(const NestLoop *loop, void *data);
    void (*leave)(const NestLoop *loop, void *data);
    void *data;
} NestWalk;

/* A vector of a loop is one iteration after the other; an access that it does not move is told for the first of them only.  The
 * nest's rules are asserted: names are known and stand once, what stands around a loop does not see its index. */
void nest_walk(const Nest *nest, const NestWalk *walk);

/* Accesses as a multiset. */
typedef struct {
    const NestArray *array;
    int64_t element;
    bool write;
} Touch;
typedef struct {
    GArray *touches; /* of Touch, sorted by touches_sort */
    double flops;
} Touches;
Touches touches_of(const Nest *nest);
void touches_sort(Touches *touches);
void touches_clear(Touches *touches);
bool touches_equal(const Touches *a, const Touches *b);

#endif
