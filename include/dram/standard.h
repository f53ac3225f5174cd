/*
 * standard - what a family of DRAM standards lays down: its rules, buses, default address map.
 *
 * To add one: src/dram/std_NAME.c and a word in the list in src/dram/standard.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_STANDARD_H
#define DRAM_STANDARD_H

#include "dram/command.h"
#include "dram/dram_config.h"

enum { RULES_MAX = 96 };

typedef enum {
    REFRESH_NO_BANK, /* only all banks together */
    REFRESH_ONE_BANK,
    REFRESH_PAIR,      /* a bank, and the one half a rank above */
    REFRESH_SAME_BANK, /* one bank of every bank group */
} RefreshBanks;

typedef struct {
    const char *name;
    const char *mapping;        /* default, from the most significant field */
    bool two_buses;             /* row and column commands have a bus each */
    uint32_t max_ranks;         /* 0: any number */
    Scope refresh_scope;        /* what one REFAB refreshes: SCOPE_RANK or SCOPE_PSEUDO */
    RefreshBanks refresh_banks; /* what one REFPB refreshes */
    uint32_t postpone_max;      /* refreshes (of all banks) that may be put off */
    uint8_t cycles[N_COMMANDS]; /* clocks that a command takes on its bus; 0 means 1 */
    /* The clock of the model is half a CK, and these commands begin with a rising edge of CK: on odd clocks. */
    CommandSet rising;
    bool
        two_parts; /* ACT is ACT-1 and ACT-2; a transfer with WCK at rest needs a CAS command before it */
    /* Write the rows (at most RULES_MAX); returns their number. */
    uint32_t (*rules)(const DramTiming *t, Constraint *rows);
} DramStandard;

/* NULL when there is none of the name. */
const DramStandard *standard_find(const char *name);
/* NULL-terminated. */
extern const DramStandard *const standards[];

#endif
