/*
 * test_cache_cores - hierarchies that several cores share.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "cache_rig.h"

static void random_cores(Rig *rig, Rng *rng)
{
    static const uint32_t sharings[] = { 1, 2, 0 };
    uint32_t sharing = 0;

    rig->point.machine->cores = 2 * (1 + cacherig_draw(rng, 3));
    for (uint32_t i = 0; i < rig->point.machine->n_caches; i++) {
        sharing += cacherig_draw(rng, 3);
        sharing = MIN(sharing, 2);
        rig->point.machine->caches[i].cores_per_instance = sharings[sharing];
    }
}

/* batch: how many accesses a source gives at a time. */
static Tick run_cores(Rig *rig, const GArray *accesses, size_t batch)
{
    const uint32_t n = rig->point.machine->cores;
    const Access *all = (const Access *)(const void *)accesses->data;
    AccessSource *sources[8] = { NULL };

    for (uint32_t i = 0; i < n; i++)
        sources[i] = rig_source(all + i * (CACHE_ACCESSES / n), CACHE_ACCESSES / n, batch);
    const Tick end = rig_run_sources(rig, sources);

    for (uint32_t i = 0; i < n; i++)
        source_free(sources[i]);
    return end;
}

static void check_cores(uint64_t seed)
{
    Rng rng = { .state = seed };
    Rig rig;
    CacheStats before[RIG_CACHES_MAX];

    rig_init(&rig);
    cacherig_hierarchy(&rig, &rng, 4);
    random_cores(&rig, &rng);
    cacherig_timing(&rig, &rng);
    CU_ASSERT(machine_check(rig.point.machine, NULL));
    GArray *accesses = cacherig_accesses(rig.point.machine, &rng);
    const Tick end = run_cores(&rig, accesses, 0);
    const uint64_t events = rig.parts.sim.fired;
    uint64_t issued = 0, arrived = 0;

    CU_ASSERT(cacherig_conserved(&rig));
    CU_ASSERT(cacherig_drained(&rig));
    for (uint32_t i = 0; i < rig.parts.n_cores; i++)
        issued += core_stats(rig.parts.cores[i]).accesses;
    for (uint32_t i = 0; i < rig.parts.n_levels; i++) {
        before[i] = rig_level(&rig, i);
        if (machine_level(rig.point.machine, i) == 0)
            arrived += rig_accesses(&before[i]);
    }
    CU_ASSERT_EQUAL(issued, arrived);
    rig_again(&rig);
    CU_ASSERT_EQUAL(run_cores(&rig, accesses, 3), end);
    CU_ASSERT_EQUAL(rig.parts.sim.fired, events);
    for (uint32_t i = 0; i < rig.parts.n_levels; i++) {
        const CacheStats again = rig_level(&rig, i);

        CU_ASSERT(memcmp(&before[i], &again, sizeof again) == 0);
    }
    g_array_unref(accesses);
    rig_clear(&rig);
}

static void several_cores_conserve_drain_and_repeat(void)
{
    for (uint64_t seed = 1; seed <= CACHE_ROUNDS; seed++)
        check_cores(seed);
}

static void cores_that_share_nothing_count_each_as_alone(void)
{
    Rng rng = { .state = 3 };
    Rig both;
    CacheStats sum = { 0 };

    rig_init(&both);
    both.point.machine->cores = 2;
    rig_cache(&both, 2048, 32, 4)->mshrs = 2;
    rig_simple(&both, 10e9, NS(30));
    GArray *accesses = cacherig_accesses(both.point.machine, &rng);

    run_cores(&both, accesses, 0);
    for (int core = 0; core < 2; core++) {
        Rig alone;
        AccessSource *source = rig_source(
            &g_array_index(accesses, Access, core * CACHE_ACCESSES / 2), CACHE_ACCESSES / 2, 0);

        rig_init(&alone);
        rig_cache(&alone, 2048, 32, 4);
        rig_count_sources(&alone, &source);
        const CacheStats stats = rig_level(&alone, 0);

        sum.hits += stats.hits;
        sum.fetches += stats.fetches;
        sum.writebacks += stats.writebacks;
        source_free(source);
        rig_clear(&alone);
    }
    CU_ASSERT_EQUAL(rig_level(&both, 0).hits, sum.hits);
    CU_ASSERT_EQUAL(rig_level(&both, 0).fetches, sum.fetches);
    CU_ASSERT_EQUAL(rig_level(&both, 0).writebacks, sum.writebacks);
    g_array_unref(accesses);
    rig_clear(&both);
}

static CU_TestInfo tests[] = {
    TEST(several_cores_conserve_drain_and_repeat),
    TEST(cores_that_share_nothing_count_each_as_alone),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_cache_cores = { .pName = "cache_cores", .pTests = tests };
