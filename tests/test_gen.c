/*
 * test_gen - address patterns: where they go, how often, and that any piece of a stream is the same piece.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "rig.h"

enum { STREAM = 3 };

static const uint64_t BASE = UINT64_C(0x7000000000);

static PatternConfig config_of(uint32_t pattern, uint64_t footprint_bytes, uint32_t size_bytes)
{
    return (PatternConfig){ .pattern = pattern,
                            .footprint_bytes = footprint_bytes,
                            .size_bytes = size_bytes,
                            .stride_bytes = 24,
                            .exponent = 0.99,
                            .base_addr = BASE,
                            .seed = 42 };
}

/* The accesses first to first + count - 1. */
static GArray *piece(const PatternConfig *config, uint64_t first, uint64_t count)
{
    void *table = gen_table_new(config);
    GArray *all = rig_drain(gen_new(config, table, first, count, STREAM));

    g_free(table);
    return all;
}

static const Access *at(const GArray *all, uint64_t index)
{
    return &g_array_index(all, Access, index);
}

/* ---- every pattern ---- */

static void check_inside(const PatternConfig *config)
{
    const uint64_t n = 2 * gen_pass_accesses(config) + 100;
    GArray *all = piece(config, 0, n);

    CU_ASSERT_EQUAL(all->len, n);
    for (uint64_t i = 0; i < all->len; i++) {
        const Access *access = at(all, i);

        CU_ASSERT(access->addr >= BASE &&
                  access->addr + access->bytes <= BASE + config->footprint_bytes);
        CU_ASSERT(access->bytes == config->size_bytes && access->stream == STREAM);
        CU_ASSERT(access->op == ACCESS_READ || access->op == ACCESS_WRITE);
    }
    g_array_unref(all);
}

static void every_pattern_stays_inside_its_footprint(void)
{
    for (uint32_t pattern = 0; pattern < GEN_COUNT; pattern++)
        for (uint32_t size = 1; size <= 65; size += 16)
            for (uint64_t footprint = 3 * size; footprint < 3000;
                 footprint = footprint * 5 / 2 + 1) {
                PatternConfig config = config_of(pattern, footprint, size);

                CU_ASSERT(gen_check(&config, NULL));
                check_inside(&config);
            }
}

static void any_pieces_of_a_stream_make_the_whole(void)
{
    Rng rng = { .state = 1 };

    for (int round = 0; round < 100; round++) {
        PatternConfig config =
            config_of((uint32_t)round % GEN_COUNT, 1000 + rng_below(rng_next(&rng), 9000), 8);
        const uint64_t start = rng_below(rng_next(&rng), 5000);
        GArray *pieces = g_array_new(FALSE, FALSE, sizeof(Access));

        config.write_fraction = 0.25;
        config.stride_bytes = 1 + rng_below(rng_next(&rng), 2000);
        GArray *whole = piece(&config, start, 4000);

        for (uint64_t done = 0; done < 4000;) {
            const uint64_t n = MIN(4000 - done, rng_below(rng_at(9, done), 1500));
            GArray *next = piece(&config, start + done, n);

            g_array_append_vals(pieces, next->data, next->len);
            g_array_unref(next);
            done += n ? n : 0;
            if (n == 0) { /* an empty piece, then one of one access */
                next = piece(&config, start + done++, 1);
                g_array_append_vals(pieces, next->data, next->len);
                g_array_unref(next);
            }
        }
        CU_ASSERT_EQUAL(pieces->len, 4000);
        CU_ASSERT(memcmp(pieces->data, whole->data, 4000 * sizeof(Access)) == 0);
        g_array_unref(whole);
        g_array_unref(pieces);
    }
}

static void the_share_of_writes_is_near_the_fraction(void)
{
    static const double fractions[] = { 0, 0.01, 0.3, 0.5, 1 };
    static const uint32_t patterns[] = { GEN_SEQUENTIAL, GEN_STRIDED, GEN_RANDOM, GEN_ZIPF,
                                         GEN_CHASE };

    for (size_t p = 0; p < G_N_ELEMENTS(patterns); p++)
        for (size_t f = 0; f < G_N_ELEMENTS(fractions); f++) {
            PatternConfig config = config_of(patterns[p], 8000, 8);
            const double n = 20000, q = fractions[f];
            uint64_t writes = 0;

            config.write_fraction = q;
            GArray *all = piece(&config, 0, (uint64_t)n);

            for (uint64_t i = 0; i < all->len; i++)
                writes += at(all, i)->op == ACCESS_WRITE;
            CU_ASSERT(fabs((double)writes - n * q) <= 5 * sqrt(n * q * (1 - q)));
            g_array_unref(all);
        }
}

