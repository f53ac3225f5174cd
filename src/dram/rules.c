/*
 * rules - the rows that the standards have in common.  See the header.
 *
 * Source: JEDEC JESD79-4, JESD79-5, JESD209-5, JESD235, JESD238, JESD250.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/rules.h"

#include <assert.h>
#include <string.h>

void rules_append(RuleTable *table, const Constraint *rows, size_t n)
{
    assert(table->n + n <= RULES_MAX);
    memcpy(table->rows + table->n, rows, n * sizeof *rows);
    table->n += (uint32_t)n;
}

/* clang-format off */
void rules_transfers(RuleTable *table, const DramTiming *t, Scope bus, Scope unit,
                     int64_t group_write_end)
{
    const Constraint rows[] = {
        { bus,         SET_READ,  SET_READ,  1, t->BL },
        { bus,         SET_WRITE, SET_WRITE, 1, t->BL },
        { unit,        SET_READ,  SET_READ,  1, t->CCD_S },
        { unit,        SET_WRITE, SET_WRITE, 1, t->CCD_S_WR },
        { unit,        SET_READ,  SET_WRITE, 1, t->RTW },
        { unit,        SET_WRITE, SET_READ,  1, rules_write_end(t) + t->WTR_S },
        { SCOPE_GROUP, SET_READ,  SET_READ,  1, t->CCD_L },
        { SCOPE_GROUP, SET_WRITE, SET_WRITE, 1, t->CCD_L_WR },
        { SCOPE_GROUP, SET_WRITE, SET_READ,  1, group_write_end + t->WTR_L },
    };

    RULES_APPEND(table, rows);
}

void rules_shared_bus(RuleTable *table, const DramTiming *t)
{
    const int64_t cl = t->CL;
    const Constraint rows[] = {
        { SCOPE_OTHER_RANKS, SET_READ,  SET_READ,  1, t->BL + t->RTRS },
        { SCOPE_OTHER_RANKS, SET_READ,  SET_WRITE, 1, cl + t->BL + t->RTRS - t->CWL },
        { SCOPE_OTHER_RANKS, SET_WRITE, SET_READ,  1, rules_write_end(t) + t->RTRS - cl },
    };

    RULES_APPEND(table, rows);
}

void rules_rows(RuleTable *table, const DramTiming *t, Scope unit)
{
    const int64_t write_end = rules_write_end(t);
    const Constraint rows[] = {
        { unit,        SET(ACT),   SET(ACT),   1, t->RRD_S },
        { SCOPE_GROUP, SET(ACT),   SET(ACT),   1, t->RRD_L },
        { unit,        SET(ACT),   SET(ACT),   4, t->FAW },
        { SCOPE_BANK,  SET(ACT),   SET(ACT),   1, t->RC },
        { SCOPE_BANK,  SET(ACT),   SET_READ,   1, t->RCDRD },
        { SCOPE_BANK,  SET(ACT),   SET_WRITE,  1, t->RCDWR },
        { SCOPE_BANK,  SET(ACT),   SET(PRE),   1, t->RAS },
        { unit,        SET(ACT),   SET(PREA),  1, t->RAS },
        { SCOPE_BANK,  SET(PRE),   SET(ACT),   1, t->RP },
        { unit,        SET(PREA),  SET(ACT),   1, t->RPab },
        { SCOPE_BANK,  SET(RD),    SET(PRE),   1, t->RTP },
        { unit,        SET(RD),    SET(PREA),  1, t->RTP },
        { SCOPE_BANK,  SET(WR),    SET(PRE),   1, write_end + t->WR },
        { unit,        SET(WR),    SET(PREA),  1, write_end + t->WR },
        { SCOPE_BANK,  SET(RDA),   SET(ACT),   1, t->RTP + t->RP },
        { SCOPE_BANK,  SET(WRA),   SET(ACT),   1, write_end + t->WR + t->RP },

        { unit,        SET(ACT),   SET(REFAB), 1, t->RC },
        { unit,        SET(PRE),   SET(REFAB), 1, t->RP },
        { unit,        SET(PREA),  SET(REFAB), 1, t->RPab },
        { unit,        SET(RDA),   SET(REFAB), 1, t->RTP + t->RP },
        { unit,        SET(WRA),   SET(REFAB), 1, write_end + t->WR + t->RP },
        { unit,        SET(REFAB), SET(ACT) | SET(PREA) | SET(REFAB), 1, t->RFC },
    };

    RULES_APPEND(table, rows);
}

void rules_precharges_apart(RuleTable *table, const DramTiming *t, Scope unit)
{
    const Constraint rows[] = {
        { unit, SET(PRE) | SET(PREA), SET(PRE) | SET(PREA), 1, t->PPD },
    };

    RULES_APPEND(table, rows);
}

void rules_refreshed_bank(RuleTable *table, const DramTiming *t)
{
    const Constraint rows[] = {
        { SCOPE_BANK, SET(REFPB), SET(ACT) | SET(REFPB), 1, t->RFCpb },
        { SCOPE_BANK, SET(ACT),   SET(REFPB),            1, t->RC },
        { SCOPE_BANK, SET(PRE),   SET(REFPB),            1, t->RP },
        { SCOPE_BANK, SET(RDA),   SET(REFPB),            1, t->RTP + t->RP },
        { SCOPE_BANK, SET(WRA),   SET(REFPB),            1, rules_write_end(t) + t->WR + t->RP },
    };

    RULES_APPEND(table, rows);
}

void rules_refresh_per_bank(RuleTable *table, const DramTiming *t, Scope unit)
{
    const Constraint rows[] = {
        { unit, SET(REFPB), SET(ACT) | SET(REFPB), 1, t->RREFD },
        { unit, SET(ACT),   SET(REFPB),            1, t->RRD_S },
    };

    RULES_APPEND(table, rows);
    rules_refreshed_bank(table, t);
}
/* clang-format on */
