/*
 * test_flush - caches that are written back and emptied between the parts of a sequence.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "script_rig.h"
#include "tap.h"

#define CACHE(name, keys) "{ name = '" name "', line = 64, ways = 8, latency = '2 ns', " keys " }"
#define TWO CACHE("L1", "size = '16KiB'") ", " CACHE("L2", "size = '1MiB'")
#define SCRIPT(machine, sequence)                                                            \
    "local w = memsim.workload { pattern = 'sequential', footprint = '64KiB', size = 64, "   \
    "write_fraction = 1 }\n"                                                                 \
    "local r = memsim.workload { pattern = 'sequential', footprint = '64KiB', size = 64 }\n" \
    "return memsim.sweep { point = function() return { machine = memsim.machine { " COMPUTE  \
    ", " MEMORY ", " machine " }, workload = memsim.sequence { " sequence " } } end }"
#define HIERARCHY(caches) "caches = { " caches " }"

enum { LINES = 1024 };

/* Both parts write all lines; between them every line is written back once. */
static void check_written(const Row *row)
{
    CU_ASSERT_EQUAL(row_number(row, "mem_writes"), LINES);
    CU_ASSERT_EQUAL(row_number(row, "l2_writebacks"), LINES);
    CU_ASSERT_EQUAL(row_number(row, "l1_misses"), 2 * LINES);
    CU_ASSERT_EQUAL(row_number(row, "compulsory_bytes"), 2 * 65536);
}

static void what_is_dirty_goes_to_memory_once_and_comes_from_there_again(void)
{
    Row *timed = script_row(SCRIPT(HIERARCHY(TWO), "w, w, flush = true"));
    Row *counted = script_row(SCRIPT(HIERARCHY(TWO) ", timing = false", "w, w, flush = true"));

    check_written(timed);
    check_written(counted);
    row_free(timed);
    row_free(counted);
}

static void without_a_flush_the_second_part_finds_the_lines(void)
{
    Row *row = script_row(SCRIPT(HIERARCHY(TWO), "r, r")),
        *flushed = script_row(SCRIPT(HIERARCHY(TWO), "r, r, flush = true"));

    CU_ASSERT_EQUAL(row_number(row, "l2_misses"), LINES);
    CU_ASSERT_EQUAL(row_number(flushed, "l2_misses"), 2 * LINES);
    CU_ASSERT_EQUAL(row_number(flushed, "mem_writes"), 0);
    CU_ASSERT_EQUAL(row_number(row, "compulsory_bytes"), 65536);
    CU_ASSERT_EQUAL(row_number(flushed, "compulsory_bytes"), 2 * 65536);
    CU_ASSERT_TRUE(row_number(flushed, "time_s") >= row_number(flushed, "roofline_time_s"));
    row_free(row);
    row_free(flushed);
}

/* Of a sequence above an L1 that holds all lines, and is emptied for each part or not. */
static Row *row_of_kernels(const char *sequence, const char *per_kernel, const char *timing)
{
    g_autofree char *script =
        g_strdup_printf(SCRIPT(HIERARCHY(CACHE("L1", "size = '128KiB', per_kernel = %s") ", " CACHE(
                                   "L2", "size = '1MiB'")) ", timing = %s",
                               "%s"),
                        per_kernel, timing, sequence);

    return script_row(script);
}

static void a_level_that_keeps_nothing_from_kernel_to_kernel_is_empty_in_each(void)
{
    static const char *const timings[] = { "true", "false" };

    for (size_t i = 0; i < G_N_ELEMENTS(timings); i++) {
        Row *reads = row_of_kernels("r, r", "true", timings[i]);
        Row *kept = row_of_kernels("r, r", "false", timings[i]);
        Row *writes = row_of_kernels("w, w", "true", timings[i]);

        CU_ASSERT_EQUAL(row_number(reads, "l1_misses"), 2 * LINES);
        CU_ASSERT_EQUAL(row_number(reads, "l2_misses"), LINES);
        CU_ASSERT_EQUAL(row_number(reads, "compulsory_bytes"), 65536);
        CU_ASSERT_EQUAL(row_number(kept, "l1_misses"), LINES);
        /* What is dirty goes to the L2 between the parts. */
        CU_ASSERT_EQUAL(row_number(writes, "l1_misses"), 2 * LINES);
        CU_ASSERT_EQUAL(row_number(writes, "l1_writebacks"), LINES);
        CU_ASSERT_EQUAL(row_number(writes, "mem_writes"), 0);
        row_free(reads);
        row_free(kept);
        row_free(writes);
    }
}

