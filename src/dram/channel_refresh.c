/*
 * channel_refresh - when a channel refreshes, and what an idle one has missed.
 *
 * All banks: a unit (a rank or pseudo-channel) after the other each tREFI.  Per bank: one target after the other, each
 * after tREFI / targets, the ranks in turn.  A refresh that may be put off is due at its time, and forced a number of
 * tREFI later; between the two it is issued when no request is there.  When it is forced nothing else is begun, in all
 * banks or in those of the target; their rows are closed first.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>

#include "dram/arb.h"
#include "dram/channel_parts.h"
#include "dram/lone.h"
#include "dram/streak.h"

/* A command of the controller itself. */
static void consider(Channel *channel, Cycle when, Claim whose, Command command, uint32_t place)
{
    const Claim claim = claim_of(edge_from(channel, command, when), whose);

    if (claim < channel->own_pick.claim)
        channel->own_pick = (Pick){ claim, NULL, (uint16_t)place, (uint8_t)command };
}

/* ---- single banks ---- */

static uint32_t first_bank(const Rotation *r)
{
    const uint32_t target = (uint32_t)(r->done % r->n_targets);

    return (target % r->n_ranks << r->rank_log2) + target / r->n_ranks;
}

/* When the next target is due: the times of a round are tREFI / targets apart, rounded down. */
static Cycle target_due(const Channel *channel)
{
    const Rotation *r = &channel->rotation;

    return r->done / r->n_targets * channel->refi +
           channel->refi * (r->done % r->n_targets + 1) / r->n_targets;
}

/* Activations of the unit are held up until then, and the next one of all is chosen again. */
static void hold_up_activates(Channel *channel, uint32_t unit, Cycle until)
{
    const uint32_t unit_log2 = channel->timing.unit_log2 - channel->timing.rank_log2;
    const uint32_t first = unit << unit_log2, end = (unit + 1) << unit_log2;
    Pick *const picks = channel->picks[KIND_OPEN];

    for (uint32_t r = first; r < end; r++) {
        Cycle *ready = &channel->timing.rank[r].ready[CMD_ACT];
        const Cycle before = *ready;

        *ready = cycle_max(before, until);
        channel->arb->choose[KIND_OPEN](channel, r);
        *ready = before;
        channel->stale |= STALE(KIND_OPEN, 1) << r; /* for as long as this refresh waits only */
    }
    channel->best[KIND_OPEN] = picks;
    for (uint32_t r = 1; r < channel->timing.n_ranks; r++)
        if (picks[r].claim < channel->best[KIND_OPEN]->claim)
            channel->best[KIND_OPEN] = &picks[r];
}

/*
 * An activation that keeps the bus longer than a refresh is legal again before it, and each one puts the refresh off:
 * from when the bank is ready (own) until the refresh, those of its unit wait.
 */
static void keep_activates_off(Channel *channel, uint32_t bank, Cycle own, Cycle refresh)
{
    const Pick *best = channel->best[KIND_OPEN];
    const uint32_t unit = timing_unit_of(&channel->timing, bank);

    if (channel->clocks[CMD_ACT] > channel->clocks[CMD_REFPB] && best->claim != CLAIM_NEVER &&
        timing_unit_of(&channel->timing, best->place) == unit && claim_when(best->claim) >= own &&
        claim_when(best->claim) < refresh)
        hold_up_activates(channel, unit, refresh);
}

static void consider_target(Channel *channel, Cycle from)
{
    const Rotation *r = &channel->rotation;
    const uint32_t first = first_bank(r);
    const Cycle floor = cycle_max(from, channel->bus_free[BUS_ROW]);
    Cycle ready = floor, own = from;
    bool open = false;

    for (uint32_t i = 0; i < r->count; i++) {
        const uint32_t b = first + i * r->stride;

        ready = cycle_max(ready, timing_bank(&channel->timing, CMD_REFPB, b));
        own = cycle_max(own, channel->timing.bank[b].ready[CMD_REFPB]);
        if (!channel->banks[b].open)
            continue;
        open = true;
        if (!channel->banks[b].active)
            consider(channel, cycle_max(floor, timing_bank(&channel->timing, CMD_PRE, b)),
                     CLAIM_REFRESH, CMD_PRE, b);
    }
    if (open)
        return;
    keep_activates_off(channel, first, own, ready);
    consider(channel, ready, CLAIM_REFRESH, CMD_REFPB, first);
}

