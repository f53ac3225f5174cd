/*
 * test_useful - how much of each line that a cache brings in is used.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "cache/watch.h"
#include "random_point.h"
#include "rig.h"
#include "row_values.h"
#include "system/system.h"

enum { KIB = 1024 };

static Row *row_of(Rig *rig, bool timing, bool useful)
{
    const SystemOptions options = { .useful = useful };

    rig->point.machine->timing = timing;
    Row *row = system_run(&rig->point, &options, NULL);

    CU_ASSERT_FATAL(row != NULL);
    return row;
}

/* One pass with a stride over 256 KiB: of each line, of 64 bytes here and 256 below, what the accesses touch.  Of n accesses
 * of 8 bytes a stride of s brings in n s / 64 lines up to 64 bytes, and n beyond. */
static void strided_streams_use_what_the_stride_says(void)
{
    for (uint64_t stride = 8; stride <= 512; stride *= 2)
        for (int timing = 0; timing < 2; timing++) {
            const double used = 8.0 / (double)MIN(stride, 64);
            g_autofree char *step = g_strdup_printf("l1_used_%u_8", (unsigned)(used * 8));
            Rig rig;

            rig_init(&rig);
            rig_cache(&rig, 4 * KIB, 64, 8);
            rig_cache(&rig, 32 * KIB, 256, 8);
            rig_pattern(&rig, GEN_STRIDED, 256 * KIB, 8)->stride_bytes = stride;
            rig.point.workload->pattern.accesses = 256 * KIB / stride;
            Row *row = row_of(&rig, timing, true);

            CU_ASSERT_DOUBLE_EQUAL(row_number(row, "l1_useful_fraction"), used, 1e-12);
            CU_ASSERT_EQUAL(row_number(row, step), row_number(row, "l1_misses"));
            CU_ASSERT_DOUBLE_EQUAL(row_number(row, "l2_useful_fraction"),
                                   stride <= 64 ? 1 : 64.0 / (double)MIN(stride, 256), 1e-12);
            row_free(row);
            rig_clear(&rig);
        }
}

/* Half of each line is read, the other half written: all of it is used. */
static void what_is_written_is_used(void)
{
    enum { LINES = 200 };
    Access accesses[2 * LINES];
    Rig rig;

    for (size_t i = 0; i < G_N_ELEMENTS(accesses); i++)
        accesses[i] =
            (Access){ .addr = 32 * i, .bytes = 32, .op = i % 2 ? ACCESS_WRITE : ACCESS_READ };
    rig_init(&rig);
    rig_cache(&rig, 4 * KIB, 64, 8)->useful = true;
    AccessSource *source = rig_source(accesses, G_N_ELEMENTS(accesses), 0);

    rig_run_sources(&rig, &source);
    source_free(source);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).used.lines[8], LINES);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).used.bytes, LINES * 64);
    rig_clear(&rig);
}

/* Lines that are written as a whole come in without a fetch; those of a warm-up came in before. */
static void only_lines_that_are_fetched_while_measured_count(void)
{
    Rig rig;

    rig_init(&rig);
    rig_cache(&rig, 64 * KIB, 64, 8)->useful = true;
    rig_pattern(&rig, GEN_SEQUENTIAL, 16 * KIB, 64)->write_fraction = 1;
    Row *row = row_of(&rig, true, false);

    CU_ASSERT_EQUAL(row_number(row, "l1_used_8_8"), 0);
    CU_ASSERT(isnan(row_number(row, "l1_useful_fraction")));
    row_free(row);
    rig_pattern(&rig, GEN_SEQUENTIAL, 16 * KIB, 8)->accesses = 32;
    rig.point.workload->warmup_accesses = 12; /* a line and a half */
    row = row_of(&rig, true, false);
    CU_ASSERT_EQUAL(row_number(row, "l1_misses"), 4);
    CU_ASSERT_EQUAL(row_number(row, "l1_used_8_8"), 3);
    CU_ASSERT_EQUAL(row_number(row, "l1_used_4_8"), 1);
    row_free(row);
    rig_clear(&rig);
}

/* ---- a model ---- */

typedef struct {
    Tags tags;
    GHashTable *touched; /* line number -> a byte for each byte of the line */
    uint32_t line_bytes;
    UsedBytes used;
} Model;

static void model_leaves(Model *model, uint64_t line)
{
    const char *bytes = g_hash_table_lookup(model->touched, GSIZE_TO_POINTER(line + 1));
    uint32_t used = 0;

    for (uint32_t i = 0; i < model->line_bytes; i++)
        used += bytes[i] != 0;
    model->used.bytes += used;
    model->used.lines[(uint32_t)ceil(8.0 * used / model->line_bytes)]++;
    g_hash_table_remove(model->touched, GSIZE_TO_POINTER(line + 1));
}

