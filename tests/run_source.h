/*
 * run_source - a source of evenly moving accesses, handed out in runs or in batches.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_RUN_SOURCE_H
#define TESTS_RUN_SOURCE_H

#include "mem/access.h"

enum { RUNS = 12 };

typedef struct {
    AccessSource source;
    EvenRun runs[RUNS];
    uint32_t at, handed_out;
    bool evenly; /* as runs, but for every third one */
} RunSource;

/* A source of runs that the caller puts in. */
void runsource_init(RunSource *source, bool evenly);
/* The next units of the run, as many as there is room for. */
void runsource_take(EvenRun *run, Batch *batch);

#endif
