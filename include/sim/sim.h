/*
 * sim - the clock and the event queue.
 *
 * An implicit 4-ary heap of small entries, ordered by (time, sequence number): at one time, first
 * scheduled first.  Events are embedded in their owners and never allocated; nothing is removed from
 * inside the heap (an owner ignores an event that has become stale).  Many events stand in a calendar, and those of one kind
 * that come nearly in the order in which they are scheduled in pipes.
 * Invariants: no entry is before its parent; what is next is in the heap, in the calendar's day or first in a pipe.
 * Source: Johnson, "Priority queues with update and finding minimum spanning trees", IPL 4(3), 1975 (d-ary heaps).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include "sim/calendar.h"
#include "sim/pipe.h"

/* Events of one kind come after about the same time each; these are kept apart, where there are many. */
typedef enum {
    SIM_STEP,   /* what somebody does next */
    SIM_POSTED, /* what starts when something else is over */
    SIM_CACHE,  /* what arrives at a cache, */
    SIM_MEMORY, /* or at memory */
    SIM_KINDS
} SimKind;

typedef struct {
    SimEntry *heap; /* [capacity] */
    size_t count, capacity;
    Tick horizon_fs;    /* from then on events go into the calendar; TICK_PENDING: it is not used */
    Calendar *calendar; /* NULL: it has never been */
    const SimEntry *day, *day_end; /* what is left of its day */
    SimPipe pipes[SIM_KINDS];      /* of no entries until there are many events */
    Tick pipe_fs[SIM_KINDS];       /* of the first entry of each; TICK_PENDING: it is empty */
    void (*soon[SIM_KINDS])(Event *event); /* of a kind that comes in a few events' time; or NULL */
    uint32_t piped;                        /* events in them */
    SimKind first_pipe;                    /* the one with the earliest of these */
    Tick pipes_fs;                         /* of that; TICK_PENDING: there is none */
    Tick next_fs;                          /* of the earliest event; TICK_PENDING: there is none */
    uint64_t next_seq;
    uint64_t fired; /* events so far */
    Tick now;       /* time of the event that fires, or of the last one */
} Sim;

void sim_init(Sim *sim);
void sim_clear(Sim *sim);

/* Schedule event (borrowed until it fires) at when, not before now.  The same event may be scheduled again once
 * it has fired, or stand several times. */
void sim_at(Sim *sim, Tick when, Event *event);
/* sim_at_in where there are many events. */
void sim_at_pipe(Sim *sim, SimKind kind, Tick when, Event *event);
/* Have soon called a few events before many of one kind, for each of these: let it have the host fetch what will be looked at. */
void sim_look_ahead(Sim *sim, SimKind kind, void (*soon)(Event *event));
/* Fire the earliest event.  False when there is none. */
bool sim_step(Sim *sim);
/* How many events are scheduled. */
size_t sim_events(const Sim *sim);
/* There is no event left: the clock stands at when, if it stands later: the last ones may have been for nothing. */
void sim_set_back(Sim *sim, Tick when);
/* Assert the invariants. */
void sim_check(const Sim *sim);

enum { SIM_PIPES_MIN = 64 }; /* events from which on pipes are worth it */

/* sim_at for an event of a kind: it makes no difference but to the time that it takes the host. */
static inline void sim_at_in(Sim *sim, SimKind kind, Tick when, Event *event)
{
    if (sim->piped + sim->count < SIM_PIPES_MIN)
        sim_at(sim, when, event);
    else
        sim_at_pipe(sim, kind, when, event);
}

/* Time of the earliest event; TICK_PENDING when there is none. */
static inline Tick sim_next(const Sim *sim)
{
    return sim->next_fs;
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
