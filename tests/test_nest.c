/*
 * test_nest - loop nests as data: expressions, arrays, the tree and its copies.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <glib.h>
#include <string.h>

#include "tap.h"
#include "workload/nest.h"

static NestArray *matrix(const char *name, uint32_t type, uint64_t rows, uint64_t columns)
{
    return nest_array_new(name, type, (const uint64_t[]){ rows, columns }, 2);
}

/* scale * index + constant */
static NestExpr affine(NestPool *pool, const char *index, int64_t scale, int64_t constant)
{
    return expr_add(pool, expr_scaled(pool, expr_index(pool, index), scale),
                    expr_constant(constant));
}

/* ---- arrays ---- */

static void a_row_major_matrix_moves_fastest_in_its_last_dimension(void)
{
    NestArray *array = matrix("A", ELEMENT_F32, 3, 5);

    CU_ASSERT_EQUAL(array->strides[0], 5);
    CU_ASSERT_EQUAL(array->strides[1], 1);
    CU_ASSERT_EQUAL(array->bytes, 60);
    nest_array_unref(array);
}

static void padding_lengthens_the_contiguous_dimension(void)
{
    NestArray *array = matrix("A", ELEMENT_F64, 3, 5);

    nest_array_set_layout(array, LAYOUT_ROW, 2);
    CU_ASSERT_EQUAL(array->strides[0], 7);
    CU_ASSERT_EQUAL(array->bytes, 3 * 7 * 8);
    nest_array_set_layout(array, LAYOUT_COLUMN, 1);
    CU_ASSERT_EQUAL(array->strides[0], 1);
    CU_ASSERT_EQUAL(array->strides[1], 4);
    CU_ASSERT_EQUAL(array->bytes, 5 * 4 * 8);
    nest_array_unref(array);
}

static void halves_of_bytes_are_rounded_up_at_the_end_of_an_array(void)
{
    NestArray *array = matrix("A", ELEMENT_I4, 3, 5);

    CU_ASSERT_EQUAL(array->bytes, 8);
    nest_array_unref(array);
}

static void every_element_type_has_a_name_and_its_width_in_it(void)
{
    for (uint32_t type = 0; type < ELEMENT_COUNT; type++) {
        const char *digits = strpbrk(element_names()[type], "0123456789");

        CU_ASSERT_PTR_NOT_NULL_FATAL(digits);
        CU_ASSERT_EQUAL(element_bits(type), strtoul(digits, NULL, 10));
    }
    CU_ASSERT_PTR_NULL(element_names()[ELEMENT_COUNT]);
}

/* ---- expressions ---- */

static void sums_of_terms_are_sorted_and_lose_what_cancels(void)
{
    NestPool *pool = nestpool_new();
    const NestExpr i = affine(pool, "i", 2, 1), j = affine(pool, "j", -1, 4);
    const NestExpr sum = expr_add(pool, j, i);

    CU_ASSERT_TRUE(
        expr_equal(&sum, &(NestExpr){ 5, (NestTerm[]){ { "i", 2 }, { "j", -1 } }, NULL, 2, 0 }));
    const NestExpr rest = expr_subtract(pool, sum, j);

    CU_ASSERT_TRUE(expr_equal(&rest, &i));
    CU_ASSERT_FALSE(expr_uses(&rest, "j"));
    CU_ASSERT_EQUAL(expr_scale_of(&rest, "i"), 2);
    nestpool_free(pool);
}

static void an_index_is_replaced_in_lookups_too(void)
{
    NestPool *pool = nestpool_new();
    NestArray *table = nest_array_new("ids", ELEMENT_I32, (const uint64_t[]){ 9 }, 1);
    const NestExpr looked =
        expr_add(pool, expr_lookup(pool, table, affine(pool, "p", 3, 1)), affine(pool, "p", 1, 0));
    const NestExpr changed = expr_substitute(pool, looked, "p", affine(pool, "q", 2, 5));

    CU_ASSERT_TRUE(expr_looks_up(&looked, "p"));
    CU_ASSERT_FALSE(expr_uses(&changed, "p"));
    CU_ASSERT_EQUAL(changed.constant, 5);
    CU_ASSERT_EQUAL(expr_scale_of(&changed, "q"), 2);
    CU_ASSERT_EQUAL_FATAL(changed.n_lookups, 1);
    CU_ASSERT_EQUAL(changed.lookups[0].at.constant, 16);
    CU_ASSERT_EQUAL(expr_scale_of(&changed.lookups[0].at, "q"), 6);
    nest_array_unref(table);
    nestpool_free(pool);
}

static void lookups_of_the_same_place_are_added(void)
{
    NestPool *pool = nestpool_new();
    NestArray *table = nest_array_new("ids", ELEMENT_I32, (const uint64_t[]){ 9 }, 1);
    const NestExpr one = expr_lookup(pool, table, affine(pool, "p", 1, 0));
    const NestExpr other = expr_lookup(pool, table, affine(pool, "p", 1, 1));
    const NestExpr three = expr_add(pool, expr_add(pool, one, other), one);

    CU_ASSERT_EQUAL_FATAL(three.n_lookups, 2);
    CU_ASSERT_EQUAL(three.lookups[0].scale, 2);
    const NestExpr none =
        expr_subtract(pool, expr_subtract(pool, three, other), expr_scaled(pool, one, 2));

    CU_ASSERT_TRUE(expr_is_constant(&none));
    nest_array_unref(table);
    nestpool_free(pool);
}

