/*
 * test_script_nests - loop nests of a script: what they become, what they run like, and the message of every mistake.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "config/config.h"
#include "script_rig.h"
#include "tap.h"

#define ARRAYS                                                                      \
    "local i, j, k = memsim.index('i', 'j', 'k')\nlocal n = 24\n"                   \
    "local A, B = memsim.array('A', 'f64', n, n), memsim.array('B', 'f64', n, n)\n" \
    "local C, x = memsim.array('C', 'f64', n, n), memsim.array('x', 'f32', n)\n"
#define LOOP(bound, body) \
    ARRAYS "local w = memsim.nest { loops = { " bound " }, body = { " body " } }\n"
#define MATMUL                           \
    LOOP("{ i, n }, { j, n }, { k, n }", \
         "memsim.read(A[i][k]), memsim.read(B[k][j]), memsim.update(C[i][j]), flops = 2")
#define RUN(machine, workload)                                                              \
    "return memsim.sweep { point = function() return { machine = memsim.machine { " machine \
    " }, workload = " workload " } end }"
#define BIG                                                                                       \
    COMPUTE ", " MEMORY ", caches = { { name = 'L1', size = '1MiB', ways = 16, latency = '2 ns' " \
            "} }"

/* ---- what they become ---- */

static char *text_of(const char *script)
{
    Study *study = script_study(script);
    char *text = point_canonical(study->sweeps[0]->points[0]);

    study_free(study);
    return text;
}

static void the_same_nest_has_the_same_text_and_every_other_one_another(void)
{
    static const char *const scripts[] = {
        MATMUL RUN(BIG, "w"),
        LOOP("{ i, n }, { k, n }, { j, n }",
             "memsim.read(A[i][k]), memsim.read(B[k][j]), memsim.update(C[i][j]), flops = 2")
            RUN(BIG, "w"),
        LOOP("{ i, n }, { j, n }, { k, n }",
             "memsim.read(A[i][k]), memsim.read(B[k][j]), memsim.update(C[i][j]), flops = 3")
            RUN(BIG, "w"),
        LOOP("{ i, n }, { j, n }, { k, n }",
             "memsim.read(A[i][k]), memsim.read(B[k][j]), memsim.write(C[i][j]), flops = 2")
            RUN(BIG, "w"),
        LOOP("{ i, n }, { j, n }, { k, n }",
             "memsim.read(A[i][k]), memsim.read(A[k][j]), memsim.update(C[i][j]), flops = 2")
            RUN(BIG, "w"),
        LOOP("{ i, n }, { j, i, n }, { k, n }",
             "memsim.read(A[i][k]), memsim.read(B[k][j]), memsim.update(C[i][j]), flops = 2")
            RUN(BIG, "w"),
        LOOP("{ i, n }, { j, n }, { k, 0, n, 2 }",
             "memsim.read(A[i][k]), memsim.read(B[k][j]), memsim.update(C[i][j]), flops = 2")
            RUN(BIG, "w"),
        LOOP("{ i, n }, { j, n }",
             "{ loops = { { k, n } }, body = { memsim.read(A[i][k]), memsim.read(B[k][j]), "
             "memsim.update(C[i][j]), flops = 2 } }, memsim.read(x[i])") RUN(BIG, "w"),
        LOOP("{ i, n }, { j, n }",
             "{ loops = { { k, n } }, body = { memsim.read(A[i][k]), memsim.read(B[k][j]), "
             "memsim.update(C[i][j]), flops = 2 } }, memsim.write(x[i])") RUN(BIG, "w"),
    };
    g_autoptr(GHashTable) texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(scripts); i++) {
        g_autofree char *again = text_of(scripts[i]);

        CU_ASSERT_TRUE(g_hash_table_add(texts, text_of(scripts[i])));
        CU_ASSERT_FALSE(g_hash_table_add(texts, g_strdup(again)));
    }
}

static const WorkloadSpec *workload_of(const Study *study)
{
    return study->sweeps[0]->points[0]->workload;
}

