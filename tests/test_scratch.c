/*
 * test_scratch - the scratchpad of a core: conflicts in its banks, and what they take.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <glib.h>

#include "random_nest.h"
#include "script_rig.h"
#include "tap.h"
#include "workload/scratch.h"

/* ---- rows ---- */

static const ScratchBanks gpu = { 32, 4 };

static uint32_t rows(RefKind kind, int64_t stride_bytes, uint32_t element_bytes, uint32_t threads)
{
    const ProgRef ref = { .kind = kind,
                          .element_bits = 8 * element_bytes,
                          .stride_bits = (uint64_t)(stride_bytes * 8) };

    return scratch_rows(&gpu, &ref, threads);
}

/* CUDA C++ Programming Guide, shared memory: strides of 1, 2 and 3 words; two threads may share a word. */
static void a_row_is_a_word_of_each_bank(void)
{
    CU_ASSERT_EQUAL(rows(REF_WIDE, 4, 4, 32), 1);
    CU_ASSERT_EQUAL(rows(REF_LANE, 8, 4, 32), 2);
    CU_ASSERT_EQUAL(rows(REF_LANE, 12, 4, 32), 1);
    CU_ASSERT_EQUAL(rows(REF_ONCE, 0, 4, 32), 1);
    CU_ASSERT_EQUAL(rows(REF_WIDE, 2, 2, 32), 1);
    CU_ASSERT_EQUAL(rows(REF_WIDE, 8, 8, 32), 2);
    CU_ASSERT_EQUAL(rows(REF_WIDE, 4, 4, 128), 4);
    /* A column of a tile of 32 x 32 words, and of one with a word of padding in each row. */
    CU_ASSERT_EQUAL(rows(REF_LANE, 128, 4, 32), 32);
    CU_ASSERT_EQUAL(rows(REF_LANE, 132, 4, 32), 1);
    CU_ASSERT_EQUAL(rows(REF_LANE, -128, 4, 32), 32);
    CU_ASSERT_EQUAL(rows(REF_LANE, 128, 4, 1), 1);
    /* Of a loop with one iteration the stride can be any; it wraps. */
    CU_ASSERT_EQUAL(rows(REF_LANE, INT64_MIN / 8, 4, 32), 2);
}

/* Every word of every thread in its bank. */
static uint32_t rows_slowly(const ScratchBanks *banks, uint64_t stride_bytes,
                            uint32_t element_bytes, uint32_t threads)
{
    g_autoptr(GHashTable) moved = g_hash_table_new(NULL, NULL);
    g_autofree uint32_t *words = g_new0(uint32_t, banks->n);
    uint32_t most = 0;

    for (uint32_t i = 0; i < threads; i++)
        for (uint32_t byte = 0; byte < element_bytes; byte++) {
            const uint64_t word = (i * stride_bytes + byte) / banks->width_bytes;

            if (g_hash_table_add(moved, GSIZE_TO_POINTER(word + 1)))
                words[word % banks->n]++;
        }
    for (uint32_t i = 0; i < banks->n; i++)
        most = MAX(most, words[i]);
    return most;
}

static void rows_are_those_of_the_busiest_bank(void)
{
    Rng rng = { .state = 5 };

    for (int trial = 0; trial < 3000; trial++) {
        const ScratchBanks banks = { 1 + (uint32_t)draw_below(&rng, 40),
                                     UINT32_C(1) << draw_below(&rng, 5) };
        const uint32_t element_bytes = UINT32_C(1) << draw_below(&rng, 4);
        const uint64_t stride_bytes = draw_below(&rng, 300);
        const uint32_t threads = 1 + (uint32_t)draw_below(&rng, 64);
        const ProgRef ref = { .kind = REF_LANE,
                              .element_bits = 8 * element_bytes,
                              .stride_bits = 8 * stride_bytes };

        CU_ASSERT_EQUAL(scratch_rows(&banks, &ref, threads),
                        rows_slowly(&banks, stride_bytes, element_bytes, threads));
    }
}

/* ---- their time ---- */

/* The time in ns of a nest n, that the script makes, where a row of banks takes a nanosecond and nothing else does. */
static double nest_ns(const char *compute, const char *nest)
{
    g_autofree char *script = g_strdup_printf(
        "local t, i, j, k = memsim.index('t', 'i', 'j', 'k') %s return memsim.sweep { point = "
        "function() return { machine = memsim.machine { compute = { peak = '1 PFLOP/s', clock = "
        "'1 PHz', warp = 32, deal = 'blocks', scratch_bandwidth = '128 GB/s'%s }, memory = { "
        "bandwidth = '1 EB/s', latency = 0 } }, workload = n } end }",
        nest, compute);

    return 1e9 * script_time_s(script);
}

/* Blocks of 32 x 32 threads, in each of which every thread writes its row of a tile and reads its column of it. */
static double tile_ns(const char *tile, const char *compute)
{
    g_autofree char *nest =
        g_strdup_printf("local S = memsim.array('S', 'f32', 32, %s) "
                        "local n = memsim.nest { loops = { { t, 10 } }, body = { "
                        "{ loops = { { i, 32 }, { j, 32 } }, body = { memsim.write(S[i][j]) } }, "
                        "{ loops = { { i, 32 }, { j, 32 } }, body = { memsim.read(S[j][i]), "
                        "memsim.read(S[i][j]) } } } }",
                        tile);

    return nest_ns(compute, nest);
}

