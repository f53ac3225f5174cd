/*
 * array_counts - the counters of each array.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/array_counts.h"

#include "cache/traffic.h"
#include "cache/watch.h"
#include "spec/arrays.h"

static void add_array(void *regions, const char *name, uint64_t from_addr, uint64_t bytes)
{
    regions_add(regions, name, from_addr, bytes);
}

Regions *arrays_of(const WorkloadSpec *workload)
{
    Regions *regions = regions_new();

    workload_each_array(workload, add_array, regions);
    return regions;
}

static ArrayCounts *counts_of(const Regions *regions, uint32_t n_levels)
{
    const uint32_t others = regions_others(regions);
    ArrayCounts *counts = g_new0(ArrayCounts, others + 1);

    for (uint32_t i = 0; i <= others; i++) {
        counts[i].name = g_strdup(i < others ? regions->names->pdata[i] : "other");
        counts[i].levels = g_new0(CacheStats, n_levels);
    }
    return counts;
}

static void add_level(const Parts *parts, uint32_t level, ArrayCounts *counts)
{
    const uint32_t n = regions_others(parts->regions) + 1;
    CacheStats *sums = g_new0(CacheStats, n);

    for (uint32_t i = 0; i < parts->levels[level].n_instances; i++)
        watch_add_regions(&parts->levels[level].instances[i], sums);
    for (uint32_t i = 0; i < n; i++)
        counts[i].levels[level] = sums[i];
    g_free(sums);
}

/* What a last level has asked of memory. */
static void add_last(RegionCount *memory, const CacheStats *last, const CacheConfig *config)
{
    memory->reads += last->fetches;
    memory->writes += last->writebacks + last->passed;
    memory->bytes += cache_fetched_bytes(last, config) + cache_sent_bytes(last, config);
}

/* What a core has asked of memory itself. */
static void add_core(const Parts *parts, uint32_t core, ArrayCounts *counts)
{
    const RegionTally *tally = parts_tally(parts, core);

    if (tally)
        for (uint32_t i = 0; i <= regions_others(parts->regions); i++) {
            const RegionCount *count = &tally->counts[i];

            counts[i].memory.reads += count->reads;
            counts[i].memory.writes += count->writes;
            counts[i].memory.bytes += count->bytes;
        }
}

ArrayCounts *array_counts_new(const Parts *parts, uint32_t *n)
{
    const MachineSpec *machine = parts->point->machine;
    ArrayCounts *counts = counts_of(parts->regions, parts->n_levels);

    *n = regions_others(parts->regions) + 1;
    for (uint32_t level = 0; level < parts->n_levels; level++) {
        add_level(parts, level, counts);
        for (uint32_t i = 0; i < *n; i++)
            if (machine_below(machine, level) == parts->n_levels)
                add_last(&counts[i].memory, &counts[i].levels[level], &machine->caches[level]);
    }
    for (uint32_t core = 0; core < parts->n_cores; core++)
        add_core(parts, core, counts);
    return counts;
}

ArrayCounts *array_counts_dry(const PointSpec *point, uint32_t *n)
{
    Regions *regions = arrays_of(point->workload);
    ArrayCounts *counts = counts_of(regions, point->machine->n_caches);

    *n = regions_others(regions) + 1;
    regions_free(regions);
    return counts;
}

void array_counts_free(ArrayCounts *counts, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        g_free(counts[i].name);
        g_free(counts[i].levels);
    }
    g_free(counts);
}
