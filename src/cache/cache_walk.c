/*
 * cache_walk - what an access does to the tags and counters of all levels below, in program order.
 *
 * Where time matters it leaves requests: they carry what was decided here through the levels.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/watch.h"

/* The line touched last is not there any more. */
static void forget_last(Cache *cache)
{
    cache->last_line = TAGS_INVALID;
    cache->front.line.bytes = 0;
}

/* Take a line out. */
static void drop(Cache *cache, uint64_t line, size_t place)
{
    cache_watch_drop(cache, place);
    tags_invalidate(&cache->tags, place);
    if (G_UNLIKELY(cache->prefetcher != NULL))
        cache_prefetch_left(cache, place);
    if (cache->last_line == line)
        forget_last(cache);
}

/* The sectors of the line in place that are dirty, bit i the i-th; bit 0: a line that is not divided is. */
static uint64_t dirty_sectors(const Cache *cache, size_t place)
{
    return cache->sectors ? cache->sectors->dirty[place] : tags_dirty(&cache->tags, place);
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
    drop(cache, line, place);
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
    if (cache->pool && cache->banks)
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

/* A victim goes down: its dirty sectors (bit 0: all of a line that is not divided) as writes, all of it into an exclusive
 * level. */
static G_GNUC_NO_INLINE void evict(Cache *cache, uint64_t line, uint64_t dirty, ReqList *posted)
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
    for (; dirty; dirty &= dirty - 1) {
        const uint64_t from = addr + (uint64_t)__builtin_ctzll(dirty) * cache->sector_bytes;

        count_writeback(cache, from, 1);
        cache_walk_write_down(cache, from, cache->sector_bytes, posted);
    }
}

void cache_walk_evict(Cache *cache, uint64_t line, uint64_t dirty, ReqList *posted)
{
    evict(cache, line, dirty, posted);
}

void cache_flush(Cache *cache, Tick now)
{
    const size_t places = cache->tags.sets * cache->tags.ways;
    ReqList posted;

    reqlist_init(&posted);
    for (size_t place = 0; place < places; place++) {
        const uint64_t word = cache->tags.words[place];

        if (word == TAGS_INVALID)
            continue;
        const uint64_t dirty = dirty_sectors(cache, place);

        drop(cache, word >> 1, place);
        evict(cache, word >> 1, dirty, &posted);
    }
    cache_start_posted(posted.head, now);
}

static inline bool victims_matter(const Cache *cache)
{
    return cache->inclusive || (cache->covered && cache->below->exclusive);
}

size_t cache_sector_at(Cache *cache, size_t place, uint64_t addr)
{
    const Sectors *sectors = cache->sectors;

    cache->last_ready_fs = TICK_PENDING; /* that of another sector, perhaps */
    if (place == TAGS_NONE || !(sectors->valid[place] & sectors_bit(sectors, addr)))
        return TAGS_NONE;
    return place;
}

/* The sector of addr comes in, with its line if that is not there. */
static G_GNUC_NO_INLINE void fill_sector(Cache *cache, uint64_t addr, bool dirty, ReqList *posted)
{
    Sectors *sectors = cache->sectors;
    const uint64_t line = addr >> cache->tags.line_shift;
    size_t place = tags_find(&cache->tags, line);
    Victim victim = { .valid = false };
    uint64_t lost = 0;

    if (place == TAGS_NONE) {
        place = tags_install(&cache->tags, line, false, &victim);
        lost = sectors->dirty[place];
        sectors->valid[place] = sectors->dirty[place] = 0;
        cache_watch_drop(cache, place);
        cache->last_place = place;
        cache->last_line = line;
    }
    sectors->valid[place] |= sectors_bit(sectors, addr);
    cache_watch_sector(cache, addr, place);
    if (dirty)
        cache_set_dirty(cache, place, addr);
    cache->last_ready_fs = TICK_PENDING;
    if (victim.valid && (lost || victims_matter(cache)))
        evict(cache, victim.line, lost, posted);
}