static void a_tile_takes_the_rows_of_its_conflicts(void)
{
    CU_ASSERT_DOUBLE_EQUAL(tile_ns("32, { scratch = true }", ""), 10 * (32 + 32 * 33), 0.01);
    CU_ASSERT_DOUBLE_EQUAL(tile_ns("32, { scratch = true, pad = 1 }", ""), 10 * (32 + 32 * 2),
                           0.01);
    CU_ASSERT_DOUBLE_EQUAL(tile_ns("32, { scratch = true }", ", scratch_banks = 64"),
                           10 * 2 * (32 + 32 * 17), 0.01);
}

static double starved_ns(const Row *row)
{
    return 1e9 * row_number(row, "compute_starved_s");
}

/* Three operations of 8 at a time, or the two rows of banks that they wait for. */
static void operations_go_on_beside_the_scratchpad(void)
{
    static const char *const format =
        "local t, j = memsim.index('t', 'j') "
        "local S = memsim.array('S', 'f32', 64, { scratch = true }) "
        "return memsim.sweep { point = function() return { machine = memsim.machine { "
        "compute = { peak = '%s', warp = 32, deal = 'blocks', scratch_bandwidth = '128 GB/s' "
        "}, " MEMORY " }, workload = memsim.nest { loops = { { t, 100 }, { j, 64 } }, "
        "body = { memsim.read(S[j]), flops = 1 } } } end }";
    g_autofree char *fast = g_strdup_printf(format, "64 GFLOP/s");
    g_autofree char *slow = g_strdup_printf(format, "16 GFLOP/s");
    Row *held = script_row(fast), *busy = script_row(slow);

    CU_ASSERT_DOUBLE_EQUAL(1e9 * row_number(held, "time_s"), 200, 0.01);
    CU_ASSERT_DOUBLE_EQUAL(1e9 * row_number(held, "compute_busy_s"), 100, 0.01);
    CU_ASSERT_DOUBLE_EQUAL(1e9 * row_number(held, "compute_scratch_s"), 100, 0.01);
    CU_ASSERT_DOUBLE_EQUAL(starved_ns(held), 100, 0.01);
    CU_ASSERT_DOUBLE_EQUAL(1e9 * row_number(busy, "time_s"), 400, 0.01);
    CU_ASSERT_DOUBLE_EQUAL(1e9 * row_number(busy, "compute_busy_s"), 400, 0.01);
    CU_ASSERT_EQUAL(row_number(busy, "compute_scratch_s"), 0);
    row_free(held);
    row_free(busy);
}

/* Ten blocks of 32 threads, all of which read the same 8 elements one after the other, in copies of so many. */
static double broadcast_ns(const char *type, const char *transformed)
{
    g_autofree char *nest = g_strdup_printf(
        "local S = memsim.array('S', '%s', 8, { scratch = true }) "
        "local n = memsim.nest { loops = { { t, 10 }, { k, 8 }, { j, 32 } }, body = { "
        "memsim.read(S[k]) } }:parallel 't':threads { j = 32 } n = n%s",
        type, transformed);

    return nest_ns("", nest);
}

static void copies_of_a_broadcast_are_read_16_bytes_at_once(void)
{
    CU_ASSERT_DOUBLE_EQUAL(broadcast_ns("f32", ""), 10 * 8, 0.01);
    CU_ASSERT_DOUBLE_EQUAL(broadcast_ns("f32", ":unroll { k = 2 }"), 10 * 4, 0.01);
    CU_ASSERT_DOUBLE_EQUAL(broadcast_ns("f32", ":unroll { k = 8 }"), 10 * 2, 0.01);
    CU_ASSERT_DOUBLE_EQUAL(broadcast_ns("f64", ":unroll { k = 8 }"), 10 * 4, 0.01);
}

/* What is staged is written once and read by each row. */
static double staged_ns(const char *place)
{
    g_autofree char *nest = g_strdup_printf(
        "local a = memsim.array('a', 'f32', 64) "
        "local n = memsim.nest { loops = { { i, 100 }, { j, 64 } }, body = { memsim.read(a[j]) } } "
        "n = n:tile { i = 100 }:stage { array = a, at = 'i_tile', to = '%s' }",
        place);

    return nest_ns("", nest);
}

static void what_is_staged_takes_time_but_in_registers(void)
{
    CU_ASSERT_DOUBLE_EQUAL(staged_ns("scratch"), 2 + 200, 0.1);
    CU_ASSERT(staged_ns("registers") < 1);
}

static void banks_without_a_bandwidth_are_a_mistake(void)
{
    static const Mistake cases[] = {
        { "\nlocal m = memsim.machine { compute = { peak = 1e9, scratch_banks = 16 }, " MEMORY " }",
          "s.lua:2: machine.compute.scratch_banks, scratch_bank_width: they share a "
          "scratch_bandwidth*" },
        { "\nlocal m = memsim.machine { compute = { peak = 1e9, scratch_bank_width = 8 }, " MEMORY
          " }",
          "s.lua:2: machine.compute.scratch_banks, scratch_bank_width: they share a "
          "scratch_bandwidth*" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static CU_TestInfo tests[] = {
    TEST(a_row_is_a_word_of_each_bank),
    TEST(rows_are_those_of_the_busiest_bank),
    TEST(a_tile_takes_the_rows_of_its_conflicts),
    TEST(operations_go_on_beside_the_scratchpad),
    TEST(copies_of_a_broadcast_are_read_16_bytes_at_once),
    TEST(what_is_staged_takes_time_but_in_registers),
    TEST(banks_without_a_bandwidth_are_a_mistake),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_scratch = { .pName = "scratch", .pTests = tests };
