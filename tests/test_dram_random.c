/*
 * test_dram_random - machines and traffic drawn at random keep the rules of their standard.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "dram_audit.h"
#include "rig.h"
#include "tap.h"

enum { N_MACHINES = RIG_ROUNDS(120, 30), N_ACCESSES = 600 };

static void draw_organisation(Rng *rng, DramConfig *config)
{
    static const char *const maps[] = { NULL, "RoCoRaBaBgPcCh", "RoBaCoPcRaBgCh", "RoBgRaBaPcCoCh",
                                        "RoRaBaCoBgPcChCo2" };

    config->channels = dram_rig_draw(rng, 1, 3);
    config->ranks =
        strcmp(config->standard, "gddr6") == 0 ? 1 : UINT32_C(1) << dram_rig_draw(rng, 0, 2);
    config->bank_groups = UINT32_C(1) << dram_rig_draw(rng, 1, 2);
    config->banks = UINT32_C(1) << dram_rig_draw(rng, 0, 2);
    config->mapping = maps[dram_rig_draw(rng, 0, G_N_ELEMENTS(maps) - 1)];
    config->bank_hash = dram_rig_draw(rng, 0, 1);
}

/* Waits of rows; any numbers that are in the order that they have to be in. */
static void draw_row_timing(Rng *rng, DramTiming *t)
{
    t->RCDRD = dram_rig_draw(rng, 3, 30);
    t->RCDWR = dram_rig_draw(rng, 3, 30);
    t->RAS = dram_rig_draw(rng, 10, 60);
    t->RP = dram_rig_draw(rng, 5, 30);
    t->RPab = t->RP + dram_rig_draw(rng, 0, 6);
    t->RC = t->RAS + t->RP + dram_rig_draw(rng, 0, 5);
    t->RTP = dram_rig_draw(rng, 2, 12);
    t->WR = dram_rig_draw(rng, 5, 30);
    t->RRD_S = dram_rig_draw(rng, 2, 10);
    t->RRD_L = t->RRD_S + dram_rig_draw(rng, 0, 6);
    t->FAW = t->RRD_L + dram_rig_draw(rng, 0, 40);
    if (t->PPD)
        t->PPD = dram_rig_draw(rng, 1, 5);
}

static void draw_column_timing(Rng *rng, DramTiming *t)
{
    t->CL = dram_rig_draw(rng, 8, 40);
    t->CWL = dram_rig_draw(rng, 3, t->CL + t->BL - 1);
    t->RTW = t->CL + t->BL - t->CWL + dram_rig_draw(rng, 0, 8);
    t->CCD_S = dram_rig_draw(rng, 1, t->BL + 3);
    t->CCD_L = t->CCD_S + dram_rig_draw(rng, 0, 6);
    t->CCD_S_WR = dram_rig_draw(rng, 1, t->BL + 3);
    t->CCD_L_WR = t->CCD_S_WR + dram_rig_draw(rng, 0, 6);
    t->CCD_R = dram_rig_draw(rng, 1, 12);
    t->WTR_S = dram_rig_draw(rng, 1, 12);
    t->WTR_L = t->WTR_S + dram_rig_draw(rng, 0, 8);
    t->RTRS = dram_rig_draw(rng, 0, 4);
}

static void draw_refresh(Rng *rng, DramConfig *config)
{
    DramTiming *t = &config->timing;
    const uint32_t banks = config->bank_groups * config->banks * config->ranks;

    config->refresh = dram_rig_draw(rng, 0, 2);
    if (config->refresh == REFRESH_PER_BANK && strcmp(config->standard, "ddr4") == 0)
        config->refresh = REFRESH_ALL_BANK;
    config->refresh_postpone = config->refresh == REFRESH_NONE ? 0 : dram_rig_draw(rng, 0, 4);
    t->RFCpb = t->RC + dram_rig_draw(rng, 0, 40);
    t->RREFD = dram_rig_draw(rng, 1, 40);
    t->PBR2PBR = dram_rig_draw(rng, 1, t->RFCpb);
    t->REFI = dram_rig_draw(rng, 100, 3000) +
              (config->refresh == REFRESH_PER_BANK ? 2 * t->RFCpb * banks : t->RFC);
}

