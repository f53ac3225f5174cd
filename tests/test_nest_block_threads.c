/*
 * test_nest_block_threads - loops over the threads of a block: by hand, what is refused, what a GPU makes of them, and on
 * random nests every access is kept.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "nest_by_hand.h"
#include "nest_trial.h"
#include "script_rig.h"
#include "tap.h"
#include "workload/gen_nest.h"
#include "workload/nest_print.h"
#include "workload/nest_threads.h"

/* ---- by hand ---- */

static void the_threads_of_a_block_do_a_statement_before_the_next(void)
{
    Matmul m = matmul_by_hand(9);
    const NestFactor both[] = { { "i", 4 }, { "j", 2 } }, j = { "j", 3 }, k = { "k", 4 };
    Nest *sums = nest_register(m.nest, &m.C, 1, NULL);

    check_line(nest_threads(m.nest, both, 2, NULL),
               "i_block:4 { j_block:2 { k { i { j { A B C C' } } } } }");
    check_line(nest_threads(m.nest, &j, 1, NULL), "j_block:3 { i { k { j { A B C C' } } } }");
    check_line(
        nest_threads(sums, both, 2, NULL),
        "i_block:4 { j_block:2 { k { i { j { C } } | i { j { A B } } | i { j { C' } } } } }");
    sums = then(sums, nest_tile(sums, &k, 1, NULL));
    check_line(nest_threads(sums, both, 2, NULL),
               "i_block:4 { j_block:2 { k_tile:4 { i { j { C } } | k { i { j { A B } } } | i { j { "
               "C' } } } } }");
    nest_unref(sums);
    matmul_clear(&m);
}

static void copies_are_a_threads_own_in_whichever_order(void)
{
    Matmul m = matmul_by_hand(9);
    const NestFactor both[] = { { "i", 4 }, { "j", 2 } }, k = { "k", 3 };
    Nest *copies = nest_unroll(m.nest, &k, 1, NULL);
    Nest *threads = nest_threads(m.nest, both, 2, NULL);
    static const char line[] =
        "i_block:4 { j_block:2 { k_unroll:3 { i { j { k [ A B C C' ] } } } } }";

    check_line(nest_threads(copies, both, 2, NULL), line);
    /* A thread has two rows. */
    copies = then(copies, nest_unroll(m.nest, &(NestFactor){ "i", 2 }, 1, NULL));
    check_line(nest_threads(copies, (const NestFactor[]){ { "i_unroll", 4 }, { "j", 2 } }, 2, NULL),
               "i_unroll_block:8 { j_block:2 { k { i_unroll:2 { j { i [ A B C C' ] } } } } }");
    check_line(nest_unroll(threads, &k, 1, NULL), line);
    nest_unref(copies);
    nest_unref(threads);
    matmul_clear(&m);
}

