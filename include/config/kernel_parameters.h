/*
 * kernel_parameters - what a caller gives a kernel of the library, checked and completed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_KERNEL_PARAMETERS_H
#define CONFIG_KERNEL_PARAMETERS_H

#include "config/box.h"

/* Push a table of all parameters and given arrays of the kernel whose file's table is at index file; given: index of the
 * caller's table, or of nil.  Raises an error that names the kernel, the parameter and what would be right. */
void kernel_push_parameters(lua_State *L, Box *box, const char *name, int file, int given);

/* Push the entry i (from 1) of the parameters of the file's table at index file; false, and nothing pushed, behind the
 * last.  Raises an error when the file is wrong. */
bool kernel_push_entry(lua_State *L, Box *box, const char *name, int file, lua_Integer i);

#endif
