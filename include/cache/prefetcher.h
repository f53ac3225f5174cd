/*
 * prefetcher - a prefetcher at work in one cache: what it is told, what of that it names is fetched, what became of it.
 *
 * A prefetch is no access of its cache.  It is dropped when the line is there, when it would leave the address space or
 * the boundary, and where time counts when it would take one of the MSHRs that are reserved for demand misses or that
 * requests on their way will take, or when memory has more writes waiting than it takes.  It has its MSHR from the moment on
 * that it is decided; from there on it takes the way of any read, behind the access that has led to it: bandwidth and MSHRs
 * of the levels below, and of memory.
 * At the levels below it is counted by itself (CacheStats.prefetch_reads), trains their prefetchers as any read does, and
 * promotes, fills and evicts as any read.
 * Every prefetch is useful (its line was demanded before it left), useless (it left before), or still there untouched.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_PREFETCHER_H
#define CACHE_PREFETCHER_H

#include "cache/prefetch.h"
#include "mem/req.h"

typedef struct Cache Cache;

/* A prefetch whose arrival the prefetcher wants to know. */
typedef struct Arrival Arrival;

/* Of one cache. */
typedef struct {
    const PrefetchOps *ops;
    PrefetchConfig config;
    void *state;
    uint64_t *untouched;   /* bit for each place of the tags: prefetched and not demanded yet */
    uint32_t region_shift; /* from the number of a line to that of its region */
    uint32_t line_shift;
    Arrival *arrivals; /* of known time, the earliest first */
    Arrival *spare;
    GPtrArray *all_arrivals; /* ever made */
} Prefetcher;

typedef struct {
    Cache *cache;
    uint64_t line;
    bool first_use; /* of a prefetched line; else the line was missed */
} PrefetchTrigger;

/* Demands that prefetchers have still to be told of: when the tags have seen the access that is on.  One for all caches
 * of a machine. */
typedef struct {
    GArray *triggers; /* of PrefetchTrigger */
} PrefetchQueue;

void prefetchqueue_init(PrefetchQueue *queue);
void prefetchqueue_clear(PrefetchQueue *queue);
/* The access to the first cache at time issued (no time: any) by site is through: prefetch. */
void prefetchqueue_run(PrefetchQueue *queue, Cache *first, Tick issued, uint8_t site);

/* What prefetchers have not been told of yet leads to no prefetch: it comes of no access. */
void prefetchqueue_forget(PrefetchQueue *queue);

/* For a cache of so many lines. */
Prefetcher *prefetcher_new(const PrefetchConfig *config, uint64_t lines, uint32_t line_shift);
void prefetcher_free(Prefetcher *prefetcher); /* accepts NULL */

static inline bool prefetcher_untouched(const Prefetcher *prefetcher, size_t place)
{
    return prefetcher->untouched[place / 64] >> place % 64 & 1;
}

static inline void prefetcher_mark(Prefetcher *prefetcher, size_t place)
{
    prefetcher->untouched[place / 64] |= UINT64_C(1) << place % 64;
}

/* The line in place is touched, or leaves.  Returns whether it was untouched. */
static inline bool prefetcher_unmark(Prefetcher *prefetcher, size_t place)
{
    const bool untouched = prefetcher_untouched(prefetcher, place);

    prefetcher->untouched[place / 64] &= ~(UINT64_C(1) << place % 64);
    return untouched;
}

#endif
