/*
 * test_flat - plain hierarchies that are only counted in flat arrays count what they count in the general way.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "base/cpu.h"
#include "cache/flat_state.h"
#include "cache_rig.h"
#include "mem/compact.h"
#include "mem/tally.h"

enum { ROUNDS = 1200, ACCESSES = 3000 };

/* ---- random plain machines and streams ---- */

static void add_plain_cache(Rig *rig, Rng *rng, uint32_t line_bytes)
{
    const uint32_t ways = 1 + cacherig_draw(rng, FLAT_WAYS_MAX);
    const uint64_t sets =
        cacherig_draw(rng, 2) ? UINT64_C(1) << cacherig_draw(rng, 9) : 1 + cacherig_draw(rng, 200);
    CacheConfig *cache = rig_cache(rig, sets * ways * line_bytes, line_bytes, ways);

    if (sets == 1 && cacherig_draw(rng, 2))
        cache->ways = 0;
}

static void plain_machine(Rig *rig, Rng *rng)
{
    MachineSpec *machine = rig->point.machine;
    const uint32_t levels = 1 + cacherig_draw(rng, 3);
    uint32_t line_bytes = 8U << cacherig_draw(rng, 4), sharing = 1;

    machine->cores = 1U << cacherig_draw(rng, 3);
    for (uint32_t i = 0; i < levels; i++) {
        add_plain_cache(rig, rng, line_bytes);
        machine->caches[i].cores_per_instance = sharing;
        line_bytes <<= cacherig_draw(rng, 2);
        if (sharing < machine->cores && cacherig_draw(rng, 2))
            sharing *= 2;
    }
    machine->caches[0].write = cacherig_draw(rng, 3) ? CACHE_WRITE_BACK : CACHE_WRITE_THROUGH;
    machine->caches[0].allocate = cacherig_draw(rng, 3) > 0;
    rig->point.workload->split_lines = cacherig_draw(rng, 3) > 0;
}

/* Regions of a gigabyte: in the first, and far up. */
static uint64_t random_region(Rng *rng, uint32_t n_regions)
{
    const uint64_t region = cacherig_draw(rng, n_regions);

    return region == 0 ? 0 : (region * 0x1FFF7 + 0x55550) << COMPACT_REGION_BITS;
}

/* Walks and jumps within some kilobytes of some regions. */
static GArray *random_stream(Rng *rng, uint32_t n_regions)
{
    GArray *accesses = g_array_new(FALSE, FALSE, sizeof(Access));
    const uint32_t reach = 64U << cacherig_draw(rng, 9), writes = cacherig_draw(rng, 4);
    uint64_t addr = 0;

    for (uint32_t i = 0; i < ACCESSES; i++) {
        const uint32_t step = 1U << cacherig_draw(rng, 5);

        if (i == 0 || cacherig_draw(rng, 4) == 0)
            addr = random_region(rng, n_regions) + cacherig_draw(rng, reach);
        const Access access = {
            .addr = addr,
            .bytes = cacherig_draw(rng, 20) ? step : 1 + cacherig_draw(rng, 300),
            .op = (uint8_t)(cacherig_draw(rng, 4) < writes ? ACCESS_WRITE
                                                           : 2 * cacherig_draw(rng, 2)),
        };

        g_array_append_val(accesses, access);
        addr += step;
    }
    return accesses;
}

/* ---- comparing ---- */

/* Deal a part of the stream to the cores, in batches. */
static void count_part(Rig *rig, const GArray *accesses, guint from, guint to, size_t batch)
{
    const uint32_t n_cores = rig->point.machine->cores;
    g_autofree AccessSource **sources = g_new(AccessSource *, n_cores);

    for (uint32_t i = 0; i < n_cores; i++) {
        const guint begin = from + (to - from) * i / n_cores;
        const guint end = from + (to - from) * (i + 1) / n_cores;

        sources[i] = rig_source(&g_array_index(accesses, Access, begin), end - begin, batch);
    }
    rig_count_sources(rig, sources);
    for (uint32_t i = 0; i < n_cores; i++)
        source_free(sources[i]);
}

