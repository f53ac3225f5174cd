/*
 * cache_walk - what an access does to the tags and counters of all levels below, in program order.
 *
 * Where time matters it leaves requests: they carry what was decided here through the levels.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/watch.h"

static inline bool victims_matter(const Cache *cache)
{
    return cache->inclusive || (cache->covered && cache->below->exclusive);
}

size_t cache_sector_at(Cache *cache, size_t place, uint64_t addr)
{
    const Sectors *sectors = cache->sectors;

    cache->last_ready_fs = TICK_PENDING; /* that of another sector, perhaps */
    if (place == TAGS_NONE || !(sectors_valid(sectors, place) & sectors_bit(sectors, addr)))
        return TAGS_NONE;
    return place;
}

/* The sector of addr comes in, with its line if that is not there. */
static G_GNUC_NO_INLINE void fill_sector(Cache *cache, uint64_t addr, bool dirty, ReqList *posted)
{
    Sectors *sectors = cache->sectors;
    const uint64_t line = addr >> cache->tags.line_shift;
    size_t place = line == cache->last_line ? cache->last_place : tags_find(&cache->tags, line);
    Victim victim = { .valid = false };
    uint64_t lost = 0;

    if (place == TAGS_NONE) {
        place = tags_install(&cache->tags, line, false, &victim);
        lost = sectors_dirty(sectors, place);
        sectors_clear(sectors, place);
        cache_watch_drop(cache, place);
        cache->last_place = place;
        cache->last_line = line;
    }
    sectors_set_valid(sectors, place, sectors_bit(sectors, addr));
    cache_watch_sector(cache, addr, place);
    if (dirty)
        cache_set_dirty(cache, place, addr);
    cache->last_ready_fs = TICK_PENDING;
    if (victim.valid && (lost || victims_matter(cache)))
        cache_walk_evict(cache, victim.line, lost, posted);
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
        cache_walk_evict(cache, victim.line, victim.dirty, posted);
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
    const bool there = place != TAGS_NONE &&
                       (!cache->sectors ||
                        sectors_valid(cache->sectors, place) & sectors_bit(cache->sectors, addr));
    const bool takes = cache->inclusive && !there;
    const bool gives_up = taken && cache->exclusive;

    if (cache->covered)
        cover(cache->below, takes || gives_up, addr, posted);
    if (takes)
        cache_walk_fill(cache, addr, false, posted);
    if (gives_up && there)
        cache_walk_drop(cache, line, place);
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
        cache_walk_drop(cache, line, place);
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
        cache_walk_forget(cache);
    if (victim.valid && (victim.dirty || victims_matter(cache)))
        cache_walk_evict(cache, victim.line, victim.dirty, posted);
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
    cache_announce(cache, req);
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
        limited |= at->limited;
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
