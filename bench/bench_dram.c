/*
 * bench_dram - the seven traces of validation/dram: simulated time beside a reference, and requests a second.
 *
 *     bench_dram [ddr4|hbm2|hbm2-legacy [TRACE]]
 *
 * The published figures are what simulators with the same configuration do on one core: Ramulator 2.1 and DRAMsim3, the
 * faster of them, with DDR4; Ramulator 2.1 with HBM2 in pseudo-channels, of which a request takes two bursts; DRAMsim3
 * with whole channels of HBM2 (legacy mode), one burst a request.  "faster": the faster of both whatever its
 * configuration of the standard is.  Simulated times: Ramulator 2.1's, whose scheduler is ours, and with hbm2-legacy
 * DRAMsim3's, whose scheduler is another one.  To measure one here, in the
 * same run, put a command into DRAM_REFERENCE: it is called as `COMMAND ddr4|hbm2|hbm2-legacy TRACE FILE`, FILE being the trace as
 * Ramulator 2's load/store format has it (one "LD address" or "ST address" a line), and its last word is taken as
 * thousand requests a second.
 *
 * SPDX-License-Identifier: MIT
 */
#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dram_rig.h"
#include "temporary.h"

enum { REPEATS = 3, REQUESTS_MAX = 1000000 };

/* Simulated ns; thousand requests a second of a simulator with this configuration, and of the faster one. */
typedef struct {
    double ns, krps, faster;
} Reference;

typedef struct {
    const char *name;
    DramConfig (*config)(void);
    uint32_t row_shift;
    Reference reference[7];
} Table;

static const Table tables[] = {
    { "ddr4",
      dram_rig_ddr4,
      17,
      { { 4467871.3, 306, 306 },
        { 5775989.5, 138, 138 },
        { 6749027.7, 256, 256 },
        { 3528122.4, 273, 273 },
        { 5900251.5, 153, 153 },
        { 9781889.9, 28, 28 },
        { 4755607.9, 303, 303 } } },
    { "hbm2",
      dram_rig_hbm2,
      18,
      { { 302475.0, 106, 654 },
        { 823889.0, 55, 120 },
        { 586233.0, 49, 433 },
        { 1630080.0, 51, 80 },
        { 836484.0, 45, 99 },
        { 10285604.0, 3, 8 },
        { 3867165.0, 43, 43 } } },
    { "hbm2-legacy",
      dram_rig_hbm2_legacy,
      18,
      { { 271449.0, 654, 654 },
        { 1035074.0, 120, 120 },
        { 385611.0, 433, 433 },
        { 2039219.0, 80, 80 },
        { 1051619.0, 99, 99 },
        { 10330895.0, 8, 8 },
        { 3920221.0, 11, 43 } } },
};

static char *write_trace(const DramAccess *accesses, uint64_t n)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (uint64_t i = 0; i < n; i++)
        g_string_append_printf(text, "%s %" G_GUINT64_FORMAT "\n", accesses[i].write ? "ST" : "LD",
                               accesses[i].addr);
    return temporary_file("", text->str, text->len);
}

/* Thousand requests a second of the simulator that DRAM_REFERENCE calls; 0: there is none, or it fails. */
static double live_krps(const char *config, const DramTrace *trace, const DramAccess *accesses)
{
    const char *command = g_getenv("DRAM_REFERENCE");
    g_autofree char *output = NULL;

    if (!command)
        return 0;
    g_autofree char *path = write_trace(accesses, trace->requests);
    g_autofree char *line = g_strdup_printf("%s %s %s %s", command, config, trace->name, path);
    int status = 0;
    const bool ran = g_spawn_command_line_sync(line, &output, NULL, &status, NULL) && status == 0;

    unlink(path);
    if (!ran)
        return 0;
    const char *last = strrchr(g_strchomp(output), ' ');

    return g_ascii_strtod(last ? last : output, NULL);
}

static int by_cpu_time(const void *a, const void *b)
{
    const double one = ((const DramRun *)a)->cpu_s, other = ((const DramRun *)b)->cpu_s;

    return (one > other) - (one < other);
}

/* How many times as fast. */
typedef struct {
    double same, faster;
} Ratios;

/* The one of some runs with the median time. */
static DramRun median_run(const DramConfig *config, const DramTrace *trace,
                          const DramAccess *accesses)
{
    DramRun runs[REPEATS];

    for (int i = 0; i < REPEATS; i++)
        runs[i] = dram_run(config, accesses, trace->requests, 64, trace->chase);
    qsort(runs, REPEATS, sizeof *runs, by_cpu_time);
    return runs[REPEATS / 2];
}

/* Returns how many times as fast as the published figures. */
static Ratios print_row(const Table *table, const DramConfig *config, int i, DramAccess *accesses)
{
    const DramTrace *trace = &dram_traces[i];
    const Reference *r = &table->reference[i];

    dram_trace_fill(accesses, trace, table->row_shift, config->rows);
    const DramRun run = median_run(config, trace, accesses);
    const double ns = (double)run.end_fs / 1e6, n = (double)trace->requests;
    const double krps = n / run.cpu_s / 1e3, live = live_krps(table->name, trace, accesses);

    printf("%-11s %-10s %12.1f %+8.3f %6.2f %9.0f %10.0f %7.1f %7.1f", table->name, trace->name, ns,
           (ns / r->ns - 1) * 100, (double)run.stats.decisions / n, krps, r->krps, krps / r->krps,
           krps / r->faster);
    if (live > 0)
        printf(" %9.0f %7.1f", live, krps / live);
    putchar('\n');
    return (Ratios){ krps / r->krps, krps / r->faster };
}

int main(int argc, char **argv)
{
    DramAccess *accesses = g_new(DramAccess, REQUESTS_MAX);
    Ratios logs = { 0, 0 };
    int rows = 0;

    printf("%-11s %-10s %12s %8s %6s %9s %10s %7s %7s %9s %7s\n", "config", "trace", "ns", "diff %",
           "dec/rq", "krequ/s", "published", "ratio", "faster", "live", "ratio");
    for (size_t t = 0; t < G_N_ELEMENTS(tables); t++) {
        const DramConfig config = tables[t].config();

        for (int i = 0; i < 7; i++) {
            if ((argc > 1 && strcmp(argv[1], tables[t].name) != 0) ||
                (argc > 2 && strcmp(argv[2], dram_traces[i].name) != 0))
                continue;
            const Ratios ratios = print_row(&tables[t], &config, i, accesses);

            logs.same += log(ratios.same);
            logs.faster += log(ratios.faster);
            rows++;
        }
    }
    if (rows > 0)
        printf("geometric mean of the ratios: %.1f and %.1f\n", exp(logs.same / rows),
               exp(logs.faster / rows));
    g_free(accesses);
    return 0;
}
