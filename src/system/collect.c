/*
 * collect - from an outcome to the row of a point.  With collect_memory the one place that knows the names of the columns.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/collect.h"

#include <math.h>

#include "cache/traffic.h"
#include "system/collect_memory.h"

void collect_axes(Row *row, const PointSpec *point)
{
    for (uint32_t i = 0; i < point->n_axes; i++) {
        const AxisValue *axis = &point->axes[i];

        if (axis->kind == AXIS_NUMBER)
            row_add_real(row, axis->name, "", axis->number);
        else if (axis->kind == AXIS_BOOL)
            row_add_bool(row, axis->name, axis->number > 0);
        else
            row_add_text(row, axis->name, axis->text);
    }
}

static double ratio(double a, double b)
{
    return b > 0 ? a / b : NAN;
}

static void add_times(Row *row, const PointSpec *point, const Outcome *outcome,
                      const Analytic *analytic)
{
    const MachineSpec *machine = point->machine;

    row_add_text(row, "status", "ok");
    row_add_real(row, "time_s", "s", outcome->time_s);
    row_add_real(row, "roofline_time_s", "s", analytic->roofline_time_s);
    row_add_real(row, "slowdown", "1", ratio(outcome->time_s, analytic->roofline_time_s));
    row_add_text(row, "regime",
                 machine->timing ? regime_name(outcome_regime(outcome, machine->compute.overlap))
                                 : "untimed");
    row_add_text(row, "roofline_regime", regime_name(analytic->regime));
    row_add_real(row, "serial_time_s", "s", analytic->serial_time_s);
    row_add_real(row, "streaming_time_s", "s", analytic->streaming_time_s);
    row_add_real(row, "roofline_compute_time_s", "s", analytic->compute_time_s);
    row_add_real(row, "roofline_memory_time_s", "s", analytic->memory_time_s);
    row_add_real(row, "compute_busy_s", "s", outcome->compute_busy_s);
    row_add_real(row, "compute_starved_s", "s", outcome->compute_starved_s);
    row_add_real(row, "issue_held_s", "s", outcome->issue_held_s);
    if (machine->compute.scratch_B_per_s > 0)
        row_add_real(row, "compute_scratch_s", "s", outcome->compute_scratch_s);
}

static void add_work(Row *row, const Outcome *outcome, const Analytic *analytic)
{
    const double memory_bytes = (double)(outcome->memory.read_bytes + outcome->memory.write_bytes);
    const double bandwidth = ratio(memory_bytes, outcome->time_s);

    row_add_real(row, "flops", "FLOP", outcome->flops);
    row_add_count(row, "accesses", "1", outcome->accesses);
    row_add_count(row, "reads", "1", outcome->reads);
    row_add_count(row, "writes", "1", outcome->writes);
    row_add_count(row, "requested_bytes", "B", outcome->requested_bytes);
    row_add_real(row, "compulsory_bytes", "B", analytic->demand.compulsory_bytes);
    row_add_count(row, "memory_bytes", "B",
                  outcome->memory.read_bytes + outcome->memory.write_bytes);
    row_add_real(row, "intensity_flop_per_byte", "FLOP/B",
                 ratio(outcome->flops, analytic->demand.compulsory_bytes));
    row_add_real(row, "simulated_intensity_flop_per_byte", "FLOP/B",
                 ratio(outcome->flops, memory_bytes));
    row_add_real(row, "achieved_flop_per_s", "FLOP/s", ratio(outcome->flops, outcome->time_s));
    row_add_real(row, "memory_bandwidth_B_per_s", "B/s", bandwidth);
    row_add_real(row, "memory_bandwidth_utilization", "1", bandwidth / analytic->bandwidth_B_per_s);
    row_add_real(row, "avg_access_latency_s", "s", outcome->avg_access_latency_s);
}

static bool has_inclusive_below(const MachineSpec *machine, uint32_t level)
{
    bool inclusive = false;

    while (++level < machine->n_caches)
        inclusive = inclusive || machine->caches[level].inclusion == CACHE_INCLUSIVE;
    return inclusive;
}

typedef struct {
    const char *suffix;
    uint64_t value;
    bool on_demand;
} LevelCount;

/* Columns PREFIX_SUFFIX. */
static void add_counts(Row *row, const char *prefix, const char *unit, const LevelCount *counts,
                       size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g_autofree char *column = g_strdup_printf("%s_%s", prefix, counts[i].suffix);

        row_add_count(row, column, unit, counts[i].value);
        if (counts[i].on_demand)
            row_on_demand(row);
    }
}

