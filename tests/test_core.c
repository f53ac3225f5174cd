/*
 * test_core - how a core issues, waits and computes: small cases whose times are worked out by hand.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "bench_rig.h"
#include "system/collect.h"

static Tick starved_of(const Rig *rig)
{
    return fine_ceil(core_stats(rig->parts.cores[0]).starved);
}

static Tick held_of(const Rig *rig)
{
    return fine_ceil(core_stats(rig->parts.cores[0]).held);
}

static Regime regime_of(const Rig *rig)
{
    Outcome outcome;
    Regime regime;

    outcome_init(&outcome, &rig->parts, &rig->times);
    regime = outcome_regime(&outcome, rig->point.machine->compute.overlap);
    outcome_clear(&outcome);
    return regime;
}

/* The time of a run of the rig, which is cleared. */
static Tick time_of(Rig *rig)
{
    const Tick time = rig_run(rig);

    rig_clear(rig);
    return time;
}

/* ---- issue and slots ---- */

static void one_read_takes_the_latency_and_its_transfer(void)
{
    Rig rig = bench_of(1);

    CU_ASSERT_EQUAL(time_of(&rig), NS(11));
}

static void the_latency_of_the_second_read_is_hidden_behind_the_first(void)
{
    Rig rig = bench_of(2);

    CU_ASSERT_EQUAL(time_of(&rig), NS(12));
}

static void with_one_slot_every_read_waits_for_the_one_before(void)
{
    Rig rig = bench_of(5);

    compute_of(&rig)->window = 1;
    CU_ASSERT_EQUAL(time_of(&rig), 5 * NS(11));
}

static void with_two_slots_two_reads_share_a_latency(void)
{
    Rig rig = bench_of(4);

    compute_of(&rig)->window = 2;
    /* Data at 11 and 12; the third is issued at 11: 22; the fourth at 12: 23. */
    CU_ASSERT_EQUAL(time_of(&rig), NS(23));
}

static void with_enough_slots_the_channel_never_rests(void)
{
    Rig rig = bench_of(100);

    CU_ASSERT_EQUAL(time_of(&rig), NS(110));
    rig = bench_of(100);
    compute_of(&rig)->window = 0;
    CU_ASSERT_EQUAL(time_of(&rig), NS(110));
}

static void eleven_slots_are_what_littles_law_asks_for(void)
{
    Rig rig = bench_of(1000);

    compute_of(&rig)->window = 11;
    CU_ASSERT_EQUAL(time_of(&rig), NS(1010));
    rig = bench_of(1000);
    compute_of(&rig)->window = 10;
    /* Ten reads every 11 ns; the tenth of the last ten arrives at 99 * 11 + 20. */
    CU_ASSERT_EQUAL(time_of(&rig), NS(99 * 11 + 20));
}

static void issue_is_limited_by_the_cycle(void)
{
    Rig rig = bench_of(8);

    rig_simple(&rig, 64e9, 0);
    compute_of(&rig)->clock_Hz = 0.5e9;
    compute_of(&rig)->issue = 1;
    CU_ASSERT_EQUAL(time_of(&rig), NS(7 * 2 + 1)); /* one every 2 ns */
    rig = bench_of(8);
    rig_simple(&rig, 64e9, 0);
    compute_of(&rig)->clock_Hz = 0.25e9;
    compute_of(&rig)->issue = 3;
    CU_ASSERT_EQUAL(time_of(&rig), NS(8 + 2)); /* three at 0, three at 4, two at 8 ns */
}

static void a_cycle_is_rounded_up_to_the_femtosecond(void)
{
    Rig rig = bench_of(3);

    rig_simple(&rig, 64e9, 0);
    compute_of(&rig)->clock_Hz = 0.3e9;
    compute_of(&rig)->issue = 1;
    CU_ASSERT_EQUAL(time_of(&rig), 2 * 3333334 + NS(1));
}

static void a_dependent_read_is_issued_when_the_data_before_it_are_there(void)
{
    Rig rig = bench_of(7);

    rig.point.workload->dependent = true;
    CU_ASSERT_EQUAL(time_of(&rig), 7 * NS(11));
    rig = bench_of(7);
    rig_pattern(&rig, GEN_CHASE, 64 * 7, 64);
    CU_ASSERT_EQUAL(time_of(&rig), 7 * NS(11));
}

