/*
 * test_warps - what the threads of a warp ask for together, in time.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "cache/watch.h"
#include "rig.h"
#include "script_rig.h"

enum { POINTS = 300 };

/* ---- by hand ---- */

/* Two warps of 16 threads read two lines of 64 B each; a line takes 50 ns of the memory's bandwidth. */
static Row *two_warps(uint32_t window)
{
    g_autofree char *script = g_strdup_printf(
        "local i, a = memsim.index('i'), memsim.array('a', 'f64', 32) "
        "return memsim.sweep { point = function() return { machine = memsim.machine { "
        "compute = { peak = '1 PFLOP/s', clock = '1 PHz', issue = 'unlimited', warp = 16, window = "
        "%u }, "
        "caches = { { name = 'L1', size = '4KiB', ways = 4 } }, "
        "memory = { type = 'simple', bandwidth = '1.28 GB/s', latency = '100 ns' } }, "
        "workload = memsim.nest { loops = { { i, 32 } }, body = { memsim.read(a[i]) } } } end }",
        window);

    return script_row(script);
}

static void a_warp_goes_on_when_all_its_threads_have_their_data(void)
{
    Row *one = two_warps(16), *both = two_warps(32);

    /* one by one: each waits for its second line */
    CU_ASSERT_DOUBLE_EQUAL(row_number(one, "time_s"), 2 * (100e-9 + 2 * 50e-9), 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(row_number(both, "time_s"), 100e-9 + 4 * 50e-9, 1e-12);
    CU_ASSERT_EQUAL(row_number(one, "accesses"), 4);
    /* of a warp both lines are there with the second: 200 ns each; then the bandwidth is waited for, too */
    CU_ASSERT_DOUBLE_EQUAL(row_number(one, "avg_access_latency_s"), 200e-9, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(row_number(both, "avg_access_latency_s"), 250e-9, 1e-12);
    row_free(one);
    row_free(both);
}

/* ---- sectors by one request, and by one each ---- */

/* A core with sectors and warps above DRAM, and a nest with accesses along and across rows.  passes: the L1 hands writes on, by
 * sectors that the L2 takes in.  Caller frees. */
static char *draw_script(Rng *rng, bool passes)
{
    static const char *const types[] = { "f16", "f32", "f64" }, *const sizes[] = { "4KiB",
                                                                                   "32KiB" };
    static const char *const writes[] = { "through", "back" }, *const sectors[] = { "32B", "64B",
                                                                                    "128B" };
    static const char *const bodies[] = {
        "memsim.read(a[i][j]), memsim.write(b[i][j])",
        "memsim.read(a[i][j]), memsim.read(b[j][i])",
        "memsim.read(a[j][i]), memsim.write(b[i][j])",
        "memsim.write(a[i][j]), memsim.read(b[i][j]), memsim.write(a[i][j])",
        "memsim.update(a[i][j]), memsim.read(b[i + 1][j])",
        "memsim.read(a[i][8]), memsim.write(a[i][j]), memsim.read(b[j][8])",
        "memsim.read(a[i][j]), memsim.read(a[i][j + 1]), memsim.update(b[i][j]), flops = 7",
    };

    uint32_t r[16];
    char window[16];

    for (size_t k = 0; k < G_N_ELEMENTS(r); k++)
        r[k] = (uint32_t)(rng_next(rng) >> 40);
    if (passes) {
        r[7] = r[8] = r[11] = 0;
        r[13] = 1;
    }
    g_snprintf(window, sizeof window, "%u", 1 + r[4] % 200);
    if (r[4] % 8 == 0)
        g_strlcpy(window, "'unlimited'", sizeof window);
    return g_strdup_printf(
        "local i, j = memsim.index('i', 'j') "
        "local a, b = memsim.array('a', '%s', 72, 72), memsim.array('b', '%s', 72, 72) "
        "return memsim.sweep { point = function() return { machine = memsim.machine { compute = { "
        "peak = '1 TFLOP/s', clock = '1 GHz', issue = %u, warp = %u, window = %s, overlap = %s }, "
        "caches = { { name = 'L1', size = '%s', line = '128B', sector = '32B', ways = 4, write = "
        "'%s', "
        "allocate = %s, latency = '5 ns', mshrs = %u, bandwidth = '%u GB/s' }, "
        "{ name = 'L2', size = '%s', line = '128B', sector = '%s', ways = 8, latency = '20 ns', "
        "shared = true, mshrs = %u, bandwidth = %s, write = '%s' } }, memory = "
        "memsim.dram('HBM2-2000') }, "
        "workload = memsim.nest { loops = { { i, 39 }, { j, %u } }, body = { %s } } } end }",
        types[r[0] % 3], types[r[1] % 3], 1 + r[2] % 8, 2 + r[3] % 40, window,
        r[5] % 2 ? "true" : "false", sizes[r[6] % 2], writes[r[7] % 2], r[8] % 2 ? "true" : "false",
        1 + r[9] % 40, 20 + r[10] % 200, r[9] % 3 ? "8KiB" : "64KiB", sectors[r[11] % 3],
        1 + r[12] % 60, passes || r[12] % 2 ? "'90 GB/s'" : "'unlimited'", writes[r[13] % 2],
        33 + r[14] % 38, bodies[r[15] % G_N_ELEMENTS(bodies)]);
}

typedef struct {
    Parts parts;
    RunTimes times;
} Run;

typedef enum {
    ONE_BY_ONE,
    JOINED,
    LOOKED_UP
} Way; /* LOOKED_UP: joined, but each piece like the first */

static void run_point(Run *run, const PointSpec *point, Way way)
{
    parts_init(&run->parts, point, point->machine->compute.peaks[0].flop_per_s, false);
    run->parts.memory->port.joins &= way != ONE_BY_ONE;
    if (way == LOOKED_UP)
        cache_watch_used(&run->parts.levels[0].instances[0]); /* it has to see each piece */
    CU_ASSERT(phases_run(&run->parts, &run->times, NULL));
}

/* But for what depends on time, or is not counted in both. */
static bool same_counts(const Run *a, const Run *b)
{
    const MemoryStats *x = &a->parts.memory->stats, *y = &b->parts.memory->stats;
    const CoreStats p = core_stats(a->parts.cores[0]), q = core_stats(b->parts.cores[0]);
    bool same = memcmp(x, y, sizeof *x) == 0 && p.accesses == q.accesses && p.busy == q.busy &&
                p.requested_bytes == q.requested_bytes;

    for (uint32_t i = 0; i < a->parts.n_levels; i++) {
        CacheStats s = parts_level_stats(&a->parts, i), t = parts_level_stats(&b->parts, i);

        s.mshr_merges = t.mshr_merges = 0;
        s.used = t.used = (UsedBytes){ 0 };
        same = same && memcmp(&s, &t, sizeof s) == 0;
    }
    return same;
}

static void what_comes_as_one_request_is_counted_as_what_comes_one_by_one(void)
{
    uint64_t events[2] = { 0 };
    double ratio = 0;

    for (uint64_t i = 0; i < POINTS; i++) {
        Rng rng = { .state = rng_at(77, i) };
        g_autofree char *script = draw_script(&rng, false);
        Study *study = script_study(script);
        Run joined, single;

        run_point(&joined, study->sweeps[0]->points[0], JOINED);
        run_point(&single, study->sweeps[0]->points[0], ONE_BY_ONE);
        if (!same_counts(&joined, &single)) {
            CU_FAIL("counts differ");
            g_printerr("# %s\n", script);
        }
        events[0] += joined.times.events;
        events[1] += single.times.events;
        ratio += log((double)joined.times.end_fs / (double)single.times.end_fs) / POINTS;
        parts_clear(&joined.parts);
        parts_clear(&single.parts);
        study_free(study);
    }
    CU_ASSERT(events[0] < events[1]);
    CU_ASSERT(fabs(ratio) < 0.1);
    printf("# joined: %.3f of the events, time by %.4f\n", (double)events[0] / (double)events[1],
           exp(ratio));
}

static void pieces_on_the_short_way_are_where_they_are_when_each_is_looked_up(void)
{
    for (uint64_t i = 0; i < POINTS; i++) {
        Rng rng = { .state = rng_at(78, i) };
        g_autofree char *script = draw_script(&rng, i % 2);
        Study *study = script_study(script);
        Run run, looked_up;

        run_point(&run, study->sweeps[0]->points[0], JOINED);
        run_point(&looked_up, study->sweeps[0]->points[0], LOOKED_UP);
        const CoreStats stats = core_stats(run.parts.cores[0]);
        const CoreStats others = core_stats(looked_up.parts.cores[0]);

        if (!same_counts(&run, &looked_up) || memcmp(&stats, &others, sizeof stats) != 0 ||
            run.times.end_fs != looked_up.times.end_fs ||
            run.times.events != looked_up.times.events) {
            CU_FAIL("counts or times differ");
            g_printerr("# %s\n", script);
        }
        parts_clear(&run.parts);
        parts_clear(&looked_up.parts);
        study_free(study);
    }
}

static CU_TestInfo tests[] = {
    TEST(a_warp_goes_on_when_all_its_threads_have_their_data),
    TEST(what_comes_as_one_request_is_counted_as_what_comes_one_by_one),
    TEST(pieces_on_the_short_way_are_where_they_are_when_each_is_looked_up),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_warps = { .pName = "warps", .pTests = tests };
