/*
 * read_nest - the Lua table of a loop nest to a Nest.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "base/identifier.h"
#include "config/box.h"
#include "config/context.h"
#include "config/lua_expr.h"
#include "config/lua_nest.h"
#include "config/reader.h"
#include "config/what.h"

enum { DEPTH_MAX = NEST_DEPTH_MAX, ITEMS_MAX = 100000 };

typedef struct {
    Reader reader;
    Nest *nest;
} Conversion;

static bool read_level(Conversion *c, int table, const Path *path, NestBody *into, int depth);

/* ---- loops ---- */

enum { BOUNDS_MAX = 8 };

/* One or more expressions: of lower bounds the largest holds, of upper ones the smallest. */
typedef struct {
    NestExpr exprs[BOUNDS_MAX];
    lua_Integer n;
} Bounds;

/* The value on the top of the stack. */
static bool read_expr(Conversion *c, const Path *path, NestExpr *expr)
{
    if (lua_expr_get(c->reader.L, -1, c->nest->pool, expr))
        return true;
    if (lua_type(c->reader.L, -1) == LUA_TNUMBER)
        return reader_fail(&c->reader, path, "%.17g is no whole number below 2^53",
                           lua_tonumber(c->reader.L, -1));
    return reader_fail(
        &c->reader, path,
        "expected a whole number, an index of an outer loop, a sum of them, or a list of such, "
        "not %s",
        what_is(c->reader.L, -1));
}

