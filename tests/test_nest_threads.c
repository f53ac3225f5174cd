/*
 * test_nest_threads - loop nests on machines with groups and blocks of threads.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "nest_made.h"
#include "nest_trial.h"
#include "nest_walk.h"
#include "script_rig.h"
#include "tap.h"
#include "workload/nest_check.h"
#include "workload/nest_print.h"
#include "workload/nest_threads.h"
#include "workload/nest_transform.h"

enum { BLOCK = 256, WARP = 32 };

/* ---- examples ---- */

/* for i below n: read a[i], write b[i], of floats */
static Nest *vector_copy(int64_t n)
{
    Nest *nest = nest_new();
    const uint64_t extent = (uint64_t)n;
    NestArray *a = nest_array_new("a", ELEMENT_F32, &extent, 1);
    NestArray *b = nest_array_new("b", ELEMENT_F32, &extent, 1);
    NestNode *i = nest_loop(nest->pool, "i", expr_constant(0), expr_constant(n), 1);
    NestNode *body = nest_statement(nest->pool, 1);
    const NestExpr at = expr_index(nest->pool, "i");

    nest_access(nest->pool, &body->statement, a, &at, false);
    nest_access(nest->pool, &body->statement, b, &at, true);
    nest_append(nest->pool, &i->loop.body, body);
    nest_append(nest->pool, &nest->body, i);
    nest_array_unref(a);
    nest_array_unref(b);
    return nest;
}

static const uint64_t copy_bases[] = { 0x100000, 0x900000 };

/* Whether the core of so many reads a in these pieces: first byte, bytes; behind them nothing. */
static bool reads_in(Nest *nest, uint32_t core, uint32_t n_cores, uint64_t (*pieces)[2], size_t n)
{
    NestMade made = nestmade_run(nest, copy_bases, core, n_cores);
    size_t at = 0;
    bool same = true;

    for (guint i = 0; i < made.accesses->len; i++) {
        const ModelAccess *access = &g_array_index(made.accesses, ModelAccess, i);

        if (access->op != ACCESS_READ)
            continue;
        same = same && at < n && access->addr == copy_bases[0] + pieces[at][0] &&
               access->bytes == pieces[at][1];
        at++;
    }
    nestmade_clear(&made);
    return same && at == n;
}

static void blocks_of_256_go_to_the_cores_in_turn_and_a_group_asks_at_once(void)
{
    Nest *nest = vector_copy(3 * BLOCK + 40);
    Nest *threads = nest_for_threads(nest, WARP, true);
    uint64_t first[10][2], second[8][2];

    for (uint64_t i = 0; i < 8; i++) {
        first[i][0] = i * 4 * WARP;
        second[i][0] = first[i][0] + 4 * BLOCK;
        first[i][1] = second[i][1] = 4 * WARP;
    }
    /* Three cores: the last block, of 40, is the first core's. */
    first[8][0] = 3 * 4 * BLOCK;
    first[9][0] = first[8][0] + 4 * WARP;
    first[8][1] = 4 * WARP;
    first[9][1] = 4 * 8;
    CU_ASSERT(reads_in(threads, 0, 3, first, 10));
    CU_ASSERT(reads_in(threads, 1, 3, second, 8));
    nest_unref(threads);
    nest_unref(nest);
}

static void check_text(const Nest *nest, const char *text)
{
    g_autoptr(GString) shown = g_string_new(NULL);

    nest_show(nest, shown);
    CU_ASSERT_STRING_EQUAL(shown->str, text);
}

static void vectors_are_a_threads_and_dealing_that_is_said_stays(void)
{
    Nest *nest = vector_copy(1000);
    Nest *vectors = nest_vectorize(nest, 16, NULL);
    Nest *said = nest_parallel(vectors, "i", DEAL_BLOCK, NULL);
    Nest *threads = nest_for_threads(said, WARP, true);

    check_text(threads, "loop i from 0 below 1000 parallel block vector 128\n"
                        "  read a[i], write b[i], flops 1");
    nest_unref(threads);
    threads = nest_for_threads(vectors, WARP, true);
    check_text(threads, "loop i_block from 0 below 1000 step 1024 parallel grid of 256 threads\n"
                        "  loop i from i_block below 1000, i_block + 1024 vector 128\n"
                        "    read a[i], write b[i], flops 1");
    nest_unref(threads);
    nest_unref(said);
    nest_unref(vectors);
    nest_unref(nest);
}

