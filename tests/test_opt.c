/*
 * test_opt - the policy that looks into the future has the fewest misses.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <inttypes.h>
#include <string.h>

#include "cache_rig.h"
#include "repl_rig.h"
#include "system/system.h"
#include "temporary.h"

/* A count of the rig's point, which is run without time. */
static uint64_t count_of(Rig *rig, const char *column)
{
    const SystemOptions none = { .memory_time = false };
    GError *error = NULL;

    rig->point.machine->timing = false;
    Row *row = system_run(&rig->point, &none, &error);

    if (error)
        g_printerr("# %s\n", error->message);
    CU_ASSERT_PTR_NULL(error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    const uint64_t count = row_find(row, column)->count;

    row_free(row);
    return count;
}

/* ---- formulas ---- */

/* Hits of n reads that go round lines one after the other in a cache that holds held of them. */
static uint64_t sweep_hits(uint64_t lines, uint64_t held, uint64_t n)
{
    Rig rig;

    rig_init(&rig);
    rig_cache(&rig, held * 64, 64, 0)->policy = replrig_index("opt");
    rig_pattern(&rig, GEN_SEQUENTIAL, lines * 64, 64)->accesses = n;
    const uint64_t hits = count_of(&rig, "l1_hits");

    rig_clear(&rig);
    return hits;
}

/* The share (C - 1) / (N - 1): what another N (N - 1) reads add, wherever the end falls. */
static void a_cyclic_sweep_hits_with_the_share_of_the_formula(void)
{
    for (uint64_t lines = 3; lines <= 24; lines += 3)
        for (uint64_t held = 1; held < lines; held++) {
            const uint64_t period = lines * (lines - 1), n = 4 * period + 7;

            CU_ASSERT_EQUAL(sweep_hits(lines, held, n + period) - sweep_hits(lines, held, n),
                            lines * (held - 1));
        }
}

/* ---- against all that can be done ---- */

enum { SHORT = 14, LINES = 5, HELD_MAX = 3 };

/* The fewest misses from a place of the stream on, whatever leaves; held: a bit for each line. */
static uint32_t fewest_misses(const uint8_t *lines, uint32_t n, uint32_t held, uint32_t room)
{
    uint32_t best = UINT32_MAX;

    if (n == 0)
        return 0;
    if (held >> lines[0] & 1)
        return fewest_misses(lines + 1, n - 1, held, room);
    if ((uint32_t)__builtin_popcount(held) < room)
        return 1 + fewest_misses(lines + 1, n - 1, held | 1U << lines[0], room);
    for (uint32_t line = 0; line < LINES; line++)
        if (held >> line & 1)
            best = MIN(best, fewest_misses(lines + 1, n - 1,
                                           (held & ~(1U << line)) | 1U << lines[0], room));
    return 1 + best;
}

/* The misses of a stream of lines with a policy. */
static uint64_t stream_misses(const uint8_t *lines, uint32_t n, uint32_t held, const char *policy)
{
    g_autoptr(GString) text = g_string_new(NULL);
    Rig rig;

    for (uint32_t i = 0; i < n; i++)
        g_string_append_printf(text, "%u %x\n", lines[i] % 2U, 64U * lines[i]);
    g_autofree char *path = temporary_text(".din", text->str);

    rig_init(&rig);
    rig_cache(&rig, 64 * held, 64, 0)->policy = replrig_index(policy);
    workload_unref(rig.point.workload);
    rig.point.workload = workload_new(WORKLOAD_TRACE);
    rig.point.workload->trace.path = g_strdup(path);
    const uint64_t misses = count_of(&rig, "l1_misses");

    rig_clear(&rig);
    g_remove(path);
    return misses;
}

static void no_choice_of_victims_has_fewer_misses(void)
{
    Rng rng = { .state = 2 };

    for (uint32_t round = 0; round < 200; round++) {
        const uint32_t held = 1 + cacherig_draw(&rng, HELD_MAX);
        uint8_t lines[SHORT];

        for (uint32_t i = 0; i < SHORT; i++)
            lines[i] = (uint8_t)cacherig_draw(&rng, LINES);
        CU_ASSERT_EQUAL(stream_misses(lines, SHORT, held, "opt"),
                        fewest_misses(lines, SHORT, 0, held));
    }
}

/* ---- against the others, in any hierarchy of plain levels ---- */

/* Levels, patterns, cores: all but the policy of one level. */
static void random_rig(Rig *rig, Rng *rng, uint32_t *level)
{
    const uint32_t n_levels = 1 + cacherig_draw(rng, 3);
    uint32_t lines = 1 + cacherig_draw(rng, 8), sharing = 1;
    MachineSpec *machine = rig->point.machine;

    machine->cores = 1U << cacherig_draw(rng, 2);
    for (uint32_t i = 0; i < n_levels; i++) {
        const uint32_t ways = 1 + cacherig_draw(rng, 20);

        rig_cache(rig, (uint64_t)lines * ways * 64, 64, ways)->cores_per_instance = sharing;
        lines *= 4;
        sharing = machine->cores;
    }
    *level = cacherig_draw(rng, n_levels);
    PatternConfig *pattern =
        rig_pattern(rig, cacherig_draw(rng, 2) ? GEN_RANDOM : GEN_ZIPF, 64U * 8 * lines, 8);

    pattern->accesses = 4000;
    pattern->write_fraction = 0.3;
    pattern->seed = rng_next(rng) >> 1;
    rig->point.workload->warmup_accesses = cacherig_draw(rng, 2) * 500;
}

static void opt_has_no_more_misses_than_lru_fifo_and_random(void)
{
    static const char *const others[] = { "lru", "fifo", "random", "drrip" };

    for (uint64_t seed = 1; seed <= 60; seed++) {
        Rng rng = { .state = seed };
        uint32_t level;
        Rig rig;

        rig_init(&rig);
        random_rig(&rig, &rng, &level);
        rig.point.workload->warmup_accesses = 0; /* the fewest of all, not of the measured ones */
        CacheConfig *cache = &rig.point.machine->caches[level];
        g_autofree char *column = g_strdup_printf("l%u_misses", level + 1);

        cache->policy = replrig_index("opt");
        const uint64_t fewest = count_of(&rig, column);

        for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
            cache->policy = replrig_index(others[i]);
            CU_ASSERT(fewest <= count_of(&rig, column));
        }
        rig_clear(&rig);
    }
}

