/*
 * test_arrays - the counters of each array and region.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "cache_rig.h"
#include "random_point.h"
#include "row_values.h"
#include "system/array_counts.h"
#include "system/system.h"

enum { KIB = 1024 };

/* ---- the table of regions ---- */

enum { SPACE = 400, NAMES = 5 };

/* The region of each address is written down; a name that was there first stays. */
static void a_region_is_found_as_in_a_list_of_all_addresses(void)
{
    static const char *const names[NAMES] = { "v", "w", "x", "y", "z" };

    for (uint64_t seed = 0; seed < 200; seed++) {
        Rng rng = { .state = rng_at(5, seed) };
        const char *model[SPACE] = { NULL };
        Regions *regions = regions_new();
        uint32_t last = 0, wrong = 0;

        for (uint32_t n = cacherig_draw(&rng, 12); n > 0; n--) {
            const char *name = names[cacherig_draw(&rng, NAMES)];
            const uint32_t from = cacherig_draw(&rng, SPACE);
            const uint32_t bytes = 1 + cacherig_draw(&rng, 80);

            regions_add(regions, name, from, bytes);
            for (uint32_t i = from; i < MIN(from + bytes, SPACE); i++)
                model[i] = model[i] ? model[i] : name;
        }
        for (uint32_t i = 0; i < 300; i++) {
            const uint32_t addr = cacherig_draw(&rng, SPACE - 64);
            const uint32_t bytes = 1 + cacherig_draw(&rng, 64);
            const uint32_t found = regions_find(regions, addr, bytes, &last);
            const char *expected = NULL;

            for (uint32_t at = addr; at < addr + bytes && !expected; at++)
                expected = model[at];
            wrong += g_strcmp0(expected, found == regions_others(regions)
                                             ? NULL
                                             : regions->names->pdata[found]) != 0;
        }
        CU_ASSERT_EQUAL(wrong, 0);
        regions_free(regions);
    }
}

static void a_region_may_end_with_the_last_address(void)
{
    Regions *regions = regions_new();
    uint32_t last = 0;

    regions_add(regions, "top", UINT64_MAX - 99, 1000);
    CU_ASSERT_EQUAL(regions_find(regions, UINT64_MAX, 1, &last), 0);
    CU_ASSERT_EQUAL(regions_find(regions, UINT64_MAX - 99, 1, &last), 0);
    CU_ASSERT_EQUAL(regions_find(regions, UINT64_MAX - 100, 1, &last), 1);
    CU_ASSERT_EQUAL(regions_find(regions, 0, 1, &last), 1);
    regions_free(regions);
}

/* ---- sums ---- */

/* Whether the arrays of each level add up to the level, and those of memory to what the last level asks of it. */
static bool adds_up(const Parts *parts)
{
    uint32_t n;
    ArrayCounts *counts = array_counts_new(parts, &n);
    bool good = n == regions_others(parts->regions) + 1;

    for (uint32_t level = 0; level < parts->n_levels; level++) {
        const CacheStats all = parts_level_stats(parts, level);
        CacheStats sum = { 0 };

        for (uint32_t i = 0; i < n; i++)
            cache_stats_add(&sum, &counts[i].levels[level]);
        good = good && memcmp(&sum, &all, sizeof sum) == 0;
    }
    array_counts_free(counts, n);
    return good;
}

static void no_array_differs(const Rig *a, const Rig *b)
{
    uint32_t n, m;
    ArrayCounts *x = array_counts_new(&a->parts, &n), *y = array_counts_new(&b->parts, &m);

    CU_ASSERT_EQUAL_FATAL(n, m);
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t level = 0; level < a->parts.n_levels; level++)
            CU_ASSERT(cacherig_same_counts(x[i].levels[level], y[i].levels[level]));
        CU_ASSERT(memcmp(&x[i].memory, &y[i].memory, sizeof x[i].memory) == 0);
    }
    array_counts_free(x, n);
    array_counts_free(y, m);
}

