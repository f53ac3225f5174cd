/*
 * test_indices - arrays of indices: lists, draws, sparse matrices of MatrixMarket files.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "config/config.h"
#include "config/matrix_market.h"
#include "script_rig.h"
#include "tap.h"

#define BANNER "%%MatrixMarket matrix coordinate "

/* ---- MatrixMarket ---- */

static void entries_are_put_in_the_order_of_their_rows(void)
{
    static const int64_t rows[] = { 0, 2, 2, 3 }, columns[] = { 0, 3, 1 };
    SparseMatrix matrix;

    CU_ASSERT_TRUE_FATAL(matrix_market_parse(BANNER "real general\n% a comment\n\n3 4 3\n3 2 1e3\n"
                                                    "1 4 -0.5\r\n1 1 2\n",
                                             "m.mtx", &matrix, NULL));
    CU_ASSERT_EQUAL(matrix.rows, 3);
    CU_ASSERT_EQUAL(matrix.columns, 4);
    CU_ASSERT_EQUAL_FATAL(matrix.entries, 3);
    CU_ASSERT_EQUAL(memcmp(matrix.row_pointers, rows, sizeof rows), 0);
    CU_ASSERT_EQUAL(memcmp(matrix.column_indices, columns, sizeof columns), 0);
    sparse_matrix_clear(&matrix);
}

static void a_symmetric_matrix_has_both_halves(void)
{
    static const int64_t rows[] = { 0, 2, 4, 5 }, columns[] = { 0, 1, 0, 2, 1 };
    SparseMatrix matrix;

    CU_ASSERT_TRUE_FATAL(matrix_market_parse(BANNER "pattern symmetric\n3 3 3\n1 1\n2 1\n3 2\n",
                                             "m.mtx", &matrix, NULL));
    CU_ASSERT_EQUAL_FATAL(matrix.entries, 5);
    CU_ASSERT_EQUAL(memcmp(matrix.row_pointers, rows, sizeof rows), 0);
    CU_ASSERT_EQUAL(memcmp(matrix.column_indices, columns, sizeof columns), 0);
    sparse_matrix_clear(&matrix);
}

static void mistakes_in_a_matrix_are_named_with_their_line(void)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "", "m.mtx:0: no MatrixMarket file*" },
        { "3 3 1\n1 1 1\n", "m.mtx:1: no MatrixMarket file*" },
        { "%%MatrixMarket matrix array real general\n", "m.mtx:1: 'matrix array' cannot be read*" },
        { BANNER "reel general\n", "m.mtx:1: no field 'reel'; known: *" },
        { BANNER "real symetric\n", "m.mtx:1: no symmetry 'symetric'; known: *" },
        { BANNER "real general\n", "m.mtx:1: the line with rows, columns and entries is missing" },
        { BANNER "real general\n2 x 1\n", "m.mtx:2: expected the number of columns, *, at 'x 1'" },
        { BANNER "real general\n0 2 1\n", "m.mtx:2: the number of rows is 0; it must be 1 to *" },
        { BANNER "real general\n2 2 1 7\n", "m.mtx:2: '7' follows the number of entries" },
        { BANNER "real symmetric\n2 3 1\n", "m.mtx:2: a symmetric matrix is square" },
        { BANNER "real general\n2 2 1\n% no\n3 1 1\n", "m.mtx:4: the row is 3; it must be 1 to 2" },
        { BANNER "real general\n2 2 1\n1 0 1\n", "m.mtx:3: the column is 0; it must be 1 to 2" },
        { BANNER "real general\n2 2 1\n1 1\n", "m.mtx:3: the value of the entry is missing" },
        { BANNER "pattern general\n2 2 1\n1 1 5\n", "m.mtx:3: '5' follows the entry" },
        { BANNER "complex general\n2 2 1\n1 1 5\n", "m.mtx:3: the value of the entry is missing" },
        { BANNER "real symmetric\n2 2 1\n1 2 5\n", "m.mtx:3: a symmetric matrix has its entries*" },
        { BANNER "real skew-symmetric\n2 2 1\n1 1 5\n",
          "m.mtx:3: a skew-symmetric matrix has its*" },
        { BANNER "real general\n2 2 2\n1 2 5\n", "m.mtx:3: the file ends after 1 of 2 entries" },
        { BANNER "real general\n2 2 1\n1 2 5\n1 1 5\n", "m.mtx:4: there are more entries than 1" },
        { BANNER "real general\n2 2 2\n1 2 5\n1 2 5\n",
          "m.mtx:4: the entry of row 1, column 2 stands twice" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        SparseMatrix matrix;

        CU_ASSERT_FALSE(matrix_market_parse(cases[i].text, "m.mtx", &matrix, &error));
        CU_ASSERT_PTR_NOT_NULL_FATAL(error);
        if (g_pattern_match_simple(cases[i].message, error->message))
            continue;
        fprintf(stderr, "# got      %s\n# expected %s\n", error->message, cases[i].message);
        CU_FAIL("message");
    }
}

/* ---- in scripts ---- */

static const WorkloadSpec *workload_of(const Study *study)
{
    return study->sweeps[0]->points[0]->workload;
}

static Study *gather(const char *indices)
{
    g_autofree char *script = g_strdup_printf(
        "local p = memsim.index 'p'\nlocal x = memsim.array('x', 'f64', 1000)\n"
        "local ids = memsim.indices('ids', 'i32', %s)\n"
        "local w = memsim.nest { loops = { { p, ids.elements } }, body = { memsim.read(ids[p]), "
        "memsim.read(x[ids[p]]) } }\n"
        "return memsim.sweep { point = function() return { " MACHINE ", workload = w } end }",
        indices);
    return script_study(script);
}

