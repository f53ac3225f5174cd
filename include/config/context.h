/*
 * context - what a Lua state knows of the script it runs: its name and its folder.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_CONTEXT_H
#define CONFIG_CONTEXT_H

#include "config/lua_api.h"

/* Name the script; its folder is where traces and machines are looked up, too.  NULL: there is none. */
void context_set_script(lua_State *L, const char *path);
/* The folder, or NULL.  Borrows: lives as long as the state. */
const char *context_folder(lua_State *L);
/* The script's name, or NULL.  Borrows. */
const char *context_script(lua_State *L);
/* Push "script.lua:12: ", the line of the script that called the running function; what is known of it. */
void context_push_where(lua_State *L);
/* Raise an error with that in front of it.  The format is that of lua_pushfstring.  Does not return. */
int context_raise(lua_State *L, const char *format, ...);

#endif
