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

/* Arrays by number (names may be the same) in texts to compare, by name in those for people. */
typedef struct {
    NestArray **arrays;
    GHashTable *numbers; /* of the arrays; NULL by name */
    GString *out;
    const char *prefix;
    bool by_name;
} Printer;

static uint32_t number_of(const Printer *printer, const NestArray *array)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(printer->numbers, array));
}

static void print_expr(const Printer *printer, const NestExpr *expr)
{
    NestExpr affine = *expr;

    if (printer->by_name) {
        expr_print(expr, printer->out);
        return;
    }
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
        g_string_append(out, array->registers ? " registers" : " scratch");
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
    static const char *const deals[] = { "", "", " block", " cyclic", " grid" };

    g_string_append_printf(printer->out, "loop %s", loop->index);
    print_bounds(printer, " from ", loop->from, loop->n_from);
    print_bounds(printer, " below ", loop->below, loop->n_below);
    if (!printer->by_name || loop->step != 1)
        g_string_append_printf(printer->out, " step %" PRId64, loop->step);
    if (loop->deal == DEAL_AS_MACHINE || (printer->by_name && loop->deal != DEAL_NONE))
        g_string_append(printer->out, " parallel");
    g_string_append(printer->out, deals[loop->deal]);
    if (loop->block_threads > 0)
        g_string_append_printf(printer->out, " of %u threads", loop->block_threads);
    if (loop->threads)
        g_string_append(printer->out, " threads");
    if (loop->copies > 0)
        g_string_append_printf(printer->out, " copies %u", loop->copies);
    if (loop->vector > 1)
        g_string_append_printf(printer->out, " vector %u", loop->vector);
    g_string_append_c(printer->out, '\n');
    print_body(printer, &loop->before, depth + 1, "before ");
    print_body(printer, &loop->body, depth + 1, "");
    print_body(printer, &loop->after, depth + 1, "after ");
}

static void print_named_statement(const Printer *printer, const NestStatement *statement)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];

    for (uint32_t i = 0; i < statement->n_accesses; i++) {
        g_string_append_printf(printer->out, "%s%s ", i > 0 ? ", " : "",
                               statement->accesses[i].write ? "write" : "read");
        nest_print_access(&statement->accesses[i], printer->out);
    }
    if (statement->flops > 0 || statement->n_accesses == 0)
        g_string_append_printf(printer->out, "%sflops %s", statement->n_accesses > 0 ? ", " : "",
                               units_exact(statement->flops, digits));
    g_string_append_c(printer->out, '\n');
}

static void print_statement(const Printer *printer, const NestStatement *statement)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];

    if (printer->by_name) {
        print_named_statement(printer, statement);
        return;
    }
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
        g_string_append_printf(printer->out, "%s%*s%s", printer->prefix,
                               printer->by_name ? 2 * depth : depth, "", name);
        if (body->nodes[i]->kind == NEST_LOOP)
            print_loop(printer, &body->nodes[i]->loop, depth);
        else
            print_statement(printer, &body->nodes[i]->statement);
    }
}

void nest_print(const Nest *nest, const uint64_t *bases, const char *prefix, GString *out)
{
    uint32_t n_arrays = 0;
    Printer printer = { .arrays = nest_arrays(nest, &n_arrays), .out = out, .prefix = prefix };

    printer.numbers = nest_numbers(printer.arrays, n_arrays);
    for (uint32_t i = 0; i < n_arrays; i++)
        print_array(&printer, i, bases[i]);
    print_body(&printer, &nest->body, 0, "");
    g_hash_table_destroy(printer.numbers);
    g_free(printer.arrays);
}

void nest_show(const Nest *nest, GString *out)
{
    const Printer printer = { .out = out, .prefix = "", .by_name = true };

    print_body(&printer, &nest->body, 0, "");
    if (out->len > 0)
        g_string_truncate(out, out->len - 1);
}

/* Unused elements behind each run of the contiguous dimension. */
static uint64_t padding_of(const NestArray *array, bool by_columns)
{
    const uint32_t last = array->n_dims - 1;

    if (array->n_dims == 1 && element_bits(array->type) < 8) /* its bytes are rounded up */
        return 0;
    if (array->n_dims == 1)
        return array->bytes * 8 / element_bits(array->type) - array->extents[0];
    return by_columns ? array->strides[1] - array->extents[0]
                      : array->strides[last - 1] - array->extents[last];
}

void nest_show_array(const NestArray *array, GString *out)
{
    const bool by_columns = array->strides[0] < array->strides[array->n_dims - 1];
    const uint64_t padding = padding_of(array, by_columns);
    g_autofree char *bytes = units_format((double)array->bytes, UNIT_BYTES);

    g_string_append_printf(out, "%s %s ", array->name, element_names()[array->type]);
    for (uint32_t i = 0; i < array->n_dims; i++)
        g_string_append_printf(out, "[%" PRIu64 "]", array->extents[i]);
    g_string_append_printf(out, ", %s", bytes);
    if (by_columns)
        g_string_append(out, ", by columns");
    if (padding > 0)
        g_string_append_printf(out, ", padded by %" PRIu64, padding);
    if (array->scratch)
        g_string_append(out, array->registers ? ", registers" : ", scratch");
    else if (array->based)
        g_string_append_printf(out, ", at 0x%" PRIx64, array->base_addr);
}
