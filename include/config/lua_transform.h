/*
 * lua_transform - the methods of a loop nest: tile, interchange, unroll, vectorize, parallel, register, stage, fuse.
 *
 * Each pushes a new, checked nest, or raises an error with the script's line.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_LUA_TRANSFORM_H
#define CONFIG_LUA_TRANSFORM_H

#include "config/lua_api.h"

/* For luaL_setfuncs; ends with { NULL, NULL }. */
extern const luaL_Reg lua_transform_methods[];

#endif
