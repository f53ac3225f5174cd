/*
 * convert - from the Lua tables of a machine, a workload, a sweep to checked specs.
 *
 * What is made belongs to the box.  The functions return false with the box's error set; they raise Lua errors
 * only when memory runs out or a script's own function fails.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_CONVERT_H
#define CONFIG_CONVERT_H

#include "config/box.h"
#include "config/reader.h"

#define TYPE_MACHINE "memsim.machine"
#define TYPE_WORKLOAD "memsim.workload"
#define TYPE_SEQUENCE "memsim.sequence"
#define TYPE_MIX "memsim.mix"
#define TYPE_SWEEP "memsim.sweep"
#define TYPE_BEST "memsim.best"

enum { SWEEP_POINTS_MAX = 1000000, SWEEP_AXES_MAX = 64 };

/* Mark the table on the top of the stack; and whether the value at index has the mark. */
void convert_mark(lua_State *L, const char *type);
bool convert_is(lua_State *L, int index, const char *type);

/* The table at index to box->machine, checked. */
bool convert_machine(lua_State *L, int index, Box *box);
/* The table at index to a checked workload; the same table twice is the same spec until box->workloads is cleared.
 * Borrows from the box; NULL and error. */
WorkloadSpec *convert_workload(lua_State *L, int index, Box *box);
/* The regions of a trace in the table at index; path: of the workload. */
bool convert_regions(Reader *reader, int table, WorkloadSpec *workload, const Path *path);
/* The value that a script returned to box->study, laid out and seeded. */
bool convert_study(lua_State *L, int index, const ConfigOptions *options, Box *box);

/* Check title, axes and point of the table at index: what memsim.sweep does. */
bool convert_check_sweep(lua_State *L, int index, Box *box);

/* Push a copy of the table at index; its values are the same. */
void merge_push_shallow(lua_State *L, int index);
/* Push a copy of the table at index, and of the tables in it. */
bool merge_copy(lua_State *L, int index, Box *box);
/* Put the overrides at index over into the machine's table at index base. */
bool merge_machine(lua_State *L, int base, int over, Box *box);
/* Put the overrides of a DRAM into its table at index base, a density first; path: of the table. */
bool merge_dram(lua_State *L, int base, int over, Box *box, const Path *path);
/* Put what the density of a grade says into the table at index base. */
bool merge_density(lua_State *L, int base, const char *density, Box *box, const Path *path);

/* The DRAM table at index to box->machine->memory, checked; messages begin with "dram". */
bool convert_dram(lua_State *L, int index, Box *box);

#endif
