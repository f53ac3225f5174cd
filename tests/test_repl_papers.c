/*
 * test_repl_papers - replacement policies in caches: what the papers that they are from say of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "cache/tags.h"
#include "repl_rig.h"
#include "rig.h"

/* Misses of a string of lines in a cache of sets x ways. */
static uint64_t misses_of(const char *policy, uint64_t sets, uint32_t ways, const uint32_t *lines,
                          size_t n)
{
    const CacheConfig config = { .size_bytes = 64 * ways * sets,
                                 .line_bytes = 64,
                                 .ways = ways,
                                 .policy = replrig_index(policy) };
    Tags tags;
    uint64_t misses = 0;

    tags_init(&tags, &config, 1);
    for (size_t i = 0; i < n; i++) {
        Victim evicted;

        if (tags_access(&tags, lines[i]) != TAGS_NONE)
            continue;
        misses++;
        tags_install(&tags, lines[i], false, &evicted);
    }
    tags_clear(&tags);
    return misses;
}

/* The same of an exclusive cache below one that keeps the ABOVE last lines. */
static uint64_t exclusive_misses_of(const char *policy, uint64_t sets, uint32_t ways,
                                    const uint32_t *lines, size_t n)
{
    enum { ABOVE = 16 };
    const CacheConfig config = { .size_bytes = 64 * ways * sets,
                                 .line_bytes = 64,
                                 .ways = ways,
                                 .inclusion = CACHE_EXCLUSIVE,
                                 .policy = replrig_index(policy) };
    Tags tags;
    uint64_t misses = 0;

    tags_init(&tags, &config, 1);
    for (size_t i = 0; i < n; i++) { /* no load has a line again within ABOVE */
        const size_t place = tags_access(&tags, lines[i]);
        Victim evicted;

        if (place != TAGS_NONE)
            tags_invalidate(&tags, place);
        else
            misses++;
        if (i >= ABOVE)
            tags_install(&tags, lines[i - ABOVE], false, &evicted);
    }
    tags_clear(&tags);
    return misses;
}

/* The first n lines of a load.  Returns (caller frees: g_free). */
static uint32_t *string_of(uint32_t (*line)(uint32_t i), uint32_t n)
{
    uint32_t *lines = g_new(uint32_t, n);

    for (uint32_t i = 0; i < n; i++)
        lines[i] = line(i);
    return lines;
}

/* Belady, Nelson, Shedler, CACM 12(6), 1969: more room, more faults under FIFO. */
static void fifo_shows_beladys_anomaly_and_lru_does_not(void)
{
    static const uint32_t string[] = { 1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5 };
    const size_t n = G_N_ELEMENTS(string);

    CU_ASSERT_EQUAL(misses_of("fifo", 1, 3, string, n), 9);
    CU_ASSERT_EQUAL(misses_of("fifo", 1, 4, string, n), 10);
    CU_ASSERT_EQUAL(misses_of("lru", 1, 3, string, n), 10);
    CU_ASSERT_EQUAL(misses_of("lru", 1, 4, string, n), 8);
    CU_ASSERT_EQUAL(misses_of("lru", 1, 5, string, n), 5);
}

/* Mattson et al. 1970: under LRU a larger set holds all that a smaller one does. */
static void lru_never_misses_more_with_more_ways(void)
{
    uint32_t lines[3000];
    uint64_t before = UINT64_MAX;

    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
        lines[i] = (uint32_t)(rng_below(rng_at(3, i), 60) * rng_below(rng_at(4, i), 60) / 60);
    for (uint32_t ways = 1; ways <= 64; ways++) {
        const uint64_t misses = misses_of("lru", 1, ways, lines, G_N_ELEMENTS(lines));

        CU_ASSERT(misses <= before);
        before = misses;
    }
    CU_ASSERT(before <= 60);
}

static void a_loop_of_one_line_more_than_ways_always_misses_under_lru_and_fifo(void)
{
    uint32_t lines[900];

    for (uint32_t ways = 1; ways <= 40; ways++) {
        for (uint32_t i = 0; i < G_N_ELEMENTS(lines); i++)
            lines[i] = i % (ways + 1);
        CU_ASSERT_EQUAL(misses_of("lru", 1, ways, lines, G_N_ELEMENTS(lines)), 900);
        CU_ASSERT_EQUAL(misses_of("fifo", 1, ways, lines, G_N_ELEMENTS(lines)), 900);
        CU_ASSERT(ways == 1 || misses_of("random", 1, ways, lines, G_N_ELEMENTS(lines)) < 900);
        for (uint32_t i = 0; i < G_N_ELEMENTS(lines); i++)
            lines[i] = i % ways;
        CU_ASSERT_EQUAL(misses_of("random", 1, ways, lines, G_N_ELEMENTS(lines)), ways);
    }
}

