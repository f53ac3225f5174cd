/*
 * parts_stats - what the components of a point count: by watching more, from the beginning again, and in sum.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "cache/watch.h"
#include "system/parts.h"

bool parts_counts_used(const PointSpec *point, uint32_t level, bool asked)
{
    const CacheConfig *cache = &point->machine->caches[level];

    return cache->useful || (asked && cache->inclusion != CACHE_EXCLUSIVE);
}

void parts_leave_flat(Parts *parts)
{
    if (parts->flat)
        flat_leave(parts->flat);
}

void parts_watch_used(Parts *parts)
{
    parts_leave_flat(parts);
    parts->useful = true;
    for (uint32_t level = 0; level < parts->n_levels; level++)
        for (uint32_t i = 0; i < parts->levels[level].n_instances; i++)
            if (parts_counts_used(parts->point, level, true))
                cache_watch_used(&parts->levels[level].instances[i]);
}

RegionTally *parts_tally(const Parts *parts, uint32_t core)
{
    if (!parts->regions)
        return NULL;
    if (parts->directs)
        return &parts->directs[core].tally;
    return parts->combines ? &parts->combines[core].tally : NULL;
}

static void watch_cores(Parts *parts)
{
    for (uint32_t i = 0; i < parts->n_cores; i++) {
        RegionTally *tally = parts_tally(parts, i);

        if (!tally)
            continue;
        *tally = (RegionTally){ .regions = parts->regions,
                                .counts = g_new0(RegionCount, regions_others(parts->regions) + 1) };
    }
}

void parts_watch_arrays(Parts *parts, Regions *regions)
{
    parts_leave_flat(parts);
    parts->regions = regions;
    for (uint32_t level = 0; level < parts->n_levels; level++)
        for (uint32_t i = 0; i < parts->levels[level].n_instances; i++)
            cache_watch_regions(&parts->levels[level].instances[i], regions);
    watch_cores(parts);
}

static void reset_cores(Parts *parts)
{
    for (uint32_t i = 0; i < parts->n_cores; i++) {
        RegionTally *tally = parts_tally(parts, i);

        core_reset_stats(parts->cores[i]);
        if (parts->combines)
            parts->combines[i].stats = (CombineStats){ 0 };
        if (tally)
            memset(tally->counts, 0, (regions_others(parts->regions) + 1) * sizeof(RegionCount));
    }
}

void parts_reset_stats(Parts *parts, Tick now)
{
    reset_cores(parts);
    for (uint32_t level = 0; level < parts->n_levels; level++)
        for (uint32_t i = 0; i < parts->levels[level].n_instances; i++)
            cache_reset_stats(&parts->levels[level].instances[i]);
    for (uint32_t i = 0; parts->tlbs && i < parts->n_cores; i++)
        parts->tlbs[i].stats = (TlbStats){ .walks = 0 };
    if (parts->probe)
        parts->probe->reset(parts->probe);
    else
        memory_reset_stats(parts->memory, now);
}

CombineStats parts_combine_stats(const Parts *parts)
{
    CombineStats sum = { 0 };

    for (uint32_t i = 0; parts->combines && i < parts->n_cores; i++) {
        const CombineStats *stats = &parts->combines[i].stats;

        sum.accesses += stats->accesses;
        sum.full_lines += stats->full_lines;
        sum.partial_lines += stats->partial_lines;
        sum.cache_lines += stats->cache_lines;
        sum.writes += stats->writes;
        sum.bytes += stats->bytes;
    }
    return sum;
}

CacheStats parts_level_stats(const Parts *parts, uint32_t level)
{
    CacheStats sum = { 0 };

    for (uint32_t i = 0; i < parts->levels[level].n_instances; i++) {
        const CacheStats stats = cache_stats(&parts->levels[level].instances[i]);

        cache_stats_add(&sum, &stats);
    }
    return sum;
}

TlbStats parts_tlb_stats(const Parts *parts)
{
    TlbStats sum = { .walks = 0 };

    for (uint32_t i = 0; i < parts->n_cores; i++) {
        const TlbStats *stats = &parts->tlbs[i].stats;

        for (uint32_t level = 0; level < TLB_LEVELS_MAX; level++) {
            sum.accesses[level] += stats->accesses[level];
            sum.misses[level] += stats->misses[level];
        }
        sum.walks += stats->walks;
        sum.walk_reads += stats->walk_reads;
        sum.wait_fs += stats->wait_fs;
    }
    return sum;
}
