/*
 * arb - which command a channel issues next: the scheduler.
 *
 * To add one: src/dram/arb_NAME.c and a word in the list in src/dram/arb.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_ARB_H
#define DRAM_ARB_H

#include "dram/channel_state.h"

typedef struct ArbOps {
    /* Something has happened to the bank: work out its claims in channel->dir.  They go into channel->picks and best where these
     * are not stale; or the scheduler makes it stale. */
    void (*renew)(Channel *channel, uint32_t bank);
    /* By the kind of command: find the next one in a rank, from the claims, into channel->picks. */
    void (*choose[N_CLAIM_KINDS])(Channel *channel, uint32_t rank);
    /* Of hits the one that can go first goes first, of several the oldest. */
    bool first_ready;
    /* A row is not closed while a request at least as old hits it. */
    bool keeps_rows;
} ArbOps;

/* What holds the command up whatever its bank. */
static inline Cycle arb_floor(const Channel *channel, Kind kind)
{
    const Cycle bus_free = channel->bus_free[bus_of(kind)];

    return kind == KIND_OPEN ? cycle_max(bus_free, channel->act_from) : bus_free;
}

static inline void pick_lost(Channel *channel, Kind kind, uint32_t b)
{
    const uint32_t i = pick_of(channel, kind, b);

    if (channel->picks[kind][i].place == b)
        channel->stale |= STALE(kind, 1) << i;
}

/* Something has happened to the bank. */
static inline void arb_renew(Channel *channel, uint32_t b)
{
    pick_lost(channel, KIND_HIT, b);
    pick_lost(channel, KIND_CLOSE, b);
    pick_lost(channel, KIND_OPEN, b);
    channel->arb->renew(channel, b);
}

/* NULL when there is none of the name. */
const ArbOps *arb_find(const char *name);

#endif
