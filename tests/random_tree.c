/*
 * random_tree - loop nests of any shape.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "random_tree.h"

#include <glib.h>

#include "workload/nest_range.h"

enum { DEPTH = 4, TABLE = 12 };

typedef struct {
    Rng *rng;
    NestPool *pool;
    NestPath path;
    NestArray *table;
    uint32_t loops, arrays; /* made so far */
} Maker;

static int64_t below(const Maker *maker, uint32_t n)
{
    return (int64_t)rng_below(rng_next(maker->rng), n);
}

static bool chance(const Maker *maker, double p)
{
    return rng_unit(rng_next(maker->rng)) < p;
}

static const char *pick_index(const Maker *maker)
{
    return maker->path.loops[below(maker, maker->path.n_loops)]->index;
}

static NestExpr affine(const Maker *maker)
{
    NestExpr expr = expr_constant(below(maker, 5) - 2);

    for (int64_t terms = below(maker, 3); terms > 0 && maker->path.n_loops > 0; terms--)
        expr = expr_add_scaled(maker->pool, expr, below(maker, 6) - 2,
                               expr_index(maker->pool, pick_index(maker)));
    return expr;
}

/* Moved so that it begins at 0; *extent: how far it reaches. */
static NestExpr from_zero(const Maker *maker, NestExpr expr, uint64_t *extent)
{
    const NestRange range = nest_range(&maker->path, &expr);

    *extent = (uint64_t)(range.most - range.least) + 1;
    return expr_add(maker->pool, expr, expr_constant(-range.least));
}

/* As a rule affine, now and then through the table. */
static NestExpr subscript(const Maker *maker, uint64_t *extent)
{
    NestExpr expr = affine(maker);

    if (chance(maker, 0.15)) {
        const NestExpr at = from_zero(maker, affine(maker), extent);

        if (*extent <= TABLE)
            expr = expr_add_scaled(maker->pool, expr, below(maker, 4) - 1,
                                   expr_lookup(maker->pool, maker->table, at));
    }
    return from_zero(maker, expr, extent);
}

static NestArray *make_array(Maker *maker, const uint64_t *extents, uint32_t n_dims)
{
    g_autofree char *name = g_strdup_printf("A%u", maker->arrays++);
    NestArray *array = nest_array_new(name, (uint32_t)below(maker, ELEMENT_COUNT), extents, n_dims);

    nest_array_set_layout(array, chance(maker, 0.5) ? LAYOUT_ROW : LAYOUT_COLUMN,
                          chance(maker, 0.3) ? (uint64_t)below(maker, 4) : 0);
    array->scratch = chance(maker, 0.15);
    return array;
}

static NestNode *make_statement(Maker *maker)
{
    NestNode *node = nest_statement(maker->pool, (double)below(maker, 4) / 2);

    for (int64_t left = below(maker, 4); left > 0; left--) {
        const uint32_t n_dims = 1 + (uint32_t)below(maker, 3);
        NestExpr subscripts[NEST_DIMS_MAX];
        uint64_t extents[NEST_DIMS_MAX];

        for (uint32_t i = 0; i < n_dims; i++)
            subscripts[i] = subscript(maker, &extents[i]);
        NestArray *array = make_array(maker, extents, n_dims);

        nest_access(maker->pool, &node->statement, array, subscripts, chance(maker, 0.4));
        if (chance(maker, 0.3))
            nest_access(maker->pool, &node->statement, array, subscripts, true);
        nest_array_unref(array);
    }
    return node;
}

static void fill_body(Maker *maker, NestBody *body, uint32_t most, uint32_t depth);

static NestNode *make_loop(Maker *maker, uint32_t depth)
{
    g_autofree char *name = g_strdup_printf("i%u", maker->loops++);
    const NestExpr from = affine(maker);
    const NestExpr end = expr_add(maker->pool, chance(maker, 0.5) ? from : affine(maker),
                                  expr_constant(below(maker, depth == 0 ? 40 : 9)));
    NestNode *node = nest_loop(maker->pool, name, from, end, 1 + below(maker, 3));
    NestLoop *loop = &node->loop;

    if (chance(maker, 0.2))
        nest_also_from(maker->pool, loop, affine(maker));
    if (chance(maker, 0.2))
        nest_also_below(maker->pool, loop, expr_add(maker->pool, affine(maker), expr_constant(4)));
    if (chance(maker, 0.2))
        fill_body(maker, &loop->before, 1, DEPTH);
    if (chance(maker, 0.2))
        fill_body(maker, &loop->after, 1, DEPTH);
    maker->path.loops[maker->path.n_loops++] = loop;
    fill_body(maker, &loop->body, 3, depth + 1);
    maker->path.n_loops--;
    bool innermost = true;

    for (uint32_t i = 0; i < loop->body.n_nodes; i++)
        innermost = innermost && loop->body.nodes[i]->kind == NEST_STATEMENT;
    if (innermost && chance(maker, 0.3))
        loop->vector = 2 + (uint32_t)below(maker, 7);
    return node;
}

static void fill_body(Maker *maker, NestBody *body, uint32_t most, uint32_t depth)
{
    for (int64_t left = 1 + below(maker, most); left > 0; left--)
        nest_append(maker->pool, body,
                    depth < DEPTH && chance(maker, depth == 0 ? 0.9 : 0.45)
                        ? make_loop(maker, depth)
                        : make_statement(maker));
}

static NestArray *make_table(const Maker *maker)
{
    NestArray *table = nest_array_new("ids", ELEMENT_I32, (const uint64_t[]){ TABLE }, 1);
    int64_t *values = g_new(int64_t, TABLE);

    for (uint32_t i = 0; i < TABLE; i++)
        values[i] = below(maker, 30) - 10;
    nest_array_set_values(table, values);
    return table;
}

Nest *random_tree(Rng *rng)
{
    Nest *nest = nest_new();
    Maker maker = { .rng = rng, .pool = nest->pool };

    maker.table = make_table(&maker);
    fill_body(&maker, &nest->body, 3, 0);
    nest_array_unref(maker.table);
    return nest;
}

uint64_t *random_bases(const Nest *nest, Rng *rng)
{
    uint32_t n = 0;
    NestArray **arrays = nest_arrays(nest, &n);
    uint64_t *bases = g_new0(uint64_t, n + 1);

    for (uint32_t i = 0; i < n; i++)
        bases[i] = ((uint64_t)i << 32) + rng_below(rng_next(rng), 1000);
    g_free(arrays);
    return bases;
}