static void set_held(Channel *channel, bool held)
{
    const Rotation *r = &channel->rotation;
    const uint32_t first = first_bank(r);

    for (uint32_t i = 0; i < r->count; i++) {
        channel->banks[first + i * r->stride].held = held;
        arb_renew(channel, first + i * r->stride);
    }
}

void channel_hold(Channel *channel, Cycle from)
{
    channel->rotation.held_since = from;
    channel->rotation.hold_at = CYCLE_NEVER;
    set_held(channel, true);
}

static void target_refreshed(Channel *channel, Cycle now)
{
    Rotation *r = &channel->rotation;
    const uint32_t first = first_bank(r);

    for (uint32_t i = 0; i < r->count; i++) {
        const uint32_t b = first + i * r->stride;

        timing_issue(&channel->timing, CMD_REFPB, b, now);
        channel->buses.refresh_from[b] = MIN(MIN(r->held_since, r->hold_at), now);
        channel->buses.refresh_until[b] = now + channel->rfc;
    }
    if (channel->ranks)
        rank_refreshes(&channel->ranks[first >> r->rank_log2], now, now + channel->rfc);
    set_held(channel, false);
    r->done++;
    r->held_since = CYCLE_NEVER;
    channel->due_refresh = target_due(channel);
    r->hold_at = cycle_max(channel->due_refresh + channel->postponed, now + 1);
}

/* ---- all banks ---- */

static void consider_unit(Channel *channel, Cycle from)
{
    const uint32_t unit = channel->refresh_unit;
    const Command command = channel->unit_open[unit] ? CMD_PREA : CMD_REFAB;

    if (channel->unit_active[unit])
        return;
    consider(channel,
             cycle_max(cycle_max(from, channel->bus_free[BUS_ROW]),
                       timing_unit(&channel->timing, command, unit)),
             CLAIM_REFRESH, command, unit);
}

static void unit_refreshed(Channel *channel, Cycle now)
{
    const Timing *timing = &channel->timing;
    const uint32_t n = UINT32_C(1) << (timing->unit_log2 + timing->bank_log2);
    const uint32_t first = channel->refresh_unit * n;

    for (uint32_t b = first; b < first + n; b++) {
        channel->buses.refresh_from[b] = MIN(channel->next_refresh, now);
        channel->buses.refresh_until[b] = now + channel->rfc;
    }
    if (channel->ranks)
        for (uint32_t rank = first >> channel->buses.rank_log2;
             rank < (first + n) >> channel->buses.rank_log2; rank++)
            rank_refreshes(&channel->ranks[rank], now, now + channel->rfc);
    all_stale(channel); /* the limit moves */
    if (++channel->refresh_unit == timing->n_units) {
        channel->refresh_unit = 0;
        channel->due_refresh += channel->refi;
        channel->next_refresh += channel->refi;
    }
}

/* ---- both ---- */

void channel_consider_refresh(Channel *channel, Cycle from)
{
    if (channel->rotation.n_targets)
        consider_target(channel, from);
    else
        consider_unit(channel, from);
}

void channel_refreshed(Channel *channel, Cycle now)
{
    channel->stats.refreshes++;
    if (channel->rotation.n_targets)
        target_refreshed(channel, now);
    else
        unit_refreshed(channel, now);
    lone_may_begin(channel);
}

void channel_consider_timeouts(Channel *channel)
{
    for (uint32_t b = 0; b < channel->timing.n_banks; b++) {
        const Bank *bank = &channel->banks[b];

        if (!bank->open || bank->held || bank->active || channel->lanes[REQ_READ][b].hit ||
            channel->lanes[REQ_WRITE][b].hit)
            continue;
        const Cycle when = cycle_max(
            cycle_max(channel->last_use[b] + channel->page_timeout, channel->bus_free[BUS_ROW]),
            timing_bank(&channel->timing, CMD_PRE, b));

        if (when < channel->next_refresh)
            consider(channel, when, CLAIM_TIMEOUT | b, CMD_PRE, b);
    }
}

/* ---- idle ---- */

static bool all_closed(const Channel *channel)
{
    for (uint32_t unit = 0; unit < channel->timing.n_units; unit++)
        if (channel->unit_open[unit])
            return false;
    return true;
}

