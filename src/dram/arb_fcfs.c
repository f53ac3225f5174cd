/*
 * arb_fcfs - first come, first served: only the oldest request of the direction is begun.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/arb.h"

/* The oldest request of the direction; NONE: there is none. */
static int32_t oldest_waiting(const Channel *channel)
{
    int32_t oldest = NONE;

    for (uint32_t w = 0; w < channel->bank_words; w++)
        for (uint64_t bits = channel->waiting[channel->dir][w]; bits; bits &= bits - 1) {
            const uint32_t b = w * 64 + (uint32_t)__builtin_ctzll(bits);
            const int32_t head = channel->banks[b].lane[channel->dir].head;

            if (oldest < 0 || channel->entries[head].order < channel->entries[oldest].order)
                oldest = head;
        }
    return oldest;
}

static void fcfs_choose(Channel *channel, Bus bus)
{
    const int32_t oldest = channel->n_active ? NONE : oldest_waiting(channel);

    channel->best[bus] = (Pick){ .when = CYCLE_NEVER };
    if (bus == BUS_COLUMN)
        channel->best[bus] = arb_first_active(channel);
    if (oldest < 0)
        return;
    const Entry *e = &channel->entries[oldest];
    const Bank *bank = &channel->banks[e->bank];
    const bool hit = bank->open && bank->row == e->row;
    const Command command = hit          ? (e->op == REQ_READ ? CMD_RD : CMD_WR)
                            : bank->open ? CMD_PRE
                                         : CMD_ACT;
    const Cycle when = edge_from(channel, command,
                                 cycle_max(cycle_max(arb_floor(channel, command), e->seen),
                                           timing_bank(&channel->timing, command, e->bank)));

    if (!bank->held && hit == (bus == BUS_COLUMN) && when < channel->next_refresh)
        channel->best[bus] =
            (Pick){ when, KEY_WAITING | e->order, oldest, e->bank, (uint8_t)command };
}

static void fcfs_renew(Channel *channel, uint32_t bank)
{
    (void)bank;
    channel->stale[BUS_COLUMN] = channel->stale[BUS_ROW] = true;
}

const ArbOps arb_fcfs = { .name = "fcfs", .renew = fcfs_renew, .choose = fcfs_choose };
