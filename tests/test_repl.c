/*
 * test_repl - every replacement policy against its contract, each against a model that is slow and obvious.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "cache/repl.h"
#include "cache/tags.h"
#include "rig.h"

enum { CANARY = 0xA5, CANARIES = 16 };

static uint32_t policy_index(const char *name)
{
    for (uint32_t i = 0; repl_names()[i]; i++)
        if (strcmp(repl_names()[i], name) == 0)
            return i;
    CU_FAIL_FATAL("a policy of this name");
    return 0;
}

static const ReplOps *policy(const char *name)
{
    return repl_ops(policy_index(name));
}

/* A set's state, zero-filled, with bytes behind it that nobody may touch. */
static uint8_t *state_new(const ReplOps *ops, uint32_t ways)
{
    const size_t bytes = ops->set_bytes(ways);
    uint8_t *state = g_malloc0(bytes + CANARIES);

    memset(state + bytes, CANARY, CANARIES);
    return state;
}

static void state_free(const ReplOps *ops, uint32_t ways, uint8_t *state)
{
    const size_t bytes = ops->set_bytes(ways);

    for (size_t i = 0; i < CANARIES; i++)
        CU_ASSERT_EQUAL(state[bytes + i], CANARY);
    g_free(state);
}

/* ---- every policy ---- */

/* The victims of random hits and misses, mixed into one number. */
static uint64_t exercise(const ReplOps *ops, uint32_t ways)
{
    uint8_t *state = state_new(ops, ways);
    Rng draws = { .state = ways }, own = { .state = 99 };
    uint64_t digest = 0;

    for (uint32_t way = 0; way < ways; way++)
        ops->on_fill(state, ways, way);
    for (int i = 0; i < 2000; i++) {
        if (rng_below(rng_next(&draws), 2)) {
            ops->on_hit(state, ways, (uint32_t)rng_below(rng_next(&draws), ways));
            continue;
        }
        const uint32_t way = ops->victim(state, ways, &own);

        CU_ASSERT_FATAL(way < ways);
        ops->on_fill(state, ways, way);
        digest = rng_mix(digest + way + 1);
    }
    state_free(ops, ways, state);
    return digest;
}

static void every_policy_picks_a_way_of_the_set_and_does_so_again(void)
{
    for (uint32_t p = 0; repl_names()[p]; p++) {
        const ReplOps *ops = repl_ops(p);

        CU_ASSERT_STRING_EQUAL(ops->name, repl_names()[p]);
        for (uint32_t ways = 1; ways <= 17; ways++)
            CU_ASSERT_EQUAL(exercise(ops, ways), exercise(ops, ways));
        CU_ASSERT_EQUAL(exercise(ops, 64), exercise(ops, 64));
        CU_ASSERT_EQUAL(exercise(ops, 1000), exercise(ops, 1000));
    }
}

static void every_policy_uses_all_ways_under_misses_alone(void)
{
    for (uint32_t p = 0; repl_names()[p]; p++)
        for (uint32_t ways = 1; ways <= 17; ways++) {
            const ReplOps *ops = repl_ops(p);
            uint8_t *state = state_new(ops, ways);
            Rng own = { .state = 5 };
            uint32_t seen = 0;

            for (uint32_t way = 0; way < ways; way++)
                ops->on_fill(state, ways, way);
            for (int i = 0; i < 500; i++) {
                const uint32_t way = ops->victim(state, ways, &own);

                seen |= UINT32_C(1) << way;
                ops->on_fill(state, ways, way);
            }
            CU_ASSERT_EQUAL(seen, (UINT32_C(1) << ways) - 1);
            state_free(ops, ways, state);
        }
}

/* ---- each against its model ---- */

/* When each way was filled and used last. */
typedef struct {
    uint64_t filled[100], used[100];
    uint64_t clock;
} Stamps;

static uint32_t oldest(const uint64_t *stamps, uint32_t ways)
{
    uint32_t best = 0;

    for (uint32_t way = 1; way < ways; way++)
        if (stamps[way] < stamps[best])
            best = way;
    return best;
}

