/*
 * test_columns - the columns of a result, on random points: each is the counter whose name it has, or follows from others.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <stddef.h>

#include "dram/dram.h"
#include "random_point.h"
#include "rig.h"
#include "row_values.h"
#include "system/system.h"

enum { POINTS = 400 };

/* A point's row, and the same run made by hand. */
typedef struct {
    const PointSpec *point;
    Row *row;
    Parts parts;
    RunTimes times;
} Trial;

static void trial_run(Trial *trial, const PointSpec *point)
{
    const SystemOptions options = { .memory_time = false };

    *trial = (Trial){ .point = point, .row = system_run(point, &options, NULL) };
    CU_ASSERT_PTR_NOT_NULL_FATAL(trial->row);
    parts_init(&trial->parts, point, point->machine->compute.peaks[0].flop_per_s, false);
    CU_ASSERT_FATAL(phases_run(&trial->parts, &trial->times, NULL));
}

static void trial_clear(Trial *trial)
{
    row_free(trial->row);
    parts_clear(&trial->parts);
}

/* Both are no number, or as near as sums of rounded terms. */
static bool alike(double a, double b)
{
    return (isnan(a) && isnan(b)) || a == b || fabs(a - b) <= 1e-12 * fabs(b);
}

/* Not a number where there is nothing to divide by. */
static double share(double a, double b)
{
    return b > 0 ? a / b : (double)NAN;
}

static double of(const Trial *trial, const char *column)
{
    return row_number(trial->row, column);
}

static void is(const Trial *trial, const char *column, double wanted)
{
    const double value = of(trial, column);

    if (!alike(value, wanted))
        fprintf(stderr, "# %s: %.17g, not %.17g\n", column, value, wanted);
    CU_ASSERT(alike(value, wanted));
}

/* The column of a level: "l2_hits". */
static char *level_column(const Trial *trial, uint32_t level, const char *suffix)
{
    g_autofree char *name = g_ascii_strdown(trial->point->machine->caches[level].name, -1);

    return g_strdup_printf("%s_%s", name, suffix);
}

static double of_level(const Trial *trial, uint32_t level, const char *suffix)
{
    g_autofree char *column = level_column(trial, level, suffix);

    return of(trial, column);
}

static void level_is(const Trial *trial, uint32_t level, const char *suffix, double wanted)
{
    g_autofree char *column = level_column(trial, level, suffix);

    is(trial, column, wanted);
}

/* ---- levels ---- */

static void check_counters(const Trial *trial, uint32_t level)
{
#define COUNTER(name)                     \
    {                                     \
#name, offsetof(CacheStats, name) \
    }
    static const struct {
        const char *suffix;
        size_t offset;
    } counters[] = { COUNTER(hits),       COUNTER(reads),       COUNTER(writes),
                     COUNTER(writebacks), COUNTER(read_misses), COUNTER(write_misses),
                     COUNTER(fetches),    COUNTER(mshr_merges), COUNTER(back_invalidations),
                     COUNTER(victims) },
      of_prefetches[] = { COUNTER(prefetches), COUNTER(useful_prefetches), COUNTER(late_prefetches),
                          COUNTER(useless_prefetches), COUNTER(dropped_prefetches) };
#undef COUNTER
    const CacheStats stats = parts_level_stats(&trial->parts, level);
    const char *base = (const char *)&stats;

    for (size_t i = 0; i < G_N_ELEMENTS(counters); i++)
        level_is(trial, level, counters[i].suffix,
                 (double)*(const uint64_t *)(const void *)(base + counters[i].offset));
    if (trial->point->machine->caches[level].prefetch.type == PREFETCH_NONE)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(of_prefetches); i++)
        level_is(trial, level, of_prefetches[i].suffix,
                 (double)*(const uint64_t *)(const void *)(base + of_prefetches[i].offset));
}

static void check_sums(const Trial *trial, uint32_t level)
{
    const double accesses = of_level(trial, level, "accesses");

    level_is(trial, level, "accesses",
             of_level(trial, level, "reads") + of_level(trial, level, "writes"));
    level_is(trial, level, "misses",
             of_level(trial, level, "read_misses") + of_level(trial, level, "write_misses"));
    level_is(trial, level, "hit_rate", share(of_level(trial, level, "hits"), accesses));
    level_is(trial, level, "below_bytes",
             of_level(trial, level, "fetched_bytes") + of_level(trial, level, "sent_bytes"));
}

/* Operations for a byte that crosses the boundary above the level; the halves of a split first level do not know theirs. */
static void check_intensity(const Trial *trial, uint32_t level)
{
    const bool split = machine_is_split(trial->point->machine);
    double above = 0;

    if (level == 0 && !split)
        above = of(trial, "requested_bytes");
    else if (level == 2 && split)
        above = of_level(trial, 0, "below_bytes") + of_level(trial, 1, "below_bytes");
    else if (level >= 1 && !(split && level == 1))
        above = of_level(trial, level - 1, "below_bytes");
    level_is(trial, level, "intensity_flop_per_byte", share(of(trial, "flops"), above));
}

