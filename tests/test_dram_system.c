/*
 * test_dram_system - DRAM channels in a machine: the whole program gives what the channels alone do.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "dram_rig.h"
#include "rig.h"
#include "script_rig.h"
#include "spec/columns.h"
#include "system/system.h"
#include "temporary.h"

/* The accesses as a trace of 64-byte requests.  Returns the path (caller frees and removes). */
static char *write_trace(const DramAccess *accesses, uint64_t n)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (uint64_t i = 0; i < n; i++)
        g_string_append_printf(text, "%c,0x%" G_GINT64_MODIFIER "x,64\n",
                               accesses[i].write ? 'W' : 'R', accesses[i].addr);
    return temporary_file(".csv", text->str, text->len);
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
        Row *row = script_row(text);
        const DramRun run = dram_run(&config, accesses, n, 64, trace->chase);
        const Tick written = run.stats.writes ? run.stats.last_write_fs + tail * config.tCK_fs : 0;

        CU_ASSERT_DOUBLE_EQUAL(row_number(row, "time_s"),
                               tick_seconds(MAX(run.read_end_fs, written)), 1e-15);
        CU_ASSERT_EQUAL((uint64_t)row_number(row, "mem_row_hits"), run.stats.row_hits);
        CU_ASSERT_EQUAL((uint64_t)row_number(row, "mem_row_conflicts"), run.stats.row_conflicts);
        CU_ASSERT_EQUAL((uint64_t)row_number(row, "mem_activates"), run.stats.activates);
        CU_ASSERT_DOUBLE_EQUAL(row_number(row, "mem_avg_read_latency_s") * 1e15,
                               run.read_latency_fs, 1e-6 * run.read_latency_fs);
        row_free(row);
        g_remove(path);
        g_free(accesses);
    }
}

/* Ramulator 2 takes 4467871.3 ns (validation/dram/reference.csv: ddr4_1r, seq_read). */
static void a_million_sequential_reads_take_the_time_of_the_reference(void)
{
    Row *row = script_row(ONE_POINT(CORE ", memory = memsim.dram('DDR4-2400', { tCK = '833 ps' })",
                                    "pattern = 'sequential', footprint = '64 MB', size = '64 B'"));

    CU_ASSERT_DOUBLE_EQUAL(row_number(row, "time_s"), 4467871.3e-9, 0.001 * 4467871.3e-9);
    CU_ASSERT_EQUAL(row_number(row, "mem_row_misses"), 8602);
    row_free(row);
}

/* Under twice the load of one core two cores share the channel: nothing is lost, nothing done twice. */
static void several_cores_wait_for_one_channel_in_turn(void)
{
    Row *row = script_row(ONE_POINT("cores = 4, " CORE
                                    ", memory = memsim.dram('DDR4-2400', { channels = 3, "
                                    "interleave = '256B' })",
                                    "pattern = 'random', footprint = '64 MB', size = '64 B', "
                                    "accesses = 40000, write_fraction = 0.3"));

    CU_ASSERT_EQUAL(row_number(row, "mem_reads") + row_number(row, "mem_writes"), 40000);
    CU_ASSERT_EQUAL(row_number(row, "accesses"), 40000);
    CU_ASSERT(row_number(row, "mem_read_queue_max") == 32);
    CU_ASSERT(row_number(row, "memory_bandwidth_utilization") < 1);
    CU_ASSERT(row_number(row, "memory_bandwidth_utilization") > 0.3);
    row_free(row);
}

