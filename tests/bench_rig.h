/*
 * bench_rig - the machine on which the tests of cores and phases count by hand.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_BENCH_RIG_H
#define TESTS_BENCH_RIG_H

#include "rig.h"

/* 64 bytes take 1 ns to transfer, latency 10 ns; 8 bytes take 125 ps.  No operations.  Reads of 64 bytes. */
static inline Rig bench_of(uint64_t accesses)
{
    Rig rig;

    rig_init(&rig);
    rig_simple(&rig, 64e9, NS(10));
    rig_pattern(&rig, GEN_SEQUENTIAL, 64 * accesses, 64);
    return rig;
}

/* Operations of an access of 64 bytes take this long on all the machine. */
static inline void set_compute(Rig *rig, Tick per_access)
{
    rig->point.machine->compute.peaks[0].flop_per_s = 64e15;
    rig->point.workload->flops_per_byte = (double)per_access;
}

static inline ComputeConfig *compute_of(Rig *rig)
{
    return &rig->point.machine->compute;
}

static inline Tick busy_of(const Rig *rig)
{
    return fine_ceil(core_stats(rig->parts.cores[0]).busy);
}

#endif
