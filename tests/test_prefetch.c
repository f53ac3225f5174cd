/*
 * test_prefetch - prefetchers in a cache: what their sources say of them, and what they cost in time.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "cache_rig.h"
#include "system/system.h"

enum { SWEEP_LINES = 4096, LINE = 64 };

/* A cache of 32 KiB with a prefetcher, memory with 50 ns; a sweep over lines of 64 B, every step-th, or a pattern. */
static void rig_prefetching(Rig *rig, PrefetchConfig prefetch, uint64_t step)
{
    rig_init(rig);
    CacheConfig *cache = rig_cache(rig, 32768, LINE, 8);

    cache->prefetch = prefetch;
    cache->mshrs = 64;
    cache->latency_fs = NS(1);
    rig_simple(rig, 100e9, NS(50));
    rig_pattern(rig, GEN_STRIDED, SWEEP_LINES * LINE * step, 8)->stride_bytes = LINE * step;
    rig->point.workload->pattern.accesses = SWEEP_LINES;
}

static CacheStats count_sweep(PrefetchConfig prefetch, uint64_t step)
{
    Rig rig;

    rig_prefetching(&rig, prefetch, step);
    rig_count(&rig);
    const CacheStats stats = rig_level(&rig, 0);

    CU_ASSERT_EQUAL(stats.hits + stats.read_misses, SWEEP_LINES);
    CU_ASSERT_EQUAL(stats.fetches, stats.read_misses + stats.prefetches);
    rig_clear(&rig);
    return stats;
}

static void next_line_covers_a_sweep_but_for_its_first_line(void)
{
    for (uint32_t degree = 1; degree <= 4; degree++) {
        PrefetchConfig prefetch = cacherig_prefetch("next-line");

        prefetch.degree = degree;
        const CacheStats stats = count_sweep(prefetch, 1);

        CU_ASSERT_EQUAL(stats.read_misses, 1);
        CU_ASSERT_EQUAL(stats.useful_prefetches, SWEEP_LINES - 1);
        CU_ASSERT_EQUAL(stats.prefetches, SWEEP_LINES - 1 + degree); /* beyond the end */
        CU_ASSERT_EQUAL(stats.useless_prefetches, 0);
    }
}

static void next_line_within_a_page_misses_the_first_line_of_each(void)
{
    PrefetchConfig prefetch = cacherig_prefetch("next-line");

    prefetch.boundary_bytes = 4096;
    const CacheStats stats = count_sweep(prefetch, 1);

    CU_ASSERT_EQUAL(stats.read_misses, SWEEP_LINES / (4096 / LINE));
    CU_ASSERT_EQUAL(stats.prefetches, SWEEP_LINES - stats.read_misses);
}

static void adjacent_pairs_halve_the_misses_of_a_sweep(void)
{
    const CacheStats stats = count_sweep(cacherig_prefetch("adjacent"), 1);

    CU_ASSERT_EQUAL(stats.read_misses, SWEEP_LINES / 2);
    CU_ASSERT_EQUAL(stats.useful_prefetches, SWEEP_LINES / 2);
    CU_ASSERT_EQUAL(stats.prefetches, SWEEP_LINES / 2);
}

static void what_is_never_used_is_useless(void)
{
    const CacheStats stats = count_sweep(cacherig_prefetch("adjacent"), 2);

    CU_ASSERT_EQUAL(stats.read_misses, SWEEP_LINES);
    CU_ASSERT_EQUAL(stats.prefetches, SWEEP_LINES);
    CU_ASSERT_EQUAL(stats.useful_prefetches, 0);
    CU_ASSERT_EQUAL(stats.useless_prefetches, SWEEP_LINES - 32768 / LINE / 2); /* half are left */
}

/* In each region of 64 lines it takes three demands to see a stride; of those with 4 lines a step, 16 are in a region. */
static void stride_by_region_learns_each_region_anew(void)
{
    PrefetchConfig prefetch = cacherig_prefetch("stride");

    prefetch.degree = 1;
    const CacheStats stats = count_sweep(prefetch, 4);

    /* the last prefetch of a region is the first line of the next: two are missed in each but the first */
    CU_ASSERT_EQUAL(stats.read_misses, 3 + 2 * (SWEEP_LINES / 16 - 1));
    CU_ASSERT_EQUAL(stats.useful_prefetches, SWEEP_LINES - stats.read_misses);
}