/* Qureshi et al. 2007, section 3: of a loop of more lines than ways LIP keeps all but one way's worth. */
static void lip_keeps_ways_minus_one_lines_of_a_loop(void)
{
    enum { LOOP = 24, ROUNDS = 50, WAYS = 16 };
    uint32_t lines[LOOP * ROUNDS];

    for (uint32_t i = 0; i < G_N_ELEMENTS(lines); i++)
        lines[i] = i % LOOP;
    CU_ASSERT_EQUAL(misses_of("lru", 1, WAYS, lines, G_N_ELEMENTS(lines)), LOOP * ROUNDS);
    CU_ASSERT_EQUAL(misses_of("lip", 1, WAYS, lines, G_N_ELEMENTS(lines)),
                    LOOP + (LOOP - (WAYS - 1)) * (ROUNDS - 1));
    CU_ASSERT(misses_of("bip", 1, WAYS, lines, G_N_ELEMENTS(lines)) < LOOP * ROUNDS * 6 / 10);
    CU_ASSERT(misses_of("brrip", 1, WAYS, lines, G_N_ELEMENTS(lines)) < LOOP * ROUNDS * 6 / 10);
}

/* Jaleel et al. 2010, section 2: a working set that is used again survives scans of lines that are not. */
static void srrip_keeps_a_working_set_through_scans_and_lru_does_not(void)
{
    enum { WAYS = 8, SET = 4, SCAN = 6, ROUNDS = 100 };
    uint32_t lines[(2 * SET + SCAN) * ROUNDS], n = 0, fresh = 1000;

    for (uint32_t round = 0; round < ROUNDS; round++) {
        for (uint32_t i = 0; i < 2 * SET; i++)
            lines[n++] = i % SET;
        for (uint32_t i = 0; i < SCAN; i++)
            lines[n++] = fresh++;
    }
    CU_ASSERT_EQUAL(misses_of("lru", 1, WAYS, lines, n), (SET + SCAN) * ROUNDS);
    CU_ASSERT_EQUAL(misses_of("srrip", 1, WAYS, lines, n), SET + SCAN * ROUNDS);
}

static uint32_t thrashing(uint32_t i)
{
    return i % (12 * 256);
}

/* A working set of three quarters of the cache, swept four times; then another one. */
static uint32_t moving(uint32_t i)
{
    const uint32_t lines = 6 * 256;

    return i / (4 * lines) * lines + i % lines;
}

typedef uint64_t (*Misses)(const char *policy, uint64_t sets, uint32_t ways, const uint32_t *lines,
                           size_t n);

static void drrip_is_near_the_better_of_the_two(Misses misses)
{
    const uint32_t n = 400000;
    uint32_t (*const loads[])(uint32_t) = { thrashing, moving };

    for (size_t load = 0; load < 2; load++) {
        g_autofree uint32_t *lines = string_of(loads[load], n);
        const uint64_t srrip = misses("srrip", 256, 8, lines, n);
        const uint64_t brrip = misses("brrip", 256, 8, lines, n);
        const uint64_t drrip = misses("drrip", 256, 8, lines, n);
        const uint64_t better = MIN(srrip, brrip), worse = MAX(srrip, brrip);

        CU_ASSERT(better < worse);
        CU_ASSERT(drrip < better + (worse - better) / 3);
    }
}

static void drrip_is_near_the_better_of_srrip_and_brrip(void)
{
    drrip_is_near_the_better_of_the_two(misses_of);
}

static void drrip_of_an_exclusive_level_is_near_the_better_one_too(void)
{
    drrip_is_near_the_better_of_the_two(exclusive_misses_of);
}

enum { HOT_LINES = 6 * 64, COLD_LINES = 12 * 64, ROUND = 2 * HOT_LINES + COLD_LINES };

/* A region that is swept twice, then more lines of others, which are not used again soon: and so on. */
static uint32_t two_regions(uint32_t i)
{
    return i % ROUND < 2 * HOT_LINES ? i % ROUND % HOT_LINES : UINT32_C(1) << 30 | i % 4096;
}

static void ship_learns_which_region_is_used_again(void)
{
    const uint32_t rounds = 200, n = rounds * ROUND;
    g_autofree uint32_t *lines = string_of(two_regions, n);

    CU_ASSERT_EQUAL(misses_of("lru", 64, 8, lines, n), rounds * (HOT_LINES + COLD_LINES));
    CU_ASSERT(misses_of("ship", 64, 8, lines, n) < rounds * COLD_LINES * 105 / 100);
}

static CU_TestInfo tests[] = {
    TEST(fifo_shows_beladys_anomaly_and_lru_does_not),
    TEST(lru_never_misses_more_with_more_ways),
    TEST(a_loop_of_one_line_more_than_ways_always_misses_under_lru_and_fifo),
    TEST(lip_keeps_ways_minus_one_lines_of_a_loop),
    TEST(srrip_keeps_a_working_set_through_scans_and_lru_does_not),
    TEST(drrip_is_near_the_better_of_srrip_and_brrip),
    TEST(drrip_of_an_exclusive_level_is_near_the_better_one_too),
    TEST(ship_learns_which_region_is_used_again),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_repl_papers = { .pName = "repl_papers", .pTests = tests };
