/*
 * dram_config - what the settings of DRAM channels amount to, and what they have to fulfil.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/dram_config.h"

#include "base/error.h"
#include "dram/addrmap.h"
#include "dram/arb.h"
#include "dram/energy.h"
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

enum { QUEUE_MAX = 16384 };

static bool is_power_of_two(uint64_t n)
{
    return n > 0 && (n & (n - 1)) == 0;
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
                   { "bus_width", config->bus_bits } };

    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        if (!is_power_of_two(fields[i].value))
            return refuse_config(error, "%s: %" G_GUINT32_FORMAT " is not a power of two",
                                 fields[i].name, fields[i].value);
    return true;
}

static bool check_organisation(const DramConfig *config, GError **error)
{
    const uint32_t max_ranks = standard_find(config->standard)->max_ranks;

    if (!powers_of_two(config, error))
        return false;
    if (config->channels == 0)
        return refuse_config(error, "channels: 0 is below 1");
    if (max_ranks && config->ranks > max_ranks)
        return refuse_config(
            error, "ranks: %" G_GUINT32_FORMAT " are above %" G_GUINT32_FORMAT ": %s has no more",
            config->ranks, max_ranks, config->standard);
    if (config->bus_bits < 8)
        return refuse_config(error, "bus_width: less than a byte");
    if (config->columns < config->burst_length)
        return refuse_config(error,
                             "columns: %" G_GUINT32_FORMAT
                             " are less than a burst (%" G_GUINT32_FORMAT " beats)",
                             config->columns, config->burst_length);
    const uint64_t banks =
        (uint64_t)config->pseudo_channels * config->ranks * config->bank_groups * config->banks;

    if (banks > BANKS_MAX)
        return refuse_config(error,
                             "banks: %" G_GUINT64_FORMAT " in a channel (pseudo_channels * ranks * "
                             "bank_groups * banks); at most %d",
                             banks, BANKS_MAX);
    if (config->interleave_bytes && (!is_power_of_two(config->interleave_bytes) ||
                                     config->interleave_bytes < dram_burst_bytes(config)))
        return refuse_config(error,
                             "interleave: %" G_GUINT64_FORMAT
                             " B is not a power of two of at least a burst (%" G_GUINT32_FORMAT
                             " B)",
                             config->interleave_bytes, dram_burst_bytes(config));
    return true;
}

/* Refreshes of banks that a rank takes in a tREFI. */
static uint32_t bank_refreshes(const DramConfig *config, RefreshBanks banks)
{
    const uint32_t all = config->bank_groups * config->banks;

    return banks == REFRESH_SAME_BANK ? config->banks
           : banks == REFRESH_PAIR    ? MAX(all / 2, 1)
                                      : all;
}

/* A refresh waits for the requests that have opened rows in its banks, and those for the data bus to turn: when each turn
 * took as long as the next refresh is away, refreshes would fall behind by rounds. */
static bool check_turns(const DramConfig *config, uint32_t refreshes, GError **error)
{
    const DramTiming *t = &config->timing;
    const struct {
        const char *name;
        uint32_t cycles;
    } turns[] = { { "tRTRS", config->ranks > 1 ? t->RTRS : 0 },
                  { "tRTW", t->RTW },
                  { "tWTR_S", t->WTR_S },
                  { "tWTR_L", t->WTR_L } };

    for (size_t i = 0; i < G_N_ELEMENTS(turns); i++)
        if ((uint64_t)refreshes * turns[i].cycles >= t->REFI)
            return refuse_config(
                error,
                "timing.%s: %" G_GUINT32_FORMAT
                " refreshes, each of which may wait for the bus to turn in %" G_GUINT32_FORMAT
                " cycles, do not fit into tREFI (%" G_GUINT32_FORMAT
                "); at most %" G_GUINT32_FORMAT,
                turns[i].name, refreshes, turns[i].cycles, t->REFI, (t->REFI - 1) / refreshes);
    return true;
}

