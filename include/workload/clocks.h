/*
 * clocks - a core's issue, slots and operations in time.
 *
 * Plain values and inlined functions, so that a run of hits keeps them in registers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_CLOCKS_H
#define WORKLOAD_CLOCKS_H

#include "mem/slot_runs.h"
#include "sim/server.h"

typedef struct {
    uint64_t accesses, writes;
    FineTime starved;    /* operations wait for data */
    FineTime held_fs;    /* issue waits for operations; whole femtoseconds */
    FineTime latency_fs; /* sum over accesses, from issue to data; whole femtoseconds */
} ClockSums;

typedef struct {
    Tick cycle_fs;      /* 0: no limit */
    Tick next_cycle_fs; /* when the cycle of the last issue is over */
    Tick last_issue_fs; /* in order: nothing is issued before */
    uint32_t issue;     /* accesses a cycle */
    uint32_t issued_in_cycle;
    bool windowed; /* slots are limited */
    bool overlap;  /* operations run beside memory */
    bool by_runs;  /* several slots are taken at once: runs, not slots */
    Slots slots;   /* the note is when the data had arrived */
    SlotRuns runs; /* likewise */
    Tick last_arrival_fs;
    Tick last_begin_fs; /* of operations; overlap only */
    FineTime compute_free;
    ClockSums sums;
} Clocks;

/* issue 0: as many a cycle as there are; then cycles take no time. */
static inline void clocks_set_issue(Clocks *clocks, uint32_t issue, Tick cycle_fs)
{
    clocks->issue = issue ? issue : 1;
    clocks->cycle_fs = issue ? cycle_fs : 0;
}

/* A phase begins; the slots are all free by then. */
static inline void clocks_start(Clocks *clocks, Tick start)
{
    clocks->next_cycle_fs = start + clocks->cycle_fs;
    clocks->last_issue_fs = clocks->last_arrival_fs = clocks->last_begin_fs = start;
    clocks->issued_in_cycle = 0;
    clocks->compute_free = fine_from_tick(start);
}

/* The earliest issue that cycles allow. */
static inline Tick clocks_issue_time(const Clocks *clocks)
{
    return clocks->issued_in_cycle < clocks->issue ? clocks->last_issue_fs : clocks->next_cycle_fs;
}

/* When so many slots are free; TICK_PENDING: not known. */
static inline Tick clocks_slot_time(const Clocks *clocks, uint32_t slots)
{
    if (clocks->by_runs)
        return slotruns_free_at(&clocks->runs, slots);
    return clocks->windowed ? slots_free_at(&clocks->slots) : 0;
}

/* Whether there are slots of which it is not known when they are free. */
static inline bool clocks_await_slots(const Clocks *clocks)
{
    return clocks->by_runs ? clocks->runs.known < clocks->runs.size
                           : clocks->windowed && clocks->slots.known < clocks->slots.size;
}

/* An access that was wanted at wanted is issued, with this slot: compute held it back if the slot's data were there
 * before its operations began. */
static inline void clocks_hold(Clocks *clocks, const Slot *slot, Tick wanted)
{
    const Tick from = tick_later(wanted, slot->note);

    clocks->sums.held_fs += tick_later(slot->free_fs, from) - from;
}

static inline void clocks_count_issue(Clocks *clocks, Tick issued)
{
    if (issued >= clocks->next_cycle_fs) {
        clocks->next_cycle_fs = issued + clocks->cycle_fs;
        clocks->issued_in_cycle = 0;
    }
    clocks->issued_in_cycle++;
    clocks->last_issue_fs = issued;
}

/* slots: how many it takes, one but for runs; the last one is what it has waited for. */
static inline void clocks_issue(Clocks *clocks, Tick wanted, Tick issued, uint32_t slots)
{
    if (clocks->windowed) {
        const Slot slot =
            clocks->by_runs ? slotruns_take(&clocks->runs, slots) : slots_take(&clocks->slots);

        if (clocks->overlap)
            clocks_hold(clocks, &slot, wanted);
    }
    clocks_count_issue(clocks, issued);
}

static inline void clocks_give_slots(Clocks *clocks, Tick free_fs, Tick arrival, uint32_t slots)
{
    if (clocks->by_runs)
        slotruns_give(&clocks->runs, free_fs, arrival, slots);
    else if (clocks->windowed)
        slots_give(&clocks->slots, free_fs, arrival);
}

static inline void clocks_count_arrival(Clocks *clocks, Tick issued, Tick arrival)
{
    clocks->sums.latency_fs += arrival - issued;
    clocks->last_arrival_fs = tick_later(clocks->last_arrival_fs, arrival);
}

/* It is known when the data of an access arrive, or, of a write, when it is taken: then the slots of a write are free,
 * without overlap those of a read, too. */
static inline void clocks_arrive(Clocks *clocks, Tick issued, Tick arrival, bool write,
                                 uint32_t slots)
{
    clocks_count_arrival(clocks, issued, arrival);
    if (write || !clocks->overlap)
        clocks_give_slots(clocks, arrival, arrival, slots);
}

/* With overlap: operations that take cost follow on those before, once their data are there.  Returns when they begin. */
static inline Tick clocks_compute(Clocks *clocks, Tick arrival, FineTime cost)
{
    const FineTime begin = fine_later(arrival, clocks->compute_free);

    clocks->sums.starved += begin - clocks->compute_free;
    clocks->compute_free = fine_limit(begin + cost);
    return clocks->last_begin_fs = fine_ceil(begin);
}

/* The operations of the next access in order; with overlap the slots of a read are free when they begin. */
static inline void clocks_operate(Clocks *clocks, Tick arrival, FineTime cost, bool write,
                                  uint32_t slots)
{
    if (!clocks->overlap)
        return;
    const Tick begin = clocks_compute(clocks, arrival, cost);

    if (!write)
        clocks_give_slots(clocks, begin, arrival, slots);
}

/*
 * clocks_issue, clocks_arrive and clocks_operate of an access, when no other is in flight and slots are limited and taken one
 * by one: the slot that it takes is the one that it gives back.  Inlined it saves 5 % of the instructions of a miss.
 */
static inline __attribute__((always_inline)) void clocks_pass(Clocks *clocks, Tick wanted,
                                                              Tick issued, Tick arrival,
                                                              FineTime cost, bool write)
{
    Tick free_fs = arrival;

    clocks_count_issue(clocks, issued);
    clocks_count_arrival(clocks, issued, arrival);
    if (clocks->overlap) {
        clocks_hold(clocks, slots_first(&clocks->slots), wanted);
        const Tick begin = clocks_compute(clocks, arrival, cost);

        free_fs = write ? arrival : begin;
    }
    slots_turn(&clocks->slots, free_fs, arrival);
}

/* Whether the clocks are as before, when their slots, all of them known, were those of a ring, but for the step in time from the
 * last issue then to the last one now. */
bool clocks_are_steady(const Clocks *before, const Slot *ring_before, const Clocks *now);
/* What has been added to the sums. */
ClockSums clocks_change(const Clocks *before, const Clocks *now);
/* Do what has changed them so, and has left the clocks as before but for a step in time, so many times again. */
void clocks_repeat(Clocks *now, const ClockSums *change, Tick step, uint64_t times);

#endif
