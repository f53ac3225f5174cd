/*
 * test_dram - DRAM channels against worked examples and a slow model that ticks every cycle.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/rng.h"
#include "dram_model.h"
#include "dram_rig.h"
#include "rig.h"
#include "tap.h"

enum { BANK_GROUP = 1 << 13, ROW = 1 << 17 }; /* strides of the DDR4 of validation/dram */

static Cycle read_end(const DramAccess *accesses, uint64_t n)
{
    const DramConfig config = dram_rig_ddr4();

    return dram_run(&config, accesses, n, 64, false).read_end_fs / config.tCK_fs;
}

static Cycle strided_end(uint64_t n, uint64_t stride)
{
    DramAccess accesses[16];

    for (uint64_t i = 0; i < n; i++)
        accesses[i] = (DramAccess){ i * stride, false };
    return read_end(accesses, n);
}

/* validation/dram/README.md: three simulators agree on these to the cycle. */
static void small_cases_come_out_to_the_cycle(void)
{
    const DramAccess write_then_read[] = { { 0, true }, { 64, false } };

    CU_ASSERT_EQUAL(strided_end(1, 0), 39);
    CU_ASSERT_EQUAL(strided_end(2, 64), 45);
    CU_ASSERT_EQUAL(strided_end(2, ROW), 95);
    CU_ASSERT_EQUAL(strided_end(2, BANK_GROUP), 43);
    CU_ASSERT_EQUAL(strided_end(16, BANK_GROUP), 129);
    CU_ASSERT_EQUAL(strided_end(4, ROW), 207);
    CU_ASSERT_EQUAL(read_end(write_then_read, 2), 39);
}

static void counts_agree(const DramConfig *config, const DramReport *report,
                         const SlowRun *expected)
{
    const double cycles = (double)expected->end * config->channels;
    Cycle sum = 0;

    CU_ASSERT_EQUAL(report->cycles, expected->end);
    for (int use = 0; use < N_BUS_USES; use++) {
        CU_ASSERT_EQUAL(report->bus_cycles[use], expected->uses[use]);
        sum += report->bus_cycles[use];
    }
    CU_ASSERT_EQUAL(sum, report->cycles * report->n_buses);
    CU_ASSERT_DOUBLE_EQUAL(report->read_queue_mean * cycles, (double)expected->queued[REQ_READ],
                           1e-6 * cycles);
    CU_ASSERT_DOUBLE_EQUAL(report->write_queue_mean * cycles, (double)expected->queued[REQ_WRITE],
                           1e-6 * cycles);
    CU_ASSERT_EQUAL(report->read_queue_max, expected->queued_max[REQ_READ]);
    CU_ASSERT_EQUAL(report->write_queue_max, expected->queued_max[REQ_WRITE]);
    CU_ASSERT_EQUAL(report->has_energy, config->currents.VDD_V > 0);
    /* The currents of random_config: one watt while a rank is active, nothing else. */
    if (report->has_energy)
        CU_ASSERT_DOUBLE_EQUAL(report->energy.background_J / tick_seconds(config->tCK_fs),
                               (double)expected->active, 1e-6 * cycles);
}

/* To the cycle and to each count. */
static void agrees_with_slow(const DramConfig *config, const DramAccess *accesses, uint64_t n)
{
    const uint32_t bytes = dram_burst_bytes(config);
    SlowAccess *slow = g_new(SlowAccess, n);

    for (uint64_t i = 0; i < n; i++)
        slow[i] = (SlowAccess){ accesses[i].addr, accesses[i].write };
    const SlowRun expected = dram_model_run(config, slow, n);
    const DramRun run = dram_run(config, accesses, n, bytes, false);

    CU_ASSERT_EQUAL(run.read_end_fs / config->tCK_fs, expected.last_data);
    CU_ASSERT_EQUAL(run.stats.last_write_fs / config->tCK_fs, expected.last_write);
    CU_ASSERT_EQUAL(run.stats.row_hits, expected.hits);
    CU_ASSERT_EQUAL(run.stats.row_misses, expected.misses);
    CU_ASSERT_EQUAL(run.stats.row_conflicts, expected.conflicts);
    CU_ASSERT_EQUAL(run.stats.refreshes, expected.refreshes);
    CU_ASSERT_EQUAL(run.stats.activates, expected.activates);
    CU_ASSERT_EQUAL(run.stats.precharges, expected.precharges);
    counts_agree(config, &run.report, &expected);
    g_free(slow);
}

