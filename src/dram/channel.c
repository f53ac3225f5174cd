/*
 * channel - windows, banks, modes, refresh: what the controller does with the schedulers' picks.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/channel.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "dram/arb.h"
#include "dram/channel_state.h"

static void channel_fires(Event *event, Tick now);

/* ---- lanes ---- */

static inline void set_bit(uint64_t *words, uint32_t bit)
{
    words[bit / 64] |= UINT64_C(1) << (bit % 64);
}

static inline void clear_bit(uint64_t *words, uint32_t bit)
{
    words[bit / 64] &= ~(UINT64_C(1) << (bit % 64));
}

/* The first entry from index on that is (or is not) for the row. */
static int16_t find_row(const Channel *channel, int16_t index, uint32_t row, bool same)
{
    while (index >= 0 && (channel->entries[index].row == row) != same)
        index = channel->entries[index].next;
    return index;
}

/* The bank has been opened or closed. */
static void lane_renew(const Channel *channel, const Bank *bank, Lane *lane)
{
    lane->hit = bank->open ? find_row(channel, lane->head, bank->row, true) : (int16_t)NONE;
    lane->miss = bank->open ? find_row(channel, lane->head, bank->row, false) : lane->head;
}

static void lane_append(Channel *channel, uint32_t b, int16_t index)
{
    Entry *entry = &channel->entries[index];
    Bank *bank = &channel->banks[b];
    Lane *lane = &bank->lane[entry->op];
    const bool hit = bank->open && bank->row == entry->row;

    entry->next = NONE;
    entry->before = lane->tail;
    if (lane->tail >= 0)
        channel->entries[lane->tail].next = index;
    else {
        lane->head = index;
        set_bit(channel->waiting[entry->op], b);
    }
    lane->tail = index;
    if (hit && lane->hit < 0)
        lane->hit = index;
    if (!hit && lane->miss < 0)
        lane->miss = index;
}

static void lane_remove(Channel *channel, uint32_t b, int16_t index)
{
    const Entry *entry = &channel->entries[index];
    Lane *lane = &channel->banks[b].lane[entry->op];

    if (lane->hit == index)
        lane->hit = find_row(channel, entry->next, entry->row, true);
    if (entry->before >= 0)
        channel->entries[entry->before].next = entry->next;
    else
        lane->head = entry->next;
    if (entry->next >= 0)
        channel->entries[entry->next].before = entry->before;
    else
        lane->tail = entry->before;
    if (lane->head < 0)
        clear_bit(channel->waiting[entry->op], b);
}

/* ---- the direction that is served ---- */

static ReqOp look_at_sizes(const Channel *channel)
{
    const uint32_t reads = channel->size[REQ_READ], writes = channel->size[REQ_WRITE];

    if (channel->mode == REQ_READ)
        return writes > channel->high || reads == 0 ? REQ_WRITE : REQ_READ;
    return writes < channel->low && reads > 0 ? REQ_READ : REQ_WRITE;
}

/* Clock edges up to this one have passed: the controller has looked at the sizes, unless a refresh was due. */
static inline void mode_passed(Channel *channel, Cycle passed)
{
    if (passed > channel->mode_since && channel->mode_since + 1 < channel->next_refresh)
        channel->mode = channel->mode_next;
}

static inline void size_changed(Channel *channel, ReqOp dir, uint32_t size, Cycle now)
{
    channel->size[dir] = size;
    channel->mode_since = now;
    channel->mode_next = look_at_sizes(channel);
}

/* ---- choosing ---- */

/* Something has happened to the bank. */
static inline void renew(Channel *channel, uint32_t b)
{
    const uint64_t bit = UINT64_C(1) << (b % 64);

    for (ReqOp dir = REQ_READ; dir <= REQ_WRITE; dir++)
        if ((channel->waiting[dir][b / 64] | channel->hits[dir][b / 64] |
             channel->others[dir][b / 64]) &
            bit)
            channel->arb->renew(channel, b, dir);
    if (channel->banks[b].active >= 0)
        arb_renew_open(channel, b);
}

static bool is_empty(const Channel *channel)
{
    return channel->size[REQ_READ] + channel->size[REQ_WRITE] + channel->n_active == 0;
}

static void consider_refresh(Channel *channel)
{
    const uint32_t unit = channel->refresh_unit;
    const Command command = channel->unit_open[unit] ? CMD_PREA : CMD_REFAB;

    if (channel->unit_active[unit])
        return;
    pick_consider(&channel->best[BUS_ROW],
                  cycle_max(cycle_max(channel->next_refresh, channel->bus_free[BUS_ROW]),
                            timing_unit(&channel->timing, command, unit)),
                  KEY_REFRESH, NONE, command, unit);
}