/* A window below the read queue: the core itself is the bound, and no access waits before the channel. */
static void a_small_window_keeps_the_latency_low(void)
{
    static const char script[] =
        ONE_POINT("compute = { peak = '1 TFLOP/s', issue = 'unlimited', window = %d }, memory = "
                  "memsim.dram('DDR4-2400', { refresh = 'none' })",
                  "pattern = 'random', footprint = '1 GiB', size = '64 B', accesses = 20000");
    double latency_s = 0;

    for (int window = 1; window <= 64; window *= 4) {
        g_autofree char *text = g_strdup_printf(script, window);
        Row *row = script_row(text);

        /* Little's law; slots come free in order, reads do not */
        const double in_flight =
            row_number(row, "mem_avg_read_latency_s") * 20000 / row_number(row, "time_s");

        CU_ASSERT(in_flight < window * 1.0001);
        CU_ASSERT(in_flight > window * (window == 1 ? 0.9999 : 0.5));
        CU_ASSERT(row_number(row, "mem_avg_read_latency_s") > latency_s);
        CU_ASSERT(row_number(row, "mem_read_queue_max") <= MIN(window, 32));
        latency_s = row_number(row, "mem_avg_read_latency_s");
        row_free(row);
    }
}

/* tRP, tRCD, CL and a burst behind the clock at which the scheduler sees the access; no refresh comes in between. */
static void a_dependent_access_takes_the_time_of_a_row_conflict(void)
{
    Row *row = script_row(
        ONE_POINT(CORE ", memory = memsim.dram('DDR4-2400', { tCK = '1 ns', refresh = 'none', "
                       "latency = '20 ns', mapping = 'RoBaBgCo' })",
                  "pattern = 'strided', stride = '128 KiB', footprint = '16 MiB', size = '64 B', "
                  "dependent = true, warmup = 4"));

    CU_ASSERT_DOUBLE_EQUAL(row_number(row, "mem_avg_read_latency_s"),
                           (1 + 17 + 17 + 17 + 4 + 20) * 1e-9, 1e-15);
    CU_ASSERT_EQUAL(row_number(row, "mem_row_conflicts"), 128);
    CU_ASSERT_DOUBLE_EQUAL(row_number(row, "time_s"), 128 * 76e-9, 1e-15);
    row_free(row);
}

#define BOUND_S(row)                                                               \
    (row_number(row, "mem_bus_data_s") + row_number(row, "mem_bus_turnaround_s") + \
     row_number(row, "mem_bus_group_s") + row_number(row, "mem_bus_row_s") +       \
     row_number(row, "mem_bus_refresh_s") + row_number(row, "mem_bus_idle_s"))

/* The second pass is measured: its counts, its time, its refreshes; the rows of the first one are still open. */
static void a_warm_up_is_not_counted(void)
{
    static const char machine[] = CORE ", memory = memsim.dram('DDR4-2400', { channels = 2 })";
    static const char pattern[] = "pattern = 'random', footprint = '4 MiB', size = '64 B'";
    g_autofree char *text = g_strdup_printf(
        "local m = memsim.machine { %s }\nreturn memsim.sweep { axes = { { 'warmup', { "
        "0, 65536 } } }, point = function(p) return { machine = m, workload = "
        "memsim.workload { %s, warmup = p.warmup } } end }",
        machine, pattern);
    const SystemOptions options = { false };
    Study *study = script_study(text);
    Row *cold = system_run(study->sweeps[0]->points[0], &options, NULL);
    Row *warm = system_run(study->sweeps[0]->points[1], &options, NULL);

    CU_ASSERT_PTR_NOT_NULL_FATAL(cold);
    CU_ASSERT_PTR_NOT_NULL_FATAL(warm);
    CU_ASSERT_EQUAL(row_number(warm, "mem_reads"), 65536);
    CU_ASSERT_EQUAL(row_number(warm, "mem_row_hits") + row_number(warm, "mem_row_misses") +
                        row_number(warm, "mem_row_conflicts"),
                    row_number(cold, "mem_row_hits") + row_number(cold, "mem_row_misses") +
                        row_number(cold, "mem_row_conflicts"));
    CU_ASSERT_DOUBLE_EQUAL(row_number(warm, "time_s"), row_number(cold, "time_s"),
                           0.02 * row_number(cold, "time_s"));
    CU_ASSERT_DOUBLE_EQUAL(row_number(warm, "mem_refreshes"), row_number(cold, "mem_refreshes"), 4);
    CU_ASSERT_DOUBLE_EQUAL(BOUND_S(cold), row_number(cold, "time_s"), 0.84e-9);
    CU_ASSERT_DOUBLE_EQUAL(BOUND_S(warm), row_number(warm, "time_s"), 1.7e-9);
    CU_ASSERT_DOUBLE_EQUAL(row_number(warm, "mem_bus_data_s"), 65536 / 2 * 4 * 0.833333e-9, 1e-9);
    row_free(cold);
    row_free(warm);
    study_free(study);
}

