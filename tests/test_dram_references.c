/*
 * test_dram_references - what Ramulator 2.1 (2026-06-29) answers for short traces on many machines, to the cycle.
 *
 * The front end is that of validation/dram: in order, in each clock until the first request that is refused.  The end is
 * that of the last read's data or the last WR.  Every figure was measured with the parameters below given to Ramulator,
 * scheduler FRFCFS-RowHit unless said.  Where its rules differ from the standard's they were put right for the run:
 *   - two ranks, RD then WR to the other rank: CL + BL + tRTRS - CWL, as the data bus asks for; Ramulator has BL + tRTRS,
 *     with which the write's data begin before those of the read have ended;
 *   - LPDDR5 with two ranks, WR then RD of the other rank: CWL + BL + tRTRS - CL; Ramulator has CL and CWL changed over.
 * And where they cannot be, the machine avoids the difference:
 *   - GDDR6, PRE to REFAB: tRP has to pass (JESD250: all banks idle); Ramulator does not wait.  Without refresh here.
 *   - LPDDR5, PREA to REFAB: tRPab; Ramulator has tRPpb.  Both are the same here.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "dram_rig.h"
#include "rig.h"
#include "tap.h"

enum { N_REQUESTS = 20000, N_TRACES = 12 };

typedef struct {
    uint64_t end, activates, refreshes;
} Answer;

/* A machine of dram_rig, and what is different; 0 or NULL: nothing. */
typedef struct {
    DramConfig (*rig)(void);
    uint32_t ranks, channels, window; /* window: of reads and of writes */
    const char *mapping, *scheduler;
    bool no_refresh;
    bool one_tRP; /* tRPab as tRP */
    double write_high, write_low;
} Machine;

typedef struct {
    const char *name;
    Machine machine;
    Answer answers[N_TRACES];
} Reference;

/* ---- traces ---- */

static const char *const traces[N_TRACES] = {
    "sequential",    "random",        "copy",         "triad",
    "70/30 random",  "50/50 random",  "stride 256 B", "stride 4 KiB",
    "stride 64 KiB", "random writes", "few rows",     "chase",
};

static DramAccess mixed(Rng *rng, uint64_t reads)
{
    const uint64_t addr = 64 * (rng_next(rng) % (UINT64_C(1) << 24));

    return (DramAccess){ addr, rng_next(rng) % 100 >= reads };
}

static DramAccess in_few_rows(Rng *rng)
{
    const uint64_t row = rng_next(rng) % 8 << 17, column = rng_next(rng) % 64;

    return (DramAccess){ row + 64 * column, rng_next(rng) % 100 >= 60 };
}

static DramAccess access_of(int trace, uint64_t i, Rng *rng)
{
    switch (trace) {
    case 0:
        return (DramAccess){ 64 * i, false };
    case 2:
        return (DramAccess){ ((i & 1) << 29) + 64 * (i / 2), i & 1 };
    case 3:
        return (DramAccess){ (i % 3 << 28) + 64 * (i / 3), i % 3 == 2 };
    case 4:
        return mixed(rng, 70);
    case 5:
        return mixed(rng, 50);
    case 6:
        return (DramAccess){ 256 * i, false };
    case 7:
        return (DramAccess){ 4096 * i, false };
    case 8:
        return (DramAccess){ 65536 * i % (UINT64_C(1) << 30), false };
    case 10:
        return in_few_rows(rng);
    default: /* 1, 9, 11 */
        return (DramAccess){ 64 * (rng_next(rng) % (UINT64_C(1) << 24)), trace == 9 };
    }
}

/* ---- answers ---- */

