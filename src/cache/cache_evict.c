/*
 * cache_evict - lines leave caches: victims, back-invalidations, flushes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/watch.h"

/* The line touched last is not there any more. */
void cache_walk_forget(Cache *cache)
{
    cache->last_line = TAGS_INVALID;
    cache->front.line.bytes = 0;
}

/* Take a line out. */
void cache_walk_drop(Cache *cache, uint64_t line, size_t place)
{
    cache_watch_drop(cache, place);
    tags_invalidate(&cache->tags, place);
    if (G_UNLIKELY(cache->prefetcher != NULL))
        cache_prefetch_left(cache, place);
    if (cache->last_line == line)
        cache_walk_forget(cache);
}

/* The sectors of the line in place that are dirty, bit i the i-th; bit 0: a line that is not divided is. */
static uint64_t dirty_sectors(const Cache *cache, size_t place)
{
    return cache->sectors ? sectors_dirty(cache->sectors, place) : tags_dirty(&cache->tags, place);
}

/* Take the line of addr out, for an inclusive level below.  Returns which sectors were dirty. */
static uint64_t drop_line(Cache *cache, uint64_t addr)
{
    const uint64_t line = addr >> cache->tags.line_shift;
    const size_t place = tags_find(&cache->tags, line);

    if (place == TAGS_NONE)
        return 0;
    const uint64_t dirty = dirty_sectors(cache, place);
    CacheStats *region = cache_watched_region(cache, addr, cache->line_bytes);

    cache->stats.back_invalidations++;
    if (region)
        region->back_invalidations++;
    cache_walk_drop(cache, line, place);
    return dirty;
}

/* What is dirty in the sector of addr, or was above, goes down with it. */
static void count_lost(Cache *cache, uint64_t addr)
{
    CacheStats *region = cache_watched_region(cache, addr, cache->sector_bytes);

    cache->stats.dirty_invalidations++;
    if (region)
        region->dirty_invalidations++;
}

/* Take bytes at addr out of all levels above.  Returns which sectors of cache were dirty there. */
static uint64_t drop_above(Cache *cache, uint64_t addr, uint32_t bytes)
{
    uint64_t dirty = 0;

    for (uint32_t i = 0; i < cache->n_above; i++) {
        Cache *above = cache->above[i];

        for (uint64_t at = addr; at < addr + bytes; at += above->line_bytes) {
            const uint64_t above_it = drop_above(above, at, above->line_bytes);

            for (uint64_t lost = drop_line(above, at) | above_it; lost; lost &= lost - 1) {
                const uint64_t from = at + (uint64_t)__builtin_ctzll(lost) * above->sector_bytes;

                count_lost(above, from);
                dirty |= cache->sectors ? sectors_bit(cache->sectors, from) : 1;
            }
        }
    }
    return dirty;
}

/* An exclusive level takes a victim of the level above. */
static void take_victim(Cache *cache, uint64_t addr, bool dirty, ReqList *posted)
{
    const size_t place = cache_walk_lookup(cache, addr);

    CacheStats *region = cache_watched_region(cache, addr, cache->line_bytes);

    cache->stats.victims++;
    if (region)
        region->victims++;
    if (place == TAGS_NONE)
        cache_walk_fill(cache, addr, dirty, posted);
    else if (dirty) /* another core's */
        tags_set_dirty(&cache->tags, place);
    if (cache->pool && cache->limited)
        reqlist_add(posted, cache_req(cache, addr, cache->line_bytes, REQ_WRITE, cache->level));
}

/* n (0 or 1) of the sector of addr is written back. */
static inline void count_writeback(Cache *cache, uint64_t addr, uint64_t n)
{
    CacheStats *region = cache_watched_region(cache, addr, cache->sector_bytes);

    cache->stats.writebacks += n;
    if (region)
        region->writebacks += n;
}

/* A victim goes to an exclusive level. */
static inline void count_given(Cache *cache, uint64_t addr)
{
    CacheStats *region = cache_watched_region(cache, addr, cache->line_bytes);

    cache->stats.given++;
    if (region)
        region->given++;
}

