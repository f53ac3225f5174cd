/*
 * dram_rig - the traces and the front end of validation/dram, for tests and benchmarks of DRAM channels.
 *
 * The front end sends in order, in each clock cycle until the first request that is not accepted.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_DRAM_RIG_H
#define TESTS_DRAM_RIG_H

#include "base/rng.h"
#include "dram/dram.h"

typedef struct {
    const char *name;
    uint64_t requests;
    bool chase; /* each is sent when the data of the one before are there */
} DramTrace;

extern const DramTrace dram_traces[7];

typedef struct {
    uint64_t addr;
    bool write;
} DramAccess;

typedef struct {
    Tick end_fs;      /* last read data or last WR command */
    Tick read_end_fs; /* last read data */
    double read_latency_fs;
    ChannelStats stats;
    DramReport report; /* until the last event */
    uint64_t events;
    double cpu_s; /* that the simulation took */
} DramRun;

/* Write the accesses of a trace; row_shift: where row begins in an address, rows: how many (for bankconf). */
void dram_trace_fill(DramAccess *accesses, const DramTrace *trace, uint32_t row_shift,
                     uint64_t rows);
/* Send n accesses of so many bytes through a memory of config. */
DramRun dram_run(const DramConfig *config, const DramAccess *accesses, uint64_t n, uint32_t bytes,
                 bool chase);

/* The same; begin is called with the memory before the first request. */
typedef struct {
    void (*begin)(void *user, Memory *memory);
    void *user;
} DramWatch;
DramRun dram_run_watched(const DramConfig *config, const DramAccess *accesses, uint64_t n,
                         uint32_t bytes, bool chase, DramWatch watch);

/* The two configurations of reference.csv, as Ramulator 2 has them. */
DramConfig dram_rig_ddr4(void);
DramConfig dram_rig_hbm2(void);
/* HBM2 with channels of 128 bit that are not divided, as DRAMsim3 has it. */
DramConfig dram_rig_hbm2_legacy(void);
/* The others of params.md. */
DramConfig dram_rig_ddr5(void);
DramConfig dram_rig_gddr6(void);
DramConfig dram_rig_hbm3(void);
DramConfig dram_rig_lpddr5(void);

enum { N_DRAM_RIGS = 6 };
/* One of each standard. */
extern DramConfig (*const dram_rig_configs[N_DRAM_RIGS])(void);

/* from .. to. */
uint32_t dram_rig_draw(Rng *rng, uint32_t from, uint32_t to);
/* Runs of hits in a number of rows, and jumps; a share of writes. */
void dram_rig_random_accesses(Rng *rng, DramAccess *accesses, uint64_t n, uint32_t bytes);

#endif
