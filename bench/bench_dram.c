/*
 * bench_dram - the seven traces of validation/dram: simulated time beside Ramulator 2's, and requests a second.
 *
 *     bench_dram [ddr4|hbm2 [TRACE]]
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dram_rig.h"

/* What Ramulator 2.1 (FRFCFS-RowHit) answers: simulated ns, hits, misses, conflicts, thousand requests a second. */
typedef struct {
    double ns;
    uint64_t hits, misses, conflicts;
    double krps;
} Reference;

static const Reference ddr4_reference[7] = {
    { 4467871.3, 991398, 8602, 0, 306 },     { 5775989.5, 326, 5727, 993947, 138 },
    { 6749027.7, 932736, 4965, 62299, 256 }, { 3528122.4, 494214, 5983, 499803, 273 },
    { 5900251.5, 250, 95262, 904487, 153 },  { 9781889.9, 0, 876, 199124, 28 },
    { 4755607.9, 6, 9217, 90777, 303 },
};
static const Reference hbm2_reference[7] = {
    { 302475.0, 1935192, 19704, 45104, 654 },  { 823889.0, 1066, 44468, 1954466, 120 },
    { 586233.0, 1815336, 36024, 148640, 433 }, { 1630080.0, 992504, 23400, 984096, 80 },
    { 836484.0, 1000, 120406, 1878584, 99 },   { 10285604.0, 0, 4396, 395604, 8 },
    { 3867165.0, 16, 138610, 61374, 43 },
};

static void table(const char *name, const DramConfig *config, uint32_t row_shift,
                  const Reference *reference, const char *only)
{
    DramAccess *accesses = g_new(DramAccess, 1000000);

    printf("%s\n%-10s %12s %12s %7s %9s %9s %9s %7s %9s %8s %6s\n", name, "trace", "ns",
           "reference", "diff %", "hits", "misses", "conflicts", "refr.", "krequ/s", "ratio",
           "dec/rq");
    for (int i = 0; i < 7; i++) {
        const DramTrace *trace = &dram_traces[i];
        const Reference *r = &reference[i];
        DramRun best = { .cpu_s = 1e9 };

        if (only && strcmp(only, trace->name) != 0)
            continue;
        dram_trace_fill(accesses, trace, row_shift, config->rows);
        for (int repeat = 0; repeat < (getenv("REPEATS") ? atoi(getenv("REPEATS")) : 3); repeat++) {
            const DramRun run = dram_run(config, accesses, trace->requests, 64, trace->chase);

            if (run.cpu_s < best.cpu_s)
                best = run;
        }
        const double ns = (double)best.end_fs / 1e6;
        const double krps = (double)trace->requests / best.cpu_s / 1e3;

        printf("%-10s %12.1f %12.1f %+7.3f %9lu %9lu %9lu %7lu %9.0f %8.1f %6.2f\n", trace->name,
               ns, r->ns, (ns / r->ns - 1) * 100, best.stats.row_hits, best.stats.row_misses,
               best.stats.row_conflicts, best.stats.refreshes, krps, krps / r->krps,
               (double)best.stats.decisions / (double)trace->requests);
        printf("%-10s %12s %12s %7s %9lu %9lu %9lu\n", "", "", "", "", r->hits, r->misses,
               r->conflicts);
    }
    g_free(accesses);
}

int main(int argc, char **argv)
{
    const char *only = argc > 2 ? argv[2] : NULL;
    const DramConfig ddr4 = dram_rig_ddr4(), hbm2 = dram_rig_hbm2();

    if (argc < 2 || strcmp(argv[1], "ddr4") == 0)
        table("ddr4_1r", &ddr4, 17, ddr4_reference, only);
    if (argc < 2 || strcmp(argv[1], "hbm2") == 0)
        table("hbm2", &hbm2, 18, hbm2_reference, only);
    return 0;
}
