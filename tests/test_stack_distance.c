/*
 * test_stack_distance - distances and miss-ratio curves, against a list that is moved to the front, and against caches.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "cache/stack_distance.h"
#include "cache/tags.h"
#include "rig.h"
#include "system/mrc.h"

typedef uint64_t (*Lines)(uint64_t i);

static uint64_t uniform(uint64_t i)
{
    return rng_below(rng_at(1, i), 5000);
}

/* Runs, some lines hot, and never the same twice after a while. */
static uint64_t wandering(uint64_t i)
{
    const uint64_t draw = rng_at(2, i / 3);

    return rng_below(draw, 1 + rng_below(rng_at(3, i / 3), 700)) + i / 1000 * 100;
}

static uint64_t loop(uint64_t i)
{
    return i % 3000;
}

static uint64_t skewed(uint64_t i)
{
    const double u = rng_unit(rng_at(4, i));

    return (uint64_t)(u * u * u * 200000);
}

static StackDistance *measure(Lines stream, uint64_t n, double rate)
{
    StackDistance *stack = stackdistance_new(rate);

    for (uint64_t i = 0; i < n; i++)
        stackdistance_add(stack, stream(i));
    CU_ASSERT_EQUAL(stackdistance_accesses(stack), n);
    return stack;
}

/* Misses of a cache of lines of 64 bytes. */
static uint64_t cache_misses(Lines stream, uint64_t n, uint64_t lines, uint32_t ways, bool hashed)
{
    const CacheConfig config = { .size_bytes = 64 * lines,
                                 .line_bytes = 64,
                                 .ways = ways,
                                 .index = hashed ? CACHE_INDEX_HASH : CACHE_INDEX_MODULO };
    Tags tags;
    Victim victim;
    uint64_t misses = 0;

    tags_init(&tags, &config, 1);
    for (uint64_t i = 0; i < n; i++)
        if (tags_access(&tags, stream(i)) == TAGS_NONE) {
            tags_install(&tags, stream(i), false, &victim);
            misses++;
        }
    tags_clear(&tags);
    return misses;
}

/* The place of a line in a list that is moved to the front, from 1; 0: it is not there. */
static uint64_t list_distance(GArray *list, uint64_t line)
{
    uint64_t distance = 0;

    for (guint at = list->len; at-- > 0 && distance == 0;)
        if (g_array_index(list, uint64_t, at) == line) {
            distance = list->len - at;
            g_array_remove_index(list, at);
        }
    g_array_append_val(list, line);
    return distance;
}

static void the_curve_is_that_of_a_list_moved_to_the_front(void)
{
    const Lines streams[] = { uniform, wandering, loop };
    const uint64_t n = 20000;

    for (size_t s = 0; s < G_N_ELEMENTS(streams); s++) {
        StackDistance *stack = measure(streams[s], n, 1);
        GArray *list = g_array_new(FALSE, FALSE, sizeof(uint64_t));
        g_autofree uint64_t *distances = g_new(uint64_t, n);

        for (uint64_t i = 0; i < n; i++)
            distances[i] = list_distance(list, streams[s](i));
        for (uint64_t lines = 0; lines <= 6000; lines += 1 + lines / 7) {
            uint64_t misses = 0;

            for (uint64_t i = 0; i < n; i++)
                misses += distances[i] == 0 || distances[i] > lines;
            CU_ASSERT_EQUAL(stackdistance_misses(stack, lines), (double)misses);
        }
        CU_ASSERT_EQUAL(stackdistance_lines(stack), list->len);
        g_array_unref(list);
        stackdistance_free(stack);
    }
}

/* The times run out and the hash grows several times. */
static void the_curve_is_that_of_separate_caches_in_a_long_run(void)
{
    const Lines streams[] = { skewed, wandering };
    const uint64_t n = 600000;

    for (size_t s = 0; s < G_N_ELEMENTS(streams); s++) {
        StackDistance *stack = measure(streams[s], n, 1);

        for (uint64_t lines = 64; lines <= 262144; lines *= 8)
            CU_ASSERT_EQUAL(stackdistance_misses(stack, lines),
                            (double)cache_misses(streams[s], n, lines, 0, false));
        stackdistance_free(stack);
    }
}

static void the_points_of_the_curve_are_its_values(void)
{
    StackDistance *stack = measure(wandering, 50000, 1);
    GArray *curve = stackdistance_curve(stack);

    CU_ASSERT_FATAL(curve->len > 100);
    for (guint i = 0; i < curve->len; i++) {
        const StackPoint *point = &g_array_index(curve, StackPoint, i);

        CU_ASSERT_EQUAL(point->misses, stackdistance_misses(stack, point->lines));
        CU_ASSERT(i == 0 || (point->lines > point[-1].lines && point->misses < point[-1].misses));
    }
    CU_ASSERT_EQUAL(g_array_index(curve, StackPoint, 0).misses, 50000);
    g_array_unref(curve);
    stackdistance_free(stack);
}

