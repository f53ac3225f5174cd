/*
 * channel_two_parts - commands in two parts: an activation is ACT-1 and ACT-2, and a transfer that finds WCK at rest
 * begins with a CAS command in the clock before.
 *
 * ACT-2 comes in the first clock that no other command takes, at the latest tAAD after ACT-1; until then there is no
 * other ACT-1.  CAS is sent when its transfer could be: that comes in the next clock, and nothing between.
 * Source: JEDEC JESD209-5, activate command and WCK2CK synchronisation; the order of the commands as in Ramulator 2.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>

#include "dram/channel_parts.h"
#include "dram/direction.h"

static void take_bus(Channel *channel, Cycle now)
{
    channel->bus_free[BUS_COLUMN] = channel->bus_free[BUS_ROW] = now + 1;
}

void channel_first_part(Channel *channel, const Entry *entry, Cycle now)
{
    channel->parts.entry = entry;
    channel->parts.deadline = now + channel->parts.activate_within;
    channel->parts.pending = true;
    channel->act_from = channel->parts.deadline + 1;
    channel->stale |= STALE(KIND_OPEN, ALL_RANKS);
}

void channel_wck_runs(Channel *channel, ReqOp op, Cycle now)
{
    channel->parts.wck_until =
        cycle_max(channel->parts.wck_until, now + channel->parts.wck_after[op]);
}

static void issue_act2(Channel *channel, Cycle now)
{
    const Entry *entry = channel->parts.entry;

    channel_log(channel, CMD_ACT2, entry->bank, entry, now);
    take_bus(channel, now);
    channel->parts.deadline = CYCLE_NEVER;
    channel->parts.pending = false;
    channel->act_from = 0;
    channel->stale |= STALE(KIND_OPEN, ALL_RANKS);
}

static void issue_cas(Channel *channel, Cycle now)
{
    const Pick *column = channel->best[next_column_kind(channel)];

    channel_log(channel, CMD_CAS, column->place, column->entry, now);
    take_bus(channel, now);
    channel->parts.transfer = *column;
    channel->parts.transfer.claim = claim_of(now + 1, CLAIM_ACTIVE);
    channel->parts.pending = true;
}

static void issue_transfer(Channel *channel, Cycle now)
{
    channel->active_pick = channel->parts.transfer;
    channel->parts.transfer.claim = CLAIM_NEVER;
    channel->parts.pending = channel->parts.deadline != CYCLE_NEVER;
    channel->mode_since = now; /* nobody has looked at the sizes */
    channel_issue(channel, KIND_ACTIVE, now);
}

bool channel_two_parts(Channel *channel, Cycle now)
{
    const TwoParts *parts = &channel->parts;
    const Pick *first = channel->best[next_kind(channel)];

    if (parts->transfer.claim != CLAIM_NEVER) {
        issue_transfer(channel, now);
        return true;
    }
    const bool due = parts->deadline <= now, late = claim_when(first->claim) > now;

    assert(due || !late || parts->deadline != CYCLE_NEVER);
    mode_passed(channel, now - 1);
    if (!due && !late && (first->command > CMD_WRA || now < parts->wck_until))
        return false;
    /* Somebody has looked at the sizes, unless something else went first. */
    if (due || (!late && !is_waiting(first->claim)))
        channel->mode_since = now;
    else if (now < channel->next_refresh)
        channel->mode = channel->mode_next;
    /* CAS and its transfer take two clocks. */
    if (late || parts->deadline <= now + 1)
        issue_act2(channel, now);
    else
        issue_cas(channel, now);
    return true;
}
