/*
 * lua_dram - memsim.dram: a speed grade of the library as a memory.
 *
 * A grade file returns a table of the keys of a DRAM memory, with densities = { NAME = { keys } }, what each density of
 * the devices changes, and density = NAME, the one that holds unless another is asked for.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_LUA_DRAM_H
#define CONFIG_LUA_DRAM_H

#include "config/lua_api.h"

/* memsim.dram(NAME [, overrides]): the grade, then its density, then the overrides, merged deeply and checked; a memory
 * for memsim.machine. */
int lua_dram(lua_State *L);

#endif
