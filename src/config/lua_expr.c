/*
 * lua_expr - indices, expressions and places as values of a script.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/lua_expr.h"

#include <stdlib.h>
#include <string.h>

#include "base/identifier.h"
#include "config/box.h"
#include "config/context.h"
#include "config/what.h"

#define EXPR_TYPE "memsim.expression"
#define PLACE_TYPE "memsim.place"
#define ARRAY_TYPE "memsim.array"

typedef struct {
    NestPool *pool;
    NestExpr expr;
} LuaExpr;

static int operate(lua_State *L, int64_t b_scale);

/* ---- the values ---- */

/* A new userdata of a type, zero-filled, with these metamethods the first time. */
static void *push_new(lua_State *L, size_t bytes, const char *type, const luaL_Reg *metamethods)
{
    void *value = lua_newuserdatauv(L, bytes, 0);

    memset(value, 0, bytes);
    if (luaL_newmetatable(L, type))
        luaL_setfuncs(L, metamethods, 0);
    lua_setmetatable(L, -2);
    return value;
}

static int expr_add_lua(lua_State *L)
{
    return operate(L, 1);
}

static int expr_subtract_lua(lua_State *L)
{
    return operate(L, -1);
}

static int expr_multiply_lua(lua_State *L);
static int expr_negate_lua(lua_State *L);
static int expr_text_lua(lua_State *L);

static int expr_refuse_lua(lua_State *L)
{
    return context_raise(L, "indices can be added, subtracted and multiplied by whole numbers; "
                            "nothing else is affine");
}

static int expr_free_lua(lua_State *L)
{
    LuaExpr *value = lua_touserdata(L, 1);

    g_clear_pointer(&value->pool, nestpool_free);
    return 0;
}

#define OPERATORS                                                                                 \
    { "__add", expr_add_lua }, { "__sub", expr_subtract_lua }, { "__mul", expr_multiply_lua },    \
        { "__unm", expr_negate_lua }, { "__div", expr_refuse_lua }, { "__mod", expr_refuse_lua }, \
        { "__idiv", expr_refuse_lua }, { "__pow", expr_refuse_lua },                              \
        { "__tostring", expr_text_lua },                                                          \
    {                                                                                             \
        "__gc", expr_free_lua                                                                     \
    }

static LuaExpr *push_expr(lua_State *L)
{
    static const luaL_Reg metamethods[] = { OPERATORS, { NULL, NULL } };
    LuaExpr *value = push_new(L, sizeof *value, EXPR_TYPE, metamethods);

    value->pool = nestpool_new();
    return value;
}

static int place_index_lua(lua_State *L);

static LuaPlace *push_place(lua_State *L)
{
    static const luaL_Reg metamethods[] = { OPERATORS,
                                            { "__index", place_index_lua },
                                            { NULL, NULL } };
    LuaPlace *place = push_new(L, sizeof *place, PLACE_TYPE, metamethods);

    place->pool = nestpool_new();
    return place;
}

const LuaPlace *lua_place(lua_State *L, int index)
{
    return luaL_testudata(L, index, PLACE_TYPE);
}

NestArray *lua_array(lua_State *L, int index)
{
    NestArray **array = luaL_testudata(L, index, ARRAY_TYPE);

    return array ? *array : NULL;
}

bool lua_expr_get(lua_State *L, int index, NestPool *pool, NestExpr *expr)
{
    const LuaExpr *value = luaL_testudata(L, index, EXPR_TYPE);
    const LuaPlace *place = lua_place(L, index);
    int whole = 0;

    if (value) {
        *expr = expr_copy(pool, value->expr);
        return true;
    }
    if (place && place->array->values && place->n_subscripts == 1) {
        *expr = expr_lookup(pool, place->array, expr_copy(pool, place->subscripts[0]));
        return true;
    }
    if (lua_type(L, index) != LUA_TNUMBER)
        return false;
    *expr = expr_constant(lua_tointegerx(L, index, &whole));
    return whole && expr->constant > -(INT64_C(1) << 53) && expr->constant < INT64_C(1) << 53;
}

/* Why the value at index is no expression. */
static int refuse_operand(lua_State *L, int index, const char *what)
{
    const LuaPlace *place = lua_place(L, index);

    if (place && place->array->values)
        return context_raise(L, "%s: %s needs one subscript", what, place->array->name);
    if (place)
        return context_raise(L,
                             "%s: the contents of %s are not known; only an array of "
                             "memsim.indices can stand in a subscript or bound",
                             what, place->array->name);
    if (lua_type(L, index) == LUA_TNUMBER)
        return context_raise(L, "%s: %s is no whole number below 2^53", what,
                             luaL_tolstring(L, index, NULL));
    return context_raise(L, "%s: expected a whole number, an index or a sum of them, not %s", what,
                         what_is(L, index));
}

