/*
 * std_gddr6 - GDDR6: a channel of 16 bit, no ranks; the clock is CK, in which a burst of 16 takes two cycles.
 *
 * Reads and writes have row-to-column delays of their own; REFAB keeps every command away.
 * Source: JEDEC JESD250.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/rules.h"

static uint32_t gddr6_rules(const DramTiming *t, Constraint *rows)
{
    RuleTable table = { rows, 0 };

    rules_transfers(&table, t, SCOPE_CHANNEL, SCOPE_RANK, rules_write_end(t));
    rules_rows(&table, t, SCOPE_RANK);
    rules_precharges_apart(&table, t, SCOPE_RANK);
    rules_refresh_per_bank(&table, t, SCOPE_RANK);
    return table.n;
}

const DramStandard std_gddr6 = {
    .name = "gddr6",
    .mapping = "RoBaBgRaCoCh",
    .max_ranks = 1, /* it has no chip select */
    .refresh_scope = SCOPE_RANK,
    .refresh_banks = REFRESH_ONE_BANK,
    .postpone_max = 8,
    .rules = gddr6_rules,
};