/* Rounds of refreshes, each like the one before, that an idle channel has missed: all but the last ones at once. */
static void skip_rounds(Channel *channel, Cycle now)
{
    Rotation *r = &channel->rotation;
    const Pick *own = &channel->own_pick;
    const bool in_time =
        claim_when(own->claim) == edge_from(channel, (Command)own->command, channel->due_refresh);
    const Cycle behind = (now - channel->due_refresh) / channel->refi;

    if (behind < 3 || !in_time || channel->refresh_unit > 0 || channel->log || !all_closed(channel))
        return;
    for (uint32_t rank = 0; channel->ranks && rank < channel->buses.n_ranks; rank++)
        if (channel->ranks[rank].counted > channel->due_refresh)
            return; /* a late one is still going on: the time of the two is counted once */
    const Cycle rounds = behind - 1, skipped = rounds * channel->refi;
    const uint32_t n = r->n_targets ? r->n_targets : channel->timing.n_units;

    channel->stats.refreshes += rounds * n;
    channel->due_refresh += skipped;
    r->done += r->n_targets ? rounds * n : 0;
    if (r->hold_at != CYCLE_NEVER)
        r->hold_at += skipped;
    if (channel->next_refresh != CYCLE_NEVER)
        channel->next_refresh += skipped;
    if (channel->ranks)
        for (uint32_t rank = 0; rank < channel->buses.n_ranks; rank++)
            channel->ranks[rank].active +=
                rounds *
                MIN(r->n_targets ? n / r->n_ranks * channel->rfc : channel->rfc, channel->refi);
    channel->own_pick.claim = CLAIM_NEVER;
}

void channel_make_up(Channel *channel, Cycle now)
{
    Pick *own = &channel->own_pick;

    for (;;) {
        own->claim = CLAIM_NEVER;
        if (channel->due_refresh <= now) {
            channel_consider_refresh(channel, channel->due_refresh);
            skip_rounds(channel, now);
            if (own->claim == CLAIM_NEVER)
                continue;
        }
        if (channel->page == PAGE_TIMEOUT)
            channel_consider_timeouts(channel);
        if (own->claim == CLAIM_NEVER || claim_when(own->claim) > now)
            break;
        channel_issue(channel, KIND_OWN, claim_when(own->claim));
    }
    own->claim = CLAIM_NEVER;
    if (channel->rotation.hold_at <= now)
        channel_hold(channel, channel->rotation.hold_at);
}

void channel_settle(Channel *channel, Tick now)
{
    assert(!channel->ahead.on && "counters are read when nothing waits");
    streak_leave_run(channel);
    if (channel_is_empty(channel))
        channel_catch_up(channel, clock_edge(channel->clock, now));
}

/* ---- life ---- */

static void init_rotation(Channel *channel, const DramConfig *config, const DramStandard *standard)
{
    const uint32_t n = config->bank_groups * config->banks; /* banks of a rank */
    Rotation *r = &channel->rotation;

    r->count = r->stride = 1;
    if (standard->refresh_banks == REFRESH_PAIR && n > 1) {
        r->count = 2;
        r->stride = n / 2;
    } else if (standard->refresh_banks == REFRESH_SAME_BANK) {
        r->count = config->bank_groups;
        r->stride = config->banks;
    }
    r->n_ranks = config->pseudo_channels * config->ranks;
    r->rank_log2 = channel->buses.rank_log2;
    r->n_targets = r->n_ranks * (n / r->count);
    channel->rfc = config->timing.RFCpb;
    channel->due_refresh = target_due(channel);
    r->hold_at = channel->due_refresh + channel->postponed;
}

void channel_init_refresh(Channel *channel, const DramConfig *config, const DramStandard *standard)
{
    channel->refi = config->timing.REFI;
    channel->rfc = config->timing.RFC;
    channel->postponed = (Cycle)config->refresh_postpone * channel->refi;
    channel->next_refresh = channel->due_refresh = CYCLE_NEVER;
    channel->rotation.hold_at = channel->rotation.held_since = CYCLE_NEVER;
    if (config->refresh == REFRESH_ALL_BANK) {
        channel->due_refresh = channel->refi;
        channel->next_refresh = channel->refi + channel->postponed;
    } else if (config->refresh == REFRESH_PER_BANK) {
        init_rotation(channel, config, standard);
    }
}
