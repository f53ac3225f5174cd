/*
 * arb_frfcfs - first ready, first come; a row is not closed while a request at least as old hits it.
 *
 * frfcfs_plain closes it as soon as the precharge can go, although hits wait.
 * Source: Rixner et al., "Memory access scheduling", ISCA 2000; the rule about hits as in Ramulator 2's FRFCFS-RowHit; without it: its FRFCFS.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/arb.h"

static inline void set_bit(uint64_t *words, uint32_t bit, bool value)
{
    uint64_t *word = &words[bit / 64];

    *word = (*word & ~(UINT64_C(1) << (bit % 64))) | (uint64_t)value << (bit % 64);
}

/* A claim of a bank takes the place of the best one if it goes first. */
static inline void claim(Channel *channel, Bus bus, uint32_t b, Command command, Claim own)
{
    Pick *best = &channel->best[bus];
    const Lane *lane = &channel->banks[b].lane[channel->dir];
    const Cycle when =
        edge_from(channel, command,
                  cycle_max(cycle_max(own >> ORDER_BITS, arb_floor(channel, command)),
                            timing_bank(&channel->timing, command, b)));
    const uint64_t key = KEY_WAITING | (own & ((1u << ORDER_BITS) - 1));

    if (when < channel->next_refresh &&
        (when < best->when || (when == best->when && key < best->key)))
        *best = (Pick){ when, key, bus == BUS_COLUMN ? lane->hit : lane->miss, (uint16_t)b,
                        (uint8_t)command };
}

/* keep: a row is not closed while a request at least as old hits it. */
static inline void renew(Channel *channel, uint32_t b, bool keep)
{
    const ReqOp dir = channel->dir;
    const Bank *bank = &channel->banks[b];
    const Lane *lane = &bank->lane[dir];
    const Cycle *ready = channel->timing.bank[b].ready;
    /* Not when the row has had its share and another one waits. */
    const bool hit =
        !bank->held && lane->hit >= 0 &&
        (channel->row_hit_cap == 0 || lane->miss < 0 || bank->hits < channel->row_hit_cap);
    const Entry *h = &channel->entries[hit ? lane->hit : 0];
    const Entry *m = &channel->entries[lane->miss >= 0 ? lane->miss : 0];
    const bool other =
        !bank->held && lane->miss >= 0 && bank->active < 0 && !(keep && hit && h->seen <= m->seen);

    set_bit(channel->hits, b, hit);
    set_bit(channel->closes, b, other && bank->open);
    set_bit(channel->opens, b, other && !bank->open);
    if (hit) {
        const Command command = dir == REQ_READ ? CMD_RD : CMD_WR;

        channel->hit[b] = claim_of(cycle_max(ready[command], h->seen), h->order);
        if (!channel->stale[BUS_COLUMN])
            claim(channel, BUS_COLUMN, b, command, channel->hit[b]);
    }
    if (other) {
        const Command command = bank->open ? CMD_PRE : CMD_ACT;
        Claim *own = bank->open ? &channel->close[b] : &channel->open[b];

        *own = claim_of(cycle_max(ready[command], m->seen), m->order);
        if (!channel->stale[BUS_ROW])
            claim(channel, BUS_ROW, b, command, *own);
    }
}

static void frfcfs_renew(Channel *channel, uint32_t b)
{
    renew(channel, b, true);
}

static void frfcfs_plain_renew(Channel *channel, uint32_t b)
{
    renew(channel, b, false);
}

/* The first of some claims so far. */
typedef struct {
    Claim claim;
    uint32_t bank;
    Command command;
} First;

/* Of the banks with a bit in words; all claims are for the same command.  The registers of a rank are looked at once. */
static inline First first_of(const Channel *channel, const uint64_t *words, const Claim *claims,
                             Command command, First first)
{
    const Timing *timing = &channel->timing;
    const Cycle bus_free = arb_floor(channel, command);
    const uint32_t step_log2 = MIN(channel->banks_of_rank_log2, 6), step = 1u << step_log2;
    const Claim edge = claim_of(channel->rising[command], 0);
    const uint64_t mask = step == 64 ? UINT64_MAX : (UINT64_C(1) << step) - 1;

    for (uint32_t base = 0; base < timing->n_banks; base += step) {
        uint64_t bits = words[base / 64] >> (base % 64) & mask;
        const Cycle floor =
            cycle_max(bus_free, timing->rank[base >> channel->banks_of_rank_log2].ready[command]);

        for (; bits; bits &= bits - 1) {
            const uint32_t b = base + (uint32_t)__builtin_ctzll(bits);
            const Cycle group = timing->group[b >> timing->bank_log2].ready[command];
            const Claim own = claim_not_before(claims[b], cycle_max(group, floor)) | edge;

            first.bank = own < first.claim ? b : first.bank;
            first.command = own < first.claim ? command : first.command;
            first.claim = own < first.claim ? own : first.claim;
        }
    }
    return first;
}

static inline void take(Channel *channel, Bus bus, const First *first)
{
    const Cycle when = first->claim >> ORDER_BITS;
    const Lane *lane = &channel->banks[first->bank].lane[channel->dir];

    if (first->claim != CLAIM_NEVER && when < channel->next_refresh &&
        when < channel->best[bus].when)
        channel->best[bus] = (Pick){ when, KEY_WAITING | (first->claim & ((1u << ORDER_BITS) - 1)),
                                     bus == BUS_COLUMN ? lane->hit : lane->miss,
                                     (uint16_t)first->bank, (uint8_t)first->command };
}

static void frfcfs_choose(Channel *channel, Bus bus)
{
    First first = { .claim = CLAIM_NEVER };

    if (bus == BUS_COLUMN) {
        channel->best[bus] = arb_first_active(channel);
        first = first_of(channel, channel->hits, channel->hit,
                         channel->dir == REQ_READ ? CMD_RD : CMD_WR, first);
    } else {
        channel->best[bus] = (Pick){ .when = CYCLE_NEVER };
        first = first_of(channel, channel->closes, channel->close, CMD_PRE, first);
        first = first_of(channel, channel->opens, channel->open, CMD_ACT, first);
    }
    take(channel, bus, &first);
}

const ArbOps arb_frfcfs = { .name = "frfcfs", .renew = frfcfs_renew, .choose = frfcfs_choose };
const ArbOps arb_frfcfs_plain = { .name = "frfcfs-plain",
                                  .renew = frfcfs_plain_renew,
                                  .choose = frfcfs_choose };