static bool read_bounds(Conversion *c, int loop, lua_Integer at, const Path *up, Bounds *bounds)
{
    lua_State *L = c->reader.L;
    const Path path = { up, NULL, at };

    bounds->n = 1;
    if (lua_rawgeti(L, loop, at) != LUA_TTABLE) {
        const bool good = read_expr(c, &path, &bounds->exprs[0]);

        lua_pop(L, 1);
        return good;
    }
    bounds->n = reader_list(&c->reader, -1, &path, false);
    if (bounds->n < 0)
        return false;
    if (bounds->n == 0 || bounds->n > BOUNDS_MAX)
        return reader_fail(&c->reader, &path, "has %lld bounds; possible are 1 to %d",
                           (long long)bounds->n, BOUNDS_MAX);
    for (lua_Integer i = 0; i < bounds->n; i++) {
        const Path one = { &path, NULL, i + 1 };

        lua_rawgeti(L, -1, i + 1);
        if (!read_expr(c, &one, &bounds->exprs[i]))
            return false;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return true;
}

/* { index, count }, { index, from, below } or { index, from, below, step } on the top of the stack. */
static bool read_loop(Conversion *c, const Path *path, NestNode **out)
{
    static const char shape[] = "expected { index, count } or { index, from, below, step }";
    lua_State *L = c->reader.L;
    const int loop = lua_absindex(L, -1);
    const Path first = { path, NULL, 1 }, last = { path, NULL, 4 };
    Bounds from = { .exprs = { expr_constant(0) }, .n = 1 }, below, step = from;

    if (!lua_istable(L, loop))
        return reader_fail(&c->reader, path, "%s, not %s", shape, what_is(L, loop));
    const lua_Integer n = reader_list(&c->reader, loop, path, false);

    if (n < 0)
        return false;
    if (n < 2 || n > 4)
        return reader_fail(&c->reader, path, "%s", shape);
    lua_rawgeti(L, loop, 1);
    const char *index = lua_index_name(L, -1);

    if (!index || !identifier_is(index))
        return reader_fail(&c->reader, &first, "expected an index, such as memsim.index(\"i\")");
    step.exprs[0].constant = 1;
    if (n > 2 && !read_bounds(c, loop, 2, path, &from))
        return false;
    if (!read_bounds(c, loop, n > 2 ? 3 : 2, path, &below) ||
        (n > 3 && !read_bounds(c, loop, 4, path, &step)))
        return false;
    if (step.n != 1 || !expr_is_constant(&step.exprs[0]) || step.exprs[0].constant < 1)
        return reader_fail(&c->reader, &last, "the step is a whole number, 1 or more");
    *out = nest_loop(c->nest->pool, index, from.exprs[0], below.exprs[0], step.exprs[0].constant);
    for (lua_Integer i = 1; i < from.n; i++)
        nest_also_from(c->nest->pool, &(*out)->loop, from.exprs[i]);
    for (lua_Integer i = 1; i < below.n; i++)
        nest_also_below(c->nest->pool, &(*out)->loop, below.exprs[i]);
    lua_pop(L, 1);
    return true;
}

/* The loops of the level, each in the one before; *inner: the body of the innermost. */
static bool read_loops(Conversion *c, int table, const Path *up, NestBody *into, NestBody **inner)
{
    lua_State *L = c->reader.L;
    const Path path = { up, "loops", 0 };

    *inner = into;
    if (reader_push(L, table, "loops") == LUA_TNIL) { /* what is in the body runs once */
        lua_pop(L, 1);
        return true;
    }
    if (!reader_is_table(&c->reader, -1, &path, "a list of loops, such as { { i, n }, { j, n } }"))
        return false;
    const int loops = lua_absindex(L, -1);
    const lua_Integer n = reader_list(&c->reader, loops, &path, false);

    if (n < 0)
        return false;
    if (n == 0 || n > DEPTH_MAX)
        return reader_fail(&c->reader, &path, "has %lld loops; possible are 1 to %d", (long long)n,
                           DEPTH_MAX);
    for (lua_Integer i = 1; i <= n; i++) {
        const Path at = { &path, NULL, i };
        NestNode *node = NULL;

        lua_rawgeti(L, loops, i);
        if (!read_loop(c, &at, &node))
            return false;
        nest_append(c->nest->pool, into, node);
        into = &node->loop.body;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    *inner = into;
    return true;
}

/* ---- bodies ---- */

/* The statement that the body ends in; a new one when it does not end in one of its own. */
static NestStatement *last_statement(Conversion *c, NestBody *body, bool *own)
{
    if (!*own)
        nest_append(c->nest->pool, body, nest_statement(c->nest->pool, 0));
    *own = true;
    return &body->nodes[body->n_nodes - 1]->statement;
}

static void add_place(Conversion *c, const LuaPlace *place, NestStatement *statement)
{
    if (place->use != PLACE_WRITE)
        nest_access(c->nest->pool, statement, place->array, place->subscripts, false);
    if (place->use != PLACE_READ)
        nest_access(c->nest->pool, statement, place->array, place->subscripts, true);
}

/* The item on the top of the stack: an access, a level of loops, or a nest. */
static bool read_item(Conversion *c, const Path *path, NestBody *body, bool *own, int depth)
{
    lua_State *L = c->reader.L;
    const LuaPlace *place = lua_place(L, -1);
    const Nest *nest = lua_nest_get(L, -1);

    if (place && place->use != PLACE_PLAIN) {
        add_place(c, place, last_statement(c, body, own));
        return true;
    }
    if (nest) {
        for (uint32_t i = 0; i < nest->body.n_nodes; i++)
            nest_append(c->nest->pool, body, nest_copy_node(c->nest->pool, nest->body.nodes[i]));
        *own = false;
        return true;
    }
    if (lua_istable(L, -1)) {
        *own = false;
        return read_level(c, lua_absindex(L, -1), path, body, depth + 1);
    }
    if (place)
        return reader_fail(&c->reader, path,
                           "say what is done with %s: memsim.read, write or update",
                           place->array->name);
    return reader_fail(&c->reader, path,
                       "expected memsim.read(...), write or update, { loops = ..., body = ... } or "
                       "a nest, not %s",
                       what_is(L, -1));
}

/* The operations of an execution of the body follow its last access. */
static bool read_body(Conversion *c, int level, const Path *up, NestBody *body, int depth)
{
    typedef struct {
        double flops;
    } Keys;
    static const Field keys[] = {
        { "flops", FIELD_REAL, offsetof(Keys, flops), 0, 1e15, 0, NULL, NULL,
          "operations of an execution of the body" },
        { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
    };
    lua_State *L = c->reader.L;
    const Path path = { up, "body", 0 };
    Keys values = { 0 };
    Section section = { keys, &values, 0 };
    NestStatement *operating = NULL;
    bool own = false;

    reader_push(L, level, "body");
    if (!reader_is_table(&c->reader, -1, &path, "a list, such as { memsim.read(A[i]), flops = 2 }"))
        return false;
    const int table = lua_absindex(L, -1);
    const lua_Integer n = (lua_Integer)lua_rawlen(L, table);

    if (n > ITEMS_MAX)
        return reader_fail(&c->reader, &path, "has more than %d items", ITEMS_MAX);
    if (!reader_table(&c->reader, table, &path, &section, 1, n))
        return false;
    for (lua_Integer i = 1; i <= n; i++) {
        const Path at = { &path, NULL, i };

        lua_rawgeti(L, table, i);
        if (!read_item(c, &at, body, &own, depth))
            return false;
        if (own)
            operating = &body->nodes[body->n_nodes - 1]->statement;
        lua_pop(L, 1);
    }
    if (values.flops > 0 && !operating)
        operating = last_statement(c, body, &own);
    if (values.flops > 0)
        operating->flops = values.flops;
    lua_pop(L, 1);
    return true;
}

/* { loops = ..., body = ... } */
static bool read_level(Conversion *c, int table, const Path *path, NestBody *into, int depth)
{
    static const Field keys[] = {
        { "loops", FIELD_OTHER, 0, 0, 0, 0, NULL, NULL, "a list of loops, outermost first" },
        { "body", FIELD_OTHER, 0, 0, 0, NAN, NULL, NULL, "accesses, and loops inside" },
        { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
    };
    static const Field of_body[] = {
        { "flops", FIELD_OTHER, 0, 0, 0, 0, NULL, NULL, "operations" },
        { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
    };
    Section section = { keys, NULL, 0 };
    NestBody *inner = into;

    luaL_checkstack(c->reader.L, 20, "loops nested too deeply");
    if (depth > DEPTH_MAX)
        return reader_fail(&c->reader, path, "nested too deeply (more than %d levels)", DEPTH_MAX);
    c->reader.foreign = of_body;
    c->reader.foreign_why = "belongs to the body: body = { memsim.read(A[i]), flops = 2 }";
    if (!reader_table(&c->reader, table, path, &section, 1, 0))
        return false;
    c->reader.foreign = NULL;
    return read_loops(c, table, path, into, &inner) && read_body(c, table, path, inner, depth);
}

int lua_nest(lua_State *L)
{
    static const Path root = { NULL, "nest", 0 };

    context_take_arguments(L, "nest", 1, false);
    Nest *nest = lua_nest_push(L);
    Box *box = box_push(L);
    Conversion conversion = { .reader = { .L = L, .error = &box->error }, .nest = nest };

    if (!reader_is_table(&conversion.reader, 1, &root, "{ loops = ..., body = ... }") ||
        !read_level(&conversion, 1, &root, &nest->body, 0))
        return box_raise(L, box);
    lua_settop(L, 2);
    return lua_nest_finish(L);
}