static void traces_agree_with_the_slow_model(void)
{
    const DramConfig configs[] = { dram_rig_ddr4(), dram_rig_hbm2() };
    DramAccess *accesses = g_new(DramAccess, 1000000);

    for (int i = 0; i < 2; i++)
        for (int t = 0; t < 6; t++) {
            dram_trace_fill(accesses, &dram_traces[t], i ? 18 : 17, configs[i].rows);
            agrees_with_slow(&configs[i], accesses, RIG_ROUNDS(4000, 1000));
        }
    g_free(accesses);
}

static DramConfig random_config(Rng *rng)
{
    DramConfig config = dram_rig_configs[dram_rig_draw(rng, 0, N_DRAM_RIGS - 1)]();
    DramTiming *t = &config.timing;

    config.channels = dram_rig_draw(rng, 1, 3);
    config.ranks = UINT32_C(1) << dram_rig_draw(rng, 0, 2);
    if (strcmp(config.standard, "gddr6") == 0)
        config.ranks = 1;
    config.bank_groups = UINT32_C(1) << dram_rig_draw(rng, 0, 2);
    config.banks = UINT32_C(1) << dram_rig_draw(rng, 0, 2);
    if (strcmp(config.standard, "gddr6") == 0)
        config.ranks = 1; /* it has none */
    config.read_queue = dram_rig_draw(rng, 1, 48);
    config.write_queue = dram_rig_draw(rng, 1, 48);
    config.page = (PagePolicy)dram_rig_draw(rng, PAGE_OPEN, PAGE_TIMEOUT);
    config.page_timeout = config.page == PAGE_TIMEOUT ? dram_rig_draw(rng, 1, 300) : 0;
    config.row_hit_cap = dram_rig_draw(rng, 0, 1) ? 0 : dram_rig_draw(rng, 1, 6);
    static const char *const schedulers[] = { "frfcfs", "frfcfs", "frfcfs-plain", "fcfs" };
    config.scheduler = schedulers[dram_rig_draw(rng, 0, 3)];
    config.bank_hash = dram_rig_draw(rng, 0, 1);
    config.channel_hash = dram_rig_draw(rng, 0, 1);
    config.refresh = (RefreshPolicy)dram_rig_draw(rng, REFRESH_ALL_BANK, REFRESH_NONE);
    if (standard_find(config.standard)->refresh_banks == REFRESH_NO_BANK &&
        config.refresh == REFRESH_PER_BANK)
        config.refresh = REFRESH_ALL_BANK;
    config.refresh_postpone =
        config.refresh == REFRESH_NONE || dram_rig_draw(rng, 0, 1) ? 0 : dram_rig_draw(rng, 1, 4);
    if (dram_rig_draw(rng, 0, 1))
        config.currents = (DramCurrents){ .VDD_V = 1,
                                          .IDD0_A = 1,
                                          .IDD3N_A = 1,
                                          .IDD4R_A = 1,
                                          .IDD4W_A = 1,
                                          .IDD5B_A = 1,
                                          .device_bits = config.bus_bits };
    t->RFCpb = t->RFCpb ? t->RFCpb : 313;
    t->RREFD = dram_rig_draw(rng, 1, 40);
    t->PBR2PBR = dram_rig_draw(rng, 1, 80);
    const uint32_t least =
        config.refresh == REFRESH_PER_BANK ? config.bank_groups * config.banks * t->RFCpb : t->RFC;

    t->REFI = dram_rig_draw(rng, least + 50, least + 4000);
    t->FAW = dram_rig_draw(rng, t->RRD_L, t->RRD_L + 40);
    t->RTP = MAX(dram_rig_draw(rng, 2, 12), t->PPD); /* a precharge by itself keeps no tPPD */
    t->WR = dram_rig_draw(rng, 5, 30);
    t->WTR_S = dram_rig_draw(rng, 1, t->WTR_L);
    t->RTRS = dram_rig_draw(rng, 0, 4);
    t->CCD_L = dram_rig_draw(rng, t->CCD_S, t->CCD_S + 6);
    if (dram_rig_draw(rng, 0, 1)) { /* marks from none to all of the queue */
        const uint32_t high = dram_rig_draw(rng, 0, 8);

        config.write_high = high / 8.0;
        config.write_low = dram_rig_draw(rng, 0, high) / 8.0;
    }
    return config;
}

