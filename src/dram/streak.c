/*
 * streak - hits, while there is nothing else to choose from.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/streak.h"

#include "dram/arb.h"

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

/* Whether the hits of a bank, which may go, are all that waits there, in the direction. */
static bool are_hits_apart(const Channel *channel)
{
    for (uint32_t w = 0; w < channel->bank_words; w++)
        for (uint64_t bits = channel->waiting[channel->dir][w]; bits; bits &= bits - 1) {
            const uint32_t b = w * 64 + (uint32_t)__builtin_ctzll(bits);
            const Lane *lane = &channel->lanes[channel->dir][b];

            if ((lane->hit && lane->miss) || channel->banks[b].held)
                return false;
        }
    return true;
}

/* When the oldest hit of a bank can go. */
static inline Cycle goes_at(const Channel *channel, const Entry *hit, Command command, uint32_t b)
{
    const Cycle ready =
        cycle_max(channel->bus_free[BUS_COLUMN], timing_bank(&channel->timing, command, b));

    return edge_from(channel, command, cycle_max(ready, hit->seen));
}

/* The first of the oldest hits of the banks. */
static void choose_next(Channel *channel)
{
    const Lane *lanes = channel->lanes[channel->dir];
    const uint64_t *waiting = channel->waiting[channel->dir];
    const Command command = column_of(channel->dir);
    Claim first = CLAIM_NEVER;
    Entry *next = NULL;

    for (uint32_t w = 0; w < channel->bank_words; w++)
        for (uint64_t bits = waiting[w]; bits; bits &= bits - 1) {
            const uint32_t b = w * 64 + (uint32_t)__builtin_ctzll(bits);
            Entry *entry = lanes[b].hit;

            if (!entry)
                continue;
            const Claim own = claim_of(goes_at(channel, entry, command, b), entry->order);

            next = own < first ? entry : next;
            first = own < first ? own : first;
        }
    channel->streak.entry = next;
    channel->streak.next = claim_when(first);
}

/* The same when all that waits is in one bank: 3 % less time of sequential reads. */
static inline void choose_from_bank(Channel *channel, uint32_t b)
{
    Entry *hit = channel->lanes[channel->dir][b].hit;

    channel->streak.entry = hit;
    channel->streak.next =
        hit ? goes_at(channel, hit, column_of(channel->dir), b) : claim_when(CLAIM_NEVER);
}

/* Until another command can come: of a row, or of a request whose row has been activated, which goes first.  Transfers
 * make none of them come earlier. */
static Cycle until_others(const Channel *channel)
{
    Cycle until =
        claim_when(MIN(channel->best[KIND_CLOSE]->claim, channel->best[KIND_OPEN]->claim));

    for (uint32_t i = 0; i < channel->n_active; i++) {
        const Active *active = &channel->active[i];

        until = MIN(until, channel->timing.bank[active->bank].ready[active->command]);
    }
    return until;
}

void streak_try(Channel *channel)
{
    Streak *streak = &channel->streak;

    if (!streak->possible || channel->rotation.held_since != CYCLE_NEVER ||
        !are_hits_apart(channel))
        return;
    streak->until = until_others(channel);
    streak->entry = NULL;
    streak->on = streak_goes_on(channel);
}

bool streak_goes_on(Channel *channel)
{
    const Streak *streak = &channel->streak;
    const uint64_t waiting = channel->waiting[channel->dir][0];

    if (channel->size[channel->dir] < 2)
        return false;
    if (!streak->entry || streak->next < channel->bus_free[BUS_COLUMN]) { /* it has gone */
        if ((waiting & (waiting - 1)) == 0 && channel->bank_words == 1)
            choose_from_bank(channel, (uint32_t)__builtin_ctzll(waiting));
        else
            choose_next(channel);
    }
    return (streak->next < streak->until) & (streak->next < channel->next_refresh) &
           (streak->next < channel->rotation.hold_at);
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
