/*
 * pipe - events that are scheduled nearly in the order of their times: what goes through a stage of constant delay.
 *
 * A ring in order: an event goes in from the back, and the host, which fetches what lies in a row, has the next ones when
 * their turn comes.  What would have to go before more than a few others, or would keep the others from going to the back,
 * does not belong here.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SIM_PIPE_H
#define SIM_PIPE_H

#include <stdbool.h>

#include "sim/event.h"

typedef struct {
    SimEntry *ring; /* [mask + 1] */
    uint32_t mask;
    uint32_t head, tail; /* counted on; who takes changes the one, who adds the other */
} SimPipe;

void pipe_init(SimPipe *pipe);
void pipe_clear(SimPipe *pipe);
/* Put an entry in behind those of its time.  False when it does not belong here. */
bool pipe_add(SimPipe *pipe, const SimEntry *entry, Tick now);

static inline uint32_t pipe_count(const SimPipe *pipe)
{
    return pipe->tail - pipe->head;
}

/* The entry that is by entries after the first. */
static inline SimEntry *pipe_at(const SimPipe *pipe, uint32_t by)
{
    return &pipe->ring[(pipe->head + by) & pipe->mask];
}

/* Put an entry in behind all others, if it belongs there and there is room; else pipe_add knows. */
static inline bool pipe_append(SimPipe *pipe, const SimEntry *entry, Tick now)
{
    const uint32_t n = pipe_count(pipe);
    const Tick last = pipe->ring[(pipe->tail - 1) & pipe->mask].when;

    if (entry->when < last || entry->when - last > last - now || n == 0 || n > pipe->mask)
        return false;
    pipe->ring[pipe->tail++ & pipe->mask] = *entry;
    return true;
}

/* When the first one comes; TICK_PENDING: there is none. */
static inline Tick pipe_next(const SimPipe *pipe)
{
    return pipe->head != pipe->tail ? pipe_at(pipe, 0)->when : TICK_PENDING;
}

#endif