/* Random hits and misses; misses are hits with a victim in model, too. */
static void compare_with_stamps(const ReplOps *ops, uint32_t ways, bool by_use)
{
    uint8_t *state = state_new(ops, ways);
    Stamps stamps = { .clock = 1 };
    Rng rng = { .state = ways };

    for (uint32_t way = 0; way < ways; way++) {
        ops->on_fill(state, ways, way);
        stamps.filled[way] = stamps.used[way] = stamps.clock++;
    }
    for (int i = 0; i < 3000; i++) {
        uint32_t way = (uint32_t)rng_below(rng_next(&rng), ways);

        if (rng_below(rng_next(&rng), 3)) {
            ops->on_hit(state, ways, way);
        } else {
            way = oldest(by_use ? stamps.used : stamps.filled, ways);
            CU_ASSERT_EQUAL(ops->victim(state, ways, &rng), way);
            ops->on_fill(state, ways, way);
            stamps.filled[way] = stamps.clock;
        }
        stamps.used[way] = stamps.clock++;
    }
    state_free(ops, ways, state);
}

static void lru_is_the_least_recent_stamp(void)
{
    for (uint32_t ways = 1; ways <= 35; ways++)
        compare_with_stamps(policy("lru"), ways, true);
    compare_with_stamps(policy("lru"), 64, true);
    compare_with_stamps(policy("lru"), 100, true);
}

static void fifo_is_the_oldest_fill(void)
{
    for (uint32_t ways = 1; ways <= 17; ways++)
        compare_with_stamps(policy("fifo"), ways, false);
    compare_with_stamps(policy("fifo"), 64, false);
}

/* A tree over the ways from below to above; the node of a range is known by its middle. */
static void tree_touch(bool *right, uint32_t from, uint32_t below, uint32_t way)
{
    const uint32_t middle = (from + below) / 2;

    if (below - from == 1)
        return;
    right[middle] = way < middle;
    if (way < middle)
        tree_touch(right, from, middle, way);
    else
        tree_touch(right, middle, below, way);
}

static uint32_t tree_victim(const bool *right, uint32_t from, uint32_t below)
{
    const uint32_t middle = (from + below) / 2;

    if (below - from == 1)
        return from;
    return right[middle] ? tree_victim(right, middle, below) : tree_victim(right, from, middle);
}

static void plru_is_the_tree_of_bits(void)
{
    for (uint32_t ways = 1; ways <= 128; ways *= 2) {
        const ReplOps *ops = policy("plru");
        uint8_t *state = state_new(ops, ways);
        bool right[128] = { false };
        Rng rng = { .state = ways };

        for (int i = 0; i < 2000; i++) {
            uint32_t way = (uint32_t)rng_below(rng_next(&rng), ways);

            if (rng_below(rng_next(&rng), 2)) {
                way = tree_victim(right, 0, ways);
                CU_ASSERT_EQUAL(ops->victim(state, ways, &rng), way);
                ops->on_fill(state, ways, way);
            } else {
                ops->on_hit(state, ways, way);
            }
            tree_touch(right, 0, ways, way);
        }
        state_free(ops, ways, state);
    }
}

/* ---- examples ---- */

static void plru_of_four_ways_points_away_from_the_last_uses(void)
{
    static const struct {
        uint32_t hits[4];
        uint32_t victim;
    } cases[] = {
        { { 0, 1, 2, 3 }, 0 },
        { { 3, 2, 1, 0 }, 3 },
        { { 0, 2, 0, 2 }, 1 },
        { { 1, 3, 2, 0 }, 3 }, /* the least recent is 1: the tree is only near it */
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint8_t *state = state_new(policy("plru"), 4);
        Rng rng = { .state = 1 };

        for (int hit = 0; hit < 4; hit++)
            policy("plru")->on_hit(state, 4, cases[i].hits[hit]);
        CU_ASSERT_EQUAL(policy("plru")->victim(state, 4, &rng), cases[i].victim);
        state_free(policy("plru"), 4, state);
    }
}

