/*
 * std_gddr6 - GDDR6: a channel of 16 bit, no ranks; the clock is CK, in which a burst of 16 takes two cycles.
 *
 * Reads and writes have row-to-column delays of their own; REFAB keeps every command away.
 * Source: JEDEC JESD250.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "dram/standard.h"

static uint32_t gddr6_rules(const DramTiming *t, Constraint *rows)
{
    const int64_t write_end = (int64_t)t->CWL + t->BL; /* from WR to its last data */
    /* clang-format off */
    const Constraint table[] = {
        { SCOPE_CHANNEL,     SET_READ,  SET_READ,   1, t->BL },
        { SCOPE_CHANNEL,     SET_WRITE, SET_WRITE,  1, t->BL },

        { SCOPE_RANK,        SET_READ,  SET_READ,   1, t->CCD_S },
        { SCOPE_RANK,        SET_WRITE, SET_WRITE,  1, t->CCD_S_WR },
        { SCOPE_RANK,        SET_READ,  SET_WRITE,  1, t->RTW },
        { SCOPE_RANK,        SET_WRITE, SET_READ,   1, write_end + t->WTR_S },
        { SCOPE_GROUP,       SET_READ,  SET_READ,   1, t->CCD_L },
        { SCOPE_GROUP,       SET_WRITE, SET_WRITE,  1, t->CCD_L_WR },
        { SCOPE_GROUP,       SET_WRITE, SET_READ,   1, write_end + t->WTR_L },

        { SCOPE_RANK,        SET(ACT),  SET(ACT),   1, t->RRD_S },
        { SCOPE_GROUP,       SET(ACT),  SET(ACT),   1, t->RRD_L },
        { SCOPE_RANK,        SET(ACT),  SET(ACT),   4, t->FAW },
        { SCOPE_BANK,        SET(ACT),  SET(ACT),   1, t->RC },
        { SCOPE_BANK,        SET(ACT),  SET_READ,   1, t->RCDRD },
        { SCOPE_BANK,        SET(ACT),  SET_WRITE,  1, t->RCDWR },
        { SCOPE_BANK,        SET(ACT),  SET(PRE),   1, t->RAS },
        { SCOPE_RANK,        SET(ACT),  SET(PREA),  1, t->RAS },
        { SCOPE_BANK,        SET(PRE),  SET(ACT),   1, t->RP },
        { SCOPE_RANK,        SET(PREA), SET(ACT),   1, t->RPab },
        { SCOPE_RANK,        SET(PRE) | SET(PREA), SET(PRE) | SET(PREA), 1, t->PPD },
        { SCOPE_BANK,        SET(RD),   SET(PRE),   1, t->RTP },
        { SCOPE_RANK,        SET(RD),   SET(PREA),  1, t->RTP },
        { SCOPE_BANK,        SET(WR),   SET(PRE),   1, write_end + t->WR },
        { SCOPE_RANK,        SET(WR),   SET(PREA),  1, write_end + t->WR },
        { SCOPE_BANK,        SET(RDA),  SET(ACT),   1, t->RTP + t->RP },
        { SCOPE_BANK,        SET(WRA),  SET(ACT),   1, write_end + t->WR + t->RP },

        { SCOPE_RANK,        SET(ACT),  SET(REFAB), 1, t->RC },
        { SCOPE_RANK,        SET(PRE),  SET(REFAB), 1, t->RP },
        { SCOPE_RANK,        SET(PREA), SET(REFAB), 1, t->RPab },
        { SCOPE_RANK,        SET(RDA),  SET(REFAB), 1, t->RTP + t->RP },
        { SCOPE_RANK,        SET(WRA),  SET(REFAB), 1, write_end + t->WR + t->RP },
        { SCOPE_RANK,        SET(REFAB), SET(ACT) | SET(PREA) | SET(REFAB), 1, t->RFC },

        { SCOPE_RANK, SET(REFPB), SET(ACT) | SET(REFPB), 1, t->RREFD },
        { SCOPE_RANK, SET(ACT), SET(REFPB), 1, t->RRD_S },
        { SCOPE_BANK, SET(REFPB), SET(ACT) | SET(REFPB), 1, t->RFCpb },
        { SCOPE_BANK, SET(ACT), SET(REFPB), 1, t->RC },
        { SCOPE_BANK, SET(PRE), SET(REFPB), 1, t->RP },
        { SCOPE_BANK, SET(RDA), SET(REFPB), 1, t->RTP + t->RP },
        { SCOPE_BANK, SET(WRA), SET(REFPB), 1, write_end + t->WR + t->RP },
    };
    /* clang-format on */

    memcpy(rows, table, sizeof table);
    return sizeof table / sizeof *table;
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
