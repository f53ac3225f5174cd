/*
 * test_nest_bytes - compulsory bytes of loop nests against a count of every byte of every access.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "nest_by_hand.h"
#include "nest_made.h"
#include "nest_trial.h"
#include "nest_walk.h"
#include "tap.h"
#include "workload/footprint.h"
#include "workload/nest_bytes.h"

/* ---- counted ---- */

typedef struct {
    Footprint *footprint;
    GPtrArray *arrays; /* array i lies at (i + 1) << 36 */
} Count;

static void count_touch(const NestAccess *access, int64_t element, void *data)
{
    const Count *count = data;
    const uint32_t bits = element_bits(access->array->type);
    Access one = { .bytes = MAX(bits / 8, 1), .op = access->write ? ACCESS_WRITE : ACCESS_READ };
    guint i = 0;

    if (access->array->scratch)
        return;
    if (!g_ptr_array_find(count->arrays, access->array, &i)) {
        i = count->arrays->len;
        g_ptr_array_add(count->arrays, access->array);
    }
    one.addr = ((uint64_t)i + 1) << 36;
    one.addr += (uint64_t)element * bits / 8;
    footprint_add(count->footprint, &one, 1);
}

static Count count_new(void)
{
    return (Count){ footprint_new(), g_ptr_array_new() };
}

/* Compulsory bytes of all that has been counted. */
static double count_nest(Count *count, const Nest *nest)
{
    const NestWalk walk = { .touch = count_touch, .data = count };

    nest_walk(nest, &walk);
    const FootprintCounts counts = footprint_counts(count->footprint);

    return (double)(counts.read_first_bytes + counts.written_bytes);
}

static void count_clear(Count *count)
{
    footprint_free(count->footprint);
    g_ptr_array_unref(count->arrays);
}

static double bytes_of(const Nest *nest)
{
    NestBytes *bytes = nestbytes_new();
    const double sum = nestbytes_add(bytes, nest);

    nestbytes_free(bytes);
    return sum;
}

static void check_bytes(const Nest *nest, int trial)
{
    Count count = count_new();
    const double counted = count_nest(&count, nest), formula = bytes_of(nest);

    if (counted != formula)
        fprintf(stderr, "# trial %d: counted %.0f, formula %.0f\n", trial, counted, formula);
    CU_ASSERT_EQUAL(counted, formula);
    count_clear(&count);
}

/* Of the loop that stands first; frees the nest where the transformation is legal. */
static Nest *transformed(Rng *rng, Nest *nest, NestArray *array)
{
    const NestFactor factor = { "i0", 1 + (int64_t)draw_below(rng, 5) };
    const NestStage stage = { array, "i0", (StagePlace)draw_below(rng, 3) };
    Nest *made = NULL;

    switch (draw_below(rng, 5)) {
    case 0:
        made = nest_tile(nest, (const NestFactor[]){ factor, { "i1", 2 } },
                         nest_find(nest, "i1") ? 2 : 1, NULL);
        break;
    case 1:
        made = nest_unroll(nest, &factor, 1, NULL);
        break;
    case 2:
        made = nest_register(nest, NULL, 0, NULL);
        break;
    case 3:
        made = nest_stage(nest, &stage, NULL);
        break;
    default:
        made = nest_swap(nest, "i0", "i1", NULL);
        break;
    }
    if (made == NULL)
        return nest;
    nest_unref(nest);
    return made;
}

