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
    *pipe = (SimPipe){ .ring = g_new0(SimEntry, PIPE_FIRST), .mask = PIPE_FIRST - 1 };
}

void pipe_clear(SimPipe *pipe)
{
    g_clear_pointer(&pipe->ring, g_free);
    pipe->head = pipe->tail = 0;
}

static G_GNUC_NO_INLINE void grow(SimPipe *pipe)
{
    const uint32_t n = pipe_count(pipe);
    SimEntry *ring = g_new0(SimEntry, 2 * (size_t)n);

    for (uint32_t i = 0; i < n; i++)
        ring[i] = *pipe_at(pipe, i);
    g_free(pipe->ring);
    *pipe = (SimPipe){ .ring = ring, .mask = 2 * n - 1, .tail = n };
}

/* The entry that is by entries before the end, from 1 on. */
static inline SimEntry *before_end(const SimPipe *pipe, uint32_t by)
{
    return &pipe->ring[(pipe->tail - by) & pipe->mask];
}

/* Before how many of n entries one of this time goes. */
static inline uint32_t passed(const SimPipe *pipe, uint32_t n, Tick when)
{
    uint32_t by = 0;

    while (by < n && by <= PASS_MAX && before_end(pipe, by + 1)->when > when)
        by++;
    return by;
}

bool pipe_add(SimPipe *pipe, const SimEntry *entry, Tick now)
{
    const uint32_t n = pipe_count(pipe);
    const Tick last = n > 0 ? before_end(pipe, 1)->when : TICK_PENDING;

    if (entry->when > last && entry->when - last > last - now) /* others would go before it */
        return false;
    const uint32_t by = passed(pipe, n, entry->when);

    if (by > PASS_MAX)
        return false;
    if (n > pipe->mask)
        grow(pipe);
    pipe->tail++;
    for (uint32_t i = 1; i <= by; i++)
        *before_end(pipe, i) = *before_end(pipe, i + 1);
    *before_end(pipe, by + 1) = *entry;
    return true;
}
