/*
 * lua_api - what the Lua module needs of config; the header through which Lua's own come in.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_LUA_API_H
#define CONFIG_LUA_API_H

#include <lauxlib.h>
#include <lua.h>

#include "config/config.h"

/* Push the table `memsim` of the state, made at the first call.  May raise a Lua error (memory). */
void config_push_api(lua_State *L);
/* Set memsim.args from options->sets.  May raise a Lua error. */
void config_set_args(lua_State *L, const ConfigOptions *options);
/* Convert the sweep, memsim.best or list of them at index, calling the point functions.  Raises no Lua error.
 * Returns (caller frees), or NULL and sets error (CONFIG). */
Study *config_study_from_lua(lua_State *L, int index, const ConfigOptions *options, GError **error);

#endif
