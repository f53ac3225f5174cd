/*
 * core - issues the accesses of its source in order, and computes on their data.
 *
 * An access takes one of `window` slots from its issue on, of what threads ask for together one each: these wait until all
 * are free, and are given back together.  A read gives its slot back when its data have arrived and its operations have
 * begun; a write is posted: when the level below has taken it.  Operations run in order, once the data are there.  A
 * dependent access is issued when the data of the one before it in its stream are there.
 * With overlap off the operations are left to the end of the phase (core_finish).
 * Modelled: in-order issue, a limit on what is outstanding, in-order operations.  Not: branches, registers, reordering.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_CORE_H
#define WORKLOAD_CORE_H

#include "mem/access.h"
#include "mem/front.h"
#include "sim/server.h"

/* What the accesses of one part of the workload have in common. */
typedef struct {
    FineTime
        cost_per_byte; /* of the operations that a byte feeds, at the core's share of the peak, or of the accesses to
                          the scratchpad that go with them, whatever takes longer */
    FineTime scratch_per_byte; /* of that: what the scratchpad takes beyond the operations */
    bool dependent;
    bool split_lines;
    bool nontemporal;    /* its writes go past the caches */
    bool computes;       /* its accesses are ACCESS_OPERATE */
    uint32_t slot_bytes; /* so many bytes of an access take a slot each; 0: it takes one */
} Stream;

typedef struct {
    double clock_Hz;
    uint32_t issue;       /* accesses a cycle; 0: unlimited */
    uint32_t window;      /* slots; 0: unlimited */
    Tick block_launch_fs; /* until a slot is free for a thread of the next block (ACCESS_BLOCK) */
    bool overlap;
    const Stream *streams; /* [n_streams], borrowed */
    uint32_t n_streams;
} CoreConfig;

typedef struct {
    uint64_t accesses, reads, writes; /* as issued: an access across lines is one a line */
    uint64_t requested_bytes;
    FineTime busy, starved, held; /* the three clocks */
    FineTime scratch;             /* of starved: waits for the scratchpad */
    FineTime latency_fs;          /* sum over accesses, from issue to data; whole femtoseconds */
} CoreStats;

typedef struct Core Core;
/* All accesses go to front (borrowed). */
Core *core_new(const CoreConfig *config, Front *front, Sim *sim);
/* Accesses of an op go to another front (borrowed) from now on. */
void core_set_front(Core *core, AccessOp op, Front *front);
void core_free(Core *core); /* accepts NULL */

/* Run a source (borrowed until the simulation has no more events) from time start on. */
void core_start(Core *core, AccessSource *source, Tick start);
/* Without time: the accesses of a source (borrowed) are counted from now on. */
void core_count_start(Core *core, AccessSource *source);
/* Count up to so many batches of them.  False when the source is at its end, or has failed (core_error). */
bool core_count(Core *core, uint64_t batches);
/* The error of the source, if it failed (borrowed); checked when the simulation has no more events. */
const GError *core_error(const Core *core);
/* Whether all that it has asked for has been answered: so it is when the simulation has no more events. */
bool core_is_answered(const Core *core);
/* When its last data had arrived and, with overlap, its last operation was done. */
Tick core_end(const Core *core);
/* The phase is over: all its data were transferred at drained.  Returns when its operations end; without overlap they
 * begin at drained. */
Tick core_finish(Core *core, Tick drained);
CoreStats core_stats(const Core *core);
/* Bytes that accesses of a stream asked for; of one that computes, its units of operations. */
uint64_t core_stream_bytes(const Core *core, uint32_t stream);
/* Units of operations that no data feed. */
uint64_t core_operated(const Core *core);
void core_reset_stats(Core *core);

#endif
