/*
 * collect_memory - the part of a row that memory has to say.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_COLLECT_MEMORY_H
#define SYSTEM_COLLECT_MEMORY_H

#include "system/outcome.h"
#include "system/row.h"

/* Take the counters of memory as they are at the end of the run. */
void collect_memory(Outcome *outcome, const Parts *parts, const RunTimes *times);
/* The same of a run without time: what the last level, or the cores without caches, have sent there. */
void collect_counted_memory(Outcome *outcome, const Parts *parts);
/* Append the columns of memory. */
void collect_add_memory(Row *row, const PointSpec *point, const Outcome *outcome);

#endif
