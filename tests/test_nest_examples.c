/*
 * test_nest_examples - transformations of small nests as one would do them by hand, and what is illegal.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "nest_walk.h"
#include "tap.h"
#include "workload/nest_transform.h"

/* C[i][j] += A[i][k] B[k][j] */
typedef struct {
    Nest *nest;
    NestArray *A, *B, *C;
} Matmul;

static NestExpr at(const Nest *nest, const char *index)
{
    return expr_index(nest->pool, index);
}

static NestExpr plus(const Nest *nest, const char *index, int64_t constant)
{
    return expr_add(nest->pool, at(nest, index), expr_constant(constant));
}

static NestNode *loop_to(const Nest *nest, const char *index, int64_t below)
{
    return nest_loop(nest->pool, index, expr_constant(0), expr_constant(below), 1);
}

static void access_2d(Nest *nest, NestNode *statement, NestArray *array, const char *row,
                      const char *column, bool write)
{
    nest_access(nest->pool, &statement->statement, array,
                (const NestExpr[]){ at(nest, row), at(nest, column) }, write);
}

/* The loops in this order, outermost first, with the statement innermost. */
static void put_inside(Nest *nest, NestNode *const *loops, uint32_t n, NestNode *statement)
{
    nest_append(nest->pool, &nest->body, loops[0]);
    for (uint32_t i = 1; i < n; i++)
        nest_append(nest->pool, &loops[i - 1]->loop.body, loops[i]);
    nest_append(nest->pool, &loops[n - 1]->loop.body, statement);
}

static Matmul matmul(int64_t n)
{
    const uint64_t extents[] = { (uint64_t)n, (uint64_t)n };
    Matmul m = { nest_new(), nest_array_new("A", ELEMENT_F64, extents, 2),
                 nest_array_new("B", ELEMENT_F64, extents, 2),
                 nest_array_new("C", ELEMENT_F64, extents, 2) };
    NestNode *loops[] = { loop_to(m.nest, "i", n), loop_to(m.nest, "j", n),
                          loop_to(m.nest, "k", n) };
    NestNode *statement = nest_statement(m.nest->pool, 2);

    access_2d(m.nest, statement, m.A, "i", "k", false);
    access_2d(m.nest, statement, m.B, "k", "j", false);
    access_2d(m.nest, statement, m.C, "i", "j", false);
    access_2d(m.nest, statement, m.C, "i", "j", true);
    put_inside(m.nest, loops, 3, statement);
    return m;
}

static void matmul_clear(Matmul *m)
{
    nest_unref(m->nest);
    nest_array_unref(m->A);
    nest_array_unref(m->B);
    nest_array_unref(m->C);
}

/* ---- a nest as a line: "i 0:9 { j:2 { A B C' } }": bounds that are numbers, steps, C' is a write, | what stands around ---- */

static void print_body(const NestBody *body, GString *out);

static void print_loop(const NestLoop *loop, GString *out)
{
    g_string_append(out, loop->index);
    if (loop->step != 1)
        g_string_append_printf(out, ":%d", (int)loop->step);
    if (loop->vector != 1)
        g_string_append_printf(out, "/%u", loop->vector);
    g_string_append(out, loop->unrolled ? " [" : " {");
    if (loop->before.n_nodes > 0) {
        print_body(&loop->before, out);
        g_string_append(out, " |");
    }
    print_body(&loop->body, out);
    if (loop->after.n_nodes > 0) {
        g_string_append(out, " |");
        print_body(&loop->after, out);
    }
    g_string_append(out, loop->unrolled ? " ]" : " }");
}

static void print_body(const NestBody *body, GString *out)
{
    for (uint32_t i = 0; i < body->n_nodes; i++) {
        const NestNode *node = body->nodes[i];

        if (node->kind == NEST_LOOP) {
            g_string_append_c(out, ' ');
            print_loop(&node->loop, out);
            continue;
        }
        if (node->statement.n_accesses == 0)
            g_string_append(out, " -");
        for (uint32_t j = 0; j < node->statement.n_accesses; j++)
            g_string_append_printf(out, " %s%s", node->statement.accesses[j].array->name,
                                   node->statement.accesses[j].write ? "'" : "");
    }
}