static void a_write_gives_its_slot_back_when_its_transfer_starts(void)
{
    Rig rig = bench_of(3);

    rig.point.workload->pattern.write_fraction = 1;
    compute_of(&rig)->window = 1;
    /* Taken at 10, 20, 30 ns, the last is transferred until 31 ns. */
    CU_ASSERT_EQUAL(rig_run(&rig), NS(31));
    CU_ASSERT_EQUAL(core_stats(rig.parts.cores[0]).latency_fs, 3 * NS(10));
    CU_ASSERT_EQUAL(rig_memory(&rig).write_bytes, 3 * 64);
    rig_clear(&rig);
}

static void writes_queue_for_the_channel_like_reads(void)
{
    Rig rig = bench_of(100);

    rig.point.workload->pattern.write_fraction = 1;
    CU_ASSERT_EQUAL(time_of(&rig), NS(110));
}

static void an_access_across_lines_is_one_a_line_unless_it_is_not_split(void)
{
    Rig rig = bench_of(1);

    rig_cache(&rig, 4096, 64, 4);
    rig_pattern(&rig, GEN_SEQUENTIAL, 100, 100)->base_addr = 30; /* 34 bytes, a line, 2 bytes */
    rig_run(&rig);
    CU_ASSERT_EQUAL(core_stats(rig.parts.cores[0]).accesses, 3);
    CU_ASSERT_EQUAL(core_stats(rig.parts.cores[0]).requested_bytes, 100);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).read_misses, 3);
    rig_again(&rig);
    rig.point.workload->split_lines = false;
    rig_run(&rig);
    CU_ASSERT_EQUAL(core_stats(rig.parts.cores[0]).accesses, 1);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).read_misses, 1);
    rig_clear(&rig);
}

static void with_no_limits_reads_are_as_fast_as_the_channel(void)
{
    Rig rig = bench_of(1000);

    compute_of(&rig)->window = compute_of(&rig)->issue = 0;
    compute_of(&rig)->clock_Hz = 1;
    CU_ASSERT_EQUAL(time_of(&rig), NS(1010));
}

/* ---- operations ---- */

static void the_clocks_of_two_reads_that_compute_less_than_they_move(void)
{
    Rig rig = bench_of(2);

    set_compute(&rig, 500000);
    /* Data at 11 and 12; operations 11 to 11.5 and 12 to 12.5. */
    CU_ASSERT_EQUAL(rig_run(&rig), 12500000);
    CU_ASSERT_EQUAL(busy_of(&rig), NS(1));
    CU_ASSERT_EQUAL(starved_of(&rig), 11500000);
    CU_ASSERT_EQUAL(held_of(&rig), 0);
    rig_clear(&rig);
}

static void the_clocks_of_two_reads_that_compute_more_than_they_move(void)
{
    Rig rig = bench_of(2);

    set_compute(&rig, NS(3));
    /* Operations 11 to 14 and 14 to 17: the last data, there at 12, wait for 2 ns. */
    CU_ASSERT_EQUAL(rig_run(&rig), NS(17));
    CU_ASSERT_EQUAL(busy_of(&rig), NS(6));
    CU_ASSERT_EQUAL(starved_of(&rig), NS(11));
    CU_ASSERT_EQUAL(held_of(&rig), NS(2));
    rig_clear(&rig);
}

static void a_slot_is_held_until_the_operations_of_its_data_begin(void)
{
    Rig rig = bench_of(4);

    set_compute(&rig, NS(20));
    compute_of(&rig)->window = 2;
    /* data          11  12      22     42
     * operations    11  31      51     71, until 91
     * slot free     11  31      51
     * issue     0 0     11      31; held from 12, when the second's data were there, to 31 */
    CU_ASSERT_EQUAL(rig_run(&rig), NS(91));
    CU_ASSERT_EQUAL(busy_of(&rig), NS(80));
    CU_ASSERT_EQUAL(starved_of(&rig), NS(11));
    CU_ASSERT_EQUAL(held_of(&rig), NS(31 - 12) + NS(71 - 42));
    rig_clear(&rig);
}

static void without_overlap_operations_begin_with_the_last_data(void)
{
    Rig rig = bench_of(4);

    set_compute(&rig, NS(20));
    compute_of(&rig)->overlap = false;
    CU_ASSERT_EQUAL(rig_run(&rig), NS(14 + 80));
    CU_ASSERT_EQUAL(busy_of(&rig), NS(80));
    CU_ASSERT_EQUAL(starved_of(&rig), 0);
    CU_ASSERT_EQUAL(held_of(&rig), 0);
    CU_ASSERT_EQUAL(regime_of(&rig), REGIME_COMPUTE);
    rig_clear(&rig);
}

