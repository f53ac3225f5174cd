/*
 * test_nest_register - what stays in registers: by hand, and on random nests the first read and the last write.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "nest_by_hand.h"
#include "nest_trial.h"
#include "nest_walk.h"
#include "tap.h"

static void a_register_holds_what_the_innermost_loop_does_not_move(void)
{
    Matmul m = matmul_by_hand(3);
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
    Matmul m = matmul_by_hand(9);
    const NestFactor both[] = { { "i", 4 }, { "j", 2 } };
    Nest *nest = nest_unroll(m.nest, both, 2, NULL);

    nest = then(nest, nest_register(nest, NULL, 0, NULL));
    check_line(nest, "i_unroll:4 { j_unroll:2 { k { i [ j [ C ] ] | i [ j [ B ] | j [ A | - ] ] | "
                     "i [ j [ C' ] ] } } }");
    matmul_clear(&m);
}

/* Accesses of one execution of an innermost loop, and all that are expected of the nest with registers. */
typedef struct {
    Touches expected;
    const NestLoop *innermost; /* that is running, or NULL */
    GPtrArray *made;           /* of NestAccess: in it so far */
    GArray *elements;          /* int64_t of each */
} Expectation;

static bool is_innermost(const NestLoop *loop)
{
    for (uint32_t i = 0; i < loop->body.n_nodes; i++)
        if (loop->body.nodes[i]->kind == NEST_LOOP)
            return false;
    return true;
}

static void expect_enter(const NestLoop *loop, void *data)
{
    Expectation *e = data;

    if (!is_innermost(loop))
        return;
    e->innermost = loop;
    g_ptr_array_set_size(e->made, 0);
    g_array_set_size(e->elements, 0);
}

static void expect_touch(const NestAccess *access, int64_t element, void *data)
{
    Expectation *e = data;
    const Touch one = { access->array, element, access->write };

    if (e->innermost == NULL) {
        g_array_append_val(e->expected.touches, one);
        return;
    }
    g_ptr_array_add(e->made, (gpointer)(uintptr_t)access);
    g_array_append_val(e->elements, element);
}

static bool is_same_place(const NestAccess *a, const NestAccess *b)
{
    for (uint32_t d = 0; a->array == b->array && d < a->array->n_dims; d++)
        if (!expr_equal(&a->subscripts[d], &b->subscripts[d]))
            return false;
    return a->array == b->array;
}

static bool stays(const NestAccess *access, const NestLoop *loop)
{
    for (uint32_t d = 0; d < access->array->n_dims; d++)
        if (expr_uses(&access->subscripts[d], loop->index))
            return false;
    return true;
}

/* Of what stays: a read if nothing touched the place in this loop before it, a write if none follows. */
static bool is_kept(const Expectation *e, guint at)
{
    const NestAccess *access = e->made->pdata[at];
    const guint from = access->write ? at + 1 : 0;
    const guint end = access->write ? e->made->len : at;

    if (!stays(access, e->innermost))
        return true;
    for (guint i = from; i < end; i++) {
        const NestAccess *other = e->made->pdata[i];

        if (is_same_place(access, other) && (!access->write || other->write))
            return false;
    }
    return true;
}

static void expect_leave(const NestLoop *loop, void *data)
{
    Expectation *e = data;

    if (loop != e->innermost)
        return;
    for (guint i = 0; i < e->made->len; i++) {
        const NestAccess *access = e->made->pdata[i];
        const Touch one = { access->array, g_array_index(e->elements, int64_t, i), access->write };

        if (is_kept(e, i))
            g_array_append_val(e->expected.touches, one);
    }
    e->innermost = NULL;
}

static void expect_statement(const NestStatement *statement, void *data)
{
    ((Expectation *)data)->expected.flops += statement->flops;
}

static void registers_keep_the_first_read_and_the_last_write(void)
{
    Rng rng = { 18 };

    for (int trial = 0; trial < NEST_TRIALS; trial++) {
        const RandomNest kind = nesttrial_kind(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        GError *error = NULL;
        Nest *registered = nest_register(drawn.nest, NULL, 0, &error);
        Expectation e = { .expected = { g_array_new(FALSE, TRUE, sizeof(Touch)), 0 },
                          .made = g_ptr_array_new(),
                          .elements = g_array_new(FALSE, FALSE, sizeof(int64_t)) };
        const NestWalk walk = {
            expect_touch, expect_statement, expect_enter, NULL, expect_leave, &e
        };

        CU_ASSERT_PTR_NOT_NULL_FATAL(registered);
        nest_walk(drawn.nest, &walk);
        touches_sort(&e.expected);
        Touches found = touches_of(registered);
        CU_ASSERT(touches_equal(&e.expected, &found));
        touches_clear(&found);
        touches_clear(&e.expected);
        g_ptr_array_unref(e.made);
        g_array_unref(e.elements);
        nest_unref(registered);
        random_nest_clear(&drawn);
    }
}

static CU_TestInfo tests[] = {
    TEST(a_register_holds_what_the_innermost_loop_does_not_move),
    TEST(copies_share_registers),
    TEST(registers_keep_the_first_read_and_the_last_write),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_nest_register = { .pName = "nest_register", .pTests = tests };
