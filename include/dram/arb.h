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
    /* Find the next command of the bus among those that wait for a bank: into channel->best. */
    void (*choose)(Channel *channel, Bus bus);
} ArbOps;

/* What holds the command up whatever its bank. */
static inline Cycle arb_floor(const Channel *channel, Command command)
{
    const Cycle bus_free = channel->bus_free[command <= CMD_WRA ? BUS_COLUMN : BUS_ROW];

    return command == CMD_ACT ? cycle_max(bus_free, channel->act_from) : bus_free;
}

/* The first of the active requests whose transfer can begin: the start of a choice for the column bus. */
static inline Pick arb_first_active(const Channel *channel)
{
    Pick best = { .when = CYCLE_NEVER };

    for (uint32_t i = 0; i < channel->n_active; i++) {
        const Active *a = &channel->active[i];
        const Command command = a->command;
        const Cycle when = edge_from(channel, command,
                                     cycle_max(channel->bus_free[BUS_COLUMN],
                                               timing_bank(&channel->timing, command, a->bank)));

        if (when < best.when)
            best = (Pick){ when, 0, a->entry, a->bank, a->command };
    }
    return best;
}

/* Something has happened to the bank. */
static inline void arb_renew(Channel *channel, uint32_t b)
{
    channel->stale[BUS_COLUMN] |= channel->best[BUS_COLUMN].place == b;
    channel->stale[BUS_ROW] |= channel->best[BUS_ROW].place == b;
    channel->arb->renew(channel, b);
}

/* NULL when there is none of the name. */
const ArbOps *arb_find(const char *name);
/* NULL-terminated. */
extern const ArbOps *const arbs[];

#endif
