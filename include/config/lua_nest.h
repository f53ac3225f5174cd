/*
 * lua_nest - loop nests as values of a script.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_LUA_NEST_H
#define CONFIG_LUA_NEST_H

#include "config/lua_api.h"
#include "spec/workload.h"

/* memsim.nest { loops = ..., body = ... } */
int lua_nest(lua_State *L);
/* memsim.array(NAME, TYPE, EXTENT, ... [, { keys }]) */
int lua_array_new(lua_State *L);

/* Push a new, empty nest userdata that knows the line of the script; it owns the nest, which is filled and then
 * checked by lua_nest_finish. */
Nest *lua_nest_push(lua_State *L);
/* Put the nest, taken, into the userdata at index, with the line that this knows. */
void lua_nest_replace(lua_State *L, int index, Nest *made);
/* Check the nest on the top of the stack; raises an error. */
int lua_nest_finish(lua_State *L);
/* The nest at index, or NULL. */
Nest *lua_nest_get(lua_State *L, int index);

#endif
