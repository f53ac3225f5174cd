/*
 * test_traffic - the bytes that cross the boundaries between levels.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "rig.h"
#include "system/system.h"

enum { KIB = 1024 };

typedef struct {
    uint64_t fetched, sent;
} Crossed;

static uint64_t count_of(const Row *row, const char *prefix, const char *suffix)
{
    g_autofree char *name = g_strdup_printf("%s_%s", prefix, suffix);
    const Value *value = row_find(row, name);

    CU_ASSERT_FATAL(value != NULL && value->kind == VALUE_COUNT);
    return value->count;
}

static Crossed crossed(const Row *row, const char *level)
{
    const Crossed bytes = { count_of(row, level, "fetched_bytes"),
                            count_of(row, level, "sent_bytes") };

    CU_ASSERT_EQUAL(count_of(row, level, "below_bytes"), bytes.fetched + bytes.sent);
    return bytes;
}

/* The row of the rig's point, timed or only counted. */
static Row *row_of(Rig *rig, bool timing)
{
    const SystemOptions options = { 0 };

    rig->point.machine->timing = timing;
    Row *row = system_run(&rig->point, &options, NULL);

    CU_ASSERT_FATAL(row != NULL);
    return row;
}

/* Two levels of 4 and 16 KiB below 64 KiB that are read, then as much that is written. */
static void a_copy_crosses_every_boundary_twice_up_and_once_down(void)
{
    for (int timing = 0; timing < 2; timing++) {
        Rig rig;

        rig_init(&rig);
        rig_cache(&rig, 4 * KIB, 64, 8);
        rig_cache(&rig, 16 * KIB, 64, 8);
        rig_pattern(&rig, GEN_COPY, 128 * KIB, 8);
        Row *row = row_of(&rig, timing);
        const Crossed first = crossed(row, "l1"), last = crossed(row, "l2");

        CU_ASSERT_EQUAL(first.fetched, 128 * KIB); /* write-allocate */
        CU_ASSERT_EQUAL(first.sent, 64 * KIB - 2 * KIB);
        CU_ASSERT_EQUAL(last.fetched, 128 * KIB);
        CU_ASSERT_EQUAL(last.fetched + last.sent, row_find(row, "memory_bytes")->count);
        row_free(row);
        rig_clear(&rig);
    }
}

/* Lines of 64 bytes above lines of 256. */
static void longer_lines_below_move_more(void)
{
    Rig rig;

    rig_init(&rig);
    rig_cache(&rig, 4 * KIB, 64, 8);
    rig_cache(&rig, 16 * KIB, 256, 8);
    rig_pattern(&rig, GEN_STRIDED, 256 * KIB, 8)->stride_bytes = 256;
    rig.point.workload->pattern.accesses = KIB;
    Row *row = row_of(&rig, false);

    CU_ASSERT_EQUAL(crossed(row, "l1").fetched, 64 * KIB);
    CU_ASSERT_EQUAL(crossed(row, "l2").fetched, 256 * KIB);
    CU_ASSERT_EQUAL(crossed(row, "l1").sent, 0);
    row_free(row);
    rig_clear(&rig);
}

/* 6 KiB read again and again: 4 KiB fit above, all of it in both levels together. */
static void an_exclusive_level_takes_clean_victims_too(void)
{
    Rig rig;

    rig_init(&rig);
    rig_cache(&rig, 4 * KIB, 64, 0);
    rig_cache(&rig, 4 * KIB, 64, 0)->inclusion = CACHE_EXCLUSIVE;
    rig_pattern(&rig, GEN_SEQUENTIAL, 6 * KIB, 64)->accesses = 10 * 96;
    Row *row = row_of(&rig, false);

    CU_ASSERT_EQUAL(crossed(row, "l1").fetched, 10 * 6 * KIB);
    CU_ASSERT_EQUAL(crossed(row, "l1").sent, 10 * 6 * KIB - 4 * KIB);
    CU_ASSERT_EQUAL(crossed(row, "l2").fetched, 6 * KIB); /* past it, to the level above */
    CU_ASSERT_EQUAL(crossed(row, "l2").sent, 0);
    row_free(row);
    rig_clear(&rig);
}

/* A dirty line that stays in the first level, while clean ones push it out of the inclusive one. */
static void a_dirty_line_that_is_taken_away_goes_down(void)
{
    Access accesses[9] = { { .addr = 0, .bytes = 64, .op = ACCESS_WRITE } };
    Rig rig;

    rig_init(&rig);
    rig_cache(&rig, 4 * 64, 64, 0);
    rig_cache(&rig, 4 * 64, 64, 0)->inclusion = CACHE_INCLUSIVE;
    for (size_t i = 1; i < G_N_ELEMENTS(accesses); i++)
        accesses[i] = (Access){ .addr = i % 2 ? i * 64 : 0, .bytes = 8, .op = ACCESS_READ };
    AccessSource *source = rig_source(accesses, G_N_ELEMENTS(accesses), 0);

    rig_count_sources(&rig, &source);
    source_free(source);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).dirty_invalidations, 1);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).writebacks, 0);
    CU_ASSERT_EQUAL(rig_level(&rig, 1).writebacks, 1);
    rig_clear(&rig);
}

static void write_through_hands_on_what_is_written(void)
{
    Rig rig;
    CacheConfig *first;

    rig_init(&rig);
    first = rig_cache(&rig, 4 * KIB, 64, 8);
    first->write = CACHE_WRITE_THROUGH;
    first->allocate = false;
    rig_pattern(&rig, GEN_SEQUENTIAL, 64 * KIB, 8)->write_fraction = 1;
    Row *row = row_of(&rig, true);

    CU_ASSERT_EQUAL(crossed(row, "l1").fetched, 0);
    CU_ASSERT_EQUAL(crossed(row, "l1").sent, 64 * KIB);
    CU_ASSERT_EQUAL(row_find(row, "memory_bytes")->count, 64 * KIB);
    row_free(row);
    rig_clear(&rig);
}

static CU_TestInfo tests[] = {
    TEST(a_copy_crosses_every_boundary_twice_up_and_once_down),
    TEST(longer_lines_below_move_more),
    TEST(an_exclusive_level_takes_clean_victims_too),
    TEST(a_dirty_line_that_is_taken_away_goes_down),
    TEST(write_through_hands_on_what_is_written),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_traffic = { .pName = "traffic", .pTests = tests };
