/*
 * arb_frfcfs - first ready, first come; a row is not closed while a request at least as old hits it.
 *
 * Source: Rixner et al., "Memory access scheduling", ISCA 2000; the rule about hits as in Ramulator 2's FRFCFS-RowHit.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/arb.h"

/* A claim of a bank takes the place of the best one if it goes first. */
static inline void compete(Channel *channel, Kind kind, Command command, Claim own, Entry *entry)
{
    Pick *best = &channel->best[kind];
    const uint32_t b = entry->bank;
    const Claim claim = claim_not_before(
        own, cycle_max(channel->bus_free[bus_of(kind)], timing_bank(&channel->timing, command, b)));

    if (claim < best->claim && claim < claim_limit(channel))
        *best = (Pick){ claim, entry, (uint16_t)b, (uint8_t)command };
}

/* The bank's request would issue the command. */
static inline void claim(Channel *channel, Kind kind, Command command, Entry *entry)
{
    const uint32_t b = entry->bank;
    const Cycle ready = channel->timing.bank[b].ready[command];
    const Claim own = claim_of(cycle_max(ready, entry->seen), CLAIM_WAITING | entry->order);

    channel->claims[kind][b] = own;
    channel->claiming[kind][b / 64] |= UINT64_C(1) << (b % 64);
    if (!(channel->stale >> kind & 1))
        compete(channel, kind, command, own, entry);
}

static void frfcfs_renew(Channel *channel, uint32_t b)
{
    const Bank *bank = &channel->banks[b];
    const Lane *lane = &channel->lanes[channel->dir][b];
    const uint64_t others = ~(UINT64_C(1) << (b % 64));
    Entry *hit = lane->hit, *miss = bank->active ? NULL : lane->miss;

    for (Kind kind = KIND_COLUMN; kind <= KIND_OPEN; kind++)
        channel->claiming[kind][b / 64] &= others;
    /* Not when the row has had its share and another one waits. */
    if (channel->row_hit_cap && lane->miss && bank->hits >= channel->row_hit_cap)
        hit = NULL;
    if (hit)
        claim(channel, KIND_COLUMN, channel->dir == REQ_READ ? CMD_RD : CMD_WR, hit);
    /* A row stays open as long as somebody as old hits it. */
    if (!miss || (hit && hit->seen <= miss->seen))
        return;
    if (bank->open)
        claim(channel, KIND_CLOSE, CMD_PRE, miss);
    else
        claim(channel, KIND_OPEN, CMD_ACT, miss);
}

/* The first of some claims so far; bank: UINT32_MAX if none of them. */
typedef struct {
    Claim claim;
    uint32_t bank;
} First;

static inline void find_first(const Channel *channel, Kind kind, Command command, First *best)
{
    const Timing *timing = &channel->timing;
    const Cycle bus_free = channel->bus_free[bus_of(kind)];
    const uint64_t *words = channel->claiming[kind];
    const Claim *claims = channel->claims[kind];
    Claim first = best->claim;
    uint32_t bank = best->bank;

    for (uint32_t base = 0; base < timing->n_banks; base += timing->banks_of_rank) {
        uint64_t bits = words[base / 64] >> (base % 64) & timing->rank_mask;

        if (!bits)
            continue;
        const Cycle rank = timing->rank[base >> timing->banks_of_rank_log2].ready[command];
        const Cycle floor = cycle_max(bus_free, rank);

        do {
            const uint32_t b = base + (uint32_t)__builtin_ctzll(bits);
            const Cycle group = timing->group[b >> timing->bank_log2].ready[command];
            const Claim own = claim_not_before(claims[b], cycle_max(group, floor));

            bank = own < first ? b : bank;
            first = own < first ? own : first;
            bits &= bits - 1;
        } while (bits);
    }
    *best = (First){ first, bank };
}

static inline void choose_column(Channel *channel, Command command)
{
    const Pick active = arb_first_active(channel);
    First first = { .claim = MIN(active.claim, claim_limit(channel)), .bank = UINT32_MAX };

    find_first(channel, KIND_COLUMN, command, &first);
    channel->best[KIND_COLUMN] =
        first.bank == UINT32_MAX
            ? active
            : (Pick){ first.claim, channel->lanes[channel->dir][first.bank].hit,
                      (uint16_t)first.bank, (uint8_t)command };
}

static inline void choose_row(Channel *channel, Kind kind, Command command)
{
    First first = { .claim = claim_limit(channel), .bank = UINT32_MAX };

    find_first(channel, kind, command, &first);
    channel->best[kind] = first.bank == UINT32_MAX
                              ? (Pick){ .claim = CLAIM_NEVER }
                              : (Pick){ first.claim, channel->lanes[channel->dir][first.bank].miss,
                                        (uint16_t)first.bank, (uint8_t)command };
}

static void frfcfs_choose(Channel *channel, Kind kind)
{
    if (kind == KIND_COLUMN && channel->dir == REQ_READ)
        choose_column(channel, CMD_RD);
    else if (kind == KIND_COLUMN)
        choose_column(channel, CMD_WR);
    else if (kind == KIND_CLOSE)
        choose_row(channel, KIND_CLOSE, CMD_PRE);
    else
        choose_row(channel, KIND_OPEN, CMD_ACT);
}

const ArbOps arb_frfcfs = { .name = "frfcfs", .renew = frfcfs_renew, .choose = frfcfs_choose };