static void choose(Channel *channel)
{
    channel->arb->choose(channel);
    if (channel->best[BUS_ROW].when >= channel->next_refresh &&
        channel->next_refresh != CYCLE_NEVER)
        consider_refresh(channel);
}

static Tick next_wake(const Channel *channel)
{
    const Cycle when = MIN(channel->best[BUS_COLUMN].when, channel->best[BUS_ROW].when);

    return when == CYCLE_NEVER ? TICK_PENDING : when * channel->tCK_fs;
}

/* ---- issuing ---- */

static void open_bank(Channel *channel, uint32_t b, int16_t index)
{
    Bank *bank = &channel->banks[b];
    const uint32_t unit = timing_unit_of(&channel->timing, b);

    assert(!bank->open && bank->active < 0);
    bank->open = true;
    bank->row = channel->entries[index].row;
    bank->hits = 0;
    bank->active = index;
    set_bit(channel->active, b);
    channel->n_active++;
    channel->unit_open[unit]++;
    channel->unit_active[unit]++;
    lane_renew(channel, bank, &bank->lane[REQ_READ]);
    lane_renew(channel, bank, &bank->lane[REQ_WRITE]);
}

static void close_bank(Channel *channel, uint32_t b)
{
    Bank *bank = &channel->banks[b];

    assert(bank->open && bank->active < 0);
    bank->open = false;
    channel->unit_open[timing_unit_of(&channel->timing, b)]--;
    lane_renew(channel, bank, &bank->lane[REQ_READ]);
    lane_renew(channel, bank, &bank->lane[REQ_WRITE]);
}

static void count_begin(Channel *channel, Entry *entry, Command command)
{
    if (entry->begun)
        return;
    entry->begun = true;
    if (command == CMD_ACT)
        channel->stats.row_misses++;
    else if (command == CMD_PRE)
        channel->stats.row_conflicts++;
    else
        channel->stats.row_hits++;
}

static void log_command(Channel *channel, Command command, uint32_t place, const Entry *entry,
                        Cycle now)
{
    if (channel->log)
        channel->log(channel->log_owner, now * channel->tCK_fs, command, place,
                     entry ? entry->row : 0, entry ? entry->column : 0);
}

/* Its data move: the entry leaves. */
static void transfer(Channel *channel, int16_t index, Cycle now)
{
    Entry *entry = &channel->entries[index];
    const Burst burst = entry->burst;
    const Tick arrived = entry->arrived;

    entry->next = channel->free;
    channel->free = index;
    channel->stats.last_command = now;
    if (burst.op == REQ_READ) {
        channel->stats.reads++;
        channel->hooks->completed(channel->owner, &burst, arrived,
                                  (now + channel->read_cycles) * channel->tCK_fs +
                                      channel->latency_fs);
        return;
    }
    channel->stats.writes++;
    channel->stats.last_write_fs = now * channel->tCK_fs;
    channel->hooks->written(channel->owner, (now + channel->write_cycles) * channel->tCK_fs);
}

/* RD or WR; with auto-precharge where the page policy closes rows that nobody waits for. */
static void issue_column(Channel *channel, const Pick *pick, Cycle now)
{
    const uint32_t b = pick->place;
    Bank *bank = &channel->banks[b];
    const Entry *entry = &channel->entries[pick->entry];
    Command command = pick->command;

    bank->hits++;
    if (bank->active == pick->entry) {
        bank->active = NONE;
        clear_bit(channel->active, b);
        channel->n_active--;
        channel->unit_active[timing_unit_of(&channel->timing, b)]--;
    } else {
        lane_remove(channel, b, pick->entry);
        size_changed(channel, entry->op, channel->size[entry->op] - 1, now);
    }
    if (channel->page == PAGE_CLOSED && bank->active < 0 && bank->lane[REQ_READ].hit < 0 &&
        bank->lane[REQ_WRITE].hit < 0) {
        command = command == CMD_RD ? CMD_RDA : CMD_WRA;
        close_bank(channel, b);
    }
    timing_issue(&channel->timing, command, b, now);
    renew(channel, b);
    log_command(channel, command, b, entry, now);
    transfer(channel, pick->entry, now);
}

static void issue_activate(Channel *channel, const Pick *pick, Cycle now)
{
    const ReqOp op = channel->entries[pick->entry].op;

    lane_remove(channel, pick->place, pick->entry);
    size_changed(channel, op, channel->size[op] - 1, now);
    open_bank(channel, pick->place, pick->entry);
    /* Among active entries age is counted in cycles, and the bank that was opened first goes first. */
    channel->entries[pick->entry].order =
        channel->entries[pick->entry].seen << 16 | (channel->stats.activates & UINT16_MAX);
    channel->stats.activates++;
    renew(channel, pick->place);
}

