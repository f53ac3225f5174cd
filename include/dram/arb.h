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
    /* Something has happened to the bank: work out its claims in channel->dir.  They go into channel->best where that is
     * not stale; or the scheduler makes it stale. */
    void (*renew)(Channel *channel, uint32_t bank);
    /* Find the next command of the kind (not of refresh): into channel->best. */
    void (*choose)(Channel *channel, Kind kind);
} ArbOps;

/* The first of the active requests whose transfer can begin: the start of a choice for the column bus. */
static inline Pick arb_first_active(const Channel *channel)
{
    Pick best = { .claim = CLAIM_NEVER };

    for (uint32_t i = 0; i < channel->n_active; i++) {
        const Active *a = &channel->active[i];
        const Cycle when = cycle_max(channel->bus_free[BUS_COLUMN],
                                     timing_bank(&channel->timing, (Command)a->command, a->bank));
        const Claim claim = claim_of(when, CLAIM_ACTIVE);

        if (claim < best.claim)
            best = (Pick){ claim, a->entry, a->bank, a->command };
    }
    return best;
}

/* Something has happened to the bank. */
static inline void arb_renew(Channel *channel, uint32_t b)
{
    const Pick *best = channel->best;

    channel->stale |= (uint8_t)((best[KIND_COLUMN].place == b) << KIND_COLUMN |
                                (best[KIND_CLOSE].place == b) << KIND_CLOSE |
                                (best[KIND_OPEN].place == b) << KIND_OPEN);
    channel->arb->renew(channel, b);
}

/* NULL when there is none of the name. */
const ArbOps *arb_find(const char *name);
/* NULL-terminated. */
extern const ArbOps *const arbs[];

#endif
