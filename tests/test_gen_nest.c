/*
 * test_gen_nest - the accesses of a loop nest: against plain loops, against a slow walk over the tree, dealt to cores.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "nest_by_hand.h"
#include "nest_made.h"
#include "random_tree.h"
#include "tap.h"
#include "workload/gen_nest.h"
#include "workload/nest_check.h"
#include "workload/nest_count.h"

enum { N = 23, NESTS = 250 };

static void note(GArray *accesses, uint64_t addr, uint32_t bytes, AccessOp op)
{
    const ModelAccess access = { addr, bytes, (uint8_t)op };

    g_array_append_val(accesses, access);
}

/* ---- against plain loops ---- */

/* for i, j: for k: read A[i][k], B[k][j], 2 flops; then write C[i][j] */
static Nest *matmul(uint64_t n)
{
    Nest *nest = nest_new();
    const uint64_t extents[] = { n, n };
    NestArray *A = nest_array_new("A", ELEMENT_F64, extents, 2);
    NestArray *B = nest_array_new("B", ELEMENT_F64, extents, 2);
    NestArray *C = nest_array_new("C", ELEMENT_F64, extents, 2);
    NestNode *loops[] = { loop_to(nest, "i", (int64_t)n), loop_to(nest, "j", (int64_t)n),
                          loop_to(nest, "k", (int64_t)n) };
    NestNode *inner = nest_statement(nest->pool, 2), *outer = nest_statement(nest->pool, 0);

    access_2d(nest, inner, A, "i", "k", false);
    access_2d(nest, inner, B, "k", "j", false);
    access_2d(nest, outer, C, "i", "j", true);
    put_inside(nest, loops, 3, inner);
    nest_append(nest->pool, &loops[1]->loop.body, outer);
    nest_array_unref(A);
    nest_array_unref(B);
    nest_array_unref(C);
    return nest;
}

static const uint64_t matmul_bases[] = { 0x10000, 0x50000, 0x90000 };

static void a_matrix_product_makes_the_addresses_of_its_loops(void)
{
    Nest *nest = matmul(N);
    NestMade made = nestmade_run(nest, matmul_bases, 0, 1);
    g_autoptr(GArray) plain = g_array_new(FALSE, FALSE, sizeof(ModelAccess));

    for (uint64_t i = 0; i < N; i++)
        for (uint64_t j = 0; j < N; j++) {
            for (uint64_t k = 0; k < N; k++) {
                note(plain, 0x10000 + 8 * (i * N + k), 8, ACCESS_READ);
                note(plain, 0x50000 + 8 * (k * N + j), 8, ACCESS_READ);
            }
            note(plain, 0x90000 + 8 * (i * N + j), 8, ACCESS_WRITE);
        }
    CU_ASSERT_TRUE(nestmade_same(made.accesses, plain));
    CU_ASSERT_EQUAL(made.flops, 2.0 * N * N * N);
    nestmade_clear(&made);
    nest_unref(nest);
}

