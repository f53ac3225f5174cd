/*
 * loop_expr - expressions over loops by number.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/loop_expr.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

static uint32_t number_of(const NestPath *path, const char *index)
{
    uint32_t at = 0;

    while (at < path->n_loops && strcmp(path->loops[at]->index, index) != 0)
        at++;
    assert(at < path->n_loops && "every index has its loop");
    return at;
}

LoopExpr loopexpr_new(NestPool *pool, const NestPath *path, const NestExpr *expr)
{
    LoopExpr made = { .constant = expr->constant,
                      .terms = nestpool_alloc(pool, expr->n_terms * sizeof(LoopTerm)),
                      .lookups = nestpool_alloc(pool, expr->n_lookups * sizeof(LoopLookup)),
                      .n_terms = expr->n_terms,
                      .n_lookups = expr->n_lookups };

    for (uint32_t i = 0; i < expr->n_terms; i++)
        made.terms[i] = (LoopTerm){ number_of(path, expr->terms[i].index), expr->terms[i].scale };
    for (uint32_t i = 0; i < expr->n_lookups; i++)
        made.lookups[i] = (LoopLookup){ expr->lookups[i].scale, expr->lookups[i].table,
                                        loopexpr_new(pool, path, &expr->lookups[i].at) };
    return made;
}

/* Sums wrap around: what is not checked yet may be of any size. */
bool loopexpr_value(const LoopExpr *expr, const int64_t *loops, int64_t *value)
{
    uint64_t sum = (uint64_t)expr->constant;

    for (uint32_t i = 0; i < expr->n_terms; i++)
        sum += (uint64_t)expr->terms[i].scale * (uint64_t)loops[expr->terms[i].loop];
    for (uint32_t i = 0; i < expr->n_lookups; i++) {
        const LoopLookup *lookup = &expr->lookups[i];
        int64_t at;

        if (!loopexpr_value(&lookup->at, loops, &at) || at < 0 ||
            (uint64_t)at >= lookup->table->extents[0])
            return false;
        sum += (uint64_t)lookup->scale * (uint64_t)lookup->table->values[at];
    }
    *value = (int64_t)sum;
    return true;
}

int64_t loopexpr_scale(const LoopExpr *expr, uint32_t loop)
{
    for (uint32_t i = 0; i < expr->n_terms; i++)
        if (expr->terms[i].loop == loop)
            return expr->terms[i].scale;
    return 0;
}

bool loopexpr_looks_up(const LoopExpr *expr, uint32_t loop)
{
    for (uint32_t i = 0; i < expr->n_lookups; i++)
        if (loopexpr_scale(&expr->lookups[i].at, loop) != 0 ||
            loopexpr_looks_up(&expr->lookups[i].at, loop))
            return true;
    return false;
}

static LoopExpr *new_list(NestPool *pool, const NestPath *path, const NestExpr *exprs, uint32_t n)
{
    LoopExpr *made = nestpool_alloc(pool, n * sizeof *made);

    for (uint32_t i = 0; i < n; i++)
        made[i] = loopexpr_new(pool, path, &exprs[i]);
    return made;
}

LoopBounds loopbounds_new(NestPool *pool, const NestPath *path, const NestLoop *loop)
{
    return (LoopBounds){ .from = new_list(pool, path, loop->from, loop->n_from),
                         .below = new_list(pool, path, loop->below, loop->n_below),
                         .n_from = loop->n_from,
                         .n_below = loop->n_below };
}

bool loopbounds_at(const LoopBounds *bounds, const int64_t *loops, int64_t *from, int64_t *below)
{
    int64_t value;

    *from = INT64_MIN;
    *below = INT64_MAX;
    for (uint32_t i = 0; i < bounds->n_from; i++) {
        if (!loopexpr_value(&bounds->from[i], loops, &value))
            return false;
        *from = MAX(*from, value);
    }
    for (uint32_t i = 0; i < bounds->n_below; i++) {
        if (!loopexpr_value(&bounds->below[i], loops, &value))
            return false;
        *below = MIN(*below, value);
    }
    return true;
}

static bool uses(const LoopExpr *exprs, uint32_t n, uint32_t loop)
{
    for (uint32_t i = 0; i < n; i++)
        if (loopexpr_scale(&exprs[i], loop) != 0 || loopexpr_looks_up(&exprs[i], loop))
            return true;
    return false;
}

bool loopbounds_use(const LoopBounds *bounds, uint32_t loop)
{
    return uses(bounds->from, bounds->n_from, loop) || uses(bounds->below, bounds->n_below, loop);
}
