/*
 * test_core_even - runs that a core goes through in one go, hits and those that do the same again and again, take the time
 * that they take one by one.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "cache/plain.h"
#include "cache_rig.h"
#include "run_source.h"

enum { ROUNDS = RIG_ROUNDS(2500, 300), MISSING_ROUNDS = RIG_ROUNDS(800, 100), UNITS = 900 };

/* A first level that most of the runs fit into. */
static void random_machine(Rig *rig, Rng *rng)
{
    static const double peaks[] = { 1e15, 1e12, 10e9, 7e9, 3.3e9, 1e9 };
    MachineSpec *machine = rig->point.machine;
    ComputeConfig *compute = &machine->compute;
    const uint32_t ways = 1 + cacherig_draw(rng, 16), sets = 1U << cacherig_draw(rng, 7);
    CacheConfig *first = rig_cache(rig, (uint64_t)sets * ways * 64, 64, ways);

    first->latency_fs = NS(1) / 2 * cacherig_draw(rng, 9);
    first->write = cacherig_draw(rng, 8) ? CACHE_WRITE_BACK : CACHE_WRITE_THROUGH;
    first->mshrs = 1 + cacherig_draw(rng, 8);
    if (cacherig_draw(rng, 2))
        rig_cache(rig, 64 << 10, 64, 8)->latency_fs = first->latency_fs + NS(3);
    compute->issue = cacherig_draw(rng, 5);
    compute->window =
        cacherig_draw(rng, 8) ? 1 + cacherig_draw(rng, cacherig_draw(rng, 4) ? 20 : 270) : 0;
    compute->overlap = cacherig_draw(rng, 4) > 0;
    compute->clock_Hz = cacherig_draw(rng, 2) ? 2e9 : 2.3e9;
    compute->peaks[0].flop_per_s = peaks[cacherig_draw(rng, G_N_ELEMENTS(peaks))];
    rig->point.workload->flops_per_byte =
        cacherig_draw(rng, 3) ? 0.125 * cacherig_draw(rng, 20) : 0;
    rig_simple(rig, 20e9, NS(40));
}

/* Loops over a few kilobytes. */
static void random_runs(RunSource *source, Rng *rng)
{
    const uint32_t reach = 6 + cacherig_draw(rng, 8), writes = cacherig_draw(rng, 4);

    for (uint32_t i = 0; i < RUNS; i++) {
        EvenRun *run = &source->runs[i];

        *run = (EvenRun){ .units = 1 + cacherig_draw(rng, UNITS),
                          .n = 1 + cacherig_draw(rng, cacherig_draw(rng, 8) ? 4 : EVEN_MAX) };
        for (uint32_t k = 0; k < run->n; k++) {
            const uint32_t bytes = 1U << cacherig_draw(rng, 4);
            const uint64_t stride =
                bytes * (uint64_t)cacherig_draw(rng, cacherig_draw(rng, 6) ? 3 : 20);

            run->access[k] =
                (Access){ .addr = (1 << 20) + cacherig_draw(rng, 1U << reach) / bytes * bytes,
                          .bytes = bytes,
                          .op = cacherig_draw(rng, 4) < writes };
            run->stride[k] = cacherig_draw(rng, 4) ? stride : -stride;
        }
        if (i > 0 && cacherig_draw(rng, 2)) /* once more: now its lines are there */
            *run = source->runs[i - 1];
    }
}

/* Up to three levels, with a memory that a few accesses come to. */
static void random_hierarchy(Rig *rig, Rng *rng)
{
    MachineSpec *machine = rig->point.machine;
    ComputeConfig *compute = &machine->compute;
    const uint32_t levels = 2 + cacherig_draw(rng, 2);
    Tick latency = NS(1) / 2 * (1 + cacherig_draw(rng, 4));

    for (uint32_t i = 0; i < levels; i++) {
        const uint32_t ways = 1 + cacherig_draw(rng, 16),
                       sets = 4U << (cacherig_draw(rng, 4) + 3 * i);
        CacheConfig *cache = rig_cache(rig, (uint64_t)sets * ways * 64, 64, ways);

        cache->latency_fs = latency;
        cache->mshrs = 1 + cacherig_draw(rng, 20);
        latency += NS(1) / 3 * cacherig_draw(rng, 30);
    }
    compute->issue = cacherig_draw(rng, 4);
    compute->window = 1 + cacherig_draw(rng, 24);
    compute->overlap = cacherig_draw(rng, 4) > 0;
    compute->clock_Hz = 2.3e9;
    compute->peaks[0].flop_per_s = cacherig_draw(rng, 2) ? 1e12 : 4e9;
    rig->point.workload->flops_per_byte = 0.125 * cacherig_draw(rng, 3);
    rig_simple(rig, 20e9, NS(40));
}

