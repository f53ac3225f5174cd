/*
 * lua_transform - the methods of a loop nest.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/lua_transform.h"

#include <math.h>
#include <string.h>

#include "config/box.h"
#include "config/context.h"
#include "config/lua_expr.h"
#include "config/lua_nest.h"
#include "config/reader.h"
#include "config/what.h"

/* A method while it reads its arguments. */
typedef struct {
    lua_State *L;
    Box *box;
    Reader reader;
    Path path; /* the method's name */
    const Nest *nest;
    int result; /* stack index of the nest that is to be made */
} Call;

/* Check that the method has a nest before its colon. */
static Call call_begin(lua_State *L, const char *name)
{
    Call call = { .L = L, .path = { NULL, name, 0 } };

    call.box = box_push(L);
    call.reader = (Reader){ .L = L, .error = &call.box->error };
    call.nest = lua_nest_get(L, 1);
    if (call.nest == NULL) {
        reader_fail(&call.reader, &call.path, "call it with a colon, nest:%s", name);
        box_raise(L, call.box);
    }
    lua_nest_push(L);
    call.result = lua_gettop(L);
    return call;
}

/* Give the nest that has been made to the script, checked; NULL: raise the box's error. */
static int call_end(Call *call, Nest *made)
{
    lua_State *L = call->L;

    if (made == NULL)
        return box_raise(L, call->box);
    lua_nest_replace(L, call->result, made);
    lua_pushvalue(L, call->result);
    return lua_nest_finish(L);
}

static int refuse(Call *call, const char *why)
{
    reader_fail(&call->reader, &call->path, "%s", why);
    return box_raise(call->L, call->box);
}

/* ---- { i = 32, j = 32 } ---- */

static int by_index(const void *a, const void *b)
{
    return strcmp(((const NestFactor *)a)->index, ((const NestFactor *)b)->index);
}

/* The factor at the top of the stack: key, value. */
static NestFactor read_factor(Call *call)
{
    lua_State *L = call->L;
    const char *index = lua_index_name(L, -2);
    const Path at = { &call->path, index, 0 };
    int whole = 0;

    if (index == NULL) {
        refuse(call, "expected loops and numbers of iterations, such as { i = 32, j = 32 }");
        return (NestFactor){ 0 };
    }
    const bool number = lua_type(L, -1) == LUA_TNUMBER; /* lua_tostring makes it a string */
    const lua_Integer count = lua_tointegerx(L, -1, &whole);

    if (!whole || !number) {
        reader_fail(&call->reader, &at, "expected a whole number of iterations, not %s",
                    number ? lua_tostring(L, -1) : what_is(L, -1));
        box_raise(L, call->box);
    }
    return (NestFactor){ index, count };
}

/* Those of the table that is the method's argument, by name: its own order is not that of the script. */
static NestFactor *read_factors(Call *call, uint32_t *n)
{
    lua_State *L = call->L;
    size_t size = 1;

    if (!lua_istable(L, 2))
        refuse(call, "expected loops and numbers of iterations, such as { i = 32, j = 32 }");
    for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1))
        size++;
    NestFactor *factors = lua_newuserdatauv(L, size * sizeof *factors, 0);

    *n = 0;
    for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1))
        factors[(*n)++] = read_factor(call);
    qsort(factors, *n, sizeof *factors, by_index);
    for (uint32_t i = 1; i < *n; i++)
        if (strcmp(factors[i - 1].index, factors[i].index) == 0) {
            const Path at = { &call->path, factors[i].index, 0 };

            reader_fail(&call->reader, &at, "stands twice");
            box_raise(L, call->box);
        }
    return factors;
}

static int by_factors(lua_State *L, const char *verb,
                      Nest *(*edit)(const Nest *nest, const NestFactor *factors, uint32_t n,
                                    GError **error))
{
    context_take_arguments(L, verb, 2, true);
    Call call = call_begin(L, verb);
    uint32_t n = 0;
    const NestFactor *factors = read_factors(&call, &n);

    return call_end(&call, edit(call.nest, factors, n, &call.box->error));
}

static int method_tile(lua_State *L)
{
    return by_factors(L, "tile", nest_tile);
}

static int method_unroll(lua_State *L)
{
    return by_factors(L, "unroll", nest_unroll);
}

static int method_threads(lua_State *L)
{
    return by_factors(L, "threads", nest_threads);
}

/* ---- interchange("i", "j"), interchange { "i", "k", "j" } ---- */

static int reorder(Call *call)
{
    lua_State *L = call->L;
    const lua_Integer n = reader_list(&call->reader, 2, &call->path, false);

    if (n < 0)
        return box_raise(L, call->box);
    const char **order = lua_newuserdatauv(L, ((size_t)n + 1) * sizeof *order, 0);

    luaL_checkstack(L, (int)MIN(n, 1000) + 8, "too many loops");
    for (lua_Integer i = 1; i <= n && i <= 1000; i++) {
        lua_rawgeti(L, 2, i); /* stays there: the name lives as long */
        order[i - 1] = lua_index_name(L, -1);
        if (order[i - 1] == NULL)
            return refuse(call, "expected loops, such as { \"i\", \"k\", \"j\" }");
    }
    return call_end(call,
                    nest_interchange(call->nest, order, (uint32_t)MIN(n, 1000), &call->box->error));
}

