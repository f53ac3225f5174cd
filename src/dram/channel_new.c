/*
 * channel_new - a channel's life: from its settings to its state, and its end.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <math.h>

#include "dram/ahead.h"
#include "dram/arb.h"
#include "dram/channel_parts.h"
#include "dram/lone.h"
#include "dram/streak.h"

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

static int earlier_order(const void *a, const void *b)
{
    const Entry *one = *(Entry *const *)a, *other = *(Entry *const *)b;

    return one->order - other->order;
}

void channel_number_again(Channel *channel)
{
    g_autoptr(GPtrArray) in_window = g_ptr_array_new();

    streak_leave_run(channel); /* which knows the order of another one */
    for (uint32_t b = 0; b < channel->timing.n_banks; b++)
        for (int dir = 0; dir < 2; dir++)
            for (Entry *entry = channel->lanes[dir][b].head; entry; entry = entry->next)
                g_ptr_array_add(in_window, entry);
    g_ptr_array_sort(in_window, earlier_order);
    for (guint i = 0; i < in_window->len; i++)
        ((Entry *)g_ptr_array_index(in_window, i))->order = (uint16_t)i;
    channel->next_order = in_window->len;
}

static void init_windows(Channel *channel, const DramConfig *config)
{
    assert((config->read_queue + config->write_queue) >> ORDER_BITS == 0);
    channel->capacity[REQ_READ] = config->read_queue;
    channel->capacity[REQ_WRITE] = config->write_queue;
    channel->high = (uint32_t)floor(config->write_high * config->write_queue + 1e-9);
    channel->low = MAX(1, (uint32_t)ceil(config->write_low * config->write_queue - 1e-9));
    channel->mode_next = REQ_WRITE; /* no read waits */
    const uint32_t n_entries =
        config->read_queue + config->write_queue + channel->timing.n_banks + 1;

    channel->entries = g_aligned_alloc0(n_entries, sizeof(Entry), HOST_LINE_BYTES);
    for (uint32_t i = n_entries; i-- > 0; channel->free = &channel->entries[i])
        channel->entries[i].next = channel->free;
    channel->queue =
        (WaitingQueue){ .ring = g_new(Waiting, WAITING_FIRST), .mask = WAITING_FIRST - 1 };
}

/* Eight places or more for each that may wait, so that most rows and writes have one of their own. */
static void init_hashes(Channel *channel)
{
    const uint32_t most = MAX(channel->capacity[REQ_READ], channel->capacity[REQ_WRITE]);
    const uint32_t log2 = (uint32_t)g_bit_storage(8 * (gulong)most);

    channel->hash_shift = 64 - log2;
    for (int dir = 0; dir < 2; dir++)
        channel->wants[dir] = g_new0(uint16_t, UINT32_C(1) << log2);
    channel->written = g_new0(uint16_t, UINT32_C(1) << log2);
}

static void init_banks(Channel *channel)
{
    const Timing *timing = &channel->timing;

    assert(timing->n_banks <= BANKS_MAX);
    channel->bank_words = (timing->n_banks + 63) / 64;
    channel->banks = g_new0(Bank, timing->n_banks);
    for (int dir = 0; dir < 2; dir++)
        channel->lanes[dir] = g_new0(Lane, timing->n_banks);
    init_hashes(channel);
    for (Kind kind = KIND_HIT; kind < N_CLAIM_KINDS; kind++) {
        channel->claims[kind] = g_new0(Claim, timing->n_banks);
        channel->picks[kind] = g_new0(Pick, timing->n_ranks);
    }
    channel->active = g_new0(Active, timing->n_banks);
    channel->unit_open = g_new0(uint32_t, timing->n_units);
    channel->unit_active = g_new0(uint32_t, timing->n_units);
    if (channel->page == PAGE_TIMEOUT)
        channel->last_use = g_new0(Cycle, timing->n_banks);
}

/* What a set of commands makes stale in some ranks. */
static uint64_t stale_by(CommandSet set, uint32_t ranks)
{
    return (set & SET_COLUMN ? STALE(KIND_HIT, ranks) : 0) |
           (set & SET(PRE) ? STALE(KIND_CLOSE, ranks) : 0) |
           (set & SET(ACT) ? STALE(KIND_OPEN, ranks) : 0);
}

/* Whether any command holds them up in other banks than its own. */
static bool is_held_up(const Timing *timing, CommandSet set)
{
    CommandSet held = 0;

    for (Command command = 0; command < N_COMMANDS; command++)
        held |= timing->holds[command];
    return (held & set) != 0;
}

