/*
 * context - what a Lua state knows of the script it runs: its name, its folder, the lines where things were made.
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
/* Remember that the table or userdata on the top of the stack was made there. */
void context_note_origin(lua_State *L);
/* Push where the value at index comes from, in the same form: a function's first line, or what was noted of it; and
 * return it.  NULL, and nothing is pushed: nothing is known of it. */
const char *context_push_origin(lua_State *L, int index);
/* Of a function of the API: as many arguments as it takes, nil for those that are not given; more are an error.  self: the value
 * before the colon is the first of them. */
void context_take_arguments(lua_State *L, const char *name, int most, bool self);
/* Raise an error with that in front of it.  The format is that of lua_pushfstring.  Does not return. */
int context_raise(lua_State *L, const char *format, ...);

#endif