static void the_copies_of_an_unrolled_loop_are_dealt_as_one_body(void)
{
    Nest *nest = vector_copy(5000);
    Nest *unrolled = nest_unroll(nest, &(NestFactor){ "i", 4 }, 1, NULL);
    Nest *threads = nest_for_threads(unrolled, 1, true);

    check_text(threads,
               "loop i_unroll_block from 0 below 5000 step 1024 parallel grid of 256 threads\n"
               "  loop i_unroll from i_unroll_block below 5000, i_unroll_block + 1024 step 4\n"
               "    loop i from i_unroll below 5000, i_unroll + 4 copies 4\n"
               "      read a[i], write b[i], flops 1");
    nest_unref(threads);
    nest_unref(unrolled);
    nest_unref(nest);
}

static void a_machine_without_groups_or_blocks_runs_the_nest_as_it_is(void)
{
    Nest *nest = vector_copy(1000);
    Nest *said = nest_parallel(nest, "i", DEAL_AS_MACHINE, NULL);
    Nest *threads = nest_for_threads(said, 1, false);

    check_text(threads, "loop i from 0 below 1000 parallel\n"
                        "  read a[i], write b[i], flops 1");
    nest_unref(threads);
    nest_unref(said);
    nest_unref(nest);
}

/* for i: for j: a[i][j], the rows dealt */
static void rows_go_to_the_cores_one_by_one(void)
{
    Nest *nest = nest_new();
    const uint64_t extents[] = { 9, 100 };
    NestArray *a = nest_array_new("a", ELEMENT_F64, extents, 2);
    NestNode *i = nest_loop(nest->pool, "i", expr_constant(0), expr_constant(9), 1);
    NestNode *j = nest_loop(nest->pool, "j", expr_constant(0), expr_constant(100), 1);
    NestNode *body = nest_statement(nest->pool, 0);
    const NestExpr at[] = { expr_index(nest->pool, "i"), expr_index(nest->pool, "j") };

    nest_access(nest->pool, &body->statement, a, at, false);
    nest_append(nest->pool, &j->loop.body, body);
    nest_append(nest->pool, &i->loop.body, j);
    nest_append(nest->pool, &nest->body, i);
    Nest *threads = nest_for_threads(nest, WARP, true);

    check_text(threads, "loop i from 0 below 9 parallel grid of 1024 threads\n"
                        "  loop j from 0 below 100 vector 32\n"
                        "    read a[i][j]");
    nest_unref(threads);
    nest_unref(nest);
    nest_array_unref(a);
}

/* Sanitizers see when it goes beyond 64 bits. */
static void a_step_beyond_all_bounds_is_one_iteration(void)
{
    static const char *const loops[] = { "{ i, 0, 1, 0x1fffffffffffff }",
                                         "{ i, 0, 0x1fffffffffffff, 0x800000000000 }" };
    static const double iterations[] = { 1, 64 };

    for (int i = 0; i < 2; i++) {
        g_autofree char *script = g_strdup_printf(
            "local i = memsim.index('i') local a = memsim.array('a', 'f64', 1024)\n"
            "local n = memsim.nest { loops = { %s }, body = { memsim.read(a[%s]), flops = 1 } }\n"
            "local m = memsim.machine { cores = 3000, compute = { peak = '1 TFLOP/s', warp = 32, "
            "deal = 'blocks' }, timing = false, " MEMORY " }\n"
            "return memsim.sweep { point = function() return { machine = m, workload = n } end }",
            loops[i], i == 0 ? "2048*i" : "0");
        Row *row = script_row(script);

        CU_ASSERT_EQUAL(row_number(row, "flops"), iterations[i]);
        row_free(row);
    }
}

/* ---- slots ---- */

/* The time that a read and a write of 64 doubles each take, n times, with a latency of 50 ns. */
static double time_with(const char *compute, const char *transformed)
{
    g_autofree char *script = g_strdup_printf(
        "local i = memsim.index('i')\n"
        "local a, b = memsim.array('a', 'f64', 4096), memsim.array('b', 'f64', 4096)\n"
        "local w = memsim.nest { loops = { { i, 4096 } }, body = { memsim.read(a[i]), "
        "memsim.write(b[i]) } }\n"
        "local m = memsim.machine { compute = { peak = '10 GFLOP/s', clock = '2 GHz', %s }, " MEMORY
        " }\n"
        "return memsim.sweep { point = function() return { machine = m, workload = w%s } end }",
        compute, transformed);

    return script_time_s(script);
}

