/*
 * test_layout - where the arrays of a workload lie, against a slow and obvious version.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <glib.h>

#include "random_nest.h"
#include "spec/layout.h"
#include "tap.h"

enum { TRIALS = 3000, ARRAYS_MAX = 12, MANY = 20000 };

typedef struct {
    WorkloadSpec *workload;
    NestArray *arrays[ARRAYS_MAX]; /* in order of mention; borrowed */
    uint32_t n;
} Drawn;

/* About half of the arrays have a place of their own, near the one where those without begin. */
static NestArray *draw_array(Rng *rng, NestPool *pool, bool may_overlap)
{
    const uint64_t extent = 1 + draw_below(rng, 3000);
    NestArray *array = nest_array_new("a", ELEMENT_F64, &extent, 1);

    array->based = draw_below(rng, 2) == 0;
    array->base_addr = 0x10000000 - 40000 + draw_below(rng, 160000);
    array->overlap = may_overlap || draw_below(rng, 4) == 0;
    array->align_bytes = UINT64_C(1) << draw_below(rng, 16);
    nestpool_keep(pool, array);
    nest_array_unref(array);
    return array;
}

static Drawn draw(Rng *rng, bool may_overlap)
{
    const NestExpr zero = expr_constant(0);
    Nest *nest = nest_new();
    NestNode *body = nest_statement(nest->pool, 0);
    Drawn drawn = { .n = 1 + (uint32_t)draw_below(rng, ARRAYS_MAX) };

    nest_append(nest->pool, &nest->body, body);
    for (uint32_t i = 0; i < drawn.n; i++) {
        drawn.arrays[i] = draw_array(rng, nest->pool, may_overlap);
        nest_access(nest->pool, &body->statement, drawn.arrays[i], &zero, false);
    }
    drawn.workload = workload_new_nest(nest);
    nest_unref(nest);
    return drawn;
}

static bool meet(const NestArray *a, uint64_t base, const NestArray *b)
{
    return base < b->base_addr + b->bytes && b->base_addr < base + a->bytes;
}

/* Whether no array with a place of its own is in the way. */
static bool is_free(const Drawn *drawn, const NestArray *array, uint64_t base)
{
    for (uint32_t i = 0; i < drawn->n; i++)
        if (drawn->arrays[i]->based && meet(array, base, drawn->arrays[i]))
            return false;
    return true;
}

static void arrays_without_a_place_go_to_the_first_that_is_free(void)
{
    Rng rng = { 1 };

    for (int trial = 0; trial < TRIALS; trial++) {
        const Drawn drawn = draw(&rng, true);
        uint64_t from = 0x10000000;

        CU_ASSERT_TRUE_FATAL(workload_check_places(drawn.workload, NULL));
        workload_layout(drawn.workload);
        for (uint32_t i = 0; i < drawn.n; i++) {
            const NestArray *array = drawn.arrays[i];
            uint64_t base = array->base_addr;

            if (!array->based) {
                base = from + array->align_bytes - 1;
                base -= base % array->align_bytes;
                while (!is_free(&drawn, array, base))
                    base += array->align_bytes;
                from = (base + array->bytes + 4095) / 4096 * 4096;
            }
            CU_ASSERT_EQUAL_FATAL(drawn.workload->nest.bases[i], base);
        }
        workload_unref(drawn.workload);
    }
}

/* Whether two arrays share bytes unasked. */
static bool any_meet(const Drawn *drawn)
{
    for (uint32_t i = 0; i < drawn->n; i++)
        for (uint32_t j = 0; j < i; j++) {
            const NestArray *a = drawn->arrays[i], *b = drawn->arrays[j];

            if (a->based && b->based && !a->overlap && !b->overlap && meet(a, a->base_addr, b))
                return true;
        }
    return false;
}

static void arrays_that_share_bytes_unasked_are_found(void)
{
    Rng rng = { 2 };
    int refused = 0;

    for (int trial = 0; trial < TRIALS; trial++) {
        const Drawn drawn = draw(&rng, false);
        const bool fine = workload_check_places(drawn.workload, NULL);

        CU_ASSERT_EQUAL_FATAL(fine, !any_meet(&drawn));
        refused += !fine;
        workload_unref(drawn.workload);
    }
    CU_ASSERT_TRUE(refused > TRIALS / 10);
    CU_ASSERT_TRUE(refused < TRIALS * 9 / 10);
}

/* 20,000 in a quadratic way would be 200 million looks and 10 GB. */
static void thousands_of_arrays_are_added_without_copying_all_for_each(void)
{
    const NestExpr zero = expr_constant(0);
    Nest *nest = nest_new();
    NestNode *body = nest_statement(nest->pool, 0);
    const NestAccess *known = NULL;
    uint32_t moves = 0;

    nest_append(nest->pool, &nest->body, body);
    for (uint32_t i = 0; i < MANY; i++) {
        NestArray *array = nest_array_new("a", ELEMENT_F64, &(const uint64_t){ 8 }, 1);

        array->based = true;
        array->base_addr = (uint64_t)(MANY - i) * 64;
        nest_access(nest->pool, &body->statement, array, &zero, i % 2 == 1);
        nest_array_unref(array);
        moves += body->statement.accesses != known;
        known = body->statement.accesses;
    }
    CU_ASSERT_TRUE(moves <= 16);
    WorkloadSpec *workload = workload_new_nest(nest);

    CU_ASSERT_EQUAL(workload->nest.n_arrays, MANY);
    CU_ASSERT_TRUE(workload_check_places(workload, NULL));
    workload_layout(workload);
    CU_ASSERT_EQUAL(workload->nest.bases[0], MANY * 64);
    CU_ASSERT_EQUAL(workload->nest.bases[MANY - 1], 64);
    workload_unref(workload);
    nest_unref(nest);
}

static CU_TestInfo tests[] = {
    TEST(arrays_without_a_place_go_to_the_first_that_is_free),
    TEST(arrays_that_share_bytes_unasked_are_found),
    TEST(thousands_of_arrays_are_added_without_copying_all_for_each),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_layout = { .pName = "layout", .pTests = tests };
