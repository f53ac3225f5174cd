/*
 * lua_nest - loop nests as values of a script: the userdata and what can be asked of it.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/lua_nest.h"

#include <string.h>

#include "base/suggest.h"
#include "config/box.h"
#include "config/context.h"
#include "config/lua_transform.h"

#define NEST_TYPE "memsim.nest"

Nest *lua_nest_get(lua_State *L, int index)
{
    Nest **nest = luaL_testudata(L, index, NEST_TYPE);

    return nest ? *nest : NULL;
}

static int nest_free_lua(lua_State *L)
{
    Nest **nest = lua_touserdata(L, 1);

    g_clear_pointer(nest, nest_unref);
    return 0;
}

/* What can be read of a nest: numbers, by formula; of counts, unless it takes the nest. */
typedef struct {
    const char *name;
    double (*value)(const NestCounts *counts);
    double (*of_nest)(const Nest *nest);
} Property;

static double flops_of(const NestCounts *counts)
{
    return counts->flops;
}

static double accesses_of(const NestCounts *counts)
{
    return counts->reads + counts->writes;
}

static double reads_of(const NestCounts *counts)
{
    return counts->reads;
}

static double writes_of(const NestCounts *counts)
{
    return counts->writes;
}

static double bytes_of(const NestCounts *counts)
{
    return counts->requested_bytes;
}

static double scratch_accesses_of(const NestCounts *counts)
{
    return counts->scratch_reads + counts->scratch_writes;
}

static double scratch_bytes_of(const NestCounts *counts)
{
    return counts->scratch_bytes;
}

static double compulsory_bytes_of(const Nest *nest)
{
    NestBytes *bytes = nestbytes_new();
    const double sum = nestbytes_add(bytes, nest);

    nestbytes_free(bytes);
    return sum;
}

static const Property properties[] = {
    { "flops", flops_of, NULL },
    { "accesses", accesses_of, NULL },
    { "reads", reads_of, NULL },
    { "writes", writes_of, NULL },
    { "requested_bytes", bytes_of, NULL },
    { "compulsory_bytes", NULL, compulsory_bytes_of },
    { "scratch_accesses", scratch_accesses_of, NULL },
    { "scratch_bytes", scratch_bytes_of, NULL },
};

static double property_value(const Property *property, const Nest *nest)
{
    if (property->of_nest)
        return property->of_nest(nest);
    const NestCounts counts = nest_count(nest);

    return property->value(&counts);
}

static int unknown_name(lua_State *L, const char *name)
{
    const char *known[G_N_ELEMENTS(properties) + 32] = { NULL };
    size_t n = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(properties); i++)
        known[n++] = properties[i].name;
    for (const luaL_Reg *method = lua_transform_methods;
         method->name && n + 1 < G_N_ELEMENTS(known); method++)
        known[n++] = method->name;
    const char *near = suggest_nearest(name, known);

    return context_raise(L, "a nest has no '%s'%s%s%s", name, near ? "; did you mean '" : "",
                         near ? near : "", near ? "'?" : "");
}

/* The methods stand in the upvalue. */
static int nest_index_lua(lua_State *L)
{
    const Nest *nest = lua_nest_get(L, 1);
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : NULL;

    if (name == NULL)
        return context_raise(L, "a nest has no subscripts");
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    for (size_t i = 0; i < G_N_ELEMENTS(properties); i++)
        if (strcmp(name, properties[i].name) == 0) {
            const double value = property_value(&properties[i], nest);

            if (value == (double)(lua_Integer)value)
                lua_pushinteger(L, (lua_Integer)value);
            else
                lua_pushnumber(L, value);
            return 1;
        }
    return unknown_name(L, name);
}

static int nest_text_lua(lua_State *L)
{
    const Nest *nest = lua_nest_get(L, 1);
    Box *box = box_push(L);
    GString *text = g_string_new(NULL);

    nest_show(nest, text);
    return box_push_text(L, box, text);
}

static void push_metatable(lua_State *L)
{
    if (!luaL_newmetatable(L, NEST_TYPE))
        return;
    lua_newtable(L);
    luaL_setfuncs(L, lua_transform_methods, 0);
    lua_pushcclosure(L, nest_index_lua, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, nest_text_lua);
    lua_setfield(L, -2, "__tostring");
    lua_pushcfunction(L, nest_free_lua);
    lua_setfield(L, -2, "__gc");
}

Nest *lua_nest_push(lua_State *L)
{
    Nest **nest = lua_newuserdatauv(L, sizeof *nest, 0);

    *nest = NULL;
    push_metatable(L);
    lua_setmetatable(L, -2);
    context_note_origin(L);
    *nest = nest_new();
    const char *origin = context_push_origin(L, -1);
    if (*origin != '\0') {
        char *where = nestpool_text((*nest)->pool, origin);

        g_strchomp(where);
        if (g_str_has_suffix(where, ":"))
            where[strlen(where) - 1] = '\0';
        (*nest)->where = where;
    }
    lua_pop(L, 1);
    return *nest;
}

void lua_nest_replace(lua_State *L, int index, Nest *made)
{
    Nest **nest = lua_touserdata(L, index);

    made->where = (*nest)->where ? nestpool_text(made->pool, (*nest)->where) : NULL;
    nest_unref(*nest);
    *nest = made;
}

int lua_nest_finish(lua_State *L)
{
    Nest *nest = lua_nest_get(L, -1);
    Box *box = box_push(L);

    if (!nest_check(nest, &box->error)) {
        g_prefix_error(&box->error, "nest: ");
        return box_raise(L, box);
    }
    lua_pop(L, 1);
    return 1;
}
