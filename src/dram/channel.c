/*
 * channel - decisions: what the controller does with the scheduler's picks.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/channel.h"

#include <stddef.h>

#include "dram/ahead.h"
#include "dram/arb.h"
#include "dram/channel_parts.h"
#include "dram/direction.h"
#include "dram/lane.h"
#include "dram/lone.h"
#include "dram/streak.h"
#include "dram/window.h"

/* ---- choosing ---- */

void channel_claim_again(Channel *channel, ReqOp dir)
{
    channel->dir = dir;
    all_stale(channel);
    for (uint32_t w = 0; w < channel->bank_words; w++) {
        channel->claiming[KIND_HIT][w] = 0;
        channel->claiming[KIND_CLOSE][w] = 0;
        channel->claiming[KIND_OPEN][w] = 0;
        for (uint64_t bits = channel->waiting[dir][w]; bits; bits &= bits - 1)
            channel->arb->renew(channel, w * 64 + (uint32_t)__builtin_ctzll(bits));
    }
}

void channel_leave_streak(Channel *channel)
{
    streak_end(channel);
    channel_claim_again(channel, channel->dir);
}

/* first ? a : b, of which the compiler would make a branch. */
static inline uint64_t either(bool first, uint64_t a, uint64_t b)
{
    return b ^ ((a ^ b) & -(uint64_t)first);
}

/* Find the next command of a kind that comes from claims.  What is before the bus is free has to be looked at again. */
static inline void choose_kind(Channel *channel, Kind kind, Claim floor)
{
    const uint32_t n = n_picks(channel, kind);
    const uint64_t stale = channel->stale >> (kind * RANKS_MAX);
    Pick *const picks = channel->picks[kind];
    uint64_t first = 0;

    channel->stale &= ~STALE(kind, ALL_RANKS);
    if (n == 1) {
        channel->arb->choose[kind](channel, 0);
        return;
    }
    /* Mostly it is one, which the host guesses; it does not guess which: 3 % fewer cycles of random reads of HBM2 in
     * pseudo-channels. */
    uint64_t again = stale & ((UINT64_C(1) << n) - 1);

    for (uint32_t rank = 0; rank < n; rank++)
        again |= (uint64_t)(picks[rank].claim < floor) << rank;
    for (; again; again &= again - 1)
        channel->arb->choose[kind](channel, (uint32_t)__builtin_ctzll(again));
    for (uint32_t rank = 1; rank < n; rank++)
        first = either(picks[rank].claim < picks[first].claim, rank, first);
    channel->best[kind] = &picks[first];
}

/* One condition, without a branch inside: 4 % more requests a second of a random trace. */
static inline void choose_if_stale(Channel *channel, Kind kind)
{
    const Claim floor = claim_of(channel->bus_free[bus_of(kind)], 0);

    if (((channel->stale & STALE(kind, ALL_RANKS)) != 0) | (channel->best[kind]->claim < floor))
        choose_kind(channel, kind, floor);
}

/* Of two that can go at once: the older one in cycles, then the one activated first. */
static inline bool active_before(const Active *a, const Active *b)
{
    return (a->seen < b->seen) | ((a->seen == b->seen) & (a->opened < b->opened));
}

/*
 * The first of the requests whose row has been activated that can move its data.  They are in no order, and compared
 * without a branch: 7 % more requests a second of random traces than a sorted array.
 */
static void choose_active(Channel *channel)
{
    const Active *best = channel->active;
    Cycle first = CYCLE_NEVER;
    Pick *pick = &channel->active_pick;

    channel->stale_active = false;
    pick->claim = CLAIM_NEVER;
    for (uint32_t i = 0; i < channel->n_active; i++) {
        const Active *a = &channel->active[i];
        const Command command = a->command;
        const Cycle when = edge_from(channel, command,
                                     cycle_max(channel->bus_free[BUS_COLUMN],
                                               timing_bank(&channel->timing, command, a->bank)));
        const bool goes = (when < first) | ((when == first) & active_before(a, best));

        best = goes ? a : best;
        first = goes ? when : first;
    }
    if (first == CYCLE_NEVER)
        return;
    pick->claim = claim_of(first, CLAIM_ACTIVE);
    pick->entry = best->entry;
    pick->place = best->bank;
    pick->command = best->command;
}

