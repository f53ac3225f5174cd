/*
 * ahead - a channel before whose windows requests wait decides ahead of time.
 *
 * What arrives while others wait goes to the end of their queue and changes nothing that is decided before its turn.  So
 * the channel decides for some edges on end, with its state at hand to the host, and keeps what it has to tell until the
 * edges at which it would have been told: the commands and all that is told are the same.  It stops in front of the last that
 * waits: who arrives may find the queue empty behind that.  Counters, buses and the log of commands run ahead, too: they are
 * read when nothing waits.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_AHEAD_H
#define DRAM_AHEAD_H

#include "dram/channel_state.h"

/* A vector add on an A100 takes 13 % less time; with 48 9 %, with 256 and 512 as much. */
enum { EDGES_AHEAD = 128 };

void ahead_clear(Channel *channel);
/* Whether the ring of the clock reaches from one edge to the next one.  What lies further comes by an event of its own, in an order
 * with those of other channels that is left to when its time has come. */
static inline bool ahead_is_near(Cycle edge, Cycle next)
{
    return next - edge < CLOCK_SLOTS;
}
/* Whether the channel, which has decided at edge now, may go on to the next one. */
static inline bool ahead_may_go(const Channel *channel, Cycle now, Cycle next)
{
    return channel->ahead.possible && channel->queue.count > 0 && !channel->lone.on &&
           ahead_is_near(now, next);
}
/* Decide at that edge, and for a while at those behind it.  Returns the next edge at which there is something to be told or decided. */
Cycle ahead_go(Channel *channel, Cycle now, Cycle next);
/* Tell what is to be told at edge now.  Returns the next edge at which there is something to be told or decided: now, too. */
Cycle ahead_tell(Channel *channel, Cycle now);

#endif
