/*
 * nest_expr - subscripts and bounds of loops: constant + sum of scale * index + sum of scale * table[expression].
 *
 * An expression is a value: copy it by assignment.  What it points to belongs to a pool, never changes, and is freed
 * with it, so that expressions may share it.  Terms are sorted by name, each index stands once, no scale is 0.
 * Sums and products wrap nowhere: coefficients are checked to stay below 2^62, else the pool is marked as overflown.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_NEST_EXPR_H
#define WORKLOAD_NEST_EXPR_H

#include <stddef.h>

#include "workload/nest_array.h"

/* Memory that is freed as a whole. */
typedef struct NestPool NestPool;
NestPool *nestpool_new(void);
void nestpool_free(NestPool *pool); /* accepts NULL */
/* Zero-filled; lives as long as the pool. */
void *nestpool_alloc(NestPool *pool, size_t bytes);
char *nestpool_text(NestPool *pool, const char *text);
/* The pool keeps a reference to the array.  Returns it. */
NestArray *nestpool_keep(NestPool *pool, NestArray *array);
/* Whether a coefficient has left its range. */
bool nestpool_overflown(const NestPool *pool);

typedef struct NestLookup NestLookup;
typedef struct {
    const char *index;
    int64_t scale; /* not 0 */
} NestTerm;

typedef struct {
    int64_t constant;
    const NestTerm *terms;     /* [n_terms] */
    const NestLookup *lookups; /* [n_lookups] */
    uint32_t n_terms, n_lookups;
} NestExpr;

/* scale * table->values[at] */
struct NestLookup {
    int64_t scale; /* not 0 */
    NestArray *table;
    NestExpr at;
};

NestExpr expr_constant(int64_t value);
NestExpr expr_index(NestPool *pool, const char *index);
NestExpr expr_lookup(NestPool *pool, NestArray *table, NestExpr at);
/* a + b_scale * b */
NestExpr expr_add_scaled(NestPool *pool, NestExpr a, int64_t b_scale, NestExpr b);
NestExpr expr_add(NestPool *pool, NestExpr a, NestExpr b);
NestExpr expr_subtract(NestPool *pool, NestExpr a, NestExpr b);
NestExpr expr_scaled(NestPool *pool, NestExpr a, int64_t scale);
/* The expression with the index replaced, in its lookups, too. */
NestExpr expr_substitute(NestPool *pool, NestExpr a, const char *index, NestExpr by);
/* The same in another pool. */
NestExpr expr_copy(NestPool *pool, NestExpr a);

bool expr_is_constant(const NestExpr *a);
bool expr_equal(const NestExpr *a, const NestExpr *b);
/* What the expression moves by when the index grows by 1, lookups left aside. */
int64_t expr_scale_of(const NestExpr *a, const char *index);
/* Whether the index stands in it, in its lookups, too. */
bool expr_uses(const NestExpr *a, const char *index);
/* Whether the index stands in one of its lookups. */
bool expr_looks_up(const NestExpr *a, const char *index);

#endif