/* Frees the nest. */
static void check_line(Nest *nest, const char *wanted)
{
    GString *line = g_string_new(NULL);

    CU_ASSERT_PTR_NOT_NULL_FATAL(nest);
    print_body(&nest->body, line);
    if (strcmp(line->str + 1, wanted) != 0)
        fprintf(stderr, "# got      %s\n# expected %s\n", line->str + 1, wanted);
    CU_ASSERT_STRING_EQUAL(line->str + 1, wanted);
    g_string_free(line, TRUE);
    nest_unref(nest);
}

/* The next step of a chain: frees what it takes. */
static Nest *then(Nest *nest, Nest *next)
{
    CU_ASSERT_PTR_NOT_NULL_FATAL(next);
    nest_unref(nest);
    return next;
}

static void check_refused(Nest *made, GError **error, const char *message)
{
    CU_ASSERT_PTR_NULL(made);
    CU_ASSERT_PTR_NOT_NULL_FATAL(*error);
    if (strcmp((*error)->message, message) != 0)
        fprintf(stderr, "# got      %s\n# expected %s\n", (*error)->message, message);
    CU_ASSERT_STRING_EQUAL((*error)->message, message);
    g_clear_error(error);
}

/* ---- tile ---- */

static void tile_loops_stand_outermost_in_the_order_of_the_loops(void)
{
    Matmul m = matmul(9);
    const NestFactor ijk[] = { { "k", 4 }, { "i", 4 }, { "j", 4 } };

    check_line(nest_tile(m.nest, ijk, 3, NULL),
               "i_tile:4 { j_tile:4 { k_tile:4 { i { j { k { A B C C' } } } } } }");
    check_line(nest_tile(m.nest, ijk, 1, NULL), "k_tile:4 { i { j { k { A B C C' } } } }");
    matmul_clear(&m);
}

static void a_second_level_lies_within_the_first(void)
{
    Matmul m = matmul(9);
    const NestFactor outer[] = { { "i", 6 }, { "j", 6 } }, inner[] = { { "i", 2 }, { "k", 3 } };
    Nest *tiled = nest_tile(m.nest, outer, 2, NULL);

    tiled = then(tiled, nest_tile(tiled, inner, 2, NULL));
    check_line(tiled,
               "i_tile:6 { j_tile:6 { i_tile2:2 { k_tile:3 { i { j { k { A B C C' } } } } } } }");
    matmul_clear(&m);
}

static void count_iterations(const NestLoop *loop, void *data)
{
    if (strcmp(loop->index, "i") == 0)
        ++*(int *)data;
}

static void the_last_tile_is_partial(void)
{
    Matmul m = matmul(9);
    const NestFactor tile = { "i", 4 };
    Nest *tiled = nest_tile(m.nest, &tile, 1, NULL);
    int entered = 0, iterations = 0;
    const NestWalk entries = { .enter = count_iterations, .data = &entered };
    const NestWalk walk = { .iterate = count_iterations, .data = &iterations };

    nest_walk(tiled, &entries);
    nest_walk(tiled, &walk);
    CU_ASSERT_EQUAL(entered, 3);
    CU_ASSERT_EQUAL(iterations, 9);
    nest_unref(tiled);
    matmul_clear(&m);
}

/* for i < 8, for j <= i: A[i][j] */
static Nest *triangle(NestArray *array)
{
    Nest *nest = nest_new();
    NestNode *loops[] = { loop_to(nest, "i", 8),
                          nest_loop(nest->pool, "j", expr_constant(0), plus(nest, "i", 1), 1) };
    NestNode *statement = nest_statement(nest->pool, 1);

    access_2d(nest, statement, array, "i", "j", false);
    put_inside(nest, loops, 2, statement);
    return nest;
}

