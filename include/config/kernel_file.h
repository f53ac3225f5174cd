/*
 * kernel_file - the files of kernels, and the modules that they share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_KERNEL_FILE_H
#define CONFIG_KERNEL_FILE_H

#include "config/box.h"

/* Push the table that the file of a kernel of the library returns; what it requires is looked up in the library's
 * kernels/lib, too.  Raises the error when there is none. */
void kernel_push_file(lua_State *L, Box *box, const char *name);

#endif
