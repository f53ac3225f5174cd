/*
 * watch - what is counted of a cache only when it is asked for: why it misses, which array it works for, and how much of
 * each line that it brings in is used.
 *
 * A cache that nobody watches has no Watch: each hook below is then one branch.  What counts by array or by bytes has to see
 * each access: the core then decides no hits itself (sees_all).
 *
 * By array: an access belongs to the array of its first byte, and so does the line that it fetches, here and below; a line
 * that goes down to the first array that has bytes in it.
 *
 * Used bytes: those of a fetched line that the level above (or the core) has asked for or written while the line was there.
 * Where lines are divided, of a fetched sector.
 * They are kept as 64 bits a line: exact up to lines of 64 bytes, in steps of line / 64 bytes above.  A line counts when it
 * leaves, or at the end; lines that were written as a whole, without a fetch, and lines brought in during the warm-up do not.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_WATCH_H
#define CACHE_WATCH_H

#include "cache/cache.h"
#include "mem/regions.h"

/* A fetched line. */
typedef struct {
    uint64_t used;    /* a bit for each part */
    uint64_t fetched; /* those that count; 0: it is not there */
    uint32_t region;  /* of the access that fetched it, or its first sector */
} WatchedLine;

struct Watch {
    MissKinds *kinds;       /* NULL: misses are not classified */
    const Regions *regions; /* borrowed; NULL: arrays are not told apart */
    uint32_t last_range;    /* where to look first */
    uint32_t region;        /* of the access or fetch that is being decided */
    CacheStats
        *by_region;     /* [regions_others + 1]; of lines that have left, as far as used bytes go */
    WatchedLine *lines; /* [places]; NULL: used bytes are not counted */
    uint32_t part_log2; /* bytes of a part */
    uint64_t asked_line, asked; /* a miss that is being decided: the line, its used parts */
    uint64_t fetched_line;      /* that will be filled in next; TAGS_INVALID: none */
};

/* Watch a cache: where it has none yet it gets one that sees nothing. */
void cache_watch_kinds(Cache *cache, const CacheConfig *config);
/* regions is borrowed. */
void cache_watch_regions(Cache *cache, const Regions *regions);
/* Not for an exclusive level, which fetches nothing for itself. */
void cache_watch_used(Cache *cache);
void watch_free(Watch *watch); /* accepts NULL */
void watch_reset(Watch *watch, const Tags *tags);

/* Add the lines that are there now to the used bytes. */
void watch_add_present(const Cache *cache, UsedBytes *used);
/* Add the counters of each region, [regions_others + 1]. */
void watch_add_regions(const Cache *cache, CacheStats *sums);

/* ---- hooks ---- */

void watch_access(Cache *cache, uint64_t addr, uint32_t bytes, bool hit, bool write);
void watch_read(Cache *cache, uint64_t addr, uint32_t bytes, bool hit);
void watch_prefetch(Cache *cache, uint64_t addr, uint32_t bytes, bool hit);
void watch_fetch(Cache *cache, uint64_t addr);
void watch_fill(Cache *cache, uint64_t line, size_t place);
void watch_sector(Cache *cache, uint64_t addr, size_t place);
void watch_drop(Cache *cache, size_t place);
CacheStats *watch_region(Cache *cache, uint64_t addr, uint64_t bytes);

/* An access from above hits (the line is in the place touched last) or misses. */
static inline void cache_watch_access(Cache *cache, uint64_t addr, uint32_t bytes, bool hit,
                                      bool write)
{
    if (G_UNLIKELY(cache->watch != NULL))
        watch_access(cache, addr, bytes, hit, write);
}

/* The level above reads its line of bytes, for an access at addr. */
static inline void cache_watch_read(Cache *cache, uint64_t addr, uint32_t bytes, bool hit)
{
    if (G_UNLIKELY(cache->watch != NULL))
        watch_read(cache, addr, bytes, hit);
}

/* The same for a prefetch: no access, but the bytes are used. */
static inline void cache_watch_prefetch(Cache *cache, uint64_t addr, uint32_t bytes, bool hit)
{
    if (G_UNLIKELY(cache->watch != NULL))
        watch_prefetch(cache, addr, bytes, hit);
}

/* The line of addr comes from below, for an access at addr. */
static inline void cache_watch_fetch(Cache *cache, uint64_t addr)
{
    if (G_UNLIKELY(cache->watch != NULL))
        watch_fetch(cache, addr);
}

/* A line is put into a place, whatever was there. */
static inline void cache_watch_fill(Cache *cache, uint64_t line, size_t place)
{
    if (G_UNLIKELY(cache->watch != NULL))
        watch_fill(cache, line, place);
}

/* The sector of addr is put into its line, which is in a place; what was there before has been dropped. */
static inline void cache_watch_sector(Cache *cache, uint64_t addr, size_t place)
{
    if (G_UNLIKELY(cache->watch != NULL))
        watch_sector(cache, addr, place);
}

/* The line in a place is taken out. */
static inline void cache_watch_drop(Cache *cache, size_t place)
{
    if (G_UNLIKELY(cache->watch != NULL))
        watch_drop(cache, place);
}

/* Where what happens to bytes at addr is counted besides, or NULL. */
static inline CacheStats *cache_watched_region(Cache *cache, uint64_t addr, uint64_t bytes)
{
    if (G_UNLIKELY(cache->watch != NULL))
        return watch_region(cache, addr, bytes);
    return NULL;
}

/* A hit on a line that is still on its way; or not. */
static inline void cache_watch_merge(Cache *cache, uint64_t addr, uint32_t bytes, bool merged)
{
    CacheStats *region = cache_watched_region(cache, addr, bytes);

    if (region)
        region->mshr_merges += merged;
}

#endif
