/*
 * nest_print - a loop nest as text.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/nest_print.h"

#include <inttypes.h>

#include "base/units.h"

/* " + 3*" between the parts of a sum. */
static void print_sign(int64_t scale, bool first, GString *out)
{
    const uint64_t size = scale < 0 ? -(uint64_t)scale : (uint64_t)scale;

    if (first)
        g_string_append(out, scale < 0 ? "-" : "");
    else
        g_string_append(out, scale < 0 ? " - " : " + ");
    if (size != 1)
        g_string_append_printf(out, "%" PRIu64 "*", size);
}

void expr_print(const NestExpr *expr, GString *out)
{
    bool first = true;

    for (uint32_t i = 0; i < expr->n_terms; i++, first = false) {
        print_sign(expr->terms[i].scale, first, out);
        g_string_append(out, expr->terms[i].index);
    }
    for (uint32_t i = 0; i < expr->n_lookups; i++, first = false) {
        print_sign(expr->lookups[i].scale, first, out);
        g_string_append_printf(out, "%s[", expr->lookups[i].table->name);
        expr_print(&expr->lookups[i].at, out);
        g_string_append_c(out, ']');
    }
    if (first)
        g_string_append_printf(out, "%" PRId64, expr->constant);
    else if (expr->constant != 0)
        g_string_append_printf(out, " %c %" PRIu64, expr->constant < 0 ? '-' : '+',
                               expr->constant < 0 ? -(uint64_t)expr->constant
                                                  : (uint64_t)expr->constant);
}

void nest_print_place(const NestArray *array, const NestExpr *subscripts, uint32_t n, GString *out)
{
    g_string_append(out, array->name);
    for (uint32_t i = 0; i < n; i++) {
        g_string_append_c(out, '[');
        expr_print(&subscripts[i], out);
        g_string_append_c(out, ']');
    }
}

void nest_print_access(const NestAccess *access, GString *out)
{
    nest_print_place(access->array, access->subscripts, access->array->n_dims, out);
}

typedef struct {
    NestArray **arrays;
    uint32_t n_arrays;
    GString *out;
    const char *prefix;
} Printer;

static uint32_t number_of(const Printer *printer, const NestArray *array)
{
    uint32_t i = 0;

    while (printer->arrays[i] != array)
        i++;
    return i;
}

/* Like expr_print, with the numbers of arrays: names may be the same. */
static void print_expr(const Printer *printer, const NestExpr *expr)
{
    NestExpr affine = *expr;

    affine.n_lookups = 0;
    expr_print(&affine, printer->out);
    for (uint32_t i = 0; i < expr->n_lookups; i++) {
        print_sign(expr->lookups[i].scale, false, printer->out);
        g_string_append_printf(printer->out, "#%u[", number_of(printer, expr->lookups[i].table));
        print_expr(printer, &expr->lookups[i].at);
        g_string_append_c(printer->out, ']');
    }
}

static void print_array(const Printer *printer, uint32_t number, uint64_t base)
{
    const NestArray *array = printer->arrays[number];
    GString *out = printer->out;

    g_string_append_printf(out, "%sarray #%u %s %s", printer->prefix, number, array->name,
                           element_names()[array->type]);
    for (uint32_t i = 0; i < array->n_dims; i++)
        g_string_append_printf(out, " %" PRIu64 "*%" PRIu64, array->extents[i], array->strides[i]);
    if (array->scratch)
        g_string_append(out, " scratch");
    else
        g_string_append_printf(out, " at %" PRIu64, base);
    if (array->values) {
        g_autofree char *sum =
            g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)array->values,
                                        array->extents[0] * sizeof array->values[0]);

        g_string_append_printf(out, " values %s", sum);
    }
    g_string_append_c(out, '\n');
}

static void print_body(const Printer *printer, const NestBody *body, int depth, const char *name);

static void print_bounds(const Printer *printer, const char *name, const NestExpr *bounds,
                         uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        g_string_append_printf(printer->out, "%s", i == 0 ? name : ", ");
        print_expr(printer, &bounds[i]);
    }
}

static void print_loop(const Printer *printer, const NestLoop *loop, int depth)
{
    static const char *const deals[] = { "", " block", " cyclic" };

    g_string_append_printf(printer->out, "loop %s", loop->index);
    print_bounds(printer, " from ", loop->from, loop->n_from);
    print_bounds(printer, " below ", loop->below, loop->n_below);
    g_string_append_printf(printer->out, " step %" PRId64 "%s", loop->step, deals[loop->deal]);
    if (loop->vector > 1)
        g_string_append_printf(printer->out, " vector %u", loop->vector);
    g_string_append_c(printer->out, '\n');
    print_body(printer, &loop->before, depth + 1, "before ");
    print_body(printer, &loop->body, depth + 1, "");
    print_body(printer, &loop->after, depth + 1, "after ");
}

static void print_statement(const Printer *printer, const NestStatement *statement)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf(printer->out, "flops %s", units_exact(statement->flops, digits));
    for (uint32_t i = 0; i < statement->n_accesses; i++) {
        const NestAccess *access = &statement->accesses[i];

        g_string_append_printf(printer->out, " %s #%u", access->write ? "write" : "read",
                               number_of(printer, access->array));
        for (uint32_t j = 0; j < access->array->n_dims; j++) {
            g_string_append_c(printer->out, '[');
            print_expr(printer, &access->subscripts[j]);
            g_string_append_c(printer->out, ']');
        }
    }
    g_string_append_c(printer->out, '\n');
}

static void print_body(const Printer *printer, const NestBody *body, int depth, const char *name)
{
    for (uint32_t i = 0; i < body->n_nodes; i++) {
        g_string_append_printf(printer->out, "%s%*s%s", printer->prefix, depth, "", name);
        if (body->nodes[i]->kind == NEST_LOOP)
            print_loop(printer, &body->nodes[i]->loop, depth);
        else
            print_statement(printer, &body->nodes[i]->statement);
    }
}

void nest_print(const Nest *nest, const uint64_t *bases, const char *prefix, GString *out)
{
    Printer printer = { .out = out, .prefix = prefix };

    printer.arrays = nest_arrays(nest, &printer.n_arrays);
    for (uint32_t i = 0; i < printer.n_arrays; i++)
        print_array(&printer, i, bases[i]);
    print_body(&printer, &nest->body, 0, "");
    g_free(printer.arrays);
}
