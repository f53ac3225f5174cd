/*
 * dram_bounds - what DRAM channels can do at best, in closed form.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/dram_bounds.h"

double dram_random_B_per_s(const DramConfig *config, RandomBound *bound)
{
    const DramTiming *t = &config->timing;
    const double ranks = (double)config->channels * config->pseudo_channels * config->ranks;
    const double banks = (double)config->bank_groups * config->banks;
    const double activates[] = {
        [BOUND_RC] = t->RC > 0 ? banks / t->RC : G_MAXDOUBLE,
        [BOUND_FAW] = t->FAW > 0 ? 4.0 / t->FAW : G_MAXDOUBLE,
        [BOUND_RRD] = t->RRD_S > 0 ? 1.0 / t->RRD_S : G_MAXDOUBLE,
    };
    const double bursts_to_B_per_s =
        ranks * dram_burst_bytes(config) / tick_seconds(config->tCK_fs);
    double least = dram_peak_B_per_s(config);
    RandomBound by = BOUND_BUS;

    for (RandomBound i = BOUND_RC; i <= BOUND_RRD; i++)
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
