/*
 * arb_fcfs - first come, first served: only the oldest request of the direction is begun.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/arb.h"

static void fcfs_choose(Channel *channel)
{
    const Timing *timing = &channel->timing;
    const ReqOp dir = channel->mode_next;
    int16_t oldest = NONE;
    bool active = false;

    channel->best[BUS_COLUMN].when = channel->best[BUS_ROW].when = CYCLE_NEVER;
    for (uint32_t w = 0; w < channel->bank_words; w++) {
        for (uint64_t bits = channel->active[w]; bits; bits &= bits - 1) {
            const uint32_t b = w * 64 + (uint32_t)__builtin_ctzll(bits);
            const Entry *e = &channel->entries[channel->banks[b].active];
            const Command command = e->op == REQ_READ ? CMD_RD : CMD_WR;

            active = true;
            pick_consider(&channel->best[BUS_COLUMN],
                          cycle_max(channel->bus_free[BUS_COLUMN], timing_bank(timing, command, b)),
                          e->order, channel->banks[b].active, command, b);
        }
        for (uint64_t bits = channel->waiting[dir][w]; bits; bits &= bits - 1) {
            const int16_t head =
                channel->banks[w * 64 + (uint32_t)__builtin_ctzll(bits)].lane[dir].head;

            if (oldest < 0 || channel->entries[head].order < channel->entries[oldest].order)
                oldest = head;
        }
    }
    if (active || oldest < 0)
        return;
    const Entry *e = &channel->entries[oldest];
    const Bank *bank = &channel->banks[e->bank];
    const bool hit = bank->open && bank->row == e->row;
    const Bus bus = hit ? BUS_COLUMN : BUS_ROW;
    const Command command = hit          ? (dir == REQ_READ ? CMD_RD : CMD_WR)
                            : bank->open ? CMD_PRE
                                         : CMD_ACT;
    const Cycle when = cycle_max(cycle_max(channel->bus_free[bus], e->seen),
                                 timing_bank(timing, command, e->bank));

    if (when < channel->next_refresh && !bank->held)
        pick_consider(&channel->best[bus], when, KEY_WAITING | e->order, oldest, command, e->bank);
}

static void fcfs_renew(Channel *channel, uint32_t bank, ReqOp dir)
{
    (void)channel;
    (void)bank;
    (void)dir;
}

static void fcfs_improve(Channel *channel, uint32_t bank)
{
    (void)bank;
    if (channel->size[channel->mode_next] == 1)
        fcfs_choose(channel);
}

const ArbOps arb_fcfs = {
    .name = "fcfs", .renew = fcfs_renew, .choose = fcfs_choose, .improve = fcfs_improve
};