static void blocks_that_cannot_be_are_refused(void)
{
    Matmul m = matmul_by_hand(9);
    GError *error = NULL;
    const NestFactor zero = { "i", 0 }, unknown = { "l", 4 }, many = { "i", 1025 };
    const NestFactor product[] = { { "i", 64 }, { "j", 32 } }, i = { "i", 4 };
    Nest *threads = nest_threads(m.nest, &i, 1, NULL);
    Nest *copies = nest_unroll(m.nest, &i, 1, NULL), *vectors = nest_vectorize(m.nest, 16, NULL);

    check_refused(nest_threads(m.nest, NULL, 0, &error), &error,
                  "threads: name at least one loop, such as { i = 4 }");
    check_refused(nest_threads(m.nest, &zero, 1, &error), &error,
                  "threads: i = 0; at least 1 iteration");
    check_refused(nest_threads(m.nest, &unknown, 1, &error), &error,
                  "threads: the nest has no loop over 'l'; its loops: i, j, k");
    check_refused(nest_threads(m.nest, &many, 1, &error), &error,
                  "threads: i = 1025; a block has at most 1024");
    check_refused(nest_threads(m.nest, product, 2, &error), &error,
                  "threads: these are more than the 1024 that a block has at most");
    check_refused(nest_threads(threads, &i, 1, &error), &error,
                  "threads: loop 'i' is of threads or vectors already");
    check_refused(nest_threads(vectors, &i, 1, &error), &error,
                  "threads: loop 'k' is of threads or vectors already");
    check_refused(nest_threads(copies, &i, 1, &error), &error,
                  "threads: 'i' is unrolled; :threads comes before :unroll");
    check_refused(nest_unroll(threads, &i, 1, &error), &error,
                  "unroll: the iterations of 'i' are threads; unroll it before");
    check_refused(nest_tile(threads, &i, 1, &error), &error,
                  "tile: the iterations of 'i' are threads; :tile comes before :threads");
    check_refused(nest_parallel(threads, "i", DEAL_CYCLIC, &error), &error,
                  "parallel: the iterations of 'i' are threads of a block, which one core runs");
    check_refused(nest_vectorize(threads, 16, &error), &error,
                  "vectorize: the iterations of loop 'i' are threads, which ask together as the "
                  "machine has it (compute.warp)");
    nest_unref(threads);
    nest_unref(copies);
    nest_unref(vectors);
    matmul_clear(&m);
}

/* for i < 9, for j from i: a[i][j] */
static void loops_inside_that_depend_on_the_thread_are_refused(void)
{
    Nest *nest = nest_new();
    const uint64_t extents[] = { 9, 9 };
    NestArray *a = nest_array_new("a", ELEMENT_F64, extents, 2);
    NestNode *loops[] = { loop_to(nest, "i", 9),
                          nest_loop(nest->pool, "j", at_index(nest, "i"), expr_constant(9), 1) };
    NestNode *statement = nest_statement(nest->pool, 0);
    const NestFactor i = { "i", 4 };
    GError *error = NULL;

    access_2d(nest, statement, a, "i", "j", false);
    put_inside(nest, loops, 2, statement);
    check_refused(nest_threads(nest, &i, 1, &error), &error,
                  "threads: the bounds of loop 'j' depend on 'i', whose threads would stand inside "
                  "it");
    nest_unref(nest);
    nest_array_unref(a);
}

/* for block t < 4 { for i, j < 8: read a[t][i][j] } { for i, j < 8: read a[t][j][i] } */
static Nest *two_statements(NestArray *a)
{
    Nest *nest = nest_new();
    NestNode *t = loop_to(nest, "t", 4);

    for (int across = 0; across < 2; across++) {
        NestNode *i = loop_to(nest, "i", 8), *j = loop_to(nest, "j", 8);
        NestNode *statement = nest_statement(nest->pool, 0);
        const NestExpr at[] = { at_index(nest, "t"), at_index(nest, across ? "j" : "i"),
                                at_index(nest, across ? "i" : "j") };

        nest_access(nest->pool, &statement->statement, a, at, false);
        nest_append(nest->pool, &j->loop.body, statement);
        nest_append(nest->pool, &i->loop.body, j);
        nest_append(nest->pool, &t->loop.body, i);
    }
    nest_append(nest->pool, &nest->body, t);
    return nest;
}