/* Find the controller's next command of its own; refresh: one of all banks can be next. */
static inline void choose_own(Channel *channel, bool refresh)
{
    channel->own_pick.claim = CLAIM_NEVER;
    if (refresh)
        channel_consider_refresh(channel, channel->next_refresh);
    if (channel->rotation.held_since != CYCLE_NEVER)
        channel_consider_refresh(channel, channel->rotation.held_since);
    if (channel->page == PAGE_TIMEOUT)
        channel_consider_timeouts(channel);
}

/* Find the next command of each kind.  Returns when the first of them comes, or banks are held for their refresh. */
static inline Cycle choose(Channel *channel)
{
    if (G_UNLIKELY(channel->streak.on)) {
        if (!channel_turns(channel) && streak_goes_on(channel))
            return channel->streak.next;
        channel_leave_streak(channel);
    }
    if (channel->parts.transfer.claim != CLAIM_NEVER)
        return MIN(claim_when(channel->parts.transfer.claim), channel->rotation.hold_at);
    if (channel_turns(channel))
        channel_claim_again(channel, channel->mode_next);
    if (G_UNLIKELY(channel->stale_active |
                   (channel->active_pick.claim < claim_of(channel->bus_free[BUS_COLUMN], 0))))
        choose_active(channel);
    choose_if_stale(channel, KIND_HIT);
    choose_if_stale(channel, KIND_CLOSE);
    choose_if_stale(channel, KIND_OPEN);
    const Claim column = MIN(channel->active_pick.claim, channel->best[KIND_HIT]->claim);
    const Claim row = MIN(channel->best[KIND_CLOSE]->claim, channel->best[KIND_OPEN]->claim);

    /* Not before it can be the next command: what it waits for is looked up then. */
    choose_own(channel,
               MIN(column, row) >= claim_limit(channel) && channel->next_refresh != CYCLE_NEVER);
    /* A refresh may have put activations off. */
    const Claim open = channel->best[KIND_OPEN]->claim;
    const Claim other = MIN(MIN(column, channel->best[KIND_CLOSE]->claim), open);
    const Claim next = MIN(other, channel->own_pick.claim);

    if (streak_is_worth_it(channel))
        streak_try(channel);
    if (channel->parts.pending) /* ACT-2 takes what no other command takes */
        return MIN(channel->bus_free[BUS_ROW], channel->rotation.hold_at);
    return next == CLAIM_NEVER ? CYCLE_NEVER : MIN(claim_when(next), channel->rotation.hold_at);
}

Cycle channel_choose(Channel *channel)
{
    if (channel->lone.on) {
        if (lone_goes_on(channel))
            return channel->lone.next;
        lone_end(channel);
    }
    return choose(channel);
}

/* ---- decisions ---- */

static inline void decide_one_bus(Channel *channel, Cycle now)
{
    const Kind kind = next_kind(channel);

    mode_passed(channel, now - 1);
    if (is_waiting(channel->best[kind]->claim))
        channel->mode = channel->mode_next;
    else
        channel->mode_since =
            now; /* an active request or a refresh went first: nobody has looked */
    channel_issue(channel, kind, now);
}

static inline bool comes_at(const Channel *channel, Kind kind, Cycle now)
{
    return claim_when(channel->best[kind]->claim) == now;
}

/* The row command that can go beside the column command of the same edge.  looked: at the sizes, since. */
static inline void decide_row_bus(Channel *channel, Cycle now, bool looked)
{
    const Kind row = next_row_kind(channel);

    if (comes_at(channel, row, now)) {
        if (looked && now < channel->next_refresh)
            channel->mode = channel->mode_next;
        channel_issue(channel, row, now);
    }
    channel->bus_free[BUS_COLUMN] = cycle_max(channel->bus_free[BUS_COLUMN], now + 1);
    channel->bus_free[BUS_ROW] = cycle_max(channel->bus_free[BUS_ROW], now + 1);
}

