/*
 * test_phases - cores that share a workload, warm-up, sequences and mixes, timed traces.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "bench_rig.h"
#include "temporary.h"

static void cores_get_contiguous_shares_and_share_the_peak(void)
{
    Rig rig = bench_of(12);

    rig.point.machine->cores = 4;
    set_compute(&rig, NS(1)); /* 4 ns on one of four cores */
    const Tick time = rig_run(&rig);

    for (uint32_t i = 0; i < 4; i++) {
        const CoreStats stats = core_stats(rig.parts.cores[i]);

        CU_ASSERT_EQUAL(stats.accesses, 3);
        CU_ASSERT_EQUAL(stats.requested_bytes, 3 * 64);
        CU_ASSERT_EQUAL(fine_ceil(stats.busy), NS(12));
    }
    CU_ASSERT_EQUAL(rig_memory(&rig).read_bytes, 12 * 64);
    CU_ASSERT(time >= NS(11 + 12) && time <= NS(10 + 12 + 4));
    rig_clear(&rig);
}

/* 16 blocks of 8 KiB. */
static void blocks_go_to_whichever_core_asks_next(void)
{
    Rig rig = bench_of(2048);
    uint64_t sum = 0;

    rig.point.machine->cores = 4;
    compute_of(&rig)->deal = DEAL_BLOCKS;
    rig_cache(&rig, 256 * 1024, 64, 0)->cores_per_instance = 0;
    rig_run(&rig);
    for (uint32_t i = 0; i < 4; i++) {
        const CoreStats stats = core_stats(rig.parts.cores[i]);

        CU_ASSERT_EQUAL(stats.accesses % 128, 0);
        CU_ASSERT(stats.accesses >= 3 * 128 && stats.accesses <= 5 * 128);
        sum += stats.accesses;
    }
    CU_ASSERT_EQUAL(sum, 2048);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).read_misses, 2048); /* every line, and none twice */

    rig_again(&rig);
    rig.point.workload->warmup_pass = true;
    rig_run(&rig);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).reads, 2048);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).hits, 2048);
    rig_clear(&rig);
}

/* Without time nobody comes free: the cores take turns. */
static void counted_blocks_go_to_the_cores_in_turn(void)
{
    Rig rig = bench_of(2048);

    rig.point.machine->cores = 4;
    compute_of(&rig)->deal = DEAL_BLOCKS;
    rig_cache(&rig, 16 * 1024, 64, 8)->cores_per_instance = 1;
    rig_cache(&rig, 256 * 1024, 64, 8)->cores_per_instance = 0;
    rig_count(&rig);
    for (uint32_t i = 0; i < 4; i++) {
        const CacheStats stats = cache_stats(&rig.parts.levels[0].instances[i]);

        CU_ASSERT_EQUAL(core_stats(rig.parts.cores[i]).accesses, 512); /* four blocks of 128 */
        CU_ASSERT_EQUAL(stats.reads, 512);
    }
    CU_ASSERT_EQUAL(rig_level(&rig, 1).read_misses, 2048);
    rig_clear(&rig);
}

static void a_workload_for_some_cores_leaves_the_others_alone(void)
{
    Rig rig = bench_of(10);

    rig.point.machine->cores = 8;
    rig.point.workload->cores = 2;
    set_compute(&rig, NS(1));
    rig_run(&rig);
    CU_ASSERT_EQUAL(rig.parts.n_cores, 2);
    CU_ASSERT_EQUAL(fine_ceil(core_stats(rig.parts.cores[1]).busy), 5 * NS(8));
    rig_clear(&rig);
}

static void counters_and_time_start_at_zero_after_a_warm_up(void)
{
    Rig rig = bench_of(1000);

    rig_cache(&rig, 128 * 1024, 64, 8)->latency_fs = NS(1);
    compute_of(&rig)->issue = 1;
    rig.point.workload->warmup_pass = true;
    /* The second pass hits throughout: an access a cycle of 1 ns, and the latency of the last. */
    CU_ASSERT_EQUAL(rig_run(&rig), NS(1000));
    CU_ASSERT_EQUAL(rig_level(&rig, 0).hits, 1000);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).reads, 1000);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).read_misses, 0);
    CU_ASSERT_EQUAL(rig_memory(&rig).reads, 0);
    rig_clear(&rig);
}

static void a_warm_up_of_some_accesses_is_the_first_part_of_the_stream(void)
{
    Rig rig = bench_of(1000);

    rig_cache(&rig, 128 * 1024, 64, 8);
    rig.point.workload->warmup_accesses = 300;
    rig_run(&rig);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).reads, 1000); /* 700 new ones, then 300 again */
    CU_ASSERT_EQUAL(rig_level(&rig, 0).read_misses, 700);
    CU_ASSERT_EQUAL(core_stats(rig.parts.cores[0]).accesses, 1000);
    rig_clear(&rig);
}

static WorkloadSpec *part_of(uint64_t accesses, double flops_per_byte)
{
    WorkloadSpec *part = workload_new(WORKLOAD_PATTERN);

    part->pattern.pattern = GEN_SEQUENTIAL;
    part->pattern.size_bytes = 64;
    part->pattern.footprint_bytes = 64 * accesses;
    part->flops_per_byte = flops_per_byte;
    return part;
}

/* Put a sequence or a mix of 10 accesses that compute 3 ns and 20 that compute nothing into the rig. */
static void compose(Rig *rig, WorkloadKind kind)
{
    WorkloadSpec *whole = workload_new(kind);

    compute_of(rig)->peaks[0].flop_per_s = 64e9;
    workload_unref(rig->point.workload);
    rig->point.workload = whole;
    whole->n_parts = 2;
    whole->parts = g_new0(WorkloadSpec *, 2);
    whole->parts[0] = part_of(10, 3);
    whole->parts[1] = part_of(20, 0);
    whole->weights = g_new0(double, 2);
    whole->weights[0] = whole->weights[1] = 1;
    workload_layout(whole);
}

