/*
 * nest_by_hand - small loop nests made by hand.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "nest_by_hand.h"

#include <CUnit/CUnit.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

NestExpr at_index(const Nest *nest, const char *index)
{
    return expr_index(nest->pool, index);
}

NestExpr at_index_plus(const Nest *nest, const char *index, int64_t constant)
{
    return expr_add(nest->pool, at_index(nest, index), expr_constant(constant));
}

NestNode *loop_to(const Nest *nest, const char *index, int64_t below)
{
    return nest_loop(nest->pool, index, expr_constant(0), expr_constant(below), 1);
}

void access_2d(Nest *nest, NestNode *statement, NestArray *array, const char *row,
               const char *column, bool write)
{
    nest_access(nest->pool, &statement->statement, array,
                (const NestExpr[]){ at_index(nest, row), at_index(nest, column) }, write);
}

void put_inside(Nest *nest, NestNode *const *loops, uint32_t n, NestNode *statement)
{
    nest_append(nest->pool, &nest->body, loops[0]);
    for (uint32_t i = 1; i < n; i++)
        nest_append(nest->pool, &loops[i - 1]->loop.body, loops[i]);
    nest_append(nest->pool, &loops[n - 1]->loop.body, statement);
}

Matmul matmul_by_hand(int64_t n)
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

void matmul_clear(Matmul *m)
{
    nest_unref(m->nest);
    nest_array_unref(m->A);
    nest_array_unref(m->B);
    nest_array_unref(m->C);
}

static void print_body(const NestBody *body, GString *out);

static void print_loop(const NestLoop *loop, GString *out)
{
    g_string_append(out, loop->index);
    if (loop->step != 1)
        g_string_append_printf(out, ":%d", (int)loop->step);
    if (loop->vector != 1)
        g_string_append_printf(out, "/%u", loop->vector);
    g_string_append(out, loop->copies > 0 ? " [" : " {");
    if (loop->before.n_nodes > 0) {
        print_body(&loop->before, out);
        g_string_append(out, " |");
    }
    print_body(&loop->body, out);
    if (loop->after.n_nodes > 0) {
        g_string_append(out, " |");
        print_body(&loop->after, out);
    }
    g_string_append(out, loop->copies > 0 ? " ]" : " }");
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

void check_line(Nest *nest, const char *wanted)
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

Nest *then(Nest *nest, Nest *next)
{
    CU_ASSERT_PTR_NOT_NULL_FATAL(next);
    nest_unref(nest);
    return next;
}

void check_refused(Nest *made, GError **error, const char *message)
{
    CU_ASSERT_PTR_NULL(made);
    CU_ASSERT_PTR_NOT_NULL_FATAL(*error);
    if (strcmp((*error)->message, message) != 0)
        fprintf(stderr, "# got      %s\n# expected %s\n", (*error)->message, message);
    CU_ASSERT_STRING_EQUAL((*error)->message, message);
    g_clear_error(error);
}