static void draw_controller(Rng *rng, DramConfig *config)
{
    config->read_queue = dram_rig_draw(rng, 1, 48);
    config->write_queue = dram_rig_draw(rng, 1, 48);
    config->page = dram_rig_draw(rng, 0, 2);
    config->page_timeout = config->page == PAGE_TIMEOUT ? dram_rig_draw(rng, 1, 200) : 0;
    config->scheduler = dram_rig_draw(rng, 0, 4) ? NULL : "fcfs";
    config->row_hit_cap = dram_rig_draw(rng, 0, 2) ? 0 : dram_rig_draw(rng, 1, 8);
}

static void random_machines_keep_the_rules(void)
{
    DramAccess accesses[N_ACCESSES];
    Rng rng = { .state = 11 };

    for (int i = 0; i < N_MACHINES; i++) {
        DramConfig config = dram_rig_configs[i % N_DRAM_RIGS]();
        g_autoptr(GError) error = NULL;

        draw_organisation(&rng, &config);
        draw_row_timing(&rng, &config.timing);
        draw_column_timing(&rng, &config.timing);
        draw_refresh(&rng, &config);
        draw_controller(&rng, &config);
        dram_rig_random_accesses(&rng, accesses, N_ACCESSES, dram_burst_bytes(&config));
        CU_ASSERT_FATAL(dram_config_check(&config, &error));
        DramAudit audit = dram_audit(&config, accesses, N_ACCESSES, false);

        CU_ASSERT_EQUAL(audit.refused, 0);
        if (audit.refused)
            printf("# machine %d, %s: %s\n", i, config.standard, audit.first);
        dram_audit_clear(&audit);
    }
}

/* HBM2E at 3.6 Gbit/s: ACT takes two clocks, REFPB one, and one of them is always wanted. */
static DramConfig refreshed_under_writes(uint32_t ranks)
{
    DramConfig config = dram_rig_hbm2();
    DramTiming *t = &config.timing;

    config.channels = 1;
    config.ranks = ranks;
    config.refresh = REFRESH_PER_BANK;
    config.tCK_fs = 555556;
    t->CL = t->RCDRD = t->RP = t->RPab = 26;
    t->CWL = t->RTP = 9;
    t->RCDWR = 22;
    t->RAS = 62;
    t->RC = 87;
    t->WR = 29;
    t->RRD_S = t->RRD_L = 8;
    t->FAW = 27;
    t->WTR_S = 11;
    t->WTR_L = 15;
    t->RTW = 26 + 2 + 2 - 9;
    t->RFCpb = 288;
    t->RREFD = 15;
    t->REFI = 7019;
    return config;
}

static void heavy_writes_do_not_starve_refreshes_of_banks(void)
{
    enum { N = 20000 };
    DramAccess *accesses = g_new(DramAccess, N);
    Rng rng = { .state = 3 };

    for (uint32_t i = 0; i < N; i++)
        accesses[i] = (DramAccess){ 64 * rng_below(rng_next(&rng), 1 << 24), true };
    for (uint32_t ranks = 1; ranks <= 4; ranks *= 2) {
        const DramConfig config = refreshed_under_writes(ranks);
        DramAudit audit = dram_audit(&config, accesses, N, false);

        CU_ASSERT_EQUAL(audit.refused, 0);
        CU_ASSERT(audit.of[CMD_REFPB] > 0);
        if (audit.refused)
            printf("# %u ranks: %s\n", ranks, audit.first);
        dram_audit_clear(&audit);
    }
    g_free(accesses);
}

static CU_TestInfo tests[] = {
    TEST(random_machines_keep_the_rules),
    TEST(heavy_writes_do_not_starve_refreshes_of_banks),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_dram_random = { .pName = "dram_random", .pTests = tests };
