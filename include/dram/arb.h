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
    /* Find the next command of each bus among those that wait for a bank: into channel->best. */
    void (*choose)(Channel *channel);
    /* The entry has come into the window of the direction that is served: put what it changes into channel->best. */
    void (*arrived)(Channel *channel, const Entry *entry);
} ArbOps;

/* NULL when there is none of the name. */
const ArbOps *arb_find(const char *name);
/* NULL-terminated. */
extern const ArbOps *const arbs[];

#endif
