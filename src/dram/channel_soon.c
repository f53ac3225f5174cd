/*
 * channel_soon - what an arrival is about to need is at hand.  See channel.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/channel_parts.h"
#include "dram/lane.h"

void channel_soon(const Channel *channel, const Place *place, ReqOp op)
{
    const Lane *lane = &channel->lanes[op][place->bank];

    if (channel->first) {
        __builtin_prefetch(&channel->queue.ring[(channel->queue.head + channel->queue.count) &
                                                channel->queue.mask],
                           1);
        return;
    }
    __builtin_prefetch(writes_to(channel, place->bank, place->row, place->column));
    __builtin_prefetch(channel->free, 1);
    __builtin_prefetch(&channel->banks[place->bank]);
    __builtin_prefetch(lane->tail, 1);
    __builtin_prefetch(&channel->lanes[!op][place->bank]);
}