/* cache_walk_fill, inlined into the fetch: 25 instructions less a level. */
static inline __attribute__((always_inline)) void fill(Cache *cache, uint64_t addr, bool dirty,
                                                       ReqList *posted)
{
    Victim victim;
    const uint64_t line = addr >> cache->tags.line_shift;

    if (G_UNLIKELY(cache->sectors != NULL)) {
        fill_sector(cache, addr, dirty, posted);
        return;
    }
    cache->last_place = tags_install(&cache->tags, line, dirty, &victim);
    cache->last_line = line;
    cache->last_ready_fs = TICK_PENDING;
    cache_watch_fill(cache, line, cache->last_place);
    if (G_UNLIKELY(cache->prefetcher != NULL))
        cache_prefetch_left(cache, cache->last_place);
    if (G_UNLIKELY(victim.valid && (victim.dirty || victims_matter(cache))))
        evict(cache, victim.line, victim.dirty, posted);
}

void cache_walk_fill(Cache *cache, uint64_t addr, bool dirty, ReqList *posted)
{
    fill(cache, addr, dirty, posted);
}

/* A level above takes the sector of addr in, all of it written, without reading it: an inclusive level has it, too; exclusive
 * levels right below one that takes it have it no longer.  taken: the level right above takes it, or has just given it up. */
static void cover(Cache *cache, bool taken, uint64_t addr, ReqList *posted)
{
    const uint64_t line = addr >> cache->tags.line_shift;
    const size_t place = tags_find(&cache->tags, line);
    const bool there =
        place != TAGS_NONE &&
        (!cache->sectors || cache->sectors->valid[place] & sectors_bit(cache->sectors, addr));
    const bool takes = cache->inclusive && !there;
    const bool gives_up = taken && cache->exclusive;

    if (cache->covered)
        cover(cache->below, takes || gives_up, addr, posted);
    if (takes)
        cache_walk_fill(cache, addr, false, posted);
    if (gives_up && there)
        drop(cache, line, place);
}

void cache_walk_own(Cache *cache, uint64_t addr, bool dirty, ReqList *posted)
{
    if (cache->covered)
        cover(cache->below, true, addr, posted);
    cache_walk_fill(cache, addr, dirty, posted);
}

/* A level has what is read from it. */
static inline uint8_t read_hit(Cache *cache, uint64_t addr, size_t place, bool *dirty)
{
    const uint64_t line = addr >> cache->tags.line_shift;

    if (G_UNLIKELY(cache->prefetcher != NULL))
        cache_prefetch_touched(cache, line, place);
    if (cache->exclusive) {
        *dirty |= tags_dirty(&cache->tags, place);
        drop(cache, line, place);
    }
    return cache->level;
}

typedef uint8_t ReadFrom(Cache *cache, uint64_t addr, uint32_t bytes, bool *dirty, ReqList *posted);

/* The sector of addr is read from below, by read, and comes into cache. */
static inline __attribute__((always_inline)) uint8_t fetch_by(ReadFrom *read, Cache *cache,
                                                              uint64_t addr, bool dirty,
                                                              ReqList *posted)
{
    if (G_UNLIKELY(cache->prefetcher != NULL))
        cache_prefetch_missed(cache, addr >> cache->tags.line_shift);
    const uint8_t depth = cache->below
                              ? read(cache->below, addr, cache->sector_bytes, &dirty, posted)
                              : cache->levels;

    cache->stats.fetches++;
    cache_watch_fetch(cache, addr);
    fill(cache, addr, dirty, posted);
    return depth;
}

/* A sector of bytes, with addr in it, is read from cache or below, for the level above.  Returns the level that has it;
 * dirty: it comes with what is not in memory. */
static uint8_t read_line(Cache *cache, uint64_t addr, uint32_t bytes, bool *dirty, ReqList *posted)
{
    const size_t place = cache_walk_lookup(cache, addr);

    cache_watch_read(cache, addr, bytes, place != TAGS_NONE);
    cache->stats.reads++;
    if (place != TAGS_NONE) {
        cache->stats.hits++;
        return read_hit(cache, addr, place, dirty);
    }
    cache->stats.read_misses++;
    cache->stats.sector_misses += cache_misses_sector(cache, addr);
    if (!cache->exclusive)
        return cache_walk_fetch(cache, addr, false, posted);
    cache->stats.fetches++;
    cache_watch_fetch(cache, addr);
    return cache->below ? read_line(cache->below, addr, bytes, dirty, posted) : cache->levels;
}

