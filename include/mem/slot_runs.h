/*
 * slot_runs - a number of slots, as in slots.h, that are taken and given back several at once: those of a warp's threads.
 *
 * Slots that were given back together are one run.  The runs are kept sorted by time in a ring that grows; a new one goes
 * in from the end that is nearer.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEM_SLOT_RUNS_H
#define MEM_SLOT_RUNS_H

#include "mem/slots.h"

typedef struct {
    Slot slot; /* each of them */
    uint32_t n;
} SlotRun;

typedef struct {
    SlotRun *ring; /* [mask + 1] */
    uint32_t mask, head, count;
    uint32_t size, known; /* slots; those whose time is known */
} SlotRuns;

/* All n (at least 1) slots free from time 0 on. */
void slotruns_init(SlotRuns *runs, uint32_t n);
void slotruns_clear(SlotRuns *runs);

/* The run that is by runs after the first. */
static inline SlotRun *slotruns_at(const SlotRuns *runs, uint32_t by)
{
    return &runs->ring[(runs->head + by) & runs->mask];
}

/* When the next n slots (1 to size) are free; TICK_PENDING when that is not known. */
static inline Tick slotruns_free_at(const SlotRuns *runs, uint32_t n)
{
    uint32_t by = 0;

    if (runs->known < n)
        return TICK_PENDING;
    for (; slotruns_at(runs, by)->n < n; by++)
        n -= slotruns_at(runs, by)->n;
    return slotruns_at(runs, by)->slot.free_fs;
}

/* Take the n slots that are free first, which is known.  Returns the last of them. */
Slot slotruns_take(SlotRuns *runs, uint32_t n);
/* Give n slots (at least 1) back: free from free_fs on. */
void slotruns_give(SlotRuns *runs, Tick free_fs, Tick note, uint32_t n);

#endif
