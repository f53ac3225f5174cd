/*
 * timing - from when on each command is legal: the rules of a standard, turned into registers.
 *
 * Each bank, each bank group and each rank has one register a command: the first cycle at which it is legal there.  The
 * earliest time of a command is the largest of three registers; rules of a pseudo-channel or the channel are written to
 * the registers of all their ranks.  How long a command keeps its bus is not in the registers: the channel sees to it.
 * PREA and REFAB, which are rare, have no registers: the time of the last command of each kind is kept for each group,
 * and whoever asks for them looks at all of these.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_TIMING_H
#define DRAM_TIMING_H

#include <glib.h>

#include "dram/command.h"
#include "dram/standard.h"

enum { HISTORY_MAX = 8 };

typedef struct {
    Cycle ready[8]; /* [N_BANK_COMMANDS], a cache line */
} Registers;

/* A rule, seen from an issued command: this register is not before now + wait. */
typedef struct {
    uint32_t index, wait; /* index: into Timing.all */
} Effect;

/* A rule that looks back further than one: not before the nth-last command of the kind + wait. */
typedef struct {
    uint32_t index, wait;
    uint32_t nth, history;
} Recall;

typedef struct {
    Cycle at[HISTORY_MAX];
    uint32_t next;
} History;

/* What a command to a bank does. */
typedef struct {
    uint32_t n_effects, n_recalls;
    uint32_t n_own; /* the first effects: on commands of its own kind */
    const Effect *effects;
    const Recall *recalls;
} Plan;

typedef struct {
    uint32_t n_banks, n_groups, n_ranks, n_units;
    uint32_t bank_log2;   /* banks of a group */
    uint32_t rank_log2;   /* groups of a rank */
    uint32_t pseudo_log2; /* groups of a pseudo-channel */
    uint32_t unit_log2;   /* groups of a refresh unit */
    uint32_t banks_of_rank_log2;
    uint64_t rank_mask; /* a bit for each bank of a rank, or 64 */
    Cycle *all;         /* the registers: banks, groups, ranks */
    Registers *bank, *group, *rank;
    Cycle *last;          /* [n_groups][N_COMMANDS]: when it was last issued, + 1; 0: never */
    uint32_t *unit_waits; /* [PREA, REFAB][n_units][n_groups][N_COMMANDS]; 0: no rule */
    Plan *plans;          /* [n_banks][N_COMMANDS] */
    CommandSet holds[N_COMMANDS];  /* the commands to other banks of its rank that it holds up */
    CommandSet beyond[N_COMMANDS]; /* and of other ranks */
    CommandSet grouped;            /* the commands that rules of a bank group hold up */
    History *history;
    GArray *effects, *recalls; /* of all plans */
} Timing;

/* Clocks that a command takes on its bus. */
static inline uint8_t timing_clocks(const DramStandard *standard, Command command)
{
    return standard->cycles[command] ? standard->cycles[command] : 1;
}

/* used: the commands that are ever issued; rules about others are left out.  like: one of the same configuration, with which it
 * has what does not change in common, so that the host has it at hand (3 % of the time of a vector add on an A100, of 40
 * channels); NULL: there is none yet. */
void timing_init(Timing *timing, const DramConfig *config, const DramStandard *standard,
                 CommandSet used, const Timing *like);
void timing_clear(Timing *timing);
/* First cycle at which PREA or REFAB to a unit is legal. */
Cycle timing_unit(const Timing *timing, Command command, uint32_t unit);

/* First cycle at which a command to a bank is legal. */
static inline Cycle timing_bank(const Timing *timing, Command command, uint32_t bank)
{
    const uint32_t group = bank >> timing->bank_log2, rank = bank >> timing->banks_of_rank_log2;
    const Cycle a = timing->bank[bank].ready[command];
    const Cycle b = timing->group[group].ready[command];
    const Cycle c = timing->rank[rank].ready[command];
    const Cycle ab = a > b ? a : b;

    return ab > c ? ab : c;
}

static inline uint32_t timing_unit_of(const Timing *timing, uint32_t bank)
{
    return bank >> timing->bank_log2 >> timing->unit_log2;
}

static inline void timing_raise(Cycle *ready, Cycle when)
{
    *ready = *ready > when ? *ready : when;
}

/* The rules that look back further than one command. */
void timing_recall(Timing *timing, const Plan *plan, Cycle now);

/* What a command to a bank at time now means for others of its kind; timing_issue, later, for all others. */
static inline void timing_issue_own(Timing *timing, Command command, uint32_t bank, Cycle now)
{
    const Plan *plan = &timing->plans[bank * N_COMMANDS + command];

    for (uint32_t i = 0; i < plan->n_own; i++)
        timing_raise(&timing->all[plan->effects[i].index], now + plan->effects[i].wait);
}

/* The command is issued at time now: to a bank, or (PREA, REFAB) to a unit.  In any order of times. */
static inline void timing_issue(Timing *timing, Command command, uint32_t place, Cycle now)
{
    const bool whole_unit = command >= N_BANK_COMMANDS;
    const uint32_t bank = whole_unit ? place << timing->unit_log2 << timing->bank_log2 : place;
    const Plan *plan = &timing->plans[bank * N_COMMANDS + command];
    const Effect *effect = plan->effects, *const end = effect + plan->n_effects;
    Cycle *const all = timing->all;

    timing_raise(&timing->last[(bank >> timing->bank_log2) * N_COMMANDS + command], now + 1);
    for (; effect < end; effect++)
        timing_raise(&all[effect->index], now + effect->wait);
    if (plan->n_recalls)
        timing_recall(timing, plan, now);
}

#endif
