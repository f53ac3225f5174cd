/*
 * test_bounds - the closed form of a matrix product's traffic against counting, and no traffic below its lower bounds.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>

#include "analytic/gemm_bounds.h"
#include "base/rng.h"
#include "config/config.h"
#include "tap.h"

static bool near(double value, double wanted)
{
    return fabs(value - wanted) <= 1e-12 * fabs(wanted);
}

static void a_square_product_moves_what_the_formulas_say(void)
{
    /* 3 x 64 x 64 words: the tile is 64; 2 n^3 / t + 2 n^2 */
    const GemmShape shape = { 1024, 1024, 1024, 3 * 64 * 64, 0 };
    const GemmBounds bounds = gemm_bounds(&shape);
    const double n = 1024, work = n * n * n, root = sqrt(3.0) * 64;

    CU_ASSERT(near(bounds.tile, 64));
    CU_ASSERT(near(bounds.tiled, work / 32 + 2 * n * n));
    CU_ASSERT(near(bounds.tiled, 2 * sqrt(3) * work / root + 2 * n * n));
    CU_ASSERT(near(bounds.outer, 2 * work / root + 2 * n * n));
    CU_ASSERT(near(bounds.compulsory, 4 * n * n));
    CU_ASSERT(near(bounds.hong_kung, work / root));
    CU_ASSERT(near(bounds.irony, work / (2 * sqrt(2) * root) - 12288));
    CU_ASSERT(near(bounds.smith, 2 * work / root - 2 * 12288));
}

static void where_all_fits_the_bounds_say_nothing(void)
{
    const GemmShape shape = { 8, 8, 8, 1e6, 0 };
    const GemmBounds bounds = gemm_bounds(&shape);

    CU_ASSERT_EQUAL(bounds.irony, 0.0);
    CU_ASSERT_EQUAL(bounds.smith, 0.0);
    CU_ASSERT_EQUAL(bounds.compulsory, 4 * 64.0);
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Words moved when the tile of C stays over k and every tile of A and B is loaded: one tile after the other. */
static uint64_t count_tiled(uint64_t m, uint64_t n, uint64_t k, uint64_t t)
{
    uint64_t words = 0;

    for (uint64_t i = 0; i < m; i += t)
        for (uint64_t j = 0; j < n; j += t) {
            const uint64_t rows = least(t, m - i), columns = least(t, n - j);

            words += 2 * rows * columns;
            for (uint64_t p = 0; p < k; p += t)
                words += (rows + columns) * least(t, k - p);
        }
    return words;
}

static void tiled_traffic_is_that_of_counting_and_never_below_a_bound(void)
{
    Rng rng = { 7 };

    for (int trial = 0; trial < 2000; trial++) {
        const uint64_t m = 1 + rng_below(rng_next(&rng), 200);
        const uint64_t n = 1 + rng_below(rng_next(&rng), 200);
        const uint64_t k = 1 + rng_below(rng_next(&rng), 200);
        const uint64_t t = 1 + rng_below(rng_next(&rng), 60);
        const double words = 3.0 * (double)(t * t) + (double)rng_below(rng_next(&rng), 100);
        const GemmShape shape = { (double)m, (double)n, (double)k, words, (double)t };
        const GemmBounds bounds = gemm_bounds(&shape);

        CU_ASSERT_EQUAL(bounds.tiled, (double)count_tiled(m, n, k, t));
        CU_ASSERT(bounds.tiled >= bounds.compulsory);
        CU_ASSERT(bounds.tiled >= bounds.smith);
        CU_ASSERT(bounds.tiled >= bounds.irony);
        CU_ASSERT(bounds.tiled >= bounds.hong_kung);
        CU_ASSERT(bounds.outer >= bounds.smith);
        CU_ASSERT(bounds.outer >= bounds.compulsory);
        CU_ASSERT(bounds.tile >= (double)t);
        const GemmShape free_shape = { (double)m, (double)n, (double)k, words, 0 };
        const double free_tiled = gemm_bounds(&free_shape).tiled;

        CU_ASSERT(free_tiled >= bounds.compulsory);
        CU_ASSERT(free_tiled >= bounds.smith && free_tiled >= bounds.irony);
    }
}

static void scripts_get_the_bounds(void)
{
    GError *error = NULL;
    Study *study = config_run_text(
        "local b = memsim.bounds.gemm { m = 96, n = 96, k = 96, words = 3072, tile = 32 }\n"
        "assert(b.tile == 32 and b.tiled_words == 73728)\n"
        "assert(b.smith_words > b.irony_words and b.hong_kung_words < b.outer_words)\n"
        "assert(b.compulsory_words == 36864)\n"
        "local fine, why = pcall(memsim.bounds.gemm, { m = 96, n = 96, k = 0, words = 3072 })\n"
        "assert(why:find('bounds.gemm.k: 0 is out of range'), why)\n"
        "fine, why = pcall(memsim.bounds.gemm, { m = 96, n = 96, k = 1, word = 3072 })\n"
        "assert(why:find(\"unknown key 'word'; did you mean 'words'\"), why)\n"
        "fine, why = pcall(function() return b.smith end)\n"
        "assert(why:find(\"does not give 'smith'; known: compulsory_words, \"), why)\n"
        "fine, why = pcall(function() return memsim.bounds.gem end)\n"
        "assert(why:find(\"memsim.bounds has no 'gem'; did you mean 'gemm'\"), why)\n"
        "error('done')",
        "s.lua", NULL, &error);

    CU_ASSERT_PTR_NULL(study);
    CU_ASSERT_STRING_EQUAL(error->message, "s.lua:13: done");
    g_clear_error(&error);
}

static CU_TestInfo tests[] = {
    TEST(a_square_product_moves_what_the_formulas_say),
    TEST(where_all_fits_the_bounds_say_nothing),
    TEST(tiled_traffic_is_that_of_counting_and_never_below_a_bound),
    TEST(scripts_get_the_bounds),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_bounds = { .pName = "bounds", .pTests = tests };
