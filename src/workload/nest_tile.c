/*
 * nest_tile - tile loops around a band of perfectly nested loops.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/error.h"
#include "workload/nest_edit.h"

typedef struct {
    Nest *nest;
    const NestFactor *tiles; /* [n] */
    const char **tile_names; /* [n] */
    uint32_t n;
    const char *verb; /* of messages */
    GError **error;
} Tiling;

/* The number of the tile of the loop, or n. */
static uint32_t tile_of(const Tiling *tiling, const NestLoop *loop)
{
    uint32_t i = 0;

    while (i < tiling->n && strcmp(tiling->tiles[i].index, loop->index) != 0)
        i++;
    return i;
}

static bool has_bound(const NestExpr *bounds, uint32_t n, const NestExpr *wanted)
{
    for (uint32_t i = 0; i < n; i++)
        if (expr_equal(&bounds[i], wanted))
            return true;
    return false;
}

typedef struct {
    NestExpr start, end; /* of a tile */
    bool found;
} TileSearch;

static void find_tile(NestNode *node, void *data)
{
    TileSearch *search = data;

    if (node->kind == NEST_LOOP && node->loop.copies == 0 &&
        has_bound(node->loop.from, node->loop.n_from, &search->start) &&
        has_bound(node->loop.below, node->loop.n_below, &search->end))
        search->found = true;
}

/* Whether a loop inside runs over one step of it: it is a tile loop. */
static bool is_tile_loop(NestPool *pool, const NestLoop *loop)
{
    TileSearch search = { .start = expr_index(pool, loop->index) };

    search.end = expr_add(pool, search.start, expr_constant(loop->step));
    nest_visit(&loop->body, find_tile, &search);
    return search.found;
}

/* Add the perfectly nested loops from the node on: what stands around a loop stays there, so that nothing passes it, but a
 * tile loop takes what stands around the first. */
static void collect_band(const Tiling *tiling, NestNode *node, GPtrArray *band)
{
    for (; node; node = edit_only_loop(&node->loop.body)) {
        if (edit_has_edges(&node->loop) && band->len > 0)
            return;
        g_ptr_array_add(band, node);
        if (edit_has_edges(&node->loop) && tile_of(tiling, &node->loop) == tiling->n)
            return;
    }
}

static NestLoop *loop_at(const GPtrArray *band, guint at)
{
    return &((NestNode *)band->pdata[at])->loop;
}

/* Where tile loops go: inside those that are there, outside what they tile. */
static guint place_of_tiles(const Tiling *tiling, const GPtrArray *band)
{
    guint at = 0;

    while (at < band->len && tile_of(tiling, loop_at(band, at)) == tiling->n &&
           is_tile_loop(tiling->nest->pool, loop_at(band, at)))
        at++;
    return at;
}

/* The bounds of the loop at `at` that hold for all iterations of the loops from first on. */
static bool project(const Tiling *tiling, const GPtrArray *band, guint first, guint at,
                    BoundKind kind, GArray *bounds)
{
    const NestLoop *loop = loop_at(band, at);

    g_array_append_vals(bounds, kind == BOUND_FROM ? loop->from : loop->below,
                        kind == BOUND_FROM ? loop->n_from : loop->n_below);
    for (guint i = at; i-- > first;)
        if (!edit_eliminate(tiling->nest->pool, bounds, kind, loop_at(band, i)))
            return refuse_config(tiling->error,
                                 "%s: the bounds of loop '%s' look up a table by '%s', which its "
                                 "tile loop would stand outside of",
                                 tiling->verb, loop->index, loop_at(band, i)->index);
    return true;
}

/* The same list of bounds. */
static bool same_bounds(const GArray *bounds, const NestExpr *old, uint32_t n)
{
    if (bounds->len != n)
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (!expr_equal(&g_array_index(bounds, NestExpr, i), &old[i]))
            return false;
    return true;
}

static const NestExpr *keep_bounds(NestPool *pool, const GArray *bounds)
{
    NestExpr *kept = nestpool_alloc(pool, bounds->len * sizeof *kept);

    memcpy(kept, bounds->data, bounds->len * sizeof *kept);
    return kept;
}

/* The loop runs over the tile that starts at `start`, of step span, within its own bounds. */
static bool confine(const Tiling *tiling, NestLoop *loop, const NestLoop *tile_loop,
                    bool same_start)
{
    NestPool *pool = tiling->nest->pool;
    const NestExpr start = expr_index(pool, tile_loop->index);

    if (!same_start && loop->step != 1)
        return refuse_config(
            tiling->error,
            "%s: loop '%s' has a step of %lld and starts where an outer loop says: "
            "its tiles would not start on its steps",
            tiling->verb, loop->index, (long long)loop->step);
    if (same_start)
        loop->n_from = 0;
    nest_also_from(pool, loop, start);
    nest_also_below(pool, loop, expr_add(pool, start, expr_constant(tile_loop->step)));
    return true;
}

