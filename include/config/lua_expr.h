/*
 * lua_expr - indices, affine expressions and places in arrays as values of a script, with operators.
 *
 * Each is a userdata that owns what it consists of; the functions raise Lua errors with the script's line.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_LUA_EXPR_H
#define CONFIG_LUA_EXPR_H

#include "config/lua_api.h"
#include "spec/workload.h"

typedef enum { PLACE_PLAIN, PLACE_READ, PLACE_WRITE, PLACE_UPDATE } PlaceUse;

/* An array with some or all of its subscripts: A[i], A[i][j]. */
typedef struct {
    NestPool *pool;
    NestArray *array; /* kept by the pool */
    NestExpr subscripts[NEST_DIMS_MAX];
    uint32_t n_subscripts;
    PlaceUse use;
} LuaPlace;

/* memsim.index("i", "j", ...): an expression for each name. */
int lua_index(lua_State *L);
/* memsim.read, write, update (A[i][j]): the place, with its use. */
int lua_read(lua_State *L);
int lua_write(lua_State *L);
int lua_update(lua_State *L);

/* The value at index as an expression in the pool: a whole number, an expression, or a place in an array with known
 * contents, which stands for what it holds.  False when it is none of these. */
bool lua_expr_get(lua_State *L, int index, NestPool *pool, NestExpr *expr);
/* The place at index, or NULL. */
const LuaPlace *lua_place(lua_State *L, int index);
/* The name of the index at this stack index, which is given as memsim.index's value or as a string; NULL when it is
 * neither.  Borrows. */
const char *lua_index_name(lua_State *L, int index);

/* Push a new array userdata; what is stored through the pointer belongs to it. */
NestArray **lua_array_push(lua_State *L);
/* The array at index, or NULL. */
NestArray *lua_array(lua_State *L, int index);

#endif
