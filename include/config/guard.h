/*
 * guard - tables of the script's world in which a mistyped name is an error, not a silent nil.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_GUARD_H
#define CONFIG_GUARD_H

#include "config/lua_api.h"

/* From now on reading a name that the table on the top of the stack lacks raises an error:
 * "<what> 'windw'; did you mean 'window'; known: pattern, window". */
void guard_names(lua_State *L, const char *what);

/* Push memsim.args: an empty table that remembers which names were asked for. */
void guard_push_args(lua_State *L);
/* Set an argument to the value on the top of the stack, and pop it. */
void guard_set_arg(lua_State *L, const char *name, size_t length);
/* Whether the script has asked for every argument that was set; else error (CONFIG) names the first it has not, and those
 * it has. */
bool guard_check_args(lua_State *L, GError **error);

#endif
