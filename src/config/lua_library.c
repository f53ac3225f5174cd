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

/* Run the chunk of a library file; its one result is on the stack. */
static void run_file(lua_State *L, Box *box, const char *path)
{
    gsize length = 0;

    box->text = library_read_file(path, &length, &box->error);
    if (box->text == NULL)
        box_raise(L, box);
    const char *name = lua_pushfstring(L, "@%s", path);
    if (luaL_loadbufferx(L, box->text, length, name, "t") != LUA_OK)
        lua_error(L);
    lua_remove(L, -2);
    lua_call(L, 0, 1);
    g_clear_pointer(&box->text, g_free);
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
