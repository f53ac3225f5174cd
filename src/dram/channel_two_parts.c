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
#include "dram/channel_parts.h"
#include "dram/direction.h"

static void take_bus(Channel *channel, Cycle now)
{
    channel->bus_free[BUS_COLUMN] = channel->bus_free[BUS_ROW] = now + 1;
}

void channel_first_part(Channel *channel, int32_t entry, Cycle now)
{
    channel->parts.entry = entry;
    channel->parts.deadline = now + channel->parts.activate_within;
    channel->parts.pending = true;
    channel->act_from = channel->parts.deadline + 1;
}

void channel_wck_runs(Channel *channel, ReqOp op, Cycle now)
{
    channel->parts.wck_until =
        cycle_max(channel->parts.wck_until, now + channel->parts.wck_after[op]);
}

Cycle channel_second_part(const Channel *channel)
{
    return channel->parts.transfer.when != CYCLE_NEVER ? channel->parts.transfer.when
                                                       : channel->bus_free[BUS_ROW];
}

static void issue_act2(Channel *channel, Cycle now)
{
    const Entry *entry = &channel->entries[channel->parts.entry];

    channel_log(channel, CMD_ACT2, entry->bank, entry, now);
    take_bus(channel, now);
    channel->parts.deadline = CYCLE_NEVER;
    channel->parts.pending = false;
    channel->act_from = 0;
    channel->stale[BUS_ROW] = true;
}

static void issue_cas(Channel *channel, Cycle now)
{
    const Pick *column = &channel->best[BUS_COLUMN];

    channel_log(channel, CMD_CAS, column->place, &channel->entries[column->entry], now);
    take_bus(channel, now);
    channel->parts.transfer = *column;
    channel->parts.transfer.when = now + 1;
    channel->parts.pending = true;
}

static void issue_transfer(Channel *channel, Cycle now)
{
    channel->best[BUS_COLUMN] = channel->parts.transfer;
    channel->parts.transfer.when = CYCLE_NEVER;
    channel->parts.pending = channel->parts.deadline != CYCLE_NEVER;
    channel->mode_since = now; /* nobody has looked at the sizes */
    channel_issue(channel, BUS_COLUMN, now);
}

bool channel_two_parts(Channel *channel, Cycle now)
{
    const TwoParts *parts = &channel->parts;
    const Pick *first = &channel->best[channel_first_bus(channel)];

    if (parts->transfer.when != CYCLE_NEVER) {
        issue_transfer(channel, now);
        return true;
    }
    mode_passed(channel, now - 1);
    if (parts->deadline <= now)
        channel->mode_since = now;
    else if (first->when > now)
        mode_passed(channel, now); /* ACT-2 in a clock that nothing else takes */
    else if (first->command > CMD_WRA || now < parts->wck_until)
        return false;
    else if (first->key >= KEY_WAITING)
        channel->mode = channel->mode_next;
    else
        channel->mode_since = now;
    /* CAS and its transfer take two clocks. */
    if (first->when > now || parts->deadline <= now + 1)
        issue_act2(channel, now);
    else
        issue_cas(channel, now);
    return true;
}
