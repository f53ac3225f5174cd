/*
 * test_dram_refresh - refreshes of single banks keep to their interval, whatever the timing that is accepted.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "dram_audit.h"
#include "rig.h"
#include "tap.h"

enum { N_ACCESSES = 2500 };

typedef struct {
    const char *name;
    size_t offset; /* in DramTiming */
} Turn;

static const Turn turns[] = { { "tRTRS", offsetof(DramTiming, RTRS) },
                              { "tRTW", offsetof(DramTiming, RTW) },
                              { "tWTR_S", offsetof(DramTiming, WTR_S) },
                              { "tWTR_L", offsetof(DramTiming, WTR_L) } };

/* Of two ranks where the standard has them, refreshed bank by bank every tREFI, in which many reads fit. */
static DramConfig machine(int standard)
{
    DramConfig config = dram_rig_configs[standard]();

    config.ranks = strcmp(config.standard, "gddr6") == 0 ? 1 : 2;
    config.refresh = REFRESH_PER_BANK;
    config.timing.RFCpb = config.timing.RC;
    config.timing.REFI = 64 * config.timing.RFCpb;
    return config;
}

static bool has(const DramConfig *config, const Turn *turn)
{
    return strcmp(turn->name, "tRTRS") != 0 ||
           (config->ranks > 1 && strncmp(config->standard, "hbm", 3) != 0);
}

static void set(DramConfig *config, const Turn *turn, uint32_t cycles)
{
    *(uint32_t *)(void *)((char *)&config->timing + turn->offset) = cycles;
    config->timing.WTR_L = MAX(config->timing.WTR_L, config->timing.WTR_S);
}

/* The largest value with which the configuration is accepted; the next one is refused by this name. */
static uint32_t largest(const DramConfig *config, const Turn *turn)
{
    uint32_t cycles = config->timing.REFI;
    g_autoptr(GError) error = NULL;

    for (;; cycles--) {
        DramConfig tried = *config;
        g_autoptr(GError) refused = NULL;

        set(&tried, turn, cycles);
        if (dram_config_check(&tried, &refused))
            break;
        g_clear_error(&error);
        error = g_steal_pointer(&refused);
    }
    CU_ASSERT_PTR_NOT_NULL_FATAL(error);
    CU_ASSERT_PTR_NOT_NULL(strstr(error->message, "for the bus to turn"));
    return cycles;
}

static void fill(DramAccess *accesses, uint32_t bytes, uint64_t seed)
{
    Rng rng = { .state = seed };

    for (uint64_t i = 0; i < N_ACCESSES; i++)
        accesses[i] = (DramAccess){ (rng_next(&rng) & 0xffffff) * bytes, rng_next(&rng) % 2 };
}

/* With more a bank may have to wait for rounds: the checker would refuse it. */
static void no_accepted_turn_of_the_bus_makes_a_refresh_a_round_late(void)
{
    g_autofree DramAccess *accesses = g_new(DramAccess, N_ACCESSES);

    for (int s = 0; s < N_DRAM_RIGS; s++)
        for (size_t i = 0; i < G_N_ELEMENTS(turns); i++) {
            DramConfig config = machine(s);

            if (strcmp(config.standard, "ddr4") == 0 || !has(&config, &turns[i]))
                continue;
            set(&config, &turns[i], largest(&config, &turns[i]));
            fill(accesses, dram_burst_bytes(&config), i);
            DramAudit audit = dram_audit(&config, accesses, N_ACCESSES, false);

            CU_ASSERT(audit.of[CMD_REFPB] > 50);
            CU_ASSERT_EQUAL(audit.refused, 0);
            if (audit.refused)
                printf("# %s, %s: %s\n", config.standard, turns[i].name, audit.first);
            dram_audit_clear(&audit);
        }
}

static CU_TestInfo tests[] = {
    TEST(no_accepted_turn_of_the_bus_makes_a_refresh_a_round_late),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_dram_refresh = { .pName = "dram_refresh", .pTests = tests };
