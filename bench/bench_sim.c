/*
 * bench_sim - accesses a second of the simulator on one core: patterns with time and only counted, and the replay of a
 * compressed trace; and, when MEMSIM names the program, its time from the start to the first row.
 *
 * The machine: 32 KiB L1, 1 MiB L2, two channels.  The median of five runs is printed.  Traces that are named as
 * arguments are replayed instead.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench_file.h"
#include "system/phases.h"

enum { RUNS = 5, LINES = 1000000, MIB = 1 << 20 };

typedef struct {
    const char *title;
    uint32_t pattern, cores;
    uint64_t footprint_bytes, accesses;
    double write_fraction;
} Case;

static const Case cases[] = {
    { "sequential in L1", GEN_SEQUENTIAL, 1, MIB / 64, 5000000, 0 },
    { "random in L1", GEN_RANDOM, 1, MIB / 64, 5000000, 0 },
    { "random in L1, writes", GEN_RANDOM, 1, MIB / 64, 5000000, 0.3 },
    { "sequential", GEN_SEQUENTIAL, 1, 64 * MIB, 5000000, 0 },
    { "random", GEN_RANDOM, 1, 64 * MIB, 1000000, 0 },
    { "random, 30 % writes", GEN_RANDOM, 1, 64 * MIB, 500000, 0.3 },
    { "zipf 0.99", GEN_ZIPF, 1, 64 * MIB, 500000, 0 },
    { "chase", GEN_CHASE, 1, 16 * MIB, 500000, 0 },
    { "copy", GEN_COPY, 1, 64 * MIB, 2000000, 0 },
    { "random, 4 cores", GEN_RANDOM, 4, 64 * MIB, 500000, 0 },
};

static CacheConfig cache_config(const char *name, uint64_t size_bytes, uint32_t ways,
                                Tick latency_fs)
{
    return (CacheConfig){ .name = g_strdup(name),
                          .size_bytes = size_bytes,
                          .line_bytes = 64,
                          .ways = ways,
                          .allocate = true,
                          .latency_fs = latency_fs,
                          .banks = 1,
                          .mshrs = 16,
                          .cores_per_instance = 1 };
}

static MachineSpec *machine_new(uint32_t cores)
{
    MachineSpec *machine = g_new0(MachineSpec, 1);

    machine->cores = cores;
    machine->compute =
        (ComputeConfig){ .clock_Hz = 2e9, .issue = 1, .window = 16, .overlap = true, .n_peaks = 1 };
    machine->compute.peaks = g_new0(Peak, 1);
    machine->compute.peaks[0].flop_per_s = 10e9;
    machine->n_caches = 2;
    machine->caches = g_new0(CacheConfig, 2);
    machine->caches[0] = cache_config("L1", 32 << 10, 8, 2000000);
    machine->caches[1] = cache_config("L2", MIB, 16, 6000000);
    machine->caches[1].cores_per_instance = 0;
    machine->memory.type = MEMORY_SIMPLE;
    machine->memory.simple = (SimpleConfig){
        .channels = 2, .bandwidth_B_per_s = 25.6e9, .latency_fs = 60000000, .interleave_bytes = 256
    };
    return machine;
}

static WorkloadSpec *pattern_new(const Case *c)
{
    WorkloadSpec *workload = workload_new(WORKLOAD_PATTERN);

    workload->split_lines = true;
    workload->pattern = (PatternConfig){ .pattern = c->pattern,
                                         .footprint_bytes = c->footprint_bytes,
                                         .accesses = c->accesses,
                                         .size_bytes = 8,
                                         .exponent = 0.99,
                                         .write_fraction = c->write_fraction,
                                         .seed = 1 };
    return workload;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, RUNS, sizeof values[0], by_size);
    return values[RUNS / 2];
}

/* Millions of accesses a second, building and tearing down not included; 0 when the run failed. */
static double rate_once(const PointSpec *point, bool count_only)
{
    Parts parts;
    RunTimes times;
    uint64_t accesses = 0;

    parts_init(&parts, point, point->machine->compute.peaks[0].flop_per_s, count_only);
    const gint64 start = g_get_monotonic_time();
    const bool good = count_only ? phases_count(&parts, NULL) : phases_run(&parts, &times, NULL);
    const gint64 end = g_get_monotonic_time();

    for (uint32_t i = 0; i < parts.n_cores; i++)
        accesses += core_stats(parts.cores[i]).accesses;
    parts_clear(&parts);
    return good ? (double)accesses / (double)MAX(end - start, 1) : 0;
}

