/*
 * test_inclusion - what inclusive and exclusive levels promise, and what they are good and bad for.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "cache_rig.h"

static bool holds(const Cache *cache, uint64_t addr)
{
    return tags_find(&cache->tags, addr >> cache->tags.line_shift) != TAGS_NONE;
}

/* Whether every line of a level is, or is not, in another one. */
static bool all_lines(const Cache *of, const Cache *in, bool held)
{
    for (size_t place = 0; place < of->tags.sets * of->tags.ways; place++)
        if (of->tags.words[place] != TAGS_INVALID &&
            holds(in, of->tags.words[place] >> 1 << of->tags.line_shift) != held)
            return false;
    return true;
}

static bool promises_kept(const Rig *rig)
{
    bool kept = true;

    for (uint32_t i = 1; i < rig->parts.n_levels; i++) {
        const Cache *cache = &rig->parts.levels[i].instances[0];

        for (uint32_t above = 0; cache->inclusive && above < i; above++)
            kept = kept && all_lines(&rig->parts.levels[above].instances[0], cache, true);
        /* both halves of a split level may have a line, and one of them give it up */
        if (cache->exclusive && machine_level(rig->point.machine, i) == i)
            kept = kept && all_lines(&rig->parts.levels[i - 1].instances[0], cache, false);
    }
    return kept;
}

static void inclusion_and_exclusion_hold_after_every_access(void)
{
    for (uint64_t seed = 1; seed <= 40; seed++) {
        Rng rng = { .state = seed };
        Rig rig;

        rig_init(&rig);
        cacherig_hierarchy(&rig, &rng, 4);
        GArray *accesses = cacherig_accesses(rig.point.machine, &rng);

        for (guint i = 0; i < accesses->len; i++) {
            AccessSource *one = rig_source(&g_array_index(accesses, Access, i), 1, 0);

            rig_count_sources(&rig, &one);
            source_free(one);
            CU_ASSERT(promises_kept(&rig));
        }
        g_array_unref(accesses);
        rig_clear(&rig);
    }
}

/* Dirty lines are in one place each: what was written and has not gone to memory is somewhere. */
static void no_dirty_line_is_lost(void)
{
    for (uint32_t inclusion = CACHE_NINE; inclusion <= CACHE_EXCLUSIVE; inclusion++) {
        Rig rig;
        Access accesses[4000];

        rig_init(&rig);
        rig_cache(&rig, 2048, 64, 4);
        rig_cache(&rig, 8192, 64, 8)->inclusion = inclusion;
        for (size_t i = 0; i < G_N_ELEMENTS(accesses); i++) /* each line is written once */
            accesses[i] = (Access){ .addr = i * 64, .bytes = 8, .op = ACCESS_WRITE };
        AccessSource *source = rig_source(accesses, G_N_ELEMENTS(accesses), 0);

        rig_run_sources(&rig, &source);
        source_free(source);
        CU_ASSERT_EQUAL(rig_memory(&rig).writes + rig_dirty_lines(&rig, 0) +
                            rig_dirty_lines(&rig, 1),
                        G_N_ELEMENTS(accesses));
        CU_ASSERT_EQUAL(rig_dirty_lines(&rig, 0) + rig_dirty_lines(&rig, 1),
                        inclusion == CACHE_EXCLUSIVE ? 160 : 128);
        rig_clear(&rig);
    }
}

/* Two levels of an exclusive hierarchy hold as much as one of their sum. */
static void an_exclusive_pair_holds_a_loop_that_an_inclusive_one_does_not(void)
{
    static const struct {
        CacheInclusion inclusion;
        uint64_t memory_reads;
    } cases[] = { { CACHE_EXCLUSIVE, 96 }, { CACHE_INCLUSIVE, 960 }, { CACHE_NINE, 960 } };

    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        Rig rig;
        Access accesses[960];

        rig_init(&rig);
        rig_cache(&rig, 32 * 64, 64, 0);
        rig_cache(&rig, 64 * 64, 64, 0)->inclusion = cases[c].inclusion;
        for (size_t i = 0; i < G_N_ELEMENTS(accesses); i++)
            accesses[i] = (Access){ .addr = i % 96 * 64, .bytes = 8, .op = ACCESS_READ };
        AccessSource *source = rig_source(accesses, G_N_ELEMENTS(accesses), 0);

        rig_run_sources(&rig, &source);
        source_free(source);
        CU_ASSERT_EQUAL(rig_memory(&rig).reads, cases[c].memory_reads);
        rig_clear(&rig);
    }
}

/* A line that is hot in the first level is cold in the inclusive one below, which takes it away (Jaleel et al., "Achieving
 * non-inclusive cache performance with inclusive caches", MICRO 2010). */
static void an_inclusive_level_takes_hot_lines_away(void)
{
    for (uint32_t inclusion = CACHE_NINE; inclusion <= CACHE_INCLUSIVE; inclusion++) {
        Rig rig;
        Access accesses[1000];

        rig_init(&rig);
        rig_cache(&rig, 4 * 64, 64, 0);
        rig_cache(&rig, 8 * 64, 64, 0)->inclusion = inclusion;
        for (size_t i = 0; i < G_N_ELEMENTS(accesses); i++) /* one hot line between new ones */
            accesses[i] = (Access){ .addr = i % 2 ? i * 64 : 0, .bytes = 8, .op = ACCESS_READ };
        AccessSource *source = rig_source(accesses, G_N_ELEMENTS(accesses), 0);

        rig_count_sources(&rig, &source);
        source_free(source);
        CU_ASSERT_EQUAL(rig_level(&rig, 0).read_misses > 501, inclusion == CACHE_INCLUSIVE);
        CU_ASSERT_EQUAL(rig_level(&rig, 0).back_invalidations > 0, inclusion == CACHE_INCLUSIVE);
        rig_clear(&rig);
    }
}

static CU_TestInfo tests[] = {
    TEST(inclusion_and_exclusion_hold_after_every_access),
    TEST(no_dirty_line_is_lost),
    TEST(an_exclusive_pair_holds_a_loop_that_an_inclusive_one_does_not),
    TEST(an_inclusive_level_takes_hot_lines_away),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_inclusion = { .pName = "inclusion", .pTests = tests };
