/*
 * columns - the names of a result's columns, as far as they are fixed: an axis may not take one of them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEC_COLUMNS_H
#define SPEC_COLUMNS_H

#include <stdbool.h>

/* NULL-terminated: the columns that every point has, and the on-demand ones. */
extern const char *const column_names[];

/* Whether name is one of column_names, or of the run's own (begins with "wall_"). */
bool column_is_fixed(const char *name);
/* Whether name is a column of the cache of this name: "l1_hits" of "L1". */
bool column_is_of_cache(const char *name, const char *cache);
/* Whether name is, behind that of an array, a column of memory: "mem_bytes". */
bool column_is_of_memory_of_array(const char *name);

#endif
