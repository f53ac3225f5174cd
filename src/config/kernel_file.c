/*
 * kernel_file - the files of kernels, and the modules that they share.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/kernel_file.h"

#include "config/context.h"
#include "config/library.h"
#include "config/lua_library.h"

/* In the registry: the searcher of modules is there. */
#define SEARCHER_KEY "memsim.kernel.searcher"

/* What require of a module of the kernels gives. */
static int load_module(lua_State *L)
{
    Box *box = box_push(L);

    lua_library_push(L, box, "kernels/lib", luaL_checkstring(L, 1));
    return 1;
}

/* A searcher of require: kernel files share modules in kernels/lib of the library. */
static int search_module(lua_State *L)
{
    char *path = library_find("kernels/lib", luaL_checkstring(L, 1), context_folder(L));
    const bool found = path != NULL;

    g_free(path);
    if (found)
        lua_pushcfunction(L, load_module);
    else
        lua_pushliteral(L, "no such file in kernels/lib of memsim's library");
    return 1;
}

/* Once for a state. */
static void add_searcher(lua_State *L)
{
    if (lua_getfield(L, LUA_REGISTRYINDEX, SEARCHER_KEY) == LUA_TNIL) {
        lua_getglobal(L, "package");
        lua_getfield(L, -1, "searchers");
        lua_pushcfunction(L, search_module);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
        lua_pushboolean(L, 1);
        lua_setfield(L, LUA_REGISTRYINDEX, SEARCHER_KEY);
        lua_pop(L, 2);
    }
    lua_pop(L, 1);
}

void kernel_push_file(lua_State *L, Box *box, const char *name)
{
    add_searcher(L);
    lua_library_push(L, box, "kernels", name);
    lua_remove(L, -2);
}