static void without_overlap_a_slot_is_free_when_its_data_are_there(void)
{
    Rig rig = bench_of(4);

    set_compute(&rig, NS(20));
    compute_of(&rig)->overlap = false;
    compute_of(&rig)->window = 2;
    CU_ASSERT_EQUAL(time_of(&rig), NS(23 + 80));
}

static void operations_shorter_than_a_femtosecond_add_up(void)
{
    Rig rig = bench_of(1);

    rig_simple(&rig, 1e18, 0);
    rig_pattern(&rig, GEN_SEQUENTIAL, 3000, 1);
    compute_of(&rig)->peaks[0].flop_per_s = 3e15;
    rig.point.workload->flops_per_byte = 1;
    /* Each takes 1/3 fs, rounded up to 2^-64 fs; the first data are there at 1 fs. */
    CU_ASSERT_EQUAL(rig_run(&rig), 1002);
    CU_ASSERT_EQUAL(busy_of(&rig), 1001);
    CU_ASSERT_EQUAL(fine_floor(core_stats(rig.parts.cores[0]).busy), 1000);
    rig_clear(&rig);
}

/* Femtoseconds that so much work takes at a rate, rounded up. */
static Tick exact_time(uint64_t work, uint64_t rate)
{
    __extension__ typedef unsigned __int128 Wide;

    return (Tick)(((Wide)work * TICKS_PER_SECOND + rate - 1) / rate);
}

static void shares_of_a_rate_are_exact_over_an_hour(void)
{
    static const uint64_t rates[] = { 1000, 1009, 1333, 1999, 777 };

    for (size_t i = 0; i < G_N_ELEMENTS(rates); i++)
        for (uint32_t n = 1; n <= 7; n++) {
            Rig rig = bench_of(1);

            rig.point.machine->cores = n;
            rig.point.workload->cores = 1;
            rig.point.workload->flops_per_byte = 1;
            compute_of(&rig)->overlap = false;
            compute_of(&rig)->peaks[0].flop_per_s = (double)rates[i];
            rig_simple(&rig, 1e15, 0);
            rig_pattern(&rig, GEN_SEQUENTIAL, 500000, 500000);
            /* A femtosecond a byte to transfer it; one core of n computes. */
            CU_ASSERT_EQUAL(rig_run(&rig), 500000 + exact_time(500000 * n, rates[i]));
            rig_again(&rig);
            rig.point.workload->flops_per_byte = 0;
            rig_simple(&rig, (double)rates[i], 0)->channels = n;
            rig.point.machine->memory.simple.interleave_bytes = 1 << 20;
            CU_ASSERT_EQUAL(rig_run(&rig), exact_time(500000 * n, rates[i]));
            rig_clear(&rig);
        }
}

/* ---- regimes ---- */

static Rig regime_case(Tick operations)
{
    Rig rig = bench_of(20000);

    rig_simple(&rig, 12.5e9, NS(50)); /* 5.12 ns a transfer */
    compute_of(&rig)->window = 64;
    set_compute(&rig, operations);
    return rig;
}

static void slower_operations_than_transfers_are_compute_bound(void)
{
    Rig rig = regime_case(6400000);
    const Tick time = rig_run(&rig);

    CU_ASSERT_EQUAL(time, NS(50) + 5120000 + 20000 * (Tick)6400000);
    CU_ASSERT_EQUAL(starved_of(&rig), NS(50) + 5120000);
    CU_ASSERT_EQUAL(regime_of(&rig), REGIME_COMPUTE);
    rig_clear(&rig);
}

static void faster_operations_than_transfers_are_memory_bound(void)
{
    Rig rig = regime_case(4000000);
    const Tick time = rig_run(&rig);

    CU_ASSERT_EQUAL(time, NS(50) + 20000 * (Tick)5120000 + 4000000);
    CU_ASSERT_EQUAL(busy_of(&rig) + starved_of(&rig), time);
    CU_ASSERT_EQUAL(held_of(&rig), 0);
    CU_ASSERT_EQUAL(regime_of(&rig), REGIME_MEMORY);
    rig_clear(&rig);
}

static void operations_as_slow_as_transfers_are_balanced(void)
{
    Rig rig = regime_case(5120000);

    rig_run(&rig);
    CU_ASSERT_EQUAL(regime_of(&rig), REGIME_BALANCED);
    rig_clear(&rig);
}

static void a_long_latency_with_few_slots_is_memory_bound(void)
{
    Rig rig = regime_case(6400000);

    compute_of(&rig)->window = 1;
    rig_run(&rig);
    CU_ASSERT_EQUAL(regime_of(&rig), REGIME_MEMORY);
    CU_ASSERT_EQUAL(held_of(&rig), 0);
    rig_clear(&rig);
}

