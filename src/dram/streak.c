/*
 * streak - hits, while there is nothing else to choose from.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/streak.h"

#include "dram/arb.h"
#include "dram/channel_parts.h"
#include "dram/direction.h"
#include "dram/lane.h"

void streak_init(Channel *channel)
{
    const Plan *plans = channel->timing.plans;

    channel->streak.last = g_new0(Cycle, channel->timing.n_banks);
    channel->streak.possible = channel->arb->first_ready && !channel->parts.used &&
                               channel->page == PAGE_OPEN && plans[CMD_RD].n_recalls == 0 &&
                               plans[CMD_WR].n_recalls == 0;
}

void streak_clear(Channel *channel)
{
    g_clear_pointer(&channel->streak.last, g_free);
}

/* Whether all requests of the direction are hits that may go. */
static bool are_all_hits(const Channel *channel)
{
    for (uint32_t w = 0; w < channel->bank_words; w++)
        for (uint64_t bits = channel->waiting[channel->dir][w]; bits; bits &= bits - 1) {
            const uint32_t b = w * 64 + (uint32_t)__builtin_ctzll(bits);

            if (channel->lanes[channel->dir][b].miss || channel->banks[b].held)
                return false;
        }
    return true;
}

/* The first of the oldest hits of the banks. */
static void choose_next(Channel *channel)
{
    const Timing *timing = &channel->timing;
    const Lane *lanes = channel->lanes[channel->dir];
    const uint64_t *waiting = channel->waiting[channel->dir];
    const Command command = column_of(channel->dir);
    const Cycle bus_free = channel->bus_free[BUS_COLUMN], rising = channel->rising[command];
    Claim first = CLAIM_NEVER;
    Entry *next = NULL;

    for (uint32_t w = 0; w < channel->bank_words; w++)
        for (uint64_t bits = waiting[w]; bits; bits &= bits - 1) {
            const uint32_t b = w * 64 + (uint32_t)__builtin_ctzll(bits);
            Entry *entry = lanes[b].hit;
            const Cycle ready = cycle_max(bus_free, timing_bank(timing, command, b));
            const Claim own = claim_of(cycle_max(ready, entry->seen) | rising, entry->order);

            next = own < first ? entry : next;
            first = own < first ? own : first;
        }
    channel->streak.entry = next;
    channel->streak.next = claim_when(first);
}

void streak_try(Channel *channel)
{
    Streak *streak = &channel->streak;

    if (!streak->possible || channel->n_active || channel->rotation.held_since != CYCLE_NEVER ||
        !are_all_hits(channel))
        return;
    streak->entry = NULL;
    streak->on = streak_goes_on(channel);
}

bool streak_goes_on(Channel *channel)
{
    const Streak *streak = &channel->streak;

    if (channel->size[channel->dir] < 2)
        return false;
    if (!streak->entry)
        choose_next(channel);
    return streak->next < channel->next_refresh && streak->next < channel->rotation.hold_at;
}

void streak_serve(Channel *channel, Cycle now)
{
    Streak *streak = &channel->streak;
    Entry *entry = streak->entry;
    const ReqOp op = entry->op;
    const Command command = column_of(op);
    const uint32_t b = entry->bank;

    channel->bus_free[BUS_COLUMN] = now + channel->clocks[command];
    channel->bus_free[BUS_ROW] = now + (channel->two_buses ? 1 : channel->clocks[command]);
    channel->stats.row_hits += !entry->begun;
    channel->banks[b].hits++;
    bus_times_transfer(&channel->buses, &channel->timing, b, op, now);
    lane_pop(channel, entry);
    size_shrinks(channel, op, now);
    timing_issue_own(&channel->timing, command, b, now);
    streak->last[b] = now;
    set_bit(streak->behind, b);
    streak->entry = NULL;
    channel_log(channel, command, b, entry, now);
    channel_transfer(channel, entry, now);
}

void streak_end(Channel *channel)
{
    Streak *streak = &channel->streak;

    /* What the earlier ones of a bank hold up, its last one holds up longer. */
    for (uint32_t w = 0; w < channel->bank_words; w++)
        for (; streak->behind[w]; streak->behind[w] &= streak->behind[w] - 1) {
            const uint32_t b = w * 64 + (uint32_t)__builtin_ctzll(streak->behind[w]);

            timing_issue(&channel->timing, column_of(channel->dir), b, streak->last[b]);
        }
    streak->on = false;
}
