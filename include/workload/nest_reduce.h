/*
 * nest_reduce - a loop nest reduced to what it does to one array: only the loops that move it, only its accesses.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_NEST_REDUCE_H
#define WORKLOAD_NEST_REDUCE_H

#include "workload/nest.h"

typedef struct ReducedLookup ReducedLookup;

/* constant + sum of scale * value of a loop + lookups */
typedef struct {
    uint32_t loop; /* by number */
    int64_t scale;
} ReducedTerm;
typedef struct {
    int64_t constant;
    ReducedTerm *terms;     /* [n_terms] */
    ReducedLookup *lookups; /* [n_lookups] */
    uint32_t n_terms, n_lookups;
} ReducedExpr;
struct ReducedLookup {
    int64_t scale;
    const NestArray *table;
    ReducedExpr at;
};

typedef struct ReducedNode ReducedNode;
typedef struct {
    ReducedNode *nodes; /* [n_nodes] */
    uint32_t n_nodes;
} ReducedBody;
struct ReducedNode {
    bool is_loop;
    /* An access to an element, counted from the base: */
    ReducedExpr element;
    bool write;
    /* A loop: */
    uint32_t loop; /* its depth */
    ReducedExpr *from, *below;
    uint32_t n_from, n_below;
    int64_t step;
    bool once; /* its iterations touch the same */
    bool flat; /* accesses only, none through a lookup that it moves */
    ReducedBody before, body, after;
};

/* Where the array is only read or only written the order of the loops may be another.  Lives in the pool, which marks it when a coefficient is too large. */
ReducedBody nest_reduce(const Nest *nest, const NestArray *array, NestPool *pool);
/* The expression where loops have these values.  False when a lookup leaves its table. */
bool reduced_value(const ReducedExpr *expr, const int64_t *loops, int64_t *value);
/* By how much the expression grows with the loop, lookups aside. */
int64_t reduced_scale(const ReducedExpr *expr, uint32_t loop);

#endif