static void another_seed_is_another_stream_of_draws(void)
{
    static const uint32_t patterns[] = { GEN_RANDOM, GEN_ZIPF, GEN_CHASE };

    for (size_t p = 0; p < G_N_ELEMENTS(patterns); p++) {
        PatternConfig config = config_of(patterns[p], 80000, 8);
        GArray *one = piece(&config, 0, 1000);

        config.seed = 43;
        GArray *other = piece(&config, 0, 1000);

        CU_ASSERT(memcmp(one->data, other->data, 1000 * sizeof(Access)) != 0);
        g_array_unref(one);
        g_array_unref(other);
    }
}

/* ---- the streams that are known access by access ---- */

static void sequential_goes_through_the_elements_and_starts_again(void)
{
    const PatternConfig config = config_of(GEN_SEQUENTIAL, 8 * 100 + 5, 8);
    GArray *all = piece(&config, 0, 1000);

    CU_ASSERT_EQUAL(gen_elements(&config), 100);
    CU_ASSERT_EQUAL(gen_pass_accesses(&config), 100);
    for (uint64_t i = 0; i < 1000; i++)
        CU_ASSERT_EQUAL(at(all, i)->addr, BASE + i % 100 * 8);
    g_array_unref(all);
}

static void strided_takes_any_stride(void)
{
    for (uint64_t stride = 1; stride < 1200; stride += stride < 20 ? 1 : 37) {
        PatternConfig config = config_of(GEN_STRIDED, 1000, 8);

        config.stride_bytes = stride;
        GArray *all = piece(&config, 0, 2500);
        uint64_t expected = 0;

        for (uint64_t i = 0; i < 2500; i++) {
            CU_ASSERT_EQUAL(at(all, i)->addr, BASE + expected);
            expected += stride;
            if (expected + 8 > 1000)
                expected = 0;
        }
        CU_ASSERT_EQUAL(gen_pass_accesses(&config), 992 / stride + 1);
        g_array_unref(all);
    }
}

static void copy_reads_an_element_and_writes_it(void)
{
    const PatternConfig config = config_of(GEN_COPY, 2 * 50 * 8 + 9, 8);
    GArray *all = piece(&config, 0, 350);

    CU_ASSERT_EQUAL(gen_arrays(&config), 2);
    CU_ASSERT_EQUAL(gen_elements(&config), 50);
    CU_ASSERT_EQUAL(gen_pass_accesses(&config), 100);
    for (uint64_t i = 0; i < 350; i++) {
        const uint64_t element = i / 2 % 50;

        CU_ASSERT_EQUAL(at(all, i)->op, i % 2 ? ACCESS_WRITE : ACCESS_READ);
        CU_ASSERT_EQUAL(at(all, i)->addr, BASE + (i % 2 ? 400 : 0) + element * 8);
    }
    g_array_unref(all);
}

static void triad_reads_two_arrays_and_writes_the_first(void)
{
    const PatternConfig config = config_of(GEN_TRIAD, 3 * 50 * 8, 8);
    GArray *all = piece(&config, 0, 400);
    static const uint64_t arrays[] = { 1, 2, 0 };

    CU_ASSERT_EQUAL(gen_arrays(&config), 3);
    CU_ASSERT_EQUAL(gen_pass_accesses(&config), 150);
    for (uint64_t i = 0; i < 400; i++) {
        const uint64_t element = i / 3 % 50;

        CU_ASSERT_EQUAL(at(all, i)->op, i % 3 == 2 ? ACCESS_WRITE : ACCESS_READ);
        CU_ASSERT_EQUAL(at(all, i)->addr, BASE + arrays[i % 3] * 400 + element * 8);
    }
    g_array_unref(all);
}

/* ---- chase ---- */

static void check_cycle(uint64_t elements, uint64_t seed)
{
    PatternConfig config = config_of(GEN_CHASE, elements * 16, 16);

    config.seed = seed;
    g_autofree bool *seen = g_new0(bool, elements);
    GArray *all = piece(&config, 0, 2 * elements);
    bool good = true;

    for (uint64_t i = 0; i < elements; i++) {
        const uint64_t element = (at(all, i)->addr - BASE) / 16;

        good = good && !seen[element] && at(all, i + elements)->addr == at(all, i)->addr;
        seen[element] = true;
    }
    CU_ASSERT(good);
    CU_ASSERT_EQUAL(gen_pass_accesses(&config), elements);
    CU_ASSERT(gen_dependent(&config));
    g_array_unref(all);
}