/* A wait for compute after the last transfer is idle time of the channel, with its refreshes. */
static void an_idle_channel_goes_on_refreshing_to_the_end(void)
{
    Row *row = script_row(
        ONE_POINT("compute = { peak = '1 GFLOP/s' }, memory = memsim.dram('DDR4-2400', { tCK "
                  "= '1 ns', timing = { tREFI = '1 us' } })",
                  "pattern = 'sequential', footprint = '64 KiB', size = '64 B', "
                  "flops_per_byte = 10"));

    CU_ASSERT_DOUBLE_EQUAL(row_number(row, "time_s"), 655.36e-6, 1e-6);
    CU_ASSERT_EQUAL(row_number(row, "mem_refreshes"), 655);
    CU_ASSERT(row_number(row, "mem_bus_idle_s") > 0.5 * row_number(row, "time_s"));
    CU_ASSERT_DOUBLE_EQUAL(BOUND_S(row), row_number(row, "time_s"), 1.01e-9);
    row_free(row);
}

/* Whole lines that need no fetch are only bounded by what the channel takes: the core is held back, and the simulator
 * does not pile up what it has sent. */
static void posted_writes_are_held_back_by_a_full_channel(void)
{
    Study *study = script_study(ONE_POINT(
        "compute = { peak = '1 TFLOP/s', clock = '4 GHz' }, caches = { { name = 'L1', size = "
        "'32KiB', ways = 8 } }, memory = memsim.dram 'DDR4-2400'",
        "pattern = 'sequential', footprint = '4 MiB', size = '64 B', write_fraction = 1"));
    const PointSpec *point = study->sweeps[0]->points[0];
    RunTimes times;
    Parts parts;

    parts_init(&parts, point, 1e12, false);
    CU_ASSERT_FATAL(phases_run(&parts, &times, NULL));
    /* blocks of 64 requests: two write queues, and those on their way */
    CU_ASSERT(parts.pool.blocks->len <= 3);
    CU_ASSERT_EQUAL(parts.memory->stats.writes, 65536 - 512);
    CU_ASSERT_EQUAL(parts.memory->port.backlog, 0);
    parts_clear(&parts);
    study_free(study);
}

static void energy_is_told_when_the_currents_are_known(void)
{
    Row *with = script_row(ONE_POINT(CORE ", memory = memsim.dram 'DDR4-2400'",
                                     "pattern = 'random', footprint = '1 MiB', size = '64 B'"));
    Row *without =
        script_row(ONE_POINT(CORE ", memory = memsim.dram('DDR4-2400', { currents = false })",
                             "pattern = 'random', footprint = '1 MiB', size = '64 B'"));

    CU_ASSERT(row_number(with, "mem_energy_J") > 0);
    CU_ASSERT_DOUBLE_EQUAL(
        row_number(with, "mem_energy_J"),
        row_number(with, "mem_energy_activate_J") + row_number(with, "mem_energy_read_J") +
            row_number(with, "mem_energy_write_J") + row_number(with, "mem_energy_refresh_J") +
            row_number(with, "mem_energy_background_J"),
        1e-12);
    CU_ASSERT_PTR_NULL(row_find(without, "mem_energy_J"));
    CU_ASSERT_DOUBLE_EQUAL(row_number(with, "time_s"), row_number(without, "time_s"), 0);
    row_free(with);
    row_free(without);
}