/* Two instructions walk in turns through one place with steps of 5 and 9 lines. */
static uint64_t misses_of_two_walks(StrideBy by)
{
    PrefetchConfig prefetch = cacherig_prefetch("stride");
    GArray *accesses = g_array_new(FALSE, TRUE, sizeof(Access));
    Rig rig;

    prefetch.by = by;
    rig_prefetching(&rig, prefetch, 1);
    for (uint64_t i = 0; i < 1000; i++) {
        const Access five = { .addr = (1 << 20) + i * 5 * LINE, .bytes = 8, .site = 5 };
        const Access nine = { .addr = (1 << 28) + i * 9 * LINE, .bytes = 8, .site = 9 };

        g_array_append_val(accesses, five);
        g_array_append_val(accesses, nine);
    }
    cacherig_run(&rig, accesses, false);
    const uint64_t misses = rig_level(&rig, 0).read_misses;

    g_array_unref(accesses);
    rig_clear(&rig);
    return misses;
}

static void stride_by_instruction_learns_once(void)
{
    CU_ASSERT_EQUAL(misses_of_two_walks(STRIDE_BY_PC), 6);
    /* 219 regions, the third line of each at least */
    CU_ASSERT(misses_of_two_walks(STRIDE_BY_REGION) >= 219);
}

/* Walks in turns, up or down, each from a place of its own. */
static uint64_t misses_of_streams(uint32_t walks, uint32_t streams, bool down)
{
    PrefetchConfig prefetch = cacherig_prefetch("stream");
    GArray *accesses = g_array_new(FALSE, TRUE, sizeof(Access));
    Rig rig;

    prefetch.streams = streams;
    rig_prefetching(&rig, prefetch, 1);
    for (uint64_t i = 0; i < 200; i++)
        for (uint64_t walk = 0; walk < walks; walk++) {
            const Access access = { .addr = (walk + 1) * ((1 << 24) + 5 * LINE) +
                                            (down ? 1000 - i : i) * LINE,
                                    .bytes = 8 };

            g_array_append_val(accesses, access);
        }
    cacherig_run(&rig, accesses, false);
    const uint64_t misses = rig_level(&rig, 0).read_misses;

    g_array_unref(accesses);
    rig_clear(&rig);
    return misses;
}

static void streams_miss_three_lines_each_up_and_down(void)
{
    for (uint32_t walks = 1; walks <= 8; walks *= 2)
        for (int down = 0; down <= 1; down++)
            CU_ASSERT_EQUAL(misses_of_streams(walks, 8, down), 3 * walks);
    CU_ASSERT_EQUAL(misses_of_streams(8, 7, false), 200 * 8); /* one too many: none is followed */
}

/* Steps of 6 lines: no multiple of it is in time earlier than 6 itself when lines come at once. */
static void best_offset_finds_the_stride(void)
{
    const CacheStats stats = count_sweep(cacherig_prefetch("best-offset"), 6);

    CU_ASSERT(stats.read_misses < SWEEP_LINES / 2);
    CU_ASSERT(stats.useful_prefetches > SWEEP_LINES / 2);
}

/* A reader that takes a line every 20 ns while memory takes 50: an offset of three lines is in time, where next-line is
 * always late. */
static void best_offset_learns_to_be_in_time(void)
{
    uint64_t late[2], useful[2];

    for (int best = 0; best <= 1; best++) {
        Rig rig;

        rig_prefetching(&rig, cacherig_prefetch(best ? "best-offset" : "next-line"), 1);
        rig.point.machine->compute.clock_Hz = 50e6;
        rig.point.machine->compute.issue = 1;
        rig.point.machine->compute.window = 1;
        rig.point.workload->pattern.accesses = 4 * SWEEP_LINES;
        rig.point.workload->pattern.footprint_bytes *= 4;
        rig_run(&rig);
        late[best] = rig_level(&rig, 0).late_prefetches;
        useful[best] = rig_level(&rig, 0).useful_prefetches;
        rig_clear(&rig);
    }
    CU_ASSERT(late[0] > useful[0] * 9 / 10);
    CU_ASSERT(late[1] < useful[1] / 2);
}

