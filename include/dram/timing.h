/*
 * timing - from when on each command is legal: the rules of a standard, turned into registers.
 *
 * Each bank and each bank group has one register a command: the first cycle at which it is legal there.  Rules of a
 * rank, a pseudo-channel or the channel are written through to the groups below, so that the earliest time of a command
 * is the larger of two registers.  How long a command keeps its bus is not in the registers: the channel sees to it.  A refresh unit (what one REFAB refreshes) has registers for PREA and REFAB.
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
    uint32_t index; /* into Timing.all; of a bank's registers: from the bank's first one */
    uint32_t wait;
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

/* What a command to a bank group does. */
typedef struct {
    uint32_t n_effects, n_recalls;
    const Effect *effects;
    const Recall *recalls;
} Plan;

typedef struct {
    uint32_t n_banks, n_groups, n_units;
    uint32_t bank_log2;   /* banks of a group */
    uint32_t rank_log2;   /* groups of a rank */
    uint32_t pseudo_log2; /* groups of a pseudo-channel */
    uint32_t unit_log2;   /* groups of a refresh unit */
    Cycle *all;           /* the registers: banks, groups, units */
    Registers *bank, *group;
    Cycle (*unit)[2];           /* PREA, REFAB */
    Plan *plans;                /* [N_COMMANDS][n_groups] */
    uint32_t n_own[N_COMMANDS]; /* effects on the bank itself */
    Effect own[N_COMMANDS][8];
    History *history;
    GArray *effects, *recalls; /* of all plans */
} Timing;

/* used: the commands that are ever issued; rules about others are left out. */
void timing_init(Timing *timing, const DramConfig *config, const DramStandard *standard,
                 CommandSet used);
void timing_clear(Timing *timing);
/* The command is issued at time now: to a bank, or (PREA, REFAB) to a unit. */
void timing_issue(Timing *timing, Command command, uint32_t place, Cycle now);

/* First cycle at which a command to a bank is legal. */
static inline Cycle timing_bank(const Timing *timing, Command command, uint32_t bank)
{
    const Cycle a = timing->bank[bank].ready[command];
    const Cycle b = timing->group[bank >> timing->bank_log2].ready[command];

    return a > b ? a : b;
}

static inline Cycle timing_unit(const Timing *timing, Command command, uint32_t unit)
{
    return timing->unit[unit][command - CMD_PREA];
}

static inline uint32_t timing_unit_of(const Timing *timing, uint32_t bank)
{
    return bank >> timing->bank_log2 >> timing->unit_log2;
}

#endif
