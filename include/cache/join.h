/*
 * join - pieces of one access that follow each other in a line go down as one request, above a memory that takes such ones.
 *
 * The request stands for all of them as long as it waits to arrive at the level below: one MSHR, one event, one completion.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_JOIN_H
#define CACHE_JOIN_H

#include "cache/cache.h"

/* Whether a request that is on its way to the level below, and has not come there, may stand for this piece, too. */
static inline bool join_may(const Cache *cache, const Req *open, ReqOp op, uint64_t addr,
                            uint8_t depth)
{
    return open && open->op == op && open->depth == depth && open->addr + open->bytes == addr &&
           (open->addr ^ addr) >> cache->tags.line_shift == 0;
}

/* It does so for n pieces more. */
static inline void join_pieces(Req *open, uint32_t n, uint32_t bytes)
{
    open->bytes += bytes;
    open->joined = (open->joined + n) & JOINED_MAX;
}

/* And for one that is taken at answer->issued_fs and lets it be complete at answer->data_fs or later. */
static inline void join_time(Req *open, FrontAnswer *answer)
{
    open->earliest_fs = tick_later(open->earliest_fs, answer->data_fs);
    answer->earliest_fs = answer->data_fs;
    answer->data_fs = TICK_PENDING;
    answer->joined = true;
}

/* Both, for a piece. */
static inline void join_bytes(Req *open, uint32_t bytes, FrontAnswer *answer)
{
    join_pieces(open, 1, bytes);
    join_time(open, answer);
}

/* Whether what is sent now waits for its time, so that others may join it. */
static inline bool join_stays_open(const Cache *cache, Tick when)
{
    return cache->memory->joins && !sim_can_decide(cache->port.sim, when);
}

/* A fetch that is on its way brings another sector, too. */
static inline void join_fetch(Cache *cache, Req *open, Req *posted, FrontAnswer *answer)
{
    Req **last = &open->children;

    while (*last)
        last = &(*last)->next;
    *last = posted;
    mshr_extend(&cache->mshr, *req_mshr(open, cache->level), 1);
    join_bytes(open, cache->sector_bytes, answer);
}

/* The rest of an access, whose first pieces have been taken, and which open stands for: how many of its pieces, from the first on,
 * go the same way at now or later.  They have been counted then, and join; what is left is the time of each of them.  (Of a write
 * the next one may have been looked up, and a hit told to the policy, which the next lookup does not do again: the line is then
 * the one touched last.) */
uint32_t cache_take_rest(Cache *cache, const Access *rest, Tick now, Req *open);
/* The time of one of these, in order: at answer->issued_fs or later. */
void cache_time_rest(Cache *cache, const Access *piece, FrontAnswer *answer);

#endif