static void what_is_dealt_has_its_blocks_already(void)
{
    NestArray *a = nest_array_new("a", ELEMENT_F32, (const uint64_t[]){ 4, 8, 8 }, 3);
    Nest *plain = two_statements(a), *dealt = nest_parallel(plain, "t", DEAL_AS_MACHINE, NULL);
    const NestFactor both[] = { { "i", 8 }, { "j", 8 } }, few = { "i", 4 }, t = { "t", 4 };
    GError *error = NULL;
    Nest *threads = nest_threads(dealt, both, 2, &error);
    g_autoptr(GString) shown = g_string_new(NULL);

    CU_ASSERT_PTR_NOT_NULL_FATAL(threads);
    nest_show(threads, shown);
    CU_ASSERT_STRING_EQUAL(shown->str, "loop t from 0 below 4 parallel of 64 threads\n"
                                       "  loop i from 0 below 8 threads\n"
                                       "    loop j from 0 below 8 threads\n"
                                       "      read a[t][i][j]\n"
                                       "  loop i from 0 below 8 threads\n"
                                       "    loop j from 0 below 8 threads\n"
                                       "      read a[t][j][i]");
    check_refused(nest_threads(dealt, &few, 1, &error), &error,
                  "threads: loop 'i' has 8 iterations, which are to be 4 threads");
    check_refused(nest_threads(dealt, &t, 1, &error), &error,
                  "threads: loop 't' does not stand in a loop that is dealt (:parallel), whose "
                  "iterations are the blocks");
    nest_unref(threads);
    nest_unref(dealt);
    nest_unref(plain);
    nest_array_unref(a);
}

/* ---- on a GPU ---- */

static void check_text(Nest *nest, const char *text)
{
    g_autoptr(GString) shown = g_string_new(NULL);

    CU_ASSERT_PTR_NOT_NULL_FATAL(nest);
    nest_show(nest, shown);
    CU_ASSERT_STRING_EQUAL(shown->str, text);
    nest_unref(nest);
}

static void neighbours_are_a_warp_whatever_they_ask_for(void)
{
    Matmul m = matmul_by_hand(64);
    const NestFactor both[] = { { "i", 8 }, { "j", 32 } }, k = { "k", 2 };
    Nest *columns = nest_swap(m.nest, "i", "j", NULL); /* nothing moves by one with i */
    Nest *threads = nest_threads(columns, both, 2, NULL);

    check_text(nest_for_threads(threads, 4, true),
               "loop j_block from 0 below 64 step 32\n"
               "  loop i_block from 0 below 64 step 8 parallel grid of 256 threads\n"
               "    loop k from 0 below 64\n"
               "      loop j from j_block below 64, j_block + 32 threads\n"
               "        loop i from i_block below 64, i_block + 8 threads vector 4\n"
               "          read A[i][k], read B[k][j], read C[i][j], write C[i][j], flops 2");
    threads = then(threads, nest_threads(m.nest, both, 2, NULL));
    threads = then(threads, nest_unroll(threads, &k, 1, NULL));
    check_text(
        nest_for_threads(threads, 4, false),
        "loop i_block from 0 below 64 step 8\n"
        "  loop j_block from 0 below 64 step 32 parallel of 256 threads\n"
        "    loop k_unroll from 0 below 64 step 2\n"
        "      loop i from i_block below 64, i_block + 8 threads\n"
        "        loop j_vector from j_block below 64, j_block + 32 step 4 threads\n"
        "          loop k from k_unroll below 64, k_unroll + 2 copies 2\n"
        "            loop j from j_vector below 64, j_block + 32, j_vector + 4 copies 1 vector 4\n"
        "              read A[i][k], read B[k][j], read C[i][j], write C[i][j], flops 2");
    nest_unref(threads);
    nest_unref(columns);
    matmul_clear(&m);
}

/* How many threads the blocks have that core 0 of so many is told of, and how often. */
static uint32_t threads_told(const Nest *nest, uint32_t n_cores, uint32_t *times)
{
    Nest *dealt = nest_for_threads(nest, 4, true);
    const uint64_t bases[] = { 0x10000, 0x20000, 0x30000 };
    NestProgram *program = nestprogram_new(dealt, bases, NULL);
    g_autofree Batch *batch = g_new(Batch, 1);
    uint32_t threads = 0;

    program->tells_blocks = true;
    AccessSource *source = gen_nest_new(program, 0, 0, n_cores);
    *times = 0;
    while (source_next(source, batch, NULL))
        for (size_t i = 0; i < batch->count; i++)
            if (batch->access[i].op == ACCESS_BLOCK) {
                threads = batch->access[i].bytes;
                ++*times;
            }
    source_free(source);
    nestprogram_free(program);
    nest_unref(dealt);
    return threads;
}

