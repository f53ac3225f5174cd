/*
 * sim - the clock and the event queue.
 *
 * An implicit 4-ary heap of small entries, ordered by (time, sequence number): at one time, first
 * scheduled first.  Events are embedded in their owners and never allocated; nothing is removed from
 * inside the heap (an owner ignores an event that has become stale).  Invariant: no entry is before its parent.
 * Source: Johnson, "Priority queues with update and finding minimum spanning trees", IPL 4(3), 1975 (d-ary heaps).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/units.h"

typedef struct Event Event;
struct Event {
    void (*fire)(Event *event, Tick now);
    void *owner; /* for fire; the queue does not look at it */
};

typedef struct {
    Tick when;
    uint64_t seq;
    Event *event;
} SimEntry;

typedef struct {
    SimEntry *heap; /* [capacity] */
    size_t count, capacity;
    uint64_t next_seq;
    uint64_t fired; /* events so far */
    Tick now;       /* time of the event that fires, or of the last one */
} Sim;

void sim_init(Sim *sim);
void sim_clear(Sim *sim);

/* Schedule event (borrowed until it fires) at when, not before now.  The same event may be scheduled again once
 * it has fired, or stand several times. */
void sim_at(Sim *sim, Tick when, Event *event);
/* Fire the earliest event.  False when there is none. */
bool sim_step(Sim *sim);
/* Assert the heap's invariant. */
void sim_check(const Sim *sim);

/* Time of the earliest event; TICK_PENDING when there is none. */
static inline Tick sim_next(const Sim *sim)
{
    return sim->count ? sim->heap[0].when : TICK_PENDING;
}

/* Whether something at time when may be decided at once: no event comes before it or at the same time,
 * or the clock stands there already. */
static inline bool sim_can_decide(const Sim *sim, Tick when)
{
    return when < sim_next(sim) || when <= sim->now;
}

/* The event that fires goes on at time when, as if it had scheduled itself then, if nothing comes before that or at the
 * same time.  Returns whether it may. */
static inline bool sim_go_on(Sim *sim, Tick when)
{
    if (when >= sim_next(sim))
        return false;
    sim->now = when;
    sim->next_seq++;
    sim->fired++;
    return true;
}

#endif
