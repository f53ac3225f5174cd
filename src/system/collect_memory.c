/*
 * collect_memory - the part of a row that memory has to say.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/collect_memory.h"

#include <math.h>

#include "cache/traffic.h"

/* Whether channels have been at work. */
static bool has_dram(const PointSpec *point)
{
    return point->machine->memory.type == MEMORY_DRAM && point->machine->timing;
}

static double quantile_s(const Memory *memory, double q)
{
    return tick_seconds(hist_quantile(memory->read_latency, q));
}

/* Channels move bursts: more than was asked for where a request is less than one, less where a write was merged or a read
 * served from a waiting write. */
static void collect_dram(Outcome *outcome, const Parts *parts, const RunTimes *times)
{
    const uint64_t burst = dram_burst_bytes(&parts->point->machine->memory.dram);

    outcome->dram = dram_report(parts->memory, times->end_fs);
    outcome->memory.read_bytes = outcome->dram.counts.reads * burst;
    outcome->memory.write_bytes = outcome->dram.counts.writes * burst;
}

void collect_memory(Outcome *outcome, const Parts *parts, const RunTimes *times)
{
    Memory *memory = parts->memory;

    outcome->memory = memory->stats;
    outcome->mem_avg_read_latency_s = hist_mean_fs(memory->read_latency) / (double)TICKS_PER_SECOND;
    outcome->mem_p99_read_latency_s = quantile_s(memory, 0.99);
    if (has_dram(parts->point))
        collect_dram(outcome, parts, times);
}

/* What a last level, or a half of it, has sent to memory. */
static void add_last(MemoryStats *memory, const CacheStats *last, const CacheConfig *config)
{
    memory->reads += last->fetches;
    memory->read_bytes += cache_fetched_bytes(last, config);
    memory->writes += last->writebacks + last->passed;
    memory->write_bytes += cache_sent_bytes(last, config);
}

void collect_counted_memory(Outcome *outcome, const Parts *parts)
{
    MemoryStats *memory = &outcome->memory;

    outcome->mem_avg_read_latency_s = outcome->mem_p99_read_latency_s = NAN;
    if (parts->n_levels == 0) {
        const uint64_t walk_reads = outcome->tlb.walk_reads;

        memory->reads = outcome->reads + walk_reads;
        memory->writes = outcome->writes;
        memory->read_bytes = outcome->requested_bytes +
                             walk_reads * TLB_ENTRY_BYTES; /* and written: only the sum is shown */
        return;
    }
    for (uint32_t i = 0; i < parts->n_levels; i++)
        if (machine_below(parts->point->machine, i) == parts->n_levels)
            add_last(memory, &outcome->levels[i], &parts->point->machine->caches[i]);
    memory->writes += outcome->combine.writes;
    memory->write_bytes += outcome->combine.bytes;
}

static double ratio(double a, double b)
{
    return b > 0 ? a / b : NAN;
}

static void add_rows(Row *row, const ChannelStats *stats)
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

/* What the data buses do, as the mean of one: the columns add up to the time in clock cycles. */
static void add_buses(Row *row, const DramReport *report)
{
    static const char *const names[N_BUS_USES] = {
        [USE_DATA] = "mem_bus_data_s",       [USE_TURNAROUND] = "mem_bus_turnaround_s",
        [USE_GROUP] = "mem_bus_group_s",     [USE_ROW] = "mem_bus_row_s",
        [USE_REFRESH] = "mem_bus_refresh_s", [USE_IDLE] = "mem_bus_idle_s",
    };

    for (int use = 0; use < N_BUS_USES; use++)
        row_add_real(row, names[use], "s", report->bus_s[use] / MAX(report->n_buses, 1));
}

static void add_queues(Row *row, const DramReport *report)
{
    row_add_real(row, "mem_read_queue_mean", "1", report->read_queue_mean);
    row_add_count(row, "mem_read_queue_max", "1", report->read_queue_max);
    row_add_real(row, "mem_write_queue_mean", "1", report->write_queue_mean);
    row_add_count(row, "mem_write_queue_max", "1", report->write_queue_max);
}

static void add_energy(Row *row, const DramEnergy *energy)
{
    row_add_real(row, "mem_energy_J", "J", dram_energy_J(energy));
    row_add_real(row, "mem_energy_activate_J", "J", energy->activate_J);
    row_add_real(row, "mem_energy_read_J", "J", energy->read_J);
    row_add_real(row, "mem_energy_write_J", "J", energy->write_J);
    row_add_real(row, "mem_energy_refresh_J", "J", energy->refresh_J);
    row_add_real(row, "mem_energy_background_J", "J", energy->background_J);
}

void collect_add_memory(Row *row, const PointSpec *point, const Outcome *outcome)
{
    const bool dram = has_dram(point);
    const DramReport *report = &outcome->dram;

    row_add_count(row, "mem_reads", "1", outcome->memory.reads);
    row_add_count(row, "mem_writes", "1", outcome->memory.writes);
    row_add_real(row, "mem_avg_read_latency_s", "s", outcome->mem_avg_read_latency_s);
    if (dram) {
        row_add_real(row, "mem_p50_read_latency_s", "s", report->read_latency_p50_s);
        row_add_real(row, "mem_p95_read_latency_s", "s", report->read_latency_p95_s);
    }
    row_add_real(row, "mem_p99_read_latency_s", "s", outcome->mem_p99_read_latency_s);
    if (!dram)
        return;
    row_add_real(row, "mem_max_read_latency_s", "s", report->read_latency_max_s);
    add_rows(row, &report->counts);
    add_buses(row, report);
    add_queues(row, report);
    if (point->machine->memory.dram.currents.VDD_V > 0)
        add_energy(row, &report->energy);
}