/* Loops over rows and columns of a few matrices, again and again. */
static void random_columns(RunSource *source, Rng *rng)
{
    const uint32_t size = 4U << cacherig_draw(rng, 8), writes = cacherig_draw(rng, 3);

    for (uint32_t i = 0; i < RUNS; i++) {
        EvenRun *run = &source->runs[i];

        *run = (EvenRun){ .units = 1 + cacherig_draw(rng, UNITS), .n = 1 + cacherig_draw(rng, 4) };
        for (uint32_t k = 0; k < run->n; k++) {
            const uint64_t stride = cacherig_draw(rng, 2) ? 8 : 8 * size;

            run->access[k] = (Access){ .addr = (k << 21) + 8 * (uint64_t)cacherig_draw(rng, size),
                                       .bytes = 8,
                                       .op = cacherig_draw(rng, 6) < writes };
            run->stride[k] = cacherig_draw(rng, 8) ? stride : -stride;
        }
        if (i > 0 && cacherig_draw(rng, 3))
            *run = source->runs[i - 1];
    }
}

/* Units that cores have gone through by runs. */
static uint64_t walked_units;

static uint64_t walk_and_count(Front *front, const EvenRun *run, uint64_t units, Tick now)
{
    const uint64_t walked = cache_walk_even(front, run, units, now);

    walked_units += walked;
    return walked;
}

/* How often cores have found accesses to do the same again. */
static uint64_t found_same;

static void go_on_and_count(Front *front, Tick passed, Tick booked)
{
    found_same++;
    cache_go_on(front, passed, booked);
}

/* Cores that go through runs are counted. */
static void watch_runs(const Rig *rig, FrontOps *ops)
{
    Front *front = &rig->parts.levels[0].instances[0].front;

    *ops = *front->ops;
    if (ops->walk_even)
        ops->walk_even = walk_and_count;
    if (ops->go_on)
        ops->go_on = go_on_and_count;
    front->ops = ops;
}

/* What is drawn. */
typedef struct {
    void (*machine)(Rig *rig, Rng *rng);
    void (*runs)(RunSource *source, Rng *rng);
} Drawn;

static uint32_t run_once(Rig *rig, const Drawn *drawn, uint64_t seed, bool evenly)
{
    FrontOps ops;
    Rng rng = { .state = seed };
    RunSource runs;
    AccessSource *source = &runs.source;

    runsource_init(&runs, evenly);
    rig_init(rig);
    drawn->machine(rig, &rng);
    drawn->runs(&runs, &rng);
    rig_build(rig, true);
    watch_runs(rig, &ops);
    rig_run_sources(rig, &source);
    return runs.handed_out;
}

static bool same_runs(const Rig *a, const Rig *b)
{
    const CoreStats x = core_stats(a->parts.cores[0]), y = core_stats(b->parts.cores[0]);
    bool same = memcmp(&x, &y, sizeof x) == 0 && a->times.end_fs == b->times.end_fs &&
                a->times.events == b->times.events &&
                core_end(a->parts.cores[0]) == core_end(b->parts.cores[0]) &&
                a->parts.memory->end_fs == b->parts.memory->end_fs;

    for (uint32_t i = 0; i < a->point.machine->n_caches; i++) {
        const CacheStats p = rig_level(a, i), q = rig_level(b, i);

        same =
            same && memcmp(&p, &q, sizeof p) == 0 && rig_dirty_lines(a, i) == rig_dirty_lines(b, i);
    }
    return same;
}

/* How many of the machines and runs take another time.  *handed_out: runs that cores have had as such. */
static uint32_t count_different(const Drawn *drawn, uint64_t rounds, uint32_t *handed_out)
{
    uint32_t differ = 0;

    *handed_out = 0;
    for (uint64_t seed = 1; seed <= rounds; seed++) {
        Rig even, plain;

        *handed_out += run_once(&even, drawn, seed, true);
        run_once(&plain, drawn, seed, false);
        if (!same_runs(&even, &plain)) {
            g_autofree char *text = point_canonical(&even.point);

            differ++;
            g_printerr("# seed %u differs:\n%s\n", (unsigned)seed, text);
        }
        rig_clear(&even);
        rig_clear(&plain);
    }
    return differ;
}

static void runs_take_the_time_of_their_accesses(void)
{
    static const Drawn drawn = { random_machine, random_runs };
    uint32_t handed_out;

    walked_units = 0;
    CU_ASSERT_EQUAL(count_different(&drawn, ROUNDS, &handed_out), 0);
    CU_ASSERT(handed_out > ROUNDS * RUNS / 3);
    CU_ASSERT(walked_units > (uint64_t)ROUNDS * UNITS / 2);
}

static void runs_that_miss_take_the_time_of_their_accesses(void)
{
    static const Drawn drawn = { random_hierarchy, random_columns };
    uint32_t handed_out;

    found_same = 0;
    CU_ASSERT_EQUAL(count_different(&drawn, MISSING_ROUNDS, &handed_out), 0);
    CU_ASSERT(handed_out > MISSING_ROUNDS * RUNS / 3);
    CU_ASSERT(found_same > MISSING_ROUNDS / 4);
}

static CU_TestInfo tests[] = {
    TEST(runs_take_the_time_of_their_accesses),
    TEST(runs_that_miss_take_the_time_of_their_accesses),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_core_even = { .pName = "core_even", .pTests = tests };
