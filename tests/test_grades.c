/*
 * test_grades - the speed grades of DRAM: every file, with every density.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "config/config.h"
#include "dram/dram_bounds.h"
#include "dram/standard.h"
#include "dram_rig.h"
#include "rig.h"
#include "tap.h"

static const char *const densities[] = { "2Gb", "4Gb", "8Gb", "16Gb", "32Gb" };

enum { N_RANDOM = 4000 };

/* Aligned lines all over the channel; writes: of 100. */
static DramRun run_random(const DramConfig *config, uint32_t writes)
{
    static DramAccess accesses[N_RANDOM];
    Rng rng = { .state = 7 };
    const uint64_t lines = dram_channel_bytes(config) * config->channels / 64;

    for (uint32_t i = 0; i < N_RANDOM; i++) {
        accesses[i].addr = 64 * (rng_next(&rng) % lines);
        accesses[i].write = rng_next(&rng) % 100 < writes;
    }
    return dram_run(config, accesses, N_RANDOM, 64, false);
}

/* A burst each. */
static double random_bursts_B_per_s(const DramConfig *config)
{
    static DramAccess accesses[N_RANDOM];
    Rng rng = { .state = 3 };
    const uint64_t bytes = dram_burst_bytes(config);
    const uint64_t bursts = dram_channel_bytes(config) * config->channels / bytes;

    for (uint32_t i = 0; i < N_RANDOM; i++)
        accesses[i] = (DramAccess){ bytes * (rng_next(&rng) % bursts), false };
    const DramRun run = dram_run(config, accesses, N_RANDOM, (uint32_t)bytes, false);

    return (double)(N_RANDOM * bytes) / tick_seconds(run.end_fs);
}

/* Where the standard has refreshes of single banks, and the grade their length: several in each tREFI. */
static void check_refresh_per_bank(const MemoryConfig *memory)
{
    MemoryConfig single = *memory;
    DramConfig *config = &single.dram;

    if (standard_find(config->standard)->refresh_banks == REFRESH_NO_BANK ||
        config->timing.RFCpb == 0)
        return;
    config->refresh = REFRESH_PER_BANK;
    CU_ASSERT_TRUE(memory_config_check(&single, NULL));
    const DramRun run = run_random(config, 30);
    const uint64_t rounds = run.end_fs / config->tCK_fs / config->timing.REFI;

    CU_ASSERT_TRUE(rounds > 0 && run.stats.refreshes >= 2 * rounds);
}

/* One burst of an idle memory, whenever the controller sees it. */
static void check_idle(const DramConfig *grade)
{
    const DramAccess access = { .addr = 0 };

    for (uint32_t seen = 0; seen < 5; seen++) {
        DramConfig config = *grade;

        config.controller_latency_fs = seen * config.tCK_fs;
        CU_ASSERT_EQUAL(dram_run(&config, &access, 1, dram_burst_bytes(&config), false).read_end_fs,
                        dram_idle_fs(&config));
    }
}

static void check_grade(const MemoryConfig *memory)
{
    const DramConfig *config = &memory->dram;
    g_autoptr(GError) error = NULL;

    CU_ASSERT_TRUE(memory_config_check(memory, &error));
    CU_ASSERT_PTR_NULL(error);
    check_idle(config);
    CU_ASSERT_PTR_NOT_NULL(memory->description);
    CU_ASSERT_TRUE(dram_refresh_share(config) > 0.02 && dram_refresh_share(config) < 0.15);
    CU_ASSERT_TRUE(dram_random_B_per_s(config, NULL) < dram_peak_B_per_s(config));

    const DramRun reads = run_random(config, 0), mixed = run_random(config, 30);
    const double B_per_s = N_RANDOM * 64 / tick_seconds(reads.end_fs);

    /* a line is two bursts of a row where a burst is half a line */
    CU_ASSERT_TRUE(B_per_s <
                   64.0 / dram_burst_bytes(config) * dram_random_B_per_s(config, NULL) * 1.02);
    CU_ASSERT_TRUE(B_per_s < dram_peak_B_per_s(config));
    CU_ASSERT_TRUE(mixed.stats.reads + mixed.stats.forwarded + mixed.stats.writes +
                       mixed.stats.merged ==
                   N_RANDOM * 64 / dram_burst_bytes(config));
    check_refresh_per_bank(memory);
}