static void columns_of_a_level_are_its_counters_and_what_follows_from_them(void)
{
    uint32_t levels = 0, split = 0;

    for (uint64_t i = 0; i < POINTS; i++) {
        Rng rng = { .state = rng_at(81, i) };
        PointSpec *point = random_point(&rng);
        Trial trial;

        point->machine->timing = true;
        trial_run(&trial, point);
        for (uint32_t level = 0; level < point->machine->n_caches; level++) {
            check_counters(&trial, level);
            check_sums(&trial, level);
            check_intensity(&trial, level);
            levels++;
            split += level == 2 && machine_is_split(point->machine);
        }
        trial_clear(&trial);
        point_free(point);
    }
    CU_ASSERT(levels > POINTS / 2);
    CU_ASSERT(split > 2);
}

/* ---- the whole ---- */

static void rates_and_intensities_follow_from_the_counts_and_the_time(void)
{
    for (uint64_t i = 0; i < POINTS; i++) {
        Rng rng = { .state = rng_at(82, i) };
        PointSpec *point = random_point(&rng);
        Trial trial;

        point->machine->timing = true;
        trial_run(&trial, point);
        const double time = of(&trial, "time_s"), flops = of(&trial, "flops");
        const double bytes = of(&trial, "memory_bytes");
        const double bandwidth = of(&trial, "memory_bandwidth_B_per_s");

        is(&trial, "accesses", of(&trial, "reads") + of(&trial, "writes"));
        is(&trial, "slowdown", share(time, of(&trial, "roofline_time_s")));
        is(&trial, "achieved_flop_per_s", share(flops, time));
        is(&trial, "intensity_flop_per_byte", share(flops, of(&trial, "compulsory_bytes")));
        is(&trial, "simulated_intensity_flop_per_byte", share(flops, bytes));
        is(&trial, "memory_bandwidth_B_per_s", share(bytes, time));
        is(&trial, "memory_bandwidth_utilization",
           bandwidth / of(&trial, "mem_peak_bandwidth_B_per_s"));
        trial_clear(&trial);
        point_free(point);
    }
}

/* ---- memory ---- */

static void quantile_is(const Trial *trial, const char *column, double q)
{
    is(trial, column, tick_seconds(hist_quantile(trial->parts.memory->read_latency, q)));
}

static void columns_of_memory_are_its_counters_and_its_latencies(void)
{
    uint32_t dram = 0;

    for (uint64_t i = 0; i < POINTS; i++) {
        Rng rng = { .state = rng_at(83, i) };
        PointSpec *point = random_point(&rng);
        const bool channels = point->machine->memory.type == MEMORY_DRAM;
        Trial trial;

        point->machine->timing = true;
        trial_run(&trial, point);
        const Memory *memory = trial.parts.memory;

        is(&trial, "mem_avg_read_latency_s", hist_mean_fs(memory->read_latency) / 1e15);
        quantile_is(&trial, "mem_p99_read_latency_s", 0.99);
        is(&trial, "mem_reads", (double)memory->stats.reads);
        is(&trial, "mem_writes", (double)memory->stats.writes);
        if (channels) {
            quantile_is(&trial, "mem_p50_read_latency_s", 0.50);
            quantile_is(&trial, "mem_p95_read_latency_s", 0.95);
            is(&trial, "mem_max_read_latency_s", tick_seconds(memory->read_latency->max_fs));
            dram++;
        } else {
            is(&trial, "memory_bytes",
               (double)(memory->stats.read_bytes + memory->stats.write_bytes));
        }
        trial_clear(&trial);
        point_free(point);
    }
    CU_ASSERT(dram > 20);
}

/* Where time does not say what is prefetched, and nobody else comes in between. */
static bool counts_alone(const PointSpec *point)
{
    for (uint32_t i = 0; i < point->machine->n_caches; i++)
        if (point->machine->caches[i].prefetch.type != PREFETCH_NONE)
            return false;
    return point->machine->cores == 1 && point->machine->memory.type != MEMORY_DRAM;
}

static void counted_runs_ask_memory_for_what_timed_ones_do(void)
{
    static const char *const columns[] = { "mem_reads", "mem_writes", "memory_bytes", "accesses" };
    const SystemOptions options = { .memory_time = false };
    uint32_t compared = 0;

    for (uint64_t i = 0; i < 2 * POINTS; i++) {
        Rng rng = { .state = rng_at(84, i) };
        PointSpec *point = random_point(&rng);

        if (counts_alone(point)) {
            point->machine->timing = true;
            Row *timed = system_run(point, &options, NULL);

            point->machine->timing = false;
            Row *counted = system_run(point, &options, NULL);

            CU_ASSERT_FATAL(timed != NULL && counted != NULL);
            for (size_t c = 0; c < G_N_ELEMENTS(columns); c++)
                CU_ASSERT_EQUAL(row_number(timed, columns[c]), row_number(counted, columns[c]));
            row_free(timed);
            row_free(counted);
            compared++;
        }
        point_free(point);
    }
    CU_ASSERT(compared > POINTS / 8);
}

static CU_TestInfo tests[] = {
    TEST(columns_of_a_level_are_its_counters_and_what_follows_from_them),
    TEST(rates_and_intensities_follow_from_the_counts_and_the_time),
    TEST(columns_of_memory_are_its_counters_and_its_latencies),
    TEST(counted_runs_ask_memory_for_what_timed_ones_do),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_columns = { .pName = "columns", .pTests = tests };
