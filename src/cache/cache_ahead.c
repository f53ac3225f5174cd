/*
 * cache_ahead - what accesses do to the tags and counters of a first cache and those below, ahead of their time.
 *
 * For one core tags change in program order whatever the timing.  So where nobody else comes to the caches a batch of
 * accesses is looked up in one go, and its time follows (cache_settle, cache_fetch); where others come to the levels below,
 * hits are.  Only plain accesses: what reads, or writes back and allocates, and is fetched when it misses.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/plain.h"
#include "cache/watch.h"

/* Whether nothing has to be known of an access to a level but what it does to tags and plain counters. */
static bool is_watched(const Cache *cache, bool below)
{
    for (; cache; cache = below ? cache->below : NULL)
        if (cache->watch)
            return true;
    return false;
}

void cache_count_walked(Cache *first, const WalkCounts *counts)
{
    const size_t write_hits = counts->writes - counts->write_misses;

    first->front.line.reads += counts->n - counts->misses - write_hits;
    first->front.line.writes += write_hits;
    first->stats.reads += counts->misses - counts->write_misses;
    first->stats.writes += counts->write_misses;
    first->stats.read_misses += counts->misses - counts->write_misses;
    first->stats.write_misses += counts->write_misses;
}

/* A miss is fetched from below. */
static inline void fetch_any(Cache *cache, const Access *access, FrontStep *step)
{
    ReqList posted;

    reqlist_init(&posted);
    step->depth = cache_walk_fetch(cache, access->addr, step->write, &posted);
    step->place = (uint32_t)cache->last_place;
    step->posted = posted.head;
}

static size_t walk(Cache *cache, const Access *accesses, size_t n, FrontStep *steps)
{
    const uint32_t line_bytes = cache->line_bytes;
    const uint8_t last_op = cache->write_back && cache->allocate ? ACCESS_WRITE : ACCESS_READ;
    WalkCounts counts = { 0 };
    size_t i = 0;

    for (; i < n; i++) {
        const Access *access = &accesses[i];
        const bool write = access->op == ACCESS_WRITE;

        if (access->op > last_op ||
            access->bytes > line_bytes - ((uint32_t)access->addr & (line_bytes - 1)))
            break;
        const size_t place = cache_walk_lookup(cache, access->addr);

        steps[i] = (FrontStep){ .place = (uint32_t)place, .write = write };
        if (place != TAGS_NONE) {
            if (write)
                tags_set_dirty(&cache->tags, place);
            counts.writes += write;
            continue;
        }
        if (!cache->walks_misses || (write && access->bytes == line_bytes))
            break;
        fetch_any(cache, access, &steps[i]);
        counts.misses++;
        counts.writes += write;
        counts.write_misses += write;
    }
    counts.n = i;
    cache_count_walked(cache, &counts);
    return i;
}

size_t cache_walk_ahead(Front *front, const Access *accesses, size_t n, uint32_t unit,
                        FrontStep *steps)
{
    Cache *cache = cache_of_front(front);

    if (is_watched(cache, cache->walks_misses))
        return 0;
    front->line.bytes = 0;
    if (!cache->plain)
        return walk(cache, accesses, n, steps);
    if (cache_can_walk_run(cache, accesses, n, unit))
        return cache_walk_run(cache, accesses, n, unit, steps);
    return cache_walk_plain(cache, accesses, n, steps);
}

/* Tags of many caches, and of large ones, are not in the host's: this, the other prefetches on the way of a miss and sectors'
 * bits in one place take 8 % off the time of a vector add on an A100. */
void cache_soon(Front *front, uint64_t addr, uint64_t then)
{
    for (const Cache *cache = cache_of_front(front); cache; cache = cache->below) {
        if (!cache->tags.lru)
            continue;
        tags_prefetch_order(&cache->tags, then >> cache->tags.line_shift);
        const size_t place = tags_prefetch(&cache->tags, addr >> cache->tags.line_shift);

        if (cache->sectors)
            sectors_prefetch(cache->sectors, place);
    }
}
