/*
 * arb_frfcfs - first ready, first come; a row is not closed while a request at least as old hits it.
 *
 * Source: Rixner et al., "Memory access scheduling", ISCA 2000; the rule about hits as in Ramulator 2's FRFCFS-RowHit.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/arb.h"

static inline void set_bit(uint64_t *words, uint32_t bit, bool value)
{
    const uint64_t mask = UINT64_C(1) << (bit % 64);

    words[bit / 64] = value ? words[bit / 64] | mask : words[bit / 64] & ~mask;
}

static void frfcfs_renew(Channel *channel, uint32_t b, ReqOp dir)
{
    const Bank *bank = &channel->banks[b];
    const Lane *lane = &bank->lane[dir];
    const Registers *registers = &channel->timing.bank[b];
    /* Not when the row has had its share and another one waits. */
    const bool hit =
        !bank->held && lane->hit >= 0 &&
        (channel->row_hit_cap == 0 || lane->miss < 0 || bank->hits < channel->row_hit_cap);
    const Entry *h = &channel->entries[hit ? lane->hit : 0];
    const Entry *m = &channel->entries[lane->miss >= 0 ? lane->miss : 0];
    const bool other =
        !bank->held && lane->miss >= 0 && bank->active < 0 && !(hit && h->seen <= m->seen);

    set_bit(channel->hits[dir], b, hit);
    set_bit(channel->others[dir], b, other);
    if (hit) {
        const Command command = dir == REQ_READ ? CMD_RD : CMD_WR;

        channel->hit[dir][b] = (Candidate){ .at = cycle_max(registers->ready[command], h->seen),
                                            .key = KEY_WAITING | h->order,
                                            .entry = lane->hit,
                                            .command = (uint8_t)command };
    }
    if (other) {
        const Command command = bank->open ? CMD_PRE : CMD_ACT;

        channel->other[dir][b] = (Candidate){ .at = cycle_max(registers->ready[command], m->seen),
                                              .key = KEY_WAITING | m->order,
                                              .entry = lane->miss,
                                              .command = (uint8_t)command };
    }
}

__extension__ typedef unsigned __int128 U128;

/* The best of the banks in a word of bits, or what was the best before. */
typedef struct {
    U128 rank; /* time, then key */
    uint32_t bank;
} Best;

static inline Best best_of(const Channel *channel, const Candidate *candidates, uint64_t bits,
                           uint32_t base, Cycle floor, Best best)
{
    const Timing *timing = &channel->timing;

    for (; bits; bits &= bits - 1) {
        const uint32_t b = base + (uint32_t)__builtin_ctzll(bits);
        const Candidate *c = &candidates[b];
        const Cycle group = timing->group[b >> timing->bank_log2].ready[c->command];
        const Cycle when = cycle_max(cycle_max(c->at, group), floor);
        const U128 rank = (U128)when << 64 | c->key;

        best.bank = rank < best.rank ? b : best.bank;
        best.rank = rank < best.rank ? rank : best.rank;
    }
    return best;
}

static inline void take(Channel *channel, Bus bus, const Candidate *candidates, Best best,
                        Cycle limit)
{
    const Cycle when = (Cycle)(best.rank >> 64);
    const uint64_t key = (uint64_t)best.rank;
    Pick *pick = &channel->best[bus];

    if (when >= limit || when > pick->when || (when == pick->when && key >= pick->key))
        return;
    const Candidate *c = &candidates[best.bank];

    *pick = (Pick){ when, key, c->entry, c->command, (uint16_t)best.bank };
}

static void frfcfs_choose(Channel *channel)
{
    const ReqOp dir = channel->mode_next;
    const Cycle column_floor = channel->bus_free[BUS_COLUMN],
                row_floor = channel->bus_free[BUS_ROW];
    const Best none = { .rank = ~(U128)0 };
    Best open = none, hit = none, other = none;

    for (uint32_t w = 0; w < channel->bank_words; w++) {
        open = best_of(channel, channel->open, channel->active[w], w * 64, column_floor, open);
        hit = best_of(channel, channel->hit[dir], channel->hits[dir][w], w * 64, column_floor, hit);
        other = best_of(channel, channel->other[dir], channel->others[dir][w], w * 64, row_floor,
                        other);
    }
    channel->best[BUS_COLUMN].when = channel->best[BUS_ROW].when = CYCLE_NEVER;
    take(channel, BUS_COLUMN, channel->open, open, CYCLE_NEVER);
    take(channel, BUS_COLUMN, channel->hit[dir], hit, channel->next_refresh);
    take(channel, BUS_ROW, channel->other[dir], other, channel->next_refresh);
}

static void frfcfs_improve(Channel *channel, uint32_t b)
{
    const ReqOp dir = channel->mode_next;
    const uint64_t bit = UINT64_C(1) << (b % 64);
    const Best none = { .rank = ~(U128)0 };

    if (channel->hits[dir][b / 64] & bit)
        take(
            channel, BUS_COLUMN, channel->hit[dir],
            best_of(channel, channel->hit[dir], bit, b & ~63u, channel->bus_free[BUS_COLUMN], none),
            channel->next_refresh);
    if (channel->others[dir][b / 64] & bit)
        take(channel, BUS_ROW, channel->other[dir],
             best_of(channel, channel->other[dir], bit, b & ~63u, channel->bus_free[BUS_ROW], none),
             channel->next_refresh);
}

const ArbOps arb_frfcfs = {
    .name = "frfcfs", .renew = frfcfs_renew, .choose = frfcfs_choose, .improve = frfcfs_improve
};
