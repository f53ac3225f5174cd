/*
 * read_memory - the Lua table of a memory to a MemoryConfig.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_READ_MEMORY_H
#define CONFIG_READ_MEMORY_H

#include "config/reader.h"
#include "spec/machine.h"

/* The key in a grade's densities that names the one that has been merged in. */
#define MEMORY_DENSITY_MARK "chosen"

/* Read the table's memory; up: the path of the table.  Between keys nothing is checked. */
bool read_memory(Reader *reader, int table, MachineSpec *machine, const Path *up);
/* Read the table of a DRAM on the top of the stack, whose path is given.  Frees nothing: memory is empty before. */
bool read_dram(Reader *reader, MemoryConfig *memory, const Path *path);

#endif
