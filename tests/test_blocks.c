/*
 * test_blocks - blocks of threads: which core gets them, and what their launch takes.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "bench_rig.h"
#include "script_rig.h"
#include "tap.h"

/* Every access takes 100 ns, however many there are at a time. */
#define GPU                                                                                    \
    "compute = { peak = '1 PFLOP/s', clock = '1 PHz', issue = 'unlimited', warp = 16, deal = " \
    "'blocks', "
#define FAST "memory = { bandwidth = '1 EB/s', latency = '100 ns' }"

/* The time in ns of a nest of arrays of doubles on so many cores. */
static double time_ns(const char *compute, unsigned cores, const char *nest)
{
    g_autofree char *script = g_strdup_printf(
        "local i, j, t, u = memsim.index('i', 'j', 't', 'u') "
        "local a, b, c = memsim.array('a', 'f64', 4096), memsim.array('b', 'f64', 4096), "
        "memsim.array('c', 'f64', 4096) "
        "return memsim.sweep { point = function() return { machine = memsim.machine { cores = "
        "%u, " GPU "%s }, " FAST " }, workload = memsim.nest { %s end }",
        cores, compute, nest);

    return 1e9 * script_time_s(script);
}

static bool is_ns(double value, double wanted)
{
    return value > wanted - 0.01 && value < wanted + 0.01;
}

static void blocks_of_a_grid_go_to_the_cores_in_turn_row_after_row(void)
{
    /* Three rows of two blocks of 32 threads, of which a core has room for one: of six blocks four cores have two at the most. */
    static const char grid[] =
        "loops = { { t, 3 }, { u, 2 }, { i, 32 } }, body = { memsim.read(a[64 * t + 32 * u + i]) } "
        "}:parallel 'u' }";

    CU_ASSERT(is_ns(time_ns("window = 32", 4, grid), 200));
    CU_ASSERT(is_ns(time_ns("window = 32", 6, grid), 100));
    CU_ASSERT(is_ns(time_ns("window = 32", 5, grid), 200));
    CU_ASSERT(is_ns(time_ns("window = 32", 1, grid), 600));
}

static void a_block_waits_for_its_launch_when_its_slots_are_free(void)
{
    static const char blocks[] =
        "loops = { { i, 128 } }, body = { memsim.read(a[i]) } }:tile { i = "
        "32 }:parallel 'i_tile' }";

    CU_ASSERT(is_ns(time_ns("window = 32", 1, blocks), 4 * 100));
    CU_ASSERT(is_ns(time_ns("window = 32, block_launch = '50 ns'", 1, blocks), 4 * (50 + 100)));
    CU_ASSERT(is_ns(time_ns("window = 64, block_launch = '50 ns'", 1, blocks), 2 * (50 + 100)));
    CU_ASSERT(is_ns(time_ns("window = 64, block_launch = '50 ns'", 2, blocks), 50 + 100));
}

static void threads_wait_for_their_launch_once(void)
{
    /* Each of 32 threads reads four times, one after the other. */
    static const char loop[] = "loops = { { u, 2 }, { j, 4 }, { i, 32 } }, body = { "
                               "memsim.read(a[128 * u + 32 * j + i]) } "
                               "}:parallel 'u' }";

    CU_ASSERT(is_ns(time_ns("window = 32, block_launch = '50 ns'", 1, loop), 2 * (50 + 4 * 100)));
}

static void a_write_waits_for_a_launch_where_nothing_is_read(void)
{
    static const char writes[] = "loops = { { i, 32 } }, body = { memsim.write(a[i]) } }:tile { i "
                                 "= 16 }:parallel 'i_tile' }";
    static const char both[] =
        "loops = { { i, 32 } }, body = { memsim.read(a[i]), memsim.write(b[i]) "
        "} }:tile { i = 16 }:parallel 'i_tile' }";

    CU_ASSERT(is_ns(time_ns("window = 16", 1, writes), 2 * 100));
    CU_ASSERT(is_ns(time_ns("window = 16, block_launch = '50 ns'", 1, writes), 2 * (50 + 100)));
    CU_ASSERT(is_ns(time_ns("window = 16, block_launch = '50 ns'", 1, both), 2 * (50 + 200)));
}

