/*
 * channel_new - a channel's life: from its settings to its state, and its end.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <math.h>

#include "dram/arb.h"
#include "dram/channel_parts.h"

static CommandSet commands_used(const DramConfig *config)
{
    CommandSet used = SET(RD) | SET(WR) | SET(ACT) | SET(PRE);

    if (config->page == PAGE_CLOSED)
        used |= SET(RDA) | SET(WRA);
    if (config->refresh == REFRESH_ALL_BANK)
        used |= SET(PREA) | SET(REFAB);
    if (config->refresh == REFRESH_PER_BANK)
        used |= SET(REFPB);
    return used;
}

static void init_windows(Channel *channel, const DramConfig *config)
{
    const uint32_t n_entries = config->read_queue + config->write_queue + channel->timing.n_banks;

    channel->entries = g_new0(Entry, n_entries);
    for (uint32_t i = 0; i < n_entries; i++)
        channel->entries[i].next = i + 1 < n_entries ? (int16_t)(i + 1) : (int16_t)NONE;
    channel->capacity[REQ_READ] = config->read_queue;
    channel->capacity[REQ_WRITE] = config->write_queue;
    channel->high = (uint32_t)floor(config->write_high * config->write_queue + 1e-9);
    channel->low = (uint32_t)ceil(config->write_low * config->write_queue - 1e-9);
    channel->queue_size = 64;
    channel->queue = g_new(Waiting, channel->queue_size);
}

static void init_banks(Channel *channel)
{
    const Timing *timing = &channel->timing;
    const Lane empty = { NONE, NONE, NONE, NONE };

    assert(timing->n_banks <= BANKS_MAX);
    channel->bank_words = (timing->n_banks + 63) / 64;
    channel->banks = g_new0(Bank, timing->n_banks);
    for (uint32_t b = 0; b < timing->n_banks; b++)
        channel->banks[b] = (Bank){ .lane = { empty, empty }, .active = NONE };
    for (int dir = 0; dir < 2; dir++) {
        channel->hit[dir] = g_new0(Candidate, timing->n_banks);
        channel->other[dir] = g_new0(Candidate, timing->n_banks);
    }
    channel->open = g_new0(Candidate, timing->n_banks);
    channel->unit_open = g_new0(uint32_t, timing->n_units);
    channel->unit_active = g_new0(uint32_t, timing->n_units);
    if (channel->page == PAGE_TIMEOUT)
        channel->last_use = g_new0(Cycle, timing->n_banks);
}

Channel *channel_new(const DramConfig *config, const ChannelHooks *hooks, void *owner, Sim *sim)
{
    const DramStandard *standard = standard_find(config->standard);
    const DramTiming *t = &config->timing;
    Channel *channel = g_new0(Channel, 1);

    timing_init(&channel->timing, config, standard, commands_used(config));
    channel->arb = arb_find(config->scheduler ? config->scheduler : "frfcfs");
    assert(channel->arb && "a known scheduler");
    channel->page = config->page;
    channel->page_timeout = config->page_timeout;
    init_windows(channel, config);
    init_banks(channel);
    bus_times_init(&channel->buses, config, standard, &channel->timing);
    if (config->currents.VDD_V > 0)
        channel->ranks = g_new0(RankTime, channel->buses.n_ranks);
    channel_init_refresh(channel, config, standard);
    channel->row_hit_cap = config->row_hit_cap;
    channel->two_buses = standard->two_buses;
    for (Command command = 0; command < N_COMMANDS; command++)
        channel->clocks[command] = standard->cycles[command] ? standard->cycles[command] : 1;
    channel->tCK_fs = config->tCK_fs;
    channel->read_cycles = t->CL + t->BL;
    channel->write_cycles = t->CWL + t->BL;
    channel->auto_close[REQ_READ] = t->RTP;
    channel->auto_close[REQ_WRITE] = t->CWL + t->BL + t->WR;
    channel->latency_cycles = (config->controller_latency_fs + config->tCK_fs - 1) / config->tCK_fs;
    channel->latency_fs = config->latency_fs;
    channel->best[BUS_COLUMN].when = channel->best[BUS_ROW].when = CYCLE_NEVER;
    channel->wake_fs = TICK_PENDING;
    channel->event = (Event){ .fire = channel_fires, .owner = channel };
    channel->sim = sim;
    channel->hooks = hooks;
    channel->owner = owner;
    return channel;
}

void channel_free(Channel *channel)
{
    if (!channel)
        return;
    timing_clear(&channel->timing);
    g_free(channel->entries);
    g_free(channel->banks);
    for (int dir = 0; dir < 2; dir++) {
        g_free(channel->hit[dir]);
        g_free(channel->other[dir]);
    }
    g_free(channel->open);
    g_free(channel->unit_open);
    g_free(channel->unit_active);
    g_free(channel->last_use);
    g_free(channel->ranks);
    bus_times_clear(&channel->buses);
    g_free(channel->queue);
    g_free(channel);
}

void channel_set_log(Channel *channel, CommandLog log, void *owner)
{
    channel->log = log;
    channel->log_owner = owner;
}