/* clang-format off */
static const Reference references[] = {
    { "ddr4_two_ranks", { dram_rig_ddr4, .ranks = 2 },
      { { 126222, 172, 26 }, { 87055, 19993, 18 }, { 170767, 1357, 36 }, { 158825, 1127, 32 },
        { 94708, 19999, 20 }, { 98945, 19996, 20 }, { 126092, 649, 26 }, { 84812, 10172, 18 },
        { 294142, 20000, 62 }, { 84143, 19994, 16 }, { 180085, 4051, 38 }, { 1109126, 19995, 236 } } },
    { "ddr4_four_ranks", { dram_rig_ddr4, .ranks = 4 },
      { { 126462, 174, 52 }, { 87667, 19991, 36 }, { 171004, 1359, 72 }, { 159013, 1121, 64 },
        { 94193, 19990, 40 }, { 95211, 19990, 40 }, { 126270, 651, 52 }, { 85718, 10241, 36 },
        { 149589, 20000, 60 }, { 85323, 19997, 36 }, { 142211, 5460, 60 }, { 1056999, 19993, 448 } } },
    { "ddr4_rank_on_top", { dram_rig_ddr4, .mapping = "RaBgBaRoCoCh" },
      { { 132348, 170, 14 }, { 597948, 19992, 63 }, { 146550, 185, 15 }, { 145389, 497, 15 },
        { 643160, 19997, 68 }, { 673231, 19996, 71 }, { 150482, 636, 16 }, { 588291, 10026, 62 },
        { 1170103, 20000, 124 }, { 726365, 19993, 77 }, { 299317, 3218, 31 }, { 1172215, 20000, 125 } } },
    { "ddr4_window_16", { dram_rig_ddr4, .window = 16 },
      { { 117567, 171, 12 }, { 137598, 19996, 14 }, { 222231, 2340, 23 }, { 191781, 1665, 20 },
        { 149565, 19997, 15 }, { 157180, 19997, 16 }, { 97827, 638, 10 }, { 84195, 10094, 8 },
        { 587295, 20000, 62 }, { 142216, 19994, 15 }, { 444386, 5799, 47 }, { 1141407, 19998, 121 } } },
    { "ddr4_window_128", { dram_rig_ddr4, .window = 128 },
      { { 83846, 177, 8 }, { 138323, 19980, 14 }, { 99913, 634, 10 }, { 97436, 480, 10 },
        { 137959, 19976, 14 }, { 138259, 19979, 14 }, { 83881, 669, 8 }, { 84211, 10103, 8 },
        { 587295, 20000, 62 }, { 138559, 19978, 14 }, { 154381, 803, 16 }, { 1141407, 19998, 121 } } },
    { "ddr4_no_refresh", { dram_rig_ddr4, .no_refresh = true },
      { { 103629, 157, 0 }, { 131406, 19991, 0 }, { 154684, 1313, 0 }, { 144701, 978, 0 },
        { 135110, 19995, 0 }, { 137063, 19993, 0 }, { 80082, 625, 0 }, { 80035, 10000, 0 },
        { 559989, 20000, 0 }, { 130225, 19992, 0 }, { 286327, 3221, 0 }, { 1119660, 19998, 0 } } },
    { "ddr4_marks", { dram_rig_ddr4, .write_high = 0.5, .write_low = 0.25 },
      { { 107138, 173, 11 }, { 138405, 19991, 14 }, { 214839, 2467, 22 }, { 186343, 1751, 19 },
        { 141747, 19995, 15 }, { 144113, 19995, 15 }, { 83886, 644, 8 }, { 84211, 10103, 8 },
        { 587295, 20000, 62 }, { 138327, 19992, 14 }, { 340409, 3823, 36 }, { 1141407, 19998, 121 } } },
    { "ddr4_plain", { dram_rig_ddr4, .scheduler = "frfcfs-plain" },
      { { 107138, 173, 11 }, { 138405, 19991, 14 }, { 161812, 1337, 17 }, { 152503, 1038, 16 },
        { 142236, 19997, 15 }, { 144474, 19997, 15 }, { 83886, 644, 8 }, { 85040, 12414, 9 },
        { 587295, 20000, 62 }, { 138327, 19992, 14 }, { 302562, 3287, 32 }, { 1141407, 19998, 121 } } },
    { "ddr5", { .rig = dram_rig_ddr5 },
      { { 184023, 349, 19 }, { 261896, 19996, 27 }, { 626896, 1735, 66 }, { 511932, 1282, 54 },
        { 268496, 19998, 28 }, { 273197, 19996, 29 }, { 174457, 1306, 18 }, { 261854, 20000, 27 },
        { 1224552, 20000, 130 }, { 265005, 19997, 28 }, { 937396, 3045, 99 }, { 2249866, 19999, 239 } } },
    { "ddr5_two_ranks", { dram_rig_ddr5, .ranks = 2 },
      { { 222722, 355, 46 }, { 176051, 19996, 36 }, { 636732, 1743, 134 }, { 538415, 1898, 114 },
        { 190123, 19996, 40 }, { 195712, 19994, 40 }, { 175791, 1320, 36 }, { 175465, 20000, 36 },
        { 614990, 20000, 130 }, { 177946, 20000, 36 }, { 631663, 4423, 134 }, { 2110237, 19997, 450 } } },
    { "gddr6_no_refresh", { dram_rig_gddr6, .no_refresh = true },
      { { 80154, 625, 0 }, { 220041, 19995, 0 }, { 112999, 313, 0 }, { 218040, 3964, 0 },
        { 239474, 21420, 0 }, { 251541, 22327, 0 }, { 80066, 2500, 0 }, { 225048, 20000, 0 },
        { 1799971, 20000, 0 }, { 220008, 19995, 0 }, { 341949, 6964, 0 }, { 1819400, 19998, 0 } } },
    { "lpddr5_one_tRP", { dram_rig_lpddr5, .one_tRP = true },
      { { 99155, 676, 31 }, { 113952, 20152, 36 }, { 223081, 3373, 71 }, { 208316, 2570, 66 },
        { 158639, 22392, 50 }, { 183057, 23317, 58 }, { 85912, 2581, 27 }, { 134698, 20140, 43 },
        { 1042501, 20134, 333 }, { 147939, 20149, 47 }, { 370802, 10011, 118 }, { 1091265, 20204, 349 } } },
    { "lpddr5_no_refresh", { dram_rig_lpddr5, .no_refresh = true },
      { { 99888, 625, 0 }, { 105894, 20000, 0 }, { 213420, 3251, 0 }, { 196672, 2421, 0 },
        { 147761, 22189, 0 }, { 170562, 23073, 0 }, { 80049, 2500, 0 }, { 125019, 20000, 0 },
        { 979991, 20000, 0 }, { 137223, 19999, 0 }, { 347211, 9931, 0 }, { 1099760, 20000, 0 } } },
    { "lpddr5_two_ranks", { dram_rig_lpddr5, .ranks = 2, .one_tRP = true },
      { { 171082, 707, 108 }, { 107508, 20216, 68 }, { 252716, 3440, 160 }, { 235118, 3084, 150 },
        { 129017, 22043, 82 }, { 141500, 22675, 90 }, { 91046, 2598, 58 }, { 107842, 20136, 68 },
        { 1042501, 20134, 666 }, { 110353, 20143, 70 }, { 389998, 10845, 248 }, { 1032261, 20142, 660 } } },
    { "hbm2_window_16", { dram_rig_hbm2, .window = 16 },
      { { 13997, 1304, 48 }, { 19439, 39994, 64 }, { 36420, 6456, 144 }, { 30859, 4920, 112 },
        { 22710, 39982, 80 }, { 23030, 39984, 80 }, { 56561, 1294, 224 }, { 42630, 20098, 160 },
        { 258460, 40000, 1056 }, { 19849, 39994, 80 }, { 49340, 13182, 192 }, { 774037, 39998, 3168 } } },
    { "hbm2_rank_on_top", { dram_rig_hbm2, .mapping = "PcRaBgBaRoCoCh" },
      { { 26296, 1304, 96 }, { 68100, 39986, 272 }, { 28851, 1376, 112 }, { 25949, 1416, 96 },
        { 70815, 39984, 288 }, { 71543, 39988, 288 }, { 105937, 1304, 432 }, { 517476, 20132, 2112 },
        { 1015324, 40000, 4160 }, { 69413, 39986, 272 }, { 30361, 3004, 112 }, { 917834, 40000, 3760 } } },
    { "hbm3", { .rig = dram_rig_hbm3 },
      { { 5429, 1264, 0 }, { 17139, 39932, 32 }, { 13747, 3776, 32 }, { 14853, 3116, 32 },
        { 18051, 39932, 32 }, { 17849, 39934, 32 }, { 22817, 1276, 32 }, { 43663, 10204, 96 },
        { 259221, 40000, 640 }, { 17643, 39950, 32 }, { 845, 128, 0 }, { 2460651, 39998, 6304 } } },
    { "hbm3_one_channel", { dram_rig_hbm3, .channels = 1, .window = 64 },
      { { 154319, 1287, 24 }, { 136943, 20118, 20 }, { 174157, 683, 26 }, { 242379, 2297, 38 },
        { 175919, 21991, 28 }, { 196573, 22470, 30 }, { 102323, 5069, 16 }, { 260493, 20106, 40 },
        { 3102293, 20111, 496 }, { 140395, 20073, 22 }, { 506731, 10125, 80 }, { 3031823, 20115, 484 } } },
};
/* clang-format on */