static void arrays_lie_one_behind_the_other_around_those_that_have_a_place(void)
{
    Study *study = script_study(
        ARRAYS "local P = memsim.array('P', 'f64', 10, { base = 0x10001000 })\n"
               "local Q = memsim.array('Q', 'f64', 10, { align = '64KiB' })\n"
               "local w = memsim.nest { loops = { { i, 10 } }, body = { memsim.read(A[i][i]), "
               "memsim.read(P[i]), memsim.read(Q[i]), memsim.read(x[i]) } }\n" RUN(BIG, "w"));
    const NestConfig *nest = &workload_of(study)->nest;

    CU_ASSERT_EQUAL_FATAL(nest->n_arrays, 4);
    CU_ASSERT_EQUAL(nest->bases[0], 0x10002000); /* its 4608 B would reach into P */
    CU_ASSERT_EQUAL(nest->bases[1], 0x10001000);
    CU_ASSERT_EQUAL(nest->bases[2], 0x10010000);
    CU_ASSERT_EQUAL(nest->bases[3], 0x10011000);
    study_free(study);
}

static void an_array_is_the_same_memory_in_all_parts_of_a_sequence(void)
{
    Study *study = script_study(
        ARRAYS "local v = memsim.nest { loops = { { i, n } }, body = { memsim.write(x[i]) } }\n"
               "local w = memsim.nest { loops = { { i, n } }, body = { memsim.read(A[i][i]), "
               "memsim.read(x[i]) } }\n" RUN(BIG, "memsim.sequence { v, w, v }"));
    const WorkloadSpec *sequence = workload_of(study);

    CU_ASSERT_EQUAL(sequence->parts[0]->nest.bases[0], sequence->parts[1]->nest.bases[1]);
    CU_ASSERT_PTR_EQUAL(sequence->parts[0], sequence->parts[2]);
    study_free(study);
}

/* ---- what they run like ---- */

/* The whole product lies in the cache: every line misses once. */
static void check_matmul(const Row *row)
{
    const double n = 24, lines = 3 * n * n * 8 / 64;

    CU_ASSERT_EQUAL(row_number(row, "accesses"), 4 * n * n * n);
    CU_ASSERT_EQUAL(row_number(row, "writes"), n * n * n);
    CU_ASSERT_EQUAL(row_number(row, "flops"), 2 * n * n * n);
    CU_ASSERT_EQUAL(row_number(row, "compulsory_bytes"), 4 * n * n * 8);
    CU_ASSERT_EQUAL(row_number(row, "requested_bytes"), 4 * n * n * n * 8);
    CU_ASSERT_EQUAL(row_number(row, "l1_misses"), lines);
}

static void a_product_that_fits_misses_once_a_line_timed_or_not(void)
{
    Row *timed = script_row(MATMUL RUN(BIG, "w")),
        *counted = script_row(MATMUL RUN(BIG ", timing = false", "w"));

    check_matmul(timed);
    check_matmul(counted);
    CU_ASSERT_TRUE(row_number(timed, "time_s") >= row_number(timed, "roofline_time_s"));
    row_free(timed);
    row_free(counted);
}

static void cores_share_the_outermost_loop(void)
{
    Row *one = script_row(
        MATMUL RUN("cores = 4, " COMPUTE ", " MEMORY, "memsim.workload { nest = w, cores = 1 }"));
    Row *four = script_row(MATMUL RUN("cores = 4, " COMPUTE ", " MEMORY, "w"));

    CU_ASSERT_EQUAL(row_number(one, "accesses"), row_number(four, "accesses"));
    CU_ASSERT_EQUAL(row_number(one, "flops"), row_number(four, "flops"));
    CU_ASSERT_TRUE(row_number(four, "compute_busy_s") < 0.26 * row_number(one, "compute_busy_s"));
    row_free(one);
    row_free(four);
}

static void a_pass_of_warm_up_leaves_no_misses(void)
{
    Row *row = script_row(MATMUL RUN(BIG, "memsim.workload { nest = w, warmup = '1 pass' }"));

    CU_ASSERT_EQUAL(row_number(row, "l1_misses"), 0);
    CU_ASSERT_EQUAL(row_number(row, "flops"), 2.0 * 24 * 24 * 24);
    row_free(row);
}

static void a_nest_that_only_computes_takes_the_time_of_its_operations(void)
{
    Row *row = script_row(LOOP("{ i, n }, { j, n }", "flops = 1e6") RUN(BIG, "w"));

    CU_ASSERT_EQUAL(row_number(row, "accesses"), 0);
    CU_ASSERT_DOUBLE_EQUAL(row_number(row, "time_s"), 24 * 24 * 1e6 / 10e9, 1e-14);
    row_free(row);
}