/* Uniformly random lines have no best offset: it turns itself off. */
static void best_offset_is_off_where_nothing_repeats(void)
{
    Rig rig;

    rig_prefetching(&rig, cacherig_prefetch("best-offset"), 1);
    rig_pattern(&rig, GEN_RANDOM, UINT64_C(1) << 40, 8)->accesses = 30000;
    rig_count(&rig);
    CU_ASSERT(rig_level(&rig, 0).prefetches < 6000); /* 52 offsets for 100 rounds */
    rig_clear(&rig);
}

/* ---- time ---- */

/* One access outstanding: without a prefetcher a line takes 50 ns and its transfer each time. */
static void prefetches_hide_latency(void)
{
    PrefetchConfig stream = cacherig_prefetch("stream");
    Tick time[2];

    stream.distance = 32;
    stream.degree = 4;
    for (int on = 0; on <= 1; on++) {
        Rig rig;

        rig_prefetching(&rig, on ? stream : (PrefetchConfig){ .type = PREFETCH_NONE }, 1);
        rig.point.machine->compute.window = 1;
        time[on] = rig_run(&rig);
        CU_ASSERT_EQUAL(rig_level(&rig, 0).dropped_prefetches, 0);
        rig_clear(&rig);
    }
    CU_ASSERT(time[0] > SWEEP_LINES * NS(50));
    CU_ASSERT(time[1] < time[0] / 10);
}

/* A prefetch moves as many bytes as a miss: with all of the bandwidth in use, useless ones halve the speed. */
static void prefetches_take_bandwidth(void)
{
    Tick time[2];

    for (int on = 0; on <= 1; on++) {
        Rig rig;

        rig_prefetching(
            &rig, on ? cacherig_prefetch("adjacent") : (PrefetchConfig){ .type = PREFETCH_NONE },
            2);
        rig.point.machine->caches[0].mshrs = 1000;
        rig_simple(&rig, 10e9, NS(50));
        time[on] = rig_run(&rig);
        rig_clear(&rig);
    }
    CU_ASSERT(time[1] > time[0] * 19 / 10);
    CU_ASSERT(time[1] < time[0] * 21 / 10);
}

static void prefetches_leave_the_reserved_mshrs_to_demand_misses(void)
{
    for (uint32_t reserve = 0; reserve < 4; reserve++) {
        PrefetchConfig prefetch = cacherig_prefetch("next-line");
        Rig rig;

        prefetch.degree = 8;
        prefetch.reserve = reserve;
        rig_prefetching(&rig, prefetch, 1);
        rig.point.machine->caches[0].mshrs = 4;
        rig.point.workload->pattern.accesses =
            1; /* a miss has one, the others are for prefetches */
        rig_run(&rig);
        CU_ASSERT_EQUAL(rig_level(&rig, 0).prefetches, reserve < 3 ? 3 - reserve : 0);
        CU_ASSERT_EQUAL(rig_level(&rig, 0).dropped_prefetches, 8 - rig_level(&rig, 0).prefetches);
        rig_clear(&rig);
    }
}

/* A demand for a line that a prefetch has asked for waits for the rest of the way, and is no miss. */
static void a_late_prefetch_saves_what_it_is_ahead(void)
{
    const Access accesses[] = { { .addr = 0, .bytes = 8 }, { .addr = LINE, .bytes = 8 } };
    AccessSource *source = rig_source(accesses, 2, 0);
    Rig rig;

    rig_prefetching(&rig, cacherig_prefetch("next-line"), 1);
    rig_simple(&rig, 1e18, NS(50));
    rig.point.machine->caches[0].latency_fs = 0;
    rig.point.machine->compute.issue = 1; /* the second comes 1 ns after the first */
    rig_run_sources(&rig, &source);
    const CacheStats stats = rig_level(&rig, 0);
    const CoreStats core = core_stats(rig.parts.cores[0]);

    CU_ASSERT_EQUAL(stats.read_misses, 1);
    CU_ASSERT_EQUAL(stats.hits, 1);
    CU_ASSERT_EQUAL(stats.useful_prefetches, 1);
    CU_ASSERT_EQUAL(stats.late_prefetches, 1);
    CU_ASSERT_EQUAL(stats.mshr_merges, 1);
    CU_ASSERT((Tick)core.latency_fs >= NS(99) && (Tick)core.latency_fs < NS(99) + 9);
    source_free(source);
    rig_clear(&rig);
}

