/*
 * lone - a channel with one request and nothing else.
 *
 * Nothing is to be chosen then: the state of its bank tells the next command, and the registers when that comes.  No bank
 * claims anything, there are no picks, and none is looked for.  A request that comes to an empty channel begins it; it ends
 * with the transfer, when another request enters, or when a refresh, or banks held for one, come before the next command.
 * A dependent chase of DDR4 takes 29 % fewer instructions; where others wait it is 0.3 to 1 % more.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_LONE_H
#define DRAM_LONE_H

#include "dram/channel_state.h"

/* Find out whether the channel's commands and page policy leave room for it. */
void lone_init(Channel *channel);
/* The entry has come into an empty channel, which has no picks.  No bank is held. */
static inline void lone_begin(Channel *channel, Entry *entry)
{
    channel->lone.entry = entry;
}
/* Whether the next command is the entry's: when, and which, is known then. */
bool lone_goes_on(Channel *channel);
/* It is issued at clock edge now.  Returns the next edge at which there is something. */
Cycle lone_tick(Channel *channel, Cycle now);
/* Something else may come next: the entry's bank claims what it would issue. */
void lone_end(Channel *channel);

#endif
