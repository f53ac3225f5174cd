/*
 * analytic - the closed form of a point: the roofline and its relatives.
 *
 * Shares no code with the simulation.
 *
 * A sequence's parts run one after the other: its roofline is the sum of theirs.  A workload that stands several
 * times makes the same accesses again: only the first mention has compulsory bytes.  A mix is one kernel with the
 * summed demand.  With counted demand there is one roof for the whole.
 *
 * Sources: Williams, Waterman, Patterson, CACM 52(4), 2009 (roofline);
 * Denning and Buzen 1978 (asymptotic bounds).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ANALYTIC_ANALYTIC_H
#define ANALYTIC_ANALYTIC_H

#include <glib.h>

#include "spec/point.h"

typedef enum { REGIME_MEMORY, REGIME_COMPUTE, REGIME_BALANCED } Regime;
/* "memory-bound", "compute-bound", "balanced". */
const char *regime_name(Regime regime);

typedef struct {
    double accesses, reads,
        writes; /* expected numbers where a draw decides; NAN where only a run can tell (traces) */
    double flops;
    double requested_bytes; /* by the core; NAN for a trace */
    double
        compulsory_bytes; /* distinct bytes read before being written + distinct bytes written; NAN for a trace */
} Demand;

typedef struct {
    Demand demand;
    double peak_flop_per_s;   /* of the cores that take part */
    double bandwidth_B_per_s; /* peak, or the effective one of two tiers */
    /* What the bandwidth is worth when every request of the mean size moves a line of the last cache, far above
     * the caches: bandwidth * min(1, size / line), and no more than Little's law lets the cores' slots ask for,
     * cores * window * size / latency (window 1 when every access waits for the one before).  Of DRAM every request
     * moves a burst at least and opens a row: no more than banks / tRC, 4 / tFAW and 1 / tRRD a rank of them, less
     * tRFC / tREFI (JEDEC definitions).  NAN for traces. */
    double random_bandwidth_B_per_s;
    double latency_s; /* idle load-to-use of memory */
    double ridge_flop_per_B;
    double intensity_flop_per_B;  /* flops / compulsory_bytes */
    double compute_time_s;        /* flops / peak */
    double memory_time_s;         /* compulsory_bytes / bandwidth */
    double roofline_time_s;       /* the larger */
    double serial_time_s;         /* latency + the sum */
    double streaming_time_s;      /* the roofline if no byte were reused */
    double attainable_flop_per_s; /* min(peak, intensity * bandwidth) */
    Regime regime;
    struct { /* per cache level: the roof if the working set lay there */
        double
            bandwidth_B_per_s; /* the instances of the cores that take part; INFINITY when unlimited */
        double ridge_flop_per_B;
        double
            attainable_flop_per_s; /* by operations per requested byte: the level serves them all */
    } * levels;                    /* [n_levels] */
    uint32_t n_levels;
} Analytic;

/* Demand of a workload by formula; NAN where a trace decides. */
Demand analytic_demand(const WorkloadSpec *workload);
/* Closed form of machine and workload; for traces pass what the run has counted, else NULL.
 * Returns (caller frees with analytic_free), or NULL and sets error (CONFIG: no such precision). */
Analytic *analytic_new(const MachineSpec *machine, const WorkloadSpec *workload,
                       const Demand *counted, GError **error);
void analytic_free(Analytic *analytic); /* accepts NULL */
/* The closed form of a kernel given by its totals only; every byte is taken to be moved once.  out owns nothing
 * (no levels).  Returns false when a total is negative, or peak or bandwidth is not above 0. */
bool analytic_simple(double flops, double bytes, double peak_flop_per_s, double bandwidth_B_per_s,
                     double latency_s, Analytic *out);

/* Regime by two times: balanced when they differ by less than 5 % of the larger. */
Regime analytic_regime(double compute_s, double memory_s);

#endif