static void tiles_of_a_triangle_run_over_its_hull(void)
{
    NestArray *array = nest_array_new("A", ELEMENT_F32, (const uint64_t[]){ 8, 8 }, 2);
    Nest *nest = triangle(array);
    const NestFactor tiles[] = { { "i", 4 }, { "j", 4 } };
    Nest *tiled = nest_tile(nest, tiles, 2, NULL);
    const NestLoop *j_tile = nest_find(tiled, "j_tile");
    int entered = 0;
    const NestWalk entries = { .enter = count_iterations, .data = &entered };

    /* j_tile < i_tile + 4 and < 8, not i + 1: tiles above the diagonal are never entered */
    CU_ASSERT_EQUAL(j_tile->n_below, 2);
    nest_walk(tiled, &entries);
    CU_ASSERT_EQUAL(entered, 3);
    Touches before = touches_of(nest), after = touches_of(tiled);
    CU_ASSERT(touches_equal(&before, &after));
    CU_ASSERT_EQUAL(after.touches->len, 36);
    touches_clear(&before);
    touches_clear(&after);
    nest_unref(nest);
    nest_array_unref(array);
    check_line(tiled, "i_tile:4 { j_tile:4 { i { j { A } } } }");
}

static void a_tile_loop_takes_what_stands_around_its_loop(void)
{
    Matmul m = matmul(9);
    const NestFactor k = { "k", 4 };
    Nest *nest = nest_register(m.nest, &m.C, 1, NULL);

    nest = then(nest, nest_parallel(nest, "k", DEAL_CYCLIC, NULL));
    nest = then(nest, nest_tile(nest, &k, 1, NULL));
    CU_ASSERT_EQUAL(nest_find(nest, "k_tile")->deal, DEAL_CYCLIC);
    CU_ASSERT_EQUAL(nest_find(nest, "k")->deal, DEAL_NONE);
    check_line(nest, "i { j { k_tile:4 { C | k { A B } | C' } } }");
    matmul_clear(&m);
}

static void tiles_that_cannot_be_are_refused(void)
{
    Matmul m = matmul(9);
    GError *error = NULL;
    const NestFactor zero = { "i", 0 }, unknown = { "kk", 4 }, huge = { "i", INT64_MAX };
    const NestFactor i = { "i", 2 };
    Nest *unrolled = nest_unroll(m.nest, &i, 1, NULL);

    check_refused(nest_tile(m.nest, &zero, 1, &error), &error, "tile: i = 0; at least 1 iteration");
    check_refused(nest_tile(m.nest, &unknown, 1, &error), &error,
                  "tile: the nest has no loop over 'kk'; did you mean 'k'; its loops: i, j, k");
    check_refused(nest_tile(m.nest, &huge, 1, &error), &error,
                  "tile: i = 9223372036854775807 is too much");
    check_refused(nest_tile(m.nest, NULL, 0, &error), &error,
                  "tile: name at least one loop, such as { i = 4 }");
    check_refused(nest_tile(unrolled, &i, 1, &error), &error,
                  "tile: 'i' is unrolled; tile it before");
    nest_unref(unrolled);
    matmul_clear(&m);
}

/* for i < 4, for p = rows[i] .. rows[i + 1] step: x[p] */
static Nest *ragged(NestArray *rows, NestArray *x, int64_t step)
{
    Nest *nest = nest_new();
    NestNode *loops[] = { loop_to(nest, "i", 4),
                          nest_loop(nest->pool, "p", expr_lookup(nest->pool, rows, at(nest, "i")),
                                    expr_lookup(nest->pool, rows, plus(nest, "i", 1)), step) };
    NestNode *statement = nest_statement(nest->pool, 1);

    nest_access(nest->pool, &statement->statement, x, (const NestExpr[]){ at(nest, "p") }, false);
    put_inside(nest, loops, 2, statement);
    return nest;
}

static void bounds_from_a_table_keep_their_place(void)
{
    static const int64_t values[] = { 0, 3, 3, 5, 9 };
    NestArray *rows = nest_array_new("rows", ELEMENT_I32, (const uint64_t[]){ 5 }, 1);
    NestArray *x = nest_array_new("x", ELEMENT_F32, (const uint64_t[]){ 9 }, 1);
    rows->values = g_memdup2(values, sizeof values);
    Nest *nest = ragged(rows, x, 1);
    const NestFactor p = { "p", 2 }, i = { "i", 2 };
    const NestStage stage = { x, "i", false };
    GError *error = NULL;

    check_refused(nest_tile(nest, &p, 1, &error), &error,
                  "tile: the bounds of loop 'p' look up a table by 'i', which its tile loop would "
                  "stand outside of");
    check_refused(nest_swap(nest, "i", "p", &error), &error,
                  "interchange: the bounds of loop 'p' depend on 'i', which would stand inside it");
    check_refused(nest_unroll(nest, &i, 1, &error), &error,
                  "unroll: the bounds of loop 'p' depend on 'i', whose copies would stand inside "
                  "it");
    check_refused(nest_stage(nest, &stage, &error), &error,
                  "stage: how much of 'x' the loops inside touch depends on a table");
    check_line(nest_tile(nest, &i, 1, NULL), "i_tile:2 { i { p { x } } }");
    check_line(nest_unroll(nest, &p, 1, NULL), "i { p_unroll:2 { p [ x ] } }");
    nest_unref(nest);
    nest_array_unref(rows);
    nest_array_unref(x);
}