static void issue_unit(Channel *channel, Command command, uint32_t unit)
{
    const Timing *timing = &channel->timing;
    const uint32_t n = UINT32_C(1) << (timing->unit_log2 + timing->bank_log2);

    if (command == CMD_PREA) {
        channel->stats.precharges++;
        for (uint32_t b = unit * n; b < (unit + 1) * n; b++)
            if (channel->banks[b].open) {
                close_bank(channel, b);
                renew(channel, b);
            }
        return;
    }
    channel->stats.refreshes++;
    if (++channel->refresh_unit == timing->n_units) {
        channel->refresh_unit = 0;
        channel->next_refresh += channel->refi;
    }
}

static void issue(Channel *channel, Bus bus, Cycle now)
{
    const Pick pick = channel->best[bus];
    Entry *entry = pick.entry >= 0 ? &channel->entries[pick.entry] : NULL;

    channel->bus_free[bus] = now + channel->clocks[pick.command];
    if (!channel->two_buses)
        channel->bus_free[BUS_COLUMN] = channel->bus_free[BUS_ROW] = channel->bus_free[bus];
    if (entry)
        count_begin(channel, entry, pick.command);
    if (pick.command <= CMD_WRA) {
        issue_column(channel, &pick, now);
        return;
    }
    timing_issue(&channel->timing, pick.command, pick.place, now);
    log_command(channel, pick.command, pick.place, entry, now);
    if (pick.command == CMD_ACT)
        issue_activate(channel, &pick, now);
    else if (pick.command == CMD_PRE) {
        close_bank(channel, pick.place);
        renew(channel, pick.place);
        channel->stats.precharges++;
    } else
        issue_unit(channel, pick.command, pick.place);
}

/* ---- arrival ---- */

/* Whether a write to the place waits. */
static bool write_waits(const Channel *channel, const Place *place)
{
    int16_t index = channel->banks[place->bank].lane[REQ_WRITE].head;

    while (index >= 0 && (channel->entries[index].row != place->row ||
                          channel->entries[index].column != place->column))
        index = channel->entries[index].next;
    return index >= 0;
}

/* Let a burst in at clock edge now, if there is room. */
static BurstStatus admit(Channel *channel, const Waiting *w, Cycle now, Tick *when)
{
    const Burst *burst = &w->burst;

    if (channel->banks[burst->place.bank].lane[REQ_WRITE].head >= 0 &&
        write_waits(channel, &burst->place)) {
        channel->stats.forwarded += burst->op == REQ_READ;
        channel->stats.merged += burst->op == REQ_WRITE;
        *when = (now + (burst->op == REQ_READ)) * channel->tCK_fs;
        *when = MAX(*when, w->arrived);
        return BURST_DONE;
    }
    if (channel->size[burst->op] == channel->capacity[burst->op])
        return BURST_WAITS;
    const int16_t index = channel->free;
    Entry *entry = &channel->entries[index];

    channel->free = entry->next;
    entry->seen = w->seen;
    entry->order = channel->next_order++;
    entry->row = burst->place.row;
    entry->column = burst->place.column;
    entry->bank = (uint16_t)burst->place.bank;
    entry->op = burst->op;
    entry->begun = false;
    entry->arrived = w->arrived;
    entry->burst = *burst;
    lane_append(channel, burst->place.bank, index);
    /* One behind others of its kind changes nothing. */
    const Lane *lane = &channel->banks[burst->place.bank].lane[burst->op];

    if (lane->hit == index || lane->miss == index)
        channel->arb->renew(channel, burst->place.bank, burst->op);
    size_changed(channel, burst->op, channel->size[burst->op] + 1, now);
    return BURST_ACCEPTED;
}

static void push_waiting(Channel *channel, const Waiting *w)
{
    if (channel->queue_count == channel->queue_size) {
        const uint32_t size = channel->queue_size * 2;
        Waiting *queue = g_new(Waiting, size);

        for (uint32_t i = 0; i < channel->queue_count; i++)
            queue[i] = channel->queue[(channel->queue_head + i) & (channel->queue_size - 1)];
        g_free(channel->queue);
        channel->queue = queue;
        channel->queue_size = size;
        channel->queue_head = 0;
    }
    channel->queue[(channel->queue_head + channel->queue_count++) & (channel->queue_size - 1)] = *w;
}

