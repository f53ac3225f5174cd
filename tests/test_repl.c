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

/* One set of a policy; behind its states are bytes that nobody may touch. */
typedef struct {
    const ReplOps *ops;
    ReplSet set;
    Rng rng;
    uint64_t next_line;
} Fixture;

static void *guarded(size_t bytes)
{
    uint8_t *state = g_malloc0(bytes + CANARIES);

    memset(state + bytes, CANARY, CANARIES);
    return state;
}

static void check_guard(const void *state, size_t bytes)
{
    for (size_t i = 0; i < CANARIES; i++)
        CU_ASSERT_EQUAL(((const uint8_t *)state)[bytes + i], CANARY);
}

static Fixture *fixture_new(const ReplOps *ops, uint32_t ways)
{
    Fixture *fixture = g_new0(Fixture, 1);

    fixture->ops = ops;
    fixture->rng.state = 99;
    fixture->set = (ReplSet){ .state = guarded(ops->set_bytes(ways)),
                              .common = guarded(ops->common_bytes),
                              .ways = ways,
                              .sets = 1,
                              .rng = &fixture->rng };
    return fixture;
}

static void fixture_free(Fixture *fixture)
{
    check_guard(fixture->set.state, fixture->ops->set_bytes(fixture->set.ways));
    check_guard(fixture->set.common, fixture->ops->common_bytes);
    g_free(fixture->set.state);
    g_free(fixture->set.common);
    g_free(fixture);
}

static void fill(Fixture *fixture, uint32_t way)
{
    fixture->ops->on_fill(&fixture->set, way, fixture->next_line++);
}

static void hit(Fixture *fixture, uint32_t way)
{
    fixture->ops->on_hit(&fixture->set, way);
}

static uint32_t victim(Fixture *fixture)
{
    return fixture->ops->victim(&fixture->set);
}

/* A set whose ways are all filled, in order. */
static Fixture *fixture_full(const ReplOps *ops, uint32_t ways)
{
    Fixture *fixture = fixture_new(ops, ways);

    for (uint32_t way = 0; way < ways; way++)
        fill(fixture, way);
    return fixture;
}

/* ---- every policy ---- */

/* The victims of random hits and misses, mixed into one number. */
static uint64_t exercise(const ReplOps *ops, uint32_t ways)
{
    Fixture *fixture = fixture_full(ops, ways);
    Rng draws = { .state = ways };
    uint64_t digest = 0;

    for (int i = 0; i < 2000; i++) {
        if (rng_below(rng_next(&draws), 2)) {
            hit(fixture, (uint32_t)rng_below(rng_next(&draws), ways));
            continue;
        }
        const uint32_t way = victim(fixture);

        CU_ASSERT_FATAL(way < ways);
        fill(fixture, way);
        digest = rng_mix(digest + way + 1);
    }
    fixture_free(fixture);
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
            Fixture *fixture = fixture_full(repl_ops(p), ways);
            uint32_t seen = 0;

            for (int i = 0; i < 500; i++) {
                const uint32_t way = victim(fixture);

                seen |= UINT32_C(1) << way;
                fill(fixture, way);
            }
            CU_ASSERT(resists_thrashing(repl_names()[p]) || seen == (UINT32_C(1) << ways) - 1);
            fixture_free(fixture);
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
    Fixture *fixture = fixture_new(ops, ways);
    Stamps stamps = { .clock = 1 };
    Rng rng = { .state = ways };

    for (uint32_t way = 0; way < ways; way++) {
        fill(fixture, way);
        stamps.filled[way] = stamps.used[way] = stamps.clock++;
    }
    for (int i = 0; i < 3000; i++) {
        uint32_t way = (uint32_t)rng_below(rng_next(&rng), ways);

        if (rng_below(rng_next(&rng), 3)) {
            hit(fixture, way);
        } else {
            way = oldest(by_use ? stamps.used : stamps.filled, ways);
            CU_ASSERT_EQUAL(victim(fixture), way);
            fill(fixture, way);
            stamps.filled[way] = stamps.clock;
        }
        stamps.used[way] = stamps.clock++;
    }
    fixture_free(fixture);
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
        Fixture *fixture = fixture_new(policy("plru"), ways);
        bool right[128] = { false };
        Rng rng = { .state = ways };

        for (int i = 0; i < 2000; i++) {
            uint32_t way = (uint32_t)rng_below(rng_next(&rng), ways);

            if (rng_below(rng_next(&rng), 2)) {
                way = tree_victim(right, 0, ways);
                CU_ASSERT_EQUAL(victim(fixture), way);
                fill(fixture, way);
            } else {
                hit(fixture, way);
            }
            tree_touch(right, 0, ways, way);
        }
        fixture_free(fixture);
    }
}