const char *lua_index_name(lua_State *L, int index)
{
    const LuaExpr *value = luaL_testudata(L, index, EXPR_TYPE);

    if (lua_type(L, index) == LUA_TSTRING)
        return lua_tostring(L, index);
    if (value && value->expr.constant == 0 && value->expr.n_lookups == 0 &&
        value->expr.n_terms == 1 && value->expr.terms[0].scale == 1)
        return value->expr.terms[0].index;
    return NULL;
}

/* ---- operators ---- */

static void check_range(lua_State *L, const LuaExpr *value)
{
    if (nestpool_overflown(value->pool))
        context_raise(L, "a coefficient of an index or a constant is not below 2^62");
}

/* first + b_scale * second */
static int operate(lua_State *L, int64_t b_scale)
{
    LuaExpr *result = push_expr(L);
    NestExpr a, b;

    if (!lua_expr_get(L, 1, result->pool, &a))
        return refuse_operand(L, 1, b_scale > 0 ? "+" : "-");
    if (!lua_expr_get(L, 2, result->pool, &b))
        return refuse_operand(L, 2, b_scale > 0 ? "+" : "-");
    result->expr = expr_add_scaled(result->pool, a, b_scale, b);
    check_range(L, result);
    return 1;
}

static int expr_multiply_lua(lua_State *L)
{
    LuaExpr *result = push_expr(L);
    NestExpr a, b;

    if (!lua_expr_get(L, 1, result->pool, &a))
        return refuse_operand(L, 1, "*");
    if (!lua_expr_get(L, 2, result->pool, &b))
        return refuse_operand(L, 2, "*");
    if (!expr_is_constant(&a) && !expr_is_constant(&b))
        return context_raise(L, "%s * %s is not affine: one factor has to be a number",
                             luaL_tolstring(L, 1, NULL), luaL_tolstring(L, 2, NULL));
    result->expr = expr_is_constant(&a) ? expr_scaled(result->pool, b, a.constant)
                                        : expr_scaled(result->pool, a, b.constant);
    check_range(L, result);
    return 1;
}

static int expr_negate_lua(lua_State *L)
{
    LuaExpr *result = push_expr(L);
    NestExpr a;

    if (!lua_expr_get(L, 1, result->pool, &a))
        return refuse_operand(L, 1, "-");
    result->expr = expr_scaled(result->pool, a, -1);
    return 1;
}

static int expr_text_lua(lua_State *L)
{
    const LuaExpr *value = luaL_testudata(L, 1, EXPR_TYPE);
    const LuaPlace *place = lua_place(L, 1);
    Box *box = box_push(L);
    GString *text = g_string_new(NULL);

    if (value)
        expr_print(&value->expr, text);
    else
        nest_print_place(place->array, place->subscripts, place->n_subscripts, text);
    return box_push_text(L, box, text);
}

int lua_index(lua_State *L)
{
    const int n = lua_gettop(L);

    if (n == 0)
        return context_raise(L, "index: expected one or more names, such as \"i\"");
    luaL_checkstack(L, n + 4, "too many indices");
    for (int i = 1; i <= n; i++) {
        const char *name = lua_type(L, i) == LUA_TSTRING ? lua_tostring(L, i) : NULL;

        if (name == NULL || !identifier_is(name))
            return context_raise(L, "index: argument %d is no name made of letters, digits and _",
                                 i);
        LuaExpr *value = push_expr(L);

        value->expr = expr_index(value->pool, name);
    }
    return n;
}

/* ---- arrays and places in them ---- */

static int array_free_lua(lua_State *L)
{
    NestArray **array = lua_touserdata(L, 1);

    g_clear_pointer(array, nest_array_unref);
    return 0;
}

static int array_text_lua(lua_State *L)
{
    const NestArray *array = lua_array(L, 1);
    Box *box = box_push(L);
    GString *text = g_string_new(NULL);

    nest_show_array(array, text);
    return box_push_text(L, box, text);
}