static void tiles_start_on_steps(void)
{
    NestArray *array = nest_array_new("A", ELEMENT_F32, (const uint64_t[]){ 20, 20 }, 2);
    Nest *nest = nest_new();
    NestNode *loops[] = { loop_to(nest, "i", 8),
                          nest_loop(nest->pool, "j", at(nest, "i"), expr_constant(20), 3) };
    NestNode *statement = nest_statement(nest->pool, 1);
    const NestFactor i = { "i", 4 }, j = { "j", 4 };
    GError *error = NULL;

    access_2d(nest, statement, array, "i", "j", false);
    put_inside(nest, loops, 2, statement);
    check_refused(nest_tile(nest, &j, 1, &error), &error,
                  "tile: loop 'j' has a step of 3 and starts where an outer loop says: its tiles "
                  "would not start on its steps");
    check_line(nest_tile(nest, &i, 1, NULL), "i_tile:4 { i { j:3 { A } } }");
    nest_unref(nest);
    nest_array_unref(array);
}

/* ---- order ---- */

static void loops_are_put_in_order(void)
{
    Matmul m = matmul(3);
    const char *const ikj[] = { "i", "k", "j" }, *const kj[] = { "k", "j" };

    check_line(nest_interchange(m.nest, ikj, 3, NULL), "i { k { j { A B C C' } } }");
    check_line(nest_interchange(m.nest, kj, 2, NULL), "i { k { j { A B C C' } } }");
    check_line(nest_swap(m.nest, "i", "k", NULL), "k { j { i { A B C C' } } }");
    check_line(nest_swap(m.nest, "k", "i", NULL), "k { j { i { A B C C' } } }");
    matmul_clear(&m);
}

static void orders_that_cannot_be_are_refused(void)
{
    Matmul m = matmul(9);
    const char *const twice[] = { "i", "i" };
    const NestFactor i = { "i", 4 };
    GError *error = NULL;
    Nest *tiled = nest_tile(m.nest, &i, 1, NULL);
    Nest *registered = nest_register(m.nest, NULL, 0, NULL);
    Nest *vector = nest_swap(m.nest, "j", "k", NULL);
    NestNode *more = nest_statement(m.nest->pool, 1);

    vector = then(vector, nest_vectorize(vector, 32, NULL));
    check_refused(nest_swap(m.nest, "i", "l", &error), &error,
                  "interchange: the nest has no loop over 'l'; its loops: i, j, k");
    check_refused(nest_interchange(m.nest, twice, 2, &error), &error,
                  "interchange: 'i' is named twice");
    check_refused(nest_interchange(m.nest, twice, 1, &error), &error,
                  "interchange: name at least two loops");
    check_refused(nest_swap(tiled, "i_tile", "i", &error), &error,
                  "interchange: the bounds of loop 'i' depend on 'i_tile', which would stand "
                  "inside it");
    check_refused(nest_swap(registered, "j", "k", &error), &error,
                  "interchange: loop 'k' has accesses before or after it; :register comes last");
    check_refused(nest_swap(vector, "j", "k", &error), &error,
                  "interchange: loop 'j' is vectorized and stays innermost");
    nest_insert(m.nest->pool, &nest_find(m.nest, "i")->body, 0, more);
    check_refused(nest_swap(m.nest, "i", "k", &error), &error,
                  "interchange: not all of the loops are perfectly nested: the body of loop 'i' is "
                  "not one loop");
    nest_unref(tiled);
    nest_unref(registered);
    nest_unref(vector);
    matmul_clear(&m);
}

/* ---- unroll, vectorize, register ---- */

