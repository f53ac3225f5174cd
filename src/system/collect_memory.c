/*
 * collect_memory - the part of a row that memory has to say.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/collect_memory.h"

#include <math.h>

static bool has_dram(const PointSpec *point)
{
    return point->machine->memory.type == MEMORY_DRAM;
}

static double quantile_s(const Memory *memory, double q)
{
    return tick_seconds(hist_quantile(memory->read_latency, q));
}

void collect_memory(Outcome *outcome, const Parts *parts, const RunTimes *times)
{
    Memory *memory = parts->memory;

    outcome->memory = memory->stats;
    outcome->mem_avg_read_latency_s = hist_mean_fs(memory->read_latency) / (double)TICKS_PER_SECOND;
    outcome->mem_p99_read_latency_s = quantile_s(memory, 0.99);
    if (!has_dram(parts->point))
        return;
    outcome->mem_p50_read_latency_s = quantile_s(memory, 0.5);
    outcome->mem_p95_read_latency_s = quantile_s(memory, 0.95);
    outcome->mem_max_read_latency_s = tick_seconds(memory->read_latency->max_fs);
    outcome->dram = dram_stats(memory, times->end_fs);
}

static double ratio(double a, double b)
{
    return b > 0 ? a / b : NAN;
}

static void add_dram(Row *row, const ChannelStats *stats)
{
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {
        { "mem_row_hits", stats->row_hits },           { "mem_row_misses", stats->row_misses },
        { "mem_row_conflicts", stats->row_conflicts }, { "mem_activates", stats->activates },
        { "mem_precharges", stats->precharges },       { "mem_refreshes", stats->refreshes }
    };
    const uint64_t begun = stats->row_hits + stats->row_misses + stats->row_conflicts;

    row_add_real(row, "mem_row_hit_rate", "1", ratio((double)stats->row_hits, (double)begun));
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
        row_add_count(row, counts[i].name, "1", counts[i].value);
}

void collect_add_memory(Row *row, const PointSpec *point, const Outcome *outcome)
{
    const bool dram = has_dram(point);

    row_add_count(row, "mem_reads", "1", outcome->memory.reads);
    row_add_count(row, "mem_writes", "1", outcome->memory.writes);
    row_add_real(row, "mem_avg_read_latency_s", "s", outcome->mem_avg_read_latency_s);
    if (dram) {
        row_add_real(row, "mem_p50_read_latency_s", "s", outcome->mem_p50_read_latency_s);
        row_add_real(row, "mem_p95_read_latency_s", "s", outcome->mem_p95_read_latency_s);
    }
    row_add_real(row, "mem_p99_read_latency_s", "s", outcome->mem_p99_read_latency_s);
    if (!dram)
        return;
    row_add_real(row, "mem_max_read_latency_s", "s", outcome->mem_max_read_latency_s);
    add_dram(row, &outcome->dram);
}
