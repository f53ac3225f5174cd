/*
 * cache_walk - what an access does to the tags and counters of all levels below, in program order.
 *
 * Where time matters it leaves requests: they carry what was decided here through the levels.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/cache.h"

/* A dirty victim goes down as a full-line write. */
static G_GNUC_NO_INLINE void evict(Cache *cache, uint64_t line, ReqList *posted)
{
    cache->stats.writebacks++;
    cache_walk_write_down(cache, line << cache->tags.line_shift, cache->line_bytes, posted);
}

/* cache_walk_fill, inlined into the fetch: 40 instructions less a level. */
static inline __attribute__((always_inline)) void fill(Cache *cache, uint64_t addr, bool dirty,
                                                       ReqList *posted)
{
    Victim victim;
    const uint64_t line = addr >> cache->tags.line_shift;

    cache->last_place = tags_install(&cache->tags, line, dirty, &victim);
    cache->last_line = line;
    cache->last_ready_fs = TICK_PENDING;
    if (G_UNLIKELY(victim.valid && victim.dirty))
        evict(cache, victim.line, posted);
}

void cache_walk_fill(Cache *cache, uint64_t addr, bool dirty, ReqList *posted)
{
    fill(cache, addr, dirty, posted);
}

uint8_t cache_walk_fetch(Cache *cache, uint64_t addr, bool dirty, ReqList *posted)
{
    const uint64_t start = addr & ~(uint64_t)(cache->line_bytes - 1);
    Cache *below = cache->below;
    uint8_t depth = cache->levels;

    if (below) {
        const bool there = cache_walk_lookup(below, start >> below->tags.line_shift) != TAGS_NONE;

        below->stats.reads++;
        if (there) {
            below->stats.hits++;
            depth = below->level;
        } else {
            below->stats.read_misses++;
            depth = cache_walk_fetch(below, start, false, posted);
        }
    }
    cache->stats.fetches++;
    fill(cache, addr, dirty, posted);
    return depth;
}

/* Part of a line is written into a level that allocates: the line is fetched by a request of its own. */
static Req *fetch_for_write(Cache *cache, uint64_t addr, uint32_t bytes, ReqList *posted)
{
    ReqList children;

    reqlist_init(&children);
    const uint8_t depth = cache_walk_fetch(cache, addr, cache->write_back, &children);

    if (!cache->pool)
        return NULL;
    Req *req = cache_req(cache, addr, bytes, REQ_READ, depth);

    req->fetch_from = cache->level;
    req->children = children.head;
    reqlist_add(posted, req);
    return req;
}

/* A write from above comes to cache.  Returns whether it ends here. */
static bool write_here(Cache *cache, uint64_t addr, uint32_t bytes, ReqList *posted, Req **fetch)
{
    const size_t place = cache_walk_lookup(cache, addr >> cache->tags.line_shift);

    cache->stats.writes++;
    if (place != TAGS_NONE) {
        cache->stats.hits++;
        if (cache->write_back)
            tags_set_dirty(&cache->tags, place);
        return cache->write_back;
    }
    cache->stats.write_misses++;
    if (!cache->allocate)
        return false;
    if (bytes < cache->line_bytes)
        *fetch = fetch_for_write(cache, addr, bytes, posted);
    else
        cache_walk_fill(cache, addr, cache->write_back, posted);
    return cache->write_back;
}

DownWrite cache_walk_write_down(Cache *cache, uint64_t addr, uint32_t bytes, ReqList *posted)
{
    DownWrite result = { NULL, NULL };
    bool limited = false;
    Cache *at = cache->below;

    for (; at; at = at->below) {
        limited |= at->banks != NULL;
        if (write_here(at, addr, bytes, posted, &result.fetch))
            break;
        at->stats.passed++;
        at->stats.passed_bytes += bytes;
    }
    if (cache->pool && (limited || !at)) {
        result.carrier = cache_req(cache, addr, bytes, REQ_WRITE, at ? at->level : cache->levels);
        result.carrier->port = cache->below_port;
        result.carrier->level = (uint8_t)(cache->level + 1);
        reqlist_add(posted, result.carrier);
    }
    return result;
}
