/*
 * nest_reduce - a loop nest reduced to what it does to one array: only the loops that move it, only its accesses.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_NEST_REDUCE_H
#define WORKLOAD_NEST_REDUCE_H

#include "workload/loop_expr.h"

typedef struct ReducedNode ReducedNode;
typedef struct {
    ReducedNode *nodes; /* [n_nodes] */
    uint32_t n_nodes;
} ReducedBody;
struct ReducedNode {
    bool is_loop;
    /* An access to an element, counted from the base: */
    LoopExpr element;
    bool write;
    /* A loop: */
    uint32_t loop; /* its depth */
    LoopBounds bounds;
    int64_t step;
    uint32_t vector; /* iterations of which each access is made before the next one is */
    bool once;       /* its iterations touch the same */
    bool flat;       /* accesses only, none through a lookup that it moves */
    ReducedBody before, body, after;
};

/* Where the array is only read or only written the order of the loops may be another.  Lives in the pool, which marks it when a coefficient is too large. */
ReducedBody nest_reduce(const Nest *nest, const NestArray *array, NestPool *pool);

#endif