static bool check_bank_refresh(const DramConfig *config, GError **error)
{
    const DramStandard *standard = standard_find(config->standard);
    const RefreshBanks banks = standard->refresh_banks;
    const uint32_t n = bank_refreshes(config, banks);
    /* tRREFD is kept by all that share a unit */
    const uint32_t together = standard->refresh_scope == SCOPE_PSEUDO ? n * config->ranks : n;

    if ((uint64_t)n * config->timing.RFCpb >= config->timing.REFI)
        return refuse_config(error,
                             "timing.tRFCpb: %" G_GUINT32_FORMAT " refreshes of %" G_GUINT32_FORMAT
                             " cycles do not fit into tREFI (%" G_GUINT32_FORMAT ")",
                             n, config->timing.RFCpb, config->timing.REFI);
    if ((uint64_t)together * config->timing.RREFD >= config->timing.REFI)
        return refuse_config(error,
                             "timing.tRREFD: %" G_GUINT32_FORMAT " refreshes %" G_GUINT32_FORMAT
                             " cycles apart do not fit into tREFI (%" G_GUINT32_FORMAT ")",
                             together, config->timing.RREFD, config->timing.REFI);
    if ((uint64_t)n * config->timing.PBR2PBR >= config->timing.REFI)
        return refuse_config(error,
                             "timing.tPBR2PBR: %" G_GUINT32_FORMAT " refreshes %" G_GUINT32_FORMAT
                             " cycles apart do not fit into tREFI (%" G_GUINT32_FORMAT ")",
                             n, config->timing.PBR2PBR, config->timing.REFI);
    return check_turns(config, n * config->ranks, error);
}

static bool check_refresh(const DramConfig *config, GError **error)
{
    const DramTiming *t = &config->timing;
    const bool all = config->refresh == REFRESH_ALL_BANK;
    const DramStandard *standard = standard_find(config->standard);
    const uint32_t most = standard->postpone_max;

    if (config->refresh == REFRESH_NONE)
        return config->refresh_postpone == 0 ||
               refuse_config(error, "refresh_postpone: there is no refresh to put off");
    if (config->refresh_postpone > most)
        return refuse_config(error,
                             "refresh_postpone: %" G_GUINT32_FORMAT
                             " is above the %" G_GUINT32_FORMAT " that %s allows",
                             config->refresh_postpone, most, config->standard);
    if (!all && standard->refresh_banks == REFRESH_NO_BANK)
        return refuse_config(error, "refresh: %s has no refresh of single banks; take \"all-bank\"",
                             config->standard);
    if (t->REFI == 0)
        return refuse_config(error,
                             "timing.tREFI: missing; it is required unless refresh is \"none\"");
    if ((all ? t->RFC : t->RFCpb) == 0)
        return refuse_config(error, "timing.%s: missing; it is required with refresh = \"%s\"",
                             all ? "tRFC" : "tRFCpb", all ? "all-bank" : "per-bank");
    if (all && t->REFI <= t->RFC)
        return refuse_config(error,
                             "timing.tREFI: %" G_GUINT32_FORMAT
                             " is not above tRFC (%" G_GUINT32_FORMAT "): there is no time left",
                             t->REFI, t->RFC);
    return all || check_bank_refresh(config, error);
}

/* Of each pair the second may not be below the first. */
static bool check_order(const DramTiming *t, GError **error)
{
    const struct {
        const char *low_name, *high_name;
        uint32_t low, high;
    } pairs[] = { { "tCCD_S", "tCCD_L", t->CCD_S, t->CCD_L },
                  { "tCCD_S_WR", "tCCD_L_WR", t->CCD_S_WR, t->CCD_L_WR },
                  { "tRRD_S", "tRRD_L", t->RRD_S, t->RRD_L },
                  { "tWTR_S", "tWTR_L", t->WTR_S, t->WTR_L },
                  { "tRRD_S", "tFAW", t->RRD_S, t->FAW },
                  { "tRP", "tRPab", t->RP, t->RPab } };

    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (pairs[i].high < pairs[i].low)
            return refuse_config(
                error, "timing.%s: %" G_GUINT32_FORMAT " is below %s (%" G_GUINT32_FORMAT ")",
                pairs[i].high_name, pairs[i].high, pairs[i].low_name, pairs[i].low);
    return true;
}

