/*
 * streak - hits, while there is nothing else to choose from.
 *
 * When the next commands are transfers of hits, from a few banks with nothing but hits, only the rules between transfers
 * matter: of each command just these are applied, and the first of the oldest hits of the banks goes next.  The other
 * registers, claims and picks stay behind.  A streak ends, and they are brought up to date, when another command may come:
 * one of a row, a refresh, or the transfer for which a row has been activated; when a request comes that is not a hit;
 * when the direction turns; or when there is one request left.
 *
 * Within a streak, a run: a bank goes on as soon as its group allows, or two of two groups take turns without gaps, and all
 * that follow come at the same distance.  Then neither registers nor buses are asked, and what it all comes to is entered when
 * the run ends: when a hit is not there in time, an older one waits elsewhere, a bank has none left or another one gets its first,
 * or somebody looks at the counters.  With runs a sequential read of DDR4 takes 18 % fewer cycles of the host.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_STREAK_H
#define DRAM_STREAK_H

#include "dram/channel_parts.h"
#include "dram/direction.h"
#include "dram/lane.h"

/* Measured on sequential reads and copies of HBM2, and on a vector add on an A100: the more, the slower that. */
enum { STREAK_BANKS = 4, STREAK_CYCLES = 6 };

/* Find out whether the channel's commands and page policy leave room for streaks. */
void streak_init(Channel *channel);
void streak_clear(Channel *channel);
/* A hit comes next, others of its bank wait, and no other command comes soon: when it does, all banks claim again.  With more
 * than a few of them a streak takes as long as what it replaces. */
static inline bool streak_is_worth_it(const Channel *channel)
{
    const Pick *hit = channel->best[KIND_HIT];
    const Claim row = MIN(channel->best[KIND_CLOSE]->claim, channel->best[KIND_OPEN]->claim);
    const Claim other = MIN(row, channel->active_pick.claim);

    if (hit->claim >= other || other - hit->claim <= claim_of(STREAK_CYCLES, 0) ||
        !hit->entry->next || channel->own_pick.claim != CLAIM_NEVER)
        return false;
    uint64_t banks = channel->waiting[channel->dir][0];

    for (int i = 0; i < STREAK_BANKS; i++)
        banks &= banks - 1;
    return banks == 0;
}

/* A streak begins if the hits of a bank are all that waits there. */
void streak_try(Channel *channel);
/* Whether the run goes on with the hit whose turn it is. */
static inline bool streak_runs_on(const Streak *streak)
{
    const Entry *entry = streak->entry;

    return entry && entry->order < streak->before && entry->seen <= streak->next;
}

/* streak_goes_on, in all cases in which requests are left. */
bool streak_chooses(Channel *channel);
/* Whether the streak goes on: when, and with which hit, is known then. */
static inline bool streak_goes_on(Channel *channel)
{
    const Streak *streak = &channel->streak;

    if (channel->size[channel->dir] < 2)
        return false;
    if (streak->step && streak_runs_on(streak))
        return streak->next < streak->until;
    return streak_chooses(channel);
}

/* Of a run registers and buses are brought up to date. */
void streak_end_run(Channel *channel);
/* The same, if there is one. */
static inline void streak_leave_run(Channel *channel)
{
    if (channel->streak.step)
        streak_end_run(channel);
}

/* The registers are brought up to date.  What the banks claim is for the caller. */
void streak_end(Channel *channel);

/* The next hit moves its data at clock edge now. */
static inline void streak_serve(Channel *channel, Cycle now)
{
    Streak *streak = &channel->streak;
    Entry *entry = streak->entry;
    const ReqOp op = entry->op;
    const Command command = column_of(op);
    const uint32_t b = entry->bank;

    channel_take_bus(channel, BUS_COLUMN, command, now);
    channel->stats.row_hits += !entry->begun;
    if (channel->row_hit_cap)
        channel->banks[b].hits++;
    streak->last[b] = now;
    lane_pop(channel, entry);
    if (streak->step) {
        streak->run++;
        streak->next = now + streak->step;
        streak->turn ^= 1;
        streak->entry = channel->lanes[op][streak->banks[streak->turn]].hit;
    } else {
        bus_times_transfer(&channel->buses, &channel->timing, b, op, now);
        timing_issue_own(&channel->timing, command, b, now);
        if (!has_bit(streak->behind, b))
            set_bit(streak->behind, b);
    }
    size_shrinks(channel, op, now);
    channel_log(channel, command, b, entry, now);
    channel_transfer(channel, entry, now);
}

#endif
