/*
 * rank_time - how long each rank has had a bank open, or refreshing: the time of active standby; and its banks, open.
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
    uint32_t open; /* banks */
    Cycle since;   /* open > 0: of the stretch */
    Cycle until;   /* the last precharge or refresh ends */
    Cycle counted; /* until when stretches are in active; ahead of the commands where until is */
    Cycle active;  /* since the last reset */
    Cycle rows;    /* likewise, of its banks: when they were closed, less when opened */
} RankTime;

static inline void rank_begins(RankTime *rank, Cycle now)
{
    if (rank->open++ == 0)
        rank->since = MAX(now, rank->counted);
}

static inline void rank_ends(RankTime *rank, Cycle when)
{
    rank->until = MAX(rank->until, when);
    if (--rank->open > 0 || rank->until <= rank->since)
        return;
    rank->active += rank->until - rank->since;
    rank->counted = rank->until;
}

/* A bank of it. */
static inline void rank_opens(RankTime *rank, Cycle now)
{
    rank_begins(rank, now);
    rank->rows -= now;
}

/* when may lie ahead. */
static inline void rank_closes(RankTime *rank, Cycle when)
{
    rank_ends(rank, when);
    rank->rows += when;
}

static inline void rank_refreshes(RankTime *rank, Cycle now, Cycle until)
{
    rank_begins(rank, now);
    rank_ends(rank, until);
}

static inline Cycle rank_active_until(const RankTime *rank, Cycle now)
{
    const Cycle open = rank->open && now > rank->since ? now - rank->since : 0;
    const Cycle ahead = rank->counted > now ? rank->counted - now : 0;

    return rank->active + open - ahead;
}

/* ahead: what of closed rows lies ahead of now, of all banks together. */
static inline Cycle rank_rows_until(const RankTime *rank, Cycle now, Cycle ahead)
{
    return rank->rows + rank->open * now - ahead;
}

static inline void rank_reset(RankTime *rank, Cycle now, Cycle ahead)
{
    rank->rows = ahead - rank->open * now;
    rank->active = rank->counted > now ? rank->counted - now : 0;
    if (rank->open)
        rank->since = MAX(rank->since, now);
}

#endif
