/*
 * watch - counting by array and by byte, and why a cache misses.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/watch.h"

#include <string.h>

static Watch *watch_of(Cache *cache)
{
    if (!cache->watch) {
        cache->watch = g_new0(Watch, 1);
        cache->watch->asked_line = cache->watch->fetched_line = TAGS_INVALID;
    }
    return cache->watch;
}

void cache_watch_kinds(Cache *cache, const CacheConfig *config)
{
    watch_of(cache)->kinds = misskinds_new(config);
}

void cache_watch_regions(Cache *cache, const Regions *regions)
{
    Watch *watch = watch_of(cache);

    watch->regions = regions;
    watch->by_region = g_new0(CacheStats, regions_others(regions) + 1);
    cache->sees_all = true;
}

void cache_watch_used(Cache *cache)
{
    Watch *watch = watch_of(cache);

    if (watch->lines)
        return;
    watch->lines = g_new0(WatchedLine, cache->tags.sets * cache->tags.ways);
    watch->part_log2 = cache->tags.line_shift > 6 ? cache->tags.line_shift - 6 : 0;
    cache->sees_all = true;
}

void watch_free(Watch *watch)
{
    if (!watch)
        return;
    misskinds_free(watch->kinds);
    g_free(watch->by_region);
    g_free(watch->lines);
    g_free(watch);
}

void watch_reset(Watch *watch, const Tags *tags)
{
    if (watch->by_region)
        memset(watch->by_region, 0,
               (regions_others(watch->regions) + 1) * sizeof watch->by_region[0]);
    for (size_t place = 0; watch->lines && place < tags->sets * tags->ways; place++)
        watch->lines[place] = (WatchedLine){ .fetched = 0 };
}

/* ---- used bytes ---- */

/* The parts of a line that bytes at addr touch. */
static uint64_t parts_of(const Cache *cache, uint64_t addr, uint32_t bytes)
{
    const uint32_t log2 = cache->watch->part_log2;
    const uint64_t offset = addr & (cache->line_bytes - 1);
    const uint64_t end = MIN(offset + bytes, cache->line_bytes); /* what is not split goes beyond */
    const uint64_t first = offset >> log2, last = (end - 1) >> log2;

    return UINT64_MAX >> (63 - (last - first)) << first;
}

static void count_used(const Cache *cache, const WatchedLine *line, UsedBytes *used)
{
    const uint64_t bytes = (uint64_t)__builtin_popcountll(line->used & line->fetched)
                           << cache->watch->part_log2;

    used->bytes += bytes;
    used->lines[(bytes * USED_STEPS + cache->line_bytes - 1) / cache->line_bytes]++;
}

/* The line in a place leaves. */
static void leave(Cache *cache, size_t place)
{
    Watch *watch = cache->watch;
    WatchedLine *line = &watch->lines[place];

    if (line->fetched) {
        count_used(cache, line, &cache->stats.used);
        if (watch->by_region)
            count_used(cache, line, &watch->by_region[line->region].used);
    }
    *line = (WatchedLine){ .fetched = 0 };
}

void watch_add_present(const Cache *cache, UsedBytes *used)
{
    const size_t places = cache->tags.sets * cache->tags.ways;

    for (size_t place = 0; cache->watch->lines && place < places; place++)
        if (cache->watch->lines[place].fetched)
            count_used(cache, &cache->watch->lines[place], used);
}

/* ---- arrays ---- */

CacheStats *watch_region(Cache *cache, uint64_t addr, uint64_t bytes)
{
    Watch *watch = cache->watch;

    if (!watch->regions)
        return NULL;
    watch->region = regions_find(watch->regions, addr, bytes, &watch->last_range);
    return &watch->by_region[watch->region];
}

void watch_add_regions(const Cache *cache, CacheStats *sums)
{
    const Watch *watch = cache->watch;
    const size_t places = cache->tags.sets * cache->tags.ways;

    for (uint32_t i = 0; i <= regions_others(watch->regions); i++)
        cache_stats_add(&sums[i], &watch->by_region[i]);
    for (size_t place = 0; watch->lines && place < places; place++)
        if (watch->lines[place].fetched)
            count_used(cache, &watch->lines[place], &sums[watch->lines[place].region].used);
}

