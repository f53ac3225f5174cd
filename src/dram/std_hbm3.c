/*
 * std_hbm3 - HBM3: 16 channels a stack, two pseudo-channels each; stack IDs are ranks.
 *
 * The clock of the model is half a CK, so that half-cycle commands of the row bus (PRE, REF) take one, ACT three, and
 * column commands two.  Only precharges may begin with a falling edge of CK.
 * Source: JEDEC JESD238.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "dram/standard.h"

static uint32_t hbm3_rules(const DramTiming *t, Constraint *rows)
{
    const int64_t write_end = (int64_t)t->CWL + t->BL; /* from WR to its last data */
    /* clang-format off */
    const Constraint table[] = {
        { SCOPE_PSEUDO,      SET_READ,   SET_READ,   1, t->BL },
        { SCOPE_PSEUDO,      SET_WRITE,  SET_WRITE,  1, t->BL },
        { SCOPE_PSEUDO,      SET_READ,   SET_READ,   1, t->CCD_S },
        { SCOPE_PSEUDO,      SET_WRITE,  SET_WRITE,  1, t->CCD_S_WR },
        { SCOPE_OTHER_RANKS, SET_READ,   SET_READ,   1, t->CCD_R },
        { SCOPE_PSEUDO,      SET_READ,   SET_WRITE,  1, t->RTW },
        { SCOPE_PSEUDO,      SET_WRITE,  SET_READ,   1, write_end + t->WTR_S },
        { SCOPE_GROUP,       SET_READ,   SET_READ,   1, t->CCD_L },
        { SCOPE_GROUP,       SET_WRITE,  SET_WRITE,  1, t->CCD_L_WR },
        { SCOPE_GROUP,       SET_WRITE,  SET_READ,   1, write_end + t->WTR_L },

        { SCOPE_PSEUDO,      SET(ACT),   SET(ACT),   1, t->RRD_S },
        { SCOPE_GROUP,       SET(ACT),   SET(ACT),   1, t->RRD_L },
        { SCOPE_PSEUDO,      SET(ACT),   SET(ACT),   4, t->FAW },
        { SCOPE_BANK,        SET(ACT),   SET(ACT),   1, t->RC },
        { SCOPE_BANK,        SET(ACT),   SET_READ,   1, t->RCDRD },
        { SCOPE_BANK,        SET(ACT),   SET_WRITE,  1, t->RCDWR },
        { SCOPE_BANK,        SET(ACT),   SET(PRE),   1, t->RAS },
        { SCOPE_PSEUDO,      SET(ACT),   SET(PREA),  1, t->RAS },
        { SCOPE_BANK,        SET(PRE),   SET(ACT),   1, t->RP },
        { SCOPE_PSEUDO,      SET(PREA),  SET(ACT),   1, t->RPab },
        { SCOPE_PSEUDO,      SET(PRE) | SET(PREA), SET(PRE) | SET(PREA), 1, t->PPD },
        { SCOPE_BANK,        SET(RD),    SET(PRE),   1, t->RTP },
        { SCOPE_PSEUDO,      SET(RD),    SET(PREA),  1, t->RTP },
        { SCOPE_BANK,        SET(WR),    SET(PRE),   1, write_end + t->WR },
        { SCOPE_PSEUDO,      SET(WR),    SET(PREA),  1, write_end + t->WR },
        { SCOPE_BANK,        SET(RDA),   SET(ACT),   1, t->RTP + t->RP },
        { SCOPE_BANK,        SET(WRA),   SET(ACT),   1, write_end + t->WR + t->RP },

        { SCOPE_PSEUDO,      SET(ACT),   SET(REFAB), 1, t->RC },
        { SCOPE_PSEUDO,      SET(PRE),   SET(REFAB), 1, t->RP },
        { SCOPE_PSEUDO,      SET(PREA),  SET(REFAB), 1, t->RPab },
        { SCOPE_PSEUDO,      SET(RDA),   SET(REFAB), 1, t->RTP + t->RP },
        { SCOPE_PSEUDO,      SET(WRA),   SET(REFAB), 1, write_end + t->WR + t->RP },
        { SCOPE_PSEUDO,      SET(REFAB), SET(ACT) | SET(PREA) | SET(REFAB), 1, t->RFC },

        { SCOPE_PSEUDO, SET(REFPB), SET(ACT) | SET(REFPB), 1, t->RREFD },
        { SCOPE_PSEUDO, SET(ACT), SET(REFPB), 1, t->RRD_S },
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
