/*
 * clocks - a core's issue, slots and operations in time.
 *
 * Plain values and inlined functions, so that a run of hits keeps them in registers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_CLOCKS_H
#define WORKLOAD_CLOCKS_H

#include "mem/slots.h"
#include "sim/server.h"

typedef struct {
    uint64_t accesses, writes, bytes;
    FineTime busy;       /* of all operations */
    FineTime starved;    /* operations wait for data */
    FineTime held_fs;    /* issue waits for operations; whole femtoseconds */
    FineTime latency_fs; /* sum over accesses, from issue to data; whole femtoseconds */
} ClockSums;

typedef struct {
    Tick cycle_fs, cycle_start_fs;
    Tick last_issue_fs; /* in order: nothing is issued before */
    uint32_t issue;     /* accesses a cycle; 0: unlimited */
    uint32_t issued_in_cycle;
    bool windowed; /* slots are limited */
    bool overlap;  /* operations run beside memory */
    Slots slots;   /* the note is when the data had arrived */
    Tick last_arrival_fs;
    Tick backlog_fs; /* from the last arrival until the last operations begin */
    FineTime compute_free;
    ClockSums sums;
} Clocks;

static inline Tick later(Tick a, Tick b)
{
    return a > b ? a : b;
}

/* The earliest issue that cycles allow. */
static inline Tick clocks_issue_time(const Clocks *clocks)
{
    if (clocks->issue == 0 || clocks->issued_in_cycle < clocks->issue)
        return clocks->last_issue_fs;
    return clocks->cycle_start_fs + clocks->cycle_fs;
}

/* When a slot is free; TICK_PENDING: not known. */
static inline Tick clocks_slot_time(const Clocks *clocks)
{
    return clocks->windowed ? slots_free_at(&clocks->slots) : 0;
}

/* An access that was wanted at wanted is issued: compute held it back if its slot's data were there before its
 * operations began. */
static inline void clocks_issue(Clocks *clocks, Tick wanted, Tick issued)
{
    if (clocks->windowed) {
        const Slot slot = slots_take(&clocks->slots);
        const Tick from = later(wanted, slot.note);

        if (clocks->overlap && slot.free_fs > from)
            clocks->sums.held_fs += slot.free_fs - from;
    }
    if (clocks->issue == 0 || issued >= clocks->cycle_start_fs + clocks->cycle_fs) {
        clocks->cycle_start_fs = issued;
        clocks->issued_in_cycle = 0;
    }
    clocks->issued_in_cycle++;
    clocks->last_issue_fs = issued;
}

static inline void clocks_give_slot(Clocks *clocks, Tick free_fs, Tick arrival)
{
    if (clocks->windowed)
        slots_give(&clocks->slots, free_fs, arrival);
}

/* It is known when the data of an access arrive, or, of a write, when it is taken: then the slot of a write is free,
 * without overlap that of a read, too. */
static inline void clocks_arrive(Clocks *clocks, Tick issued, Tick arrival, bool write)
{
    clocks->sums.latency_fs += arrival - issued;
    clocks->last_arrival_fs = later(clocks->last_arrival_fs, arrival);
    if (write || !clocks->overlap)
        clocks_give_slot(clocks, arrival, arrival);
}

/* The operations of the next access in order; with overlap the slot of a read is free when they begin. */
static inline void clocks_operate(Clocks *clocks, Tick arrival, FineTime cost, bool write)
{
    clocks->sums.busy += cost;
    if (!clocks->overlap)
        return;
    if (arrival > fine_floor(clocks->compute_free)) {
        clocks->sums.starved += fine_from_tick(arrival) - clocks->compute_free;
        clocks->compute_free = fine_from_tick(arrival);
    }
    const Tick begin = fine_ceil(clocks->compute_free);

    clocks->backlog_fs = begin > clocks->last_arrival_fs ? begin - clocks->last_arrival_fs : 0;
    clocks->compute_free = fine_limit(clocks->compute_free + cost);
    if (!write)
        clocks_give_slot(clocks, begin, arrival);
}

#endif
