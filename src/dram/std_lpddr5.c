/*
 * std_lpddr5 - LPDDR5 and LPDDR5X in bank-group mode; the clock is CK, a fourth of WCK.
 *
 * An activation is two commands on the bus (ACT-1, ACT-2); its times count from ACT-1.  A burst of 16 takes BL cycles of
 * the data bus and BLmax within a bank group.  A transfer that comes when WCK has stopped needs a CAS command before it.
 * Source: JEDEC JESD209-5.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/rules.h"

static uint32_t lpddr5_rules(const DramTiming *t, Constraint *rows)
{
    RuleTable table = { rows, 0 };
    /* clang-format off */
    const Constraint pair[] = {
        { SCOPE_RANK, SET(REFPB), SET(ACT),   1, t->RREFD },
        { SCOPE_RANK, SET(REFPB), SET(REFPB), 1, t->PBR2PBR },
        { SCOPE_RANK, SET(ACT),   SET(REFPB), 1, t->RRD_S },
    };
    /* clang-format on */

    rules_transfers(&table, t, SCOPE_CHANNEL, SCOPE_RANK, (int64_t)t->CWL + t->BLmax);
    rules_shared_bus(&table, t);
    rules_rows(&table, t, SCOPE_RANK);
    rules_precharges_apart(&table, t, SCOPE_RANK);
    RULES_APPEND(&table, pair);
    rules_refreshed_bank(&table, t);
    return table.n;
}

const DramStandard std_lpddr5 = {
    .name = "lpddr5",
    .mapping = "RoBaBgRaCoCh",
    .refresh_scope = SCOPE_RANK,
    .refresh_banks = REFRESH_PAIR,
    .postpone_max = 8,
    .two_parts = true,
    .rules = lpddr5_rules,
};
