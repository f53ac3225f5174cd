/*
 * context - what a Lua state knows of the script it runs.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/context.h"

#include <stdarg.h>

#define SCRIPT_KEY "memsim.script"
#define FOLDER_KEY "memsim.folder"

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