/* What the cores ask for is what the nest says by formula. */
static void check_numbers(const char *nest, double accesses, double bytes)
{
    g_autofree char *text = g_strdup_printf(
        ARRAYS
        "local w = %s\n"
        "assert(w.accesses == %.0f and w.requested_bytes == %.0f)\n" RUN(COMPUTE ", " MEMORY, "w"),
        nest, accesses, bytes);
    Row *row = script_row(text);

    CU_ASSERT_EQUAL(row_number(row, "accesses"), accesses);
    CU_ASSERT_EQUAL(row_number(row, "requested_bytes"), bytes);
    row_free(row);
}

/* i <= j <= k <= l: n (n + 1) (n + 2) (n + 3) / 24, here 6.8e11, which nobody walks. */
static void triangles_in_triangles_are_counted_by_their_sums(void)
{
    g_autofree char *script =
        g_strdup_printf("local i, j, k, l = memsim.index('i', 'j', 'k', 'l')\n"
                        "local n = 2000\n"
                        "local w = memsim.nest { loops = { { i, n }, { j, i, n }, { k, j, n }, { "
                        "l, k, n } }, body = { flops = 1 } }\n"
                        "assert(w.flops == n * (n + 1) * (n + 2) * (n + 3) // 24)\n" RUN(
                            BIG, "memsim.nest { loops = { { i, 8 } }, "
                                 "body = { flops = 1 } }"));

    row_free(script_row(script));
}

/* Rows of 7, 2 and 11 elements: that [j - ptr[i]] stays inside only the iterations show. */
static void vectors_between_bounds_of_a_table_are_one_access_each(void)
{
    check_numbers("(function()\n"
                  "local ptr = memsim.indices('ptr', 'i32', { 0, 7, 9, 20 })\n"
                  "local rows = memsim.array('rows', 'f32', 3, 11)\n"
                  "return memsim.nest { loops = { { i, 3 }, { j, ptr[i], ptr[i + 1] } },\n"
                  "  body = { memsim.read(rows[i][j - ptr[i]]), memsim.read(x[j]) } }\n"
                  "  :vectorize(16) end)()",
                  2 * 6, 2 * 20 * 4);
}

/* Rows of 16 halves of a byte, and of 9, every other one of which begins in the middle of a byte. */
static void vectors_of_elements_of_4_bits_begin_at_whole_bytes(void)
{
#define HALVES(columns)                               \
    "memsim.nest { loops = { { i, 6 }, { j, " columns \
    " } }, body = { memsim.read(memsim.array('q', 'i4', 6, " columns ")[i][j]) } }:vectorize(8)"
    check_numbers(HALVES("16"), 6, 6 * 8);
    check_numbers(HALVES("9"), 6 * 9, 6 * 9);
}

/* ---- mistakes ---- */

