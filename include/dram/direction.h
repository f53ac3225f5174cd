/*
 * direction - which of the two windows a channel serves: reads, or writes in bursts between a high and a low mark.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_DIRECTION_H
#define DRAM_DIRECTION_H

#include "dram/channel_state.h"

static inline ReqOp look_at_sizes(const Channel *channel)
{
    const uint32_t reads = channel->size[REQ_READ], writes = channel->size[REQ_WRITE];

    if (channel->mode == REQ_READ)
        return writes > channel->high || reads == 0 ? REQ_WRITE : REQ_READ;
    return writes < channel->low && reads > 0 ? REQ_READ : REQ_WRITE;
}

/* Clock edges up to this one have passed: the controller has looked at the sizes, unless a refresh was due. */
static inline void mode_passed(Channel *channel, Cycle passed)
{
    if (passed > channel->mode_since && channel->mode_since + 1 < channel->next_refresh)
        channel->mode = channel->mode_next;
}

static inline void size_changed(Channel *channel, ReqOp dir, uint32_t size, Cycle now)
{
    channel->queued[dir] += (now - channel->queued_at[dir]) * channel->size[dir];
    channel->queued_at[dir] = now;
    channel->queued_max[dir] = MAX(channel->queued_max[dir], size);
    channel->size[dir] = size;
    channel->mode_since = now;
    channel->mode_next = look_at_sizes(channel);
}

#endif
