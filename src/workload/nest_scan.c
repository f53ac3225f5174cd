/*
 * nest_scan - a subscript followed through its loops.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/nest_scan.h"

#include <glib.h>

#include "workload/loop_expr.h"

enum { VISITS_MAX = 1 << 20 };

typedef struct {
    const NestPath *path;
    const NestExpr *expr;
    LoopExpr subscript; /* the same */
    LoopBounds bounds[NEST_DEPTH_MAX];
    uint64_t extent;
    bool matters[NEST_DEPTH_MAX];  /* the loop says something about the subscript */
    int64_t index[NEST_DEPTH_MAX]; /* where the loops are */
    bool corners;                  /* only the first and the last iteration of each */
    uint32_t visits;
    int64_t value;
} Scan;

static ScanResult scan_from(Scan *scan, uint32_t level);

static ScanResult scan_loop(Scan *scan, uint32_t level)
{
    const NestLoop *loop = scan->path->loops[level];
    int64_t from, below;

    if (!loopbounds_at(&scan->bounds[level], scan->index, &from, &below))
        return SCAN_OPEN;
    if (from >= below)
        return SCAN_INSIDE;
    const int64_t last = from + (below - 1 - from) / loop->step * loop->step;
    const int64_t step = scan->corners && last > from ? last - from : loop->step;

    for (int64_t at = from; at <= last; at += step) {
        scan->index[level] = at;
        const ScanResult result = scan_from(scan, level + 1);

        if (result != SCAN_INSIDE)
            return result;
    }
    return SCAN_INSIDE;
}

static ScanResult scan_from(Scan *scan, uint32_t level)
{
    if (++scan->visits > VISITS_MAX)
        return SCAN_OPEN;
    while (level < scan->path->n_loops && !scan->matters[level])
        level++;
    if (level < scan->path->n_loops)
        return scan_loop(scan, level);
    if (!loopexpr_value(&scan->subscript, scan->index, &scan->value))
        return SCAN_OPEN;
    return scan->value >= 0 && (uint64_t)scan->value < scan->extent ? SCAN_INSIDE : SCAN_OUTSIDE;
}

static bool constant_bounds(const NestLoop *loop)
{
    return loop->n_from == 1 && loop->n_below == 1 && expr_is_constant(&loop->from[0]) &&
           expr_is_constant(&loop->below[0]) && loop->from[0].constant < loop->below[0].constant;
}

/* A loop that surely runs, and that neither the subscript nor a loop that matters looks at, is left out. */
static void find_what_matters(Scan *scan)
{
    const NestPath *path = scan->path;

    for (uint32_t i = path->n_loops; i-- > 0;) {
        const char *index = path->loops[i]->index;
        bool matters = !constant_bounds(path->loops[i]) || expr_uses(scan->expr, index);

        for (uint32_t j = i + 1; j < path->n_loops; j++)
            matters = matters || (scan->matters[j] && nest_bounds_use(path->loops[j], index));
        scan->matters[i] = matters;
    }
}

ScanResult nest_scan(const NestPath *path, const NestExpr *expr, uint64_t extent, int64_t *value)
{
    Scan scan = { .path = path, .expr = expr, .extent = extent, .corners = true };

    NestPool *pool = nestpool_new();

    find_what_matters(&scan);
    scan.subscript = loopexpr_new(pool, path, expr);
    for (uint32_t i = 0; i < path->n_loops; i++)
        scan.bounds[i] = loopbounds_new(pool, path, path->loops[i]);
    ScanResult result = scan_from(&scan, 0);

    if (result == SCAN_INSIDE) {
        scan.corners = false;
        scan.visits = 0;
        result = scan_from(&scan, 0);
    }
    nestpool_free(pool);
    *value = scan.value;
    return result;
}