static void every_grade_loads_with_every_density_and_runs(void)
{
    g_auto(GStrv) names = config_dram_names();

    CU_ASSERT_TRUE(g_strv_length(names) >= 20);
    for (char **name = names; *name; name++) {
        uint32_t found = 0;

        for (size_t i = 0; i < G_N_ELEMENTS(densities); i++) {
            g_autoptr(GError) error = NULL;
            MemoryConfig memory = { 0 };

            if (config_dram(*name, densities[i], &memory, NULL, &error)) {
                check_grade(&memory);
                memory_config_clear(&memory);
                found++;
            } else if (!strstr(error->message, "has no density")) {
                CU_FAIL("a grade that does not load");
                g_test_message("%s", error->message);
            }
        }
        CU_ASSERT_TRUE(found >= 2);
    }
}

/* The rate that a name ends in is the one of the grade. */
static void the_rate_in_a_name_is_the_rate_of_the_grade(void)
{
    g_auto(GStrv) names = config_dram_names();

    for (char **name = names; *name; name++) {
        MemoryConfig memory = { 0 };

        if (!config_dram(*name, NULL, &memory, NULL, NULL))
            continue;
        const DramConfig *config = &memory.dram;
        const double rate_Mbps = dram_peak_B_per_s(config) / config->channels /
                                 config->pseudo_channels / config->bus_bits * 8e-6;
        const double named = g_ascii_strtod(strrchr(*name, '-') + 1, NULL) *
                             (g_str_has_prefix(*name, "GDDR6") ? 1000 : 1);

        /* JEDEC's names are rounded: 2666 is 2666.67, 2133 is 2133.33 */
        CU_ASSERT_DOUBLE_EQUAL(rate_Mbps, named, 1.0);
        memory_config_clear(&memory);
    }
}