static double rate(const PointSpec *point, bool count_only)
{
    double rates[RUNS];

    for (int i = 0; i < RUNS; i++)
        rates[i] = rate_once(point, count_only);
    return median(rates);
}

/* Takes the workload. */
static void report(const char *title, uint32_t cores, WorkloadSpec *workload)
{
    const PointSpec point = { .machine = machine_new(cores), .workload = workload };

    printf("%-20s  %10.1f  %12.1f\n", title, rate(&point, false), rate(&point, true));
    machine_free(point.machine);
    workload_unref(workload);
}

/* ---- replay ---- */

static GString *trace_text(void)
{
    GString *text = g_string_new(NULL);
    Rng rng = { .state = 1 };

    for (uint32_t i = 0; i < LINES; i++) {
        const uint64_t draw = rng_next(&rng);
        const uint64_t addr = bench_address(i, draw);

        g_string_append_printf(text, "%d %" PRIx64 "\n", draw % 4 == 0, addr);
    }
    return text;
}

static void report_trace(const char *title, const char *path)
{
    WorkloadSpec *workload = workload_new(WORKLOAD_TRACE);

    workload->trace.path = g_strdup(path);
    report(title, 1, workload);
}

static void report_replay(void)
{
    g_autoptr(GString) text = trace_text();
    g_autofree char *path = bench_file(".zst", text);

    if (!path) {
        printf("%-20s  not measured\n", "replay of din.zst");
        return;
    }
    report_trace("replay of din.zst", path);
    g_remove(path);
}

/* ---- start-up ---- */

static const char script[] =
    "local memsim = require 'memsim'\n"
    "return memsim.sweep {\n"
    "  axes = { { 'pattern', { 'sequential' } } },\n"
    "  point = function(p) return { machine = memsim.machine 'toy',\n"
    "    workload = memsim.workload { pattern = p.pattern, footprint = '64KiB' } } end }\n";

/* Milliseconds until the header and the first row are there; negative when they do not come. */
static double startup_once(const char *command)
{
    char line[8192];
    const gint64 start = g_get_monotonic_time();
    FILE *output = popen(command, "r");

    if (!output)
        return -1;
    const bool good = fgets(line, sizeof line, output) && fgets(line, sizeof line, output);
    const gint64 end = g_get_monotonic_time();

    while (fgets(line, sizeof line, output)) {
    }
    pclose(output);
    return good ? (double)(end - start) / 1000 : -1;
}

static void report_startup(const char *program)
{
    g_autofree char *path = temporary_text(".lua", script);
    g_autofree char *quoted = g_shell_quote(program);
    g_autofree char *command = g_strdup_printf("%s '%s' -q -f csv", quoted, path);
    double times[RUNS];

    for (int i = 0; i < RUNS; i++)
        times[i] = startup_once(command);
    if (median(times) >= 0)
        printf("%-20s  %10.1f ms\n", "start to first row", median(times));
    else
        printf("%-20s  not measured\n", "start to first row");
    g_remove(path);
}

int main(int argc, char **argv)
{
    const char *program = g_getenv("MEMSIM");

    printf("%-20s  %10s  %12s\n", "M accesses/s", "with time", "only counted");
    for (int i = 1; i < argc; i++) {
        g_autofree char *name = g_path_get_basename(argv[i]);

        report_trace(name, argv[i]);
    }
    if (argc > 1)
        return 0;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        report(cases[i].title, cases[i].cores, pattern_new(&cases[i]));
    report_replay();
    if (program)
        report_startup(program);
    return 0;
}
