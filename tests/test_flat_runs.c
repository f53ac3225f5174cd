/*
 * test_flat_runs - evenly moving accesses that flat caches count as runs count what they count one by one.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "base/cpu.h"
#include "cache_rig.h"
#include "mem/compact.h"
#include "mem/tally.h"
#include "run_source.h"

enum { ROUNDS = 400, UNITS = 700 };

static void random_machine(Rig *rig, Rng *rng)
{
    const uint32_t levels = 1 + cacherig_draw(rng, 3);
    uint32_t line_bytes = 8U << cacherig_draw(rng, 4);

    for (uint32_t i = 0; i < levels; i++) {
        const uint32_t ways = 1 + cacherig_draw(rng, 16);
        const uint64_t sets = cacherig_draw(rng, 3) ? UINT64_C(1) << cacherig_draw(rng, 8)
                                                    : 1 + cacherig_draw(rng, 100);

        rig_cache(rig, sets * ways * line_bytes, line_bytes, ways);
        line_bytes <<= cacherig_draw(rng, 2);
    }
    rig->point.machine->caches[0].allocate = cacherig_draw(rng, 8) > 0;
    rig->point.workload->split_lines = cacherig_draw(rng, 3) > 0;
}

/* Strides within a line, of some lines, of many sets, back and forth; some accesses cross lines, some lie far up. */
static uint64_t random_stride(Rng *rng)
{
    const uint64_t stride =
        cacherig_draw(rng, 4) ? UINT64_C(1) << cacherig_draw(rng, 13) : cacherig_draw(rng, 300);

    return cacherig_draw(rng, 5) == 0 ? 0 : cacherig_draw(rng, 4) ? stride : -stride;
}

/* Columns, read line by line, and beside them reads and writes that go on within their lines or stay. */
static void make_columns(EvenRun *run, Rng *rng)
{
    for (uint32_t k = 0; k < run->n; k++) {
        Access *access = &run->access[k];
        const bool column = cacherig_draw(rng, 3) > 0;
        const uint64_t stride = column ? UINT64_C(64) << cacherig_draw(rng, 8)
                                       : access->bytes * (uint64_t)cacherig_draw(rng, 3);

        if (column)
            access->op = ACCESS_READ;
        run->stride[k] = cacherig_draw(rng, 3) ? stride : -stride;
    }
}

static void random_runs(EvenRun *runs, Rng *rng)
{
    for (uint32_t i = 0; i < RUNS; i++) {
        const bool aligned = cacherig_draw(rng, 8), high = cacherig_draw(rng, 16) == 0;
        EvenRun *run = &runs[i];

        *run = (EvenRun){ .units = 1 + cacherig_draw(rng, UNITS), .n = 1 + cacherig_draw(rng, 5) };
        for (uint32_t k = 0; k < run->n; k++) {
            const uint32_t bytes = 1U << cacherig_draw(rng, cacherig_draw(rng, 6) ? 4 : 7);
            const uint64_t mask = aligned ? ~UINT64_C(0) * bytes : ~UINT64_C(0);
            const uint64_t addr = (2 << 20) + cacherig_draw(rng, 1 << (6 + i)) * UINT64_C(8);

            run->access[k] = (Access){ .addr = (addr & mask) + (high ? UINT64_C(77) << 40 : 0),
                                       .bytes = aligned ? bytes : 1 + cacherig_draw(rng, bytes),
                                       .op = cacherig_draw(rng, 3) ? ACCESS_READ : ACCESS_WRITE };
            run->stride[k] = random_stride(rng) & mask;
        }
        if (aligned && cacherig_draw(rng, 2))
            make_columns(run, rng);
    }
}

/* ---- through a core ---- */

/* Returns how many runs were handed out whole. */
static uint32_t count_runs(Rig *rig, uint64_t seed, bool evenly)
{
    Rng rng = { .state = seed };
    RunSource runs;
    AccessSource *source = &runs.source;

    runsource_init(&runs, evenly);
    rig_init(rig);
    random_machine(rig, &rng);
    random_runs(runs.runs, &rng);
    rig_count_sources(rig, &source);
    return runs.handed_out;
}

