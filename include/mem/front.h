/*
 * front - what a core issues its accesses to: its first cache, or memory itself when there is none.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEM_FRONT_H
#define MEM_FRONT_H

#include "mem/access.h"
#include "mem/req.h"

typedef enum {
    FRONT_TAKEN,   /* issued */
    FRONT_YIELD,   /* something may come in between: offer it again from an event at issued_fs */
    FRONT_BLOCKED, /* it cannot be taken before a time not known yet: the waiter is woken, offer it again then */
} FrontStatus;

typedef struct {
    Tick issued_fs;   /* when it was taken; FRONT_YIELD: when to come back */
    Tick data_fs;     /* read: its data are there; write: it is taken; TICK_PENDING: the waiter will be told */
    Tick earliest_fs; /* with TICK_PENDING: not before this, whatever the waiter is told */
} FrontAnswer;

typedef struct Front Front;
typedef struct {
    /* Offer an access that lies within one line at time now.  granted: the offer comes from an event that fires now. */
    FrontStatus (*access)(Front *front, const Access *access, Tick now, bool granted, Waiter *waiter,
                          FrontAnswer *answer);
    /* Only count: change tags and counters as access does, without time. */
    void (*count)(Front *front, const Access *access);
} FrontOps;

struct Front {
    const FrontOps *ops;
    uint32_t line_bytes; /* accesses across lines are split at these; 0: no lines */
};

/* The front of a machine without caches: every access is a request to memory. */
typedef struct {
    Front front;
    Port *memory;
    ReqPool *pool;
} DirectFront;

void directfront_init(DirectFront *direct, Port *memory, ReqPool *pool);

/* Whether an offer at time now may be decided: nothing comes before it. */
static inline bool front_may_decide(const Sim *sim, Tick now, bool granted)
{
    return now < sim_next(sim) || (granted && now <= sim->now);
}

#endif
