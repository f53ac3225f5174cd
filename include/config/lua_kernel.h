/*
 * lua_kernel - kernels of the library: memsim.kernel, memsim.kernels_of.
 *
 * A kernel file returns a table: description; parameters = { { name, default, meaning, ... }, ... }, where an entry may
 * also have values (the words that are allowed), min and max (of a number; min is 1 for an integer whose default is not 0,
 * else 0) and list = true (a list of integers will do, too); arrays, names of arrays that a caller may give; and either
 * build(p), which returns { workload =, flops =, compulsory_bytes = }, or parts(p), a list of { name, kernel, parameters } and
 * the compulsory bytes of all of them one after the other.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_LUA_KERNEL_H
#define CONFIG_LUA_KERNEL_H

#include "config/lua_api.h"

/* memsim.kernel(NAME [, parameters]): a workload; its .flops and .compulsory_bytes are by the kernel's formulas, .nest is
 * its loop nest, or nil for a sequence.  cores, precision, warmup and seed may stand among the parameters. */
int lua_kernel(lua_State *L);
/* memsim.kernels_of(NAME [, parameters]): a table of the parts' workloads by name and of the "total", one after the other;
 * its .names is the list of these names. */
int lua_kernels_of(lua_State *L);
/* memsim.element_bytes "f16": bytes of an element of an array, maybe not a whole number. */
int lua_element_bytes(lua_State *L);
/* Put what the library knows of a kernel into *kernel; what it allocates is *kernel's even when this raises an error. */
void lua_kernel_describe(lua_State *L, const char *name, KernelInfo *kernel);

#endif
