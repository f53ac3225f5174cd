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
    uint64_t hits, misses, conflicts, refreshes, activates, precharges;
    uint64_t latency;          /* cycles, of all reads together */
    Cycle end;                 /* the run's last cycle */
    uint64_t queued[2];        /* entries of the read and the write windows, times cycles */
    uint32_t queued_max[2];    /* of any channel */
    uint64_t uses[N_BUS_USES]; /* cycles of all buses */
    uint64_t active;           /* cycles of all ranks with a bank open or refreshed */
} SlowRun;

/* Send the accesses of one burst each in order, in each cycle until the first that is refused. */
SlowRun dram_model_run(const DramConfig *config, const SlowAccess *accesses, uint64_t n);

#endif
