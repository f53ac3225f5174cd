/*
 * std_hbm2 - HBM2 and HBM2E.
 *
 * A channel has two pseudo-channels with a data bus each, and one row and one column command bus that both share;
 * ACT takes two clocks of the row bus.  Stack IDs are ranks.
 * Source: JEDEC JESD235.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/rules.h"

static uint32_t hbm2_rules(const DramTiming *t, Constraint *rows)
{
    RuleTable table = { rows, 0 };
    const Constraint stacks[] = { { SCOPE_OTHER_RANKS, SET_READ, SET_READ, 1, t->CCD_R } };

    rules_transfers(&table, t, SCOPE_PSEUDO, SCOPE_PSEUDO, rules_write_end(t));
    RULES_APPEND(&table, stacks);
    rules_rows(&table, t, SCOPE_PSEUDO);
    rules_refresh_per_bank(&table, t, SCOPE_PSEUDO);
    return table.n;
}

const DramStandard std_hbm2 = {
    .name = "hbm2",
    .mapping = "RoBaBgRaPcCoCh",
    .two_buses = true,
    .refresh_scope = SCOPE_PSEUDO,
    .refresh_banks = REFRESH_ONE_BANK,
    .postpone_max = 8,
    .cycles = { [CMD_ACT] = 2 },
    .rules = hbm2_rules,
};