static void model_access(Model *model, const Access *access)
{
    const uint64_t line = access->addr / model->line_bytes;
    Victim victim;

    if (tags_access(&model->tags, line) == TAGS_NONE) {
        tags_install(&model->tags, line, false, &victim);
        if (victim.valid)
            model_leaves(model, victim.line);
        g_hash_table_insert(model->touched, GSIZE_TO_POINTER(line + 1),
                            g_malloc0(model->line_bytes));
    }
    char *bytes = g_hash_table_lookup(model->touched, GSIZE_TO_POINTER(line + 1));

    memset(bytes + access->addr % model->line_bytes, 1, access->bytes);
}

static UsedBytes model_used(const CacheConfig *config, const Access *accesses, size_t n)
{
    Model model = { .line_bytes = config->line_bytes };
    GList *left;

    tags_init(&model.tags, config, 0);
    model.touched = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    for (size_t i = 0; i < n; i++)
        model_access(&model, &accesses[i]);
    left = g_hash_table_get_keys(model.touched);
    for (GList *at = left; at; at = at->next)
        model_leaves(&model, GPOINTER_TO_SIZE(at->data) - 1);
    g_list_free(left);
    g_hash_table_unref(model.touched);
    tags_clear(&model.tags);
    return model.used;
}

static void used_bytes_are_those_of_a_byte_by_byte_model(void)
{
    enum { N = 3000 };

    for (uint64_t seed = 0; seed < 60; seed++) {
        Rng rng = { .state = rng_at(31, seed) };
        Access accesses[N];
        Rig rig;

        rig_init(&rig);
        CacheConfig *cache = rig_cache(&rig, 2 * KIB, 8U << rng_below(rng_next(&rng), 4),
                                       (uint32_t)rng_below(rng_next(&rng), 2) ? 4 : 0);

        cache->useful = true;
        for (size_t i = 0; i < N; i++) {
            const uint32_t bytes = 1 + (uint32_t)rng_below(rng_next(&rng), 8);
            const uint64_t at = rng_below(rng_next(&rng), 3 * KIB);
            const uint64_t room = cache->line_bytes - at % cache->line_bytes;

            accesses[i] =
                (Access){ .addr = at, .bytes = (uint32_t)MIN(bytes, room), .op = ACCESS_READ };
        }
        const UsedBytes expected = model_used(cache, accesses, N);

        for (int timing = 0; timing < 2; timing++) {
            AccessSource *source = rig_source(accesses, N, 0);

            if (timing)
                rig_run_sources(&rig, &source);
            else
                rig_count_sources(&rig, &source);
            source_free(source);
            const UsedBytes used = rig_level(&rig, 0).used;

            CU_ASSERT(memcmp(&used, &expected, sizeof used) == 0);
            rig_again(&rig);
        }
        rig_clear(&rig);
    }
}

/* ---- any machine ---- */

/* Each line that was fetched has left or is there, with some of its bytes used, unless it was prefetched. */
static bool adds_up(const PointSpec *point, const Row *row)
{
    bool good = true;

    for (uint32_t level = 0; level < point->machine->n_caches; level++) {
        double lines = 0;

        if (point->machine->caches[level].inclusion == CACHE_EXCLUSIVE)
            continue; /* it brings nothing in */

        for (uint32_t i = 0; i <= USED_STEPS; i++) {
            g_autofree char *name = g_strdup_printf("l%u_used_%u_8", level + 1, i);

            lines += row_number(row, name);
        }
        g_autofree char *fetches = g_strdup_printf("l%u_fetches", level + 1);
        g_autofree char *none = g_strdup_printf("l%u_used_0_8", level + 1);

        /* of a line that has sectors more than one may be fetched */
        good = good &&
               (point->machine->caches[level].sector_bytes ? lines <= row_number(row, fetches)
                                                           : lines == row_number(row, fetches));
        good = good && (row_number(row, none) == 0 ||
                        point->machine->caches[level].prefetch.type != PREFETCH_NONE);
    }
    return good;
}

static void watching_changes_nothing_and_adds_up_on_random_machines(void)
{
    for (uint64_t i = 0; i < 300; i++) {
        Rng rng = { .state = rng_at(77, i) };
        PointSpec *point = random_point(&rng);
        const SystemOptions plainly = { 0 }, usefully = { .useful = true };

        point->machine->timing = i % 3 > 0;
        Row *plain = system_run(point, &plainly, NULL);
        Row *watched = system_run(point, &usefully, NULL);

        CU_ASSERT_FATAL(plain && watched);
        CU_ASSERT(row_has_all_of(watched, plain));
        CU_ASSERT(adds_up(point, watched));
        row_free(plain);
        row_free(watched);
        point_free(point);
    }
}

static CU_TestInfo tests[] = {
    TEST(strided_streams_use_what_the_stride_says),
    TEST(what_is_written_is_used),
    TEST(only_lines_that_are_fetched_while_measured_count),
    TEST(used_bytes_are_those_of_a_byte_by_byte_model),
    TEST(watching_changes_nothing_and_adds_up_on_random_machines),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_useful = { .pName = "useful", .pTests = tests };
