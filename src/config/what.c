/*
 * what - the types of Lua in words.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/what.h"

const char *what_type(int type)
{
    static const char *const whats[] = { "nothing",    "nil",      "a boolean", "a userdata",
                                         "a number",   "a string", "a table",   "a function",
                                         "a userdata", "a thread" };

    return whats[type + 1]; /* LUA_TNONE is -1 */
}