static void a_sequence_takes_the_sum_of_its_phases(void)
{
    Rig rig = bench_of(1);

    compose(&rig, WORKLOAD_SEQUENCE);
    CU_ASSERT_EQUAL(rig_run(&rig), NS(11 + 30) + NS(10 + 20));
    CU_ASSERT_EQUAL(busy_of(&rig), NS(30));
    CU_ASSERT_EQUAL(core_stats(rig.parts.cores[0]).accesses, 30);
    rig_clear(&rig);
}

static void a_mix_makes_all_accesses_of_its_parts(void)
{
    Rig rig = bench_of(1);

    compose(&rig, WORKLOAD_MIX);
    const Tick time = rig_run(&rig);

    CU_ASSERT(time >= NS(40) && time <= NS(71));
    CU_ASSERT_EQUAL(busy_of(&rig), NS(30));
    CU_ASSERT_EQUAL(core_stats(rig.parts.cores[0]).accesses, 30);
    CU_ASSERT_EQUAL(core_stream_bytes(rig.parts.cores[0], 0), 10 * 64);
    CU_ASSERT_EQUAL(core_stream_bytes(rig.parts.cores[0], 1), 20 * 64);
    rig_clear(&rig);
}

/* Replay a csv with times in the rig.  Returns the file's name (caller removes and frees). */
static char *replay(Rig *rig, const char *text)
{
    char *path = temporary_text("", text);
    WorkloadSpec *trace = workload_new(WORKLOAD_TRACE);

    workload_unref(rig->point.workload);
    trace->trace.path = g_strdup(path);
    trace->trace.timed = true;
    rig->point.workload = trace;
    return path;
}

static void no_access_is_issued_before_its_time(void)
{
    Rig rig = bench_of(1);
    g_autofree char *path = replay(&rig, "R,0,64,0\nR,64,64,5\nR,128,64,100.5\n");

    CU_ASSERT_EQUAL(rig_run(&rig), 100500000 + NS(11));
    CU_ASSERT_EQUAL(core_stats(rig.parts.cores[0]).latency_fs, 3 * NS(11));
    rig_clear(&rig);
    g_unlink(path);
}

static void times_of_a_trace_are_counted_from_its_start_also_after_a_warm_up(void)
{
    Rig rig = bench_of(1);
    g_autofree char *path = replay(&rig, "R,0,64,0\nR,64,64,50\nR,128,64,100\n");

    rig.point.workload->warmup_accesses = 2;
    /* The warm-up ends at 61 ns; the last read is issued at 100 ns. */
    CU_ASSERT_EQUAL(rig_run(&rig), NS(100 + 11 - 61));
    rig_clear(&rig);
    g_unlink(path);
}

static void a_run_past_the_range_of_the_clock_fails_with_a_message(void)
{
    Rig rig = bench_of(1000);
    GError *error = NULL;

    rig_simple(&rig, 1, NS(10)); /* 64,000 s */
    parts_init(&rig.parts, &rig.point, 1e9, false);
    rig.built = true;
    CU_ASSERT_FALSE(phases_run(&rig.parts, &rig.times, &error));
    CU_ASSERT(error && strstr(error->message, "range of the clock"));
    g_clear_error(&error);
    rig_clear(&rig);
}

/* Two lines push each other out: the second leaves the middle level 64 ps after the first, and then has 5 ns to go. */
static void a_phase_ends_when_its_last_write_back_is_where_it_ends(void)
{
    Rig rig;

    rig_init(&rig);
    rig_pattern(&rig, GEN_SEQUENTIAL, 2 * 64, 64)->write_fraction = 1;
    rig.point.workload->warmup_pass = true;
    rig_cache(&rig, 64, 64, 1);
    CacheConfig *middle = rig_cache(&rig, 4096, 64, 4);
    middle->latency_fs = NS(5);
    middle->bandwidth_B_per_s = 1e12;
    middle->write = CACHE_WRITE_THROUGH;
    rig_cache(&rig, 8192, 64, 4)->latency_fs = NS(5);
    rig_simple(&rig, 1e12, NS(5));
    CU_ASSERT_EQUAL(rig_run(&rig), NS(5) + 64000);
    CU_ASSERT_EQUAL(rig_level(&rig, 2).writes, 2);
    CU_ASSERT_EQUAL(rig_memory(&rig).writes, 0);
    rig_clear(&rig);
}

static CU_TestInfo tests[] = {
    TEST(cores_get_contiguous_shares_and_share_the_peak),
    TEST(blocks_go_to_whichever_core_asks_next),
    TEST(counted_blocks_go_to_the_cores_in_turn),
    TEST(a_workload_for_some_cores_leaves_the_others_alone),
    TEST(counters_and_time_start_at_zero_after_a_warm_up),
    TEST(a_warm_up_of_some_accesses_is_the_first_part_of_the_stream),
    TEST(a_phase_ends_when_its_last_write_back_is_where_it_ends),
    TEST(a_sequence_takes_the_sum_of_its_phases),
    TEST(a_mix_makes_all_accesses_of_its_parts),
    TEST(no_access_is_issued_before_its_time),
    TEST(times_of_a_trace_are_counted_from_its_start_also_after_a_warm_up),
    TEST(a_run_past_the_range_of_the_clock_fails_with_a_message),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_phases = { .pName = "phases", .pTests = tests };
