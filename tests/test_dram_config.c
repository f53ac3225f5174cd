/*
 * test_dram_config - DRAM in scripts: grades, densities, overrides, rounding, and the message of every mistake.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <stdio.h>

#include "base/error.h"
#include "config/config.h"
#include "script_rig.h"
#include "tap.h"

/* A point on a machine whose memory is the Lua text; the second text: overrides of the machine. */
#define DRAM(memory, overrides)                                      \
    "local memory = " memory "\nlocal m = memsim.machine({ " COMPUTE \
    ", memory = memory }, " overrides                                \
    ")\nreturn memsim.sweep { point = function() return { machine = m, " WORKLOAD " } end }"
#define GRADE(overrides) DRAM("memsim.dram('DDR4-2400', " overrides ")", "nil")
#define MACHINE_OVER(overrides) DRAM("memsim.dram 'DDR4-2400'", "{ memory = " overrides " }")

static const DramConfig *dram_of(const Study *study)
{
    CU_ASSERT_EQUAL_FATAL(study->sweeps[0]->points[0]->machine->memory.type, MEMORY_DRAM);
    return &study->sweeps[0]->points[0]->machine->memory.dram;
}

static void a_grade_is_a_memory(void)
{
    Study *study = script_study(GRADE("nil"));
    const DramConfig *dram = dram_of(study);

    CU_ASSERT_STRING_EQUAL(dram->standard, "ddr4");
    CU_ASSERT_EQUAL(dram->channels, 1);
    CU_ASSERT_EQUAL(dram->rows, 65536);
    CU_ASSERT_EQUAL(dram->timing.RCDRD, 17);
    CU_ASSERT_EQUAL(dram->timing.RCDWR, 17);
    CU_ASSERT_EQUAL(dram->timing.RPab, 17);
    CU_ASSERT_EQUAL(dram->timing.BL, 4);
    CU_ASSERT_EQUAL(dram->timing.RTW, 17 + 4 + 2 - 12);
    CU_ASSERT_EQUAL(dram->timing.CCD_L_WR, 6);
    CU_ASSERT_EQUAL(dram->read_queue, 32);
    CU_ASSERT_EQUAL(dram->write_queue, 32);
    CU_ASSERT_EQUAL(dram->write_high, 0.8);
    CU_ASSERT_EQUAL(dram->page, PAGE_OPEN);
    CU_ASSERT_EQUAL(dram->refresh, REFRESH_ALL_BANK);
    CU_ASSERT_EQUAL(dram->controller_latency_fs, dram->tCK_fs);
    CU_ASSERT_PTR_NULL(dram->mapping);
    study_free(study);
}

static void the_density_is_merged_before_the_overrides(void)
{
    Study *study = script_study(
        GRADE("{ density = '4Gb', channels = 3, timing = { tRFC = 200 }, page = 'closed' }"));
    const DramConfig *dram = dram_of(study);

    CU_ASSERT_EQUAL(dram->rows, 32768);
    CU_ASSERT_EQUAL(dram->timing.RFC, 200);
    CU_ASSERT_EQUAL(dram->timing.CL, 17);
    CU_ASSERT_EQUAL(dram->channels, 3);
    CU_ASSERT_EQUAL(dram->page, PAGE_CLOSED);
    CU_ASSERT_STRING_EQUAL(study->sweeps[0]->points[0]->machine->memory.density, "4Gb");
    study_free(study);
}

static void a_machine_overrides_its_dram(void)
{
    Study *study = script_study(MACHINE_OVER(
        "{ density = '16Gb', ranks = 2, timing = { tRCD = 20, CL = '14.16 ns' }, interleave = "
        "'4KiB', "
        "channels = 6, row_hit_cap = 'none', bank_hash = false, scheduler = 'fcfs' }"));
    const DramConfig *dram = dram_of(study);

    CU_ASSERT_EQUAL(dram->rows, 131072);
    CU_ASSERT_EQUAL(dram->ranks, 2);
    CU_ASSERT_EQUAL(dram->timing.RCDRD, 20);
    CU_ASSERT_EQUAL(dram->timing.RCDWR, 20);
    CU_ASSERT_EQUAL(dram->timing.CL, 17);
    CU_ASSERT_EQUAL(dram->interleave_bytes, 4096);
    CU_ASSERT_EQUAL(dram->row_hit_cap, 0);
    CU_ASSERT_STRING_EQUAL(dram->scheduler, "fcfs");
    study_free(study);
}

