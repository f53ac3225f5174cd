/*
 * test_cache - whole hierarchies against a slow model, whatever the timing; why they miss.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>

#include "cache_rig.h"
#include "system/system.h"

static void compare_with_model(uint64_t seed)
{
    Rng rng = { .state = seed };
    Rig rig;
    CacheModel model;

    rig_init(&rig);
    cacherig_hierarchy(&rig, &rng, 3);
    GArray *accesses = cacherig_accesses(rig.point.machine, &rng);

    cachemodel_init(&model, rig.point.machine);
    for (guint i = 0; i < accesses->len; i++)
        cachemodel_access(&model, &g_array_index(accesses, Access, i));
    cacherig_run(&rig, accesses, false);
    CU_ASSERT(cacherig_agrees(&rig, &model, false));
    for (int timing = 0; timing < 3; timing++) { /* the first: no latency, no limits but memory's */
        rig_again(&rig);
        if (timing)
            cacherig_timing(&rig, &rng);
        CU_ASSERT(machine_check(rig.point.machine, NULL));
        cacherig_run(&rig, accesses, true);
        if (!cacherig_agrees(&rig, &model, true))
            g_printerr("# seed %u, timing %d: not as the model\n", (unsigned)seed, timing);
        CU_ASSERT(cacherig_agrees(&rig, &model, true));
        CU_ASSERT(cacherig_conserved(&rig));
        CU_ASSERT(cacherig_drained(&rig));
    }
    g_array_unref(accesses);
    cachemodel_clear(&model);
    rig_clear(&rig);
}

static void counts_are_those_of_a_slow_model_whatever_the_timing(void)
{
    for (uint64_t seed = 1; seed <= CACHE_ROUNDS; seed++)
        compare_with_model(seed);
}

/* The same for a pattern with warm-up, and with random replacement. */
static void compare_timings(uint64_t seed)
{
    Rng rng = { .state = seed };
    Rig rig;
    CacheStats counted[RIG_CACHES_MAX];

    rig_init(&rig);
    cacherig_hierarchy(&rig, &rng, 4);
    PatternConfig *pattern =
        rig_pattern(&rig, cacherig_draw(&rng, GEN_COUNT), 1 + cacherig_reach(rig.point.machine) * 2,
                    1 + cacherig_draw(&rng, 16));

    pattern->accesses = 1000;
    pattern->write_fraction = 0.3;
    pattern->footprint_bytes += 64;
    rig.point.workload->warmup_accesses = cacherig_draw(&rng, 300);
    rig_count(&rig);
    for (uint32_t i = 0; i < rig.parts.n_levels; i++)
        counted[i] = rig_level(&rig, i);
    for (int timing = 0; timing < 2; timing++) {
        rig_again(&rig);
        cacherig_timing(&rig, &rng);
        rig_run(&rig);
        for (uint32_t i = 0; i < rig.parts.n_levels; i++)
            CU_ASSERT(cacherig_same_counts(counted[i], rig_level(&rig, i)));
        CU_ASSERT(cacherig_drained(&rig));
    }
    rig_clear(&rig);
}

static void counts_of_a_pattern_after_its_warm_up_do_not_depend_on_timing(void)
{
    for (uint64_t seed = 1; seed <= CACHE_ROUNDS / 2; seed++)
        compare_timings(seed);
}

/* ---- why it misses ---- */

/* Misses of a first level by kind, of one run over the accesses. */
static MissKindCounts kinds_of(uint32_t ways, const Access *accesses, size_t n, bool time)
{
    Rig rig;
    AccessSource *source = rig_source(accesses, n, 0);

    rig_init(&rig);
    rig_cache(&rig, 64 * 64, 64, ways)->classify = true;
    rig_cache(&rig, 512 * 64, 64, 8);
    if (time)
        rig_run_sources(&rig, &source);
    else
        rig_count_sources(&rig, &source);
    const CacheStats stats = rig_level(&rig, 0);

    CU_ASSERT_EQUAL(stats.kinds.compulsory + stats.kinds.capacity + stats.kinds.conflict,
                    rig_misses(&stats));
    source_free(source);
    rig_clear(&rig);
    return stats.kinds;
}

