/*
 * channel_refresh - when a channel refreshes, and the refreshes that an idle one has missed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/channel_parts.h"

void channel_consider_refresh(Channel *channel)
{
    const uint32_t unit = channel->refresh_unit;
    const Command command = channel->unit_open[unit] ? CMD_PREA : CMD_REFAB;

    if (channel->unit_active[unit])
        return;
    const Pick refresh = {
        .when = edge_from(channel, command,
                          cycle_max(cycle_max(channel->next_refresh, channel->bus_free[BUS_ROW]),
                                    timing_unit(&channel->timing, command, unit))),
        .key = KEY_REFRESH,
        .entry = NONE,
        .place = (uint16_t)unit,
        .command = (uint8_t)command,
    };

    pick_consider(&channel->best[BUS_ROW], &refresh);
}

static bool all_closed(const Channel *channel)
{
    for (uint32_t unit = 0; unit < channel->timing.n_units; unit++)
        if (channel->unit_open[unit])
            return false;
    return true;
}

/* Make up for the refreshes that an idle channel has missed, up to clock edge now. */
void channel_catch_up(Channel *channel, Cycle now)
{
    const uint32_t n_units = channel->timing.n_units;

    while (channel->next_refresh <= now) {
        const Cycle behind = (now - channel->next_refresh) / channel->refi;

        if (behind > 2 && channel->refresh_unit == 0 && !channel->log && all_closed(channel)) {
            /* Each refresh is like the one before. */
            channel->stats.refreshes += (behind - 1) * n_units;
            channel->next_refresh += (behind - 1) * channel->refi;
        }
        channel->best[BUS_ROW] = (Pick){ .when = CYCLE_NEVER };
        channel_consider_refresh(channel);
        if (channel->best[BUS_ROW].when > now)
            return;
        channel_issue(channel, BUS_ROW, channel->best[BUS_ROW].when);
    }
}

void channel_settle(Channel *channel, Tick now)
{
    if (!channel_is_empty(channel) || channel->next_refresh == CYCLE_NEVER)
        return;
    channel_catch_up(channel, now / channel->tCK_fs);
    channel->best[BUS_ROW].when = CYCLE_NEVER;
}
