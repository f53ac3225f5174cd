/*
 * outcome - what a run has shown, from the counters of its components.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/outcome.h"

#include <math.h>

#include "system/collect_memory.h"

static double fine_seconds(FineTime t)
{
    return ((double)(uint64_t)(t >> 64) + (double)(uint64_t)t * 0x1p-64) / (double)TICKS_PER_SECOND;
}

static void sum_cores(Outcome *outcome, const Parts *parts)
{
    FineTime busy = 0, starved = 0, held = 0, scratch = 0, latency_fs = 0;
    uint32_t working = 0;

    for (uint32_t i = 0; i < parts->n_cores; i++) {
        const CoreStats stats = core_stats(parts->cores[i]);

        working += stats.accesses > 0 || core_operated(parts->cores[i]) > 0;
        busy += stats.busy;
        starved += stats.starved;
        held += stats.held;
        scratch += stats.scratch;
        latency_fs += stats.latency_fs;
        if (parts->tlbs)
            latency_fs += parts->tlbs[i].stats.wait_fs;
        outcome->accesses += stats.accesses;
        outcome->reads += stats.reads;
        outcome->writes += stats.writes;
        outcome->requested_bytes += stats.requested_bytes;
        for (uint32_t j = 0; j < parts->n_streams; j++)
            outcome->flops +=
                (double)core_stream_bytes(parts->cores[i], j) * parts->flops_per_byte[j];
    }
    outcome->compute_busy_s = fine_seconds(busy / MAX(working, 1));
    outcome->compute_starved_s = fine_seconds(starved / MAX(working, 1));
    outcome->issue_held_s = fine_seconds(held / MAX(working, 1));
    outcome->compute_scratch_s = fine_seconds(scratch / MAX(working, 1));
    if (parts->tlbs) {
        outcome->tlb = parts_tlb_stats(parts);
        outcome->tlb_wait_s = fine_seconds(outcome->tlb.wait_fs / MAX(working, 1) << 64);
    }
    if (outcome->accesses)
        outcome->avg_access_latency_s =
            (double)latency_fs / (double)outcome->accesses / (double)TICKS_PER_SECOND;
}

static void sum_counts(Outcome *outcome, const Parts *parts)
{
    *outcome =
        (Outcome){ .n_levels = parts->n_levels, .useful = parts->useful, .memory_time_s = NAN };
    sum_cores(outcome, parts);
    outcome->combine = parts_combine_stats(parts);
    outcome->levels = g_new0(CacheStats, parts->n_levels);
    for (uint32_t level = 0; level < parts->n_levels; level++)
        outcome->levels[level] = parts_level_stats(parts, level);
    if (parts->regions)
        outcome->arrays = array_counts_new(parts, &outcome->n_arrays);
    outcome->counted = parts->footprint != NULL;
    if (outcome->counted)
        outcome->counts = footprint_counts(parts->footprint);
}

void outcome_init(Outcome *outcome, const Parts *parts, const RunTimes *times)
{
    sum_counts(outcome, parts);
    outcome->time_s = tick_seconds(times->end_fs - times->start_fs);
    outcome->events = times->events;
    collect_memory(outcome, parts, times);
}

void outcome_init_counted(Outcome *outcome, const Parts *parts)
{
    sum_counts(outcome, parts);
    outcome->time_s = outcome->avg_access_latency_s = NAN;
    outcome->compute_busy_s = outcome->compute_starved_s = outcome->issue_held_s = NAN;
    outcome->compute_scratch_s = NAN;
    outcome->tlb_wait_s = NAN;
    collect_counted_memory(outcome, parts);
}

void outcome_clear(Outcome *outcome)
{
    g_clear_pointer(&outcome->levels, g_free);
    array_counts_free(outcome->arrays, outcome->n_arrays);
    outcome->arrays = NULL;
    outcome->n_arrays = 0;
}

Demand outcome_demand(const Outcome *outcome)
{
    return (Demand){ .accesses = (double)outcome->counts.accesses,
                     .reads = (double)outcome->counts.reads,
                     .writes = (double)outcome->counts.writes,
                     .flops = outcome->flops,
                     .requested_bytes = (double)outcome->counts.requested_bytes,
                     .compulsory_bytes = (double)(outcome->counts.read_first_bytes +
                                                  outcome->counts.written_bytes) };
}

Regime outcome_regime(const Outcome *outcome, bool overlap)
{
    const double compute = overlap ? outcome->issue_held_s : outcome->compute_busy_s;
    const double memory =
        overlap ? outcome->compute_starved_s : outcome->time_s - outcome->compute_busy_s;

    if (fabs(compute - memory) < 0.05 * outcome->time_s)
        return REGIME_BALANCED;
    return compute > memory ? REGIME_COMPUTE : REGIME_MEMORY;
}