/* What crosses the boundary between a level and the one below. */
static void add_traffic(Row *row, const char *prefix, const CacheConfig *cache,
                        const CacheStats *stats)
{
    const uint64_t fetched = cache_fetched_bytes(stats, cache);
    const uint64_t sent = cache_sent_bytes(stats, cache);
    const LevelCount bytes[] = { { "fetched_bytes", fetched, true },
                                 { "sent_bytes", sent, true },
                                 { "below_bytes", fetched + sent, true } };

    add_counts(row, prefix, "B", bytes, G_N_ELEMENTS(bytes));
}

/* How much of what a level has fetched was used. */
static void add_used(Row *row, const char *prefix, const CacheConfig *cache,
                     const CacheStats *stats)
{
    g_autofree char *fraction = g_strdup_printf("%s_useful_fraction", prefix);

    row_add_real(row, fraction, "1",
                 ratio((double)stats->used.bytes, (double)cache_fetched_bytes(stats, cache)));
    if (!cache->useful)
        row_on_demand(row);
    for (uint32_t i = 0; i <= USED_STEPS; i++) {
        g_autofree char *column = g_strdup_printf("%s_used_%u_%u", prefix, i, USED_STEPS);

        row_add_count(row, column, "1", stats->used.lines[i]);
        row_on_demand(row);
    }
}

/* The columns of a level, of all or of an array; those that say something only on some machines are asked for on the others. */
static void add_level(Row *row, const char *prefix, const PointSpec *point, uint32_t level,
                      const CacheStats *stats, bool useful)
{
    const MachineSpec *machine = point->machine;
    const CacheConfig *cache = &machine->caches[level];
    const uint64_t accesses = stats->reads + stats->writes;
    const LevelCount first[] = { { "accesses", accesses, false },
                                 { "hits", stats->hits, false },
                                 { "misses", stats->read_misses + stats->write_misses, false },
                                 { "writebacks", stats->writebacks, false } };
    const LevelCount kinds[] = { { "compulsory_misses", stats->kinds.compulsory, false },
                                 { "capacity_misses", stats->kinds.capacity, false },
                                 { "conflict_misses", stats->kinds.conflict, false } };
    const LevelCount sectors[] = { { "sector_misses", stats->sector_misses, false } };
    const LevelCount rest[] = { { "mshr_merges", stats->mshr_merges, false },
                                { "back_invalidations", stats->back_invalidations,
                                  !has_inclusive_below(machine, level) },
                                { "victims", stats->victims, cache->inclusion != CACHE_EXCLUSIVE },
                                { "reads", stats->reads, true },
                                { "writes", stats->writes, true },
                                { "read_misses", stats->read_misses, true },
                                { "write_misses", stats->write_misses, true },
                                { "fetches", stats->fetches, true } };
    g_autofree char *hit_rate = g_strdup_printf("%s_hit_rate", prefix);

    add_counts(row, prefix, "1", first, G_N_ELEMENTS(first));
    row_add_real(row, hit_rate, "1", ratio((double)stats->hits, (double)accesses));
    if (cache->classify)
        add_counts(row, prefix, "1", kinds, G_N_ELEMENTS(kinds));
    if (cache_config_sector(cache) < cache->line_bytes)
        add_counts(row, prefix, "1", sectors, G_N_ELEMENTS(sectors));
    add_counts(row, prefix, "1", rest, G_N_ELEMENTS(rest));
    add_traffic(row, prefix, cache, stats);
    if (parts_counts_used(point, level, useful))
        add_used(row, prefix, cache, stats);
}