/* Of an alias and one of its parts the part holds, and what comes later goes before what came first. */
static void a_later_alias_replaces_the_parts(void)
{
    Study *study =
        script_study(DRAM("memsim.dram('DDR4-2400', { timing = { tRCDRD = 18, tCCD_L = 7 } })",
                          "{ memory = { timing = { tRCD = 21, tRCDWR = 19 } } }"));
    const DramConfig *dram = dram_of(study);

    CU_ASSERT_EQUAL(dram->timing.RCDRD, 21);
    CU_ASSERT_EQUAL(dram->timing.RCDWR, 19);
    CU_ASSERT_EQUAL(dram->timing.CCD_L, 7);
    study_free(study);
}

static void another_grade_or_type_replaces_the_whole(void)
{
    Study *study =
        script_study(DRAM("memsim.dram 'DDR4-2400'",
                          "{ memory = memsim.dram('DDR4-2400', { timing = { CL = 15 } }) }"));

    CU_ASSERT_EQUAL(dram_of(study)->timing.CL, 15);
    study_free(study);
    study = script_study(
        DRAM("memsim.dram('DDR4-2400', { ranks = 4 })", "{ memory = memsim.dram 'DDR4-2400' }"));
    CU_ASSERT_EQUAL(dram_of(study)->ranks, 1);
    study_free(study);
    study = script_study(DRAM("{ bandwidth = '1 GB/s' }", "{ memory = memsim.dram 'DDR4-2400' }"));
    CU_ASSERT_EQUAL(dram_of(study)->rows, 65536);
    study_free(study);
}

