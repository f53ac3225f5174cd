/*
 * outcome - what a run has shown, in base units.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_OUTCOME_H
#define SYSTEM_OUTCOME_H

#include "analytic/analytic.h"
#include "dram/dram.h"
#include "system/array_counts.h"
#include "system/phases.h"

/* What a run has shown, in base units; all zero for the header of a report. */
typedef struct {
    double time_s;
    double compute_busy_s, compute_starved_s, issue_held_s; /* mean over the cores with accesses */
    double compute_scratch_s;                               /* of starved */
    double flops;
    uint64_t accesses, reads, writes, requested_bytes;
    double avg_access_latency_s;
    CacheStats *levels; /* [n_levels] */
    uint32_t n_levels;
    CombineStats combine; /* of writes that go past the caches */
    bool useful;          /* used bytes were counted on all levels that bring in lines */
    ArrayCounts *arrays;  /* [n_arrays], or NULL: not asked for */
    uint32_t n_arrays;
    TlbStats tlb;      /* where addresses are translated */
    double tlb_wait_s; /* mean over the cores with accesses */
    MemoryStats memory;
    double mem_avg_read_latency_s, mem_p99_read_latency_s;
    DramReport dram; /* of a memory of DRAM channels */
    uint64_t events;
    bool dry;             /* nothing has run: the names of the columns count, not what is in them */
    double memory_time_s; /* NAN: not asked for */
    double wall_s;
    bool counted; /* a footprint was kept: counts hold */
    FootprintCounts counts;
} Outcome;

void outcome_init(Outcome *outcome, const Parts *parts, const RunTimes *times);
/* The same of a run without time: what needs time is NAN. */
void outcome_init_counted(Outcome *outcome, const Parts *parts);
void outcome_clear(Outcome *outcome);
/* The demand that the run has counted; only when counted. */
Demand outcome_demand(const Outcome *outcome);
/* By the three clocks, or, without overlap, by the busy time. */
Regime outcome_regime(const Outcome *outcome, bool overlap);

#endif