/* What became of the prefetches of a level, and those of levels above that came to it. */
static void add_prefetches(Row *row, const char *prefix, const MachineSpec *machine, uint32_t level,
                           const CacheStats *stats)
{
    const LevelCount own[] = { { "prefetches", stats->prefetches, false },
                               { "useful_prefetches", stats->useful_prefetches, false },
                               { "late_prefetches", stats->late_prefetches, false },
                               { "useless_prefetches", stats->useless_prefetches, false },
                               { "dropped_prefetches", stats->dropped_prefetches, false } };
    const LevelCount from_above[] = { { "prefetch_reads", stats->prefetch_reads, false },
                                      { "prefetch_misses", stats->prefetch_misses, false } };

    if (machine->caches[level].prefetch.type != PREFETCH_NONE)
        add_counts(row, prefix, "1", own, G_N_ELEMENTS(own));
    if (machine_prefetches_above(machine, level))
        add_counts(row, prefix, "1", from_above, G_N_ELEMENTS(from_above));
}

static void add_levels(Row *row, const PointSpec *point, const Outcome *outcome)
{
    for (uint32_t level = 0; level < outcome->n_levels; level++) {
        g_autofree char *lower = g_ascii_strdown(point->machine->caches[level].name, -1);

        add_level(row, lower, point, level, &outcome->levels[level], outcome->useful);
        add_prefetches(row, lower, point->machine, level, &outcome->levels[level]);
    }
}

/* The same for an array, and what is asked of memory for it. */
static void add_array(Row *row, const PointSpec *point, const Outcome *outcome,
                      const ArrayCounts *array)
{
    const LevelCount requests[] = { { "mem_reads", array->memory.reads, true },
                                    { "mem_writes", array->memory.writes, true } };
    const LevelCount bytes[] = { { "mem_bytes", array->memory.bytes, true } };
    const guint from = row->values->len;

    for (uint32_t level = 0; level < outcome->n_levels; level++) {
        g_autofree char *lower = g_ascii_strdown(point->machine->caches[level].name, -1);
        g_autofree char *prefix = g_strdup_printf("%s_%s", array->name, lower);

        add_level(row, prefix, point, level, &array->levels[level], outcome->useful);
    }
    add_counts(row, array->name, "1", requests, G_N_ELEMENTS(requests));
    add_counts(row, array->name, "B", bytes, G_N_ELEMENTS(bytes));
    row_of_array(row, from, array->name);
}

/* A level's ceiling, and the operations for a byte that crosses its boundary to the level above (Yang, Kurth, Williams,
 * CCPE 32(20), 2020). */
static void add_roof(Row *row, const char *cache, double bandwidth_B_per_s, double flops,
                     uint64_t bytes_above)
{
    g_autofree char *lower = g_ascii_strdown(cache, -1);
    g_autofree char *bandwidth = g_strdup_printf("%s_peak_bandwidth_B_per_s", lower);
    g_autofree char *intensity = g_strdup_printf("%s_intensity_flop_per_byte", lower);

    row_add_real(row, bandwidth, "B/s", bandwidth_B_per_s);
    row_on_demand(row);
    row_add_real(row, intensity, "FLOP/B", ratio(flops, (double)bytes_above));
    row_on_demand(row);
}

static uint64_t bytes_below(const MachineSpec *machine, const Outcome *outcome, uint32_t level)
{
    const CacheConfig *cache = &machine->caches[level];
    const CacheStats *stats = &outcome->levels[level];

    return cache_fetched_bytes(stats, cache) + cache_sent_bytes(stats, cache);
}

/* What crosses the boundary between a level and what is above it; 0 where it is not known, for the halves of a split first
 * level. */
