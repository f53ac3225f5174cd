/*
 * dram_fields - the keys of DRAM channels, and how times become clock cycles.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "dram/standard.h"
#include "dram/timing.h"

#define CONFIG(member) offsetof(DramConfig, member)
#define TIMING(member) offsetof(DramTiming, member)
#define CURRENT(member) offsetof(DramCurrents, member)
#define CYCLES_MOST 1e6

static const char *const pages[] = { "open", "closed", "timeout", NULL };
static const char *const refreshes[] = { "all-bank", "per-bank", "none", NULL };
static const char *const standbys[] = { "rank", "bank", NULL };

/* clang-format off */
const Field dram_fields[] = {
    { "standard", FIELD_OTHER, CONFIG(standard), 0, 0, NAN, NULL, NULL, "e.g. \"ddr4\"" },
    { "tCK", FIELD_TIME, CONFIG(tCK_fs), 1e-14, 1e-6, NAN, NULL, NULL, "period of the clock, e.g. \"833 ps\"" },
    { "channels", FIELD_COUNT, CONFIG(channels), 1, 4096, 1, NULL, NULL, "any number" },
    { "pseudo_channels", FIELD_COUNT, CONFIG(pseudo_channels), 1, 4, 1, NULL, NULL, "of a channel" },
    { "ranks", FIELD_COUNT, CONFIG(ranks), 1, 64, 1, NULL, NULL, "of a channel (pseudo-channel); stack IDs of HBM3" },
    { "bank_groups", FIELD_COUNT, CONFIG(bank_groups), 1, 64, NAN, NULL, NULL, "of a rank" },
    { "banks", FIELD_COUNT, CONFIG(banks), 1, 64, NAN, NULL, NULL, "of a bank group" },
    { "rows", FIELD_COUNT, CONFIG(rows), 1, 0x1p24, NAN, NULL, NULL, "of a bank" },
    { "columns", FIELD_COUNT, CONFIG(columns), 1, 0x1p16, NAN, NULL, NULL, "of a row, each a beat of the bus" },
    { "bus_width", FIELD_COUNT, CONFIG(bus_bits), 8, 4096, NAN, NULL, NULL, "bits of a channel (pseudo-channel)" },
    { "burst_length", FIELD_COUNT, CONFIG(burst_length), 1, 64, NAN, NULL, NULL, "beats of a burst" },
    { "timing", FIELD_OTHER, CONFIG(timing), 0, 0, NAN, NULL, NULL, "a table of cycles or times, e.g. { CL = 17, tRCD = \"14.16 ns\", ... }" },
    { "currents", FIELD_OTHER, CONFIG(currents), 0, 0, 0, NULL, NULL, "a table, e.g. { VDD = \"1.2 V\", IDD0 = \"60 mA\", ... }" },
    { "mapping", FIELD_TEXT, CONFIG(mapping), 0, 0, 0, NULL, NULL, "fields of an address from the top, e.g. \"RoBaBgRaCoCh\"" },
    { "interleave", FIELD_BYTES, CONFIG(interleave_bytes), 1, 0x1p40, 0, "none", NULL, "consecutive bytes in one channel, instead of Ch in the mapping" },
    { "bank_hash", FIELD_BOOL, CONFIG(bank_hash), 0, 0, 0, NULL, NULL, "bank bits are XORed with the lowest row bits" },
    { "channel_hash", FIELD_BOOL, CONFIG(channel_hash), 0, 0, 0, NULL, NULL, "channels are mixed with the address bits above them" },
    { "scheduler", FIELD_OTHER, CONFIG(scheduler), 0, 0, 0, NULL, NULL, "e.g. \"frfcfs\"" },
    { "row_hit_cap", FIELD_COUNT, CONFIG(row_hit_cap), 1, 1e6, 0, "none", NULL, "hits in a row of a bank while another row waits" },
    { "page", FIELD_WORD, CONFIG(page), 0, 0, PAGE_OPEN, NULL, pages, "when a row is closed" },
    { "page_timeout", FIELD_CYCLES, CONFIG(page_timeout), 1, CYCLES_MOST, 0, NULL, NULL, "idle time of a row before it is closed" },
    { "refresh", FIELD_WORD, CONFIG(refresh), 0, 0, REFRESH_ALL_BANK, NULL, refreshes, "which refreshes" },
    { "refresh_postpone", FIELD_COUNT, CONFIG(refresh_postpone), 0, 64, 0, NULL, NULL, "refreshes that may be put off while requests wait" },
    { "read_queue", FIELD_COUNT, CONFIG(read_queue), 1, 8192, 32, NULL, NULL, "entries of a channel" },
    { "write_queue", FIELD_COUNT, CONFIG(write_queue), 1, 8192, 32, NULL, NULL, "entries of a channel" },
    { "write_high", FIELD_REAL, CONFIG(write_high), 0, 1, 0.8, NULL, NULL, "share of the write queue above which writes go first" },
    { "write_low", FIELD_REAL, CONFIG(write_low), 0, 1, 0.2, NULL, NULL, "share below which reads go first again" },
    { "controller_latency", FIELD_TIME, CONFIG(controller_latency_fs), 0, 1e-3, 0, NULL, NULL, "from arrival until the scheduler sees it; default: 1 tCK" },
    { "latency", FIELD_TIME, CONFIG(latency_fs), 0, 1e-3, 0, NULL, NULL, "of a read, on top: core to controller and back" },
    { "density", FIELD_OTHER, 0, 0, 0, 0, NULL, NULL, "of a device, e.g. \"8Gb\": one of the grade's" },
    { "densities", FIELD_OTHER, 0, 0, 0, 0, NULL, NULL, "of a grade: what each density changes" },
    { "grade", FIELD_OTHER, 0, 0, 0, 0, NULL, NULL, "for people: the name of the grade" },
    { "description", FIELD_OTHER, 0, 0, 0, 0, NULL, NULL, "for people" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};

#define NEEDED(key, member, help) { key, FIELD_CYCLES, TIMING(member), 0, CYCLES_MOST, NAN, NULL, NULL, help }
#define OPTION(key, member, help) { key, FIELD_CYCLES, TIMING(member), 0, CYCLES_MOST, 0, NULL, NULL, help }
const Field dram_timing_fields[] = {
    OPTION("BL", BL, "of a burst on the data bus; default: two beats a cycle"),
    OPTION("BLmax", BLmax, "LPDDR5: of a burst within a bank group"),
    NEEDED("CL", CL, "read command to data"),
    NEEDED("CWL", CWL, "write command to data"),
    NEEDED("tRCDRD", RCDRD, "activate to read"),
    NEEDED("tRCDWR", RCDWR, "activate to write"),
    NEEDED("tRP", RP, "precharge of a bank"),
    OPTION("tRPab", RPab, "precharge of all banks; default: tRP"),
    NEEDED("tRAS", RAS, "activate to precharge"),
    OPTION("tRC", RC, "activate to activate of a bank; default: tRAS + tRP"),
    NEEDED("tWR", WR, "end of write data to precharge"),
    NEEDED("tRTP", RTP, "read to precharge"),
    NEEDED("tCCD_S", CCD_S, "read to read"),
    NEEDED("tCCD_L", CCD_L, "read to read of a bank group"),
    OPTION("tCCD_S_WR", CCD_S_WR, "write to write; default: tCCD_S"),
    OPTION("tCCD_L_WR", CCD_L_WR, "write to write of a bank group; default: tCCD_L"),
    OPTION("tCCD_R", CCD_R, "HBM3: read to read of another stack ID; default: tCCD_S"),
    NEEDED("tRRD_S", RRD_S, "activate to activate"),
    NEEDED("tRRD_L", RRD_L, "activate to activate of a bank group"),
    NEEDED("tFAW", FAW, "in which four activates of a rank may be"),
    NEEDED("tWTR_S", WTR_S, "end of write data to read"),
    NEEDED("tWTR_L", WTR_L, "end of write data to read of a bank group"),
    OPTION("tRTW", RTW, "read to write; default: CL + BL + 2 - CWL, DDR5 2 more"),
    OPTION("tRTRS", RTRS, "gap on the bus between two ranks; default: 2"),
    OPTION("tPPD", PPD, "precharge to precharge; default: 0"),
    OPTION("tRFC", RFC, "refresh of all banks"),
    OPTION("tRFCpb", RFCpb, "refresh of a bank (DDR5: tRFCsb)"),
    OPTION("tRREFD", RREFD, "refresh of a bank to what concerns another"),
    OPTION("tPBR2PBR", PBR2PBR, "LPDDR5: between refreshes of banks"),
    OPTION("tAAD", AAD, "LPDDR5: ACT-1 to ACT-2, at most; default: 8"),
    OPTION("tWCKPST", WCKPST, "LPDDR5: WCK runs on after a burst; default: 1"),
    OPTION("tREFI", REFI, "between refreshes"),
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};

#define VOLTS(key, member, most) { key, FIELD_VOLTS, CURRENT(member), 0, most, 0, NULL, NULL, "a supply, e.g. \"1.2 V\"" }
#define AMPERES(key, member) { key, FIELD_AMPERES, CURRENT(member), 0, 100, 0, NULL, NULL, "of one device, e.g. \"55 mA\"" }
const Field dram_currents_fields[] = {
    VOLTS("VDD", VDD_V, 10), VOLTS("VPP", VPP_V, 10),
    AMPERES("IDD0", IDD0_A), AMPERES("IDD2N", IDD2N_A), AMPERES("IDD3N", IDD3N_A), AMPERES("IDD4R", IDD4R_A),
    AMPERES("IDD4W", IDD4W_A), AMPERES("IDD5B", IDD5B_A), AMPERES("IPP0", IPP0_A), AMPERES("IPP2N", IPP2N_A),
    AMPERES("IPP3N", IPP3N_A), AMPERES("IPP5B", IPP5B_A),
    { "standby", FIELD_WORD, CURRENT(standby), 0, 0, STANDBY_RANK, NULL, standbys, "who draws IDD3N: a rank with any bank open, or each open bank its share" },
    { "device_width", FIELD_COUNT, CURRENT(device_bits), 1, 4096, 0, NULL, NULL, "bits of one device; bus_width / device_width work together" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};

#define ALIAS(key, i, help) { key, FIELD_CYCLES, (i) * sizeof(uint32_t), 0, CYCLES_MOST, 0, NULL, NULL, help }
const Field dram_alias_fields[] = {
    ALIAS("tRCD", 0, "tRCDRD and tRCDWR"),
    ALIAS("tCCD", 1, "tCCD_S and tCCD_L"),
    ALIAS("tRRD", 2, "tRRD_S and tRRD_L"),
    ALIAS("tWTR", 3, "tWTR_S and tWTR_L"),
    ALIAS("tCCD_WR", 4, "tCCD_S_WR and tCCD_L_WR"),
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};
/* clang-format on */

const DramAlias dram_aliases[] = {
    { "tRCD", { "tRCDRD", "tRCDWR" } },          { "tCCD", { "tCCD_S", "tCCD_L" } },
    { "tRRD", { "tRRD_S", "tRRD_L" } },          { "tWTR", { "tWTR_S", "tWTR_L" } },
    { "tCCD_WR", { "tCCD_S_WR", "tCCD_L_WR" } }, { NULL, { NULL, NULL } },
};

void dram_timing_complete(DramConfig *config, bool (*given)(const void *of, const char *key),
                          const void *of)
{
    DramTiming *t = &config->timing;
    /* a clock of preamble and one for the bus to turn; DDR5's write preamble takes two more */
    const bool two_parts = standard_find(config->standard)->two_parts;
    const int64_t turn = strcmp(config->standard, "ddr5") == 0 ? 4 : 2;

    if (!given(of, "BL"))
        t->BL = config->burst_length / 2;
    const struct {
        const char *key;
        uint32_t *at;
        int64_t value;
    } defaults[] = { { "BLmax", &t->BLmax, t->BL },
                     { "tRPab", &t->RPab, t->RP },
                     { "tRC", &t->RC, (int64_t)t->RAS + t->RP },
                     { "tCCD_S_WR", &t->CCD_S_WR, t->CCD_S },
                     { "tCCD_L_WR", &t->CCD_L_WR, t->CCD_L },
                     { "tCCD_R", &t->CCD_R, t->CCD_S },
                     { "tRTW", &t->RTW, (int64_t)t->CL + t->BL + turn - t->CWL },
                     { "tRTRS", &t->RTRS, 2 },
                     { "tAAD", &t->AAD, two_parts ? 8 : 0 },
                     { "tWCKPST", &t->WCKPST, two_parts ? 1 : 0 } };

    for (size_t i = 0; i < G_N_ELEMENTS(defaults); i++)
        if (!given(of, defaults[i].key))
            *defaults[i].at = (uint32_t)MAX(defaults[i].value, 0);
}

bool dram_timing_is_known(const DramConfig *config, const Field *timing)
{
    static const char *const some[] = { "tRTRS", "tCCD_R", "tPPD", "tRREFD", "tPBR2PBR", "BLmax" };
    static const char *const of_two_parts[] = { "tAAD", "tWCKPST" };
    const DramStandard *standard = standard_find(config->standard);
    DramTiming t = config->timing;
    uint32_t *value = (uint32_t *)(void *)((char *)&t + timing->offset);
    Constraint rows[2][RULES_MAX];
    bool special = false;

    for (size_t i = 0; i < G_N_ELEMENTS(of_two_parts); i++)
        if (strcmp(timing->key, of_two_parts[i]) == 0)
            return standard->two_parts;
    if (strcmp(timing->key, "tRFCpb") == 0)
        return standard->refresh_banks != REFRESH_NO_BANK;
    for (size_t i = 0; i < G_N_ELEMENTS(some); i++)
        special = special || strcmp(timing->key, some[i]) == 0;
    if (!special)
        return true;
    /* It is known when a rule depends on it. */
    *value = 1;
    const uint32_t n = standard->rules(&t, rows[0]);
    *value = 1000;
    standard->rules(&t, rows[1]);
    for (uint32_t i = 0; i < n; i++)
        if (rows[0][i].wait != rows[1][i].wait)
            return true;
    return false;
}

/*
 * A shortest time in cycles.  DDR4 (JESD79-4, rounding algorithms in 13.5): a 2.5 % guard band for clocks that are
 * rounded to picoseconds, truncate(time / tCK + 0.974).  DDR5 (JESD79-5, rounding definitions): the time is lowered by
 * 0.3 % and then rounded up, truncate(0.997 * time / tCK + 1).  The others (JESD209-5, JESD235, JESD238, JESD250): RU().
 * A longest time, tREFI, is kept by rounding down.  The digits of tCK end somewhere, at a femtosecond here: 8 ns are 7 clocks of
 * 1.142857 ns (875 MHz), not 7 and a millionth, so the last two go by a clock that is a femtosecond longer, shorter.
 */
double dram_cycles(const DramConfig *config, const Field *timing, Tick time_fs)
{
    const bool longest = strcmp(timing->key, "tREFI") == 0;
    const Tick tCK = config->tCK_fs;

    if (longest)
        return (double)(time_fs / (tCK - 1));
    if (config->standard && strcmp(config->standard, "ddr4") == 0)
        return (double)((time_fs * 1000 + 974 * tCK) / (1000 * tCK));
    if (config->standard && strcmp(config->standard, "ddr5") == 0)
        return (double)((time_fs * 997 + 1000 * tCK) / (1000 * tCK));
    return (double)((time_fs + tCK) / (tCK + 1));
}

char *dram_mapping(const DramConfig *config)
{
    if (config->mapping)
        return g_strdup(config->mapping);
    const char *text = standard_find(config->standard)->mapping;
    const char *channel = config->interleave_bytes ? strstr(text, "Ch") : NULL;

    if (!channel)
        return g_strdup(text);
    return g_strdup_printf("%.*s%s", (int)(channel - text), text, channel + 2);
}

Tick dram_idle_fs(const DramConfig *config)
{
    const DramStandard *standard = standard_find(config->standard);
    const DramTiming *t = &config->timing;
    const Tick tCK = config->tCK_fs;
    /* the scheduler sees a request at the next edge at the earliest, of half a CK at the next odd one */
    const Cycle seen = MAX((config->controller_latency_fs + tCK - 1) / tCK, 1);
    const Cycle activate = seen | (standard->rising >> CMD_ACT & 1);
    const Cycle open = activate + timing_clocks(standard, CMD_ACT) + t->RCDRD -
                       timing_clocks(standard, CMD_RD); /* from last clock to last clock */
    const Cycle cas = standard->two_parts;              /* WCK is at rest */
    const Cycle read = (open + cas) | (standard->rising >> CMD_RD & 1);

    return (read + t->CL + t->BL) * tCK + config->latency_fs;
}