static void init_buses(Channel *channel, const DramStandard *standard)
{
    const Timing *timing = &channel->timing;

    assert(timing->n_ranks <= RANKS_MAX);
    channel->two_buses = standard->two_buses;
    for (Command command = 0; command < N_COMMANDS; command++) {
        const bool whole_unit = command >= N_BANK_COMMANDS;

        channel->clocks[command] = timing_clocks(standard, command);
        channel->rising[command] = standard->rising >> command & 1;
        channel->disturbs[command] = stale_by(timing->holds[command], 1);
        channel->spreads[command] =
            stale_by(whole_unit ? timing->holds[command] : timing->beyond[command], ALL_RANKS);
    }
    channel->close_anywhere = !is_held_up(timing, SET(PRE));
    channel->n_closes = channel->close_anywhere ? 1 : timing->n_ranks;
    channel->close_log2 = channel->close_anywhere ? 31 : timing->banks_of_rank_log2;
    channel->best[KIND_ACTIVE] = &channel->active_pick;
    channel->best[KIND_OWN] = &channel->own_pick;
    for (Kind kind = KIND_HIT; kind < N_CLAIM_KINDS; kind++)
        channel->best[kind] = channel->picks[kind];
    channel_forget_picks(channel);
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
        .transfer = NO_PICK,
    };
}

Channel *channel_new(const DramConfig *config, const ChannelHooks *hooks, void *owner, Clock *clock,
                     uint32_t number, const Channel *like)
{
    const DramStandard *standard = standard_find(config->standard);
    const DramTiming *t = &config->timing;
    Channel *channel = g_new0(Channel, 1);

    timing_init(&channel->timing, config, standard, commands_used(config),
                like ? &like->timing : NULL);
    channel->arb = arb_find(dram_scheduler(config));
    assert(channel->arb && "a known scheduler");
    channel->page = config->page;
    channel->page_timeout = config->page_timeout;
    init_windows(channel, config);
    init_banks(channel);
    bus_times_init(&channel->buses, config, standard, &channel->timing);
    if (config->currents.VDD_V > 0) {
        channel->ranks = g_new0(RankTime, channel->buses.n_ranks);
        channel->closes = g_new0(Cycle, channel->timing.n_banks);
    }
    channel_init_refresh(channel, config, standard);
    channel->row_hit_cap = config->row_hit_cap;
    init_buses(channel, standard);
    init_parts(channel, t, standard->two_parts);
    streak_init(channel);
    lone_init(channel);
    channel->ahead.possible = config->channels > 1; /* else the clock lets it go on by itself */
    channel->tCK_fs = config->tCK_fs;
    channel->read_cycles = t->CL + t->BL;
    channel->write_cycles = t->CWL + t->BL;
    channel->auto_close[REQ_READ] = t->RTP;
    channel->auto_close[REQ_WRITE] = t->CWL + t->BL + t->WR;
    channel->latency_cycles = (config->controller_latency_fs + config->tCK_fs - 1) / config->tCK_fs;
    channel->latency_fs = config->latency_fs;
    channel->ticker.tick = channel_tick;
    channel->clock = clock;
    clock_add(clock, &channel->ticker, number);
    channel->hooks = hooks;
    channel->owner = owner;
    return channel;
}

void channel_free(Channel *channel)
{
    if (!channel)
        return;
    timing_clear(&channel->timing);
    g_aligned_free(channel->entries);
    g_free(channel->queue.ring);
    g_free(channel->banks);
    g_free(channel->lanes[REQ_READ]);
    g_free(channel->lanes[REQ_WRITE]);
    g_free(channel->wants[REQ_READ]);
    g_free(channel->wants[REQ_WRITE]);
    g_free(channel->written);
    for (Kind kind = KIND_HIT; kind < N_CLAIM_KINDS; kind++) {
        g_free(channel->claims[kind]);
        g_free(channel->picks[kind]);
    }
    g_free(channel->active);
    g_free(channel->unit_open);
    g_free(channel->unit_active);
    g_free(channel->last_use);
    g_free(channel->ranks);
    g_free(channel->closes);
    streak_clear(channel);
    ahead_clear(channel);
    bus_times_clear(&channel->buses);
    g_free(channel);
}

void channel_set_log(Channel *channel, CommandLog log, void *owner)
{
    channel->log = log;
    channel->log_owner = owner;
}