/* ---- what happens ---- */

static void count_access(CacheStats *stats, bool hit, bool write)
{
    stats->reads += !write;
    stats->writes += write;
    stats->hits += hit;
    stats->read_misses += !hit && !write;
    stats->write_misses += !hit && write;
}

/* A miss is of a kind. */
static void count_kind(MissKindCounts *counts, MissKind kind)
{
    counts->compulsory += kind == MISS_COMPULSORY;
    counts->capacity += kind == MISS_CAPACITY;
    counts->conflict += kind == MISS_CONFLICT;
}

static void note_access(Cache *cache, uint64_t addr, uint64_t bytes, bool hit, bool write)
{
    Watch *watch = cache->watch;
    CacheStats *region = watch_region(cache, addr, bytes);

    const bool sector_miss = !hit && cache_misses_sector(cache, addr);

    if (region) {
        count_access(region, hit, write);
        region->sector_misses += sector_miss;
    }
    if (!watch->kinds)
        return;
    const MissKind kind = misskinds_add(watch->kinds, addr >> cache->tags.line_shift,
                                        hit || sector_miss, !write || cache->allocate);

    count_kind(&cache->stats.kinds, kind);
    if (region)
        count_kind(&region->kinds, kind);
}

/* Bytes are used: of the line in the place touched last, or of the one that may come in now. */
static void note_use(Cache *cache, uint64_t addr, uint32_t bytes, bool hit)
{
    Watch *watch = cache->watch;

    if (!watch->lines)
        return;
    if (hit) {
        watch->lines[cache->last_place].used |= parts_of(cache, addr, bytes);
        return;
    }
    watch->asked_line = addr >> cache->tags.line_shift;
    watch->asked = parts_of(cache, addr, bytes);
}

void watch_access(Cache *cache, uint64_t addr, uint32_t bytes, bool hit, bool write)
{
    note_access(cache, addr, bytes, hit, write);
    note_use(cache, addr, bytes, hit);
}

void watch_read(Cache *cache, uint64_t addr, uint32_t bytes, bool hit)
{
    note_access(cache, addr, 1, hit, false);
    note_use(cache, addr & ~(uint64_t)(bytes - 1), bytes, hit);
}

void watch_prefetch(Cache *cache, uint64_t addr, uint32_t bytes, bool hit)
{
    note_use(cache, addr & ~(uint64_t)(bytes - 1), bytes, hit);
}

void watch_fetch(Cache *cache, uint64_t addr)
{
    CacheStats *region = watch_region(cache, addr, 1);

    if (region)
        region->fetches++;
    cache->watch->fetched_line = addr >> cache->tags.line_shift;
}

void watch_fill(Cache *cache, uint64_t line, size_t place)
{
    Watch *watch = cache->watch;

    if (!watch->lines)
        return;
    leave(cache, place);
    watch->lines[place] = (WatchedLine){ .used = watch->asked_line == line ? watch->asked : 0,
                                         .region = watch->region,
                                         .fetched = watch->fetched_line == line ? UINT64_MAX : 0 };
    watch->asked_line = watch->fetched_line = TAGS_INVALID;
}

void watch_sector(Cache *cache, uint64_t addr, size_t place)
{
    Watch *watch = cache->watch;
    const uint64_t line = addr >> cache->tags.line_shift;

    if (!watch->lines)
        return;
    WatchedLine *at = &watch->lines[place];

    if (!at->fetched)
        at->region = watch->region;
    if (watch->fetched_line == line)
        at->fetched |= parts_of(cache, cache_sector_addr(cache, addr), cache->sector_bytes);
    if (watch->asked_line == line)
        at->used |= watch->asked;
    watch->asked_line = watch->fetched_line = TAGS_INVALID;
}

void watch_drop(Cache *cache, size_t place)
{
    if (cache->watch->lines)
        leave(cache, place);
}
