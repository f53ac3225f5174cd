/*
 * lua_library - the table that a file of the library returns.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_LUA_LIBRARY_H
#define CONFIG_LUA_LIBRARY_H

#include "config/box.h"

/* Push the path of the entry of this kind ("machines", "dram") and, above it, a copy of the table that its file returns.
 * Returns the path, which lives as long as it is on the stack.  Raises the error when there is none. */
const char *lua_library_push(lua_State *L, Box *box, const char *kind, const char *name);

#endif
