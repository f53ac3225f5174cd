/*
 * test_prefetch_models - each prefetcher against a slow model of it, alone and in random caches.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "cache_rig.h"
#include "prefetch_model.h"

enum { ROUNDS = RIG_ROUNDS(400, 60), DEMANDS = 3000, ACCESSES = 1200, LINE = 64 };

static uint32_t n_prefetchers(void)
{
    return g_strv_length((char **)(uintptr_t)prefetch_names());
}

/* The one of that number, not "none", with settings that matter in short streams. */
static PrefetchConfig random_config(Rng *rng, uint32_t type)
{
    PrefetchConfig config = cacherig_prefetch(prefetch_names()[type]);

    if (config.degree)
        config.degree = 1 + cacherig_draw(rng, 4);
    if (config.distance)
        config.distance = config.degree + cacherig_draw(rng, 10);
    if (config.streams)
        config.streams = 1 + cacherig_draw(rng, 6);
    if (config.entries)
        config.entries = 1 + cacherig_draw(rng, 6);
    config.by = cacherig_draw(rng, 2);
    if (config.round_max) {
        config.score_max = 1 + cacherig_draw(rng, 8);
        config.round_max = 1 + cacherig_draw(rng, 4);
        config.bad_score = cacherig_draw(rng, 3);
        config.recent = 1U << cacherig_draw(rng, 7);
    }
    config.boundary_bytes = cacherig_draw(rng, 2) ? UINT64_C(512) << cacherig_draw(rng, 4) : 0;
    return config;
}

/* Walks with steps, jumps and repetitions; several at a time. */
static uint64_t next_line(Rng *rng, uint64_t walks[4], int64_t steps[4])
{
    const uint32_t walk = cacherig_draw(rng, 4);

    if (cacherig_draw(rng, 12) == 0)
        walks[walk] = cacherig_draw(rng, 4000);
    if (cacherig_draw(rng, 12) == 0)
        steps[walk] = (int64_t)cacherig_draw(rng, 9) - 4;
    if (steps[walk] < 0 && walks[walk] < 8)
        steps[walk] = 1;
    walks[walk] += (uint64_t)steps[walk];
    return walks[walk];
}

static void one_demand(const PrefetchConfig *config, void *state, PrefetchModel *model,
                       PrefetchDemand demand, Rng *rng)
{
    const PrefetchOps *ops = prefetch_ops(config->type);
    PrefetchLines lines = { .n = 0 };
    GArray *wanted = g_array_new(FALSE, FALSE, sizeof(int64_t));

    ops->demand(state, config, &demand, &lines);
    prefetchmodel_demand(model, (int64_t)demand.line, demand.site, wanted);
    CU_ASSERT_EQUAL_FATAL(lines.n, wanted->len);
    for (uint32_t i = 0; i < lines.n; i++)
        CU_ASSERT_EQUAL((int64_t)lines.line[i], g_array_index(wanted, int64_t, i));
    if (lines.n > 0 && cacherig_draw(rng, 4)) {
        ops->arrived(state, config, demand.line);
        prefetchmodel_arrived(model, (int64_t)demand.line);
    }
    g_array_unref(wanted);
}

static void every_prefetcher_names_the_lines_of_its_model(void)
{
    for (uint32_t type = 1; type < n_prefetchers(); type++)
        for (uint64_t round = 0; round < 20; round++) {
            Rng rng = { .state = rng_at(type, round) };
            const PrefetchConfig config = random_config(&rng, type);
            PrefetchModel *model = prefetchmodel_new(&config, LINE);
            void *state = g_malloc0(prefetch_ops(type)->state_bytes(&config));
            uint64_t walks[4] = { 100, 900, 2000, 3000 };
            int64_t steps[4] = { 1, 1, -1, 2 };

            for (uint32_t i = 0; i < DEMANDS; i++) {
                const uint64_t line = next_line(&rng, walks, steps);
                const PrefetchDemand demand = { line, line * LINE / PREFETCH_REGION_BYTES,
                                                (uint8_t)cacherig_draw(&rng, 4) };

                one_demand(&config, state, model, demand, &rng);
            }
            g_free(state);
            prefetchmodel_free(model);
        }
}