/* Ranges that begin and end anywhere, some within lines. */
static Regions *random_regions(const GArray *accesses, Rng rng)
{
    Regions *regions = regions_new();
    static const char *const names[] = { "a", "b", "c" };

    for (uint32_t i = 0; i < 6; i++) {
        const guint at = cacherig_draw(&rng, accesses->len);
        const uint64_t addr = g_array_index(accesses, Access, at).addr;

        regions_add(regions, names[i % 3], addr - MIN(addr, cacherig_draw(&rng, 500)),
                    1 + cacherig_draw(&rng, 2000));
    }
    return regions;
}

static void compare(uint64_t seed)
{
    Rng rng = { .state = seed };
    Rig timed, counted;

    rig_init(&timed);
    cacherig_hierarchy(&timed, &rng, 4);
    for (uint32_t i = 0; i < timed.point.machine->n_caches; i++)
        timed.point.machine->caches[i].classify =
            timed.point.machine->caches[i].inclusion != CACHE_EXCLUSIVE &&
            cacherig_draw(&rng, 2) > 0;
    GArray *accesses = cacherig_accesses(timed.point.machine, &rng);

    cacherig_timing(&timed, &rng);
    counted = timed;
    rig_watch(&timed, random_regions(accesses, rng), true);
    rig_watch(&counted, random_regions(accesses, rng), false);
    cacherig_run(&timed, accesses, true);
    cacherig_run(&counted, accesses, false);
    CU_ASSERT(adds_up(&timed.parts));
    CU_ASSERT(adds_up(&counted.parts));
    no_array_differs(&timed, &counted);
    g_array_unref(accesses);
    rig_again(&counted); /* the point is the other's */
    rig_clear(&timed);
}

static void arrays_add_up_on_random_hierarchies_timed_or_not(void)
{
    for (uint64_t seed = 1; seed <= CACHE_ROUNDS / 3; seed++)
        compare(seed);
}

/* Sum of the columns of all arrays that end so. */
static uint64_t sum_of(const Row *row, const char *suffix)
{
    uint64_t sum = 0;

    for (guint i = 0; i < row->values->len; i++) {
        const Value *value = &g_array_index(row->values, Value, i);

        if (value->array && g_str_equal(value->name + strlen(value->array) + 1, suffix))
            sum += value->count;
    }
    return sum;
}

static void arrays_add_up_on_random_machines_and_change_nothing_else(void)
{
    for (uint64_t i = 0; i < 300; i++) {
        Rng rng = { .state = rng_at(99, i) };
        PointSpec *point = random_point(&rng);
        const SystemOptions plainly = { 0 }, by_array = { .arrays = true };

        random_tlb(&rng, point->machine);
        point->machine->timing = i % 3 > 0;
        point->machine->tlb.pages = PAGES_IDENTITY; /* others cannot be told apart */
        Row *plain = system_run(point, &plainly, NULL);
        Row *watched = system_run(point, &by_array, NULL);

        CU_ASSERT_FATAL(plain && watched);
        CU_ASSERT(row_has_all_of(watched, plain));
        for (uint32_t level = 1; level <= point->machine->n_caches; level++) {
            g_autofree char *misses = g_strdup_printf("l%u_misses", level);
            g_autofree char *bytes = g_strdup_printf("l%u_below_bytes", level);

            CU_ASSERT_EQUAL(sum_of(watched, misses), row_find(plain, misses)->count);
            CU_ASSERT_EQUAL(sum_of(watched, bytes), row_find(plain, bytes)->count);
        }
        if (point->machine->memory.type != MEMORY_DRAM)
            CU_ASSERT_EQUAL(sum_of(watched, "mem_bytes"), row_find(plain, "memory_bytes")->count);
        CU_ASSERT(row_find(watched, "other_mem_bytes")->count == 0 ||
                  point->machine->tlb.walks_caches ||
                  machine_prefetches_above(point->machine, point->machine->n_caches));
        row_free(plain);
        row_free(watched);
        point_free(point);
    }
}

/* ---- by hand ---- */

static uint64_t count_of(const Row *row, const char *name)
{
    const Value *value = row_find(row, name);

    CU_ASSERT_FATAL(value != NULL && value->kind == VALUE_COUNT);
    return value->count;
}

