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
    Slot *ring; /* [size] */
    uint32_t size, head, known;
    Tick latest_fs; /* no known time is later */
} Slots;

/* All n (at least 1) places free from time 0 on; the note of place i is i. */
static inline void slots_init(Slots *slots, uint32_t n)
{
    *slots = (Slots){ .ring = g_new0(Slot, n), .size = n, .known = n };
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

/* The place in the ring that is by places after the head, by at most its size. */
static inline uint32_t slots_at(const Slots *slots, uint32_t by)
{
    const uint32_t at = slots->head + by;

    return at < slots->size ? at : at - slots->size;
}

/* The place that is free first; there is one. */
static inline const Slot *slots_first(const Slots *slots)
{
    return &slots->ring[slots->head];
}

/* Whether more than reserve places are free at time now. */
static inline bool slots_spare(const Slots *slots, uint32_t reserve, Tick now)
{
    return slots->known > reserve && slots->ring[slots_at(slots, reserve)].free_fs <= now;
}

/* Take the place that is free first. */
static inline Slot slots_take(Slots *slots)
{
    assert(slots->known > 0);
    const Slot slot = slots->ring[slots->head];

    if (++slots->head == slots->size)
        slots->head = 0;
    slots->known--;
    return slot;
}

/* Put a time in before the known ones that are later. */
static inline void slots_sort_in(Slots *slots, Slot slot)
{
    uint32_t by = slots->known;

    for (; by > 0 && slots->ring[slots_at(slots, by - 1)].free_fs > slot.free_fs; by--)
        slots->ring[slots_at(slots, by)] = slots->ring[slots_at(slots, by - 1)];
    slots->ring[slots_at(slots, by)] = slot;
}

/* Give a place back: free from free_fs on. */
static inline void slots_give(Slots *slots, Tick free_fs, Tick note)
{
    assert(slots->known < slots->size);
    const Slot slot = { .free_fs = free_fs, .note = note };

    if (free_fs >= slots->latest_fs) {
        slots->latest_fs = free_fs;
        slots->ring[slots_at(slots, slots->known)] = slot;
    } else {
        slots_sort_in(slots, slot);
    }
    slots->known++;
}

/* Take the place that is free first and give it back, free from free_fs on.  Where the ring is full, a time that is the
 * latest goes where the head was. */
static inline void slots_turn(Slots *slots, Tick free_fs, Tick note)
{
    if (slots->known < slots->size || free_fs < slots->latest_fs) {
        slots_take(slots);
        slots_give(slots, free_fs, note);
        return;
    }
    slots->latest_fs = free_fs;
    slots->ring[slots->head] = (Slot){ .free_fs = free_fs, .note = note };
    if (++slots->head == slots->size)
        slots->head = 0;
}

#endif
