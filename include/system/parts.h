/*
 * parts - the components of one point: built from its specs, wired, owned.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_PARTS_H
#define SYSTEM_PARTS_H

#include "cache/combine.h"
#include "cache/flat.h"
#include "cache/tlb.h"
#include "dram/memory.h"
#include "spec/point.h"
#include "trace/trace_memory.h"
#include "workload/core.h"
#include "workload/footprint.h"
#include "workload/nest_program.h"

typedef struct {
    Cache *instances; /* [n_instances] */
    uint32_t n_instances;
    uint32_t cores_each; /* cores that share one */
} Level;

/* A pattern, a trace or a nest. */
typedef struct {
    const WorkloadSpec *spec;
    uint16_t first_stream;
    void *table;          /* what the generators of a pattern share, or NULL */
    NestProgram *program; /* of a nest */
} Leaf;

/* Takes the accesses instead of caches and memory, without time: to look at a workload. */
typedef struct Probe Probe;
struct Probe {
    Front front; /* its line_bytes: where accesses are split; only count is called */
    void (*reset)(Probe *probe); /* the warm-up is over */
};

typedef struct {
    const PointSpec *point; /* borrowed */
    Sim sim;
    ReqPool pool;
    Memory *memory;
    Level *
        levels; /* [n_levels], nearest to the core first; the halves of a split first level are two */
    uint32_t n_levels;
    Flat *
        flat; /* counts for the caches, where time is not asked for and the machine is plain; else NULL */
    bool begun;           /* a part of the workload has */
    DirectFront *directs; /* [n_cores], when there are no caches; else NULL */
    Combine
        *combines; /* [n_cores], when there are caches and writes that go past them; else NULL */
    Probe *probe;  /* borrowed; NULL but for parts_init_probe */
    Core **cores;  /* [n_cores], those that take part */
    uint32_t n_cores;
    Leaf *leaves; /* [n_leaves] */
    uint32_t n_leaves;
    Stream *streams;        /* [n_streams] */
    double *flops_per_byte; /* [n_streams]; of a stream that computes, per unit */
    uint32_t n_streams;
    Footprint *footprint;     /* when only the run can tell the demand; else NULL */
    TraceMemory *traces;      /* traces that have been read before; or NULL; borrowed */
    bool useful;              /* used bytes are counted wherever lines are brought in */
    Regions *regions;         /* of the arrays that are told apart, or NULL; owned */
    Tlb *tlbs;                /* [n_cores], where addresses are translated; else NULL */
    PrefetchQueue prefetches; /* if prefetching */
    bool prefetching;         /* a cache of the machine has a prefetcher */
} Parts;

/* peak_flop_per_s: of the whole machine; INFINITY: operations take no time.  count_only: without requests. */
void parts_init(Parts *parts, const PointSpec *point, double peak_flop_per_s, bool count_only);
/* After parts_init: count used bytes on each level that brings in lines. */
void parts_watch_used(Parts *parts);
/* After parts_init: count by array.  Takes regions. */
void parts_watch_arrays(Parts *parts, Regions *regions);
/* Whether the used bytes of a level are counted: asked: on all that can. */
bool parts_counts_used(const PointSpec *point, uint32_t level, bool asked);
/* The workload alone: its accesses go to probe (borrowed); for phases_count. */
void parts_init_probe(Parts *parts, const PointSpec *point, Probe *probe);
void parts_clear(Parts *parts);
/* Forget all counters, not the state; now: where the clock stands. */
void parts_reset_stats(Parts *parts, Tick now);
/* The part that the specs of a leaf have become. */
const Leaf *parts_leaf(const Parts *parts, const WorkloadSpec *spec);
/* Where core's accesses go by an op. */
Front *parts_front(Parts *parts, uint32_t core, AccessOp op);
/* What a core asks of memory past the caches, or without any, by array; NULL: nothing, or nobody counts it. */
RegionTally *parts_tally(const Parts *parts, uint32_t core);
/* Sum over the cores. */
CombineStats parts_combine_stats(const Parts *parts);
/* Sum over the instances of a level. */
CacheStats parts_level_stats(const Parts *parts, uint32_t level);
/* Sum over the cores; only where addresses are translated. */
TlbStats parts_tlb_stats(const Parts *parts);
/* From now on the caches count each access themselves. */
void parts_leave_flat(Parts *parts);
/* When the last reserved transfer ends, wherever it is. */
Tick parts_drained(const Parts *parts);
/* Cores that take part in the point. */
uint32_t parts_active_cores(const PointSpec *point);

#endif
