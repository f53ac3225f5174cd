/*
 * test_hist - the histogram of times.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <glib.h>

#include "base/hist.h"
#include "base/rng.h"
#include "tap.h"

static void an_empty_histogram_is_all_zero(void)
{
    g_autofree Hist *hist = g_new0(Hist, 1);

    CU_ASSERT_EQUAL(hist_quantile(hist, 0.99), 0);
    CU_ASSERT_EQUAL(hist_mean_fs(hist), 0);
}

static void small_values_are_exact(void)
{
    g_autofree Hist *hist = g_new0(Hist, 1);

    for (Tick value = 0; value < 32; value++)
        hist_add(hist, value);
    CU_ASSERT_EQUAL(hist_quantile(hist, 0.5), 15);
    CU_ASSERT_EQUAL(hist_quantile(hist, 0), 0);
    CU_ASSERT_EQUAL(hist_quantile(hist, 1), 31);
    CU_ASSERT_DOUBLE_EQUAL(hist_mean_fs(hist), 15.5, 1e-12);
}

static int by_value(const void *a, const void *b)
{
    const Tick x = *(const Tick *)a;
    const Tick y = *(const Tick *)b;

    return (x > y) - (x < y);
}

static void a_quantile_is_right_within_one_part_in_32(void)
{
    enum { VALUES = 5000 };
    static const double quantiles[] = { 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1 };
    g_autofree Hist *hist = g_new0(Hist, 1);
    g_autofree Tick *values = g_new(Tick, VALUES);

    for (uint64_t i = 0; i < VALUES; i++) {
        values[i] = rng_at(7, i) >> (rng_at(8, i) % 60);
        hist_add(hist, values[i]);
    }
    qsort(values, VALUES, sizeof *values, by_value);
    for (size_t i = 0; i < G_N_ELEMENTS(quantiles); i++) {
        const size_t rank = (size_t)(quantiles[i] * VALUES + 0.999999);
        const Tick exact = values[rank - 1];
        const Tick told = hist_quantile(hist, quantiles[i]);

        CU_ASSERT(told >= exact);
        CU_ASSERT((double)(told - exact) <= (double)exact / 32);
    }
    CU_ASSERT_EQUAL(hist->max_fs, values[VALUES - 1]);
}

static void the_largest_values_have_a_bucket(void)
{
    g_autofree Hist *hist = g_new0(Hist, 1);

    hist_add(hist, UINT64_MAX);
    CU_ASSERT_EQUAL(hist->bucket[HIST_BUCKETS - 1], 1);
    CU_ASSERT_EQUAL(hist_quantile(hist, 0.5), UINT64_MAX);
}

static CU_TestInfo tests[] = {
    TEST(an_empty_histogram_is_all_zero),
    TEST(small_values_are_exact),
    TEST(a_quantile_is_right_within_one_part_in_32),
    TEST(the_largest_values_have_a_bucket),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_hist = { .pName = "hist", .pTests = tests };
