/*
 * test_validation - the simulation against closed forms: published tables, caches, Little's law, queueing.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "analytic/analytic.h"
#include "base/rng.h"
#include "rig.h"
#include "system/system.h"

static bool is_near(double value, double wanted, double relative)
{
    return fabs(value - wanted) <= relative * fabs(wanted);
}

static double seconds(Tick time)
{
    return (double)time / (double)TICKS_PER_SECOND;
}

/* A core that offers accesses as fast as the level below takes them. */
static void set_unlimited(Rig *rig)
{
    rig->point.machine->compute.window = 0;
    rig->point.machine->compute.issue = 0;
}

/* ---- the published tables ---- */

/* Run the point and compare: the closed form exactly to the digits given, the simulation within 1 %. */
static void compare(Rig *rig, const char *memory_s, double total_s, const char *regime)
{
    const SystemOptions options = { .memory_time = true };
    Analytic *analytic = analytic_new(rig->point.machine, rig->point.workload, NULL, NULL);
    Row *row = system_run(&rig->point, &options, NULL);

    CU_ASSERT_FATAL(analytic && row);
    g_autofree char *printed = g_strdup_printf("%.*e", (int)strcspn(memory_s, "e") - 2,
                                               analytic->memory_time_s + analytic->latency_s);
    CU_ASSERT_STRING_EQUAL(printed, memory_s);
    CU_ASSERT_STRING_EQUAL(regime_name(analytic->regime), regime);
    CU_ASSERT(is_near(analytic->serial_time_s, total_s, 1e-3));
    CU_ASSERT(is_near(row_find(row, "memory_time_s")->real, g_ascii_strtod(memory_s, NULL), 0.01));
    CU_ASSERT(is_near(row_find(row, "time_s")->real, total_s, 0.01));
    CU_ASSERT_STRING_EQUAL(row_find(row, "regime")->text, regime);
    row_free(row);
    analytic_free(analytic);
}