/* Without these there is no DRAM. */
static bool check_required(const DramTiming *t, GError **error)
{
    const struct {
        const char *name;
        uint32_t value;
    } fields[] = { { "BL", t->BL },        { "CL", t->CL },        { "CWL", t->CWL },
                   { "tRCDRD", t->RCDRD }, { "tRCDWR", t->RCDWR }, { "tRP", t->RP },
                   { "tRAS", t->RAS },     { "tRC", t->RC },       { "tCCD_S", t->CCD_S } };

    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        if (fields[i].value == 0)
            return refuse_config(error, "timing.%s: missing; at least one cycle", fields[i].name);
    return true;
}

static bool check_timing(const DramConfig *config, GError **error)
{
    const DramTiming *t = &config->timing;

    if (config->tCK_fs == 0)
        return refuse_config(error, "tCK: 0");
    if (!check_required(t, error))
        return false;
    if (t->RTW + t->CWL < t->CL + t->BL)
        return refuse_config(
            error,
            "timing.tRTW: %" G_GUINT32_FORMAT
            " lets the data of a write run into those of the read before it; at least "
            "CL + BL - CWL (%" G_GUINT32_FORMAT ")",
            t->RTW, t->CL + t->BL - t->CWL);
    if (t->RAS + t->RP > t->RC + 1)
        return refuse_config(error,
                             "timing.tRC: %" G_GUINT32_FORMAT
                             " is more than a clock below tRAS + tRP (%" G_GUINT32_FORMAT
                             " + %" G_GUINT32_FORMAT ")",
                             t->RC, t->RAS, t->RP);
    if (standard_find(config->standard)->two_parts && t->AAD == 0)
        return refuse_config(error, "timing.tAAD: 0; ACT-2 comes at least a clock after ACT-1");
    return check_order(t, error) && check_refresh(config, error);
}

static bool check_controller(const DramConfig *config, GError **error)
{
    if (config->scheduler && !arb_find(config->scheduler))
        return refuse_config(error, "scheduler: there is no '%s'", config->scheduler);
    if (config->read_queue == 0 || config->write_queue == 0)
        return refuse_config(error, "%s: holds at least 1",
                             config->read_queue ? "write_queue" : "read_queue");
    if (config->read_queue > QUEUE_MAX || config->write_queue > QUEUE_MAX)
        return refuse_config(error, "%s: more than %d entries",
                             config->read_queue > QUEUE_MAX ? "read_queue" : "write_queue",
                             QUEUE_MAX);
    if (!(config->write_low >= 0) || !(config->write_high <= 1))
        return refuse_config(error,
                             "write_low, write_high: %g and %g; parts of the queue, from 0 to 1",
                             config->write_low, config->write_high);
    if (config->write_low > config->write_high)
        return refuse_config(error, "write_low: %g is above write_high (%g)", config->write_low,
                             config->write_high);
    if (config->page == PAGE_TIMEOUT && config->page_timeout == 0)
        return refuse_config(error, "page_timeout: missing; page = \"timeout\" needs it");
    if (config->page != PAGE_TIMEOUT && config->page_timeout > 0)
        return refuse_config(error, "page_timeout: is for page = \"timeout\"");
    return true;
}

static bool check_currents(const DramConfig *config, GError **error)
{
    const DramCurrents *c = &config->currents;

    if (c->VDD_V < 0 || c->VPP_V < 0)
        return refuse_config(error, "currents: a supply below 0 V");
    if (c->VDD_V > 0 && c->device_bits == 0)
        return refuse_config(error, "device_width: missing; the currents are those of one device");
    return energy_check(config, error);
}

static bool check_mapping(const DramConfig *config, GError **error)
{
    g_autofree char *text = dram_mapping(config);
    AddrMap map;

    return addrmap_init(&map, config, text, error);
}

bool dram_config_check(const DramConfig *config, GError **error)
{
    if (!config->standard || !standard_find(config->standard))
        return refuse_config(error, "standard: there is no DRAM standard '%s'",
                             config->standard ? config->standard : "");
    return check_organisation(config, error) && check_timing(config, error) &&
           check_controller(config, error) && check_currents(config, error) &&
           check_mapping(config, error);
}
