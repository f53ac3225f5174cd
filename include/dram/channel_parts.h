/*
 * channel_parts - what the files of the channel have of each other.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_CHANNEL_PARTS_H
#define DRAM_CHANNEL_PARTS_H

#include "dram/channel_state.h"

/* Issue the pick of the bus at clock edge now. */
void channel_issue(Channel *channel, Bus bus, Cycle now);
/* A refresh is due: it, or the precharge before it, competes for the row bus. */
void channel_consider_refresh(Channel *channel);
/* Make up for the refreshes that an idle channel has missed, up to clock edge now. */
void channel_catch_up(Channel *channel, Cycle now);
/* The channel's event. */
void channel_fires(Event *event, Tick now);

static inline bool channel_is_empty(const Channel *channel)
{
    return channel->size[REQ_READ] + channel->size[REQ_WRITE] + channel->n_active == 0;
}

#endif
