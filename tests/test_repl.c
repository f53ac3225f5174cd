/*
 * test_repl - what every replacement policy has to do, and small cases by hand.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "cache/tags.h"
#include "repl_rig.h"
#include "rig.h"

/* The victims of random hits and misses, mixed into one number. */
static uint64_t exercise(const ReplOps *ops, uint32_t ways)
{
    ReplRig *rig = replrig_new_full(ops, ways);
    Rng draws = { .state = ways };
    uint64_t digest = 0;

    for (int i = 0; i < 2000; i++) {
        if (rng_below(rng_next(&draws), 2)) {
            replrig_hit(rig, (uint32_t)rng_below(rng_next(&draws), ways));
            continue;
        }
        const uint32_t way = replrig_victim(rig);

        CU_ASSERT_FATAL(way < ways);
        replrig_fill(rig, way);
        digest = rng_mix(digest + way + 1);
    }
    replrig_free(rig);
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

/* Those that keep a part of a loop on purpose leave the other ways alone. */
static bool resists_thrashing(const char *name)
{
    return strcmp(name, "lip") == 0 || strcmp(name, "bip") == 0 || strcmp(name, "brrip") == 0;
}

static void every_policy_uses_all_ways_under_misses_alone_unless_it_resists_thrashing(void)
{
    for (uint32_t p = 0; repl_names()[p]; p++)
        for (uint32_t ways = 2; ways <= 17; ways++) {
            ReplRig *rig = replrig_new_full(repl_ops(p), ways);
            uint32_t seen = 0;

            for (int i = 0; i < 500; i++) {
                const uint32_t way = replrig_victim(rig);

                seen |= UINT32_C(1) << way;
                replrig_fill(rig, way);
            }
            CU_ASSERT(resists_thrashing(repl_names()[p]) || seen == (UINT32_C(1) << ways) - 1);
            replrig_free(rig);
        }
}

/* A way that was emptied is filled before a line has to leave. */
static void every_policy_fills_a_hole_first(void)
{
    for (uint32_t p = 0; repl_names()[p]; p++)
        for (uint32_t ways = 1; ways <= 40; ways += 3) {
            const CacheConfig config = {
                .size_bytes = 64 * ways, .line_bytes = 64, .ways = ways, .policy = p
            };
            Tags tags;
            Victim evicted;
            Rng rng = { .state = ways };

            tags_init(&tags, &config, 1);
            for (uint32_t line = 0; line < 2 * ways; line++)
                tags_install(&tags, line, true, &evicted);
            for (uint64_t line = 1000; line < 1200; line++) {
                const size_t hole = (size_t)rng_below(rng_next(&rng), ways);
                const uint64_t gone = tags.words[hole] >> 1;

                tags_invalidate(&tags, hole);
                CU_ASSERT_EQUAL(tags_find(&tags, gone), TAGS_NONE);
                CU_ASSERT_EQUAL(tags_dirty_lines(&tags), ways - 1);
                CU_ASSERT_EQUAL(tags_install(&tags, line, true, &evicted), hole);
                CU_ASSERT(!evicted.valid);
                tags_access(&tags, tags.words[rng_below(rng_next(&rng), ways)] >> 1);
            }
            tags_clear(&tags);
        }
}

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

    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        ReplRig *rig = replrig_new(replrig_ops("plru"), 4);

        for (int i = 0; i < 4; i++)
            replrig_hit(rig, cases[c].hits[i]);
        CU_ASSERT_EQUAL(replrig_victim(rig), cases[c].victim);
        replrig_free(rig);
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
        ReplRig *rig = replrig_new_full(replrig_ops("random"), ways);
        double chi_square = 0;

        for (uint32_t n = 0; n < 1000 * ways; n++)
            seen[replrig_victim(rig)]++;
        for (uint32_t way = 0; way < ways; way++)
            chi_square +=
                ((double)seen[way] - expected) * ((double)seen[way] - expected) / expected;
        CU_ASSERT(chi_square < cases[i].bound);
        replrig_free(rig);
    }
}

static CU_TestInfo tests[] = {
    TEST(every_policy_picks_a_way_of_the_set_and_does_so_again),
    TEST(every_policy_uses_all_ways_under_misses_alone_unless_it_resists_thrashing),
    TEST(every_policy_fills_a_hole_first),
    TEST(plru_of_four_ways_points_away_from_the_last_uses),
    TEST(random_is_nearly_uniform),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_repl = { .pName = "repl", .pTests = tests };