static int method_interchange(lua_State *L)
{
    context_take_arguments(L, "interchange", 3, true);
    Call call = call_begin(L, "interchange");

    if (lua_istable(L, 2) && lua_isnil(L, 3))
        return reorder(&call);
    const char *a = lua_index_name(L, 2), *b = lua_index_name(L, 3);

    if (a == NULL || b == NULL)
        return refuse(&call, "expected two loops, such as (\"i\", \"j\"), or their order, such as "
                             "{ \"i\", \"k\", \"j\" }");
    return call_end(&call, nest_swap(call.nest, a, b, &call.box->error));
}

/* ---- marks ---- */

static int method_vectorize(lua_State *L)
{
    static const Field width = { "width", FIELD_BYTES, 0, 1, 65536, NAN, NULL, NULL, "" };
    uint64_t width_bytes = 0;

    context_take_arguments(L, "vectorize", 2, true);
    Call call = call_begin(L, "vectorize");

    lua_pushvalue(L, 2);
    if (!reader_value(&call.reader, &width, &width_bytes, &call.path))
        return box_raise(L, call.box);
    return call_end(&call, nest_vectorize(call.nest, width_bytes, &call.box->error));
}

static int method_parallel(lua_State *L)
{
    static const char *const words[] = { "machine", "block", "cyclic", NULL };
    static const NestDeal deals[] = { DEAL_AS_MACHINE, DEAL_BLOCK, DEAL_CYCLIC };
    uint32_t word = 0;

    context_take_arguments(L, "parallel", 3, true);
    Call call = call_begin(L, "parallel");
    const char *index = lua_index_name(L, 2);

    if (index == NULL)
        return refuse(&call, "expected a loop, such as (\"i\") or (\"i\", \"cyclic\")");
    lua_pushvalue(L, 3);
    if (!lua_isnil(L, 3) && !reader_word(&call.reader, words, &call.path, &word))
        return box_raise(L, call.box);
    return call_end(&call, nest_parallel(call.nest, index, deals[word], &call.box->error));
}

/* ---- register, stage ---- */

/* The array at the stack index, or the nest's of this name; NULL when it is neither. */
static NestArray *find_array(const Call *call, int index)
{
    NestArray *array = lua_array(call->L, index);
    const char *name =
        lua_type(call->L, index) == LUA_TSTRING ? lua_tostring(call->L, index) : NULL;
    uint32_t n = 0;

    if (array || name == NULL)
        return array;
    g_autofree NestArray **arrays = nest_arrays(call->nest, &n);

    for (uint32_t i = 0; i < n && array == NULL; i++)
        if (strcmp(arrays[i]->name, name) == 0)
            array = arrays[i];
    return array;
}

static int method_register(lua_State *L)
{
    const int n = MAX(lua_gettop(L), 1) - 1;
    Call call = call_begin(L, "register");
    NestArray **arrays = lua_newuserdatauv(L, ((size_t)n + 1) * sizeof *arrays, 0);

    for (int i = 0; i < n; i++) {
        arrays[i] = find_array(&call, i + 2);
        if (arrays[i] == NULL)
            return refuse(&call, "expected arrays of the nest, or nothing for all of them");
    }
    return call_end(&call, nest_register(call.nest, arrays, (uint32_t)n, &call.box->error));
}

static int method_stage(lua_State *L)
{
    static const char *const places[] = { "memory", "scratch", "registers", NULL };
    typedef struct {
        uint32_t to;
    } Keys;
    static const Field fields[] = {
        { "array", FIELD_OTHER, 0, 0, 0, NAN, NULL, NULL, "which array, e.g. A" },
        { "at", FIELD_OTHER, 0, 0, 0, NAN, NULL, NULL,
          "in the body of which loop, e.g. \"k_tile\"" },
        { "to", FIELD_WORD, offsetof(Keys, to), 0, 0, 0, NULL, places,
          "memory, scratch or registers" },
        { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
    };
    Keys keys = { 0 };
    Section section = { fields, &keys, 0 };

    context_take_arguments(L, "stage", 2, true);
    Call call = call_begin(L, "stage");
    const Path array_path = { &call.path, "array", 0 }, at_path = { &call.path, "at", 0 };

    if (!reader_is_table(&call.reader, 2, &call.path, "{ array = A, at = \"k_tile\" }") ||
        !reader_table(&call.reader, 2, &call.path, &section, 1, 0))
        return box_raise(L, call.box);
    reader_push(L, 2, "array");
    reader_push(L, 2, "at");
    const NestStage stage = { find_array(&call, -2), lua_index_name(L, -1), (StagePlace)keys.to };

    if (stage.array == NULL &&
        !reader_fail(&call.reader, &array_path, "expected an array of the nest, or its name"))
        return box_raise(L, call.box);
    if (stage.at == NULL &&
        !reader_fail(&call.reader, &at_path, "expected a loop, such as \"k_tile\""))
        return box_raise(L, call.box);
    return call_end(&call, nest_stage(call.nest, &stage, &call.box->error));
}

static int method_fuse(lua_State *L)
{
    context_take_arguments(L, "fuse", 2, true);
    Call call = call_begin(L, "fuse");
    const Nest *other = lua_nest_get(L, 2);

    if (other == NULL)
        return refuse(&call, "expected another nest");
    return call_end(&call, nest_fuse(call.nest, other, &call.box->error));
}

const luaL_Reg lua_transform_methods[] = {
    { "tile", method_tile },           { "interchange", method_interchange },
    { "unroll", method_unroll },       { "threads", method_threads },
    { "vectorize", method_vectorize }, { "parallel", method_parallel },
    { "register", method_register },   { "stage", method_stage },
    { "fuse", method_fuse },           { NULL, NULL },
};