uint8_t cache_walk_fetch(Cache *cache, uint64_t addr, bool dirty, ReqList *posted)
{
    return fetch_by(read_line, cache, addr, dirty, posted);
}

/* The same for a prefetch: no access, and it is not asked why it misses. */
static uint8_t read_for_prefetch(Cache *cache, uint64_t addr, uint32_t bytes, bool *dirty,
                                 ReqList *posted)
{
    const size_t place = cache_walk_lookup(cache, addr);

    cache_watch_prefetch(cache, addr, bytes, place != TAGS_NONE);
    cache->stats.prefetch_reads++;
    if (place != TAGS_NONE)
        return read_hit(cache, addr, place, dirty);
    cache->stats.prefetch_misses++;
    if (!cache->exclusive)
        return fetch_by(read_for_prefetch, cache, addr, false, posted);
    cache->stats.fetches++;
    cache_watch_fetch(cache, addr);
    return cache->below ? read_for_prefetch(cache->below, addr, bytes, dirty, posted)
                        : cache->levels;
}

/* The line of addr comes in without having been asked for.  In its set the line touched last is no longer the one used
 * last. */
static void fill_untouched(Cache *cache, uint64_t addr, bool dirty, ReqList *posted)
{
    Victim victim;
    const uint64_t line = addr >> cache->tags.line_shift;
    const size_t place = tags_install(&cache->tags, line, dirty, &victim);

    cache_watch_fill(cache, line, place);
    cache_prefetch_left(cache, place);
    prefetcher_mark(cache->prefetcher, place);
    if (tags_set(&cache->tags, line) == tags_set(&cache->tags, cache->last_line))
        forget_last(cache);
    if (victim.valid && (victim.dirty || victims_matter(cache)))
        evict(cache, victim.line, victim.dirty, posted);
}

uint8_t cache_walk_prefetch(Cache *cache, uint64_t addr, ReqList *posted)
{
    bool dirty = false;
    const uint8_t depth =
        cache->below ? read_for_prefetch(cache->below, addr, cache->line_bytes, &dirty, posted)
                     : cache->levels;

    cache->stats.fetches++;
    cache_watch_fetch(cache, addr);
    fill_untouched(cache, addr, dirty, posted);
    return depth;
}

/* Part of a sector is written into a level that allocates: the sector is fetched by a request of its own. */
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
    const size_t place = cache_walk_lookup(cache, addr);

    cache_watch_access(cache, addr, bytes, place != TAGS_NONE, true);
    cache->stats.writes++;
    if (place != TAGS_NONE) {
        cache->stats.hits++;
        if (G_UNLIKELY(cache->prefetcher != NULL))
            cache_prefetch_touched(cache, addr >> cache->tags.line_shift, place);
        if (cache->write_back)
            cache_set_dirty(cache, place, addr);
        return cache->write_back;
    }
    cache->stats.write_misses++;
    cache->stats.sector_misses += cache_misses_sector(cache, addr);
    if (!cache->allocate || cache->exclusive)
        return false;
    if (bytes < cache->sector_bytes)
        *fetch = fetch_for_write(cache, addr, bytes, posted);
    else
        cache_walk_own(cache, addr, cache->write_back, posted);
    return cache->write_back;
}

void cache_walk_passes(Cache *cache, uint64_t addr, uint32_t bytes)
{
    CacheStats *region = cache_watched_region(cache, addr, bytes);

    cache->stats.passed++;
    cache->stats.passed_bytes += bytes;
    if (region) {
        region->passed++;
        region->passed_bytes += bytes;
    }
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
        cache_walk_passes(at, addr, bytes);
    }
    if (cache->pool && (limited || !at)) {
        result.carrier = cache_req(cache, addr, bytes, REQ_WRITE, at ? at->level : cache->levels);
        result.carrier->port = cache->below_port;
        result.carrier->level = (uint8_t)(cache->level + 1);
        reqlist_add(posted, result.carrier);
    }
    return result;
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

        drop(cache, line, place);
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