/* for i < 19, step 3: for j from i below min(40, i + 7): gathers x[ids[j]], halves of bytes v[j], column-major m[i][j] */
static void odd_bounds_gathers_and_layouts_make_the_addresses_of_their_loops(void)
{
    static const int64_t contents[] = { 5, 0, 9, 9, 2, 7, 1, 3 };
    Nest *nest = nest_new();
    NestPool *pool = nest->pool;
    NestArray *ids = nest_array_new("ids", ELEMENT_I16, (const uint64_t[]){ 8 }, 1);
    NestArray *x = nest_array_new("x", ELEMENT_F32, (const uint64_t[]){ 10 }, 1);
    NestArray *v = nest_array_new("v", ELEMENT_I4, (const uint64_t[]){ 8 }, 1);
    NestArray *m = nest_array_new("m", ELEMENT_F16, (const uint64_t[]){ 19, 8 }, 2);
    NestNode *i = nest_loop(pool, "i", expr_constant(0), expr_constant(19), 3);
    NestNode *j = nest_loop(pool, "j", at_index(nest, "i"), expr_constant(8), 1);
    NestNode *statement = nest_statement(pool, 1);
    const NestExpr here = at_index(nest, "j"), looked = expr_lookup(pool, ids, here);
    const uint64_t bases[] = { 64, 1000, 3000, 2000 };
    g_autoptr(GArray) plain = g_array_new(FALSE, FALSE, sizeof(ModelAccess));

    nest_array_set_values(ids, g_memdup2(contents, sizeof contents));
    nest_array_set_layout(m, LAYOUT_COLUMN, 1);
    nest_also_below(pool, &j->loop, expr_add(pool, at_index(nest, "i"), expr_constant(4)));
    nest_access(pool, &statement->statement, ids, &here, false);
    nest_access(pool, &statement->statement, x, &looked, false);
    nest_access(pool, &statement->statement, m, (const NestExpr[]){ at_index(nest, "i"), here },
                false);
    nest_access(pool, &statement->statement, v, &here, true);
    nest_append(pool, &nest->body, i);
    nest_append(pool, &i->loop.body, j);
    nest_append(pool, &j->loop.body, statement);
    CU_ASSERT_TRUE(nest_check(nest, NULL));
    for (uint64_t a = 0; a < 19; a += 3)
        for (uint64_t b = a; b < 8 && b < a + 4; b++) {
            note(plain, 64 + 2 * b, 2, ACCESS_READ);
            note(plain, 1000 + 4 * (uint64_t)contents[b], 4, ACCESS_READ);
            note(plain, 3000 + 2 * (b * 20 + a), 2, ACCESS_READ);
            note(plain, 2000 + b / 2, 1, ACCESS_WRITE);
        }
    NestMade made = nestmade_run(nest, bases, 0, 1);

    CU_ASSERT_TRUE(nestmade_same(made.accesses, plain));
    CU_ASSERT_EQUAL(made.flops, plain->len / 4);
    nestmade_clear(&made);
    nest_array_unref(ids);
    nest_array_unref(x);
    nest_array_unref(v);
    nest_array_unref(m);
    nest_unref(nest);
}

/* ---- against the model ---- */

/* Whether the counts by formula are those of the model. */
static bool counts_agree(const Nest *nest, const NestModel *model)
{
    const NestCounts counts = nest_count(nest);
    double reads = 0, bytes = 0;

    for (guint i = 0; i < model->accesses->len; i++) {
        const ModelAccess *access = &g_array_index(model->accesses, ModelAccess, i);

        reads += access->op == ACCESS_READ;
        bytes += access->bytes;
    }
    return counts.reads == reads && counts.writes == model->accesses->len - reads &&
           counts.requested_bytes == bytes && nestmade_close(counts.flops, model->flops) &&
           counts.scratch_reads == model->scratch_reads &&
           counts.scratch_writes == model->scratch_writes &&
           counts.scratch_bytes == model->scratch_bytes;
}

static void random_nests_make_the_accesses_of_the_slow_walk(void)
{
    Rng rng = { .state = 5 };
    uint64_t accesses = 0;

    for (int i = 0; i < NESTS; i++) {
        Nest *nest = random_tree(&rng);
        g_autofree uint64_t *bases = random_bases(nest, &rng);
        g_autoptr(GError) error = NULL;

        CU_ASSERT_TRUE_FATAL(nest_check(nest, &error));
        NestModel model = nestmodel_run(nest, bases);
        NestMade made = nestmade_run(nest, bases, 0, 1);

        CU_ASSERT_PTR_NULL(made.error);
        CU_ASSERT_TRUE(nestmade_same(made.accesses, model.accesses));
        CU_ASSERT_TRUE(nestmade_close(made.flops, model.flops));
        CU_ASSERT_TRUE(counts_agree(nest, &model));
        accesses += model.accesses->len;
        nestmade_clear(&made);
        nestmodel_clear(&model);
        nest_unref(nest);
    }
    CU_ASSERT_TRUE(accesses > 100 * NESTS); /* it is not all empty loops */
}

/* ---- dealt ---- */