/* A column command has gone: what can go beside it?  looked: the sizes have been looked at before that is chosen. */
static inline void choose_beside(Channel *channel, Cycle now, bool looked)
{
    channel->bus_free[BUS_ROW] = cycle_max(channel->bus_free[BUS_ROW], now);
    if (looked)
        channel->mode = channel->mode_next = look_at_sizes(channel);
    if (channel_turns(channel))
        channel_claim_again(channel, channel->mode_next);
    choose_if_stale(channel, KIND_CLOSE);
    choose_if_stale(channel, KIND_OPEN);
    choose_own(channel, now >= channel->next_refresh);
}

static void decide_two_buses(Channel *channel, Cycle now)
{
    const Kind column = next_column_kind(channel);
    bool looked = true;

    mode_passed(channel, now - 1);
    if (comes_at(channel, column, now)) {
        const bool refreshes =
            comes_at(channel, KIND_OWN, now) && !is_waiting(channel->own_pick.claim);

        if (is_waiting(channel->best[column]->claim))
            channel->mode = channel->mode_next;
        channel_issue(channel, column, now);
        looked = now < channel->next_refresh && !refreshes;
        choose_beside(channel, now, looked);
    }
    decide_row_bus(channel, now, looked);
}

/* The next hit of a streak has gone.  When the direction turns with it, a row command of the other one may go beside it. */
G_GNUC_NO_INLINE static void decide_beside_streak(Channel *channel, Cycle now)
{
    channel->mode = channel->mode_next;
    if (!channel_turns(channel)) {
        channel->bus_free[BUS_ROW] = cycle_max(channel->bus_free[BUS_ROW], now + 1);
        return;
    }
    streak_end(channel);
    choose_beside(channel, now, true);
    decide_row_bus(channel, now, true);
}

/* The command has been issued: let in who waits, and choose the next one. */
static inline Cycle end_decision(Channel *channel, Cycle now)
{
    if (window_may_admit(channel)) {
        window_admit(channel, now);
        if (channel->ahead.admits)
            return now;
    }
    channel->deciding = false;
    if (!channel_is_empty(channel))
        return G_UNLIKELY(channel->lone.on) ? channel_choose(channel) : choose(channel);
    channel_forget_picks(channel);
    return CYCLE_NEVER;
}

G_GNUC_NO_INLINE Cycle channel_decide(Channel *channel, Cycle now)
{
    Cycle next = now;

    channel->stats.decisions++;
    if (now == channel->rotation.hold_at) {
        channel_hold(channel, now);
        next = choose(channel);
    }
    if (next > now)
        edges_passed(channel, now); /* there was nothing but for the banks that are held */
    else if (channel->streak.on) {
        channel->mode = channel->mode_next;
        streak_serve(channel, now);
        if (channel->two_buses)
            decide_beside_streak(channel, now);
    } else if (channel->two_buses)
        decide_two_buses(channel, now);
    else if (!channel->parts.used || !channel_two_parts(channel, now))
        decide_one_bus(channel, now);
    return end_decision(channel, now);
}

/* Both ways apart: a channel with requests for one bank then saves no registers for the other one. */
static inline Cycle decide(Channel *channel, Cycle now)
{
    channel->deciding = true;
    return channel->lone.on ? lone_tick(channel, now) : channel_decide(channel, now);
}

/* What was left of a decision ahead of time. */
static G_GNUC_NO_INLINE Cycle admit_late(Channel *channel, Cycle now)
{
    channel->ahead.admits = false;
    channel->deciding = true;
    return end_decision(channel, now);
}

/* Of a channel before which requests wait, or that has decided ahead. */
static G_GNUC_NO_INLINE Cycle tick_ahead(Channel *channel, Cycle now)
{
    if (channel->ahead.on) {
        const Cycle next = ahead_tell(channel, now);

        if (next > now)
            return next;
    }
    const Cycle next = channel->ahead.admits ? admit_late(channel, now) : decide(channel, now);

    return ahead_may_go(channel, now, next) ? ahead_go(channel, now, next) : next;
}

Cycle channel_tick(Ticker *ticker, Cycle now)
{
    Channel *channel = (Channel *)(void *)((char *)ticker - offsetof(Channel, ticker));

    if (channel->queue.count > 0 || channel->ahead.on)
        return tick_ahead(channel, now);
    return decide(channel, now);
}