static void copies_are_jammed_into_the_loops_inside(void)
{
    Matmul m = matmul(9);
    const NestFactor both[] = { { "j", 2 }, { "i", 4 } }, k = { "k", 4 };

    check_line(nest_unroll(m.nest, both, 2, NULL),
               "i_unroll:4 { j_unroll:2 { k { i [ j [ A B C C' ] ] } } }");
    check_line(nest_unroll(m.nest, &k, 1, NULL), "i { j { k_unroll:4 { k [ A B C C' ] } } }");
    matmul_clear(&m);
}

static void a_register_holds_what_the_innermost_loop_does_not_move(void)
{
    Matmul m = matmul(3);
    Nest *swapped = nest_swap(m.nest, "j", "k", NULL);

    check_line(nest_register(m.nest, NULL, 0, NULL), "i { j { k { C | A B | C' } } }");
    check_line(nest_register(m.nest, &m.A, 1, NULL), "i { j { k { A B C C' } } }");
    check_line(nest_register(swapped, NULL, 0, NULL), "i { k { j { A | B C C' } } }");
    nest_unref(swapped);
    matmul_clear(&m);
}

/* Four rows of A by two columns of B: a block of C lives in registers, and of A and B a column and a row a step. */
static void copies_share_registers(void)
{
    Matmul m = matmul(9);
    const NestFactor both[] = { { "i", 4 }, { "j", 2 } };
    Nest *nest = nest_unroll(m.nest, both, 2, NULL);

    nest = then(nest, nest_register(nest, NULL, 0, NULL));
    check_line(nest, "i_unroll:4 { j_unroll:2 { k { i [ j [ C ] ] | i [ j [ B ] | j [ A | - ] ] | "
                     "i [ j [ C' ] ] } } }");
    matmul_clear(&m);
}

static void vectors_fill_their_width_with_the_widest_element(void)
{
    Matmul m = matmul(9);
    const NestFactor i = { "i", 2 };
    Nest *nest = nest_swap(m.nest, "j", "k", NULL);
    Nest *copies = nest_unroll(nest, &i, 1, NULL);

    check_line(nest_vectorize(nest, 32, NULL), "i { k { j/4 { A B C C' } } }");
    check_line(nest_vectorize(nest, 8, NULL), "i { k { j { A B C C' } } }");
    /* A moves along k */
    check_line(nest_vectorize(m.nest, 32, NULL), "i { j { k/4 { A B C C' } } }");
    /* nothing is contiguous in the copies: vectors of j inside them */
    check_line(nest_vectorize(copies, 32, NULL),
               "i_unroll:2 { k { j_vector:4 { i [ j/4 [ A B C C' ] ] } } }");
    nest_unref(copies);
    nest_unref(nest);
    matmul_clear(&m);
}

static void vectors_and_copies_that_cannot_be_are_refused(void)
{
    Matmul m = matmul(9);
    const char *const kji[] = { "k", "j", "i" };
    const NestFactor i = { "i", 2 }, k = { "k", 2 };
    GError *error = NULL;
    Nest *vector = nest_vectorize(m.nest, 32, NULL);
    Nest *copies = nest_unroll(m.nest, &k, 1, NULL);
    Nest *columns = nest_interchange(m.nest, kji, 3, NULL);

    check_refused(nest_vectorize(m.nest, 12, &error), &error,
                  "vectorize: 12 bytes are no number from 1 to 256 of elements of 64 bits, as "
                  "loop 'k' has them");
    check_refused(nest_vectorize(m.nest, 0, &error), &error,
                  "vectorize: 0 bytes are out of range (1 to 65536)");
    check_refused(nest_vectorize(vector, 32, &error), &error,
                  "vectorize: loop 'k' is vectorized already");
    check_refused(nest_vectorize(columns, 32, &error), &error,
                  "vectorize: no access moves by one element in loop 'i'; :interchange so that a "
                  "contiguous one is innermost");
    check_refused(nest_unroll(vector, &i, 1, &error), &error,
                  "unroll: loop 'k' is vectorized, and nothing can stand inside it: unroll 'i' "
                  "first");
    check_refused(nest_unroll(vector, &k, 1, &error), &error,
                  "unroll: 'k' is vectorized; unroll it before");
    check_refused(nest_unroll(copies, &k, 1, &error), &error, "unroll: 'k' is unrolled already");
    check_refused(nest_parallel(m.nest, "I", DEAL_BLOCK, &error), &error,
                  "parallel: the nest has no loop over 'I'; did you mean 'i'; its loops: i, j, k");
    nest_unref(vector);
    nest_unref(copies);
    nest_unref(columns);
    matmul_clear(&m);
}

