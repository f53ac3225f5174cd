/*
 * lone - one request, command by command.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/lone.h"

#include "dram/arb.h"
#include "dram/channel_bank.h"
#include "dram/window.h"

void lone_init(Channel *channel)
{
    channel->lone.possible = !channel->parts.used && channel->page != PAGE_TIMEOUT;
}

static inline Command command_of(const Bank *bank, const Entry *entry)
{
    if (!bank->open)
        return CMD_ACT;
    return bank->row == entry->row ? column_of(entry->op) : CMD_PRE;
}

static inline Bus bus_for(Command command)
{
    return command <= CMD_WRA ? BUS_COLUMN : BUS_ROW;
}

bool lone_goes_on(Channel *channel)
{
    Lone *lone = &channel->lone;
    const Entry *entry = lone->entry;
    const Command command = command_of(&channel->banks[entry->bank], entry);
    const Cycle bus_free = channel->bus_free[bus_for(command)];
    const Cycle ready = cycle_max(timing_bank(&channel->timing, command, entry->bank), entry->seen);

    lone->command = (uint8_t)command;
    lone->next = edge_from(channel, command, cycle_max(bus_free, ready));
    return lone->next < channel->next_refresh && lone->next < channel->rotation.hold_at;
}

/* channel_issue, without what is for others. */
static inline void issue(Channel *channel, Entry *entry, Command command, Cycle now)
{
    const uint32_t b = entry->bank;

    channel_take_bus(channel, bus_for(command), command, now);
    count_begin(&channel->stats, entry, command);
    if (command <= CMD_WRA) {
        channel_log(channel, issue_column(channel, command, entry, now), b, entry, now);
        channel_transfer(channel, entry, now);
        return;
    }
    timing_issue(&channel->timing, command, b, now);
    channel_log(channel, command, b, entry, now);
    if (command == CMD_ACT) {
        issue_activate(channel, entry, now);
    } else {
        close_bank(channel, b, now);
        channel->stats.precharges++;
    }
}

/* What the decisions in channel.c come to for the direction and the buses. */
static inline void serve(Channel *channel, Cycle now)
{
    Entry *entry = channel->lone.entry;
    const Command command = channel->lone.command;
    const bool waits = !channel->banks[entry->bank].active;

    mode_passed(channel, now - 1);
    if (waits)
        channel->mode = channel->mode_next;
    else if (!channel->two_buses)
        channel->mode_since = now;
    if (command <= CMD_WRA)
        channel->lone.entry = NULL;
    issue(channel, entry, command, now);
    if (!channel->two_buses)
        return;
    if (command <= CMD_WRA)
        channel->mode = channel->mode_next = look_at_sizes(channel);
    channel->bus_free[BUS_COLUMN] = cycle_max(channel->bus_free[BUS_COLUMN], now + 1);
    channel->bus_free[BUS_ROW] = cycle_max(channel->bus_free[BUS_ROW], now + 1);
}

/* There are no picks to be forgotten. */
Cycle lone_tick(Channel *channel, Cycle now)
{
    channel->stats.decisions++;
    serve(channel, now);
    if (window_may_admit(channel))
        window_admit(channel, now);
    channel->deciding = false;
    return channel_is_empty(channel) ? CYCLE_NEVER : channel_choose(channel);
}

void lone_end(Channel *channel)
{
    const uint32_t bank = channel->lone.entry->bank;

    channel->lone.entry = NULL;
    channel->stale_active = channel->n_active > 0;
    channel->arb->renew(channel, bank);
}
