/*
 * direction - which of the two windows a channel serves: reads, or writes in bursts between a high and a low mark.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_DIRECTION_H
#define DRAM_DIRECTION_H

#include "dram/channel_state.h"

/* Without a branch: which way it goes is as random as the traffic. */
static inline ReqOp look_at_sizes(const Channel *channel)
{
    const uint32_t reads = channel->size[REQ_READ], writes = channel->size[REQ_WRITE];
    const bool turn = (writes > channel->high) | (reads == 0);
    const bool stay = (writes >= channel->low) | (reads == 0);

    return channel->mode == REQ_READ ? (ReqOp)turn : (ReqOp)stay;
}

/* Clock edges up to this one have passed: the controller has looked at the sizes, unless a refresh was due. */
static inline void mode_passed(Channel *channel, Cycle passed)
{
    const bool looked =
        (passed > channel->mode_since) & (channel->mode_since + 1 < channel->next_refresh);

    channel->mode = looked ? channel->mode_next : channel->mode;
}

/* The same; and what is chosen from here on comes after them. */
static inline void edges_passed(Channel *channel, Cycle passed)
{
    mode_passed(channel, passed);
    channel->bus_free[BUS_COLUMN] = cycle_max(channel->bus_free[BUS_COLUMN], passed + 1);
    channel->bus_free[BUS_ROW] = cycle_max(channel->bus_free[BUS_ROW], passed + 1);
}

/* While reads are served and some are left, how many does not matter: 2 % fewer cycles of a sequential read. */
static inline void size_changed(Channel *channel, ReqOp dir, Cycle now)
{
    channel->mode_since = now;
    if (dir == REQ_READ && channel->mode == REQ_READ && channel->mode_next == REQ_READ &&
        channel->size[REQ_READ] > 0)
        return;
    channel->mode_next = look_at_sizes(channel);
}

/* One more, one less request in the window of the direction. */
static inline void size_grows(Channel *channel, ReqOp dir, Cycle now)
{
    const uint32_t size = ++channel->size[dir];

    channel->queued[dir] -= now;
    if (size > channel->queued_max[dir])
        channel->queued_max[dir] = size;
    size_changed(channel, dir, now);
}

static inline void size_shrinks(Channel *channel, ReqOp dir, Cycle now)
{
    channel->size[dir]--;
    channel->queued[dir] += now;
    size_changed(channel, dir, now);
}

#endif
