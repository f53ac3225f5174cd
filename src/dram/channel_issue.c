/*
 * channel_issue - what a command does to the banks, the windows and the counters of its channel.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>

#include "dram/arb.h"
#include "dram/channel_parts.h"
#include "dram/direction.h"
#include "dram/lane.h"

static void push_active(Channel *channel, Entry *entry, Cycle now)
{
    Bank *bank = &channel->banks[entry->bank];
    Active *active = &channel->active[channel->n_active];

    active->seen = entry->seen;
    active->opened = now;
    active->entry = entry;
    active->bank = entry->bank;
    active->command = (uint8_t)column_of(entry->op);
    bank->active = entry;
    bank->active_at = (uint16_t)channel->n_active++;
    channel->unit_active[timing_unit_of(&channel->timing, entry->bank)]++;
}

/* The new one may be the first to move its data. */
static void consider_active(Channel *channel, Entry *entry)
{
    const Command command = column_of(entry->op);
    const Cycle when = edge_from(channel, command,
                                 cycle_max(channel->bus_free[BUS_COLUMN],
                                           timing_bank(&channel->timing, command, entry->bank)));
    const Claim claim = claim_of(when, CLAIM_ACTIVE);
    Pick *best = &channel->active_pick;

    if (claim < best->claim || (claim == best->claim && best->entry->seen > entry->seen))
        *best = (Pick){ claim, entry, entry->bank, (uint8_t)command };
}

/* The last one takes its place. */
static void pop_active(Channel *channel, const Entry *entry)
{
    Bank *bank = &channel->banks[entry->bank];
    Active *active = &channel->active[bank->active_at];
    const Active *last = &channel->active[--channel->n_active];

    active->seen = last->seen;
    active->opened = last->opened;
    active->entry = last->entry;
    active->bank = last->bank;
    active->command = last->command;
    channel->banks[last->bank].active_at = bank->active_at;
    bank->active = NULL;
    channel->unit_active[timing_unit_of(&channel->timing, entry->bank)]--;
}

static void open_bank(Channel *channel, Entry *entry, Cycle now)
{
    const uint32_t b = entry->bank;
    Bank *bank = &channel->banks[b];

    assert(!bank->open && !bank->active);
    bank->open = true;
    bank->row = entry->row;
    bank->hits = 0;
    push_active(channel, entry, now);
    if (channel->last_use)
        channel->last_use[b] = now;
    if (channel->ranks)
        rank_opens(&channel->ranks[rank_of(channel, b)], now);
    channel->unit_open[timing_unit_of(&channel->timing, b)]++;
    lane_renew(bank, &channel->lanes[REQ_READ][b]);
    lane_renew(bank, &channel->lanes[REQ_WRITE][b]);
}

/* when: the precharge; with auto-precharge it lies ahead. */
static void close_bank(Channel *channel, uint32_t b, Cycle when)
{
    Bank *bank = &channel->banks[b];

    assert(bank->open && !bank->active);
    bank->open = false;
    channel->unit_open[timing_unit_of(&channel->timing, b)]--;
    if (channel->ranks)
        rank_closes(&channel->ranks[rank_of(channel, b)], when);
    lane_renew(bank, &channel->lanes[REQ_READ][b]);
    lane_renew(bank, &channel->lanes[REQ_WRITE][b]);
}

static inline void count_begin(ChannelStats *stats, Entry *entry, Command command)
{
    if (entry->begun)
        return;
    entry->begun = true;
    if (command == CMD_ACT)
        stats->row_misses++;
    else if (command == CMD_PRE)
        stats->row_conflicts++;
    else
        stats->row_hits++;
}

/* RD or WR; with auto-precharge where the page policy closes rows that nobody waits for. */
static void issue_column(Channel *channel, Command command, Entry *entry, Cycle now)
{
    const uint32_t b = entry->bank;
    Bank *bank = &channel->banks[b];

    bank->hits++;
    if (channel->last_use)
        channel->last_use[b] = now;
    bus_times_transfer(&channel->buses, &channel->timing, b, entry->op, now);
    if (bank->active == entry) {
        pop_active(channel, entry);
    } else {
        lane_remove(channel, entry);
        size_shrinks(channel, entry->op, now);
    }
    if (channel->page == PAGE_CLOSED && !bank->active && !channel->lanes[REQ_READ][b].hit &&
        !channel->lanes[REQ_WRITE][b].hit) {
        command = command == CMD_RD ? CMD_RDA : CMD_WRA;
        close_bank(channel, b,
                   cycle_max(now + channel->auto_close[entry->op],
                             channel->timing.bank[b].ready[CMD_PRE]));
    }
    if (channel->parts.used)
        channel_wck_runs(channel, entry->op, now);
    timing_issue(&channel->timing, command, b, now);
    arb_renew(channel, b);
    channel_log(channel, command, b, entry, now);
    channel_transfer(channel, entry, now);
}

static void issue_activate(Channel *channel, Entry *entry, Cycle now)
{
    lane_remove(channel, entry);
    size_shrinks(channel, entry->op, now);
    open_bank(channel, entry, now);
    channel->stats.activates++;
    consider_active(channel, entry);
    arb_renew(channel, entry->bank);
}

static void precharge_all(Channel *channel, uint32_t unit, Cycle now)
{
    const Timing *timing = &channel->timing;
    const uint32_t n = UINT32_C(1) << (timing->unit_log2 + timing->bank_log2);

    channel->stats.precharges++;
    for (uint32_t b = unit * n; b < (unit + 1) * n; b++)
        if (channel->banks[b].open) {
            close_bank(channel, b, now);
            arb_renew(channel, b);
        }
}

void channel_issue(Channel *channel, Kind kind, Cycle now)
{
    /* Field by field: a copy would wait until the stores of all of them are done. */
    const Pick *pick = channel->best[kind];
    Entry *const entry = pick->entry;
    const uint32_t place = pick->place;
    const Command command = pick->command;
    const Bus bus = bus_of(kind);

    channel->bus_free[bus] = now + channel->clocks[command];
    if (!channel->two_buses)
        channel->bus_free[BUS_COLUMN] = channel->bus_free[BUS_ROW] = channel->bus_free[bus];
    /* What the command holds up elsewhere has to be looked for again. */
    channel->stale |= channel->spreads[command];
    if (command < N_BANK_COMMANDS)
        channel->stale |= channel->disturbs[command] << rank_of(channel, place);
    channel->stale_active |= (command <= CMD_WRA) & (channel->n_active > 0); /* else none is next */
    if (entry)
        count_begin(&channel->stats, entry, command);
    if (command <= CMD_WRA) {
        issue_column(channel, command, entry, now);
        return;
    }
    if (command != CMD_REFPB)
        timing_issue(&channel->timing, command, place, now);
    channel_log(channel, command, place, entry, now);
    if (command == CMD_ACT) {
        issue_activate(channel, entry, now);
        if (channel->parts.used)
            channel_first_part(channel, entry, now);
    } else if (command == CMD_PRE) {
        close_bank(channel, place, now);
        arb_renew(channel, place);
        channel->stats.precharges++;
    } else if (command == CMD_PREA)
        precharge_all(channel, place, now);
    else
        channel_refreshed(channel, now);
}