/* Let in those that wait, in order, while there is room. */
static void admit_waiting(Channel *channel, Cycle now)
{
    while (channel->queue_count) {
        Waiting w = channel->queue[channel->queue_head];
        Tick when = 0;

        w.seen = cycle_max(w.seen, now + 1);
        const BurstStatus status = admit(channel, &w, now, &when);

        if (status == BURST_WAITS)
            return;
        channel->queue_head = (channel->queue_head + 1) & (channel->queue_size - 1);
        channel->queue_count--;
        channel->hooks->accepted(channel->owner, &w.burst, now * channel->tCK_fs);
        if (status == BURST_DONE && w.burst.op == REQ_READ)
            channel->hooks->completed(channel->owner, &w.burst, w.arrived, when);
    }
}

static bool all_closed(const Channel *channel)
{
    for (uint32_t unit = 0; unit < channel->timing.n_units; unit++)
        if (channel->unit_open[unit])
            return false;
    return true;
}

/* Make up for the refreshes that an idle channel has missed, up to clock edge now. */
static void catch_up(Channel *channel, Cycle now)
{
    const uint32_t n_units = channel->timing.n_units;

    while (channel->next_refresh <= now) {
        const Cycle behind = (now - channel->next_refresh) / channel->refi;

        if (behind > 2 && channel->refresh_unit == 0 && !channel->log && all_closed(channel)) {
            /* Each refresh is like the one before. */
            channel->stats.refreshes += (behind - 1) * n_units;
            channel->next_refresh += (behind - 1) * channel->refi;
        }
        channel->best[BUS_ROW] = (Pick){ .when = CYCLE_NEVER };
        consider_refresh(channel);
        if (channel->best[BUS_ROW].when > now)
            return;
        issue(channel, BUS_ROW, channel->best[BUS_ROW].when);
    }
}

void channel_settle(Channel *channel, Tick now)
{
    if (!is_empty(channel) || channel->next_refresh == CYCLE_NEVER)
        return;
    catch_up(channel, now / channel->tCK_fs);
    channel->best[BUS_ROW].when = CYCLE_NEVER;
}

/* A burst has come in at a time between two decisions. */
static void take_in(Channel *channel, const Waiting *w, ReqOp mode_before, bool was_empty)
{
    const ReqOp op = w->burst.op;

    if (was_empty || channel->mode_next != mode_before)
        choose(channel);
    else if (op == channel->mode_next) {
        const uint32_t b = w->burst.place.bank;
        const Lane *lane = &channel->banks[b].lane[op];
        const bool first_hit = lane->hit == lane->tail, first_other = lane->miss == lane->tail;

        if (first_hit || first_other) {
            /* A first hit may keep a precharge back; a first other one may end the share of a row. */
            if ((first_hit && lane->miss >= 0) || (first_other && channel->row_hit_cap))
                choose(channel);
            else
                channel->arb->improve(channel, b);
        }
    } else
        return;
    const Tick wake = next_wake(channel);

    if (wake != channel->wake_fs) {
        channel->wake_fs = wake;
        if (wake != TICK_PENDING)
            sim_at(channel->sim, wake, &channel->event);
    }
}

BurstStatus channel_arrive(Channel *channel, const Burst *burst, Tick now, Tick *when)
{
    const Cycle passed = channel->deciding ? channel->now : now / channel->tCK_fs;
    const bool between = passed * channel->tCK_fs != now;
    const Waiting w = { .burst = *burst,
                        .seen = passed + between + channel->latency_cycles,
                        .arrived = now };

    if (channel->deciding || channel->queue_count || now == channel->wake_fs) {
        push_waiting(channel, &w);
        return BURST_WAITS;
    }
    const bool was_empty = is_empty(channel);

    if (was_empty)
        catch_up(channel, passed);
    mode_passed(channel, passed);
    channel->bus_free[BUS_COLUMN] = cycle_max(channel->bus_free[BUS_COLUMN], passed + 1);
    channel->bus_free[BUS_ROW] = cycle_max(channel->bus_free[BUS_ROW], passed + 1);
    const ReqOp mode_before = channel->mode_next;
    const BurstStatus status = admit(channel, &w, passed, when);

    if (status == BURST_ACCEPTED)
        take_in(channel, &w, mode_before, was_empty);
    else if (status == BURST_WAITS)
        push_waiting(channel, &w);
    return status;
}

/* ---- decisions ---- */

