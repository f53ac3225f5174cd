/*
 * nest_range - between which values an expression stays.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/nest_range.h"

#include <assert.h>
#include <glib.h>

/* Bounds of a list are tried one by one up to here; then the first of each list has to do, which is less exact. */
enum { TRIALS_MAX = 20000, SCAN_MAX = 1 << 16, KNOWN_MAX = 64 };
static const int64_t RANGE_MAX = INT64_C(1) << 62;

/* What was found out about an expression without its constant.  A loop that is tiled k times has k upper bounds, each of
 * which leads to those of the tile loops around: 2^k ways through k expressions. */
typedef struct {
    NestExpr moving;
    int64_t value;
    bool most;
} Known;

typedef struct {
    const NestPath *path;
    NestPool *pool;
    uint32_t trials, n_known;
    Known known[KNOWN_MAX];
} Search;

static int64_t extreme(Search *search, NestExpr expr, bool most);

/* The least or most of the values of the table from first to last. */
static int64_t extreme_value(const NestArray *table, NestRange at, bool most)
{
    const int64_t end = (int64_t)table->extents[0] - 1;
    const int64_t first = CLAMP(at.least, 0, end), last = CLAMP(at.most, 0, end);
    int64_t value = table->values[first];

    if (last - first >= SCAN_MAX)
        return most ? table->most_value : table->least_value;
    for (int64_t i = first + 1; i <= last; i++)
        value = most ? MAX(value, table->values[i]) : MIN(value, table->values[i]);
    return value;
}

/* The expression with its lookups replaced by what they are at the most, or at the least. */
static NestExpr without_lookups(Search *search, NestExpr expr, bool most)
{
    NestExpr rest = expr;

    rest.n_lookups = 0;
    for (uint32_t i = 0; i < expr.n_lookups; i++) {
        const NestLookup *lookup = &expr.lookups[i];
        const NestRange at = { extreme(search, lookup->at, false),
                               extreme(search, lookup->at, true) };
        const int64_t value = extreme_value(lookup->table, at, most == (lookup->scale > 0));

        rest = expr_add_scaled(search->pool, rest, lookup->scale, expr_constant(value));
    }
    return rest;
}

/* The last value of the index when only this upper bound holds; where the distance to the lower bound is known, one
 * that the steps reach. */
static NestExpr last_below(Search *search, const NestLoop *loop, const NestExpr *below)
{
    if (loop->n_from == 1) {
        const NestExpr room = expr_subtract(search->pool, *below, loop->from[0]);

        if (expr_is_constant(&room) && room.constant > 0)
            return expr_add(search->pool, loop->from[0],
                            expr_constant((room.constant - 1) / loop->step * loop->step));
    }
    return expr_add(search->pool, *below, expr_constant(-1));
}

/* The extreme of expr, with the index of the loop replaced by each of its upper or lower bounds. */
static int64_t through_bounds(Search *search, const NestLoop *loop, NestExpr expr, bool most)
{
    const int64_t scale = expr_scale_of(&expr, loop->index);
    const bool upper = (scale > 0) == most;
    const uint32_t n = upper ? loop->n_below : loop->n_from;
    int64_t best = most ? INT64_MAX : INT64_MIN;

    for (uint32_t i = 0; i < n && (i == 0 || search->trials < TRIALS_MAX); i++) {
        const NestExpr bound = upper ? last_below(search, loop, &loop->below[i]) : loop->from[i];
        const NestExpr with = expr_substitute(search->pool, expr, loop->index, bound);
        const int64_t value = extreme(search, with, most);

        search->trials++;
        best = most ? MIN(best, value) : MAX(best, value);
    }
    return best;
}

static const NestLoop *innermost_loop(const NestPath *path, const NestExpr *expr)
{
    for (uint32_t i = path->n_loops; i-- > 0;)
        if (expr_scale_of(expr, path->loops[i]->index) != 0)
            return path->loops[i];
    assert(false && "every index has its loop");
    return NULL;
}

/* Of an expression with neither lookups nor a constant. */
static int64_t extreme_moving(Search *search, NestExpr moving, bool most)
{
    for (uint32_t i = 0; i < search->n_known; i++)
        if (search->known[i].most == most && expr_equal(&search->known[i].moving, &moving))
            return search->known[i].value;
    const int64_t value =
        through_bounds(search, innermost_loop(search->path, &moving), moving, most);

    if (search->n_known < KNOWN_MAX)
        search->known[search->n_known++] = (Known){ moving, value, most };
    return value;
}

/* value + constant, where the value is known and the sum keeps to 62 bits. */
static int64_t move_by(int64_t value, int64_t constant, bool most)
{
    int64_t sum;

    if (value == INT64_MIN || value == INT64_MAX)
        return value;
    if (__builtin_add_overflow(value, constant, &sum) || sum <= -RANGE_MAX || sum >= RANGE_MAX)
        return most ? INT64_MAX : INT64_MIN;
    return sum;
}

static int64_t extreme(Search *search, NestExpr expr, bool most)
{
    if (expr.n_lookups > 0)
        expr = without_lookups(search, expr, most);
    if (expr.n_terms > 0) {
        NestExpr moving = expr;

        moving.constant = 0;
        return move_by(extreme_moving(search, moving, most), expr.constant, most);
    }
    if (nestpool_overflown(search->pool))
        return most ? INT64_MAX : INT64_MIN;
    return expr.constant;
}

NestRange nest_range(const NestPath *path, const NestExpr *expr)
{
    Search search;
    NestRange range;

    search.path = path;
    search.pool = nestpool_new();
    search.trials = search.n_known = 0;
    range.least = extreme(&search, *expr, false);
    search.trials = 0;
    range.most = extreme(&search, *expr, true);
    nestpool_free(search.pool);
    return range;
}

/* Whether the expression is an even number, as far as its indices (even: of the path) tell. */
static bool is_even(const NestPath *path, const bool *even, const NestExpr *expr)
{
    bool all = expr->constant % 2 == 0;

    for (uint32_t i = 0; i < path->n_loops; i++)
        all = all && (even[i] || expr_scale_of(expr, path->loops[i]->index) % 2 == 0);
    for (uint32_t i = 0; i < expr->n_lookups; i++)
        all = all && expr->lookups[i].scale % 2 == 0;
    return all;
}

bool nest_begins_on_bytes(const NestPath *path, const NestAccess *access)
{
    const NestArray *array = access->array;
    bool even[NEST_DEPTH_MAX] = { false }, whole = true;

    if (element_bits(array->type) >= 8)
        return true;
    for (uint32_t i = 0; i < path->n_loops; i++) {
        const NestLoop *loop = path->loops[i];
        bool starts = true;

        for (uint32_t j = 0; j < loop->n_from; j++)
            starts = starts && is_even(path, even, &loop->from[j]);
        even[i] = starts && loop->step % 2 * loop->vector % 2 == 0;
    }
    for (uint32_t d = 0; d < array->n_dims; d++)
        whole =
            whole && (array->strides[d] % 2 == 0 || is_even(path, even, &access->subscripts[d]));
    return whole;
}
