/*
 * arb_frfcfs - first ready, first come; a row is not closed while a request at least as old hits it.
 *
 * Source: Rixner et al., "Memory access scheduling", ISCA 2000; the rule about hits as in Ramulator 2's FRFCFS-RowHit.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/arb.h"

/* Whether the lane's hit may be served: not when its row has had its share and another one waits. */
static inline bool hit_allowed(const Channel *channel, const Bank *bank, const Lane *lane)
{
    return lane->hit >= 0 &&
           (channel->row_hit_cap == 0 || lane->miss < 0 || bank->hits < channel->row_hit_cap);
}

static inline void consider_waiting(Channel *channel, const Bank *bank, uint32_t b, ReqOp dir,
                                    Pick *best)
{
    const Timing *timing = &channel->timing;
    const Lane *lane = &bank->lane[dir];
    const Cycle limit = channel->next_refresh;
    const bool hit = hit_allowed(channel, bank, lane);

    if (hit) {
        const Entry *e = &channel->entries[lane->hit];
        const Command command = dir == REQ_READ ? CMD_RD : CMD_WR;
        const Cycle when = cycle_max(cycle_max(channel->bus_free[BUS_COLUMN], e->seen),
                                     timing_bank(timing, command, b));

        if (when < limit)
            pick_consider(&best[BUS_COLUMN], when, KEY_WAITING | e->order, lane->hit, command, b);
    }
    if (lane->miss >= 0 && bank->active < 0) {
        const Entry *e = &channel->entries[lane->miss];
        const Command command = bank->open ? CMD_PRE : CMD_ACT;

        if (hit && channel->entries[lane->hit].seen <= e->seen)
            return;
        const Cycle when = cycle_max(cycle_max(channel->bus_free[BUS_ROW], e->seen),
                                     timing_bank(timing, command, b));

        if (when < limit)
            pick_consider(&best[BUS_ROW], when, KEY_WAITING | e->order, lane->miss, command, b);
    }
}

static inline void consider_active(Channel *channel, const Bank *bank, uint32_t b, Pick *best)
{
    const Entry *e = &channel->entries[bank->active];
    const Command command = e->op == REQ_READ ? CMD_RD : CMD_WR;
    const Cycle when =
        cycle_max(channel->bus_free[BUS_COLUMN], timing_bank(&channel->timing, command, b));

    pick_consider(&best[BUS_COLUMN], when, e->order, bank->active, command, b);
}

static void frfcfs_choose(Channel *channel)
{
    const ReqOp dir = channel->mode_next;
    Pick best[N_BUSES] = { { .when = CYCLE_NEVER }, { .when = CYCLE_NEVER } };

    for (uint32_t w = 0; w < channel->bank_words; w++) {
        for (uint64_t bits = channel->active[w]; bits; bits &= bits - 1) {
            const uint32_t b = w * 64 + (uint32_t)__builtin_ctzll(bits);

            consider_active(channel, &channel->banks[b], b, best);
        }
        for (uint64_t bits = channel->waiting[dir][w]; bits; bits &= bits - 1) {
            const uint32_t b = w * 64 + (uint32_t)__builtin_ctzll(bits);

            consider_waiting(channel, &channel->banks[b], b, dir, best);
        }
    }
    channel->best[BUS_COLUMN] = best[BUS_COLUMN];
    channel->best[BUS_ROW] = best[BUS_ROW];
}

static void frfcfs_arrived(Channel *channel, const Entry *entry)
{
    const Bank *bank = &channel->banks[entry->bank];
    const Lane *lane = &bank->lane[entry->op];
    const int16_t index = (int16_t)(entry - channel->entries);

    if (lane->hit == index && lane->miss >= 0)
        channel->arb->choose(channel); /* it may keep a precharge back */
    else if (lane->hit == index || lane->miss == index)
        consider_waiting(channel, bank, entry->bank, entry->op, channel->best);
}

const ArbOps arb_frfcfs = { .name = "frfcfs", .choose = frfcfs_choose, .arrived = frfcfs_arrived };
