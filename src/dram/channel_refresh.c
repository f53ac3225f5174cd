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

    channel->refresh_pick.claim = CLAIM_NEVER;
    if (channel->unit_active[unit])
        return;
    const Cycle from = cycle_max(channel->next_refresh, channel->bus_free[BUS_ROW]);
    const Cycle when = cycle_max(from, timing_unit(&channel->timing, command, unit));

    channel->refresh_pick =
        (Pick){ claim_of(when, CLAIM_REFRESH), NULL, (uint16_t)unit, (uint8_t)command };
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
        channel_consider_refresh(channel);
        const Cycle when = claim_when(channel->refresh_pick.claim);

        if (when > now)
            return;
        channel_issue(channel, KIND_REFRESH, when);
    }
}

void channel_settle(Channel *channel, Tick now)
{
    if (!channel_is_empty(channel) || channel->next_refresh == CYCLE_NEVER)
        return;
    channel_catch_up(channel, clock_edge(channel->clock, now));
    channel->refresh_pick.claim = CLAIM_NEVER;
}