static void streaming_takes_the_published_times(void)
{
    static const struct {
        double bandwidth_B_per_s;
        const char *memory_s, *regime;
    } table[] = {
        { 1e9 / 8, "8.388613e-02", "memory-bound" },
        { 100e9 / 8, "8.389108e-04", "compute-bound" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        Rig rig;

        rig_init(&rig);
        set_unlimited(&rig);
        rig.point.machine->compute.overlap = false;
        rig_simple(&rig, table[i].bandwidth_B_per_s, NS(50));
        rig_pattern(&rig, GEN_SEQUENTIAL, 10 << 20, 64);
        rig.point.workload->flops_per_byte = 1;
        compare(&rig, table[i].memory_s, g_ascii_strtod(table[i].memory_s, NULL) + 1.048576e-3,
                table[i].regime);
        rig_clear(&rig);
    }
}

static void two_tiers_take_the_published_times(void)
{
    static const struct {
        double hit_rate;
        const char *memory_s, *regime;
    } table[] = {
        { 0.10, "7.216e-03", "memory-bound" },
        { 0.50, "4.080e-03", "memory-bound" },
        { 0.95, "5.521e-04", "compute-bound" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        Rig rig;

        rig_init(&rig);
        set_unlimited(&rig);
        rig.point.machine->compute.overlap = false;
        rig_two_tier(&rig, 500e9 / 8, 10e9 / 8, table[i].hit_rate)->latency_fs = NS(50);
        rig_pattern(&rig, GEN_SEQUENTIAL, 10000000, 8);
        rig.point.workload->flops_per_byte = 1;
        compare(&rig, table[i].memory_s, g_ascii_strtod(table[i].memory_s, NULL) + 1e-3,
                table[i].regime);
        rig_clear(&rig);
    }
}

/* ---- caches ---- */

/* Misses of passes over so many lines in a cache of so many lines. */
static uint64_t sweep_misses(uint32_t pattern, uint64_t lines, uint32_t passes, uint64_t capacity,
                             uint32_t ways)
{
    Rig rig;

    rig_init(&rig);
    rig_cache(&rig, capacity * 64, 64, ways);
    rig_pattern(&rig, pattern, lines * 64, 64)->accesses = lines * passes;
    rig_count(&rig);
    const uint64_t misses = rig_level(&rig, 0).read_misses;

    rig_clear(&rig);
    return misses;
}

static void a_cyclic_sweep_misses_always_or_never(void)
{
    static const uint64_t lines[] = { 1, 63, 64, 65, 100, 1000 };

    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        const uint64_t n = lines[i];

        CU_ASSERT_EQUAL(sweep_misses(GEN_SEQUENTIAL, n, 5, 64, 0), n <= 64 ? n : 5 * n); /* 1.1 */
        CU_ASSERT_EQUAL(sweep_misses(GEN_CHASE, n, 5, 64, 0), n <= 64 ? n : 5 * n);      /* 1.9 */
    }
}

/* 1.4: lines of sets that hold more than the ways miss in every pass. */
static uint64_t steady_misses(uint64_t lines, uint64_t sets, uint64_t ways)
{
    uint64_t misses = 0;

    for (uint64_t set = 0; set < sets; set++) {
        const uint64_t here = lines / sets + (set < lines % sets);

        misses += here > ways ? here : 0;
    }
    return misses;
}

static void a_sweep_over_sets_misses_in_the_sets_that_overflow(void)
{
    const uint64_t sets = 12, ways = 4, capacity = sets * ways;

    for (uint64_t n = capacity - 2; n <= capacity + sets + 2; n++) {
        const uint64_t steady = steady_misses(n, sets, ways);

        CU_ASSERT_EQUAL(sweep_misses(GEN_SEQUENTIAL, n, 7, capacity, (uint32_t)ways),
                        n + 6 * steady);
        CU_ASSERT_EQUAL(sweep_misses(GEN_CHASE, n, 7, capacity, (uint32_t)ways), n + 6 * steady);
    }
}

static void random_lines_hit_with_the_share_that_the_cache_holds(void)
{
    const uint64_t lines = 1000, capacity = 400, accesses = 400000;
    const char *const *policies = machine_policies();

    for (uint32_t policy = 0; policies[policy]; policy++) {
        Rig rig;

        rig_init(&rig);
        rig_cache(&rig, capacity * 64, 64, 8)->policy = policy;
        rig_pattern(&rig, GEN_RANDOM, lines * 64, 64)->accesses = accesses;
        rig.point.workload->warmup_accesses = 20000;
        rig_count(&rig);
        /* 1.6; the lines of each set of 50 are 20, of which 8 are held.  Four standard deviations of the draws. */
        CU_ASSERT(fabs((double)rig_level(&rig, 0).hits / (double)accesses - 0.4) <
                  4 * sqrt(0.4 * 0.6 / (double)accesses));
        rig_clear(&rig);
    }
}

static void a_stride_touches_its_share_of_the_lines(void)
{
    static const uint64_t strides[] = { 1, 2, 4, 8, 16, 40 }; /* elements of 8 bytes, 8 a line */

    for (size_t i = 0; i < G_N_ELEMENTS(strides); i++) {
        const uint64_t n = 4096, s = strides[i];
        Rig rig;

        rig_init(&rig);
        rig_cache(&rig, 32768, 64, 8);
        rig_pattern(&rig, GEN_STRIDED, n * s * 8, 8)->stride_bytes = s * 8;
        rig.point.workload->pattern.accesses = n;
        rig_count(&rig);
        CU_ASSERT_EQUAL(rig_level(&rig, 0).reads, n);
        CU_ASSERT_EQUAL(rig_level(&rig, 0).read_misses, s <= 8 ? n * s / 8 : n); /* 1.11 */
        rig_clear(&rig);
    }
}

static void a_stride_of_lines_can_use_its_share_of_the_sets(void)
{
    const uint64_t sets = 64, ways = 4;

    for (uint64_t k = 1; k <= 64; k *= 2) { /* gcd(64, k) = k */
        const uint64_t usable = ways * sets / k;

        for (uint64_t n = usable; n <= usable + 1; n++) {
            Rig rig;

            rig_init(&rig);
            rig_cache(&rig, sets * ways * 64, 64, (uint32_t)ways);
            rig_pattern(&rig, GEN_STRIDED, n * k * 64, 8)->stride_bytes = k * 64;
            rig.point.workload->pattern.accesses = 3 * n;
            rig_count(&rig);
            /* One line too many overflows one set: its ways + 1 lines miss in each pass. */
            CU_ASSERT_EQUAL(rig_level(&rig, 0).read_misses, n == usable ? n : n + 2 * (ways + 1));
            rig_clear(&rig);
        }
    }
}

/* ---- latency and slots ---- */

/* 1.10: the average latency of a chase, from the measured hit rates, is exact. */
static void the_latency_of_a_chase_is_the_mean_over_the_levels(void)
{
    for (uint64_t kib = 1; kib <= 256; kib *= 2) {
        Rig rig;

        rig_init(&rig);
        rig_cache(&rig, 4096, 64, 4)->latency_fs = NS(1);
        rig_cache(&rig, 32768, 64, 8)->latency_fs = NS(4);
        rig_simple(&rig, 64e9, NS(80)); /* and 1 ns of transfer */
        rig_pattern(&rig, GEN_CHASE, kib * 1024, 64);
        rig.point.workload->warmup_pass = true;
        const Tick time = rig_run(&rig);
        const CacheStats l1 = rig_level(&rig, 0), l2 = rig_level(&rig, 1);

        CU_ASSERT_EQUAL(time, l1.hits * NS(1) + l2.hits * NS(4) + l2.read_misses * NS(81));
        CU_ASSERT_EQUAL(core_stats(rig.parts.cores[0]).latency_fs, time);
        if (kib <= 4)
            CU_ASSERT_EQUAL(time, 16 * kib * NS(1)); /* 1.9: all or nothing */
        if (kib > 40)
            CU_ASSERT_EQUAL(time, 16 * kib * NS(81));
        rig_clear(&rig);
    }
}

/* 3.1, 3.2: B = min(O * L / T, Bmax), exact but for the last reads' way home. */
static void bandwidth_follows_littles_law(void)
{
    const uint64_t reads = 4096;
    const Tick transfer = NS(1), idle = NS(64); /* 64 GB/s; 63 ns and one transfer */

    for (uint32_t slots = 1; slots <= 256; slots *= 2) {
        Rig rig;

        rig_init(&rig);
        rig.point.machine->compute.window = slots;
        rig_simple(&rig, 64e9, idle - transfer);
        rig_pattern(&rig, GEN_SEQUENTIAL, reads * 64, 64);
        const Tick time = rig_run(&rig);

        if (slots <=
            64) /* in rounds of `slots` reads, each as long as one read of an idle memory */
            CU_ASSERT_EQUAL(time, reads / slots * idle + (slots - 1) * transfer)
        else
            CU_ASSERT_EQUAL(time, idle - transfer + reads * transfer);
        rig_clear(&rig);
    }
}

static void mshrs_limit_the_bandwidth_like_slots(void)
{
    const uint64_t reads = 4096;

    for (uint32_t mshrs = 1; mshrs <= 32; mshrs *= 2) {
        Rig rig;

        rig_init(&rig);
        rig.point.machine->compute.window = 64;
        rig_cache(&rig, 32768, 64, 8)->mshrs = mshrs;
        rig_simple(&rig, 64e9, NS(63));
        rig_pattern(&rig, GEN_SEQUENTIAL, reads * 64, 64);
        CU_ASSERT_EQUAL(rig_run(&rig), reads / mshrs * NS(64) + (mshrs - 1) * NS(1));
        rig_clear(&rig);
    }
}

static void bandwidth_stays_within_the_bounds_of_a_closed_system(void)
{
    for (uint32_t slots = 1; slots <= 64; slots += 3) {
        Rig rig;

        rig_init(&rig);
        rig.point.machine->compute.window = slots;
        rig_simple(&rig, 64e9, NS(40))->channels = 4; /* 4 ns a transfer */
        rig_pattern(&rig, GEN_RANDOM, 1 << 20, 64)->accesses = 20000;
        const double bandwidth = 64.0 * 20000 / seconds(rig_run(&rig));
        const double most = fmin(slots * 64 / 44e-9, 64e9);

        CU_ASSERT(bandwidth <= most);
        CU_ASSERT(bandwidth >= 0.6 * most); /* random channels queue a little */
        rig_clear(&rig);
    }
}

/* ---- queueing ---- */

/* Reads of 64 bytes at random times and addresses. */
typedef struct {
    AccessSource source;
    Rng rng;
    double mean_gap_fs, at_fs;
    uint64_t left;
} Arrivals;

static bool arrivals_next(AccessSource *source, Batch *batch, GError **error)
{
    Arrivals *arrivals = (Arrivals *)source;

    (void)error;
    batch->count = MIN(arrivals->left, (uint64_t)BATCH_MAX);
    for (size_t i = 0; i < batch->count; i++) {
        arrivals->at_fs -= log1p(-rng_unit(rng_next(&arrivals->rng))) * arrivals->mean_gap_fs;
        batch->not_before[i] = (Tick)arrivals->at_fs;
        batch->access[i] =
            (Access){ .addr = rng_below(rng_next(&arrivals->rng), 1 << 20) * 64, .bytes = 64 };
    }
    arrivals->left -= batch->count;
    return batch->count > 0;
}

static void arrivals_free(AccessSource *source)
{
    (void)source;
}

/* Mean time that Poisson arrivals wait for one of the channels, each busy for the share rho of the time; a transfer
 * takes 1 ns. */
static double mean_wait_s(double rho, uint32_t channels, uint64_t requests)
{
    static const AccessSourceOps ops = { .next = arrivals_next, .free = arrivals_free };
    Arrivals arrivals = { .source = { .ops = &ops, .timed = true },
                          .rng = { .state = 7 },
                          .mean_gap_fs = 1e6 / rho / channels,
                          .left = requests };
    AccessSource *const sources[] = { &arrivals.source };
    Rig rig;

    rig_init(&rig);
    set_unlimited(&rig);
    rig_simple(&rig, 64e9 * channels, 0)->channels = channels;
    rig.point.machine->memory.simple.interleave_bytes = 64;
    rig_run_sources(&rig, sources);
    const CoreStats stats = core_stats(rig.parts.cores[0]);

    CU_ASSERT_EQUAL(stats.accesses, requests);
    rig_clear(&rig);
    return (double)stats.latency_fs / (double)requests * 1e-15 - 1e-9;
}

/* 3.4: rho S / (2 (1 - rho)). */
static double md1_wait_s(double rho)
{
    return rho * 1e-9 / (2 * (1 - rho));
}

static void poisson_arrivals_wait_as_long_as_in_an_m_d_1_queue(void)
{
    CU_ASSERT(is_near(mean_wait_s(0.3, 1, 1000000), md1_wait_s(0.3), 0.01));
    CU_ASSERT(is_near(mean_wait_s(0.6, 1, 1000000), md1_wait_s(0.6), 0.01));
    /* At 0.9 waits depend on each other for long: more requests for the same error. */
    CU_ASSERT(is_near(mean_wait_s(0.9, 1, 6000000), md1_wait_s(0.9), 0.01));
}

static void channels_with_random_addresses_are_queues_of_their_own(void)
{
    CU_ASSERT(is_near(mean_wait_s(0.5, 4, 1000000), md1_wait_s(0.5), 0.02));
    CU_ASSERT(is_near(mean_wait_s(0.8, 5, 1000000), md1_wait_s(0.8), 0.02));
}

/* ---- compute and memory ---- */

/* Seconds for 64 KiB-times-16 of reads of 64 bytes at 64 GB/s when the operations of a byte take `compute` of the time
 * that its transfer takes; no latency, no limits. */
static double ideal_time(double compute, bool overlap)
{
    Rig rig;

    rig_init(&rig);
    set_unlimited(&rig);
    rig.point.machine->compute.overlap = overlap;
    rig.point.machine->compute.peaks[0].flop_per_s = 64e9;
    rig_simple(&rig, 64e9, 0);
    rig_pattern(&rig, GEN_SEQUENTIAL, 1 << 20, 64);
    rig.point.workload->flops_per_byte = compute;
    const double time = seconds(rig_run(&rig));

    rig_clear(&rig);
    return time;
}

static void time_tends_to_the_larger_of_compute_and_memory_or_their_sum(void)
{
    static const double computes[] = { 0, 0.125, 0.5, 1, 2, 16 };
    const double memory_s = (1 << 20) / 64e9;

    for (size_t i = 0; i < G_N_ELEMENTS(computes); i++) {
        const double compute_s = computes[i] * memory_s;

        CU_ASSERT(is_near(ideal_time(computes[i], true), fmax(compute_s, memory_s), 1e-4));
        CU_ASSERT(ideal_time(computes[i], true) >= fmax(compute_s, memory_s));
        CU_ASSERT(is_near(ideal_time(computes[i], false), compute_s + memory_s, 1e-12));
    }
}

static void many_cores_together_reach_the_peak_and_the_bandwidth(void)
{
    for (uint32_t cores = 1; cores <= 16; cores *= 2) {
        Rig rig;

        rig_init(&rig);
        rig.point.machine->cores = cores;
        rig_simple(&rig, 64e9, NS(50))->channels = 2;
        rig_pattern(&rig, GEN_SEQUENTIAL, 1 << 22, 64);
        rig.point.machine->compute.window = 64;
        rig.point.workload->flops_per_byte = 0.01; /* a fifteenth of the transfer time */
        CU_ASSERT(is_near(seconds(rig_run(&rig)), (1 << 22) / 64e9, 0.01));
        rig_again(&rig);
        rig.point.workload->flops_per_byte = 1; /* six times the transfer time */
        CU_ASSERT(is_near(seconds(rig_run(&rig)), (1 << 22) / 10e9, 0.01));
        rig_clear(&rig);
    }
}

static CU_TestInfo tests[] = {
    TEST(streaming_takes_the_published_times),
    TEST(two_tiers_take_the_published_times),
    TEST(a_cyclic_sweep_misses_always_or_never),
    TEST(a_sweep_over_sets_misses_in_the_sets_that_overflow),
    TEST(random_lines_hit_with_the_share_that_the_cache_holds),
    TEST(a_stride_touches_its_share_of_the_lines),
    TEST(a_stride_of_lines_can_use_its_share_of_the_sets),
    TEST(the_latency_of_a_chase_is_the_mean_over_the_levels),
    TEST(bandwidth_follows_littles_law),
    TEST(mshrs_limit_the_bandwidth_like_slots),
    TEST(bandwidth_stays_within_the_bounds_of_a_closed_system),
    TEST(poisson_arrivals_wait_as_long_as_in_an_m_d_1_queue),
    TEST(channels_with_random_addresses_are_queues_of_their_own),
    TEST(time_tends_to_the_larger_of_compute_and_memory_or_their_sum),
    TEST(many_cores_together_reach_the_peak_and_the_bandwidth),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_validation = { .pName = "validation", .pTests = tests };