/* Misses of a string of lines in one set. */
static uint64_t set_misses(const char *name, uint32_t ways, const uint32_t *lines, size_t n)
{
    const CacheConfig config = {
        .size_bytes = 64 * ways, .line_bytes = 64, .ways = ways, .policy = policy_index(name)
    };
    Tags tags;
    uint64_t misses = 0;

    tags_init(&tags, &config, 1);
    for (size_t i = 0; i < n; i++) {
        Victim victim;

        if (tags_access(&tags, lines[i]) != TAGS_NONE)
            continue;
        misses++;
        tags_install(&tags, lines[i], false, &victim);
    }
    tags_clear(&tags);
    return misses;
}

/* Belady, Nelson, Shedler, CACM 12(6), 1969: more room, more faults under FIFO. */
static void fifo_shows_beladys_anomaly_and_lru_does_not(void)
{
    static const uint32_t string[] = { 1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5 };
    const size_t n = G_N_ELEMENTS(string);

    CU_ASSERT_EQUAL(set_misses("fifo", 3, string, n), 9);
    CU_ASSERT_EQUAL(set_misses("fifo", 4, string, n), 10);
    CU_ASSERT_EQUAL(set_misses("lru", 3, string, n), 10);
    CU_ASSERT_EQUAL(set_misses("lru", 4, string, n), 8);
    CU_ASSERT_EQUAL(set_misses("lru", 5, string, n), 5);
}

/* Mattson et al. 1970: under LRU a larger set holds all that a smaller one does. */
static void lru_never_misses_more_with_more_ways(void)
{
    uint32_t lines[3000];
    uint64_t before = UINT64_MAX;

    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
        lines[i] = (uint32_t)(rng_below(rng_at(3, i), 60) * rng_below(rng_at(4, i), 60) / 60);
    for (uint32_t ways = 1; ways <= 64; ways++) {
        const uint64_t misses = set_misses("lru", ways, lines, G_N_ELEMENTS(lines));

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
        CU_ASSERT_EQUAL(set_misses("lru", ways, lines, G_N_ELEMENTS(lines)), 900);
        CU_ASSERT_EQUAL(set_misses("fifo", ways, lines, G_N_ELEMENTS(lines)), 900);
        CU_ASSERT(ways == 1 || set_misses("random", ways, lines, G_N_ELEMENTS(lines)) < 900);
        for (uint32_t i = 0; i < G_N_ELEMENTS(lines); i++)
            lines[i] = i % ways;
        CU_ASSERT_EQUAL(set_misses("random", ways, lines, G_N_ELEMENTS(lines)), ways);
    }
}

/* Chi-square of the victims: the bounds are passed by chance once in 10^5. */
static void random_is_nearly_uniform(void)
{
    static const struct {
        uint32_t ways;
        double bound;
    } cases[] = { { 2, 19.6 }, { 3, 23.1 }, { 8, 34.1 }, { 17, 49.0 } };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const uint32_t ways = cases[i].ways;
        const double expected = 1000;
        uint64_t seen[17] = { 0 };
        Rng rng = { .state = 11 };
        double chi_square = 0;

        for (uint32_t n = 0; n < 1000 * ways; n++)
            seen[policy("random")->victim(NULL, ways, &rng)]++;
        for (uint32_t way = 0; way < ways; way++)
            chi_square +=
                ((double)seen[way] - expected) * ((double)seen[way] - expected) / expected;
        CU_ASSERT(chi_square < cases[i].bound);
    }
}

static CU_TestInfo tests[] = {
    TEST(every_policy_picks_a_way_of_the_set_and_does_so_again),
    TEST(every_policy_uses_all_ways_under_misses_alone),
    TEST(lru_is_the_least_recent_stamp),
    TEST(fifo_is_the_oldest_fill),
    TEST(plru_is_the_tree_of_bits),
    TEST(plru_of_four_ways_points_away_from_the_last_uses),
    TEST(fifo_shows_beladys_anomaly_and_lru_does_not),
    TEST(lru_never_misses_more_with_more_ways),
    TEST(a_loop_of_one_line_more_than_ways_always_misses_under_lru_and_fifo),
    TEST(random_is_nearly_uniform),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_repl = { .pName = "repl", .pTests = tests };
