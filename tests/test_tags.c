/*
 * test_tags - what a cache holds, against sets that are plain lists.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "cache/tags.h"
#include "rig.h"

typedef struct {
    uint64_t line;
    bool dirty;
} Held;

/* Sets of lines, the next victim first. */
typedef struct {
    GArray **sets; /* of Held */
    uint64_t n_sets;
    uint32_t ways;
    bool hashed, fifo;
} TagsModel;

static void model_init(TagsModel *model, const CacheConfig *config)
{
    const uint64_t lines = config->size_bytes / config->line_bytes;

    model->ways = config->ways ? config->ways : (uint32_t)lines;
    model->n_sets = lines / model->ways;
    model->hashed = config->index == CACHE_INDEX_HASH;
    model->fifo = strcmp(repl_names()[config->policy], "fifo") == 0;
    model->sets = g_new0(GArray *, model->n_sets);
    for (uint64_t i = 0; i < model->n_sets; i++)
        model->sets[i] = g_array_new(FALSE, FALSE, sizeof(Held));
}

static void model_clear(TagsModel *model)
{
    for (uint64_t i = 0; i < model->n_sets; i++)
        g_array_unref(model->sets[i]);
    g_free(model->sets);
}

static GArray *model_set(const TagsModel *model, uint64_t line)
{
    return model->sets[(model->hashed ? rng_mix(line) : line) % model->n_sets];
}

static bool model_access(TagsModel *model, uint64_t line, bool dirty)
{
    GArray *set = model_set(model, line);

    for (guint i = 0; i < set->len; i++) {
        Held held = g_array_index(set, Held, i);

        if (held.line != line)
            continue;
        held.dirty = held.dirty || dirty;
        g_array_index(set, Held, i) = held;
        if (!model->fifo) {
            g_array_remove_index(set, i);
            g_array_append_val(set, held);
        }
        return true;
    }
    return false;
}

static Victim model_install(TagsModel *model, uint64_t line, bool dirty)
{
    GArray *set = model_set(model, line);
    const Held held = { .line = line, .dirty = dirty };
    Victim victim = { 0 };

    if (set->len == model->ways) {
        const Held first = g_array_index(set, Held, 0);

        victim = (Victim){ .line = first.line, .valid = true, .dirty = first.dirty };
        g_array_remove_index(set, 0);
    }
    g_array_append_val(set, held);
    return victim;
}

static uint64_t model_dirty(const TagsModel *model)
{
    uint64_t dirty = 0;

    for (uint64_t i = 0; i < model->n_sets; i++)
        for (guint k = 0; k < model->sets[i]->len; k++)
            dirty += g_array_index(model->sets[i], Held, k).dirty;
    return dirty;
}

static void step(Tags *tags, TagsModel *model, uint64_t line, bool dirty)
{
    const size_t place = tags_access(tags, line);

    CU_ASSERT_EQUAL(place != TAGS_NONE, model_access(model, line, dirty));
    if (place != TAGS_NONE) {
        if (dirty)
            tags_set_dirty(tags, place);
        return;
    }
    Victim victim = { 0 };
    const Victim expected = model_install(model, line, dirty);

    CU_ASSERT(tags_install(tags, line, dirty, &victim) < tags->sets * tags->ways);
    CU_ASSERT_EQUAL(victim.valid, expected.valid);
    if (expected.valid) {
        CU_ASSERT_EQUAL(victim.line, expected.line);
        CU_ASSERT_EQUAL(victim.dirty, expected.dirty);
    }
}

static void compare(const CacheConfig *config, uint64_t seed)
{
    Rng rng = { .state = seed };
    TagsModel model = { 0 };
    Tags tags;

    model_init(&model, config);
    tags_init(&tags, config, 1);
    CU_ASSERT_EQUAL(tags.sets, model.n_sets);
    CU_ASSERT_EQUAL(tags.ways, model.ways);
    const uint64_t lines = 2 * config->size_bytes / config->line_bytes + 1;
    const uint64_t base = rng_next(&rng) >> (2 + rng_below(rng_next(&rng), 40));

    for (int i = 0; i < 1500; i++)
        step(&tags, &model, base + rng_below(rng_next(&rng), lines), rng_next(&rng) & 1);
    CU_ASSERT_EQUAL(tags_dirty_lines(&tags), model_dirty(&model));
    tags_clear(&tags);
    model_clear(&model);
}

