/*
 * test_dram_replay - memory traces with arrival cycles on a DRAM channel.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "system/system.h"
#include "tap.h"
#include "temporary.h"

/* A DDR4-2400 with a clock of 833 ps and no refresh, below a core that sends whenever it may. */
#define DRAM "memsim.dram('DDR4-2400', { tCK = '833 ps', refresh = 'none' })"
#define SIMPLE "{ type = 'simple', bandwidth = '19.2 GB/s' }"

/* The row of a replay of the text; NULL and error when it fails.  Caller frees. */
static Row *replay(const char *text, const char *memory, const char *timed, GError **error)
{
    g_autofree char *path = temporary_text("", text);
    const SystemOptions options = { 0 };
    g_autofree char *script =
        g_strdup_printf("local m = memsim.machine { compute = { peak = '1 TFLOP/s',"
                        " issue = 'unlimited', window = 'unlimited' }, memory = %s }\n"
                        "local w = memsim.workload { trace = '%s', timed = %s }\n"
                        "return memsim.sweep { point = function()"
                        " return { machine = m, workload = w } end }",
                        memory, path, timed);
    Study *study = config_run_text(script, "s.lua", NULL, error);

    CU_ASSERT_PTR_NOT_NULL_FATAL(study);
    Row *row = system_run(study->sweeps[0]->points[0], &options, error);

    study_free(study);
    g_remove(path);
    return row;
}

static double cycles(const char *text, const char *timed)
{
    Row *row = replay(text, DRAM, timed, NULL);

    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    const double time_s = row_find(row, "time_s")->real;

    row_free(row);
    return time_s / 833e-12;
}

/* A closed bank: one cycle of the controller, tRCD 17, CL 17, 4 of data.  An open row: without tRCD. */
static void a_request_arrives_in_its_cycle(void)
{
    CU_ASSERT_DOUBLE_EQUAL(cycles("0x0 READ 0\n", "true"), 39, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(cycles("0x0 READ 1000\n", "true"), 1039, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(cycles("0x0 READ 1000\n0x40 READ 1200\n", "true"), 1222, 1e-6);
}

/* The second read of the row follows after tCCD_L 6. */
static void without_times_requests_come_as_fast_as_they_are_taken(void)
{
    CU_ASSERT_DOUBLE_EQUAL(cycles("0x0 READ 1000\n0x40 READ 1200\n", "false"), 45, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(cycles("LD 0\nLD 64\n", "false"), 45, 1e-6);
}

static void requests_of_one_cycle_are_taken_in_order(void)
{
    CU_ASSERT_DOUBLE_EQUAL(cycles("0x0 READ 10\n0x40 READ 10\n", "true"), 55, 1e-6);
}

static void a_memory_without_a_clock_has_no_cycles(void)
{
    GError *error = NULL;
    Row *row = replay("0x0 READ 0\n", SIMPLE, "true", &error);

    CU_ASSERT_PTR_NULL(row);
    CU_ASSERT(error && strstr(error->message, "this machine's memory has none"));
    g_clear_error(&error);
    row = replay("0x0 READ 0\n", SIMPLE, "false", &error);
    CU_ASSERT_PTR_NOT_NULL(row);
    row_free(row);
}

static CU_TestInfo tests[] = {
    TEST(a_request_arrives_in_its_cycle),
    TEST(without_times_requests_come_as_fast_as_they_are_taken),
    TEST(requests_of_one_cycle_are_taken_in_order),
    TEST(a_memory_without_a_clock_has_no_cycles),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_dram_replay = { .pName = "dram_replay", .pTests = tests };