/* A row of values, one a way; what the RRIP policies do to it, word for word of the paper. */
typedef struct {
    uint32_t rrpv[20];
} RripModel;

static uint32_t rrip_model_victim(RripModel *model, uint32_t ways)
{
    for (;;) {
        for (uint32_t way = 0; way < ways; way++)
            if (model->rrpv[way] == 3)
                return way;
        for (uint32_t way = 0; way < ways; way++)
            model->rrpv[way]++;
    }
}

static void srrip_and_brrip_are_the_values_of_the_paper(void)
{
    for (uint32_t ways = 1; ways <= 20; ways++)
        for (int bimodal = 0; bimodal < 2; bimodal++) {
            Fixture *fixture = fixture_new(policy(bimodal ? "brrip" : "srrip"), ways);
            RripModel model = { { 0 } };
            Rng rng = { .state = ways };
            uint32_t fills = 0;

            for (uint32_t i = 0; i < 3000; i++) {
                uint32_t way = (uint32_t)rng_below(rng_next(&rng), ways);

                if (i >= ways && rng_below(rng_next(&rng), 3)) {
                    hit(fixture, way);
                    model.rrpv[way] = 0;
                    continue;
                }
                way = i < ways ? i : rrip_model_victim(&model, ways);
                CU_ASSERT(i < ways || victim(fixture) == way);
                fill(fixture, way);
                model.rrpv[way] = bimodal && ++fills % 32 ? 3 : 2;
            }
            fixture_free(fixture);
        }
}

/* A list of ways, the next victim first. */
static void lip_and_bip_are_a_list_that_is_filled_at_its_cold_end(void)
{
    for (uint32_t ways = 1; ways <= 40; ways++)
        for (int bimodal = 0; bimodal < 2; bimodal++) {
            Fixture *fixture = fixture_new(policy(bimodal ? "bip" : "lip"), ways);
            GArray *list = g_array_new(FALSE, FALSE, sizeof(uint32_t));
            Rng rng = { .state = ways };
            uint32_t fills = 0;

            for (uint32_t i = 0; i < 3000; i++) {
                const bool is_hit = i >= ways && rng_below(rng_next(&rng), 3);
                uint32_t way = i < ways ? i : g_array_index(list, uint32_t, 0);

                if (is_hit)
                    way = (uint32_t)rng_below(rng_next(&rng), ways);
                for (guint at = 0; at < list->len; at++)
                    if (g_array_index(list, uint32_t, at) == way)
                        g_array_remove_index(list, at--);
                CU_ASSERT(i < ways || is_hit || victim(fixture) == way);
                if (is_hit)
                    hit(fixture, way);
                else
                    fill(fixture, way);
                if (is_hit || (bimodal && ++fills % 32 == 0))
                    g_array_append_val(list, way);
                else
                    g_array_prepend_val(list, way);
            }
            g_array_unref(list);
            fixture_free(fixture);
        }
}

static void lfu_is_the_fewest_uses_and_of_equals_the_oldest(void)
{
    for (uint32_t ways = 1; ways <= 20; ways++) {
        Fixture *fixture = fixture_new(policy("lfu"), ways);
        uint64_t uses[20], used[20];
        Rng rng = { .state = ways };

        for (uint32_t i = 0; i < 3000; i++) {
            uint32_t way = i < ways ? i : 0;

            if (i >= ways && rng_below(rng_next(&rng), 3)) {
                way = (uint32_t)(rng_below(rng_next(&rng), ways) * rng_below(rng_next(&rng), ways) /
                                 ways);
                hit(fixture, way);
                uses[way]++;
            } else {
                for (uint32_t w = 1; i >= ways && w < ways; w++)
                    if (uses[w] < uses[way] || (uses[w] == uses[way] && used[w] < used[way]))
                        way = w;
                CU_ASSERT(i < ways || victim(fixture) == way);
                fill(fixture, way);
                uses[way] = 1;
            }
            used[way] = i;
        }
        fixture_free(fixture);
    }
}