/* ---- stage ---- */

static void a_tile_is_copied_once_and_read_from_there(void)
{
    Matmul m = matmul(9);
    const NestFactor tiles[] = { { "i", 4 }, { "j", 4 }, { "k", 4 } };
    const NestStage B = { m.B, "k_tile", true }, C = { m.C, "j_tile", false };
    Nest *nest = nest_tile(m.nest, tiles, 3, NULL);
    uint32_t n = 0;

    nest = then(nest, nest_stage(nest, &B, NULL));
    g_autofree NestArray **arrays = nest_arrays(nest, &n);
    CU_ASSERT_EQUAL(n, 4);
    CU_ASSERT_STRING_EQUAL(arrays[1]->name, "B_buffer");
    CU_ASSERT(arrays[1]->scratch);
    CU_ASSERT_EQUAL(arrays[1]->extents[0], 4);
    CU_ASSERT_EQUAL(arrays[1]->extents[1], 4);
    CU_ASSERT_EQUAL(arrays[1]->strides[0], 4);
    nest = then(nest, nest_stage(nest, &C, NULL));
    check_line(nest, "i_tile:4 { j_tile:4 { C_buffer_1 { C_buffer_2 { C C_buffer' } } k_tile:4 { "
                     "B_buffer_1 { B_buffer_2 { B B_buffer' } } i { j { k { A B_buffer C_buffer "
                     "C_buffer' } } } } C_buffer_1 { C_buffer_2 { C_buffer C' } } } }");
    matmul_clear(&m);
}

/* u[i - 1], u[i], u[i + 1] for i = 1 .. 20, of every second element: u[2 * i] */
static Nest *stencil(NestArray *u, NestArray *v, int64_t scale)
{
    Nest *nest = nest_new();
    NestNode *loop = nest_loop(nest->pool, "i", expr_constant(1), expr_constant(20), 1);
    NestNode *statement = nest_statement(nest->pool, 2);

    for (int64_t d = -1; d <= 1; d++) {
        const NestExpr place = expr_scaled(nest->pool, plus(nest, "i", d), scale);

        nest_access(nest->pool, &statement->statement, u, &place, false);
    }
    nest_access(nest->pool, &statement->statement, v, (const NestExpr[]){ at(nest, "i") }, true);
    put_inside(nest, &loop, 1, statement);
    return nest;
}

static void count_reads(const NestAccess *access, int64_t element, void *data)
{
    (void)element;
    if (strcmp(access->array->name, "u") == 0)
        ++*(int *)data;
}

static void the_box_of_a_stencil_has_its_halo_and_no_element_between_strides(void)
{
    NestArray *u = nest_array_new("u", ELEMENT_F32, (const uint64_t[]){ 64 }, 1);
    NestArray *v = nest_array_new("v", ELEMENT_F32, (const uint64_t[]){ 64 }, 1);
    const NestFactor tile = { "i", 8 };
    const NestStage of_u = { u, "i_tile", false }, of_v = { v, "i_tile", false };

    for (int64_t scale = 1; scale <= 3; scale++) {
        Nest *nest = stencil(u, v, scale);
        int reads = 0;
        const NestWalk walk = { .touch = count_reads, .data = &reads };

        nest = then(nest, nest_tile(nest, &tile, 1, NULL));
        nest = then(nest, nest_stage(nest, &of_u, NULL));
        nest_walk(nest, &walk);
        CU_ASSERT_EQUAL(reads, 10 + 10 + 5); /* tiles of 8, 8 and 3, each with two more */
        nest = then(nest, nest_stage(nest, &of_v, NULL));
        /* v is written as a whole: it is only copied back */
        check_line(nest, "i_tile:8 { u_buffer_1 { u u_buffer' } i { u_buffer u_buffer u_buffer "
                         "v_buffer' } v_buffer_1 { v_buffer v' } }");
    }
    nest_array_unref(u);
    nest_array_unref(v);
}

