/*
 * what - what a Lua value is, in words, for messages: "expected a number, not a string".
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_WHAT_H
#define CONFIG_WHAT_H

#include "config/lua_api.h"

/* "a number", "nil", "nothing": a value of this type (LUA_TNUMBER, ...). */
const char *what_type(int type);

/* What is at index. */
static inline const char *what_is(lua_State *L, int index)
{
    return what_type(lua_type(L, index));
}

#endif
