/*
 * kernel_describe - what a kernel's file says of itself, for people.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/error.h"
#include "config/kernel_file.h"
#include "config/kernel_parameters.h"
#include "config/lua_kernel.h"
#include "config/reader.h"
#include "config/what.h"

/* A default as a script would write it. */
static char *default_text(lua_State *L, int index)
{
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
        return g_strdup(lua_toboolean(L, index) ? "true" : "false");
    case LUA_TSTRING:
        return g_strdup_printf("\"%s\"", lua_tostring(L, index));
    case LUA_TNUMBER:
        return lua_isinteger(L, index)
                   ? g_strdup_printf("%" G_GINT64_FORMAT, (gint64)lua_tointeger(L, index))
                   : g_strdup_printf("%.15g", lua_tonumber(L, index));
    default:
        return g_strdup(what_is(L, index));
    }
}

/* What a parameter means, and the words that it may be; the entry is on the top of the stack. */
static char *meaning_text(lua_State *L, int entry)
{
    GString *text;

    lua_rawgeti(L, entry, 3);
    text = g_string_new(lua_tostring(L, -1));
    if (reader_push(L, entry, "values") == LUA_TTABLE)
        for (lua_Integer i = 1; lua_rawgeti(L, entry + 2, i) == LUA_TSTRING; i++) {
            g_string_append_printf(text, "%s%s", i == 1 ? ": " : ", ", lua_tostring(L, -1));
            lua_pop(L, 1);
        }
    lua_settop(L, entry);
    return g_string_free(text, FALSE);
}

void lua_kernel_describe(lua_State *L, const char *name, KernelInfo *kernel)
{
    Box *box = box_push(L);

    kernel_push_file(L, box, name);
    const int file = lua_gettop(L);

    if (reader_push(L, file, "description") != LUA_TSTRING) {
        g_set_error(&box->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                    "kernel '%s': its file has no description", name);
        box_raise(L, box);
    }
    kernel->description = g_strdup(lua_tostring(L, -1));
    kernel->list = reader_push(L, file, "parts") == LUA_TFUNCTION;
    for (lua_Integer i = 1; kernel_push_entry(L, box, name, file, i); i++) {
        const int entry = lua_gettop(L);

        kernel->parameters = g_renew(KernelParameter, kernel->parameters, (gsize)i);
        lua_rawgeti(L, entry, 1);
        lua_rawgeti(L, entry, 2);
        kernel->parameters[kernel->n_parameters++] =
            (KernelParameter){ .name = g_strdup(lua_tostring(L, -2)),
                               .by_default = default_text(L, entry + 2) };
        lua_settop(L, entry);
        kernel->parameters[i - 1].meaning = meaning_text(L, entry);
        lua_settop(L, file);
    }
}