static void random_machines_agree_with_the_slow_model(void)
{
    enum { MACHINES = RIG_ROUNDS(250, 60), N = 300 };
    DramAccess *accesses = g_new(DramAccess, N);
    Rng rng = { .state = 42 };

    for (int i = 0; i < MACHINES; i++) {
        const DramConfig config = random_config(&rng);

        dram_rig_random_accesses(&rng, accesses, N, dram_burst_bytes(&config));
        agrees_with_slow(&config, accesses, N);
    }
    g_free(accesses);
}

typedef struct {
    uint64_t at;
    uint32_t left;
    bool write;
} Run;

/* Rows in a row: runs of reads or writes, up to three side by side, now and then with one of the other kind between them. */
static void fill_with_runs(Rng *rng, DramAccess *accesses, uint64_t n, uint32_t bytes)
{
    const uint32_t strays = dram_rig_draw(rng, 0, 4), last = dram_rig_draw(rng, 0, 2);
    const uint32_t longest = dram_rig_draw(rng, 4, 200);
    Run runs[3] = { { 0 } };

    for (uint64_t i = 0; i < n; i++) {
        Run *run = &runs[dram_rig_draw(rng, 0, last)];

        if (run->left == 0)
            *run = (Run){ .at = rng_below(rng_next(rng), 64) * 65536,
                          .left = dram_rig_draw(rng, 2, longest),
                          .write = dram_rig_draw(rng, 0, 2) == 0 };
        accesses[i] = (DramAccess){ run->at, run->write ^ (dram_rig_draw(rng, 0, 99) < strays) };
        run->at += bytes;
        run->left--;
    }
}

static void hits_in_a_row_agree_with_the_slow_model(void)
{
    enum { MACHINES = RIG_ROUNDS(160, 40), N = 600 };
    DramAccess *accesses = g_new(DramAccess, N);
    /* The third machine turns to reads with a hit right behind an activation of two clocks, which few do. */
    Rng rng = { .state = 125 };

    for (int i = 0; i < MACHINES; i++) {
        DramConfig config = random_config(&rng);

        config.channels = 1;
        config.page = PAGE_OPEN;
        config.page_timeout = 0;
        fill_with_runs(&rng, accesses, N, dram_burst_bytes(&config));
        agrees_with_slow(&config, accesses, N);
    }
    g_free(accesses);
}

static void settings_that_make_no_sense_are_refused(void)
{
    DramConfig configs[6];

    for (int i = 0; i < 4; i++)
        configs[i] = dram_rig_ddr4();
    configs[4] = dram_rig_gddr6();
    configs[4].ranks = 2;
    configs[5] = dram_rig_ddr4();
    configs[5].timing.RTW = 17 + 4 - 12 - 1;
    configs[0].timing.RC = 54;
    configs[1].timing.FAW = 3;
    configs[2].rows = 3;
    configs[3].timing.REFI = 433;
    for (int i = 0; i < 6; i++) {
        g_autoptr(GError) error = NULL;

        CU_ASSERT_FALSE(dram_config_check(&configs[i], &error));
        CU_ASSERT_PTR_NOT_NULL(error);
    }
}

static CU_TestInfo tests[] = {
    TEST(small_cases_come_out_to_the_cycle),         TEST(traces_agree_with_the_slow_model),
    TEST(random_machines_agree_with_the_slow_model), TEST(hits_in_a_row_agree_with_the_slow_model),
    TEST(settings_that_make_no_sense_are_refused),   CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_dram = { .pName = "dram", .pTests = tests };
