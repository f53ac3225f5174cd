/*
 * random_nest - small loop nests by a seeded draw.
 *
 * SPDX-License-Identifier: MIT
 */
#include "random_nest.h"

#include <glib.h>

enum { EXTENT = 320, MIDDLE = 160, OFFSET = 24, TABLE = 64 };

typedef struct {
    Rng *rng;
    const RandomNest *kind;
    DrawnNest drawn;
    uint32_t statements;
} Draw;

uint64_t draw_below(Rng *rng, uint64_t n)
{
    return rng_below(rng_next(rng), n);
}

static int64_t between(Draw *draw, int64_t least, int64_t most)
{
    return least + (int64_t)draw_below(draw->rng, (uint64_t)(most - least + 1));
}

static bool one_in(Draw *draw, uint64_t n)
{
    return draw_below(draw->rng, n) == 0;
}

static NestExpr index_at(Draw *draw, uint32_t depth)
{
    g_autofree char *name = g_strdup_printf("i%u", depth);

    return expr_index(draw->drawn.nest->pool, name);
}

/* Within -1 .. 12 of an outer index, or a number. */
static NestExpr bound(Draw *draw, uint32_t depth, int64_t least, int64_t most)
{
    NestPool *pool = draw->drawn.nest->pool;
    NestExpr bound = expr_constant(between(draw, least, most));

    if (draw->kind->rectangular || depth == 0 || !one_in(draw, 3))
        return bound;
    const NestExpr outer = index_at(draw, (uint32_t)draw_below(draw->rng, depth));

    if (draw->kind->lookups && one_in(draw, 3))
        return expr_add(pool, bound,
                        expr_lookup(pool, draw->drawn.arrays[RANDOM_ARRAYS],
                                    expr_add(pool, outer, expr_constant(OFFSET))));
    return expr_add_scaled(pool, bound, one_in(draw, 2) ? 1 : -1, outer);
}

/* Values of indices lie in -20 .. 25. */
static NestExpr subscript(Draw *draw, uint32_t depth)
{
    NestPool *pool = draw->drawn.nest->pool;
    NestExpr sum = expr_constant(MIDDLE + between(draw, 0, 3));

    for (uint32_t i = 0; i < depth; i++)
        if (one_in(draw, 2))
            sum = expr_add_scaled(pool, sum, one_in(draw, 4) ? between(draw, -2, 2) : 1,
                                  index_at(draw, i));
    if (draw->kind->lookups && depth > 0 && one_in(draw, 6))
        sum =
            expr_add(pool, sum,
                     expr_lookup(pool, draw->drawn.arrays[RANDOM_ARRAYS],
                                 expr_add(pool, index_at(draw, depth - 1), expr_constant(OFFSET))));
    return sum;
}

static NestNode *statement(Draw *draw, uint32_t depth)
{
    NestPool *pool = draw->drawn.nest->pool;
    NestNode *node = nest_statement(pool, 1 << draw->statements % 20);
    const uint64_t accesses = 1 + draw_below(draw->rng, 3);
    NestExpr subscripts[NEST_DIMS_MAX];

    draw->statements++;
    for (uint64_t i = 0; i < accesses; i++) {
        NestArray *array = draw->drawn.arrays[draw_below(draw->rng, RANDOM_ARRAYS)];

        for (uint32_t d = 0; d < array->n_dims; d++)
            subscripts[d] = subscript(draw, depth);
        if (one_in(draw, 4)) { /* an update */
            nest_access(pool, &node->statement, array, subscripts, false);
            nest_access(pool, &node->statement, array, subscripts, true);
        } else {
            nest_access(pool, &node->statement, array, subscripts, one_in(draw, 3));
        }
    }
    return node;
}

static void fill(Draw *draw, NestBody *body, uint32_t depth);

static NestNode *loop(Draw *draw, uint32_t depth)
{
    NestPool *pool = draw->drawn.nest->pool;
    g_autofree char *name = g_strdup_printf("i%u", depth);
    NestNode *node = nest_loop(pool, name, bound(draw, depth, -1, 2), bound(draw, depth, 1, 7),
                               draw->kind->steps ? between(draw, 1, 3) : 1);

    if (one_in(draw, 6))
        nest_also_below(pool, &node->loop, bound(draw, depth, 2, 7));
    fill(draw, &node->loop.body, depth + 1);
    return node;
}

static void fill(Draw *draw, NestBody *body, uint32_t depth)
{
    NestPool *pool = draw->drawn.nest->pool;
    const bool deeper = depth < draw->kind->depth && (depth == 0 || !one_in(draw, 5));
    const uint64_t nodes = draw->kind->perfect && deeper ? 1 : 1 + draw_below(draw->rng, 3);

    for (uint64_t i = 0; i < nodes; i++)
        nest_append(pool, body,
                    deeper && (draw->kind->perfect || !one_in(draw, 3)) ? loop(draw, depth)
                                                                        : statement(draw, depth));
}

static void make_arrays(Draw *draw)
{
    static const uint64_t extents[] = { EXTENT, EXTENT, EXTENT };
    NestArray *table = nest_array_new("table", ELEMENT_I32, (const uint64_t[]){ TABLE }, 1);

    for (uint32_t i = 0; i < RANDOM_ARRAYS; i++) {
        const char name[] = { (char)('A' + i), '\0' };
        static const uint32_t types[] = { ELEMENT_F64, ELEMENT_F32, ELEMENT_F16, ELEMENT_F32 };

        draw->drawn.arrays[i] =
            nest_array_new(name, types[i], extents, 1 + (uint32_t)draw_below(draw->rng, 3));
        if (one_in(draw, 3))
            nest_array_set_layout(draw->drawn.arrays[i], LAYOUT_COLUMN, draw_below(draw->rng, 4));
    }
    table->values = g_new(int64_t, TABLE);
    for (int i = 0; i < TABLE; i++)
        table->values[i] = between(draw, 0, 5);
    draw->drawn.arrays[RANDOM_ARRAYS] = table;
}

DrawnNest random_nest(Rng *rng, const RandomNest *kind)
{
    Draw draw = { .rng = rng, .kind = kind, .drawn.nest = nest_new() };

    make_arrays(&draw);
    fill(&draw, &draw.drawn.nest->body, 0);
    return draw.drawn;
}

void random_nest_clear(DrawnNest *drawn)
{
    nest_unref(drawn->nest);
    for (uint32_t i = 0; i <= RANDOM_ARRAYS; i++)
        nest_array_unref(drawn->arrays[i]);
}
