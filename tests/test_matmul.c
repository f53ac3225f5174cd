/*
 * test_matmul - products of matrices as loop nests, against the traffic that is known for them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "script_rig.h"
#include "tap.h"

enum { N = 128, WORDS = 8 /* of a line */ };

#define HEAD                                                                        \
    "local n = 128\nlocal i, j, k = memsim.index('i', 'j', 'k')\n"                  \
    "local A, B = memsim.array('A', 'f64', n, n), memsim.array('B', 'f64', n, n)\n" \
    "local C = memsim.array('C', 'f64', n, n)\nlocal read = memsim.read\n"
#define COUNT(size)                                                                           \
    "\nreturn memsim.sweep { point = function() return { machine = memsim.machine { " COMPUTE \
    ", " MEMORY ", timing = false, caches = { { name = 'L1', size = '" size                   \
    "', ways = 'full' } } }, workload = w } end }"

/*
 * What does not move in the inner loop is kept in a register.  A cache of 16 lines holds neither a column nor the rows of two matrices.
 * Bryant, O'Hallaron, Computer Systems: A Programmer's Perspective, chapter 6.
 */
static void misses_of_the_six_loop_orders_are_those_of_the_textbook(void)
{
    static const char rows[] =
        "{ read(A[i][k]), read(B[k][j]), flops = 2 } }, memsim.write(C[i][j])";
    static const char columns[] = "{ read(A[i][k]), memsim.update(C[i][j]), flops = 2 } }";
    static const char mixed[] = "{ read(B[k][j]), memsim.update(C[i][j]), flops = 2 } }";
    const double line = 1.0 / WORDS;
    const struct {
        const char *first, *second, *inner, *before, *body;
        double misses;
    } orders[] = {
        { "i", "j", "k", "", rows, line + 1 },
        { "j", "i", "k", "", rows, line + 1 },
        { "j", "k", "i", "read(B[k][j]), ", columns, 2 },
        { "k", "j", "i", "read(B[k][j]), ", columns, 2 },
        { "k", "i", "j", "read(A[i][k]), ", mixed, 2 * line },
        { "i", "k", "j", "read(A[i][k]), ", mixed, 2 * line },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
        g_autofree char *script = g_strdup_printf(
            HEAD "local w = memsim.nest { loops = { { %s, n }, { %s, n } }, body = { %s{ loops = { "
                 "{ %s, n } }, body = %s } }" COUNT("1KiB"),
            orders[i].first, orders[i].second, orders[i].before, orders[i].inner, orders[i].body);
        Row *row = script_row(script);
        const double misses = row_number(row, "l1_misses") / ((double)N * N * N);

        CU_ASSERT_DOUBLE_EQUAL(misses, orders[i].misses, 2.5 / N);
        row_free(row);
    }
}

/* A and B are loaded n^3 / t words each, C once, where LRU keeps the tile of C from one step of k to the next: while both
 * tiles of B pass, so four tiles fit and a row. */
static void a_tiled_product_loads_two_n_cubed_by_t_words(void)
{
    static const uint32_t tiles[] = { 8, 16, 32 };

    for (size_t i = 0; i < G_N_ELEMENTS(tiles); i++) {
        const uint32_t t = tiles[i], bytes = (4 * t * t + t * WORDS) * 8;
        g_autofree char *size = g_strdup_printf("%uB", bytes);
        g_autofree char *script = g_strdup_printf(
            HEAD
            "local t = %u\nlocal it, jt, kt = memsim.index('it', 'jt', 'kt')\n"
            "local w = memsim.nest { loops = { { it, 0, n, t }, { jt, 0, n, t }, { kt, 0, n, t }, "
            "{ i, it, it + t }, { j, jt, jt + t }, { k, kt, kt + t } }, body = { "
            "read(A[i][k]), read(B[k][j]), memsim.update(C[i][j]), flops = 2 } }" COUNT("%s"),
            t, size);
        Row *row = script_row(script);
        const double words = 2.0 * N * N * N / t + (double)N * N;

        CU_ASSERT_EQUAL(row_number(row, "l1_misses") * WORDS, words);
        row_free(row);
    }
}

static CU_TestInfo tests[] = {
    TEST(misses_of_the_six_loop_orders_are_those_of_the_textbook),
    TEST(a_tiled_product_loads_two_n_cubed_by_t_words),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_matmul = { .pName = "matmul", .pTests = tests };
