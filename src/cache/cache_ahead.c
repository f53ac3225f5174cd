/*
 * cache_ahead - what accesses do to the tags and counters of a first cache and those below, ahead of their time.
 *
 * For one core tags change in program order whatever the timing.  So where nobody else comes to the caches a batch of
 * accesses is looked up in one go, and its time follows (cache_settle, cache_fetch); where others come to the levels below,
 * hits are.  Only plain accesses: what reads, or writes back and allocates, and is fetched when it misses.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/watch.h"

/* Whether nothing has to be known of an access to a level but what it does to tags and plain counters. */
static bool is_watched(const Cache *cache, bool below)
{
    for (; cache; cache = below ? cache->below : NULL)
        if (cache->watch)
            return true;
    return false;
}

/* The accesses that a walk has gone through; its hits are among those that the core decides. */
static inline void count_walked(Cache *cache, uint64_t n, uint64_t writes, uint64_t misses,
                                uint64_t write_misses)
{
    FrontLine *line = &cache->front.line;

    line->reads += n - misses - (writes - write_misses);
    line->writes += writes - write_misses;
    cache->stats.reads += misses - write_misses;
    cache->stats.writes += write_misses;
    cache->stats.read_misses += misses - write_misses;
    cache->stats.write_misses += write_misses;
}

/* A miss is fetched from below. */
static inline void walk_miss(Cache *cache, const Access *access, FrontStep *step)
{
    ReqList posted;

    reqlist_init(&posted);
    step->depth = cache_walk_fetch(cache, access->addr, step->write, &posted);
    step->place = (uint32_t)cache->last_place;
    step->posted = posted.head;
}

size_t cache_walk_ahead(Front *front, const Access *accesses, size_t n, FrontStep *steps)
{
    Cache *cache = cache_of_front(front);
    const uint32_t line_bytes = cache->line_bytes;
    const uint8_t last_op = cache->write_back && cache->allocate ? ACCESS_WRITE : ACCESS_READ;
    const bool misses_too = cache->walks_misses;
    const Access *before = accesses;
    uint64_t writes = 0, misses = 0, write_misses = 0;
    size_t i = 0;

    if (is_watched(cache, misses_too))
        return 0;
    front->line.bytes = 0;
    for (; i < n; i++) {
        const Access *access = &accesses[i];
        const bool write = access->op == ACCESS_WRITE;

        if (access->op > last_op || (access->addr & (line_bytes - 1)) + access->bytes > line_bytes)
            break;
        const size_t place = cache_walk_lookup(cache, access->addr);

        steps[i] = (FrontStep){ .place = (uint32_t)place,
                                .write = write,
                                .other = access->stream != before->stream ||
                                         access->bytes != before->bytes };
        if (place == TAGS_NONE) {
            if (!misses_too || (write && access->bytes == line_bytes))
                break;
            walk_miss(cache, access, &steps[i]);
            misses++;
            write_misses += write;
        } else if (write) {
            tags_set_dirty(&cache->tags, place);
        }
        writes += write;
        before = access;
    }
    count_walked(cache, i, writes, misses, write_misses);
    return i;
}