static DramConfig config_of(const Machine *machine)
{
    DramConfig config = machine->rig();

    config.ranks = machine->ranks ? machine->ranks : config.ranks;
    config.channels = machine->channels ? machine->channels : config.channels;
    config.mapping = machine->mapping ? machine->mapping : config.mapping;
    config.scheduler = machine->scheduler ? machine->scheduler : config.scheduler;
    config.refresh = machine->no_refresh ? REFRESH_NONE : config.refresh;
    config.timing.RPab = machine->one_tRP ? config.timing.RP : config.timing.RPab;
    if (machine->window)
        config.read_queue = config.write_queue = machine->window;
    if (machine->write_high > 0) {
        config.write_high = machine->write_high;
        config.write_low = machine->write_low;
    }
    return config;
}

static void compare(const Reference *reference, const DramConfig *config, int trace,
                    const DramAccess *accesses)
{
    const Answer *answer = &reference->answers[trace];
    const bool chase = strcmp(traces[trace], "chase") == 0;
    const DramRun run = dram_run(config, accesses, N_REQUESTS, 64, chase);
    const Answer ours = { run.end_fs / config->tCK_fs, run.stats.activates, run.stats.refreshes };
    const bool same = ours.end == answer->end && ours.activates == answer->activates &&
                      ours.refreshes == answer->refreshes;

    CU_ASSERT(same);
    if (!same)
        printf("# %s, %s: %" G_GUINT64_FORMAT " cycles, %" G_GUINT64_FORMAT
               " activates, %" G_GUINT64_FORMAT " refreshes; it should be %" G_GUINT64_FORMAT
               ", %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT "\n",
               reference->name, traces[trace], ours.end, ours.activates, ours.refreshes,
               answer->end, answer->activates, answer->refreshes);
}

static void short_traces_take_the_cycles_of_ramulator(void)
{
    DramAccess *accesses = g_new(DramAccess, N_REQUESTS);

    for (int trace = 0; trace < N_TRACES; trace++) {
        Rng rng = { .state = 1 };

        for (uint64_t i = 0; i < N_REQUESTS; i++)
            accesses[i] = access_of(trace, i, &rng);
        for (size_t r = 0; r < G_N_ELEMENTS(references); r++) {
            const DramConfig config = config_of(&references[r].machine);

            compare(&references[r], &config, trace, accesses);
        }
    }
    g_free(accesses);
}

static CU_TestInfo tests[] = {
    TEST(short_traces_take_the_cycles_of_ramulator),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_dram_references = { .pName = "dram_references", .pTests = tests };