static void blocks_of_cores_follow_each_other(void)
{
    Nest *nest = matmul(N);
    NestMade whole = nestmade_run(nest, matmul_bases, 0, 1);
    g_autoptr(GArray) joined = g_array_new(FALSE, FALSE, sizeof(ModelAccess));

    for (uint32_t core = 0; core < 5; core++) {
        NestMade made = nestmade_run(nest, matmul_bases, core, 5);

        g_array_append_vals(joined, made.accesses->data, made.accesses->len);
        nestmade_clear(&made);
    }
    CU_ASSERT_TRUE(nestmade_same(whole.accesses, joined));
    nestmade_clear(&whole);
    nest_unref(nest);
}

static void a_cyclic_loop_gives_each_core_every_nth_iteration(void)
{
    Nest *nest = matmul(N);

    nest_find(nest, "j")->deal = DEAL_CYCLIC;
    NestMade made = nestmade_run(nest, matmul_bases, 2, 4);
    guint n = 0;

    for (uint64_t i = 0; i < N; i++)
        for (uint64_t j = 2; j < N; j += 4) {
            n += 2 * N + 1;
            CU_ASSERT_TRUE_FATAL(n <= made.accesses->len);
            const ModelAccess *last = &g_array_index(made.accesses, ModelAccess, n - 1);

            CU_ASSERT_EQUAL(last->addr, 0x90000 + 8 * (i * N + j));
        }
    CU_ASSERT_EQUAL(n, made.accesses->len);
    nestmade_clear(&made);
    nest_unref(nest);
}

static int compare(const void *a, const void *b)
{
    const ModelAccess *x = a, *y = b;

    if (x->addr != y->addr)
        return x->addr < y->addr ? -1 : 1;
    if (x->bytes != y->bytes)
        return x->bytes < y->bytes ? -1 : 1;
    return (int)x->op - (int)y->op;
}

static void drop_hoisted(NestNode *node, void *data)
{
    (void)data;
    if (node->kind == NEST_LOOP)
        node->loop.before.n_nodes = node->loop.after.n_nodes = 0;
}

typedef struct {
    Rng *rng;
    uint32_t at, chosen;
} Choice;

static void deal_chosen(NestNode *node, void *data)
{
    Choice *choice = data;

    if (node->kind == NEST_LOOP && choice->at++ == choice->chosen)
        node->loop.deal = rng_unit(rng_next(choice->rng)) < 0.5 ? DEAL_BLOCK : DEAL_CYCLIC;
}

/* Whatever loop is dealt: without hoisted statements, which each core that enters the loop does, all cores together make
 * the accesses of one. */
static void the_cores_together_make_the_accesses_of_one(void)
{
    Rng rng = { .state = 6 };

    for (int i = 0; i < NESTS / 3; i++) {
        Nest *nest = random_tree(&rng);
        g_autofree uint64_t *bases = random_bases(nest, &rng);
        g_autoptr(GArray) joined = g_array_new(FALSE, FALSE, sizeof(ModelAccess));
        Choice choice = { &rng, 0, (uint32_t)rng_below(rng_next(&rng), 6) };
        const uint32_t cores = 2 + (uint32_t)rng_below(rng_next(&rng), 6);
        double flops = 0;

        nest_visit(&nest->body, drop_hoisted, NULL);
        nest_visit(&nest->body, deal_chosen, &choice);
        CU_ASSERT_TRUE_FATAL(nest_check(nest, NULL));
        NestMade whole = nestmade_run(nest, bases, 0, 1);

        for (uint32_t core = 0; core < cores; core++) {
            NestMade made = nestmade_run(nest, bases, core, cores);

            g_array_append_vals(joined, made.accesses->data, made.accesses->len);
            flops += made.flops;
            nestmade_clear(&made);
        }
        g_array_sort(joined, compare);
        g_array_sort(whole.accesses, compare);
        CU_ASSERT_TRUE(nestmade_same(whole.accesses, joined));
        CU_ASSERT_TRUE(nestmade_close(flops, whole.flops));
        nestmade_clear(&whole);
        nest_unref(nest);
    }
}

