/*
 * channel_bank - what commands do to a bank, and to the windows and counters of its channel.
 *
 * Inline, for the files that issue commands: one copy that both call is 1.5 % more instructions for random traffic.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_CHANNEL_BANK_H
#define DRAM_CHANNEL_BANK_H

#include <assert.h>

#include "dram/channel_parts.h"
#include "dram/direction.h"
#include "dram/lane.h"

static inline void push_active(Channel *channel, Entry *entry, Cycle now)
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

/* The last one takes its place. */
static inline void pop_active(Channel *channel, const Entry *entry)
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

static inline void open_bank(Channel *channel, Entry *entry, Cycle now)
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
    lane_renew(channel, REQ_READ, b);
    lane_renew(channel, REQ_WRITE, b);
}

/* when: the precharge; with auto-precharge it lies ahead. */
static inline void close_bank(Channel *channel, uint32_t b, Cycle when)
{
    Bank *bank = &channel->banks[b];

    assert(bank->open && !bank->active);
    bank->open = false;
    channel->unit_open[timing_unit_of(&channel->timing, b)]--;
    if (channel->ranks) {
        rank_closes(&channel->ranks[rank_of(channel, b)], when);
        channel->closes[b] = when;
    }
    lane_renew(channel, REQ_READ, b);
    lane_renew(channel, REQ_WRITE, b);
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

/* RD or WR; with auto-precharge, which is returned, where the page policy closes rows that nobody waits for. */
static inline Command issue_column(Channel *channel, Command command, Entry *entry, Cycle now)
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
    return command;
}

static inline void issue_activate(Channel *channel, Entry *entry, Cycle now)
{
    lane_remove(channel, entry);
    size_shrinks(channel, entry->op, now);
    open_bank(channel, entry, now);
    channel->stats.activates++;
}

#endif
