/*
 * lua_library - the table that a file of the library returns.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/lua_library.h"

#include <string.h>

#include "base/error.h"
#include "config/context.h"
#include "config/convert.h"
#include "config/library.h"
#include "config/what.h"

/* In the registry: a table whose keys are the files that run. */
#define RUNNING_KEY "memsim.library.running"

/* The file at the path runs from now on, or no longer. */
static void set_running(lua_State *L, const char *path, bool runs)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, RUNNING_KEY);
    lua_pushboolean(L, runs);
    lua_setfield(L, -2, path);
    lua_pop(L, 1);
}

static bool is_running(lua_State *L, const char *path)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, RUNNING_KEY);
    lua_getfield(L, -1, path);
    const bool runs = lua_toboolean(L, -1);

    lua_pop(L, 2);
    return runs;
}

/* Run the chunk of a library file; its one result is on the stack. */
static void run_file(lua_State *L, Box *box, const char *path)
{
    gsize length = 0;

    if (is_running(L, path)) {
        g_set_error(&box->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                    "'%s' asks for itself; what lies beside the script is found before what the "
                    "library has of that name",
                    path);
        box_raise(L, box);
    }

    box->text = library_read_file(path, &length, &box->error);
    if (box->text == NULL)
        box_raise(L, box);
    const char *name = lua_pushfstring(L, "@%s", path);
    if (luaL_loadbufferx(L, box->text, length, name, "t") != LUA_OK)
        lua_error(L);
    lua_remove(L, -2);
    g_clear_pointer(&box->text, g_free);
    set_running(L, path, true);
    const int status = lua_pcall(L, 0, 1, 0);

    set_running(L, path, false);
    if (status != LUA_OK)
        lua_error(L);
}

const char *lua_library_push(lua_State *L, Box *box, const char *kind, const char *name)
{
    box->text = library_find(kind, name, context_folder(L));
    if (box->text == NULL) {
        library_unknown(kind, name, context_folder(L), &box->error);
        box_raise(L, box);
    }
    const char *path = lua_pushstring(L, box->text);

    g_clear_pointer(&box->text, g_free);
    run_file(L, box, path);
    if (!lua_istable(L, -1)) {
        g_set_error(&box->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                    "%.*s: '%s' returns %s; such a file returns a table",
                    (int)strlen(kind) - g_str_has_suffix(kind, "s"), kind, path, what_is(L, -1));
        box_raise(L, box);
    }
    if (!merge_copy(L, -1, box))
        box_raise(L, box);
    lua_remove(L, -2);
    return path;
}
