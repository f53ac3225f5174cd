/*
 * std_ddr5 - DDR5 SDRAM; a channel is one of the two 32-bit sub-channels of a module.
 *
 * ACT, RD and WR take two clocks of the command bus; writes within a bank group are far apart (tCCD_L_WR); precharges
 * keep tPPD.
 * Source: JEDEC JESD79-5.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/rules.h"

static uint32_t ddr5_rules(const DramTiming *t, Constraint *rows)
{
    RuleTable table = { rows, 0 };
    /* clang-format off */
    const Constraint same_bank[] = {
        { SCOPE_RANK, SET(REFPB), SET(ACT),   1, t->RREFD },
        { SCOPE_RANK, SET(REFPB), SET(REFPB), 1, t->RFCpb },
        { SCOPE_RANK, SET(ACT),   SET(REFPB), 1, t->RRD_L },
    };
    /* clang-format on */

    rules_transfers(&table, t, SCOPE_CHANNEL, SCOPE_RANK, rules_write_end(t));
    rules_shared_bus(&table, t);
    rules_rows(&table, t, SCOPE_RANK);
    rules_precharges_apart(&table, t, SCOPE_RANK);
    RULES_APPEND(&table, same_bank);
    rules_refreshed_bank(&table, t);
    return table.n;
}

const DramStandard std_ddr5 = {
    .name = "ddr5",
    .mapping = "RoBaBgRaCoCh",
    .refresh_scope = SCOPE_RANK,
    .refresh_banks = REFRESH_SAME_BANK,
    .postpone_max = 4,
    .cycles = { [CMD_ACT] = 2, [CMD_RD] = 2, [CMD_WR] = 2, [CMD_RDA] = 2, [CMD_WRA] = 2 },
    .rules = ddr5_rules,
};