/* Dirty sectors of a line of the last level go to memory; neighbours as one request for now. */
static void write_to_memory(Cache *cache, uint64_t addr, uint64_t dirty, ReqList *posted)
{
    Req *last = NULL;
    uint64_t end = 0;

    for (; dirty; dirty &= dirty - 1) {
        const uint64_t from = addr + (uint64_t)__builtin_ctzll(dirty) * cache->sector_bytes;

        count_writeback(cache, from, 1);
        if (last && from == end)
            last->further++;
        else
            last = cache_walk_write_down(cache, from, cache->sector_bytes, posted).carrier;
        end = from + cache->sector_bytes;
    }
}

/* A victim goes down: its dirty sectors (bit 0: all of a line that is not divided) as writes, all of it into an exclusive
 * level. */
void cache_walk_evict(Cache *cache, uint64_t line, uint64_t dirty, ReqList *posted)
{
    const uint64_t addr = line << cache->tags.line_shift;

    if (cache->inclusive)
        dirty |= drop_above(cache, addr, cache->line_bytes);
    if (cache->below && cache->below->exclusive) {
        count_writeback(cache, addr, dirty);
        count_given(cache, addr);
        take_victim(cache->below, addr, dirty, posted);
        return;
    }
    if (!cache->below) {
        write_to_memory(cache, addr, dirty, posted);
        return;
    }
    for (; dirty; dirty &= dirty - 1) {
        const uint64_t from = addr + (uint64_t)__builtin_ctzll(dirty) * cache->sector_bytes;

        count_writeback(cache, from, 1);
        cache_walk_write_down(cache, from, cache->sector_bytes, posted);
    }
}

void cache_flush(Cache *cache, Tick now)
{
    const size_t places = cache->tags.sets * cache->tags.ways;
    ReqList posted;

    reqlist_init(&posted);
    cache->port_sector = cache->port_line = cache->passed_sector = UINT64_MAX;
    for (size_t place = 0; place < places; place++) {
        const uint64_t word = cache->tags.words[place];

        if (word == TAGS_INVALID)
            continue;
        const uint64_t dirty = dirty_sectors(cache, place);

        cache_walk_drop(cache, word >> 1, place);
        cache_walk_evict(cache, word >> 1, dirty, &posted);
    }
    cache_start_posted(posted.head, now);
}

/* Bytes [from, below) of a dirty sector: what lies outside of the line [start, end) is told, what lies within is marked, a bit
 * for each unit of it. */
static uint64_t flush_sector(const uint64_t line[2], uint64_t from, uint64_t below, uint32_t unit,
                             CacheFlushed flushed, void *to)
{
    const uint64_t start = line[0], end = line[1];
    uint64_t marks = 0;

    if (from < start)
        flushed(to, from, (uint32_t)(MIN(below, start) - from));
    if (below > end)
        flushed(to, MAX(from, end), (uint32_t)(below - MAX(from, end)));
    for (uint64_t at = MAX(from, start); at < MIN(below, end); at += unit)
        marks |= UINT64_C(1) << (at - start) / unit;
    return marks;
}

uint32_t cache_walk_flush(Cache *first, uint64_t addr, CacheFlushed flushed, void *to)
{
    const uint64_t start = addr & ~(uint64_t)(first->line_bytes - 1);
    const uint64_t range[2] = { start, start + first->line_bytes };
    uint32_t lines = 0;
    uint64_t wet = 0;

    for (Cache *cache = first; cache; cache = cache->below) {
        const uint64_t line = addr >> cache->tags.line_shift;
        const uint64_t line_addr = line << cache->tags.line_shift;
        const size_t place = tags_find(&cache->tags, line);

        if (place == TAGS_NONE)
            continue;
        uint64_t dirty = dirty_sectors(cache, place);

        cache_walk_drop(cache, line, place);
        lines++;
        if (cache->inclusive)
            dirty |= drop_above(cache, line_addr, cache->line_bytes);
        for (; dirty; dirty &= dirty - 1) {
            const uint64_t from =
                line_addr + (uint64_t)__builtin_ctzll(dirty) * cache->sector_bytes;

            wet |= flush_sector(range, from, from + cache->sector_bytes, first->sector_bytes,
                                flushed, to);
        }
    }
    for (; wet; wet &= wet - 1)
        flushed(to, start + (uint64_t)__builtin_ctzll(wet) * first->sector_bytes,
                first->sector_bytes);
    return lines;
}
