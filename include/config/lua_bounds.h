/*
 * lua_bounds - memsim.bounds: what no order of a kernel's loops can beat, as numbers for scripts.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_LUA_BOUNDS_H
#define CONFIG_LUA_BOUNDS_H

#include "config/lua_api.h"

/* Push memsim.bounds: gemm { m =, n =, k =, words = [, tile =] } gives a table. */
void lua_bounds_push(lua_State *L);

#endif
