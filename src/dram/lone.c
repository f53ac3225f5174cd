/*
 * lone - requests for one bank, command by command.  See the header.
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
    channel->lone.many = channel->lone.possible && channel->arb->first_ready;
}

/* The one bank for which requests wait in any direction; UINT32_MAX: there is none, or there are several. */
static uint32_t only_bank(const Channel *channel)
{
    uint32_t bank = UINT32_MAX;

    for (uint32_t w = 0; w < channel->bank_words; w++) {
        const uint64_t banks = channel->waiting[REQ_READ][w] | channel->waiting[REQ_WRITE][w];

        if (banks == 0)
            continue;
        if (bank != UINT32_MAX || (banks & (banks - 1)) != 0)
            return UINT32_MAX;
        bank = w * 64 + (uint32_t)__builtin_ctzll(banks);
    }
    return bank;
}

void lone_may_begin(Channel *channel)
{
    if (!channel->lone.many || channel->ahead.deciding || channel->streak.on ||
        channel->n_active > 0)
        return;
    const uint32_t bank = only_bank(channel);

    if (bank == UINT32_MAX)
        return;
    for (Kind kind = KIND_HIT; kind < N_CLAIM_KINDS; kind++)
        clear_bit(channel->claiming[kind], bank);
    channel_forget_picks(channel);
    lone_begin(channel, bank, NULL);
}

static inline Bus bus_for(Command command)
{
    return command <= CMD_WRA ? BUS_COLUMN : BUS_ROW;
}

/* When a command for the bank can come, the request of which is seen from then on. */
static inline Cycle comes_at(const Channel *channel, Command command, Cycle seen)
{
    const Cycle ready = cycle_max(timing_bank(&channel->timing, command, channel->lone.bank), seen);

    return edge_from(channel, command, cycle_max(channel->bus_free[bus_for(command)], ready));
}

/* Another command could come, for a request that waits: is it the next one?  A column command has its bus for itself where there are
 * two; of those of one bus the older request's goes first, and before both that of a request whose row has been activated. */
static G_GNUC_NO_INLINE void consider_other(Channel *channel, Command command, Entry *entry)
{
    Lone *lone = &channel->lone;
    const Cycle when = comes_at(channel, command, entry->seen);
    const bool is_older = lone->waits && entry->order < lone->entry->order &&
                          !(channel->two_buses && command > CMD_WRA);

    if (when > lone->next || (when == lone->next && !is_older))
        return;
    lone->next = when;
    lone->command = (uint8_t)command;
    lone->entry = entry;
    lone->waits = true;
}

/* The next command, as far as no other one could come. */
static inline void comes_next(Channel *channel, Command command, Entry *entry, Cycle seen)
{
    Lone *lone = &channel->lone;

    lone->entry = entry;
    lone->command = (uint8_t)command;
    lone->waits = !channel->banks[lone->bank].active;
    lone->next = comes_at(channel, command, seen);
}

/* The next command of several requests.  False: it is a matter for a streak. */
static G_GNUC_NO_INLINE bool choose_of_many(Channel *channel)
{
    const Bank *bank = &channel->banks[channel->lone.bank];

    if (channel_turns(channel))
        channel->dir = channel->mode_next;
    const Lane *lane = &channel->lanes[channel->dir][channel->lone.bank];
    const Command column = column_of(channel->dir);
    Entry *const active = bank->active, *hit = lane->hit, *const miss = lane->miss;

    if (hit && hit->next && !miss)
        return false;
    if (channel->row_hit_cap && miss && bank->hits >= channel->row_hit_cap)
        hit = NULL;
    if (active) {
        comes_next(channel, column_of(active->op), active, 0);
        if (hit)
            consider_other(channel, column, hit);
    } else if (hit) {
        comes_next(channel, column, hit, hit->seen);
        if (miss && !(channel->arb->keeps_rows && hit->seen <= miss->seen))
            consider_other(channel, CMD_PRE, miss);
    } else {
        comes_next(channel, bank->open ? CMD_PRE : CMD_ACT, miss, miss->seen);
    }
    return true;
}

static inline Command command_of(const Bank *bank, const Entry *entry)
{
    if (!bank->open)
        return CMD_ACT;
    return bank->row == entry->row ? column_of(entry->op) : CMD_PRE;
}

/* Behind a command it is asked without a call: 2 to 3 % fewer cycles of a chase and of conflicts in one bank. */
static inline bool goes_on(Channel *channel)
{
    const Lone *lone = &channel->lone;
    Entry *only = lone->only;

    if (only)
        comes_next(channel, command_of(&channel->banks[lone->bank], only), only, only->seen);
    else if (!choose_of_many(channel))
        return false;
    return lone->next < channel->next_refresh && lone->next < channel->rotation.hold_at;
}

bool lone_goes_on(Channel *channel)
{
    return goes_on(channel);
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
    const Command command = channel->lone.command;

    mode_passed(channel, now - 1);
    if (channel->lone.waits)
        channel->mode = channel->mode_next;
    else if (!channel->two_buses)
        channel->mode_since = now;
    issue(channel, channel->lone.entry, command, now);
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
    channel->lone.on = !channel_is_empty(channel);
    if (window_may_admit(channel))
        window_admit(channel, now);
    channel->deciding = false;
    if (channel_is_empty(channel))
        return CYCLE_NEVER;
    return channel->lone.on && goes_on(channel) ? channel->lone.next : channel_choose(channel);
}

void lone_end(Channel *channel)
{
    channel->lone.on = false;
    channel->stale_active = channel->n_active > 0;
    channel->arb->renew(channel, channel->lone.bank);
}