/* nru: all bits are cleared when a victim is wanted; bit_plru: all others, when the last one would be set. */
static void nru_and_bit_plru_are_a_row_of_bits(void)
{
    for (uint32_t ways = 1; ways <= 20; ways++)
        for (int plru = 0; plru < 2; plru++) {
            Fixture *fixture = fixture_new(policy(plru ? "bit-plru" : "nru"), ways);
            bool used[20] = { false };
            Rng rng = { .state = ways };

            for (uint32_t i = 0; i < 3000; i++) {
                uint32_t way = i < ways ? i : (uint32_t)rng_below(rng_next(&rng), ways), n = 0;
                const bool is_hit = i >= ways && rng_below(rng_next(&rng), 2);

                if (i >= ways && !is_hit) {
                    for (way = 0; way < ways && used[way]; way++)
                        ;
                    if (way == ways) {
                        memset(used, 0, sizeof used);
                        way = 0;
                    }
                    CU_ASSERT_EQUAL(victim(fixture), way);
                }
                if (is_hit)
                    hit(fixture, way);
                else
                    fill(fixture, way);
                used[way] = true;
                for (uint32_t w = 0; w < ways; w++)
                    n += used[w];
                if (plru && n == ways) {
                    memset(used, 0, sizeof used);
                    used[way] = ways > 1;
                }
            }
            fixture_free(fixture);
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

    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        Fixture *fixture = fixture_new(policy("plru"), 4);

        for (int i = 0; i < 4; i++)
            hit(fixture, cases[c].hits[i]);
        CU_ASSERT_EQUAL(victim(fixture), cases[c].victim);
        fixture_free(fixture);
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
        Victim evicted;

        if (tags_access(&tags, lines[i]) != TAGS_NONE)
            continue;
        misses++;
        tags_install(&tags, lines[i], false, &evicted);
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
        Fixture *fixture = fixture_full(policy("random"), ways);
        double chi_square = 0;

        for (uint32_t n = 0; n < 1000 * ways; n++)
            seen[victim(fixture)]++;
        for (uint32_t way = 0; way < ways; way++)
            chi_square +=
                ((double)seen[way] - expected) * ((double)seen[way] - expected) / expected;
        CU_ASSERT(chi_square < cases[i].bound);
        fixture_free(fixture);
    }
}

/* Qureshi et al. 2007, section 3: of a loop of more lines than ways LIP keeps all but one way's worth. */
static void lip_keeps_ways_minus_one_lines_of_a_loop(void)
{
    enum { LOOP = 24, ROUNDS = 50, WAYS = 16 };
    uint32_t lines[LOOP * ROUNDS];

    for (uint32_t i = 0; i < G_N_ELEMENTS(lines); i++)
        lines[i] = i % LOOP;
    CU_ASSERT_EQUAL(set_misses("lru", WAYS, lines, G_N_ELEMENTS(lines)), LOOP * ROUNDS);
    CU_ASSERT_EQUAL(set_misses("lip", WAYS, lines, G_N_ELEMENTS(lines)),
                    LOOP + (LOOP - (WAYS - 1)) * (ROUNDS - 1));
    CU_ASSERT(set_misses("bip", WAYS, lines, G_N_ELEMENTS(lines)) < LOOP * ROUNDS * 6 / 10);
    CU_ASSERT(set_misses("brrip", WAYS, lines, G_N_ELEMENTS(lines)) < LOOP * ROUNDS * 6 / 10);
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
    CU_ASSERT_EQUAL(set_misses("lru", WAYS, lines, n), (SET + SCAN) * ROUNDS);
    CU_ASSERT_EQUAL(set_misses("srrip", WAYS, lines, n), SET + SCAN * ROUNDS);
}