static void a_thread_has_a_slot_of_its_own_for_what_it_asks_for_at_once(void)
{
    const double two = time_with("window = 2", ":vectorize(64)");

    CU_ASSERT_EQUAL(time_with("warp = 8, window = 16", ""), two);
    CU_ASSERT(time_with("warp = 8, window = 32", "") < two);
    CU_ASSERT_EQUAL(time_with("warp = 8, window = 16", ":vectorize(64)"),
                    time_with("window = 2", ":vectorize(512)"));
    /* All of a window is enough for one. */
    CU_ASSERT_EQUAL(time_with("warp = 8, window = 3", ""),
                    time_with("window = 1", ":vectorize(64)"));
}

/* ---- random nests ---- */

static bool same_touch(const Touch *a, const Touch *b)
{
    return a->array == b->array && a->element == b->element && a->write == b->write;
}

/* Neighbours ask together although nothing of theirs is contiguous: a word that all ask for is one access. */
static void groups_ask_at_once_where_nothing_is_contiguous(void)
{
    Row *row = script_row("local i, j = memsim.index('i', 'j')\n"
                          "local D = memsim.array('D', 'f32', 64)\n"
                          "local n = memsim.nest { loops = { { j, 100 }, { i, 32 } }, body = { "
                          "memsim.read(D[3]) } }\n"
                          "return memsim.sweep { point = function() return { machine = "
                          "memsim.machine { compute = { peak = 1e12, "
                          "clock = '1 GHz', warp = 32, window = 2048, deal = 'blocks' }, memory = "
                          "{ bandwidth = '1 TB/s', latency = "
                          "'500 ns' } }, workload = n } end }");

    CU_ASSERT_EQUAL(row_number(row, "accesses"), 100);
    row_free(row);
}

/* Each once. */
static void drop_repeated(Touches *touches)
{
    guint kept = 0;

    for (guint i = 0; i < touches->touches->len; i++) {
        const Touch touch = g_array_index(touches->touches, Touch, i);

        if (kept == 0 || !same_touch(&touch, &g_array_index(touches->touches, Touch, kept - 1)))
            g_array_index(touches->touches, Touch, kept++) = touch;
    }
    g_array_set_size(touches->touches, kept);
}

/* Dealt, a nest makes the same accesses; a group asks once for what does not move, and for every element that it did. */
static void random_nests_touch_what_they_touched(void)
{
    Rng rng = { .state = 31 };
    uint64_t fewer = 0;

    for (int trial = 0; trial < NEST_TRIALS; trial++) {
        const RandomNest kind = nesttrial_kind(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        const Nest *nest = drawn.nest;
        Nest *dealt = nest_for_threads(nest, 1, true);
        Nest *grouped = nest_for_threads(nest, 2 + (uint32_t)draw_below(&rng, 7), true);
        Touches before = touches_of(nest), after = touches_of(dealt), groups = touches_of(grouped);

        CU_ASSERT_TRUE_FATAL(nest_check(dealt, NULL) && nest_check(grouped, NULL));
        CU_ASSERT(touches_equal(&before, &after));
        fewer += groups.touches->len < before.touches->len;
        drop_repeated(&before);
        drop_repeated(&groups);
        CU_ASSERT(touches_equal(&before, &groups));
        touches_clear(&before);
        touches_clear(&after);
        touches_clear(&groups);
        random_nest_clear(&drawn);
        nest_unref(dealt);
        nest_unref(grouped);
    }
    CU_ASSERT(fewer > NEST_TRIALS / 20); /* some are grouped */
}

static CU_TestInfo tests[] = {
    TEST(blocks_of_256_go_to_the_cores_in_turn_and_a_group_asks_at_once),
    TEST(vectors_are_a_threads_and_dealing_that_is_said_stays),
    TEST(the_copies_of_an_unrolled_loop_are_dealt_as_one_body),
    TEST(a_machine_without_groups_or_blocks_runs_the_nest_as_it_is),
    TEST(rows_go_to_the_cores_one_by_one),
    TEST(a_step_beyond_all_bounds_is_one_iteration),
    TEST(a_thread_has_a_slot_of_its_own_for_what_it_asks_for_at_once),
    TEST(groups_ask_at_once_where_nothing_is_contiguous),
    TEST(random_nests_touch_what_they_touched),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_nest_threads = { .pName = "nest_threads", .pTests = tests };
