/*
 * channel_parts - what the files of the channel have of each other.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_CHANNEL_PARTS_H
#define DRAM_CHANNEL_PARTS_H

#include "dram/channel_state.h"

/* Issue the best command of the kind at clock edge now. */
void channel_issue(Channel *channel, Kind kind, Cycle now);
/* Work out the refresh that is due next, or the precharge before it. */
void channel_consider_refresh(Channel *channel);
/* Make up for the refreshes that an idle channel has missed, up to clock edge now. */
void channel_catch_up(Channel *channel, Cycle now);
/* Room for more entries. */
void channel_grow_entries(Channel *channel);
/* Number the requests in the windows from 0 on. */
void channel_number_again(Channel *channel);
/* Decide what to issue at clock edge now. */
void channel_tick(Ticker *ticker, Cycle now);

static inline bool channel_is_empty(const Channel *channel)
{
    return channel->size[REQ_READ] + channel->size[REQ_WRITE] + channel->n_active == 0;
}

/* There is nothing to issue. */
static inline void channel_forget_picks(Channel *channel)
{
    for (Kind kind = KIND_HIT; kind < N_KINDS; kind++)
        channel->best[kind]->claim = CLAIM_NEVER;
    all_stale(channel);
}

#endif
