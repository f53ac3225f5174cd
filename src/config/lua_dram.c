/*
 * lua_dram - memsim.dram: a speed grade of the library as a memory.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/lua_dram.h"

#include "base/error.h"
#include "config/context.h"
#include "config/convert.h"
#include "config/lua_library.h"

static const Path root = { NULL, "dram", 0 };

static int refuse(lua_State *L, Box *box, const char *why)
{
    g_set_error_literal(&box->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, why);
    return box_raise(L, box);
}

static void set_text(lua_State *L, int table, const char *key, const char *text)
{
    lua_pushstring(L, key);
    lua_pushstring(L, text);
    lua_rawset(L, table);
}

/* The grade's own density, unless the overrides have one: theirs comes with them. */
static bool merge_own_density(lua_State *L, int memory, Box *box)
{
    const bool other = lua_istable(L, 2) && reader_push(L, 2, "density") != LUA_TNIL;

    lua_settop(L, memory);
    if (other || reader_push(L, memory, "density") != LUA_TSTRING) {
        lua_settop(L, memory);
        return true;
    }
    const bool fine = merge_density(L, memory, lua_tostring(L, -1), box, &root);

    lua_settop(L, memory);
    return fine;
}

int lua_dram(lua_State *L)
{
    context_take_arguments(L, "dram", 2, false);
    Box *box = box_push(L);

    if (lua_type(L, 1) != LUA_TSTRING)
        return refuse(L, box,
                      "dram: expected the name of a grade of the library, such as \"DDR4-2400\"");
    if (!lua_isnil(L, 2) && !lua_istable(L, 2))
        return refuse(L, box, "dram: the overrides are a table");
    const char *path = lua_library_push(L, box, "dram", lua_tostring(L, 1));
    const int memory = lua_gettop(L);

    set_text(L, memory, "type", memory_types[MEMORY_DRAM]);
    set_text(L, memory, "grade", lua_tostring(L, 1));
    if (!merge_own_density(L, memory, box)) {
        g_prefix_error(&box->error, "%s: ", path);
        return box_raise(L, box);
    }
    if (lua_istable(L, 2) && !merge_dram(L, memory, 2, box, &root))
        return box_raise(L, box);
    if (!convert_dram(L, memory, box))
        return box_raise(L, box);
    box_clear(box);
    return 1;
}
