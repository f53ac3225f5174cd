/*
 * nest_check - the rules of loop nests.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/nest_check.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "workload/nest_print.h"
#include "workload/nest_scan.h"

#define BOUND_MAX (INT64_C(1) << 53)

typedef struct {
    NestPath path;
    uint32_t depth; /* loops around, those around which it is hoisted, too */
    GError **error;
} Checker;

static bool refuse(const Checker *checker, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool refuse(const Checker *checker, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(checker->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, message);
    return false;
}

static bool has_loop(const Checker *checker, const char *index)
{
    for (uint32_t i = 0; i < checker->path.n_loops; i++)
        if (strcmp(checker->path.loops[i]->index, index) == 0)
            return true;
    return false;
}

/* "i, j, k" */
static char *known_indices(const Checker *checker)
{
    GString *text = g_string_new(NULL);

    for (uint32_t i = 0; i < checker->path.n_loops; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "", checker->path.loops[i]->index);
    return g_string_free(text, FALSE);
}

static char *expr_text(const NestExpr *expr)
{
    GString *text = g_string_new(NULL);

    expr_print(expr, text);
    return g_string_free(text, FALSE);
}

/* Whether each index of the expression has its loop around, and each table its contents; what: where it stands. */
static bool check_expr(const Checker *checker, const NestExpr *expr, const char *what)
{
    for (uint32_t i = 0; i < expr->n_terms; i++)
        if (!has_loop(checker, expr->terms[i].index)) {
            g_autofree char *known = known_indices(checker);

            return refuse(checker, "%s: no loop around it has the index '%s'%s%s", what,
                          expr->terms[i].index, *known ? "; around it are: " : "", known);
        }
    for (uint32_t i = 0; i < expr->n_lookups; i++) {
        const NestLookup *lookup = &expr->lookups[i];
        int64_t value = 0;

        if (!lookup->table->values)
            return refuse(checker,
                          "%s: the contents of %s are not known; only an array of memsim.indices "
                          "can stand in a subscript or bound",
                          what, lookup->table->name);
        if (!check_expr(checker, &lookup->at, what))
            return false;
        const NestRange range = nest_range(&checker->path, &lookup->at);
        if ((range.least < 0 || range.most >= (int64_t)lookup->table->extents[0]) &&
            nest_scan(&checker->path, &lookup->at, lookup->table->extents[0], &value) ==
                SCAN_OUTSIDE)
            return refuse(
                checker, "%s: the subscript of %s reaches %" PRId64 "; it has %" PRIu64 " elements",
                what, lookup->table->name, value, lookup->table->extents[0]);
    }
    return true;
}

static bool check_bounds(const Checker *checker, const NestLoop *loop, const NestExpr *bounds,
                         uint32_t n)
{
    g_autofree char *what = g_strdup_printf("the bounds of loop '%s'", loop->index);

    for (uint32_t i = 0; i < n; i++) {
        if (!check_expr(checker, &bounds[i], what))
            return false;
        const NestRange range = nest_range(&checker->path, &bounds[i]);

        if (range.least < -BOUND_MAX || range.most > BOUND_MAX) {
            g_autofree char *text = expr_text(&bounds[i]);

            return refuse(checker, "%s: %s may leave the range of -2^53 to 2^53", what, text);
        }
    }
    return true;
}

static bool check_vector(const Checker *checker, const NestLoop *loop)
{
    const uint32_t most = loop->per_thread > 0 ? NEST_TOGETHER_MAX : NEST_VECTOR_MAX;

    if (loop->vector < 1 || loop->vector > most)
        return refuse(checker, "loop '%s': vectors of %u elements; possible are 1 to %u",
                      loop->index, loop->vector, most);
    for (uint32_t i = 0; loop->vector > 1 && i < loop->body.n_nodes; i++)
        if (loop->body.nodes[i]->kind == NEST_LOOP)
            return refuse(checker,
                          "loop '%s': only an innermost loop can be vectorized, and "
                          "loop '%s' is inside",
                          loop->index, loop->body.nodes[i]->loop.index);
    return true;
}

static bool check_loop(const Checker *checker, const NestLoop *loop)
{
    if (has_loop(checker, loop->index))
        return refuse(checker, "loop '%s': a loop around it has the same index", loop->index);
    if (checker->depth == NEST_DEPTH_MAX)
        return refuse(checker, "loop '%s': nested deeper than %d loops", loop->index,
                      NEST_DEPTH_MAX);
    if (loop->step < 1 || loop->step > BOUND_MAX)
        return refuse(checker, "loop '%s': its step is %" PRId64 "; it must be 1 to 2^53",
                      loop->index, loop->step);
    for (uint32_t i = 0; loop->deal != DEAL_NONE && i < checker->path.n_loops; i++)
        if (checker->path.loops[i]->deal != DEAL_NONE)
            return refuse(checker, "loop '%s': loop '%s' around it is dealt to the cores already",
                          loop->index, checker->path.loops[i]->index);
    return check_bounds(checker, loop, loop->from, loop->n_from) &&
           check_bounds(checker, loop, loop->below, loop->n_below) && check_vector(checker, loop);
}

static bool is_inside(NestRange range, uint64_t extent)
{
    return range.least >= 0 && range.most < (int64_t)extent;
}

bool nest_stays_inside(const NestPath *path, const NestAccess *access)
{
    for (uint32_t i = 0; i < access->array->n_dims; i++)
        if (!is_inside(nest_range(path, &access->subscripts[i]), access->array->extents[i]))
            return false;
    return true;
}

void nest_outside(const NestAccess *access, uint32_t subscript, int64_t value, GError **error)
{
    const uint64_t extent = access->array->extents[subscript];
    GString *text = g_string_new(NULL);

    nest_print_access(access, text);
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                "%s: subscript %u reaches %" PRId64 "; the dimension has %" PRIu64
                " element%s, 0 to %" PRIu64,
                text->str, subscript + 1, value, extent, extent == 1 ? "" : "s", extent - 1);
    g_string_free(text, TRUE);
}