static void what_the_warm_up_leaves_in_such_a_level_is_gone(void)
{
    static const char *const format =
        "local i = memsim.index 'i' local a = memsim.array('a', 'f64', 1024) "
        "local n = memsim.nest { loops = { { i, 1024 } }, body = { memsim.read(a[i]) } } "
        "return memsim.sweep { point = function() return { machine = memsim.machine { " COMPUTE
        ", " MEMORY ", " HIERARCHY(
            CACHE("L1", "size = '16KiB', per_kernel = %s")) " }, workload = "
                                                            "memsim.workload { nest = n, warmup = "
                                                            "'1 pass' } } end }";
    g_autofree char *empty = g_strdup_printf(format, "true");
    g_autofree char *warm = g_strdup_printf(format, "false");
    Row *row = script_row(empty), *kept = script_row(warm);

    CU_ASSERT_EQUAL(row_number(row, "l1_misses"), 128);
    CU_ASSERT_EQUAL(row_number(kept, "l1_misses"), 0);
    row_free(row);
    row_free(kept);
}

static void writing_back_takes_the_time_of_its_bytes(void)
{
    Row *row = script_row(SCRIPT(HIERARCHY(TWO), "w, r, flush = true"));

    /* all lines are read in the second part, and written back before: 10 GB/s */
    CU_ASSERT_EQUAL(row_number(row, "memory_bytes"), 2 * 65536);
    CU_ASSERT_TRUE(row_number(row, "time_s") >= 2 * 65536 / 10e9);
    row_free(row);
}

static void inclusive_and_exclusive_levels_are_emptied_too(void)
{
    static const char *const kinds[] = { "inclusive", "exclusive", "nine" };

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *script =
            g_strdup_printf(SCRIPT(HIERARCHY(CACHE("L1", "size = '16KiB'") ", " CACHE(
                                       "L2", "size = '1MiB', inclusion = '%s'")) ", timing = %s",
                                   "w, r, w, flush = true"),
                            kinds[i], "true");
        Row *row = script_row(script);

        CU_ASSERT_EQUAL(row_number(row, "mem_writes"), LINES);
        CU_ASSERT_EQUAL(row_number(row, "l1_misses"), 3 * LINES);
        row_free(row);
    }
}

/* 96 lines of 64 B, half of each written past the caches: nothing is full, so that ten stay open at the end. */
static void what_is_gathered_past_the_caches_is_written_too(void)
{
    static const char *const format =
        "local w = memsim.workload { pattern = 'strided', stride = 64, footprint = '6KiB', "
        "size = 32, write_fraction = 1, nontemporal = true }\n"
        "return memsim.sweep { point = function() return { machine = memsim.machine { " COMPUTE
        ", " MEMORY ", timing = %s, " HIERARCHY(TWO) " }, workload = memsim.sequence { w, w, "
                                                     "flush = %s } } end }";
    static const char *const words[] = { "false", "true" };

    for (int i = 0; i < 4; i++) {
        g_autofree char *script = g_strdup_printf(format, words[i / 2], words[i % 2]);
        Row *row = script_row(script);

        /* between the parts, or the first time that another line is wanted: at the end ten are left */
        CU_ASSERT_EQUAL(row_number(row, "mem_writes"), 2 * 96 - 10);
        row_free(row);
    }
}

/* The first part leaves dirty lines in L1; that they come to L2 when they are flushed is no reason to prefetch. */
static void a_flush_leads_to_no_prefetch(void)
{
    static const char *const format =
        "local w = memsim.workload { pattern = 'strided', stride = 256, footprint = '16KiB', "
        "size = 64, write_fraction = 1 }\n"
        "local r = memsim.workload { pattern = 'sequential', footprint = 64, size = 64 }\n"
        "return memsim.sweep { point = function() return { machine = memsim.machine { " COMPUTE
        ", " MEMORY ", timing = %s, " HIERARCHY(
            "{ name = 'L1', line = 64, ways = 8, latency = '2 ns', size = "
            "'16KiB' }, { name = 'L2', line = 256, ways = 8, latency = '4 "
            "ns', size = '1MiB', prefetch = { type = 'next-line' } }") " "
                                                                       "}, workload = "
                                                                       "memsim.sequence { w, r, "
                                                                       "flush = true } } end }";
    static const char *const words[] = { "false", "true" };

    for (int i = 0; i < 2; i++) {
        g_autofree char *script = g_strdup_printf(format, words[i]);
        Row *row = script_row(script);

        CU_ASSERT_EQUAL(row_number(row, "l2_prefetches"), 1); /* that of the one read */
        row_free(row);
    }
}

static CU_TestInfo tests[] = {
    TEST(what_is_dirty_goes_to_memory_once_and_comes_from_there_again),
    TEST(without_a_flush_the_second_part_finds_the_lines),
    TEST(a_level_that_keeps_nothing_from_kernel_to_kernel_is_empty_in_each),
    TEST(what_the_warm_up_leaves_in_such_a_level_is_gone),
    TEST(writing_back_takes_the_time_of_its_bytes),
    TEST(inclusive_and_exclusive_levels_are_emptied_too),
    TEST(what_is_gathered_past_the_caches_is_written_too),
    TEST(a_flush_leads_to_no_prefetch),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_flush = { .pName = "flush", .pTests = tests };