static bool same_counts(const CacheStats *a, const CacheStats *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static bool same_cores(const Rig *a, const Rig *b)
{
    bool same = true;

    for (uint32_t i = 0; i < a->parts.n_cores; i++) {
        const CoreStats x = core_stats(a->parts.cores[i]), y = core_stats(b->parts.cores[i]);

        same = same && x.accesses == y.accesses && x.reads == y.reads && x.writes == y.writes &&
               x.requested_bytes == y.requested_bytes;
    }
    return same;
}

/* All levels have the same counters, and hold as many dirty lines. */
static bool same_levels(const Rig *a, const Rig *b)
{
    bool same = same_cores(a, b);

    for (uint32_t i = 0; i < a->point.machine->n_caches; i++) {
        const CacheStats x = rig_level(a, i), y = rig_level(b, i);

        same = same && same_counts(&x, &y) && rig_dirty_lines(a, i) == rig_dirty_lines(b, i);
    }
    if (!same) {
        g_autofree char *text = point_canonical(&a->point);

        g_printerr("# counts differ\n%s", text);
    }
    return same;
}

/* Both rigs are of one seed; the second leaves flat arrays after a number of accesses. */
static bool general_after(uint64_t seed, uint32_t n_regions, guint leave_at)
{
    Rng rng = { .state = seed }, same = { .state = seed };
    Rig flat, general;

    rig_init(&flat);
    rig_init(&general);
    plain_machine(&flat, &rng);
    plain_machine(&general, &same);
    GArray *accesses = random_stream(&rng, n_regions);
    const size_t batch = 1 + cacherig_draw(&rng, BATCH_MAX);

    count_part(&flat, accesses, 0, leave_at, batch);
    CU_ASSERT_PTR_NOT_NULL(flat.parts.flat);
    count_part(&flat, accesses, leave_at, accesses->len, batch);
    count_part(&general, accesses, 0, 0, 0);
    flat_leave(general.parts.flat);
    count_part(&general, accesses, 0, leave_at, BATCH_MAX);
    count_part(&general, accesses, leave_at, accesses->len, BATCH_MAX);
    const bool good = same_levels(&flat, &general);

    g_array_unref(accesses);
    rig_clear(&flat);
    rig_clear(&general);
    return good;
}

static void flat_counts_are_the_general_ones(void)
{
    for (uint64_t seed = 1; seed <= ROUNDS; seed++)
        CU_ASSERT(general_after(seed, 1 + (uint32_t)(seed % 4), (guint)(seed * 7 % ACCESSES)));
}

/* More regions than a tag of 31 bits can tell apart: the rest is counted in the general way. */
static void counting_goes_on_where_addresses_lie_too_far_apart(void)
{
    for (uint64_t seed = 1; seed <= ROUNDS / 10; seed++)
        CU_ASSERT(general_after(seed, 1000000, ACCESSES / 2));
}

static void what_flat_caches_hold_goes_to_the_general_ones(void)
{
    for (uint64_t seed = 1; seed <= ROUNDS / 4; seed++) {
        Rng rng = { .state = seed }, same = { .state = seed };
        Rig left, flat;

        rig_init(&left);
        rig_init(&flat);
        plain_machine(&left, &rng);
        plain_machine(&flat, &same);
        GArray *accesses = random_stream(&rng, 3);

        count_part(&left, accesses, 0, ACCESSES / 2, 100);
        flat_leave(left.parts.flat);
        count_part(&left, accesses, ACCESSES / 2, ACCESSES, 100);
        count_part(&flat, accesses, 0, ACCESSES / 2, 100);
        count_part(&flat, accesses, ACCESSES / 2, ACCESSES, 100);
        CU_ASSERT(same_levels(&left, &flat));
        g_array_unref(accesses);
        rig_clear(&left);
        rig_clear(&flat);
    }
}

static void count_all(Flat *flat, const Cache *cache, const GArray *accesses)
{
    Front *front = flat_front(flat, cache);

    for (guint at = 0; at < accesses->len; at += BATCH_MAX) {
        Access batch[BATCH_MAX];
        const size_t n = MIN(BATCH_MAX, accesses->len - at);

        memcpy(batch, &g_array_index(accesses, Access, at), n * sizeof *batch);
        const AccessTally tally = access_tally(batch, n, front->line_bytes);

        front->ops->count_batch(front, batch, n, &tally);
    }
    front->ops->count_end(front);
}

/* Trivially so on a processor without them. */
static void vectors_change_no_count(void)
{
    for (uint64_t seed = 1; seed <= ROUNDS / 2; seed++) {
        Rng rng = { .state = seed };
        CacheStats stats[CPU_AVX512 + 1][RIG_CACHES_MAX];
        Cache *caches[RIG_CACHES_MAX];
        Rig rig;

        rig_init(&rig);
        plain_machine(&rig, &rng);
        rig.point.machine->cores = 1;
        GArray *accesses = random_stream(&rng, 3);

        for (CpuVectors vectors = CPU_BASE; vectors <= CPU_AVX512; vectors++) {
            rig_again(&rig);
            count_part(&rig, accesses, 0, 0, 0);
            for (uint32_t i = 0; i < rig.parts.n_levels; i++)
                caches[i] = rig.parts.levels[i].instances;
            Flat *flat = flat_new(caches, rig.parts.n_levels, MIN(vectors, cpu_vectors()));

            count_all(flat, caches[0], accesses);
            for (uint32_t i = 0; i < rig.parts.n_levels; i++)
                stats[vectors][i] = rig_level(&rig, i);
            flat_free(flat);
        }
        for (uint32_t i = 0; i < rig.parts.n_levels; i++)
            CU_ASSERT(same_counts(&stats[CPU_BASE][i], &stats[CPU_AVX2][i]) &&
                      same_counts(&stats[CPU_BASE][i], &stats[CPU_AVX512][i]));
        g_array_unref(accesses);
        rig_clear(&rig);
    }
}

/* ---- which machines ---- */

static bool is_flat(Rig *rig)
{
    rig_again(rig);
    rig_count(rig);
    return rig->parts.flat != NULL;
}

static void only_plain_machines_are_flat(void)
{
    Rig rig;

    rig_init(&rig);
    CU_ASSERT_FALSE(is_flat(&rig)); /* no caches */
    CacheConfig *first = rig_cache(&rig, 32 << 10, 64, 8),
                *second = rig_cache(&rig, 1 << 20, 64, 16);

    const CacheConfig plain[2] = { *first, *second };
    CU_ASSERT(is_flat(&rig));
    second->ways = 32;
    CU_ASSERT_FALSE(is_flat(&rig));
    *second = plain[1];
    second->inclusion = CACHE_INCLUSIVE;
    CU_ASSERT_FALSE(is_flat(&rig));
    second->inclusion = CACHE_EXCLUSIVE;
    CU_ASSERT_FALSE(is_flat(&rig));
    *second = plain[1];
    second->index = CACHE_INDEX_HASH;
    CU_ASSERT_FALSE(is_flat(&rig));
    *second = plain[1];
    second->write = CACHE_WRITE_THROUGH;
    CU_ASSERT_FALSE(is_flat(&rig));
    *second = plain[1];
    second->classify = true;
    CU_ASSERT_FALSE(is_flat(&rig));
    *second = plain[1];
    second->useful = true;
    CU_ASSERT_FALSE(is_flat(&rig));
    *second = plain[1];
    first->policy = 1;
    CU_ASSERT_STRING_NOT_EQUAL(repl_names()[1], "lru");
    CU_ASSERT_FALSE(is_flat(&rig));
    *first = plain[0];
    first->holds = CACHE_HOLDS_DATA;
    second->holds = CACHE_HOLDS_INSTRUCTIONS;
    CU_ASSERT_FALSE(is_flat(&rig));
    rig_clear(&rig);
}

/* ---- its parts ---- */

static void a_tally_is_what_one_by_one_says(void)
{
    Rng rng = { .state = 3 };

    for (uint32_t round = 0; round < 2000; round++) {
        Access accesses[40];
        AccessTally want = { .one_stream = true, .plain_ops = true };
        const size_t n = 1 + cacherig_draw(&rng, 40);
        const uint32_t streams = 1 + cacherig_draw(&rng, 30) / 29, ops = 2 + cacherig_draw(&rng, 3);
        const uint32_t large = cacherig_draw(&rng, 3) ? 0 : 4U << 20;

        for (size_t i = 0; i < n; i++) {
            accesses[i] = (Access){ .addr = rng_next(&rng) & ~UINT64_C(63),
                                    .bytes = 1 + cacherig_draw(&rng, large ? large : 65),
                                    .stream = (uint16_t)(7 + cacherig_draw(&rng, streams)),
                                    .op = (uint8_t)cacherig_draw(&rng, ops) };
            accesses[i].addr += cacherig_draw(&rng, 2);
            want.bytes += accesses[i].bytes;
            want.writes += accesses[i].op == ACCESS_WRITE;
            want.addr_bits |= accesses[i].addr;
            want.one_stream = want.one_stream && accesses[i].stream == accesses[0].stream;
            want.crossing = want.crossing || accesses[i].addr % 64 + accesses[i].bytes > 64;
            want.plain_ops = want.plain_ops && accesses[i].op <= ACCESS_FETCH;
        }
        const AccessTally got = access_tally(accesses, n, 64);

        CU_ASSERT_EQUAL(got.bytes, want.bytes);
        CU_ASSERT(got.writes == want.writes || !want.plain_ops);
        CU_ASSERT_EQUAL(got.addr_bits, want.addr_bits);
        CU_ASSERT_EQUAL(got.one_stream, want.one_stream);
        CU_ASSERT_EQUAL(got.crossing, want.crossing);
        CU_ASSERT_EQUAL(got.plain_ops, want.plain_ops);
    }
}

static void compact_addresses_stand_for_one_each(void)
{
    Compact compact;
    uint64_t before[500];
    Access accesses[500];
    Rng rng = { .state = 9 };

    compact_init(&compact, 37);
    for (size_t i = 0; i < 500; i++) {
        before[i] = (rng_next(&rng) % 40 * 0x123457 << COMPACT_REGION_BITS) + rng_next(&rng) % 9999;
        accesses[i] = (Access){ .addr = before[i] };
    }
    CU_ASSERT(compact_accesses(&compact, accesses, 500));
    for (size_t i = 0; i < 500; i++) {
        CU_ASSERT(accesses[i].addr < UINT64_C(1) << 37);
        CU_ASSERT_EQUAL(compact_original(&compact, accesses[i].addr), before[i]);
        CU_ASSERT(before[i] >= compact_limit(&compact) || accesses[i].addr == before[i]);
    }
    compact_clear(&compact);
}

static void addresses_that_do_not_fit_stay_as_they_are(void)
{
    Compact compact;
    Access accesses[200];

    compact_init(&compact, 37);
    for (size_t i = 0; i < 200; i++)
        accesses[i] = (Access){ .addr = (i + 1) << 50 | i };
    CU_ASSERT(compact_accesses(&compact, accesses, 63));
    for (size_t i = 0; i < 63; i++)
        accesses[i].addr = compact_original(&compact, accesses[i].addr);
    CU_ASSERT_FALSE(compact_accesses(&compact, accesses, 200));
    for (size_t i = 0; i < 200; i++)
        CU_ASSERT_EQUAL(accesses[i].addr, (i + 1) << 50 | i);
    compact_clear(&compact);
}

static CU_TestInfo tests[] = {
    TEST(flat_counts_are_the_general_ones),
    TEST(counting_goes_on_where_addresses_lie_too_far_apart),
    TEST(what_flat_caches_hold_goes_to_the_general_ones),
    TEST(vectors_change_no_count),
    TEST(only_plain_machines_are_flat),
    TEST(a_tally_is_what_one_by_one_says),
    TEST(compact_addresses_stand_for_one_each),
    TEST(addresses_that_do_not_fit_stay_as_they_are),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_flat = { .pName = "flat", .pTests = tests };
