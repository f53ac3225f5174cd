/*
 * phases - running a workload: its warm-up, its parts one after the other, each dealt to the cores.
 *
 * A phase ends when all its data are transferred and all its operations are done; the next begins then.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_PHASES_H
#define SYSTEM_PHASES_H

#include "system/parts.h"

/* What one phase after the other made of the measured part. */
typedef struct {
    Tick start_fs, end_fs;
    uint64_t events;
} RunTimes;

/* Run the point's workload: warm-up, then the measured phases.  False and error (TRACE, IO, RUN). */
bool phases_run(Parts *parts, RunTimes *times, GError **error);
/* The same without time: tags and counters only. */
bool phases_count(Parts *parts, GError **error);
/* The accesses of the workload of parts of one core, without its warm-up.  Lives as long as the parts.  Returns (caller frees
 * with source_free), or NULL and sets error (TRACE, IO). */
AccessSource *phases_source(Parts *parts, GError **error);
/* Set error (RUN): nothing is left of the workload that could be measured, and why.  operates: it has operations. */
void phases_refuse_nothing(const WorkloadSpec *workload, bool operates, GError **error);

#endif