static void decide_one_bus(Channel *channel, Cycle now)
{
    const Pick *column = &channel->best[BUS_COLUMN], *row = &channel->best[BUS_ROW];
    const bool row_first =
        row->when < column->when || (row->when == column->when && row->key < column->key);
    const Bus bus = row_first ? BUS_ROW : BUS_COLUMN;

    mode_passed(channel, now - 1);
    if (channel->best[bus].key >= KEY_WAITING)
        channel->mode = channel->mode_next;
    else
        channel->mode_since =
            now; /* an active request or a refresh went first: nobody has looked */
    issue(channel, bus, now);
}

static void decide_two_buses(Channel *channel, Cycle now)
{
    mode_passed(channel, now - 1);
    if (channel->best[BUS_COLUMN].when == now) {
        if (channel->best[BUS_COLUMN].key >= KEY_WAITING)
            channel->mode = channel->mode_next;
        const ReqOp mode = channel->mode_next;
        const uint32_t bank = channel->best[BUS_COLUMN].place;

        issue(channel, BUS_COLUMN, now);
        channel->bus_free[BUS_ROW] = cycle_max(channel->bus_free[BUS_ROW], now);
        if (now < channel->next_refresh)
            channel->mode = channel->mode_next = look_at_sizes(channel);
        /* A transfer leaves row commands of other banks as they were. */
        const Pick *row = &channel->best[BUS_ROW];

        if (mode != channel->mode_next ||
            (row->when == now && (row->key < KEY_WAITING || row->place == bank)))
            choose(channel);
    }
    if (channel->best[BUS_ROW].when == now) {
        if (now < channel->next_refresh)
            channel->mode = channel->mode_next;
        issue(channel, BUS_ROW, now);
    }
    channel->bus_free[BUS_COLUMN] = cycle_max(channel->bus_free[BUS_COLUMN], now + 1);
    channel->bus_free[BUS_ROW] = cycle_max(channel->bus_free[BUS_ROW], now + 1);
}

static void decide(Channel *channel, Cycle now)
{
    channel->deciding = true;
    channel->now = now;
    channel->stats.decisions++;
    if (channel->two_buses)
        decide_two_buses(channel, now);
    else
        decide_one_bus(channel, now);
    admit_waiting(channel, now);
    if (is_empty(channel))
        channel->best[BUS_COLUMN].when = channel->best[BUS_ROW].when = CYCLE_NEVER;
    else
        choose(channel);
    channel->wake_fs = next_wake(channel);
    channel->deciding = false;
}

static void channel_fires(Event *event, Tick now)
{
    Channel *channel = event->owner;

    if (now != channel->wake_fs)
        return; /* decided otherwise since */
    do
        decide(channel, MIN(channel->best[BUS_COLUMN].when, channel->best[BUS_ROW].when));
    while (channel->wake_fs != TICK_PENDING && sim_go_on(channel->sim, channel->wake_fs));
    if (channel->wake_fs != TICK_PENDING)
        sim_at(channel->sim, channel->wake_fs, &channel->event);
}

/* ---- life ---- */

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
}

Channel *channel_new(const DramConfig *config, const ChannelHooks *hooks, void *owner, Sim *sim)
{
    const DramStandard *standard = standard_find(config->standard);
    const DramTiming *t = &config->timing;
    Channel *channel = g_new0(Channel, 1);

    timing_init(&channel->timing, config, standard, commands_used(config));
    channel->arb = arb_find(config->scheduler ? config->scheduler : "frfcfs");
    assert(channel->arb && "a known scheduler");
    init_windows(channel, config);
    init_banks(channel);
    channel->row_hit_cap = config->row_hit_cap;
    channel->two_buses = standard->two_buses;
    for (Command command = 0; command < N_COMMANDS; command++)
        channel->clocks[command] = standard->cycles[command] ? standard->cycles[command] : 1;
    channel->tCK_fs = config->tCK_fs;
    channel->read_cycles = t->CL + t->BL;
    channel->write_cycles = t->CWL + t->BL;
    channel->refi = t->REFI;
    channel->next_refresh = config->refresh == REFRESH_ALL_BANK ? t->REFI : CYCLE_NEVER;
    channel->latency_cycles = (config->controller_latency_fs + config->tCK_fs - 1) / config->tCK_fs;
    channel->latency_fs = config->latency_fs;
    channel->page = config->page;
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
    g_free(channel->queue);
    g_free(channel);
}

const ChannelStats *channel_stats(const Channel *channel)
{
    return &channel->stats;
}

void channel_reset_stats(Channel *channel)
{
    channel->stats = (ChannelStats){ 0 };
}

void channel_set_log(Channel *channel, CommandLog log, void *owner)
{
    channel->log = log;
    channel->log_owner = owner;
}