static void a_core_is_told_how_many_threads_begin(void)
{
    Matmul m = matmul_by_hand(16);
    const NestFactor both[] = { { "i", 8 }, { "j", 4 } };
    Nest *threads = nest_threads(m.nest, both, 2, NULL);
    uint32_t times = 0;

    CU_ASSERT_EQUAL(threads_told(threads, 1, &times), 32);
    CU_ASSERT_EQUAL(times, 8);
    CU_ASSERT_EQUAL(threads_told(threads, 8, &times), 32);
    CU_ASSERT_EQUAL(times, 1);
    /* A block of a loop with others inside can have any number. */
    CU_ASSERT_EQUAL(threads_told(m.nest, 4, &times), 1024);
    CU_ASSERT_EQUAL(times, 4);
    nest_unref(threads);
    matmul_clear(&m);
}

/* The rows of an array that core 0 of two reads, a letter each, in blocks of threads of which so many are resident. */
static char *rows_read(const Nest *nest, uint32_t resident)
{
    Nest *dealt = nest_for_threads(nest, 8, true);
    const uint64_t base = 0x10000;
    NestProgram *program = nestprogram_new(dealt, &base, NULL);
    g_autofree Batch *batch = g_new(Batch, 1);
    GString *rows = g_string_new(NULL);

    program->resident = resident;
    CU_ASSERT(program->turns);
    AccessSource *source = gen_nest_new(program, 0, 0, 2);
    while (source_next(source, batch, NULL))
        for (size_t i = 0; i < batch->count; i++) {
            const char row = (char)('a' + (batch->access[i].addr - base) / 64);

            if (rows->len == 0 || rows->str[rows->len - 1] != row)
                g_string_append_c(rows, row);
        }
    source_free(source);
    nestprogram_free(program);
    nest_unref(dealt);
    return g_string_free(rows, FALSE);
}

/* Blocks of 4 x 4 threads; what a block reads lies in a row of 64 B of its own. */
static void resident_blocks_do_their_statements_in_turns(void)
{
    NestArray *a = nest_array_new("a", ELEMENT_F32, (const uint64_t[]){ 10, 4, 4 }, 3);
    Nest *nest = nest_new();
    NestNode *loops[] = { loop_to(nest, "t", 10), loop_to(nest, "k", 3), loop_to(nest, "i", 4),
                          loop_to(nest, "j", 4) };
    NestNode *statement = nest_statement(nest->pool, 0);
    const NestExpr at[] = { at_index(nest, "t"), at_index(nest, "i"), at_index(nest, "j") };
    const NestFactor both[] = { { "i", 4 }, { "j", 4 } };

    nest_access(nest->pool, &statement->statement, a, at, false);
    put_inside(nest, loops, 4, statement);
    nest = then(nest, nest_parallel(nest, "t", DEAL_AS_MACHINE, NULL));
    nest = then(nest, nest_threads(nest, both, 2, NULL));
    g_autofree char *one = rows_read(nest, 1), *two = rows_read(nest, 2), *all = rows_read(nest, 8);

    /* Core 0 has the blocks a, c, e, g, i: two places, of which one has a, e, i, the other c, g. */
    CU_ASSERT_STRING_EQUAL(one, "acegi");
    CU_ASSERT_STRING_EQUAL(two, "acacacegegegi");
    CU_ASSERT_STRING_EQUAL(all, "acegiacegiacegi");
    nest_unref(nest);
    nest_array_unref(a);
}

typedef struct {
    const char *index;
    uint32_t threads;
} Blocks;

static void find_blocks(NestNode *node, void *data)
{
    Blocks *blocks = data;

    if (node->kind == NEST_LOOP && strcmp(node->loop.index, blocks->index) == 0)
        blocks->threads = node->loop.block_threads;
}