/* A tile loop for the loop at `at`, which is to stand at first. */
static NestNode *tile_loop_new(const Tiling *tiling, const GPtrArray *band, guint first, guint at)
{
    NestPool *pool = tiling->nest->pool;
    NestLoop *loop = loop_at(band, at);
    const uint32_t tile = tile_of(tiling, loop);
    g_autoptr(GArray) from = g_array_new(FALSE, FALSE, sizeof(NestExpr));
    g_autoptr(GArray) below = g_array_new(FALSE, FALSE, sizeof(NestExpr));
    NestNode *node;

    if (!project(tiling, band, first, at, BOUND_FROM, from) ||
        !project(tiling, band, first, at, BOUND_BELOW, below))
        return NULL;
    node = nest_loop(pool, tiling->tile_names[tile], expr_constant(0), expr_constant(0), 1);
    NestLoop *tile_loop = &node->loop;
    if (__builtin_mul_overflow(tiling->tiles[tile].count, loop->step, &tile_loop->step) ||
        tile_loop->step > INT64_C(1) << 61) {
        refuse_config(tiling->error, "%s: %s = %lld is too much", tiling->verb, loop->index,
                      (long long)tiling->tiles[tile].count);
        return NULL;
    }
    const bool same_start = same_bounds(from, loop->from, loop->n_from);

    tile_loop->from = keep_bounds(pool, from);
    tile_loop->below = keep_bounds(pool, below);
    tile_loop->n_from = from->len;
    tile_loop->n_below = below->len;
    tile_loop->deal = loop->deal;
    tile_loop->before = loop->before;
    tile_loop->after = loop->after;
    loop->deal = DEAL_NONE;
    loop->block_threads = 0;
    loop->before = loop->after = (NestBody){ 0 };
    return confine(tiling, loop, tile_loop, same_start) ? node : NULL;
}

static bool tile_body(const Tiling *tiling, NestBody *body);

static bool tile_band(const Tiling *tiling, NestNode **slot)
{
    g_autoptr(GPtrArray) band = g_ptr_array_new();

    collect_band(tiling, *slot, band);
    NestLoop *last = loop_at(band, band->len - 1);
    guint place = place_of_tiles(tiling, band);

    if (!tile_body(tiling, &last->body))
        return false;
    const NestBody innermost = last->body;
    for (guint at = place; at < band->len; at++) {
        if (tile_of(tiling, loop_at(band, at)) == tiling->n)
            continue;
        NestNode *tile_loop = tile_loop_new(tiling, band, place, at);

        if (tile_loop == NULL)
            return false;
        g_ptr_array_insert(band, (gint)place, tile_loop);
        place++;
        at++; /* the loop has moved inwards by one */
    }
    *slot = edit_link(tiling->nest->pool, (NestNode *const *)band->pdata, band->len, innermost);
    return true;
}

static bool tile_body(const Tiling *tiling, NestBody *body)
{
    for (uint32_t i = 0; i < body->n_nodes; i++) {
        NestNode *node = body->nodes[i];

        if (node->kind == NEST_LOOP && !tile_band(tiling, &body->nodes[i]))
            return false;
    }
    return true;
}

typedef struct {
    const Tiling *tiling;
    const char *unrolled, *threads; /* loops to be tiled that cannot be, or NULL */
} Search;

static void find_untileable(NestNode *node, void *data)
{
    Search *search = data;

    if (node->kind != NEST_LOOP || tile_of(search->tiling, &node->loop) == search->tiling->n)
        return;
    if (node->loop.copies > 0)
        search->unrolled = node->loop.index;
    if (node->loop.threads)
        search->threads = node->loop.index;
}

static bool check_tileable(const Tiling *tiling)
{
    Search search = { tiling, NULL, NULL };

    nest_visit(&tiling->nest->body, find_untileable, &search);
    if (search.threads)
        return refuse_config(tiling->error,
                             "%s: the iterations of '%s' are threads; :%s comes before :threads",
                             tiling->verb, search.threads, tiling->verb);
    return search.unrolled == NULL ||
           refuse_config(tiling->error, "%s: '%s' is unrolled; :%s comes before :unroll",
                         tiling->verb, search.unrolled, tiling->verb);
}

bool edit_tile(Nest *nest, const char *verb, const NestFactor *tiles, const char **tile_names,
               uint32_t n, GError **error)
{
    const Tiling tiling = { nest, tiles, tile_names, n, verb, error };

    return check_tileable(&tiling) && tile_body(&tiling, &nest->body);
}

Nest *nest_tile(const Nest *nest, const NestFactor *tiles, uint32_t n, GError **error)
{
    if (!edit_check_factors(nest, "tile", tiles, n, error))
        return NULL;
    Nest *tiled = nest_copy(nest);
    const char **names = edit_new_indices(tiled, tiles, n, "_tile");

    return edit_finish(tiled, edit_tile(tiled, "tile", tiles, names, n, error), "tile", error);
}
