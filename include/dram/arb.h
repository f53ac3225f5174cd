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
    const char *name; /* spelling in the config */
    /* Something has happened to the bank: work out its candidates of the direction. */
    void (*renew)(Channel *channel, uint32_t bank, ReqOp dir);
    /* Find the next command of each bus among those that wait for a bank: into channel->best. */
    void (*choose)(Channel *channel);
    /* The bank's candidates of the direction that is served may have come earlier: put that into channel->best. */
    void (*improve)(Channel *channel, uint32_t bank);
} ArbOps;

/* The candidate of the bank's active entry. */
static inline void arb_renew_open(Channel *channel, uint32_t b)
{
    const int16_t active = channel->banks[b].active;
    const Entry *e = &channel->entries[active];
    const Command command = e->op == REQ_READ ? CMD_RD : CMD_WR;

    channel->open[b] = (Candidate){ .at = channel->timing.bank[b].ready[command],
                                    .key = e->order,
                                    .entry = active,
                                    .command = (uint8_t)command };
}

/* NULL when there is none of the name. */
const ArbOps *arb_find(const char *name);
/* NULL-terminated. */
extern const ArbOps *const arbs[];

#endif
