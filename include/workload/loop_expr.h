/*
 * loop_expr - expressions over loops by number instead of by name: quick to evaluate again and again.
 *
 * What they consist of lives in a pool.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_LOOP_EXPR_H
#define WORKLOAD_LOOP_EXPR_H

#include "workload/nest_range.h"

typedef struct LoopLookup LoopLookup;
typedef struct {
    uint32_t loop; /* its number in the path, from 0 */
    int64_t scale;
} LoopTerm;

/* constant + sum of scale * value of a loop + lookups */
typedef struct {
    int64_t constant;
    LoopTerm *terms;     /* [n_terms] */
    LoopLookup *lookups; /* [n_lookups] */
    uint32_t n_terms, n_lookups;
} LoopExpr;

struct LoopLookup {
    int64_t scale;
    const NestArray *table;
    LoopExpr at;
};

/* Of one loop: the largest of from is the first value, the smallest of below is not reached. */
typedef struct {
    LoopExpr *from, *below; /* [n_from], [n_below] */
    uint32_t n_from, n_below;
} LoopBounds;

/* All indices of the expression are those of loops of the path. */
LoopExpr loopexpr_new(NestPool *pool, const NestPath *path, const NestExpr *expr);
/* The expression where the loops have these values.  False when a lookup leaves its table. */
bool loopexpr_value(const LoopExpr *expr, const int64_t *loops, int64_t *value);
/* By how much the expression grows with the loop, lookups aside. */
int64_t loopexpr_scale(const LoopExpr *expr, uint32_t loop);
/* Whether the loop stands in one of its lookups. */
bool loopexpr_looks_up(const LoopExpr *expr, uint32_t loop);

/* The bounds of a loop in the path's loops. */
LoopBounds loopbounds_new(NestPool *pool, const NestPath *path, const NestLoop *loop);
/* Where the loop begins, and the first value that it does not reach.  False when a lookup leaves its table. */
bool loopbounds_at(const LoopBounds *bounds, const int64_t *loops, int64_t *from, int64_t *below);
/* Whether they depend on the loop of that number. */
bool loopbounds_use(const LoopBounds *bounds, uint32_t loop);

#endif
