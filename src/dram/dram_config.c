/*
 * dram_config - what the settings of DRAM channels amount to, and what they have to fulfil.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/dram_config.h"

#include "base/error.h"
#include "dram/standard.h"

uint32_t dram_burst_bytes(const DramConfig *config)
{
    return config->bus_bits / 8 * config->burst_length;
}

uint64_t dram_channel_bytes(const DramConfig *config)
{
    return (uint64_t)config->pseudo_channels * config->ranks * config->bank_groups * config->banks *
           config->rows * config->columns * (config->bus_bits / 8);
}

double dram_peak_B_per_s(const DramConfig *config)
{
    return (double)config->channels * config->pseudo_channels * dram_burst_bytes(config) /
           tick_seconds(config->timing.BL * config->tCK_fs);
}

static bool refuse(GError **error, const char *why)
{
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, "%s", why);
    return false;
}

static bool powers_of_two(const DramConfig *config, GError **error)
{
    const struct {
        const char *name;
        uint32_t value;
    } fields[] = { { "pseudo_channels", config->pseudo_channels },
                   { "ranks", config->ranks },
                   { "bank_groups", config->bank_groups },
                   { "banks", config->banks },
                   { "rows", config->rows },
                   { "columns", config->columns },
                   { "burst_length", config->burst_length },
                   { "bus_width / 8", config->bus_bits / 8 } };

    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        if (fields[i].value == 0 || (fields[i].value & (fields[i].value - 1)) != 0) {
            g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                        "%s: %" G_GUINT32_FORMAT " is not a power of two", fields[i].name,
                        fields[i].value);
            return false;
        }
    return true;
}

bool dram_config_check(const DramConfig *config, GError **error)
{
    const DramTiming *t = &config->timing;
    const DramStandard *standard = standard_find(config->standard);

    if (!standard)
        return refuse(error, "no such DRAM standard");
    if (standard->max_ranks && config->ranks > standard->max_ranks)
        return refuse(error, "ranks: devices of this standard have a data bus of their own each");
    if (!powers_of_two(config, error))
        return false;
    if (config->channels == 0)
        return refuse(error, "channels: 0 is below 1");
    if (config->columns < config->burst_length)
        return refuse(error, "columns: less than a burst");
    if (config->tCK_fs == 0)
        return refuse(error, "tCK: 0");
    if (t->RAS + t->RP > t->RC + 1)
        return refuse(error, "tRC is more than a clock below tRAS + tRP");
    if (t->FAW < t->RRD_S)
        return refuse(error, "tFAW is below tRRD_S");
    if (t->CCD_L < t->CCD_S || t->RRD_L < t->RRD_S || t->WTR_L < t->WTR_S)
        return refuse(error,
                      "a wait within a bank group (_L) is below the one between groups (_S)");
    if (t->RTW + t->CWL < t->CL + t->BL)
        return refuse(error, "tRTW is below CL + BL - CWL: a write's data would begin before those "
                             "of the read have ended");
    if (config->refresh == REFRESH_ALL_BANK && t->REFI <= t->RFC)
        return refuse(error, "tREFI is not above tRFC: there is no time left");
    if (config->read_queue == 0 || config->write_queue == 0)
        return refuse(error, "read_queue and write_queue hold at least 1");
    if (config->write_low > config->write_high)
        return refuse(error, "write_low is above write_high");
    return true;
}
