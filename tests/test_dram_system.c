/*
 * test_dram_system - DRAM channels in a machine: the whole program gives what the channels alone do.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "dram_rig.h"
#include "rig.h"
#include "system/system.h"

/* The accesses as a trace of 64-byte requests.  Returns the path (caller frees and removes). */
static char *write_trace(const DramAccess *accesses, uint64_t n)
{
    char *path = NULL;
    const int handle = g_file_open_tmp("memsim-dram-XXXXXX.csv", &path, NULL);

    CU_ASSERT_FATAL(handle >= 0);
    FILE *file = fdopen(handle, "w");

    for (uint64_t i = 0; i < n; i++)
        fprintf(file, "%c,0x%" G_GINT64_MODIFIER "x,64\n", accesses[i].write ? 'W' : 'R',
                accesses[i].addr);
    fclose(file);
    return path;
}

/* The only point of a script. */
static Study *study_of(const char *text)
{
    g_autoptr(GError) error = NULL;
    Study *study = config_run_text(text, "s.lua", NULL, &error);

    if (error)
        fprintf(stderr, "# %s\n", error->message);
    CU_ASSERT_PTR_NOT_NULL_FATAL(study);
    return study;
}

static Row *run_script(const char *text)
{
    const SystemOptions options = { false };
    g_autoptr(GError) error = NULL;
    Study *study = study_of(text);
    Row *row = system_run(study->sweeps[0]->points[0], &options, &error);

    if (error)
        fprintf(stderr, "# %s\n", error->message);
    study_free(study);
    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    return row;
}

/* Row with this column, as a number. */
static double number(const Row *row, const char *column)
{
    const Value *value = row_find(row, column);

    if (!value)
        fprintf(stderr, "# no column %s\n", column);
    CU_ASSERT_PTR_NOT_NULL_FATAL(value);
    return value->kind == VALUE_COUNT ? (double)value->count : value->real;
}

#define CORE "compute = { peak = '1 TFLOP/s', issue = 'unlimited', window = 'unlimited' }"
#define ONE_POINT(machine, workload)                                                  \
    "local m = memsim.machine { " machine " }\nlocal w = memsim.workload { " workload \
    " }\nreturn memsim.sweep { point = function() return { machine = m, "             \
    "workload = w } end }"

/* A core that sends as fast as the channels take it is the front end of the references. */
static void a_core_without_caches_gives_the_time_of_the_channels_alone(void)
{
    static const char script[] =
        ONE_POINT(CORE ", memory = memsim.dram('DDR4-2400', { tCK = '833 ps' })",
                  "trace = '%s', dependent = %s");
    const DramConfig config = dram_rig_ddr4();
    const uint32_t tail = config.timing.CWL + config.timing.BL; /* of a WR, to its last data */

    for (size_t i = 0; i < G_N_ELEMENTS(dram_traces); i++) {
        const DramTrace *trace = &dram_traces[i];
        const uint64_t n = MIN(trace->requests, 60000);
        DramAccess *accesses = g_new(DramAccess, trace->requests);

        dram_trace_fill(accesses, trace, 17, config.rows);
        g_autofree char *path = write_trace(accesses, n);
        g_autofree char *text = g_strdup_printf(script, path, trace->chase ? "true" : "false");
        Row *row = run_script(text);
        const DramRun run = dram_run(&config, accesses, n, 64, trace->chase);
        const Tick written = run.stats.writes ? run.stats.last_write_fs + tail * config.tCK_fs : 0;

        CU_ASSERT_DOUBLE_EQUAL(number(row, "time_s"), tick_seconds(MAX(run.read_end_fs, written)),
                               1e-15);
        CU_ASSERT_EQUAL((uint64_t)number(row, "mem_row_hits"), run.stats.row_hits);
        CU_ASSERT_EQUAL((uint64_t)number(row, "mem_row_conflicts"), run.stats.row_conflicts);
        CU_ASSERT_EQUAL((uint64_t)number(row, "mem_activates"), run.stats.activates);
        CU_ASSERT_DOUBLE_EQUAL(number(row, "mem_avg_read_latency_s") * 1e15, run.read_latency_fs,
                               1e-6 * run.read_latency_fs);
        row_free(row);
        g_remove(path);
        g_free(accesses);
    }
}

/* Ramulator 2 takes 4467871.3 ns (validation/dram/reference.csv: ddr4_1r, seq_read). */
static void a_million_sequential_reads_take_the_time_of_the_reference(void)
{
    Row *row = run_script(ONE_POINT(CORE ", memory = memsim.dram('DDR4-2400', { tCK = '833 ps' })",
                                    "pattern = 'sequential', footprint = '64 MB', size = '64 B'"));

    CU_ASSERT_DOUBLE_EQUAL(number(row, "time_s"), 4467871.3e-9, 0.001 * 4467871.3e-9);
    CU_ASSERT_EQUAL(number(row, "mem_row_misses"), 8602);
    row_free(row);
}

static CU_TestInfo tests[] = {
    TEST(a_core_without_caches_gives_the_time_of_the_channels_alone),
    TEST(a_million_sequential_reads_take_the_time_of_the_reference),
    CU_TEST_INFO_NULL,
};
extern CU_SuiteInfo suite_dram_system;
CU_SuiteInfo suite_dram_system = { .pName = "dram_system", .pTests = tests };