static void a_chase_is_one_cycle_through_every_element(void)
{
    for (uint64_t elements = 1; elements <= 70; elements++)
        for (uint64_t seed = 0; seed < 5; seed++)
            check_cycle(elements, seed);
    check_cycle(65536, 1);
}

/* Of more elements than a table of all would be worth: the cycle is a formula. */
enum { HUGE = (1 << 22) + 12345 };

static void a_huge_chase_is_one_cycle_through_every_element(void)
{
    check_cycle(HUGE, 1);
}

/* The first accesses of a footprint of 1 PiB, and the same from the middle: each once, in no order. */
static void a_chase_needs_no_more_than_its_accesses(void)
{
    enum { N = 1 << 16, CLASSES = 16 };
    const PatternConfig config = config_of(GEN_CHASE, (UINT64_C(1) << 50) - 64, 8);
    GArray *all = piece(&config, UINT64_C(1) << 46, N),
           *rest = piece(&config, (UINT64_C(1) << 46) + 100, 100);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
    uint64_t pairs[CLASSES][CLASSES] = { { 0 } }, above = 0;
    double chi = 0;

    for (uint64_t i = 0; i < N; i++) {
        CU_ASSERT_TRUE(at(all, i)->addr - BASE < (UINT64_C(1) << 50) - 64);
        above += at(all, i)->addr - BASE >= UINT64_C(1) << 49;
        CU_ASSERT_TRUE(g_hash_table_add(seen, (void *)(uintptr_t)&at(all, i)->addr));
        if (i > 0)
            pairs[at(all, i - 1)->addr / 64 % CLASSES][at(all, i)->addr / 64 % CLASSES]++;
    }
    CU_ASSERT_EQUAL(memcmp(at(all, 100), at(rest, 0), 100 * sizeof(Access)), 0);
    CU_ASSERT(fabs((double)above - N / 2.0) < 5 * sqrt(N / 4.0));
    for (int i = 0; i < CLASSES; i++)
        for (int j = 0; j < CLASSES; j++) {
            const double expected = (double)(N - 1) / (CLASSES * CLASSES);

            chi += ((double)pairs[i][j] - expected) * ((double)pairs[i][j] - expected) / expected;
        }
    CU_ASSERT(chi > 255 - 5 * sqrt(2 * 255.0));
    CU_ASSERT(chi < 255 + 5 * sqrt(2 * 255.0));
    g_array_unref(all);
    g_array_unref(rest);
}

/* All (n - 1)! cycles are equally likely: three elements have two, four have six. */
static void every_cycle_is_equally_likely(void)
{
    uint64_t seen[4][4][4] = { { { 0 } } };
    uint64_t kinds = 0;

    for (uint64_t seed = 0; seed < 6000; seed++) {
        PatternConfig config = config_of(GEN_CHASE, 4, 1);

        config.seed = rng_derive(seed, 1);
        GArray *all = piece(&config, 0, 4);

        seen[at(all, 1)->addr - BASE][at(all, 2)->addr - BASE][at(all, 3)->addr - BASE]++;
        g_array_unref(all);
    }
    for (const uint64_t *count = &seen[0][0][0]; count < &seen[0][0][0] + 64; count++) {
        kinds += *count > 0;
        CU_ASSERT(*count == 0 || (*count > 850 && *count < 1150));
    }
    CU_ASSERT_EQUAL(kinds, 6);
}

/* ---- drawn ---- */

static uint64_t *counts_of(const PatternConfig *config, uint64_t draws)
{
    const uint64_t elements = gen_elements(config);
    uint64_t *counts = g_new0(uint64_t, elements);
    GArray *all = piece(config, 0, draws);

    for (uint64_t i = 0; i < draws; i++) {
        const uint64_t offset = at(all, i)->addr - BASE;

        CU_ASSERT_EQUAL_FATAL(offset % config->size_bytes, 0);
        counts[offset / config->size_bytes]++;
    }
    g_array_unref(all);
    return counts;
}