static void what_a_thread_reads_in_a_statement_is_in_flight_together(void)
{
    static const char two[] =
        "loops = { { i, 64 } }, body = { memsim.read(a[i]), memsim.read(b[i]) "
        "} } }";
    static const char three[] = "loops = { { i, 64 } }, body = { memsim.read(a[i]), "
                                "memsim.read(b[i]), memsim.read(c[i]) } } }";

    /* Room for 32 of 64 threads: two turns. */
    CU_ASSERT(is_ns(time_ns("window = 32", 1, two), 2 * 100));
    CU_ASSERT(is_ns(time_ns("window = 64", 1, two), 100));
    CU_ASSERT(
        is_ns(time_ns("window = 36", 1, three), 2 * 100)); /* 6 of 16 slots a read, not 5.33 */
}

/* Cycles that a pair of loads of a warp takes in the L1 of a machine of the library, both of them hits. */
static double cycles_a_pair(const char *machine, double clock_Hz, const char *other)
{
    g_autofree char *script = g_strdup_printf(
        "local i, j, t = memsim.index('i', 'j', 't') "
        "local a, b = memsim.array('a', 'f32', 4096), memsim.array('b', 'f32', 4096) "
        "return memsim.sweep { point = function() return { machine = memsim.machine('%s', { cores "
        "= 1 }), "
        "workload = memsim.nest { loops = { { t, 1 }, { j, 4000 }, { i, 32 } }, "
        "body = { memsim.read(a[i]), memsim.read(b[%s]) } }:parallel 't' } end }",
        machine, other);

    return script_time_s(script) * clock_Hz / 4000;
}

/* Measured by gpu-benches (gpu-strides): of stride 0 and of stride 1 a cycle each, 1.02 on an A100, 1.01 on an H200. */
static void a_word_that_all_threads_ask_for_takes_a_cycle_as_one_for_each_does(void)
{
    CU_ASSERT_DOUBLE_EQUAL(cycles_a_pair("a100-40", 1.41e9, "i"), 2 * 1.02, 0.3);
    CU_ASSERT_DOUBLE_EQUAL(cycles_a_pair("a100-40", 1.41e9, "0"), 2 * 1.02, 0.3);
    CU_ASSERT_DOUBLE_EQUAL(cycles_a_pair("h100-80", 1.98e9, "i"), 2 * 1.01, 0.3);
    CU_ASSERT_DOUBLE_EQUAL(cycles_a_pair("h100-80", 1.98e9, "0"), 2 * 1.01, 0.3);
}

/* It asks nothing of memory: no front is there to count it. */
static void where_a_block_begins_nothing_is_counted(void)
{
    static const Access accesses[] = {
        { .addr = 0, .bytes = 64 },
        { .bytes = 1, .op = ACCESS_BLOCK },
        { .addr = 64, .bytes = 64 },
    };
    Rig rig = bench_of(1);
    AccessSource *source = rig_source(accesses, G_N_ELEMENTS(accesses), 0);

    rig_cache(&rig, 4096, 64, 4);
    rig_count_sources(&rig, &source);
    CU_ASSERT_EQUAL(core_stats(rig.parts.cores[0]).accesses, 2);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).reads, 2);
    CU_ASSERT_EQUAL(core_stream_bytes(rig.parts.cores[0], 0), 128);
    source_free(source);
    rig_clear(&rig);
}

static void a_launch_without_blocks_or_slots_is_a_mistake(void)
{
    static const Mistake cases[] = {
        { "\nlocal m = memsim.machine { compute = { peak = 1e9, block_launch = '1 ns' }, " MEMORY
          " }",
          "s.lua:2: machine.compute.block_launch: needs deal = \"blocks\"*" },
        { "\nlocal m = memsim.machine { compute = { peak = 1e9, block_launch = '1 ns', deal = "
          "'blocks', window = 'unlimited' }, " MEMORY " }",
          "s.lua:2: machine.compute.block_launch: of a window without a limit*" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static CU_TestInfo tests[] = {
    TEST(blocks_of_a_grid_go_to_the_cores_in_turn_row_after_row),
    TEST(a_block_waits_for_its_launch_when_its_slots_are_free),
    TEST(threads_wait_for_their_launch_once),
    TEST(a_write_waits_for_a_launch_where_nothing_is_read),
    TEST(what_a_thread_reads_in_a_statement_is_in_flight_together),
    TEST(a_word_that_all_threads_ask_for_takes_a_cycle_as_one_for_each_does),
    TEST(where_a_block_begins_nothing_is_counted),
    TEST(a_launch_without_blocks_or_slots_is_a_mistake),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_blocks = { .pName = "blocks", .pTests = tests };
