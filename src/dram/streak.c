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
    channel->streak.runs = channel->bank_words == 1 && channel->buses.n_buses == 1;
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

/* ---- runs ---- */

/* The next one, of bank b, begins it; other: whose turn is behind it.  before: the order of a hit that goes first when it is older,
 * which the next one is not. */
static void begin_run(Streak *streak, uint32_t b, uint32_t other, Cycle step, uint32_t before)
{
    streak->step = step;
    streak->turn = 0;
    streak->banks[0] = b;
    streak->banks[1] = other;
    streak->before = before;
}

/* The order of the oldest hit of these banks; UINT32_MAX: there is none. */
static uint32_t oldest_of(const Channel *channel, uint64_t banks)
{
    const Lane *lanes = channel->lanes[channel->dir];
    uint32_t oldest = UINT32_MAX;

    for (; banks; banks &= banks - 1) {
        const Entry *hit = lanes[__builtin_ctzll(banks)].hit;

        if (hit)
            oldest = MIN(oldest, hit->order);
    }
    return oldest;
}

/* Whether the bank goes on as soon as its group allows, behind the last transfer of all. */
static bool may_go_on(const Channel *channel, uint32_t b)
{
    const BusTimes *buses = &channel->buses;
    const Streak *streak = &channel->streak;
    const Cycle last = streak->last[b];

    return streak->next == last + buses->group_wait[channel->dir] && buses->bus->last == last;
}

/* Whether it goes right behind the other one, as that will behind it: in a rank, each is ready again when it is its turn, and not
 * when it has just gone. */
static bool may_take_turns(const Channel *channel, uint32_t b, uint32_t other)
{
    const BusTimes *buses = &channel->buses;
    const Streak *streak = &channel->streak;
    const Cycle wait = buses->group_wait[channel->dir];

    return streak->next == streak->last[other] + buses->burst &&
           (b ^ other) >> buses->rank_log2 == 0 && wait > buses->burst && wait <= 2 * buses->burst;
}

/* The next one is chosen: it may begin a run.  Not with the first of its bank in the streak, before which anything may have come. */
static void try_run(Channel *channel)
{
    Streak *streak = &channel->streak;
    const BusTimes *buses = &channel->buses;
    const Cycle wait = buses->group_wait[channel->dir];
    const uint32_t b = streak->entry->bank;
    const uint64_t others = channel->waiting[channel->dir][0] & ~(UINT64_C(1) << b);

    if (!has_bit(streak->behind, b))
        return;
    /* Without gaps nobody is ready earlier, but who is older goes first. */
    if (others == 0 || wait == buses->burst) {
        const uint32_t before = oldest_of(channel, others);

        if (may_go_on(channel, b) && streak->entry->order < before)
            begin_run(streak, b, b, wait, before);
    } else if ((others & (others - 1)) == 0) {
        const uint32_t other = (uint32_t)__builtin_ctzll(others);

        if (may_take_turns(channel, b, other))
            begin_run(streak, b, other, buses->burst, UINT32_MAX);
    }
}

void streak_end_run(Channel *channel)
{
    Streak *streak = &channel->streak;
    const ReqOp op = channel->dir;
    const uint32_t last = streak->banks[streak->turn ^ 1], other = streak->banks[streak->turn];

    if (streak->run) {
        timing_issue_own(&channel->timing, column_of(op), last, streak->last[last]);
        bus_times_last_of_group(&channel->buses, other, op, streak->last[other]);
        bus_times_run(&channel->buses, last, op, streak->run, streak->step, streak->last[last]);
    }
    if (!streak_runs_on(streak))
        streak->entry = NULL; /* another one may go before it */
    streak->run = 0;
    streak->step = 0;
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
    streak->until =
        MIN(until_others(channel), MIN(channel->next_refresh, channel->rotation.hold_at));
    streak->entry = NULL;
    streak->on = streak_goes_on(channel);
}

bool streak_chooses(Channel *channel)
{
    const Streak *streak = &channel->streak;

    streak_leave_run(channel);
    if (!streak->entry || streak->next < channel->bus_free[BUS_COLUMN]) { /* it has gone */
        choose_next(channel);
        if (streak->runs && streak->entry)
            try_run(channel);
    }
    return streak->next < streak->until;
}

void streak_end(Channel *channel)
{
    Streak *streak = &channel->streak;

    streak_leave_run(channel);
    /* What the earlier ones of a bank hold up, its last one holds up longer. */
    for (uint32_t w = 0; w < channel->bank_words; w++)
        for (; streak->behind[w]; streak->behind[w] &= streak->behind[w] - 1) {
            const uint32_t b = w * 64 + (uint32_t)__builtin_ctzll(streak->behind[w]);

            timing_issue(&channel->timing, column_of(channel->dir), b, streak->last[b]);
        }
    streak->on = false;
}