static void random_is_uniform(void)
{
    const PatternConfig config = config_of(GEN_RANDOM, 101 * 8, 8);
    g_autofree uint64_t *counts = counts_of(&config, 101000);
    double chi_square = 0;

    for (int i = 0; i < 101; i++)
        chi_square += ((double)counts[i] - 1000) * ((double)counts[i] - 1000) / 1000;
    CU_ASSERT(chi_square < 168); /* 100 degrees of freedom: once in 40,000 */
    CU_ASSERT(chi_square > 45);  /* and it is drawn, not dealt */
}

static int larger_first(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? 1 : x > y ? -1 : 0;
}

static void check_zipf(double exponent, uint64_t elements)
{
    PatternConfig config = config_of(GEN_ZIPF, elements * 8, 8);
    const double draws = 200000;
    double total = 0;

    config.exponent = exponent;
    g_autofree uint64_t *counts = counts_of(&config, (uint64_t)draws);

    qsort(counts, elements, sizeof *counts, larger_first);
    for (uint64_t rank = 1; rank <= elements; rank++)
        total += pow((double)rank, -exponent);
    for (uint64_t rank = 1; rank <= elements; rank++) {
        const double expected = draws * pow((double)rank, -exponent) / total;

        /* Sorted counts of equal weights spread by a few deviations. */
        if (fabs((double)counts[rank - 1] - expected) > 5.5 * sqrt(expected) + 3)
            g_printerr("# exponent %g, rank %u: %u draws, expected %g\n", exponent, (unsigned)rank,
                       (unsigned)counts[rank - 1], expected);
        CU_ASSERT(fabs((double)counts[rank - 1] - expected) <= 5.5 * sqrt(expected) + 3);
    }
}

static void zipf_ranks_have_their_weights(void)
{
    static const double exponents[] = { 0, 0.3, 0.99, 1, 1 + 1e-12, 1.2, 2, 5, 10 };

    for (size_t i = 0; i < G_N_ELEMENTS(exponents); i++) {
        check_zipf(exponents[i], 1);
        check_zipf(exponents[i], 2);
        check_zipf(exponents[i], 100);
    }
    check_zipf(1, 1000);
}

/* Ranks are scattered: the two most popular elements are no neighbours, whatever the number of elements. */
static void popular_elements_lie_apart(void)
{
    static const uint64_t many[] = { 1000, 1 << 20, UINT64_C(2654435761), UINT64_C(1) << 40 };

    for (size_t i = 0; i < G_N_ELEMENTS(many); i++) {
        const PatternConfig config = config_of(GEN_ZIPF, many[i] * 8, 8);
        GArray *all = piece(&config, 0, 5000);
        GHashTable *lines = g_hash_table_new(NULL, NULL);

        for (uint64_t k = 0; k < 5000; k++)
            g_hash_table_add(lines, GSIZE_TO_POINTER((at(all, k)->addr - BASE) / 64));
        CU_ASSERT(g_hash_table_size(lines) > 100);
        g_hash_table_unref(lines);
        g_array_unref(all);
    }
}

/* ---- what is refused ---- */

static void a_footprint_below_one_element_is_refused(void)
{
    for (uint32_t pattern = 0; pattern < GEN_COUNT; pattern++) {
        PatternConfig config = config_of(pattern, 0, 8);
        GError *error = NULL;

        config.footprint_bytes = 8 * gen_arrays(&config);
        CU_ASSERT(gen_check(&config, NULL));
        config.footprint_bytes--;
        CU_ASSERT_FALSE(gen_check(&config, &error));
        CU_ASSERT(error && strstr(error->message, "footprint"));
        g_clear_error(&error);
    }
}

static CU_TestInfo tests[] = {
    TEST(every_pattern_stays_inside_its_footprint),
    TEST(any_pieces_of_a_stream_make_the_whole),
    TEST(the_share_of_writes_is_near_the_fraction),
    TEST(another_seed_is_another_stream_of_draws),
    TEST(sequential_goes_through_the_elements_and_starts_again),
    TEST(strided_takes_any_stride),
    TEST(copy_reads_an_element_and_writes_it),
    TEST(triad_reads_two_arrays_and_writes_the_first),
    TEST(a_chase_is_one_cycle_through_every_element),
    TEST(a_huge_chase_is_one_cycle_through_every_element),
    TEST(a_chase_needs_no_more_than_its_accesses),
    TEST(every_cycle_is_equally_likely),
    TEST(random_is_uniform),
    TEST(zipf_ranks_have_their_weights),
    TEST(popular_elements_lie_apart),
    TEST(a_footprint_below_one_element_is_refused),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_gen = { .pName = "gen", .pTests = tests };
