/*
 * cache_count - the accesses of cores to their first cache, only counted.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/watch.h"

/* The same as access, without requests. */
static inline __attribute__((always_inline)) void count(Cache *cache, const Access *access,
                                                        bool prefetching)
{
    const bool write = access->op == ACCESS_WRITE;
    const bool there = cache_walk_lookup(cache, access->addr) != TAGS_NONE;
    ReqList none;

    reqlist_init(&none);
    cache_watch_access(cache, access->addr, access->bytes, there, write);
    if (prefetching && there && cache->prefetcher)
        cache_prefetch_touched(cache, cache->last_line, cache->last_place);
    cache->stats.reads += !write;
    cache->stats.writes += write;
    cache->stats.hits += there;
    cache->stats.read_misses += !there && !write;
    cache->stats.write_misses += !there && write;
    cache->stats.sector_misses += !there && cache_misses_sector(cache, access->addr);
    if (there && write && cache->write_back)
        cache_set_dirty(cache, cache->last_place, access->addr);
    else if (!there && (!write || cache_write_fetches(cache, access)))
        cache_walk_fetch(cache, access->addr, write && cache->write_back, &none);
    else if (!there && cache->allocate)
        cache_walk_own(cache, access->addr, cache->write_back, &none);
    if (write && !(cache->write_back && (there || cache->allocate)))
        cache_pass_down(cache, access->addr, access->bytes, &none);
}

void cache_count(Front *front, const Access *access)
{
    count(cache_of_front(front), access, false);
}

void cache_count_prefetching(Front *front, const Access *access)
{
    Cache *cache = cache_of_front(front);

    count(cache, access, true);
    prefetchqueue_run(cache->prefetches, cache, 0, access->site);
}