/* 14.16 ns are 16.99 and 15.01 ns 18.01 clocks of 833 1/3 ps; JESD79-4 takes 2.5 % of a clock for rounding of its own. */
static void times_become_cycles_by_the_rules_of_the_standard(void)
{
    static const struct {
        const char *standard, *key;
        double clocks;
        uint32_t cycles;
    } cases[] = {
        { "ddr4", "tRCDRD", 16.99, 17 },   { "ddr4", "tRCDRD", 17.0, 17 },
        { "ddr4", "tRCDRD", 17.02, 17 },   { "ddr4", "tRCDRD", 17.03, 18 },
        { "ddr5", "tRCDRD", 17.0, 17 },    { "ddr5", "tRCDRD", 17.05, 17 },
        { "ddr5", "tRCDRD", 17.06, 18 },   { "hbm2", "tRCDRD", 17.0, 17 },
        { "hbm2", "tRCDRD", 17.01, 18 },   { "lpddr5", "tRCDRD", 17.01, 18 },
        { "ddr4", "tREFI", 9363.9, 9363 }, { "hbm2", "tREFI", 3900.0, 3900 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const DramConfig config = { .standard = cases[i].standard, .tCK_fs = 800000 };
        const Tick time_fs = (Tick)(cases[i].clocks * 800000 + 0.5);
        const Field *field = field_find(dram_timing_fields, cases[i].key);

        CU_ASSERT_EQUAL((uint32_t)dram_cycles(&config, field, time_fs), cases[i].cycles);
    }
}

/* 875 MHz, 1200 MHz, 2800 MHz: what is a whole number of clocks stays one, although tCK is cut off at a femtosecond. */
static void the_last_digit_of_a_clock_costs_no_cycle(void)
{
    static const struct {
        const char *key;
        Tick tCK_fs, time_fs;
        uint32_t cycles;
    } cases[] = {
        { "tWTR_L", 1142857, 8000000, 7 },      { "tRC", 1142857, 48000000, 42 },
        { "tRFC", 833333, 260000000, 312 },     { "tRFC", 833333, 260010000, 313 },
        { "tREFI", 833333, 3900000000, 4680 },  { "tREFI", 357143, 3900000000, 10920 },
        { "tREFI", 357143, 3899990000, 10919 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const DramConfig config = { .standard = "hbm2", .tCK_fs = cases[i].tCK_fs };
        const Field *field = field_find(dram_timing_fields, cases[i].key);

        CU_ASSERT_EQUAL((uint32_t)dram_cycles(&config, field, cases[i].time_fs), cases[i].cycles);
    }
}

static void cycles_may_be_written_as_such(void)
{
    Study *study = script_study(
        GRADE("{ tCK = '1 ns', timing = { CL = '18 tCK', tRTP = '7.5 ns', tWR = '15 nCK' }, page = "
              "'timeout', page_timeout = '100 ns', controller_latency = '2 cycles' }"));
    const DramConfig *dram = dram_of(study);

    CU_ASSERT_EQUAL(dram->timing.CL, 18);
    CU_ASSERT_EQUAL(dram->timing.RTP, 8);
    CU_ASSERT_EQUAL(dram->timing.WR, 15);
    CU_ASSERT_EQUAL(dram->page_timeout, 100);
    CU_ASSERT_EQUAL(dram->controller_latency_fs, 2000000);
    study_free(study);
}

static void what_is_said_by_default_does_not_change_the_hash(void)
{
    Study *studies[] = {
        script_study(GRADE("nil")),
        script_study(GRADE("{ density = '8Gb', mapping = 'RoBaBgRaCoCh', interleave = 'none', "
                           "scheduler = 'frfcfs', timing = { "
                           "tRPab = 17, tRTW = 11 } }")),
        script_study(GRADE("{ timing = { tRPab = 18 } }")),
    };
    g_autofree char *one = point_hash(studies[0]->sweeps[0]->points[0]);
    g_autofree char *same = point_hash(studies[1]->sweeps[0]->points[0]);
    g_autofree char *other = point_hash(studies[2]->sweeps[0]->points[0]);

    CU_ASSERT_STRING_EQUAL(one, same);
    CU_ASSERT_STRING_NOT_EQUAL(one, other);
    for (size_t i = 0; i < G_N_ELEMENTS(studies); i++)
        study_free(studies[i]);
}

static void mistakes_in_a_grade_are_named(void)
{
    static const Mistake cases[] = {
        { DRAM("memsim.dram 'DDR4-240'", "nil"),
          "s.lua:1: dram: no 'DDR4-240' in the library; did you mean 'DDR4-2400'; known: *" },
        { DRAM("memsim.dram(3)", "nil"), "s.lua:1: dram: expected the name of a grade*" },
        { DRAM("memsim.dram('DDR4-2400', 'x')", "nil"),
          "s.lua:1: dram: the overrides are a table" },
        { GRADE("{ timing = { tRDC = 17 } }"),
          "s.lua:1: dram.timing.tRDC: unknown key 'tRDC'; did you mean 'tRCD'?" },
        { GRADE("{ timing = { CL = '5 GHz' } }"),
          "s.lua:1: dram.timing.CL: \"5 GHz\" is a frequency; expected a time, such as \"13.75 "
          "ns\"" },
        { GRADE("{ timing = { CL = true } }"),
          "s.lua:1: dram.timing.CL: expected cycles, such as 17, or a time, such as \"13.75 ns\", "
          "not a boolean" },
        { GRADE("{ timing = { CL = 17.5 } }"),
          "s.lua:1: dram.timing.CL: 17.5 is not a whole number" },
        { GRADE("{ timing = { CL = '-3 tCK' } }"),
          "s.lua:1: dram.timing.CL: -3 is out of range (0 to 1000000)" },
        { GRADE("{ timing = { CL = '2 s' } }"), "s.lua:1: dram.timing.CL: *is out of range*" },
        { GRADE("{ timing = { CL = false } }"),
          "s.lua:1: dram.timing.CL: missing; it is required (read command to data)" },
        { GRADE("{ density = '3Gb' }"),
          "s.lua:1: dram.density: the grade has no density '3Gb'; known: 16Gb, 4Gb, 8Gb" },
        { GRADE("{ chanels = 2 }"),
          "s.lua:1: dram.chanels: unknown key 'chanels'; did you mean 'channels'?" },
        { GRADE("{ page = 'shut' }"), "s.lua:1: dram.page: unknown word 'shut'*; known: open, *" },
        { GRADE("{ scheduler = 'fcfz' }"), "s.lua:1: dram.scheduler: unknown word 'fcfz'; did you "
                                           "mean 'fcfs'; known: frfcfs, frfcfs-plain, fcfs" },
        { GRADE("{ standard = 'ddr9' }"), "s.lua:1: dram.standard: unknown word 'ddr9'*" },
        { GRADE("{ currents = { IDD0 = '3 V' } }"),
          "s.lua:1: dram.currents.IDD0: \"3 V\" is a voltage; expected a current, such as \"55 "
          "mA\"" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void combinations_that_make_no_sense_are_refused_with_the_reason(void)
{
    static const Mistake cases[] = {
        { GRADE("{ timing = { tRC = 54 } }"),
          "s.lua:1: dram.timing.tRC: 54 is more than a clock below tRAS + tRP (39 + 17)" },
        { GRADE("{ timing = { tFAW = 3 } }"), "s.lua:1: dram.timing.tFAW: 3 is below tRRD_S (4)" },
        { GRADE("{ timing = { tCCD_L = 3 } }"),
          "s.lua:1: dram.timing.tCCD_L: 3 is below tCCD_S (4)" },
        { GRADE("{ timing = { tRFC = 9364 } }"),
          "s.lua:1: dram.timing.tREFI: 9364 is not above tRFC (9364): there is no time left" },
        { GRADE("{ rows = 3000 }"), "s.lua:1: dram.rows: 3000 is not a power of two" },
        { GRADE("{ columns = 1000 }"), "s.lua:1: dram.columns: 1000 is not a power of two" },
        { GRADE("{ columns = 4 }"), "s.lua:1: dram.columns: 4 are less than a burst (8 beats)" },
        { GRADE("{ ranks = 32 }"),
          "s.lua:1: dram.banks: 512 in a channel (pseudo_channels * ranks * bank_groups * banks); "
          "at most 256" },
        { GRADE("{ mapping = 'RoBaXx' }"),
          "s.lua:1: dram.mapping: \"RoBaXx\": no field begins at Xx*" },
        { GRADE("{ channels = 2, mapping = 'RoBaBgRaCo' }"),
          "s.lua:1: dram.mapping: \"RoBaBgRaCo\": bits are missing in Ch*" },
        { GRADE("{ channels = 2, mapping = 'RoBaBgRaCoCh', interleave = 4096 }"),
          "s.lua:1: dram.mapping: *interleave is given, too*" },
        { GRADE("{ channels = 2, interleave = 3000 }"),
          "s.lua:1: dram.interleave: 3000 B is not a power of two of at least a burst (64 B)" },
        { GRADE("{ write_low = 0.9 }"), "s.lua:1: dram.write_low: 0.9 is above write_high (0.8)" },
        { GRADE("{ page = 'timeout' }"),
          "s.lua:1: dram.page_timeout: missing; page = \"timeout\" needs it" },
        { GRADE("{ page_timeout = 100 }"),
          "s.lua:1: dram.page_timeout: is for page = \"timeout\"" },
        { GRADE("{ refresh = 'per-bank' }"),
          "s.lua:1: dram.refresh: ddr4 has no refresh of single banks; take \"all-bank\"" },
        { GRADE("{ timing = { tRFCpb = 100 } }"),
          "s.lua:1: dram.timing.tRFCpb: ddr4 has no such timing" },
        { "return memsim.dram('LPDDR5-6400', { refresh = 'per-bank', timing = { tRFCpb = 0 } })",
          "s.lua:1: dram.timing.tRFCpb: missing; it is required with refresh = \"per-bank\"" },
        { "return memsim.dram('LPDDR5-6400', { refresh = 'per-bank', timing = { tPBR2PBR = 400 } "
          "})",
          "s.lua:1: dram.timing.tPBR2PBR: 8 refreshes 400 cycles apart do not fit into tREFI "
          "(3125)" },
        { "return memsim.dram('LPDDR5-6400', { refresh = 'per-bank', ranks = 2, timing = { tRTRS = "
          "1000 } })",
          "s.lua:1: dram.timing.tRTRS: 16 refreshes, each of which may wait for the bus to turn in "
          "1000 cycles, do not fit into tREFI "
          "(3125); at most 195" },
        { GRADE("{ timing = { tPPD = 2 } }"),
          "s.lua:1: dram.timing.tPPD: ddr4 has no such timing" },
        { GRADE("{ timing = { tCCD_R = 2 } }"),
          "s.lua:1: dram.timing.tCCD_R: ddr4 has no such timing" },
        { "return memsim.dram('HBM2-2000', { timing = { tRTRS = 2 } })",
          "s.lua:1: dram.timing.tRTRS: hbm2 has no such timing" },
        { GRADE("{ refresh_postpone = 9 }"),
          "s.lua:1: dram.refresh_postpone: 9 is above the 8 that ddr4 allows" },
        { GRADE("{ refresh = 'none', refresh_postpone = 1 }"),
          "s.lua:1: dram.refresh_postpone: there is no refresh to put off" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void mistakes_in_a_machine_have_its_path(void)
{
    static const Mistake cases[] = {
        { MACHINE_OVER("{ timing = { tRDC = 17 } }"),
          "s.lua:2: machine.memory.timing.tRDC: unknown key 'tRDC'; did you mean 'tRCD'?" },
        { MACHINE_OVER("{ timing = { tRC = 40 } }"),
          "s.lua:2: machine.memory.timing.tRC: 40 is more than a clock below tRAS + tRP (39 + "
          "17)" },
        { MACHINE_OVER("{ density = '3Gb' }"),
          "s.lua:2: machine.memory.density: the grade has no density '3Gb'; known: 16Gb, 4Gb, "
          "8Gb" },
        { MACHINE_OVER("{ grade = 'DDR5-4800' }"),
          "s.lua:2: machine.memory.grade: for another grade give memory = "
          "memsim.dram(\"DDR5-4800\")" },
        { DRAM("memsim.dram 'DDR4-2400'\nmemory.density = '4Gb'", "nil"),
          "s.lua:3: machine.memory.density: choose it by memsim.dram(\"DDR4-2400\", { density = "
          "... "
          "}) or among the overrides of memsim.machine" },
        { DRAM("{ type = 'dram', standard = 'ddr4' }", "nil"),
          "s.lua:2: machine.memory.tCK: missing; it is required*" },
        { DRAM("{ type = 'drum' }", "nil"),
          "s.lua:2: machine.memory.type: unknown word 'drum'; did you mean 'dram'; known: simple, "
          "two-tier, dram" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static CU_TestInfo tests[] = {
    TEST(a_grade_is_a_memory),
    TEST(the_density_is_merged_before_the_overrides),
    TEST(a_machine_overrides_its_dram),
    TEST(a_later_alias_replaces_the_parts),
    TEST(another_grade_or_type_replaces_the_whole),
    TEST(times_become_cycles_by_the_rules_of_the_standard),
    TEST(the_last_digit_of_a_clock_costs_no_cycle),
    TEST(cycles_may_be_written_as_such),
    TEST(what_is_said_by_default_does_not_change_the_hash),
    TEST(mistakes_in_a_grade_are_named),
    TEST(combinations_that_make_no_sense_are_refused_with_the_reason),
    TEST(mistakes_in_a_machine_have_its_path),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_dram_config = { .pName = "dram_config", .pTests = tests };
