/*
 * context - what a Lua state knows of the script it runs.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/context.h"

#include <stdarg.h>

#define SCRIPT_KEY "memsim.script"
#define FOLDER_KEY "memsim.folder"
#define ORIGINS_KEY "memsim.origins" /* what was made -> its place; does not keep it alive */

/* What stands before the last slash; it owns nothing while Lua may raise. */
static void push_folder(lua_State *L, const char *path)
{
    const char *slash = g_strrstr(path, "/");

    if (slash == NULL)
        lua_pushliteral(L, ".");
    else if (slash == path)
        lua_pushliteral(L, "/");
    else
        lua_pushlstring(L, path, (size_t)(slash - path));
}

void context_set_script(lua_State *L, const char *path)
{
    if (path == NULL)
        return;
    lua_pushstring(L, path);
    lua_setfield(L, LUA_REGISTRYINDEX, SCRIPT_KEY);
    push_folder(L, path);
    lua_setfield(L, LUA_REGISTRYINDEX, FOLDER_KEY);
}

static const char *registry_text(lua_State *L, const char *key)
{
    lua_getfield(L, LUA_REGISTRYINDEX, key);
    const char *text = lua_tostring(L, -1); /* stays alive in the registry */

    lua_pop(L, 1);
    return text;
}

const char *context_folder(lua_State *L)
{
    return registry_text(L, FOLDER_KEY);
}

const char *context_script(lua_State *L)
{
    return registry_text(L, SCRIPT_KEY);
}

void context_push_where(lua_State *L)
{
    luaL_where(L, 1);
    if (*lua_tostring(L, -1) != '\0')
        return;
    /* called from C: a replay */
    const char *script = context_script(L);
    if (script == NULL)
        return;
    lua_pop(L, 1);
    lua_pushfstring(L, "%s: ", script);
}

static void push_origins(lua_State *L)
{
    if (luaL_getsubtable(L, LUA_REGISTRYINDEX, ORIGINS_KEY))
        return;
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
}

void context_note_origin(lua_State *L)
{
    luaL_checkstack(L, 6, "too many values");
    push_origins(L);
    lua_pushvalue(L, -2);
    context_push_where(L);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

const char *context_push_origin(lua_State *L, int index)
{
    const int value = lua_absindex(L, index);
    lua_Debug function;

    luaL_checkstack(L, 6, "too many values");
    if (lua_isfunction(L, value)) {
        lua_pushvalue(L, value);
        lua_getinfo(L, ">S", &function);
        if (function.linedefined <= 0)
            return NULL;
        return lua_pushfstring(L, "%s:%d: ", function.short_src, function.linedefined);
    }
    push_origins(L);
    lua_pushvalue(L, value);
    if (lua_isnil(L, -1) || lua_rawget(L, -2) != LUA_TSTRING) {
        lua_pop(L, 2);
        return NULL;
    }
    lua_remove(L, -2);
    return lua_tostring(L, -1);
}

int context_raise(lua_State *L, const char *format, ...)
{
    va_list arguments;

    context_push_where(L);
    va_start(arguments, format);
    lua_pushvfstring(L, format, arguments);
    va_end(arguments);
    lua_concat(L, 2);
    return lua_error(L);
}

void context_take_arguments(lua_State *L, const char *name, int most, bool self)
{
    const int given = lua_gettop(L), takes = most - self;

    if (given > most)
        context_raise(L, "%s: %d arguments; it takes %s%d", name, given - self,
                      takes > 1 ? "at most " : "", takes);
    lua_settop(L, most);
}