/* One to three levels, at least one of which prefetches; of none do counts depend on time unless prefetches are dropped. */
static void random_levels(Rig *rig, Rng *rng)
{
    const uint32_t n = 1 + cacherig_draw(rng, 3), first = cacherig_draw(rng, n);
    uint32_t line = 16U << cacherig_draw(rng, 3);
    Tick latency = 0;

    for (uint32_t i = 0; i < n; i++) {
        const uint32_t ways = 1 + cacherig_draw(rng, 5), sets = (1 + cacherig_draw(rng, 8))
                                                                << 2 * i;
        CacheConfig *cache = rig_cache(rig, (uint64_t)line * ways * sets, line, ways);

        cache->policy = cacherig_draw(rng, 2); /* LRU, FIFO */
        cache->write = cacherig_draw(rng, 3) ? CACHE_WRITE_BACK : CACHE_WRITE_THROUGH;
        cache->allocate = cacherig_draw(rng, 3) > 0;
        cache->inclusion = i > 0 ? cacherig_draw(rng, 3) : CACHE_NINE;
        if (cache->inclusion == CACHE_EXCLUSIVE && (cache[-1].line_bytes != line || i == first))
            cache->inclusion = CACHE_INCLUSIVE;
        cache->mshrs = 4096;
        cache->latency_fs = latency += cacherig_draw(rng, 3) * NS(2);
        if (i == first || (cache->inclusion != CACHE_EXCLUSIVE && cacherig_draw(rng, 2)))
            cache->prefetch = random_config(rng, 1 + cacherig_draw(rng, n_prefetchers() - 1));
        line <<= cacherig_draw(rng, 3) ? 0 : 1;
    }
    rig_simple(rig, 20e9, latency + NS(50));
    CU_ASSERT_FATAL(machine_check(rig->point.machine, NULL));
}

/* Runs, steps and jumps within a few times what the caches hold. */
static GArray *random_accesses(Rng *rng)
{
    GArray *all = g_array_new(FALSE, TRUE, sizeof(Access));
    uint64_t addr = 1 << 20;
    int64_t step = 16;

    for (int i = 0; i < ACCESSES; i++) {
        if (cacherig_draw(rng, 15) == 0)
            addr = (1 << 20) + cacherig_draw(rng, 1 << 14);
        if (cacherig_draw(rng, 15) == 0)
            step = (int64_t)(cacherig_draw(rng, 9) * 16) - 64;
        addr += (uint64_t)step;
        const Access access = { .addr = addr,
                                .bytes = cacherig_draw(rng, 4) ? 8 : 16U << cacherig_draw(rng, 3),
                                .op = cacherig_draw(rng, 4) ? ACCESS_READ : ACCESS_WRITE,
                                .site = (uint8_t)cacherig_draw(rng, 3) };
        g_array_append_val(all, access);
    }
    return all;
}

static bool agrees(const Rig *rig, const CacheModel *model)
{
    bool good = true;

    for (uint32_t i = 0; i < model->n_levels; i++) {
        CacheStats stats = rig_level(rig, i);

        stats.mshr_merges = stats.late_prefetches = 0; /* matters of time */
        good = good && memcmp(&stats, &model->levels[i].stats, sizeof stats) == 0 &&
               rig_dirty_lines(rig, i) == cachemodel_dirty_lines(model, i);
    }
    return good;
}

static bool learns_from_arrivals(const MachineSpec *machine)
{
    for (uint32_t i = 0; i < machine->n_caches; i++) {
        const uint32_t type = machine->caches[i].prefetch.type;

        if (type != PREFETCH_NONE && prefetch_ops(type)->arrived != prefetch_no_arrival)
            return true;
    }
    return false;
}

static void counts_with_prefetchers_are_those_of_a_slow_model(void)
{
    uint64_t useful = 0;

    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        Rng rng = { .state = rng_at(77, seed) };
        Rig rig;
        CacheModel model;

        rig_init(&rig);
        random_levels(&rig, &rng);
        GArray *accesses = random_accesses(&rng);

        cachemodel_init(&model, rig.point.machine);
        for (guint i = 0; i < accesses->len; i++)
            cachemodel_access(&model, &g_array_index(accesses, Access, i));
        cacherig_run(&rig, accesses, false);
        CU_ASSERT(agrees(&rig, &model));
        rig_again(&rig);
        if (!learns_from_arrivals(rig.point.machine)) {
            cacherig_run(&rig, accesses, true);
            CU_ASSERT(agrees(&rig, &model));
        }
        useful += model.levels[0].stats.useful_prefetches;
        g_array_unref(accesses);
        cachemodel_clear(&model);
        rig_clear(&rig);
    }
    CU_ASSERT(useful > 50 * ROUNDS);
}

static CU_TestInfo tests[] = {
    TEST(every_prefetcher_names_the_lines_of_its_model),
    TEST(counts_with_prefetchers_are_those_of_a_slow_model),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_prefetch_models = { .pName = "prefetch_models", .pTests = tests };
