/*
 * guard - tables in which a mistyped name is an error.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/guard.h"

#include <string.h>

#include "base/error.h"
#include "base/suggest.h"
#include "config/context.h"

/* In the registry: the arguments that were set, and the names that were asked for. */
#define ARGS_KEY "memsim.args.values"
#define READ_KEY "memsim.args.read"

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Push the string keys of the table at index, sorted, as text: "a, b, c"; *nearest gets the one nearest to name (borrowed
 * from the table) or NULL. */
static void push_names(lua_State *L, int index, const char *name, const char **nearest)
{
    const int table = lua_absindex(L, index);
    size_t n = 0, capacity = 1;
    luaL_Buffer text;

    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1))
        capacity++;
    const char **names = lua_newuserdatauv(L, capacity * sizeof *names, 0);
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING)
            names[n++] = lua_tostring(L, -2);
    names[n] = NULL;
    qsort(names, n, sizeof *names, compare_names);
    *nearest = suggest_nearest(name, names);
    luaL_buffinit(L, &text);
    for (size_t i = 0; i < n; i++) {
        luaL_addstring(&text, i ? ", " : "");
        luaL_addstring(&text, names[i]);
    }
    luaL_pushresult(&text);
    lua_remove(L, -2);
}

static int unknown_name(lua_State *L)
{
    if (lua_type(L, 2) != LUA_TSTRING)
        return 0;
    const char *name = lua_tostring(L, 2);
    const char *nearest;

    push_names(L, 1, name, &nearest);
    const char *known = lua_tostring(L, -1);
    const char *what = lua_tostring(L, lua_upvalueindex(1));
    context_push_where(L);
    lua_pushfstring(L, "%s '%s'", what, name);
    if (nearest)
        lua_pushfstring(L, "; did you mean '%s'", nearest);
    lua_pushfstring(L, "; known: %s", *known ? known : "none");
    lua_concat(L, nearest ? 4 : 3);
    return lua_error(L);
}

void guard_names(lua_State *L, const char *what)
{
    lua_createtable(L, 0, 1);
    lua_pushstring(L, what);
    lua_pushcclosure(L, unknown_name, 1);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
}

/* memsim.args.NAME: upvalues are the values and the names asked for. */
static int args_index(lua_State *L)
{
    lua_settop(L, 2);
    if (lua_type(L, 2) == LUA_TSTRING) {
        lua_pushvalue(L, 2);
        lua_pushboolean(L, true);
        lua_rawset(L, lua_upvalueindex(2));
    }
    lua_rawget(L, lua_upvalueindex(1));
    return 1;
}

/* pairs(memsim.args) asks for all. */
static int args_pairs(lua_State *L)
{
    for (lua_pushnil(L); lua_next(L, lua_upvalueindex(1)); lua_pop(L, 1)) {
        lua_pushvalue(L, -2);
        lua_pushboolean(L, true);
        lua_rawset(L, lua_upvalueindex(2));
    }
    lua_getglobal(L, "next");
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushnil(L);
    return 3;
}

static void set_method(lua_State *L, const char *name, lua_CFunction function)
{
    lua_getfield(L, LUA_REGISTRYINDEX, ARGS_KEY);
    lua_getfield(L, LUA_REGISTRYINDEX, READ_KEY);
    lua_pushcclosure(L, function, 2);
    lua_setfield(L, -2, name);
}

void guard_push_args(lua_State *L)
{
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, ARGS_KEY);
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, READ_KEY);
    lua_newtable(L);
    lua_newtable(L);
    set_method(L, "__index", args_index);
    set_method(L, "__pairs", args_pairs);
    lua_setmetatable(L, -2);
}

void guard_set_arg(lua_State *L, const char *name, size_t length)
{
    lua_getfield(L, LUA_REGISTRYINDEX, ARGS_KEY);
    lua_pushlstring(L, name, length);
    lua_pushvalue(L, -3);
    lua_rawset(L, -3);
    lua_pop(L, 2);
}

/* Push the first name, in alphabetical order, that was set and never asked for; nil: there is none. */
static void push_unread(lua_State *L)
{
    lua_pushnil(L);
    const int first = lua_gettop(L);

    lua_getfield(L, LUA_REGISTRYINDEX, READ_KEY);
    lua_getfield(L, LUA_REGISTRYINDEX, ARGS_KEY);
    for (lua_pushnil(L); lua_next(L, first + 2); lua_pop(L, 1)) {
        lua_pushvalue(L, -2);
        if (lua_rawget(L, first + 1) == LUA_TNIL &&
            (lua_isnil(L, first) || strcmp(lua_tostring(L, -3), lua_tostring(L, first)) < 0)) {
            lua_pushvalue(L, -3);
            lua_replace(L, first);
        }
        lua_pop(L, 1);
    }
    lua_settop(L, first);
}

bool guard_check_args(lua_State *L, GError **error)
{
    const char *nearest;

    push_unread(L);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        return true;
    }
    const char *name = lua_tostring(L, -1);
    lua_getfield(L, LUA_REGISTRYINDEX, READ_KEY);
    push_names(L, -1, name, &nearest);
    const char *known = lua_tostring(L, -1);
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                "--set %s: the script never reads memsim.args.%s%s%s%s; it reads %s", name, name,
                nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'" : "",
                *known ? known : "none");
    lua_pop(L, 3);
    return false;
}
