/*
 * dram_model - a slow, obvious DRAM memory for tests: it ticks every channel in every clock cycle and looks at every
 * request.  It shares only the rows of the standards with the model that is tested.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_DRAM_MODEL_H
#define TESTS_DRAM_MODEL_H

#include "dram/dram.h"

typedef struct {
    uint64_t addr;
    bool write;
} SlowAccess;

typedef struct {
    Cycle last_data, last_write; /* end of the last read's data; last WR command */
    uint64_t hits, misses, conflicts, refreshes;
    uint64_t latency; /* cycles, of all reads together */
} SlowRun;

/* Send the accesses of one burst each in order, in each cycle until the first that is refused. */
SlowRun dram_model_run(const DramConfig *config, const SlowAccess *accesses, uint64_t n);

#endif
