/*
 * slots - a fixed number of places, each free from a known time on: window slots, MSHRs.
 *
 * The known times are kept sorted in a ring; a new one is usually the latest, so putting one in is O(1) in practice
 * and O(n) at worst.  A place that is taken and whose time is not known yet is simply not in the ring.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEM_SLOTS_H
#define MEM_SLOTS_H

#include <assert.h>
#include <glib.h>

#include "base/units.h"

typedef struct {
    Tick free_fs; /* from when it is free */
    Tick note;    /* what the owner wants to know about it */
} Slot;

typedef struct {
    Slot *ring; /* [mask + 1] */
    uint32_t mask, head, known, size;
} Slots;

/* All n (at least 1) places free from time 0 on; the note of place i is i. */
static inline void slots_init(Slots *slots, uint32_t n)
{
    uint32_t capacity = 1;

    while (capacity < n)
        capacity *= 2;
    *slots = (Slots){ .ring = g_new0(Slot, capacity), .mask = capacity - 1, .known = n, .size = n };
    for (uint32_t i = 0; i < n; i++)
        slots->ring[i].note = i;
}

static inline void slots_clear(Slots *slots)
{
    g_clear_pointer(&slots->ring, g_free);
}

/* When the next place is free; TICK_PENDING when all are taken for an unknown time. */
static inline Tick slots_free_at(const Slots *slots)
{
    return slots->known ? slots->ring[slots->head].free_fs : TICK_PENDING;
}

/* Take the place that is free first. */
static inline Slot slots_take(Slots *slots)
{
    assert(slots->known > 0);
    const Slot slot = slots->ring[slots->head];

    slots->head = (slots->head + 1) & slots->mask;
    slots->known--;
    return slot;
}

/* Put a time in where it belongs, before later ones. */
static inline void slots_sort_in(Slots *slots, uint32_t at, Slot slot)
{
    while (at != slots->head && slots->ring[(at - 1) & slots->mask].free_fs > slot.free_fs) {
        slots->ring[at & slots->mask] = slots->ring[(at - 1) & slots->mask];
        at--;
    }
    slots->ring[at & slots->mask] = slot;
}

/* Give a place back: free from free_fs on. */
static inline void slots_give(Slots *slots, Tick free_fs, Tick note)
{
    assert(slots->known < slots->size);
    slots_sort_in(slots, slots->head + slots->known++, (Slot){ .free_fs = free_fs, .note = note });
}

#endif