static void the_level_sees_what_it_sees_with_any_policy(void)
{
    for (uint64_t seed = 100; seed <= 130; seed++) {
        Rng rng = { .state = seed };
        uint32_t level;
        Rig rig;

        rig_init(&rig);
        random_rig(&rig, &rng, &level);
        CacheConfig *cache = &rig.point.machine->caches[level];
        g_autofree char *column = g_strdup_printf("l%u_accesses", level + 1);

        const uint64_t lru = count_of(&rig, column);

        cache->policy = replrig_index("opt");
        CU_ASSERT_EQUAL(count_of(&rig, column), lru);
        rig_clear(&rig);
    }
}

/* ---- where it cannot be ---- */

static void opt_is_refused_where_there_is_no_future_to_look_into(void)
{
    Rig rig;

    rig_init(&rig);
    CacheConfig *first = rig_cache(&rig, 1024, 64, 4), *second = rig_cache(&rig, 4096, 64, 4);

    first->policy = replrig_index("opt");
    rig_is_refused(&rig, "machine.caches[1].policy: 'opt' looks into the future*");
    rig.point.machine->timing = false;
    CU_ASSERT(machine_check(rig.point.machine, NULL));
    second->policy = first->policy;
    rig_is_refused(&rig, "machine.caches[2].policy: 'opt' is for one level*");
    second->policy = 0;
    second->inclusion = CACHE_INCLUSIVE;
    rig_is_refused(&rig, "machine.caches[2].inclusion: with the policy 'opt'*");
    second->inclusion = CACHE_NINE;
    second->prefetch.type = PREFETCH_NONE + 1;
    second->prefetch.degree = 1;
    rig_is_refused(&rig, "machine.caches[2].prefetch: with the policy 'opt'*");
    second->prefetch = (PrefetchConfig){ .type = PREFETCH_NONE };
    first->allocate = false;
    rig_is_refused(&rig, "machine.caches[1].allocate: the policy 'opt'*");
    rig_clear(&rig);
}

static void standard_input_cannot_be_read_twice(void)
{
    const SystemOptions none = { .memory_time = false };
    GError *error = NULL;
    Rig rig;

    rig_init(&rig);
    rig.point.machine->timing = false;
    rig_cache(&rig, 1024, 64, 4)->policy = replrig_index("opt");
    workload_unref(rig.point.workload);
    rig.point.workload = workload_new(WORKLOAD_TRACE);
    rig.point.workload->trace.path = g_strdup("-");
    CU_ASSERT_PTR_NULL(system_run(&rig.point, &none, &error));
    CU_ASSERT_PTR_NOT_NULL_FATAL(error);
    CU_ASSERT_PTR_NOT_NULL(strstr(error->message, "standard input"));
    g_error_free(error);
    rig_clear(&rig);
}

static CU_TestInfo tests[] = {
    TEST(a_cyclic_sweep_hits_with_the_share_of_the_formula),
    TEST(no_choice_of_victims_has_fewer_misses),
    TEST(opt_has_no_more_misses_than_lru_fifo_and_random),
    TEST(the_level_sees_what_it_sees_with_any_policy),
    TEST(opt_is_refused_where_there_is_no_future_to_look_into),
    TEST(standard_input_cannot_be_read_twice),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_opt = { .pName = "opt", .pTests = tests };
