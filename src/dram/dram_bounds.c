/*
 * dram_bounds - what DRAM channels can do at best, in closed form.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/dram_bounds.h"

#include "dram/standard.h"
#include "dram/timing.h"

/* Clocks of the command bus that a burst takes which opens a row. */
static uint32_t command_clocks(const DramConfig *config)
{
    const DramStandard *standard = standard_find(config->standard);
    const uint32_t activate = timing_clocks(standard, CMD_ACT) * (standard->two_parts ? 2u : 1u);
    const uint32_t close = config->page == PAGE_CLOSED ? 0u : timing_clocks(standard, CMD_PRE);

    return activate + close + (standard->two_buses ? 0u : timing_clocks(standard, CMD_RD));
}

double dram_random_B_per_s(const DramConfig *config, RandomBound *bound)
{
    const DramTiming *t = &config->timing;
    const double channels = config->channels, pseudo = channels * config->pseudo_channels;
    const double ranks = pseudo * config->ranks;
    const double units =
        standard_find(config->standard)->refresh_scope == SCOPE_PSEUDO ? pseudo : ranks;
    const double banks = (double)config->bank_groups * config->banks;
    /* a clock */
    const double activates[] = {
        [BOUND_RC] = t->RC > 0 ? ranks * banks / t->RC : G_MAXDOUBLE,
        [BOUND_FAW] = t->FAW > 0 ? units * 4.0 / t->FAW : G_MAXDOUBLE,
        [BOUND_RRD] = t->RRD_S > 0 ? units / t->RRD_S : G_MAXDOUBLE,
        [BOUND_COMMANDS] = channels / command_clocks(config),
    };
    const double bursts_to_B_per_s = dram_burst_bytes(config) / tick_seconds(config->tCK_fs);
    double least = dram_peak_B_per_s(config);
    RandomBound by = BOUND_BUS;

    for (RandomBound i = BOUND_RC; i <= BOUND_COMMANDS; i++)
        if (activates[i] * bursts_to_B_per_s < least) {
            least = activates[i] * bursts_to_B_per_s;
            by = i;
        }
    if (bound)
        *bound = by;
    return least;
}

double dram_refresh_share(const DramConfig *config)
{
    const DramTiming *t = &config->timing;

    if (config->refresh == REFRESH_NONE || t->REFI == 0)
        return 0.0;
    return (double)(config->refresh == REFRESH_ALL_BANK ? t->RFC : t->RFCpb) / t->REFI;
}