/* ---- operations ---- */

/* What rides on the accesses of an array. */
static double flops_on(Nest *nest, const uint64_t *bases, uint64_t from, uint64_t to)
{
    NestProgram *program = nestprogram_new(nest, bases, NULL);
    AccessSource *source = gen_nest_new(program, 0, 0, 1);
    g_autofree Batch *batch = g_new0(Batch, 1);
    double flops = 0;

    while (source_next(source, batch, NULL))
        for (size_t i = 0; i < batch->count; i++)
            if (batch->access[i].addr >= from && batch->access[i].addr < to)
                flops += batch->access[i].bytes *
                         program->streams[batch->access[i].stream].flops_per_byte;
    source_free(source);
    nestprogram_free(program);
    return flops;
}

static void operations_ride_on_the_last_read_of_their_statement(void)
{
    Nest *nest = matmul(N);

    CU_ASSERT_EQUAL(flops_on(nest, matmul_bases, 0x50000, 0x90000), 2.0 * N * N * N);
    nest_unref(nest);
}

static void a_loop_over_scratch_arrays_computes_at_once(void)
{
    Nest *nest = matmul(N);
    NestLoop *k = nest_find(nest, "k");
    NestProgram *program;
    AccessSource *source;
    g_autofree Batch *batch = g_new0(Batch, 1);

    for (uint32_t i = 0; i < 2; i++)
        k->body.nodes[0]->statement.accesses[i].array->scratch = true;
    program = nestprogram_new(nest, matmul_bases, NULL);
    source = gen_nest_new(program, 0, 0, 1);
    CU_ASSERT_TRUE_FATAL(source_next(source, batch, NULL));
    CU_ASSERT_EQUAL(batch->access[0].op, ACCESS_OPERATE);
    CU_ASSERT_EQUAL(batch->access[0].bytes, N);
    CU_ASSERT_EQUAL(program->streams[batch->access[0].stream].flops_per_byte, 2);
    CU_ASSERT_EQUAL(batch->access[1].op, ACCESS_WRITE);
    source_free(source);
    nestprogram_free(program);
    CU_ASSERT_EQUAL(nest_count(nest).scratch_reads, 2.0 * N * N * N);
    nest_unref(nest);
}

/* ---- what leaves its array ---- */

static Nest *reader_of(NestArray *array, NestExpr (*subscript)(const Nest *nest), int64_t below)
{
    Nest *nest = nest_new();
    NestNode *loops[] = { loop_to(nest, "i", below), loop_to(nest, "j", below) };
    NestNode *statement = nest_statement(nest->pool, 0);
    const NestExpr expr = subscript(nest);

    put_inside(nest, loops, 2, statement);
    nest_access(nest->pool, &statement->statement, array, &expr, false);
    return nest;
}

static NestExpr i_plus_one(const Nest *nest)
{
    return expr_add(nest->pool, at_index(nest, "i"), expr_constant(1));
}

static NestExpr j_minus_i(const Nest *nest)
{
    return expr_subtract(nest->pool, at_index(nest, "j"), at_index(nest, "i"));
}

static void check_out_of_range(NestExpr (*subscript)(const Nest *nest), const char *message)
{
    NestArray *array = nest_array_new("x", ELEMENT_F64, (const uint64_t[]){ 10 }, 1);
    Nest *nest = reader_of(array, subscript, 10);
    g_autoptr(GError) error = NULL;

    CU_ASSERT_FALSE(nest_check(nest, &error));
    CU_ASSERT_PTR_NOT_NULL_FATAL(error);
    CU_ASSERT_STRING_EQUAL(error->message, message);
    nest_array_unref(array);
    nest_unref(nest);
}

static void a_subscript_that_leaves_its_array_is_refused_ahead(void)
{
    check_out_of_range(i_plus_one,
                       "x[i + 1]: subscript 1 reaches 10; the dimension has 10 elements, 0 "
                       "to 9");
    check_out_of_range(j_minus_i,
                       "x[-i + j]: subscript 1 reaches -9; the dimension has 10 elements, 0 "
                       "to 9");
}