/* At the level below, a prefetch is counted by itself, and its prefetcher hears of it. */
static void prefetches_are_no_accesses_of_the_levels_below(void)
{
    Rig rig;

    rig_prefetching(&rig, cacherig_prefetch("next-line"), 1);
    rig_cache(&rig, 1 << 20, LINE, 16)->prefetch = cacherig_prefetch("next-line");
    rig.point.machine->caches[1].latency_fs = NS(5);
    rig.point.machine->caches[1].mshrs = 64;
    rig_run(&rig);
    const CacheStats first = rig_level(&rig, 0), second = rig_level(&rig, 1);

    CU_ASSERT_EQUAL(first.prefetches, SWEEP_LINES);
    CU_ASSERT_EQUAL(second.reads, first.read_misses);
    CU_ASSERT_EQUAL(second.prefetch_reads, first.prefetches);
    CU_ASSERT_EQUAL(second.hits + second.read_misses, second.reads);
    CU_ASSERT_EQUAL(second.useful_prefetches, SWEEP_LINES - 1); /* all lines but two */
    CU_ASSERT_EQUAL(second.prefetch_misses, 1);
    CU_ASSERT_EQUAL(rig_memory(&rig).reads, second.fetches);
    CU_ASSERT_EQUAL(second.fetches,
                    second.read_misses + second.prefetch_misses + second.prefetches);
    rig_clear(&rig);
}

static void the_columns_are_there_where_a_level_prefetches(void)
{
    Rig rig;

    rig_prefetching(&rig, cacherig_prefetch("stream"), 1);
    rig_cache(&rig, 1 << 20, LINE, 16)->latency_fs = NS(5);
    for (int on = 1; on >= 0; on--) {
        const SystemOptions options = { .memory_time = false };

        if (!on)
            rig.point.machine->caches[0].prefetch.type = PREFETCH_NONE;
        Row *row = system_run(&rig.point, &options, NULL);

        CU_ASSERT_EQUAL(row_find(row, "l1_prefetches") != NULL, on);
        CU_ASSERT_EQUAL(row_find(row, "l1_late_prefetches") != NULL, on);
        CU_ASSERT_EQUAL(row_find(row, "l2_prefetch_reads") != NULL, on);
        CU_ASSERT_PTR_NULL(row_find(row, "l2_prefetches"));
        row_free(row);
    }
    rig_clear(&rig);
}

static CU_TestInfo tests[] = {
    TEST(next_line_covers_a_sweep_but_for_its_first_line),
    TEST(next_line_within_a_page_misses_the_first_line_of_each),
    TEST(adjacent_pairs_halve_the_misses_of_a_sweep),
    TEST(what_is_never_used_is_useless),
    TEST(stride_by_region_learns_each_region_anew),
    TEST(stride_by_instruction_learns_once),
    TEST(streams_miss_three_lines_each_up_and_down),
    TEST(best_offset_finds_the_stride),
    TEST(best_offset_learns_to_be_in_time),
    TEST(best_offset_is_off_where_nothing_repeats),
    TEST(prefetches_hide_latency),
    TEST(prefetches_take_bandwidth),
    TEST(prefetches_leave_the_reserved_mshrs_to_demand_misses),
    TEST(a_late_prefetch_saves_what_it_is_ahead),
    TEST(prefetches_are_no_accesses_of_the_levels_below),
    TEST(the_columns_are_there_where_a_level_prefetches),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_prefetch = { .pName = "prefetch", .pTests = tests };