static void the_formula_counts_every_byte_of_random_nests(void)
{
    Rng rng = { 31 };

    for (int trial = 0; trial < 2000; trial++) {
        const RandomNest kind = nesttrial_kind(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        Nest *nest = nest_ref(drawn.nest);

        check_bytes(nest, trial);
        for (uint64_t n = draw_below(&rng, 4); n > 0; n--)
            nest = transformed(&rng, nest, drawn.arrays[draw_below(&rng, RANDOM_ARRAYS)]);
        check_bytes(nest, trial);
        nest_unref(nest);
        random_nest_clear(&drawn);
    }
}

/* Compulsory bytes of what the nest's program makes. */
static double bytes_made(Nest *nest)
{
    uint32_t n = 0;

    g_free(nest_arrays(nest, &n)); /* with the tables of lookups */
    g_autofree uint64_t *bases = g_new(uint64_t, n);
    Footprint *footprint = footprint_new();

    for (uint64_t i = 0; i < n; i++)
        bases[i] = (i + 1) << 36;
    NestMade made = nestmade_run(nest, bases, 0, 1);

    CU_ASSERT_PTR_NULL(made.error);
    for (guint i = 0; i < made.accesses->len; i++) {
        const ModelAccess *a = &g_array_index(made.accesses, ModelAccess, i);
        const Access one = { .addr = a->addr, .bytes = a->bytes, .op = a->op };

        if (a->op == ACCESS_READ || a->op == ACCESS_WRITE)
            footprint_add(footprint, &one, 1);
    }
    const FootprintCounts counts = footprint_counts(footprint);

    footprint_free(footprint);
    nestmade_clear(&made);
    return (double)(counts.read_first_bytes + counts.written_bytes);
}

/* A vector reads all of its elements before it writes the first: what the next iteration alone would find written. */
static void vectors_count_in_the_order_in_which_they_are_made(void)
{
    Rng rng = { 77 };
    int vectors = 0, others = 0;

    for (int trial = 0; trial < 3000; trial++) {
        const RandomNest kind = nesttrial_kind(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        Nest *nest = nest_vectorize(drawn.nest, UINT64_C(8) << draw_below(&rng, 4), NULL);

        if (nest) {
            vectors++;
            others += bytes_of(nest) != bytes_of(drawn.nest);
            CU_ASSERT_EQUAL(bytes_made(nest), bytes_of(nest));
            nest_unref(nest);
        }
        random_nest_clear(&drawn);
    }
    CU_ASSERT(vectors > 500 && others > 0);
}

static void what_a_nest_before_has_touched_is_there(void)
{
    Rng rng = { 32 };

    for (int trial = 0; trial < 300; trial++) {
        const RandomNest kind = nesttrial_kind(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        Nest *second = transformed(&rng, nest_ref(drawn.nest), drawn.arrays[0]);
        NestBytes *bytes = nestbytes_new();
        Count count = count_new();
        double sum = nestbytes_add(bytes, drawn.nest);

        sum += nestbytes_add(bytes, second);
        CU_ASSERT_EQUAL(count_nest(&count, drawn.nest), bytes_of(drawn.nest));
        CU_ASSERT_EQUAL(count_nest(&count, second), sum);
        nestbytes_forget(bytes);
        CU_ASSERT_EQUAL(nestbytes_add(bytes, second), bytes_of(second));
        count_clear(&count);
        nestbytes_free(bytes);
        nest_unref(second);
        random_nest_clear(&drawn);
    }
}

/* ---- by hand ---- */

/* 8 G accesses: only the squares are gone through, tiled three times or not. */
static void a_matrix_product_of_any_size_is_four_matrices(void)
{
    enum { N = 2048 };
    Matmul m = matmul_by_hand(N);
    const NestFactor tiles[] = { { "i", 37 }, { "j", 64 }, { "k", 100 } };
    Nest *tiled = nest_tile(m.nest, tiles, 3, NULL);

    CU_ASSERT_EQUAL(bytes_of(m.nest), 4.0 * N * N * 8);
    CU_ASSERT_EQUAL(bytes_of(tiled), 4.0 * N * N * 8);
    nest_unref(tiled);
    matmul_clear(&m);
}

/* Two elements share a byte: 9 of them take 5. */
static void halves_of_bytes_count_once(void)
{
    NestArray *array = nest_array_new("q", ELEMENT_I4, (const uint64_t[]){ 9 }, 1);
    Nest *nest = nest_new();
    NestNode *loop = loop_to(nest, "i", 9), *statement = nest_statement(nest->pool, 1);

    nest_access(nest->pool, &statement->statement, array, (const NestExpr[]){ at_index(nest, "i") },
                false);
    put_inside(nest, &loop, 1, statement);
    CU_ASSERT_EQUAL(bytes_of(nest), 5);
    array->scratch = true;
    CU_ASSERT_EQUAL(bytes_of(nest), 0);
    array->scratch = false;
    array->overlap = true;
    CU_ASSERT(isnan(bytes_of(nest)));
    nest_unref(nest);
    nest_array_unref(array);
}

static CU_TestInfo tests[] = {
    TEST(the_formula_counts_every_byte_of_random_nests),
    TEST(vectors_count_in_the_order_in_which_they_are_made),
    TEST(what_a_nest_before_has_touched_is_there),
    TEST(a_matrix_product_of_any_size_is_four_matrices),
    TEST(halves_of_bytes_count_once),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_nest_bytes = { .pName = "nest_bytes", .pTests = tests };
