/*
 * rank_time - how long each rank has had a bank open, or refreshing: the time of active standby.
 *
 * A row is open from its ACT to its PRE; with auto-precharge until the device begins the precharge by itself.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_RANK_TIME_H
#define DRAM_RANK_TIME_H

#include <glib.h>

#include "dram/command.h"

typedef struct {
    uint32_t open;      /* banks */
    Cycle since, until; /* of the last stretch; until: when open is 0 */
    Cycle active;       /* stretches that are over, as far as since the last reset */
} RankTime;

static inline void rank_opens(RankTime *rank, Cycle now)
{
    if (rank->open++ == 0)
        rank->since = MAX(now, rank->until);
}

/* when may lie ahead. */
static inline void rank_closes(RankTime *rank, Cycle when)
{
    rank->until = MAX(rank->until, when);
    if (--rank->open == 0)
        rank->active += rank->until - MIN(rank->since, rank->until);
}

static inline void rank_refreshes(RankTime *rank, Cycle now, Cycle until)
{
    rank_opens(rank, now);
    rank_closes(rank, until);
}

/* What of the last stretch lies after now. */
static inline Cycle rank_after(const RankTime *rank, Cycle now)
{
    const Cycle from = MAX(now, rank->since);

    return rank->open == 0 && rank->until > from ? rank->until - from : 0;
}

static inline Cycle rank_active_until(const RankTime *rank, Cycle now)
{
    const Cycle open = rank->open && now > rank->since ? now - rank->since : 0;

    return rank->active + open - rank_after(rank, now);
}

static inline void rank_reset(RankTime *rank, Cycle now)
{
    rank->active = rank_after(rank, now);
    if (rank->open)
        rank->since = MAX(rank->since, now);
}

#endif