static bool check_subscript(const Checker *checker, const NestAccess *access, uint32_t i,
                            const char *what)
{
    const NestExpr *subscript = &access->subscripts[i];
    const uint64_t extent = access->array->extents[i];
    int64_t value = 0;

    if (!check_expr(checker, subscript, what))
        return false;
    const NestRange range = nest_range(&checker->path, subscript);

    if (range.least == INT64_MIN || range.most == INT64_MAX)
        return refuse(checker, "%s: subscript %u may leave the range of -2^62 to 2^62", what,
                      i + 1);
    if (is_inside(range, extent) ||
        nest_scan(&checker->path, subscript, extent, &value) != SCAN_OUTSIDE)
        return true;
    nest_outside(access, i, value, checker->error);
    return false;
}

static bool check_statement(const Checker *checker, const NestStatement *statement)
{
    if (!(statement->flops >= 0 && statement->flops <= 1e15))
        return refuse(checker, "the operations of a statement are 0 to 10^15");
    for (uint32_t i = 0; i < statement->n_accesses; i++) {
        const NestAccess *access = &statement->accesses[i];
        g_autoptr(GString) text = g_string_new(NULL);

        nest_print_access(access, text);
        for (uint32_t j = 0; j < access->array->n_dims; j++)
            if (!check_subscript(checker, access, j, text->str))
                return false;
    }
    return true;
}

static bool check_body(Checker *checker, const NestBody *body);

static bool check_inside(Checker *checker, const NestLoop *loop)
{
    const uint32_t around = checker->path.n_loops;
    NestLoop hidden = *loop; /* before and after are when it runs, but do not know its index */

    hidden.index = "";
    hidden.deal = DEAL_NONE;
    checker->depth++;
    checker->path.n_loops++;
    checker->path.loops[around] = &hidden;
    bool good = check_body(checker, &loop->before) && check_body(checker, &loop->after);

    checker->path.loops[around] = loop;
    good = good && check_body(checker, &loop->body);
    checker->path.n_loops = around;
    checker->depth--;
    return good;
}

static bool check_body(Checker *checker, const NestBody *body)
{
    for (uint32_t i = 0; i < body->n_nodes; i++) {
        const NestNode *node = body->nodes[i];

        if (node->kind == NEST_STATEMENT
                ? !check_statement(checker, &node->statement)
                : !check_loop(checker, &node->loop) || !check_inside(checker, &node->loop))
            return false;
    }
    return true;
}

bool nest_check(const Nest *nest, GError **error)
{
    Checker checker = { .error = error };

    if (!check_body(&checker, &nest->body))
        return false;
    return !nestpool_overflown(nest->pool) ||
           refuse(&checker, "a coefficient of an index or a constant is not below 2^62");
}
