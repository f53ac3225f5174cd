/*
 * std_hbm3 - HBM3: 16 channels a stack, two pseudo-channels each; stack IDs are ranks.
 *
 * The clock of the model is half a CK, so that half-cycle commands of the row bus (PRE, REF) take one, ACT three, and
 * column commands two.  Only precharges may begin with a falling edge of CK.
 * Source: JEDEC JESD238.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/rules.h"

static uint32_t hbm3_rules(const DramTiming *t, Constraint *rows)
{
    RuleTable table = { rows, 0 };
    const Constraint stacks[] = { { SCOPE_OTHER_RANKS, SET_READ, SET_READ, 1, t->CCD_R } };

    rules_transfers(&table, t, SCOPE_PSEUDO, SCOPE_PSEUDO, rules_write_end(t));
    RULES_APPEND(&table, stacks);
    rules_rows(&table, t, SCOPE_PSEUDO);
    rules_precharges_apart(&table, t, SCOPE_PSEUDO);
    rules_refresh_per_bank(&table, t, SCOPE_PSEUDO);
    return table.n;
}

const DramStandard std_hbm3 = {
    .name = "hbm3",
    .mapping = "RoBaBgRaPcCoCh",
    .two_buses = true,
    .refresh_scope = SCOPE_PSEUDO,
    .refresh_banks = REFRESH_ONE_BANK,
    .postpone_max = 8,
    .cycles = { [CMD_ACT] = 3, [CMD_RD] = 2, [CMD_WR] = 2, [CMD_RDA] = 2, [CMD_WRA] = 2 },
    .rising = SET_ALL & ~(SET(PRE) | SET(PREA)),
    .rules = hbm3_rules,
};