static const NestArray *ids_of(const Study *study)
{
    return workload_of(study)->nest.arrays[0];
}

static void a_list_of_indices_is_what_it_says(void)
{
    static const int64_t expected[] = { 5, 0, 999 };
    Study *study = gather("{ 5, 0, 999 }");
    const NestArray *ids = ids_of(study);

    CU_ASSERT_EQUAL_FATAL(ids->extents[0], 3);
    CU_ASSERT_EQUAL(memcmp(ids->values, expected, sizeof expected), 0);
    study_free(study);
}

static uint64_t most_frequent(const NestArray *ids, uint64_t below)
{
    g_autofree uint64_t *counts = g_new0(uint64_t, below);
    uint64_t most = 0;

    for (uint64_t i = 0; i < ids->extents[0]; i++) {
        CU_ASSERT_TRUE_FATAL(ids->values[i] >= 0 && (uint64_t)ids->values[i] < below);
        counts[ids->values[i]]++;
        most = MAX(most, counts[ids->values[i]]);
    }
    return most;
}

static void drawn_indices_follow_their_distribution_and_seed(void)
{
    Study *uniform = gather("{ count = 20000, below = 100 }");
    Study *again = gather("{ count = 20000, below = 100, distribution = 'uniform', seed = 1 }");
    Study *other = gather("{ count = 20000, below = 100, seed = 2 }");
    Study *zipf = gather("{ count = 20000, below = 100, distribution = 'zipf' }");
    Study *sequential = gather("{ count = 200, below = 100, distribution = 'sequential' }");
    const size_t bytes = 20000 * sizeof(int64_t);
    double harmonic = 0;

    for (int rank = 1; rank <= 100; rank++)
        harmonic += 1.0 / rank;
    CU_ASSERT_TRUE(most_frequent(ids_of(uniform), 100) < 280);
    CU_ASSERT_DOUBLE_EQUAL((double)most_frequent(ids_of(zipf), 100), 20000 / harmonic, 250);
    CU_ASSERT_EQUAL(memcmp(ids_of(uniform)->values, ids_of(again)->values, bytes), 0);
    CU_ASSERT_NOT_EQUAL(memcmp(ids_of(uniform)->values, ids_of(other)->values, bytes), 0);
    CU_ASSERT_EQUAL(ids_of(sequential)->values[142], 42);
    study_free(uniform);
    study_free(again);
    study_free(other);
    study_free(zipf);
    study_free(sequential);
}

static void mistakes_in_indices_are_named(void)
{
    static const Mistake cases[] = {
        { "memsim.indices(nil, 'i32', { 1 })", "s.lua:1: indices[1]: expected a name, not nil" },
        { "memsim.indices('ids', nil, { 1 })",
          "s.lua:1: indices[2]: expected a string, not nil; known: *" },
        { "memsim.indices('ids', 'f32', { 1 })",
          "s.lua:1: indices[2]: indices are whole numbers*" },
        { "memsim.indices('ids', 'i32', { 1, 2.5 })",
          "s.lua:1: indices[3][2]: expected a whole number" },
        { "memsim.indices('ids', 'i8', { 1, 128 })",
          "s.lua:1: indices[3]: the values reach from 1 to 128; elements of type i8 are -128 to "
          "127" },
        { "memsim.indices('ids', 'i32', {})", "s.lua:1: indices[3].count: missing*" },
        { "memsim.indices('ids', 'i32', { count = 3, below = 4, exponent = 1 })",
          "s.lua:1: indices[3].exponent: only distribution \"zipf\" has an exponent" },
        { "memsim.indices('ids', 'i32', { count = 3, below = 4, distribution = 'zpf' })",
          "s.lua:1: indices[3].distribution: unknown word 'zpf'; did you mean 'zipf'*" },
        { "memsim.indices('ids', 'i32', 3)", "s.lua:1: indices[3]: expected a list of*" },
        { "memsim.matrix_market 'no.mtx'", "s.lua:1: matrix_market: *no.mtx*: No such file*" },
        { "memsim.matrix_market()", "s.lua:1: matrix_market: expected the path of a file" },
        { "local p = memsim.index 'p'\nlocal x = memsim.array('x', 'f64', 10)\n"
          "local ids = memsim.indices('ids', 'i32', { 3, 10 })\n"
          "memsim.nest { loops = { { p, 2 } }, body = { memsim.read(x[ids[p]]) } }",
          "s.lua:4: nest: x[ids[p]]: subscript 1 reaches 10; the dimension has 10 elements, 0 to "
          "9" },
        { "local p = memsim.index 'p'\nlocal x = memsim.array('x', 'f64', 10)\n"
          "local ids = memsim.indices('ids', 'i32', { 3, 9 })\n"
          "memsim.nest { loops = { { p, 3 } }, body = { memsim.read(x[ids[p]]) } }",
          "s.lua:4: nest: x[ids[p]]: the subscript of ids reaches 2; it has 2 elements" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static CU_TestInfo tests[] = {
    TEST(entries_are_put_in_the_order_of_their_rows),
    TEST(a_symmetric_matrix_has_both_halves),
    TEST(mistakes_in_a_matrix_are_named_with_their_line),
    TEST(a_list_of_indices_is_what_it_says),
    TEST(drawn_indices_follow_their_distribution_and_seed),
    TEST(mistakes_in_indices_are_named),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_indices = { .pName = "indices", .pTests = tests };