static void a_coefficient_beyond_its_range_is_noticed(void)
{
    NestPool *pool = nestpool_new();
    const NestExpr large = expr_scaled(pool, expr_index(pool, "i"), INT64_C(1) << 61);

    CU_ASSERT_FALSE(nestpool_overflown(pool));
    expr_add(pool, large, large);
    CU_ASSERT_TRUE(nestpool_overflown(pool));
    nestpool_free(pool);
}

/* ---- the tree ---- */

/* for i < 8 { for i <= j < min(8, i + 4) A[i][j + 1] += ids[j] } */
static Nest *triangle(void)
{
    Nest *nest = nest_new();
    NestPool *pool = nest->pool;
    NestArray *A = matrix("A", ELEMENT_F64, 8, 9);
    NestArray *ids = nest_array_new("ids", ELEMENT_I32, (const uint64_t[]){ 8 }, 1);
    NestNode *outer = nest_loop(pool, "i", expr_constant(0), expr_constant(8), 1);
    NestNode *inner = nest_loop(pool, "j", expr_index(pool, "i"), expr_constant(8), 1);
    NestNode *statement = nest_statement(pool, 1);
    const NestExpr at[] = { expr_index(pool, "i"), affine(pool, "j", 1, 1) };
    const NestExpr id[] = { affine(pool, "j", 1, 0) };

    nest_also_below(pool, &inner->loop, affine(pool, "i", 1, 4));
    nest_access(pool, &statement->statement, ids, id, false);
    nest_access(pool, &statement->statement, A, at, false);
    nest_access(pool, &statement->statement, A, at, true);
    nest_append(pool, &inner->loop.body, statement);
    nest_append(pool, &outer->loop.body, inner);
    nest_append(pool, &nest->body, outer);
    nest_array_unref(A);
    nest_array_unref(ids);
    return nest;
}

static void a_nest_keeps_its_arrays_and_lists_them_by_first_mention(void)
{
    Nest *nest = triangle();
    uint32_t n = 0;
    NestArray **arrays = nest_arrays(nest, &n);

    CU_ASSERT_EQUAL_FATAL(n, 2);
    CU_ASSERT_STRING_EQUAL(arrays[0]->name, "ids");
    CU_ASSERT_STRING_EQUAL(arrays[1]->name, "A");
    g_free(arrays);
    nest_unref(nest);
}

static void a_copy_lives_longer_than_what_it_was_copied_from(void)
{
    Nest *nest = triangle();
    Nest *copy = nest_copy(nest);

    nest_unref(nest);
    const NestLoop *inner = nest_find(copy, "j");

    CU_ASSERT_PTR_NOT_NULL_FATAL(inner);
    CU_ASSERT_EQUAL(inner->n_below, 2);
    CU_ASSERT_EQUAL(expr_scale_of(&inner->below[1], "i"), 1);
    CU_ASSERT_EQUAL(inner->body.nodes[0]->statement.n_accesses, 3);
    CU_ASSERT_STRING_EQUAL(inner->body.nodes[0]->statement.accesses[2].array->name, "A");
    CU_ASSERT_TRUE(inner->body.nodes[0]->statement.accesses[2].write);
    nest_unref(copy);
}

static void a_substitution_reaches_bounds_and_subscripts(void)
{
    Nest *nest = triangle();

    nest_substitute(nest->pool, nest->body.nodes[0], "i", affine(nest->pool, "k", 2, 3));
    const NestLoop *inner = nest_find(nest, "j");
    const NestAccess *access = &inner->body.nodes[0]->statement.accesses[1];

    CU_ASSERT_EQUAL(inner->from[0].constant, 3);
    CU_ASSERT_EQUAL(inner->below[1].constant, 7);
    CU_ASSERT_EQUAL(expr_scale_of(&inner->below[1], "k"), 2);
    CU_ASSERT_EQUAL(expr_scale_of(&access->subscripts[0], "k"), 2);
    CU_ASSERT_EQUAL(expr_scale_of(&access->subscripts[1], "j"), 1);
    nest_unref(nest);
}

static void nodes_are_put_where_they_are_wanted(void)
{
    Nest *nest = triangle();
    NestNode *first = nest_statement(nest->pool, 2), *last = nest_statement(nest->pool, 3);
    NestLoop *outer = nest_find(nest, "i");

    nest_insert(nest->pool, &outer->body, 0, first);
    nest_append(nest->pool, &outer->body, last);
    CU_ASSERT_EQUAL_FATAL(outer->body.n_nodes, 3);
    CU_ASSERT_PTR_EQUAL(outer->body.nodes[0], first);
    CU_ASSERT_EQUAL(outer->body.nodes[1]->kind, NEST_LOOP);
    CU_ASSERT_PTR_EQUAL(outer->body.nodes[2], last);
    CU_ASSERT_PTR_NULL(nest_find(nest, "k"));
    nest_unref(nest);
}

static CU_TestInfo tests[] = {
    TEST(a_row_major_matrix_moves_fastest_in_its_last_dimension),
    TEST(padding_lengthens_the_contiguous_dimension),
    TEST(halves_of_bytes_are_rounded_up_at_the_end_of_an_array),
    TEST(every_element_type_has_a_name_and_its_width_in_it),
    TEST(sums_of_terms_are_sorted_and_lose_what_cancels),
    TEST(an_index_is_replaced_in_lookups_too),
    TEST(lookups_of_the_same_place_are_added),
    TEST(a_coefficient_beyond_its_range_is_noticed),
    TEST(a_nest_keeps_its_arrays_and_lists_them_by_first_mention),
    TEST(a_copy_lives_longer_than_what_it_was_copied_from),
    TEST(a_substitution_reaches_bounds_and_subscripts),
    TEST(nodes_are_put_where_they_are_wanted),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_nest = { .pName = "nest", .pTests = tests };
