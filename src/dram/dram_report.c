/*
 * dram_report - what a memory of DRAM channels has done: sums over the channels.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "dram/channel_state.h"
#include "dram/dram.h"

static Cycle cycle_of(const Channel *channel, Tick now)
{
    return (now + channel->tCK_fs - 1) / channel->tCK_fs;
}

const ChannelStats *channel_stats(const Channel *channel)
{
    return &channel->stats;
}

/* What of closed rows of the rank lies ahead of now, of all banks together: precharges of RDA, WRA to come. */
static Cycle rows_ahead(const Channel *channel, uint32_t rank, Cycle now)
{
    const uint32_t log2 = channel->timing.banks_of_rank_log2;
    Cycle ahead = 0;

    for (uint32_t b = rank << log2; b < (rank + 1) << log2; b++)
        ahead += MAX(channel->closes[b], now) - now;
    return ahead;
}

void channel_reset_stats(Channel *channel, Tick now)
{
    const Cycle cycle = cycle_of(channel, now);

    channel_settle(channel, now);
    channel->stats = (ChannelStats){ 0 };
    channel->stats_from = cycle;
    for (int dir = 0; dir < 2; dir++) {
        channel->queued[dir] = -cycle * channel->size[dir];
        channel->queued_max[dir] = channel->size[dir];
    }
    bus_times_reset(&channel->buses, cycle);
    for (uint32_t rank = 0; channel->ranks && rank < channel->buses.n_ranks; rank++)
        rank_reset(&channel->ranks[rank], cycle, rows_ahead(channel, rank, cycle));
}

static void add_counts(ChannelStats *sum, const ChannelStats *s)
{
    sum->reads += s->reads;
    sum->writes += s->writes;
    sum->forwarded += s->forwarded;
    sum->merged += s->merged;
    sum->row_hits += s->row_hits;
    sum->row_misses += s->row_misses;
    sum->row_conflicts += s->row_conflicts;
    sum->activates += s->activates;
    sum->precharges += s->precharges;
    sum->refreshes += s->refreshes;
    sum->decisions += s->decisions;
    sum->last_write_fs = MAX(sum->last_write_fs, s->last_write_fs);
}

ChannelStats dram_stats(Memory *memory, Tick now)
{
    ChannelStats sum = { 0 };

    for (uint32_t i = 0; i < dram_n_channels(memory); i++) {
        channel_settle(dram_channel(memory, i), now);
        add_counts(&sum, channel_stats(dram_channel(memory, i)));
    }
    return sum;
}

void dram_reset_stats(Memory *memory, Tick now)
{
    for (uint32_t i = 0; i < dram_n_channels(memory); i++)
        channel_reset_stats(dram_channel(memory, i), now);
}

static void add_buses(DramReport *report, const Channel *channel, Cycle now)
{
    for (uint32_t i = 0; i < channel->buses.n_buses; i++) {
        Cycle cycles[N_BUS_USES];

        bus_time_until(&channel->buses.bus[i], now, cycles);
        for (int use = 0; use < N_BUS_USES; use++)
            report->bus_cycles[use] += cycles[use];
    }
    report->n_buses += channel->buses.n_buses;
}

/* Entries of a window, over the time since the reset. */
static double queue_mean(const Channel *channel, ReqOp dir, Cycle now)
{
    const Cycle past = now - channel->stats_from;
    const uint64_t queued = channel->queued[dir] + now * channel->size[dir];

    return past ? (double)queued / (double)past : 0.0;
}

static void add_queues(DramReport *report, const Channel *channel, Cycle now)
{
    report->read_queue_mean += queue_mean(channel, REQ_READ, now);
    report->write_queue_mean += queue_mean(channel, REQ_WRITE, now);
    report->read_queue_max = MAX(report->read_queue_max, channel->queued_max[REQ_READ]);
    report->write_queue_max = MAX(report->write_queue_max, channel->queued_max[REQ_WRITE]);
}

/* Add rank-cycles with a bank open or refreshed, and bank-cycles with a row open. */
static void add_active(const Channel *channel, Cycle now, Cycle *active, Cycle *open)
{
    for (uint32_t rank = 0; rank < channel->buses.n_ranks; rank++) {
        const RankTime *time = &channel->ranks[rank];

        *active += rank_active_until(time, now);
        *open += rank_rows_until(time, now, rows_ahead(channel, rank, now));
    }
}

/* How much of a rank's refresh one refresh command is. */
static double rank_share(const DramConfig *config, const Channel *channel)
{
    if (config->refresh == REFRESH_PER_BANK)
        return (double)channel->rotation.n_ranks / channel->rotation.n_targets;
    return (double)channel->buses.n_ranks / channel->timing.n_units;
}

static void add_energy(DramReport *report, const DramConfig *config, Memory *memory, Cycle now)
{
    const Channel *first = dram_channel(memory, 0);
    const double clock_s = tick_seconds(config->tCK_fs);
    Cycle active = 0, open = 0;

    if (!first->ranks)
        return;
    for (uint32_t i = 0; i < dram_n_channels(memory); i++)
        add_active(dram_channel(memory, i), now, &active, &open);
    const double rank_cycles =
        (double)report->cycles * first->buses.n_ranks * dram_n_channels(memory);
    const EnergyCounts counts = {
        .activates = report->counts.activates,
        .reads = report->counts.reads,
        .writes = report->counts.writes,
        .refreshes = (double)report->counts.refreshes * rank_share(config, first),
        .active_s = (double)active * clock_s,
        .standby_s = (rank_cycles - (double)active) * clock_s,
        .open_s = (double)open * clock_s,
    };

    report->has_energy = true;
    report->energy = energy_of(config, &counts);
}

DramReport dram_report(Memory *memory, Tick now)
{
    DramReport report = { .counts = dram_stats(memory, now) };
    const DramConfig *config = dram_config_of(memory);
    const Hist *latency = memory->read_latency;
    const uint32_t n = dram_n_channels(memory);
    const Cycle cycle = cycle_of(dram_channel(memory, 0), now);

    report.cycles = cycle - dram_channel(memory, 0)->stats_from;
    for (uint32_t i = 0; i < n; i++) {
        add_buses(&report, dram_channel(memory, i), cycle);
        add_queues(&report, dram_channel(memory, i), cycle);
    }
    report.read_queue_mean /= n;
    report.write_queue_mean /= n;
    for (int use = 0; use < N_BUS_USES; use++)
        report.bus_s[use] = (double)report.bus_cycles[use] * tick_seconds(config->tCK_fs);
    report.read_latency_p50_s = tick_seconds(hist_quantile(latency, 0.50));
    report.read_latency_p95_s = tick_seconds(hist_quantile(latency, 0.95));
    report.read_latency_max_s = tick_seconds(latency->max_fs);
    add_energy(&report, config, memory, cycle);
    return report;
}