static void mistakes_in_loop_nests_are_named(void)
{
    static const Mistake cases[] = {
        { LOOP("{ i, n }, { j, n }", "memsim.read(A[i][j + 1])"),
          "s.lua:5: nest: A[i][j + 1]: subscript 2 reaches 24; the dimension has 24 elements, 0 to "
          "23" },
        { LOOP("{ i, n }", "memsim.read(A[i][k])"),
          "s.lua:5: nest: A[i][k]: no loop around it has the index 'k'; around it are: i" },
        { LOOP("{ i, n }, { i, n }", "memsim.read(x[i])"),
          "s.lua:5: nest: loop 'i': a loop around it has the same index" },
        { LOOP("{ i, n }, { j, k }", "memsim.read(x[i])"),
          "s.lua:5: nest: the bounds of loop 'j': no loop around it has the index 'k'; *" },
        { LOOP("{ i, n }", "memsim.read(A[i])"),
          "s.lua:5: read: A has 2 dimensions, but 1 subscript is given" },
        { LOOP("{ i, n }", "memsim.read(A[i][i][i])"),
          "s.lua:5: A has 2 dimensions, this is one subscript more" },
        { LOOP("{ i, n }", "memsim.read(x[i*i])"),
          "s.lua:5: i * i is not affine: one factor has to be a number" },
        { LOOP("{ i, n }", "memsim.read(x[i/2])"), "s.lua:5: indices can be added, *" },
        { LOOP("{ i, n }", "memsim.read(x[i + 0.5])"),
          "s.lua:5: +: 0.5 is no whole number below 2^53" },
        { LOOP("{ i, n }", "memsim.read(x[x[i]])"),
          "s.lua:5: x: the contents of x are not known; *" },
        { LOOP("{ i, n }", "x[i]"),
          "s.lua:5: nest.body[1]: say what is done with x: memsim.read, write or update" },
        { LOOP("{ i, n }", "3"),
          "s.lua:5: nest.body[1]: expected memsim.read(...), *, not a number" },
        { LOOP("{ i, n }", "memsim.read(x[i]), flop = 2"),
          "s.lua:5: nest.body.flop: unknown key 'flop'; did you mean 'flops'?" },
        { LOOP("{ i, 0, n, 0 }", "memsim.read(x[i])"),
          "s.lua:5: nest.loops[1][4]: the step is a whole number, 1 or more" },
        { LOOP("{ i }", "memsim.read(x[i])"),
          "s.lua:5: nest.loops[1]: expected { index, count } *" },
        { LOOP("{ 3, n }", "memsim.read(x[0])"), "s.lua:5: nest.loops[1][1]: expected an index*" },
        { LOOP("{ i, n }", "memsim.read(A)"),
          "s.lua:5: read: A has 2 dimensions, but 0 subscripts are given" },
        { ARRAYS "local w = memsim.nest { loop = {} }",
          "s.lua:5: nest.loop: unknown key 'loop'; did you mean 'loops'?" },
        { ARRAYS "local w = memsim.nest { loops = { { i, n } }, body = {}, flops = 2 }",
          "s.lua:5: nest.flops: 'flops' belongs to the body: *" },
        { ARRAYS "local w = memsim.nest { loops = { { i, n } } }", "s.lua:5: nest.body: missing*" },
        { ARRAYS "local w = memsim.array('y', 'f65', n)",
          "s.lua:5: array[2]: unknown word 'f65'; did you mean 'f64'; *" },
        { ARRAYS "local w = memsim.array('y', n)",
          "s.lua:5: array[2]: expected a string, not a number; known: f64, f32, *" },
        { ARRAYS "local w = memsim.nest { loops = { { i, 1.5 } }, body = {} }",
          "s.lua:5: nest.loops[1][2]: 1.5 is no whole number below 2^53" },
        { ARRAYS "local w = memsim.array('y', 'f64', 1 << 30, 1 << 30)",
          "s.lua:5: array: its bytes, 8.19e+03 PiB, are not below 32 PiB" },
        { ARRAYS "local w = memsim.array('y', 'f64', 0)", "s.lua:5: array[3]: 0 is out of range*" },
        { ARRAYS "local w = memsim.array('y', 'f64', n, { algn = 3 })",
          "s.lua:5: array[4].algn: unknown key 'algn'; did you mean 'align'?" },
        { ARRAYS "local w = memsim.array('y', 'f64', n, { align = 48 })",
          "s.lua:5: array.align: 48 B is not a power of two" },
        { ARRAYS "local w = memsim.array('y', 'f64', n, { base = 100, align = 64 })",
          "s.lua:5: array.base: 0x64 is not aligned to 64 B*" },
        { ARRAYS "local w = memsim.array('2y', 'f64', n)",
          "s.lua:5: array[1]: '2y' is no identifier*" },
        { ARRAYS "local w = memsim.index('2y')", "s.lua:5: index: argument 1 is no name*" },
        { LOOP("{ i, n }", "memsim.read(x[i])") "print(w.flop)",
          "s.lua:6: a nest has no 'flop'; did you mean 'flops'?" },
        { LOOP("{ i, n }", "memsim.read(x[i])") "memsim.workload { nest = w, flops_per_byte = 1 }",
          "s.lua:6: workload.flops_per_byte: is for patterns and traces; *" },
        { LOOP("{ i, n }", "memsim.read(x[i])") "memsim.workload { nest = w, footprint = 64 }",
          "s.lua:6: workload.footprint: 'footprint' is for patterns, not for loop nests" },
        { LOOP("{ i, n }", "memsim.read(x[i])") "memsim.workload { nest = w, trace = '-' }",
          "s.lua:6: workload.nest: give a pattern, a trace or a nest, not two of them" },
        { ARRAYS "memsim.workload { nest = 3 }",
          "s.lua:5: workload.nest: expected what memsim.nest returns" },
        { ARRAYS "local a = memsim.array('a', 'f64', n, { base = 64 })\n"
                 "local b = memsim.array('b', 'f64', n, { base = 192 })\n"
                 "memsim.workload { nest = memsim.nest { loops = { { i, n } }, body = { "
                 "memsim.read(a[i]), memsim.read(b[i]) } } }",
          "s.lua:7: workload: array a (192 B from 0x40) and array b (192 B from 0xc0) overlap; *" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

/* A script whose print is the message of its error. */
#define TELL(setup, value) ARRAYS setup "error(tostring(" value "), 0)"

static void nests_arrays_and_places_print_as_one_would_write_them(void)
{
    static const struct {
        const char *script, *text;
    } cases[] = {
        { TELL("", "memsim.array('P', 'f32', 5, 3, { layout = 'column', pad = 1, base = 4096 })"),
          "P f32 [5][3], 72 B, by columns, padded by 1, at 0x1000" },
        { TELL("", "memsim.array('q', 'i4', 7, { scratch = true })"), "q i4 [7], 4 B, scratch" },
        { TELL("", "memsim.read(A[i + 2*j - 1][3])"), "A[i + 2*j - 1][3]" },
        { MATMUL "error(tostring(w:tile { i = 7 }:parallel 'i_tile':register()), 0)",
          "loop i_tile from 0 below 24 step 7 parallel\n"
          "  loop i from i_tile below 24, i_tile + 7\n"
          "    loop j from 0 below 24\n"
          "      loop k from 0 below 24\n"
          "        before read C[i][j]\n"
          "        read A[i][k], read B[k][j], flops 2\n"
          "        after write C[i][j]" },
        { TELL("", "memsim.nest { body = { flops = 3 } }"), "flops 3" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        CU_ASSERT_PTR_NULL(config_run_text(cases[i].script, "s.lua", NULL, &error));
        CU_ASSERT_PTR_NOT_NULL_FATAL(error);
        CU_ASSERT_STRING_EQUAL(error->message, cases[i].text);
        if (strcmp(error->message, cases[i].text) != 0)
            fprintf(stderr, "# got %s\n", error->message);
    }
}

static void a_nest_whose_loops_never_run_is_refused_as_such(void)
{
#define NEVER LOOP("{ i, 0 }", "memsim.read(x[i]), flops = 2")
#define WARM "memsim.workload { nest = w, warmup = '1 pass' }"
    static const char *const scripts[] = { NEVER RUN(BIG, "w"), NEVER RUN(BIG, WARM),
                                           NEVER RUN(BIG ", timing = false", "w"),
                                           NEVER RUN(BIG ", timing = false", WARM) };
    const SystemOptions options = { .memory_time = false };

    for (size_t i = 0; i < G_N_ELEMENTS(scripts); i++) {
        Study *study = script_study(scripts[i]);
        g_autoptr(GError) error = NULL;

        CU_ASSERT_PTR_NULL(system_run(study->sweeps[0]->points[0], &options, &error));
        CU_ASSERT_PTR_NOT_NULL_FATAL(error);
        CU_ASSERT(g_pattern_match_simple("s.lua:?: workload: it has no access and no operation*",
                                         error->message));
        CU_ASSERT_PTR_NULL(strstr(error->message, "warmup"));
        study_free(study);
    }
}

static CU_TestInfo tests[] = {
    TEST(triangles_in_triangles_are_counted_by_their_sums),
    TEST(the_same_nest_has_the_same_text_and_every_other_one_another),
    TEST(arrays_lie_one_behind_the_other_around_those_that_have_a_place),
    TEST(an_array_is_the_same_memory_in_all_parts_of_a_sequence),
    TEST(a_product_that_fits_misses_once_a_line_timed_or_not),
    TEST(cores_share_the_outermost_loop),
    TEST(a_pass_of_warm_up_leaves_no_misses),
    TEST(a_nest_that_only_computes_takes_the_time_of_its_operations),
    TEST(vectors_between_bounds_of_a_table_are_one_access_each),
    TEST(vectors_of_elements_of_4_bits_begin_at_whole_bytes),
    TEST(mistakes_in_loop_nests_are_named),
    TEST(nests_arrays_and_places_print_as_one_would_write_them),
    TEST(a_nest_whose_loops_never_run_is_refused_as_such),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_script_nests = { .pName = "script_nests", .pTests = tests };