/* Misses of a policy in a cache of sets x 8 ways. */
static uint64_t cache_misses(const char *name, uint64_t sets, uint64_t (*line)(uint64_t i),
                             uint64_t n)
{
    const CacheConfig config = {
        .size_bytes = 64 * 8 * sets, .line_bytes = 64, .ways = 8, .policy = policy_index(name)
    };
    Tags tags;
    uint64_t misses = 0;

    tags_init(&tags, &config, 1);
    for (uint64_t i = 0; i < n; i++) {
        Victim evicted;

        if (tags_access(&tags, line(i)) == TAGS_NONE) {
            tags_install(&tags, line(i), false, &evicted);
            misses++;
        }
    }
    tags_clear(&tags);
    return misses;
}

static uint64_t thrashing(uint64_t i)
{
    return i % (12 * 256);
}

/* A working set of three quarters of the cache, swept four times; then another one. */
static uint64_t moving(uint64_t i)
{
    const uint64_t lines = 6 * 256;

    return i / (4 * lines) * lines + i % lines;
}

static void drrip_is_near_the_better_of_srrip_and_brrip(void)
{
    const uint64_t n = 400000;
    uint64_t (*const loads[])(uint64_t) = { thrashing, moving };

    for (size_t load = 0; load < 2; load++) {
        const uint64_t srrip = cache_misses("srrip", 256, loads[load], n);
        const uint64_t brrip = cache_misses("brrip", 256, loads[load], n);
        const uint64_t drrip = cache_misses("drrip", 256, loads[load], n);
        const uint64_t better = MIN(srrip, brrip), worse = MAX(srrip, brrip);

        CU_ASSERT(better < worse);
        CU_ASSERT(drrip < better + (worse - better) / 3);
    }
}

enum { HOT_LINES = 6 * 64, COLD_LINES = 12 * 64, ROUND = 2 * HOT_LINES + COLD_LINES };

/* A region that is swept twice, then more lines of others, which are not used again soon: and so on. */
static uint64_t two_regions(uint64_t i)
{
    return i % ROUND < 2 * HOT_LINES ? i % ROUND % HOT_LINES : UINT64_C(1) << 30 | i % 4096;
}

static void ship_learns_which_region_is_used_again(void)
{
    const uint64_t rounds = 200, n = rounds * ROUND;

    CU_ASSERT_EQUAL(cache_misses("lru", 64, two_regions, n), rounds * (HOT_LINES + COLD_LINES));
    CU_ASSERT(cache_misses("ship", 64, two_regions, n) < rounds * COLD_LINES * 105 / 100);
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

static CU_TestInfo tests[] = {
    TEST(every_policy_picks_a_way_of_the_set_and_does_so_again),
    TEST(every_policy_uses_all_ways_under_misses_alone_unless_it_resists_thrashing),
    TEST(every_policy_fills_a_hole_first),
    TEST(lru_is_the_least_recent_stamp),
    TEST(fifo_is_the_oldest_fill),
    TEST(plru_is_the_tree_of_bits),
    TEST(srrip_and_brrip_are_the_values_of_the_paper),
    TEST(lip_and_bip_are_a_list_that_is_filled_at_its_cold_end),
    TEST(lfu_is_the_fewest_uses_and_of_equals_the_oldest),
    TEST(nru_and_bit_plru_are_a_row_of_bits),
    TEST(plru_of_four_ways_points_away_from_the_last_uses),
    TEST(fifo_shows_beladys_anomaly_and_lru_does_not),
    TEST(lru_never_misses_more_with_more_ways),
    TEST(a_loop_of_one_line_more_than_ways_always_misses_under_lru_and_fifo),
    TEST(random_is_nearly_uniform),
    TEST(lip_keeps_ways_minus_one_lines_of_a_loop),
    TEST(srrip_keeps_a_working_set_through_scans_and_lru_does_not),
    TEST(drrip_is_near_the_better_of_srrip_and_brrip),
    TEST(ship_learns_which_region_is_used_again),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_repl = { .pName = "repl", .pTests = tests };
