/*
 * channel_issue - what a command does to the banks, the windows and the counters of its channel.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/arb.h"
#include "dram/channel_bank.h"

/* The new one may be the first to move its data. */
static void consider_active(Channel *channel, Entry *entry)
{
    const Command command = column_of(entry->op);
    const Cycle when = edge_from(channel, command,
                                 cycle_max(channel->bus_free[BUS_COLUMN],
                                           timing_bank(&channel->timing, command, entry->bank)));
    const Claim claim = claim_of(when, CLAIM_ACTIVE);
    Pick *best = &channel->active_pick;

    if (claim < best->claim || (claim == best->claim && best->entry->seen > entry->seen))
        *best = (Pick){ claim, entry, entry->bank, (uint8_t)command };
}

static void precharge_all(Channel *channel, uint32_t unit, Cycle now)
{
    const Timing *timing = &channel->timing;
    const uint32_t n = UINT32_C(1) << (timing->unit_log2 + timing->bank_log2);

    channel->stats.precharges++;
    for (uint32_t b = unit * n; b < (unit + 1) * n; b++)
        if (channel->banks[b].open) {
            close_bank(channel, b, now);
            arb_renew(channel, b);
        }
}

void channel_issue(Channel *channel, Kind kind, Cycle now)
{
    /* Field by field: a copy would wait until the stores of all of them are done. */
    const Pick *pick = channel->best[kind];
    Entry *const entry = pick->entry;
    const uint32_t place = pick->place;
    const Command command = pick->command;

    channel_take_bus(channel, bus_of(kind), command, now);
    /* What the command holds up elsewhere has to be looked for again. */
    channel->stale |= channel->spreads[command];
    if (command < N_BANK_COMMANDS)
        channel->stale |= channel->disturbs[command] << rank_of(channel, place);
    channel->stale_active |= (command <= CMD_WRA) & (channel->n_active > 0); /* else none is next */
    if (entry)
        count_begin(&channel->stats, entry, command);
    if (command <= CMD_WRA) {
        const Command issued = issue_column(channel, command, entry, now);

        arb_renew(channel, place);
        channel_log(channel, issued, place, entry, now);
        channel_transfer(channel, entry, now);
        return;
    }
    if (command != CMD_REFPB)
        timing_issue(&channel->timing, command, place, now);
    channel_log(channel, command, place, entry, now);
    if (command == CMD_ACT) {
        issue_activate(channel, entry, now);
        consider_active(channel, entry);
        arb_renew(channel, place);
        if (channel->parts.used)
            channel_first_part(channel, entry, now);
    } else if (command == CMD_PRE) {
        close_bank(channel, place, now);
        arb_renew(channel, place);
        channel->stats.precharges++;
    } else if (command == CMD_PREA)
        precharge_all(channel, place, now);
    else
        channel_refreshed(channel, now);
}
