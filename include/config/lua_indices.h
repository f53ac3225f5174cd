/*
 * lua_indices - arrays whose contents are known, to stand in subscripts and bounds.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_LUA_INDICES_H
#define CONFIG_LUA_INDICES_H

#include "config/lua_api.h"

/* memsim.indices(NAME, TYPE, { values }), or { count =, below =, distribution =, exponent =, seed = } */
int lua_indices(lua_State *L);
/* memsim.matrix_market(FILE): { rows, columns, entries, row_pointers, column_indices } */
int lua_matrix_market(lua_State *L);

#endif