static int compare_values(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* How many different values an array with known contents has. */
static uint64_t count_distinct(const NestArray *array)
{
    const uint64_t n = array->extents[0];
    g_autofree int64_t *sorted = g_memdup2(array->values, n * sizeof *sorted);
    uint64_t distinct = 1;

    qsort(sorted, n, sizeof *sorted, compare_values);
    for (uint64_t i = 1; i < n; i++)
        distinct += sorted[i] != sorted[i - 1];
    return distinct;
}

/* What the script asks of the array by name. */
static int array_property(lua_State *L, const NestArray *array, const char *name)
{
    uint64_t elements = 1;

    for (uint32_t i = 0; i < array->n_dims; i++)
        elements *= array->extents[i];
    if (strcmp(name, "name") == 0)
        lua_pushstring(L, array->name);
    else if (strcmp(name, "type") == 0)
        lua_pushstring(L, element_names()[array->type]);
    else if (strcmp(name, "bytes") == 0)
        lua_pushinteger(L, (lua_Integer)array->bytes);
    else if (strcmp(name, "elements") == 0)
        lua_pushinteger(L, (lua_Integer)elements);
    else if (strcmp(name, "distinct") == 0 && array->values)
        lua_pushinteger(L, (lua_Integer)count_distinct(array));
    else
        return context_raise(
            L,
            "%s: an array has no '%s'; known: name, type, bytes, elements, distinct "
            "(where its contents are known), and subscripts that are numbers or "
            "indices",
            array->name, name);
    return 1;
}

/* Push the place with one subscript more: the value at 2. */
static int push_subscript(lua_State *L, NestArray *array, const LuaPlace *so_far)
{
    const uint32_t n = so_far ? so_far->n_subscripts : 0;

    if (n == array->n_dims)
        return context_raise(L, "%s has %d dimension%s, this is one subscript more", array->name,
                             (int)n, n == 1 ? "" : "s");
    LuaPlace *place = push_place(L);

    place->array = nestpool_keep(place->pool, array);
    for (uint32_t i = 0; i < n; i++)
        place->subscripts[i] = expr_copy(place->pool, so_far->subscripts[i]);
    if (!lua_expr_get(L, 2, place->pool, &place->subscripts[n]))
        return refuse_operand(L, 2, array->name);
    place->n_subscripts = n + 1;
    return 1;
}

static int array_index_lua(lua_State *L)
{
    NestArray *array = lua_array(L, 1);

    if (lua_type(L, 2) == LUA_TSTRING)
        return array_property(L, array, lua_tostring(L, 2));
    return push_subscript(L, array, NULL);
}

static int place_index_lua(lua_State *L)
{
    const LuaPlace *place = lua_place(L, 1);

    if (place->use != PLACE_PLAIN)
        return context_raise(L, "subscripts belong inside of memsim.read, write and update");
    return push_subscript(L, place->array, place);
}

NestArray **lua_array_push(lua_State *L)
{
    static const luaL_Reg metamethods[] = { { "__index", array_index_lua },
                                            { "__tostring", array_text_lua },
                                            { "__gc", array_free_lua },
                                            { NULL, NULL } };

    return push_new(L, sizeof(NestArray *), ARRAY_TYPE, metamethods);
}

static int use_place(lua_State *L, const char *name, PlaceUse use)
{
    context_take_arguments(L, name, 1, false);
    const LuaPlace *given = lua_place(L, 1);
    const NestArray *array = given ? given->array : lua_array(L, 1);

    if (array && (!given || given->n_subscripts < array->n_dims))
        return context_raise(L, "%s: %s has %d dimension%s, but %d subscript%s given", name,
                             array->name, (int)array->n_dims, array->n_dims == 1 ? "" : "s",
                             given ? (int)given->n_subscripts : 0,
                             given && given->n_subscripts == 1 ? " is" : "s are");
    if (!given || given->use != PLACE_PLAIN)
        return context_raise(L, "%s: expected a place in an array, such as A[i][j]", name);
    LuaPlace *place = push_place(L);

    place->array = nestpool_keep(place->pool, given->array);
    place->n_subscripts = given->n_subscripts;
    for (uint32_t i = 0; i < given->n_subscripts; i++)
        place->subscripts[i] = expr_copy(place->pool, given->subscripts[i]);
    place->use = use;
    return 1;
}

int lua_read(lua_State *L)
{
    return use_place(L, "read", PLACE_READ);
}

int lua_write(lua_State *L)
{
    return use_place(L, "write", PLACE_WRITE);
}

int lua_update(lua_State *L)
{
    return use_place(L, "update", PLACE_UPDATE);
}