/* ways 0: one set. */
static void compare_shapes(const char *policy, CacheIndex index)
{
    static const uint32_t many_ways[] = { 0, 1, 2, 3, 7, 8, 16, 17, 31, 32, 33, 48, 64 };
    static const uint32_t many_sets[] = { 1, 2, 3, 8, 12, 13 };

    for (size_t w = 0; w < G_N_ELEMENTS(many_ways); w++)
        for (size_t s = 0; s < G_N_ELEMENTS(many_sets); s++) {
            const uint32_t ways = many_ways[w];
            CacheConfig config = { .line_bytes = 32,
                                   .size_bytes = UINT64_C(32) * MAX(ways, 1) * many_sets[s],
                                   .ways = ways,
                                   .index = index };

            while (strcmp(repl_names()[config.policy], policy) != 0)
                config.policy++;
            compare(&config, w * 100 + s);
        }
}

static void lru_sets_of_any_shape_hold_what_a_list_holds(void)
{
    compare_shapes("lru", CACHE_INDEX_MODULO);
}

static void fifo_sets_of_any_shape_hold_what_a_list_holds(void)
{
    compare_shapes("fifo", CACHE_INDEX_MODULO);
}

static void sets_found_by_a_hash_hold_what_a_list_holds(void)
{
    compare_shapes("lru", CACHE_INDEX_HASH);
    compare_shapes("fifo", CACHE_INDEX_HASH);
}

/* Every line of an empty cache comes into the first invalid way: no victim until the set is full. */
static void invalid_ways_are_filled_before_anything_leaves(void)
{
    for (uint32_t p = 0; repl_names()[p]; p++)
        for (uint32_t ways = 1; ways <= 40; ways++) {
            const CacheConfig config = {
                .size_bytes = 64 * 3 * ways, .line_bytes = 64, .ways = ways, .policy = p
            };
            Tags tags;
            Victim victim;

            tags_init(&tags, &config, 1);
            for (uint32_t line = 0; line < 3 * ways; line++) {
                tags_install(&tags, line, false, &victim);
                CU_ASSERT_FALSE(victim.valid);
            }
            for (uint32_t line = 0; line < 3 * ways; line++)
                CU_ASSERT(tags_access(&tags, line) != TAGS_NONE);
            tags_install(&tags, 3 * ways, true, &victim);
            CU_ASSERT(victim.valid && !victim.dirty && victim.line % 3 == 0);
            CU_ASSERT_EQUAL(tags_dirty_lines(&tags), 1);
            tags_clear(&tags);
        }
}

/* A hashed index spreads lines that lie one set apart. */
static void a_hashed_index_spreads_strides_that_fill_one_set(void)
{
    CacheConfig config = { .size_bytes = 64 * 4 * 64, .line_bytes = 64, .ways = 4 };
    uint32_t hits[2] = { 0 };

    for (uint32_t index = CACHE_INDEX_MODULO; index <= CACHE_INDEX_HASH; index++) {
        Tags tags;

        config.index = index;
        tags_init(&tags, &config, 1);
        for (int i = 0; i < 320; i++) {
            Victim victim;
            const uint64_t line = (uint64_t)(i % 32) * 64;

            if (tags_access(&tags, line) != TAGS_NONE)
                hits[index]++;
            else
                tags_install(&tags, line, false, &victim);
        }
        tags_clear(&tags);
    }
    CU_ASSERT_EQUAL(hits[CACHE_INDEX_MODULO], 0);
    CU_ASSERT(hits[CACHE_INDEX_HASH] >= 250);
}

static CU_TestInfo tests[] = {
    TEST(lru_sets_of_any_shape_hold_what_a_list_holds),
    TEST(fifo_sets_of_any_shape_hold_what_a_list_holds),
    TEST(sets_found_by_a_hash_hold_what_a_list_holds),
    TEST(invalid_ways_are_filled_before_anything_leaves),
    TEST(a_hashed_index_spreads_strides_that_fill_one_set),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_tags = { .pName = "tags", .pTests = tests };