static uint64_t bytes_above(const MachineSpec *machine, const Outcome *outcome, uint32_t level)
{
    const bool split = machine_is_split(machine);

    if (level < 1u + split)
        return split ? 0 : outcome->requested_bytes;
    return bytes_below(machine, outcome, level - 1) +
           (split && level == 2 ? bytes_below(machine, outcome, 0) : 0);
}

/* What the hierarchical roofline is drawn from: on demand. */
static void add_roofs(Row *row, const PointSpec *point, const Outcome *outcome,
                      const Analytic *analytic)
{
    const MachineSpec *machine = point->machine;

    row_add_real(row, "peak_flop_per_s", "FLOP/s", analytic->peak_flop_per_s);
    row_on_demand(row);
    for (uint32_t level = 0; level < machine->n_caches; level++)
        add_roof(row, machine->caches[level].name,
                 level < analytic->n_levels ? analytic->levels[level].bandwidth_B_per_s : NAN,
                 outcome->flops, bytes_above(machine, outcome, level));
    row_add_real(row, "mem_peak_bandwidth_B_per_s", "B/s", analytic->bandwidth_B_per_s);
    row_on_demand(row);
}

static void add_combine(Row *row, const CombineStats *stats)
{
    const LevelCount counts[] = { { "writes", stats->accesses, false },
                                  { "full_lines", stats->full_lines, false },
                                  { "partial_lines", stats->partial_lines, false },
                                  { "cache_lines", stats->cache_lines, false } };

    add_counts(row, "wc", "1", counts, G_N_ELEMENTS(counts));
}

static void add_rest(Row *row, const PointSpec *point, const Outcome *outcome)
{
    g_autofree char *hash = outcome->dry ? g_strdup("") : point_hash(point);

    row_add_count(row, "events", "1", outcome->events);
    row_add_count(row, "seed", "1", point->workload->seed);
    row_add_text(row, "spec_hash", hash);
    row_add_real(row, "memory_time_s", "s", outcome->memory_time_s);
    row_on_demand(row);
    row_add_real(row, "wall_s", "s", outcome->wall_s);
    row_on_demand(row);
    row_add_real(row, "wall_accesses_per_s", "1/s",
                 ratio((double)outcome->accesses, outcome->wall_s));
    row_on_demand(row);
}

/* What address translation has counted. */
static void add_tlb(Row *row, const TlbConfig *config, const Outcome *outcome)
{
    const TlbStats *stats = &outcome->tlb;
    const LevelCount walks[] = { { "walks", stats->walks, false },
                                 { "walk_reads", stats->walk_reads, !config->walks_caches } };

    if (config->n_levels == 0)
        return;
    for (uint32_t level = 0; level < config->n_levels; level++) {
        const LevelCount counts[] = { { "accesses", stats->accesses[level], false },
                                      { "misses", stats->misses[level], false } };
        g_autofree char *prefix = g_strdup_printf("tlb%u", level + 1);

        add_counts(row, prefix, "1", counts, G_N_ELEMENTS(counts));
    }
    add_counts(row, "tlb", "1", walks, G_N_ELEMENTS(walks));
    row_add_real(row, "tlb_wait_s", "s", outcome->tlb_wait_s);
}

Row *collect_row(const PointSpec *point, const Outcome *outcome, const Analytic *analytic)
{
    Row *row = row_new();

    collect_axes(row, point);
    add_times(row, point, outcome, analytic);
    add_work(row, outcome, analytic);
    add_levels(row, point, outcome);
    if (point->machine->n_caches > 0 && workload_is_nontemporal(point->workload))
        add_combine(row, &outcome->combine);
    add_tlb(row, &point->machine->tlb, outcome);
    collect_add_memory(row, point, outcome);
    add_roofs(row, point, outcome, analytic);
    add_rest(row, point, outcome);
    for (uint32_t i = 0; i < outcome->n_arrays; i++)
        add_array(row, point, outcome, &outcome->arrays[i]);
    return row;
}