/* b[i] = a[i], 64 KiB each, through 4 KiB: each line of a comes in, each of b comes in and goes back. */
static void a_copy_reads_one_array_and_writes_the_other(void)
{
    const SystemOptions options = { .arrays = true, .useful = true };
    Rig rig;

    rig_init(&rig);
    rig_cache(&rig, 4 * KIB, 64, 8);
    rig_pattern(&rig, GEN_COPY, 128 * KIB, 8);
    Row *row = system_run(&rig.point, &options, NULL);

    CU_ASSERT_FATAL(row != NULL);
    CU_ASSERT_EQUAL(count_of(row, "a_l1_reads"), 8 * KIB);
    CU_ASSERT_EQUAL(count_of(row, "a_l1_writes"), 0);
    CU_ASSERT_EQUAL(count_of(row, "a_l1_misses"), KIB);
    CU_ASSERT_EQUAL(count_of(row, "a_l1_writebacks"), 0);
    CU_ASSERT_EQUAL(count_of(row, "a_mem_bytes"), 64 * KIB);
    CU_ASSERT_EQUAL(count_of(row, "b_l1_writes"), 8 * KIB);
    CU_ASSERT_EQUAL(count_of(row, "b_l1_misses"), KIB);
    CU_ASSERT_EQUAL(count_of(row, "b_l1_writebacks"), KIB - 32);
    CU_ASSERT_EQUAL(count_of(row, "b_mem_bytes"), (64 + 62) * KIB);
    CU_ASSERT_EQUAL(count_of(row, "b_l1_used_8_8"), KIB);
    row_free(row);
    rig_clear(&rig);
}

/* Three arrays whose elements fall into one set of a direct-mapped cache: conflict misses, of each array alike. */
static void conflicts_are_told_by_array(void)
{
    const SystemOptions options = { .arrays = true };
    Rig rig;

    rig_init(&rig);
    rig_cache(&rig, 32 * KIB, 64, 1)->classify = true;
    rig_pattern(&rig, GEN_TRIAD, 3 * 64 * KIB, 8);
    Row *row = system_run(&rig.point, &options, NULL);

    CU_ASSERT_FATAL(row != NULL);
    CU_ASSERT_EQUAL(count_of(row, "a_l1_compulsory_misses"), KIB);
    CU_ASSERT_EQUAL(count_of(row, "b_l1_conflict_misses"), 7 * KIB);
    CU_ASSERT_EQUAL(count_of(row, "c_l1_capacity_misses"), 0);
    row_free(row);
    rig_clear(&rig);
}

static void without_caches_memory_is_counted_by_array(void)
{
    const SystemOptions options = { .arrays = true };

    for (int timing = 0; timing < 2; timing++) {
        Rig rig;

        rig_init(&rig);
        rig.point.machine->timing = timing;
        rig_pattern(&rig, GEN_COPY, 16 * KIB, 8);
        rig.point.workload->warmup_pass = true;
        Row *row = system_run(&rig.point, &options, NULL);

        CU_ASSERT_FATAL(row != NULL);
        CU_ASSERT_EQUAL(count_of(row, "a_mem_reads"), KIB);
        CU_ASSERT_EQUAL(count_of(row, "a_mem_writes"), 0);
        CU_ASSERT_EQUAL(count_of(row, "b_mem_bytes"), 8 * KIB);
        row_free(row);
        rig_clear(&rig);
    }
}

static CU_TestInfo tests[] = {
    TEST(a_region_is_found_as_in_a_list_of_all_addresses),
    TEST(a_region_may_end_with_the_last_address),
    TEST(arrays_add_up_on_random_hierarchies_timed_or_not),
    TEST(arrays_add_up_on_random_machines_and_change_nothing_else),
    TEST(a_copy_reads_one_array_and_writes_the_other),
    TEST(conflicts_are_told_by_array),
    TEST(without_caches_memory_is_counted_by_array),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_arrays = { .pName = "arrays", .pTests = tests };
