/*
 * read_leaf - the Lua tables of workloads without parts: patterns, traces and nests.
 *
 * The functions fill the workload, which has its defaults, from the table at index `table`; path: where that stands; depth 0:
 * it is the outermost.  False and the reader's error.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_READ_LEAF_H
#define CONFIG_READ_LEAF_H

#include "config/reader.h"
#include "spec/workload.h"

/* Keys that only the outermost workload may have, NULL-terminated. */
extern const char *const workload_outer_keys[];

bool leaf_read_pattern(Reader *reader, int table, WorkloadSpec *workload, const Path *path,
                       int depth);
bool leaf_read_trace(Reader *reader, int table, WorkloadSpec *workload, const Path *path,
                     int depth);
/* memsim.workload { nest = ..., ... }: the keys beside the nest. */
bool leaf_read_nest(Reader *reader, int table, WorkloadSpec *workload, const Path *path, int depth);
/* Whether the section, of workload_fields, has none of the keys that only the outermost workload may have, or is its. */
bool leaf_check_outer(Reader *reader, const Section *section, const Path *path, int depth);

#endif