static void writes_that_feed_slow_operations_are_compute_bound(void)
{
    Rig rig = regime_case(12800000);

    rig.point.workload->pattern.write_fraction = 1;
    const Tick time = rig_run(&rig);

    /* A write is taken when its transfer starts, at 50 ns; its operations begin then. */
    CU_ASSERT_EQUAL(time, NS(50) + 20000 * (Tick)12800000);
    CU_ASSERT_EQUAL(starved_of(&rig), NS(50));
    /* No write waits for a slot; the operations go on alone after the last is taken. */
    CU_ASSERT_EQUAL(held_of(&rig), 19999 * (Tick)(12800000 - 5120000));
    CU_ASSERT_EQUAL(regime_of(&rig), REGIME_COMPUTE);
    rig_clear(&rig);
}

/* Sixteen reads of 64 bytes, a stride apart, from four channels of 1 GB/s each; nothing else takes time. */
static Tick time_of_stride(uint64_t stride_bytes, uint32_t interleave_bytes)
{
    Rig rig;

    rig_init(&rig);
    rig.point.machine->compute.window = 0;
    rig_simple(&rig, 4e9, 0)->channels = 4;
    rig.point.machine->memory.simple.interleave_bytes = interleave_bytes;
    rig_pattern(&rig, GEN_STRIDED, 16 * stride_bytes, 64)->stride_bytes = stride_bytes;
    rig.point.workload->pattern.accesses = 16;
    const Tick time = rig_run(&rig);

    rig_clear(&rig);
    return time;
}

static void blocks_of_memory_go_to_the_channels_in_turn(void)
{
    CU_ASSERT_EQUAL(time_of_stride(64, 1024), 16 * NS(64)); /* one block */
    CU_ASSERT_EQUAL(time_of_stride(64, 256), 4 * NS(64));   /* a block of each channel */
    CU_ASSERT_EQUAL(time_of_stride(64, 64), 4 * NS(64));
    CU_ASSERT_EQUAL(time_of_stride(1024, 1024), 4 * NS(64));
    CU_ASSERT_EQUAL(time_of_stride(4096, 1024), 16 * NS(64));
    CU_ASSERT_EQUAL(time_of_stride(2048, 1024), 8 * NS(64)); /* every other channel */
    CU_ASSERT_EQUAL(time_of_stride(4 * 768, 768), 16 * NS(64));
    CU_ASSERT_EQUAL(time_of_stride(3 * 768, 768), 4 * NS(64));
}

static CU_TestInfo tests[] = {
    TEST(one_read_takes_the_latency_and_its_transfer),
    TEST(the_latency_of_the_second_read_is_hidden_behind_the_first),
    TEST(with_one_slot_every_read_waits_for_the_one_before),
    TEST(with_two_slots_two_reads_share_a_latency),
    TEST(with_enough_slots_the_channel_never_rests),
    TEST(eleven_slots_are_what_littles_law_asks_for),
    TEST(issue_is_limited_by_the_cycle),
    TEST(a_cycle_is_rounded_up_to_the_femtosecond),
    TEST(a_dependent_read_is_issued_when_the_data_before_it_are_there),
    TEST(a_write_gives_its_slot_back_when_its_transfer_starts),
    TEST(writes_queue_for_the_channel_like_reads),
    TEST(an_access_across_lines_is_one_a_line_unless_it_is_not_split),
    TEST(with_no_limits_reads_are_as_fast_as_the_channel),
    TEST(the_clocks_of_two_reads_that_compute_less_than_they_move),
    TEST(the_clocks_of_two_reads_that_compute_more_than_they_move),
    TEST(a_slot_is_held_until_the_operations_of_its_data_begin),
    TEST(without_overlap_operations_begin_with_the_last_data),
    TEST(without_overlap_a_slot_is_free_when_its_data_are_there),
    TEST(operations_shorter_than_a_femtosecond_add_up),
    TEST(shares_of_a_rate_are_exact_over_an_hour),
    TEST(slower_operations_than_transfers_are_compute_bound),
    TEST(faster_operations_than_transfers_are_memory_bound),
    TEST(operations_as_slow_as_transfers_are_balanced),
    TEST(a_long_latency_with_few_slots_is_memory_bound),
    TEST(writes_that_feed_slow_operations_are_compute_bound),
    TEST(blocks_of_memory_go_to_the_channels_in_turn),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_core = { .pName = "core", .pTests = tests };