/* ids[i + j] is beyond x at one place only, behind too many iterations to go through. */
static NestExpr looked_up(const Nest *nest)
{
    NestArray *ids = nest_array_new("ids", ELEMENT_I32, (const uint64_t[]){ 4000 }, 1);
    int64_t *values = g_new0(int64_t, 4000);

    values[3900] = 10;
    nest_array_set_values(ids, values);
    const NestExpr sum = expr_add(nest->pool, at_index(nest, "i"), at_index(nest, "j"));
    const NestExpr looked = expr_lookup(nest->pool, ids, sum);

    nest_array_unref(ids);
    return looked;
}

static void a_subscript_that_cannot_be_decided_ahead_fails_where_it_leaves_its_array(void)
{
    NestArray *array = nest_array_new("x", ELEMENT_F64, (const uint64_t[]){ 10 }, 1);
    Nest *nest = reader_of(array, looked_up, 2000);

    CU_ASSERT_TRUE(nest_check(nest, NULL));
    nest->where = "gather.lua:7";
    NestMade made = nestmade_run(nest, (const uint64_t[]){ 0, 100000 }, 0, 1);

    CU_ASSERT_PTR_NOT_NULL_FATAL(made.error);
    CU_ASSERT_STRING_EQUAL(made.error->message,
                           "gather.lua:7: x[ids[i + j]]: subscript 1 reaches 10; the dimension "
                           "has 10 elements, 0 to 9");
    nestmade_clear(&made);
    nest_array_unref(array);
    nest_unref(nest);
}

/* x[j + ids[i]]: the end of the last vector leaves x, its start does not. */
static NestExpr moved_by_table(const Nest *nest)
{
    NestArray *ids = nest_array_new("ids", ELEMENT_I32, (const uint64_t[]){ 2000 }, 1);
    int64_t *values = g_new0(int64_t, 2000);

    values[1900] = 2;
    nest_array_set_values(ids, values);
    const NestExpr looked = expr_lookup(nest->pool, ids, at_index(nest, "i"));

    nest_array_unref(ids);
    return expr_add(nest->pool, looked, at_index(nest, "j"));
}

static void a_vector_that_begins_in_its_array_and_ends_outside_fails(void)
{
    NestArray *array = nest_array_new("x", ELEMENT_F64, (const uint64_t[]){ 2001 }, 1);
    Nest *nest = reader_of(array, moved_by_table, 2000);

    nest_find(nest, "j")->vector = 4;
    CU_ASSERT_TRUE(nest_check(nest, NULL));
    NestMade made = nestmade_run(nest, (const uint64_t[]){ 0, 100000 }, 0, 1);

    CU_ASSERT_PTR_NOT_NULL_FATAL(made.error);
    CU_ASSERT_STRING_EQUAL(made.error->message,
                           "x[j + ids[i]]: subscript 1 reaches 2001; the dimension has 2001 "
                           "elements, 0 to 2000");
    nestmade_clear(&made);
    nest_array_unref(array);
    nest_unref(nest);
}

static CU_TestInfo tests[] = {
    TEST(a_matrix_product_makes_the_addresses_of_its_loops),
    TEST(odd_bounds_gathers_and_layouts_make_the_addresses_of_their_loops),
    TEST(random_nests_make_the_accesses_of_the_slow_walk),
    TEST(blocks_of_cores_follow_each_other),
    TEST(a_cyclic_loop_gives_each_core_every_nth_iteration),
    TEST(the_cores_together_make_the_accesses_of_one),
    TEST(operations_ride_on_the_last_read_of_their_statement),
    TEST(a_loop_over_scratch_arrays_computes_at_once),
    TEST(a_subscript_that_leaves_its_array_is_refused_ahead),
    TEST(a_subscript_that_cannot_be_decided_ahead_fails_where_it_leaves_its_array),
    TEST(a_vector_that_begins_in_its_array_and_ends_outside_fails),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_gen_nest = { .pName = "gen_nest", .pTests = tests };