static void the_grades_of_the_reference_have_its_parameters(void)
{
    static const struct {
        const char *name, *density;
        DramConfig (*reference)(void);
    } grades[] = {
        { "DDR4-2400", NULL, dram_rig_ddr4 }, { "DDR5-4800", NULL, dram_rig_ddr5 },
        { "GDDR6-14", NULL, dram_rig_gddr6 }, { "HBM2-2000", NULL, dram_rig_hbm2 },
        { "HBM3-6400", NULL, dram_rig_hbm3 }, { "LPDDR5-6400", NULL, dram_rig_lpddr5 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(grades); i++) {
        const DramConfig reference = grades[i].reference();
        MemoryConfig memory = { 0 };

        CU_ASSERT_TRUE_FATAL(config_dram(grades[i].name, grades[i].density, &memory, NULL, NULL));
        const DramConfig *config = &memory.dram;

        CU_ASSERT_STRING_EQUAL(config->standard, reference.standard);
        CU_ASSERT_EQUAL(config->ranks, reference.ranks);
        CU_ASSERT_EQUAL(config->bank_groups, reference.bank_groups);
        CU_ASSERT_EQUAL(config->banks, reference.banks);
        CU_ASSERT_EQUAL(config->rows, reference.rows);
        CU_ASSERT_EQUAL(config->columns, reference.columns);
        CU_ASSERT_EQUAL(config->read_queue, reference.read_queue);
        CU_ASSERT_EQUAL(config->write_queue, reference.write_queue);
        CU_ASSERT_DOUBLE_EQUAL((double)config->tCK_fs, (double)reference.tCK_fs,
                               0.003 * (double)reference.tCK_fs);
        for (const Field *field = dram_timing_fields; field->key; field++) {
            const uint32_t have =
                *(const uint32_t *)((const char *)&config->timing + field->offset);
            const uint32_t want =
                *(const uint32_t *)((const char *)&reference.timing + field->offset);

            /* what the standard of the rig does not use is left out there */
            if (want > 0 && have != want) {
                CU_FAIL("a timing differs from the reference");
                printf("# %s %s: %u, not %u\n", grades[i].name, field->key, have, want);
            }
        }
        memory_config_clear(&memory);
    }
}

static void the_bound_of_random_rows_is_the_tightest_of_its_four(void)
{
    DramConfig config = dram_rig_ddr4();
    RandomBound bound;

    /* 4 activates in 26 cycles of 0.833 ns, 64 bytes each */
    CU_ASSERT_DOUBLE_EQUAL(dram_random_B_per_s(&config, &bound), 4 * 64 / (26 * 0.833e-9), 1e3);
    CU_ASSERT_EQUAL(bound, BOUND_FAW);
    config.timing.RC = 128;
    CU_ASSERT_DOUBLE_EQUAL(dram_random_B_per_s(&config, &bound), 16 * 64 / (128 * 0.833e-9), 1e3);
    CU_ASSERT_EQUAL(bound, BOUND_RC);
    config.timing.RRD_S = 9;
    CU_ASSERT_DOUBLE_EQUAL(dram_random_B_per_s(&config, &bound), 64 / (9 * 0.833e-9), 1e3);
    CU_ASSERT_EQUAL(bound, BOUND_RRD);
    config.timing.RRD_S = config.timing.RC = config.timing.FAW = 1;
    CU_ASSERT_DOUBLE_EQUAL(dram_random_B_per_s(&config, &bound), dram_peak_B_per_s(&config), 1);
    CU_ASSERT_EQUAL(bound, BOUND_BUS);
    /* a burst of 4 is there in 2 cycles; ACT, PRE and RD take 3 */
    config.burst_length = 4;
    config.timing.BL = 2;
    CU_ASSERT_DOUBLE_EQUAL(dram_random_B_per_s(&config, &bound), 32 / (3 * 0.833e-9), 1e3);
    CU_ASSERT_EQUAL(bound, BOUND_COMMANDS);
    config.page = PAGE_CLOSED;
    CU_ASSERT_DOUBLE_EQUAL(dram_random_B_per_s(&config, &bound), dram_peak_B_per_s(&config), 1);
    config = dram_rig_ddr4();
    CU_ASSERT_DOUBLE_EQUAL(dram_refresh_share(&config), 433.0 / 9364.0, 1e-12);
    config.refresh = REFRESH_NONE;
    CU_ASSERT_EQUAL(dram_refresh_share(&config), 0.0);
}

/* tFAW and tRRD of HBM hold in a pseudo-channel, whatever its stack IDs. */
static void what_random_rows_reach_is_near_their_bound(void)
{
    static const char *const names[] = { "DDR4-2400", "GDDR6-14", "HBM2-2000", "HBM3-6400",
                                         "HBM3-5200" };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        MemoryConfig memory;

        CU_ASSERT_TRUE_FATAL(config_dram(names[i], NULL, &memory, NULL, NULL));
        DramConfig *config = &memory.dram;

        config->refresh = REFRESH_NONE;
        config->read_queue = 512;
        const double reached = random_bursts_B_per_s(config);
        const double bound = dram_random_B_per_s(config, NULL);

        CU_ASSERT(reached < 1.02 * bound && reached > 0.8 * bound);
        if (reached < 0.8 * bound)
            printf("# %s: %g of %g\n", names[i], reached, bound);
        memory_config_clear(&memory);
    }
}

static CU_TestInfo tests[] = {
    TEST(every_grade_loads_with_every_density_and_runs),
    TEST(the_rate_in_a_name_is_the_rate_of_the_grade),
    TEST(the_grades_of_the_reference_have_its_parameters),
    TEST(the_bound_of_random_rows_is_the_tightest_of_its_four),
    TEST(what_random_rows_reach_is_near_their_bound),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_grades = { .pName = "grades", .pTests = tests };
