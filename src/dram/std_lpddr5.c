/*
 * std_lpddr5 - LPDDR5 and LPDDR5X in bank-group mode; the clock is CK, a fourth of WCK.
 *
 * An activation is two commands on the bus (ACT-1, ACT-2); its times count from ACT-1.  A burst of 16 takes BL cycles of
 * the data bus and BLmax within a bank group.  A transfer that comes when WCK has stopped needs a CAS command before it.
 * Source: JEDEC JESD209-5.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "dram/standard.h"

static uint32_t lpddr5_rules(const DramTiming *t, Constraint *rows)
{
    const int64_t write_end = (int64_t)t->CWL + t->BL; /* from WR to its last data */
    const int64_t cl = t->CL;
    const int64_t group_end = (int64_t)t->CWL + t->BLmax;
    /* clang-format off */
    const Constraint table[] = {
        { SCOPE_CHANNEL,     SET_READ,  SET_READ,   1, t->BL },
        { SCOPE_CHANNEL,     SET_WRITE, SET_WRITE,  1, t->BL },
        { SCOPE_OTHER_RANKS, SET_READ,  SET_READ,   1, t->BL + t->RTRS },
        { SCOPE_OTHER_RANKS, SET_READ,  SET_WRITE,  1, cl + t->BL + t->RTRS - t->CWL },
        { SCOPE_OTHER_RANKS, SET_WRITE, SET_READ,   1, write_end + t->RTRS - cl },

        { SCOPE_RANK,        SET_READ,  SET_READ,   1, t->CCD_S },
        { SCOPE_RANK,        SET_WRITE, SET_WRITE,  1, t->CCD_S_WR },
        { SCOPE_RANK,        SET_READ,  SET_WRITE,  1, t->RTW },
        { SCOPE_RANK,        SET_WRITE, SET_READ,   1, write_end + t->WTR_S },
        { SCOPE_GROUP,       SET_READ,  SET_READ,   1, t->CCD_L },
        { SCOPE_GROUP,       SET_WRITE, SET_WRITE,  1, t->CCD_L_WR },
        { SCOPE_GROUP,       SET_WRITE, SET_READ,   1, group_end + t->WTR_L },

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

        { SCOPE_RANK, SET(REFPB), SET(ACT), 1, t->RREFD },
        { SCOPE_RANK, SET(REFPB), SET(REFPB), 1, t->PBR2PBR },
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

const DramStandard std_lpddr5 = {
    .name = "lpddr5",
    .mapping = "RoBaBgRaCoCh",
    .refresh_scope = SCOPE_RANK,
    .refresh_banks = REFRESH_PAIR,
    .postpone_max = 8,
    .two_parts = true,
    .rules = lpddr5_rules,
};