/* Memory has moved what its bus has carried, and never beats its peak. */
static void the_bytes_of_memory_are_those_of_the_bus(void)
{
    Row *small =
        script_row(ONE_POINT(CORE ", memory = memsim.dram 'DDR4-2400'",
                             "pattern = 'sequential', footprint = '64 KiB', size = '8 B'"));
    Row *again = script_row(
        ONE_POINT(CORE ", memory = memsim.dram 'DDR4-2400'",
                  "pattern = 'sequential', footprint = '64 B', size = '64 B', accesses = "
                  "10000, write_fraction = 1"));

    CU_ASSERT_EQUAL(row_number(small, "memory_bytes"), 8192 * 64);
    CU_ASSERT_EQUAL(row_number(small, "requested_bytes"), 8192 * 8);
    CU_ASSERT_DOUBLE_EQUAL(row_number(small, "memory_bandwidth_utilization") *
                               row_number(small, "time_s"),
                           row_number(small, "mem_bus_data_s"), 1e-12);
    CU_ASSERT(row_number(again, "memory_bytes") < 10000 * 64);
    CU_ASSERT(row_number(again, "memory_bandwidth_utilization") <= 1);
    CU_ASSERT_EQUAL(row_number(again, "mem_writes"), 10000);
    row_free(small);
    row_free(again);
}

/* The header of a report is made before the points run. */
static void the_columns_are_known_before_the_run(void)
{
    const SystemOptions options = { false };
    Study *study =
        script_study(ONE_POINT(CORE ", memory = memsim.dram 'DDR4-2400'",
                               "pattern = 'random', footprint = '64 KiB', size = '64 B'"));
    const PointSpec *point = study->sweeps[0]->points[0];
    Row *columns = system_columns(point, &options);
    Row *row = system_run(point, &options, NULL);

    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    CU_ASSERT_EQUAL_FATAL(columns->values->len, row->values->len);
    for (guint i = 0; i < row->values->len; i++) {
        const Value *value = &g_array_index(row->values, Value, i);

        CU_ASSERT_STRING_EQUAL(g_array_index(columns->values, Value, i).name, value->name);
        CU_ASSERT(column_is_fixed(value->name));
    }
    row_free(columns);
    row_free(row);
    study_free(study);
}

/* Sixteen cores that walk sixteen shares meet in the banks, sixteen that walk together stay in their rows. */
static void blocks_keep_cores_in_open_rows_shares_do_not(void)
{
    static const char script[] =
        ONE_POINT("cores = 16, compute = { peak = '1 TFLOP/s', window = 8, deal = '%s' }, "
                  "memory = memsim.dram('HBM2-2000', { channels = 16, mapping = 'RoBaCoBgPcCh' })",
                  "pattern = 'sequential', footprint = '4 MiB', size = '64 B'");
    double rate[2];

    for (int blocks = 0; blocks < 2; blocks++) {
        g_autofree char *text = g_strdup_printf(script, blocks ? "blocks" : "shares");
        Row *row = script_row(text);

        CU_ASSERT_EQUAL(row_number(row, "mem_reads"), 65536);
        rate[blocks] = row_number(row, "mem_row_hit_rate");
        row_free(row);
    }
    CU_ASSERT(rate[0] < 0.7);
    CU_ASSERT(rate[1] > 0.8);
}

static CU_TestInfo tests[] = {
    TEST(a_core_without_caches_gives_the_time_of_the_channels_alone),
    TEST(a_million_sequential_reads_take_the_time_of_the_reference),
    TEST(several_cores_wait_for_one_channel_in_turn),
    TEST(a_small_window_keeps_the_latency_low),
    TEST(a_dependent_access_takes_the_time_of_a_row_conflict),
    TEST(a_warm_up_is_not_counted),
    TEST(an_idle_channel_goes_on_refreshing_to_the_end),
    TEST(posted_writes_are_held_back_by_a_full_channel),
    TEST(energy_is_told_when_the_currents_are_known),
    TEST(the_bytes_of_memory_are_those_of_the_bus),
    TEST(the_columns_are_known_before_the_run),
    TEST(blocks_keep_cores_in_open_rows_shares_do_not),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_dram_system = { .pName = "dram_system", .pTests = tests };