/* How many threads an iteration of the loop is said to have.  Frees the nest. */
static uint32_t block_threads_of(Nest *nest, const char *index)
{
    Blocks blocks = { index, UINT32_MAX };

    CU_ASSERT_PTR_NOT_NULL_FATAL(nest);
    nest_visit(&nest->body, find_blocks, &blocks);
    nest_unref(nest);
    return blocks.threads;
}

/* Of several blocks it is not known how many threads they have at a time. */
static void only_a_dealt_block_has_its_threads(void)
{
    Matmul m = matmul_by_hand(16);
    const NestFactor both[] = { { "i", 8 }, { "j", 4 } }, two = { "j_block", 2 };
    Nest *threads = nest_threads(m.nest, both, 2, NULL);

    CU_ASSERT_EQUAL(block_threads_of(nest_copy(threads), "j_block"), 32);
    CU_ASSERT_EQUAL(
        block_threads_of(nest_parallel(threads, "j_block", DEAL_CYCLIC, NULL), "j_block"), 32);
    CU_ASSERT_EQUAL(
        block_threads_of(nest_parallel(threads, "i_block", DEAL_CYCLIC, NULL), "j_block"), 0);
    CU_ASSERT_EQUAL(block_threads_of(nest_tile(threads, &two, 1, NULL), "j_block_tile"), 0);
    CU_ASSERT_EQUAL(block_threads_of(nest_tile(threads, &two, 1, NULL), "j_block"), 0);
    nest_unref(threads);
    matmul_clear(&m);
}

/* The time in ns in which 32 threads read 4 words each, a read of any number of words taking 100. */
static double time_ns(unsigned window, const char *transformed)
{
    g_autofree char *script = g_strdup_printf(
        "local i, k = memsim.index('i', 'k') local a = memsim.array('a', 'f64', 4, 32) "
        "return memsim.sweep { point = function() return { machine = memsim.machine { compute = { "
        "peak = '1 PFLOP/s', clock = '1 PHz', issue = 'unlimited', warp = 16, deal = 'blocks', "
        "window = %u }, memory = { bandwidth = '1 EB/s', latency = '100 ns' } }, workload = "
        "memsim.nest { loops = { { i, 32 }, { k, 4 } }, body = { memsim.read(a[k][i]) } "
        "}:threads { i = 32 }%s } end }",
        window, transformed);

    return 1e9 * script_time_s(script);
}

static void the_copies_of_a_read_are_in_flight_together(void)
{
    CU_ASSERT_DOUBLE_EQUAL(time_ns(32, ""), 400, 0.01);
    CU_ASSERT_DOUBLE_EQUAL(time_ns(32, ":unroll { k = 2 }"), 200, 0.01);
    CU_ASSERT_DOUBLE_EQUAL(time_ns(32, ":unroll { k = 4 }"), 100, 0.01);
    CU_ASSERT_DOUBLE_EQUAL(time_ns(16, ":unroll { k = 4 }"), 200, 0.01);
}

/* ---- random nests ---- */

static void threads_keep_every_access(void)
{
    const NestTally tally = nesttrial_keeps(17, nest_threads, 3);

    CU_ASSERT(tally.made > tally.refused);
    CU_ASSERT(tally.refused > 10);
}

static CU_TestInfo tests[] = {
    TEST(the_threads_of_a_block_do_a_statement_before_the_next),
    TEST(copies_are_a_threads_own_in_whichever_order),
    TEST(blocks_that_cannot_be_are_refused),
    TEST(loops_inside_that_depend_on_the_thread_are_refused),
    TEST(neighbours_are_a_warp_whatever_they_ask_for),
    TEST(what_is_dealt_has_its_blocks_already),
    TEST(a_core_is_told_how_many_threads_begin),
    TEST(resident_blocks_do_their_statements_in_turns),
    TEST(only_a_dealt_block_has_its_threads),
    TEST(the_copies_of_a_read_are_in_flight_together),
    TEST(threads_keep_every_access),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_nest_block_threads = { .pName = "nest_block_threads", .pTests = tests };
