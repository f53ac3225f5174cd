/*
 * traffic - the bytes that cross the boundary between a level and the one below it, from its counters.
 *
 * A line crosses a boundary when it moves between two levels, or past one (what an exclusive level does not have is fetched
 * past it).  Requests without data (back-invalidations of clean lines) move no bytes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_TRAFFIC_H
#define CACHE_TRAFFIC_H

#include "cache/cache.h"

/* Bytes that came up from the level below. */
static inline uint64_t cache_fetched_bytes(const CacheStats *stats, const CacheConfig *config)
{
    return stats->fetches * cache_config_sector(config);
}

/* Bytes that went down: victims (dirty ones; into an exclusive level all), writes handed on, and dirty lines that an inclusive
 * level below has taken away. */
static inline uint64_t cache_sent_bytes(const CacheStats *stats, const CacheConfig *config)
{
    const uint64_t victims = MAX(stats->given, stats->writebacks);

    return (victims + stats->dirty_invalidations) * cache_config_sector(config) +
           stats->passed_bytes;
}

#endif