/* A loop misses always or never (formulas: Mattson et al. 1970). */
static void a_loop_has_one_knee(void)
{
    StackDistance *stack = measure(loop, 30000, 1);
    GArray *curve = stackdistance_curve(stack);

    CU_ASSERT_EQUAL(stackdistance_misses(stack, 2999), 30000);
    CU_ASSERT_EQUAL(stackdistance_misses(stack, 3000), 3000);
    CU_ASSERT_EQUAL(curve->len, 2);
    g_array_unref(curve);
    stackdistance_free(stack);
}

static void what_was_used_before_a_reset_is_still_known(void)
{
    StackDistance *stack = measure(loop, 3000, 1);

    stackdistance_reset(stack);
    for (uint64_t i = 0; i < 3000; i++)
        stackdistance_add(stack, loop(i));
    CU_ASSERT_EQUAL(stackdistance_accesses(stack), 3000);
    CU_ASSERT_EQUAL(stackdistance_misses(stack, 3000), 0);
    CU_ASSERT_EQUAL(stackdistance_misses(stack, 2999), 3000);
    stackdistance_free(stack);
}

static void a_sample_is_within_its_bound_of_the_whole(void)
{
    const Lines streams[] = { skewed, uniform, wandering };
    const uint64_t n = 500000;
    int outside = 0, all = 0;
    double widest = 0;

    for (size_t s = 0; s < G_N_ELEMENTS(streams); s++) {
        StackDistance *whole = measure(streams[s], n, 1);
        StackDistance *sample = measure(streams[s], n, 0.1);

        for (uint64_t lines = 64; lines < 200000; lines *= 2, all++) {
            const double exact = stackdistance_misses(whole, lines) / (double)n;
            const double guess = stackdistance_misses(sample, lines) / (double)n;
            const double bound = stackdistance_error(sample, lines);

            CU_ASSERT(stackdistance_error(whole, lines) <= 0);
            outside += fabs(guess - exact) > bound;
            widest = fmax(widest, bound);
        }
        stackdistance_free(whole);
        stackdistance_free(sample);
    }
    CU_ASSERT(all >= 30 && outside <= 1);
    CU_ASSERT(widest < 0.25);
}

/* Lines that fall into sets by chance: a hashed index. */
static void sets_miss_as_the_binomial_distribution_says(void)
{
    const Lines streams[] = { skewed, wandering };
    const uint64_t n = 400000;

    for (size_t s = 0; s < G_N_ELEMENTS(streams); s++) {
        StackDistance *stack = measure(streams[s], n, 1);

        for (uint32_t ways = 1; ways <= 16; ways *= 4)
            for (uint64_t lines = 1024; lines <= 65536; lines *= 8) {
                const double guess = stackdistance_set_misses(stack, lines / ways, ways);
                const double real = (double)cache_misses(streams[s], n, lines, ways, true);

                CU_ASSERT_DOUBLE_EQUAL(guess / (double)n, real / (double)n, 0.01);
            }
        CU_ASSERT_DOUBLE_EQUAL(stackdistance_set_misses(stack, 1, 4096),
                               stackdistance_misses(stack, 4096), 1e-3);
        stackdistance_free(stack);
    }
}

/* The curve of a point's workload, behind its warm-up, and the first level of machines that run it. */
static void the_curve_of_a_workload_is_that_of_fully_associative_levels(void)
{
    const MrcOptions options = { .line_bytes = 64, .rate = 1 };
    Rig rig;

    rig_init(&rig);
    CacheConfig *cache = rig_cache(&rig, 65536, 64, 0);
    PatternConfig *pattern = rig_pattern(&rig, GEN_ZIPF, 1 << 20, 24);

    pattern->accesses = 30000;
    pattern->exponent = 0.9;
    rig.point.workload->warmup_accesses = 10000;
    StackDistance *stack = mrc_measure(&rig.point, &options, NULL);

    CU_ASSERT_PTR_NOT_NULL_FATAL(stack);
    for (uint64_t lines = 16; lines <= 16384; lines *= 4) {
        cache->size_bytes = 64 * lines;
        rig_again(&rig);
        rig_count(&rig);
        const CacheStats stats = rig_level(&rig, 0);

        CU_ASSERT_EQUAL(stackdistance_accesses(stack), rig_accesses(&stats));
        CU_ASSERT_EQUAL(stackdistance_misses(stack, lines), (double)rig_misses(&stats));
    }
    stackdistance_free(stack);
    rig_clear(&rig);
}

static CU_TestInfo tests[] = {
    TEST(the_curve_is_that_of_a_list_moved_to_the_front),
    TEST(the_curve_is_that_of_separate_caches_in_a_long_run),
    TEST(the_points_of_the_curve_are_its_values),
    TEST(a_loop_has_one_knee),
    TEST(what_was_used_before_a_reset_is_still_known),
    TEST(a_sample_is_within_its_bound_of_the_whole),
    TEST(sets_miss_as_the_binomial_distribution_says),
    TEST(the_curve_of_a_workload_is_that_of_fully_associative_levels),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_stack_distance = { .pName = "stack_distance", .pTests = tests };
