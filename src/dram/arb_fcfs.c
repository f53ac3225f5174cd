/*
 * arb_fcfs - first come, first served: only the oldest request of the direction is begun.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/arb.h"

/* The oldest request of the direction; NULL: there is none. */
static Entry *oldest_waiting(const Channel *channel)
{
    Entry *oldest = NULL;

    for (uint32_t w = 0; w < channel->bank_words; w++)
        for (uint64_t bits = channel->waiting[channel->dir][w]; bits; bits &= bits - 1) {
            const uint32_t b = w * 64 + (uint32_t)__builtin_ctzll(bits);
            Entry *head = channel->lanes[channel->dir][b].head;

            if (!oldest || head->order < oldest->order)
                oldest = head;
        }
    return oldest;
}

/* It is what comes next if its command is of the kind. */
static void choose_kind(Channel *channel, Kind kind, uint32_t rank)
{
    Entry *e = channel->n_active ? NULL : oldest_waiting(channel);
    Pick *pick = &channel->picks[kind][rank];

    *pick = NO_PICK;
    if (!e || pick_of(channel, kind, e->bank) != rank)
        return;
    const Bank *bank = &channel->banks[e->bank];
    const Kind own = !bank->open ? KIND_OPEN : bank->row == e->row ? KIND_HIT : KIND_CLOSE;
    const Command command = own == KIND_OPEN    ? CMD_ACT
                            : own == KIND_CLOSE ? CMD_PRE
                                                : column_of(e->op);
    const Cycle when = edge_from(channel, command,
                                 cycle_max(cycle_max(arb_floor(channel, own), e->seen),
                                           timing_bank(&channel->timing, command, e->bank)));
    const Claim claim = claim_of(when, CLAIM_WAITING | e->order);

    if (!bank->held && own == kind && claim < claim_limit(channel))
        *pick = (Pick){ claim, e, e->bank, (uint8_t)command };
}

static void choose_hit(Channel *channel, uint32_t rank)
{
    choose_kind(channel, KIND_HIT, rank);
}

static void choose_close(Channel *channel, uint32_t rank)
{
    choose_kind(channel, KIND_CLOSE, rank);
}

static void choose_open(Channel *channel, uint32_t rank)
{
    choose_kind(channel, KIND_OPEN, rank);
}

static void fcfs_renew(Channel *channel, uint32_t bank)
{
    (void)bank;
    all_stale(channel);
}

const ArbOps arb_fcfs = { .renew = fcfs_renew,
                          .choose = { choose_hit, choose_close, choose_open } };