/* Compulsory misses are the distinct lines; a fully associative LRU level has no conflicts. */
static void misses_are_compulsory_capacity_or_conflict(void)
{
    enum { N = 20000, LINES = 200 };
    Access *accesses = g_new0(Access, N);

    for (uint64_t i = 0; i < N; i++)
        accesses[i] = (Access){ .addr = 64 * rng_below(rng_at(1, i), LINES) + i % 8 * 8,
                                .bytes = 8,
                                .op = i % 3 == 0 ? ACCESS_WRITE : ACCESS_READ };
    for (int time = 0; time < 2; time++) {
        const MissKindCounts direct = kinds_of(1, accesses, N, time);
        const MissKindCounts full = kinds_of(0, accesses, N, time);

        CU_ASSERT_EQUAL(direct.compulsory, LINES);
        CU_ASSERT_EQUAL(full.compulsory, LINES);
        CU_ASSERT_EQUAL(full.conflict, 0);
        CU_ASSERT(direct.conflict > 0 && full.capacity > 0);
    }
    g_free(accesses);
}

/* Two lines of one set of a direct-mapped level, in turn: all but the first two misses are conflicts. */
static void lines_of_one_set_conflict(void)
{
    Access accesses[100];

    for (size_t i = 0; i < G_N_ELEMENTS(accesses); i++)
        accesses[i] = (Access){ .addr = i % 2 * 64 * 64, .bytes = 8, .op = ACCESS_READ };
    const MissKindCounts kinds = kinds_of(1, accesses, G_N_ELEMENTS(accesses), true);

    CU_ASSERT_EQUAL(kinds.compulsory, 2);
    CU_ASSERT_EQUAL(kinds.capacity, 0);
    CU_ASSERT_EQUAL(kinds.conflict, 98);
}

/* Columns that need no time are the same with timing = false, the others say nothing. */
static void a_machine_without_time_counts_the_same(void)
{
    static const char *const same[] = { "accesses",   "flops",         "requested_bytes",
                                        "l1_hits",    "l1_writebacks", "l2_misses",
                                        "mem_writes", "mem_reads",     "memory_bytes" };
    const SystemOptions options = { 0 };

    for (int cached = 0; cached < 2; cached++) {
        Rig rig;

        rig_init(&rig);
        if (cached) {
            rig_cache(&rig, 4096, 64, 4);
            rig_cache(&rig, 16384, 64, 8)->write = CACHE_WRITE_THROUGH;
        }
        rig_pattern(&rig, GEN_RANDOM, 1 << 17, 8)->write_fraction = 0.4;
        Row *timed = system_run(&rig.point, &options, NULL);

        rig.point.machine->timing = false;
        Row *counted = system_run(&rig.point, &options, NULL);

        CU_ASSERT_PTR_NOT_NULL_FATAL(timed);
        CU_ASSERT_PTR_NOT_NULL_FATAL(counted);
        for (size_t i = 0; i < G_N_ELEMENTS(same); i++) {
            const Value *a = row_find(timed, same[i]), *b = row_find(counted, same[i]);

            CU_ASSERT_EQUAL(a == NULL, b == NULL);
            CU_ASSERT(!a || (a->kind == VALUE_REAL ? a->real == b->real : a->count == b->count));
        }
        CU_ASSERT(isnan(row_find(counted, "time_s")->real));
        CU_ASSERT(isnan(row_find(counted, "slowdown")->real));
        CU_ASSERT_STRING_EQUAL(row_find(counted, "regime")->text, "untimed");
        row_free(timed);
        row_free(counted);
        rig_clear(&rig);
    }
}

static void a_run_in_two_halves_counts_as_the_whole(void)
{
    Rng rng = { .state = 1 };
    Rig whole, halves;

    rig_init(&whole);
    rig_init(&halves);
    rig_cache(&whole, 4096, 64, 4);
    rig_cache(&halves, 4096, 64, 4);
    GArray *accesses = cacherig_accesses(whole.point.machine, &rng);
    const Access *all = (const Access *)(const void *)accesses->data;

    cacherig_run(&whole, accesses, true);
    for (int half = 0; half < 2; half++) {
        AccessSource *source = rig_source(all + half * CACHE_ACCESSES / 2, CACHE_ACCESSES / 2, 7);

        rig_run_sources(&halves, &source);
        source_free(source);
    }
    CU_ASSERT(cacherig_same_counts(rig_level(&whole, 0), rig_level(&halves, 0)));
    g_array_unref(accesses);
    rig_clear(&whole);
    rig_clear(&halves);
}

static CU_TestInfo tests[] = {
    TEST(counts_are_those_of_a_slow_model_whatever_the_timing),
    TEST(counts_of_a_pattern_after_its_warm_up_do_not_depend_on_timing),
    TEST(misses_are_compulsory_capacity_or_conflict),
    TEST(lines_of_one_set_conflict),
    TEST(a_machine_without_time_counts_the_same),
    TEST(a_run_in_two_halves_counts_as_the_whole),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_cache = { .pName = "cache", .pTests = tests };
