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

void channel_grow_entries(Channel *channel)
{
    const int32_t from = channel->n_entries, to = from > 0 ? from * 2 : 64;

    channel->entries = g_renew(Entry, channel->entries, to);
    for (int32_t i = from; i < to; i++)
        channel->entries[i].next = i + 1 < to ? i + 1 : channel->free;
    channel->free = from;
    channel->n_entries = to;
}

static int earlier_order(const void *a, const void *b)
{
    const uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

    return (one > other) - (one < other);
}

void channel_number_again(Channel *channel)
{
    g_autoptr(GArray) in_window = g_array_new(FALSE, FALSE, sizeof(uint64_t));

    for (uint32_t b = 0; b < channel->timing.n_banks; b++)
        for (int dir = 0; dir < 2; dir++)
            for (int32_t i = channel->banks[b].lane[dir].head; i >= 0;
                 i = channel->entries[i].next) {
                const uint64_t item = (uint64_t)channel->entries[i].order << 32 | (uint32_t)i;

                g_array_append_val(in_window, item);
            }
    g_array_sort(in_window, earlier_order);
    for (guint i = 0; i < in_window->len; i++)
        channel->entries[(uint32_t)g_array_index(in_window, uint64_t, i)].order = (uint16_t)i;
    channel->next_order = in_window->len;
}

static void init_windows(Channel *channel, const DramConfig *config)
{
    assert((config->read_queue + config->write_queue) >> ORDER_BITS == 0);
    channel->free = channel->queue = NONE;
    channel_grow_entries(channel);
    channel->capacity[REQ_READ] = config->read_queue;
    channel->capacity[REQ_WRITE] = config->write_queue;
    channel->high = (uint32_t)floor(config->write_high * config->write_queue + 1e-9);
    channel->low = (uint32_t)ceil(config->write_low * config->write_queue - 1e-9);
    channel->mode_next = REQ_WRITE; /* no read waits */
}

static void init_banks(Channel *channel)
{
    const Timing *timing = &channel->timing;
    const Lane empty = { NONE, NONE, NONE, NONE };

    assert(timing->n_banks <= BANKS_MAX);
    channel->bank_words = (timing->n_banks + 63) / 64;
    channel->banks_of_rank_log2 = timing->bank_log2 + timing->rank_log2;
    channel->banks = g_new0(Bank, timing->n_banks);
    for (uint32_t b = 0; b < timing->n_banks; b++)
        channel->banks[b] = (Bank){ .lane = { empty, empty }, .active = NONE };
    channel->hit = g_new0(Claim, timing->n_banks);
    channel->close = g_new0(Claim, timing->n_banks);
    channel->open = g_new0(Claim, timing->n_banks);
    channel->active = g_new0(Active, timing->n_banks);
    channel->unit_open = g_new0(uint32_t, timing->n_units);
    channel->unit_active = g_new0(uint32_t, timing->n_units);
    if (channel->page == PAGE_TIMEOUT)
        channel->last_use = g_new0(Cycle, timing->n_banks);
}

/* Two commands of a bus are apart by more than its clocks only where a rule says so. */
static void init_buses(Channel *channel, const DramStandard *standard)
{
    channel->two_buses = standard->two_buses;
    for (Command command = 0; command < N_COMMANDS; command++) {
        const CommandSet holds = channel->timing.holds[command];

        channel->clocks[command] = standard->cycles[command] ? standard->cycles[command] : 1;
        channel->rising[command] = standard->rising >> command & 1;
        channel->disturbs[command] =
            (uint8_t)(((holds & SET_COLUMN) != 0) << BUS_COLUMN |
                      ((holds & (SET(ACT) | SET(PRE) | SET(REFPB))) != 0) << BUS_ROW);
    }
    channel->best[BUS_COLUMN].when = channel->best[BUS_ROW].when = CYCLE_NEVER;
    channel->stale[BUS_COLUMN] = channel->stale[BUS_ROW] = true;
}

/* ACT-2 comes before the transfer that tRCD after ACT-1 allows. */
static void init_parts(Channel *channel, const DramTiming *t, bool used)
{
    const uint32_t rcd = MIN(t->RCDRD, t->RCDWR);

    channel->parts = (TwoParts){
        .used = used,
        .activate_within = MIN(t->AAD, MAX(rcd, 2) - 1),
        .deadline = CYCLE_NEVER,
        .wck_after = { (Cycle)t->CL + t->BL + t->WCKPST, (Cycle)t->CWL + t->BL + t->WCKPST },
        .transfer = { .when = CYCLE_NEVER },
    };
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
    init_buses(channel, standard);
    init_parts(channel, t, standard->two_parts);
    channel->tCK_fs = config->tCK_fs;
    channel->read_cycles = t->CL + t->BL;
    channel->write_cycles = t->CWL + t->BL;
    channel->auto_close[REQ_READ] = t->RTP;
    channel->auto_close[REQ_WRITE] = t->CWL + t->BL + t->WR;
    channel->latency_cycles = (config->controller_latency_fs + config->tCK_fs - 1) / config->tCK_fs;
    channel->latency_fs = config->latency_fs;
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
    g_free(channel->hit);
    g_free(channel->close);
    g_free(channel->open);
    g_free(channel->active);
    g_free(channel->unit_open);
    g_free(channel->unit_active);
    g_free(channel->last_use);
    g_free(channel->ranks);
    bus_times_clear(&channel->buses);
    g_free(channel);
}

void channel_set_log(Channel *channel, CommandLog log, void *owner)
{
    channel->log = log;
    channel->log_owner = owner;
}
