/*
 * pipe - events nearly in the order of their times.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/pipe.h"

#include <glib.h>

enum {
    PIPE_FIRST = 64,
    PASS_MAX = 32 /* entries that a new one may go before */
};

void pipe_init(SimPipe *pipe)
{
    *pipe = (SimPipe){ .ring = g_new(SimEntry, PIPE_FIRST), .mask = PIPE_FIRST - 1 };
}

void pipe_clear(SimPipe *pipe)
{
    g_clear_pointer(&pipe->ring, g_free);
    pipe->count = 0;
}

static G_GNUC_NO_INLINE void grow(SimPipe *pipe)
{
    SimEntry *ring = g_new(SimEntry, 2 * (size_t)pipe->count);

    for (uint32_t i = 0; i < pipe->count; i++)
        ring[i] = *pipe_at(pipe, i);
    g_free(pipe->ring);
    pipe->ring = ring;
    pipe->head = 0;
    pipe->mask = 2 * pipe->count - 1;
}

/* Behind how many entries one of this time goes; UINT32_MAX: behind too few. */
static inline uint32_t place_of(const SimPipe *pipe, Tick when)
{
    const uint32_t least = pipe->count > PASS_MAX ? pipe->count - PASS_MAX : 0;
    uint32_t behind = pipe->count;

    for (; behind > least && pipe_at(pipe, behind - 1)->when > when; behind--) {
    }
    return behind > 0 && pipe_at(pipe, behind - 1)->when > when ? UINT32_MAX : behind;
}

/* Whether it would be the last by far: then others would have to go before it. */
static inline bool is_far(const SimPipe *pipe, Tick when, Tick now)
{
    const Tick last = pipe->count > 0 ? pipe_at(pipe, pipe->count - 1)->when : TICK_PENDING;

    return when > last && when - last > last - now;
}

bool pipe_add(SimPipe *pipe, const SimEntry *entry, Tick now)
{
    if (is_far(pipe, entry->when, now))
        return false;
    const uint32_t behind = place_of(pipe, entry->when);

    if (behind == UINT32_MAX)
        return false;
    if (pipe->count > pipe->mask)
        grow(pipe);
    for (uint32_t i = pipe->count; i > behind; i--)
        *pipe_at(pipe, i) = *pipe_at(pipe, i - 1);
    pipe->count++;
    *pipe_at(pipe, behind) = *entry;
    return true;
}