static void runs_count_what_their_accesses_count(void)
{
    uint32_t handed_out = 0;

    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        Rig even, plain;

        handed_out += count_runs(&even, seed, true);
        count_runs(&plain, seed, false);
        const CoreStats x = core_stats(even.parts.cores[0]), y = core_stats(plain.parts.cores[0]);

        CU_ASSERT(x.accesses == y.accesses && x.writes == y.writes && x.reads == y.reads &&
                  x.requested_bytes == y.requested_bytes);
        for (uint32_t i = 0; i < even.point.machine->n_caches; i++) {
            const CacheStats a = rig_level(&even, i), b = rig_level(&plain, i);

            CU_ASSERT(memcmp(&a, &b, sizeof a) == 0);
            CU_ASSERT_EQUAL(rig_dirty_lines(&even, i), rig_dirty_lines(&plain, i));
        }
        rig_clear(&even);
        rig_clear(&plain);
    }
    CU_ASSERT(handed_out > ROUNDS * RUNS / 2);
}

/* ---- by the caches, in whatever vectors there are ---- */

/* Whether the caches may be given the run: its accesses each lie within a line. */
static bool lies_in_lines(const EvenRun *run, uint32_t line_bytes)
{
    bool lies = true;

    for (uint32_t k = 0; k < run->n; k++) {
        const uint32_t bytes = run->access[k].bytes;

        lies = lies && bytes <= line_bytes && (bytes & (bytes - 1)) == 0 &&
               (run->access[k].addr | run->stride[k]) % bytes == 0;
    }
    return lies;
}

/* Returns how many runs were counted as such. */
static uint32_t count_by(Flat *flat, const Cache *first, EvenRun *runs, bool evenly)
{
    Front *front = flat_front(flat, first);
    g_autofree Batch *batch = g_new0(Batch, 1);
    uint32_t counted = 0;

    for (uint32_t i = 0; i < RUNS; i++) {
        if (!lies_in_lines(&runs[i], front->line_bytes))
            continue;
        if (evenly && front->ops->count_even(front, &runs[i])) {
            counted++;
            continue;
        }
        while (runs[i].units > 0) {
            runsource_take(&runs[i], batch);
            const AccessTally tally = access_tally(batch->access, batch->count, front->line_bytes);

            front->ops->count_batch(front, batch->access, batch->count, &tally);
        }
    }
    front->ops->count_end(front);
    return counted;
}

/* What the levels of a machine have counted, in batches or in runs. */
static uint32_t count_flat(uint64_t seed, CpuVectors vectors, bool evenly, CacheStats *stats)
{
    Rng rng = { .state = seed };
    AccessSource *source = rig_source(NULL, 0, 0);
    Cache *caches[RIG_CACHES_MAX];
    EvenRun runs[RUNS];
    Rig rig;

    rig_init(&rig);
    random_machine(&rig, &rng);
    random_runs(runs, &rng);
    rig_count_sources(&rig, &source);
    for (uint32_t i = 0; i < rig.parts.n_levels; i++)
        caches[i] = rig.parts.levels[i].instances;
    Flat *flat = flat_new(caches, rig.parts.n_levels, MIN(vectors, cpu_vectors()));
    const uint32_t counted = count_by(flat, caches[0], runs, evenly);

    for (uint32_t i = 0; i < rig.parts.n_levels; i++)
        stats[i] = rig_level(&rig, i);
    flat_free(flat);
    rig_clear(&rig);
    source_free(source);
    return counted;
}

static void vectors_change_no_count_of_a_run(void)
{
    uint32_t counted = 0;

    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        CacheStats want[RIG_CACHES_MAX] = { { 0 } };

        count_flat(seed, CPU_BASE, false, want);
        for (CpuVectors vectors = CPU_BASE; vectors <= CPU_AVX512; vectors++) {
            CacheStats got[RIG_CACHES_MAX] = { { 0 } };

            counted += count_flat(seed, vectors, true, got);
            CU_ASSERT(memcmp(got, want, sizeof got) == 0);
        }
    }
    CU_ASSERT(counted > ROUNDS * RUNS);
}

static CU_TestInfo tests[] = {
    TEST(runs_count_what_their_accesses_count),
    TEST(vectors_change_no_count_of_a_run),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_flat_runs = { .pName = "flat_runs", .pTests = tests };
