/*
 * std_ddr4 - DDR4 SDRAM.
 *
 * One command bus; bank groups; ranks share the data bus and need a gap (tRTRS) between them.
 * Source: JEDEC JESD79-4.  Read to write: CL + BL/2 + 2 - CWL (preamble of one clock, one clock for the bus to turn).
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/rules.h"

static uint32_t ddr4_rules(const DramTiming *t, Constraint *rows)
{
    RuleTable table = { rows, 0 };

    rules_transfers(&table, t, SCOPE_CHANNEL, SCOPE_RANK, rules_write_end(t));
    rules_shared_bus(&table, t);
    rules_rows(&table, t, SCOPE_RANK);
    return table.n;
}

const DramStandard std_ddr4 = {
    .name = "ddr4",
    .mapping = "RoBaBgRaCoCh",
    .refresh_scope = SCOPE_RANK,
    .refresh_banks = REFRESH_NO_BANK,
    .postpone_max = 8,
    .rules = ddr4_rules,
};