static void what_is_no_box_is_refused(void)
{
    Matmul m = matmul(9);
    NestNode *statement = nest_statement(m.nest->pool, 1);
    const NestStage A = { m.A, "i", false }, unknown = { m.A, "ii", false };
    NestArray *other = nest_array_new("D", ELEMENT_F32, (const uint64_t[]){ 9 }, 1);
    const NestStage D = { other, "i", false };
    GError *error = NULL;

    access_2d(m.nest, statement, m.A, "k", "j", false);
    nest_append(m.nest->pool, &nest_find(m.nest, "k")->body, statement);
    check_refused(nest_stage(m.nest, &A, &error), &error,
                  "stage: accesses to 'A' inside the loop reach different boxes: their subscripts "
                  "may differ by constants only");
    check_refused(nest_stage(m.nest, &unknown, &error), &error,
                  "stage: the nest has no loop over 'ii'; did you mean 'i'; its loops: i, j, k");
    check_refused(nest_stage(m.nest, &D, &error), &error,
                  "stage: nothing inside loop 'i' touches array 'D'");
    check_refused(nest_register(m.nest, &other, 1, &error), &error,
                  "register: the nest does not touch array 'D'");
    nest_array_unref(other);
    matmul_clear(&m);
}

/* ---- fuse ---- */

/* for i < rows, for j < columns: y = f(x) */
static Nest *map(NestArray *x, NestArray *y, int64_t rows, int64_t columns)
{
    Nest *nest = nest_new();
    NestNode *loops[] = { loop_to(nest, "i", rows), loop_to(nest, "j", columns) };
    NestNode *statement = nest_statement(nest->pool, 1);

    access_2d(nest, statement, x, "i", "j", false);
    access_2d(nest, statement, y, "i", "j", true);
    put_inside(nest, loops, 2, statement);
    return nest;
}

static void loops_that_are_the_same_are_shared(void)
{
    Matmul m = matmul(4);
    Nest *relu = map(m.A, m.B, 4, 4), *dropout = map(m.B, m.C, 4, 4), *half = map(m.B, m.C, 4, 2);
    Nest *rows = map(m.B, m.C, 3, 4);
    GError *error = NULL;

    check_line(nest_fuse(relu, dropout, NULL), "i { j { A B' B C' } }");
    check_line(nest_fuse(relu, half, NULL), "i { j { A B' } j { B C' } }");
    check_line(nest_fuse(m.nest, relu, NULL), "i { j { k { A B C C' } A B' } }");
    check_refused(nest_fuse(relu, rows, &error), &error,
                  "fuse: the loops over 'i' differ in their bounds, their step or their vectors");
    Nest *swapped = nest_swap(m.nest, "i", "k", NULL);
    check_refused(nest_fuse(swapped, relu, &error), &error,
                  "fuse: the nests have nothing in common: the one ends with a loop over 'k', the "
                  "other begins with a loop over 'i'");
    nest_unref(swapped);
    nest_unref(relu);
    nest_unref(dropout);
    nest_unref(half);
    nest_unref(rows);
    matmul_clear(&m);
}

static CU_TestInfo tests[] = {
    TEST(tile_loops_stand_outermost_in_the_order_of_the_loops),
    TEST(a_second_level_lies_within_the_first),
    TEST(the_last_tile_is_partial),
    TEST(tiles_of_a_triangle_run_over_its_hull),
    TEST(a_tile_loop_takes_what_stands_around_its_loop),
    TEST(tiles_that_cannot_be_are_refused),
    TEST(bounds_from_a_table_keep_their_place),
    TEST(tiles_start_on_steps),
    TEST(loops_are_put_in_order),
    TEST(orders_that_cannot_be_are_refused),
    TEST(copies_are_jammed_into_the_loops_inside),
    TEST(a_register_holds_what_the_innermost_loop_does_not_move),
    TEST(copies_share_registers),
    TEST(vectors_fill_their_width_with_the_widest_element),
    TEST(vectors_and_copies_that_cannot_be_are_refused),
    TEST(a_tile_is_copied_once_and_read_from_there),
    TEST(the_box_of_a_stencil_has_its_halo_and_no_element_between_strides),
    TEST(what_is_no_box_is_refused),
    TEST(loops_that_are_the_same_are_shared),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_nest_examples = { .pName = "nest_examples", .pTests = tests };
