/*
 * nest_edit - what the transformations of a loop nest have in common.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/nest_edit.h"

#include <string.h>

#include "base/error.h"
#include "base/suggest.h"

static void collect_index(NestNode *node, void *data)
{
    GPtrArray *known = data;

    if (node->kind != NEST_LOOP)
        return;
    for (guint i = 0; i < known->len; i++)
        if (strcmp(known->pdata[i], node->loop.index) == 0)
            return;
    g_ptr_array_add(known, (void *)(uintptr_t)node->loop.index);
}

bool edit_check_index(const Nest *nest, const char *verb, const char *index, GError **error)
{
    if (nest_find(nest, index))
        return true;
    g_autoptr(GPtrArray) known = g_ptr_array_new();

    nest_visit(&nest->body, collect_index, known);
    g_ptr_array_add(known, NULL);
    const char *near = suggest_nearest(index, (const char *const *)known->pdata);
    g_autofree char *list = g_strjoinv(", ", (char **)known->pdata);

    return refuse_config(error, "%s: the nest has no loop over '%s'%s%s%s; its loops: %s", verb,
                         index, near ? "; did you mean '" : "", near ? near : "", near ? "'" : "",
                         *list ? list : "none");
}

bool edit_check_factors(const Nest *nest, const char *verb, const NestFactor *factors, uint32_t n,
                        GError **error)
{
    if (n == 0)
        return refuse_config(error, "%s: name at least one loop, such as { i = 4 }", verb);
    for (uint32_t i = 0; i < n; i++) {
        if (!edit_check_index(nest, verb, factors[i].index, error))
            return false;
        if (factors[i].count < 1)
            return refuse_config(error, "%s: %s = %lld; at least 1 iteration", verb,
                                 factors[i].index, (long long)factors[i].count);
    }
    return true;
}

Nest *edit_finish(Nest *nest, bool fine, const char *verb, GError **error)
{
    if (fine && !nestpool_overflown(nest->pool))
        return nest;
    if (fine)
        refuse_config(error, "%s: a bound or a subscript leaves the range of 2^62", verb);
    nest_unref(nest);
    return NULL;
}

const char *edit_new_index(const Nest *nest, const char *stem)
{
    g_autofree char *name = g_strdup(stem);

    for (unsigned number = 2; nest_find(nest, name); number++) {
        g_free(name);
        name = g_strdup_printf("%s%u", stem, number);
    }
    return nestpool_text(nest->pool, name);
}

const char **edit_new_indices(const Nest *nest, const NestFactor *factors, uint32_t n,
                              const char *suffix)
{
    const char **names = nestpool_alloc(nest->pool, n * sizeof *names);

    for (uint32_t i = 0; i < n; i++) {
        g_autofree char *stem = g_strconcat(factors[i].index, suffix, NULL);

        names[i] = edit_new_index(nest, stem);
    }
    return names;
}

NestLoop edit_strip(NestPool *pool, NestLoop *loop, const char *index, int64_t step)
{
    const NestExpr start = expr_index(pool, index);
    NestLoop inner = *loop;

    loop->index = index;
    loop->step = step;
    inner.before = inner.after = (NestBody){ 0 };
    inner.deal = DEAL_NONE;
    inner.block_threads = 0;
    inner.n_from = 0;
    nest_also_from(pool, &inner, start);
    nest_also_below(pool, &inner, expr_add(pool, start, expr_constant(step)));
    return inner;
}

typedef struct {
    bool (*is)(const NestLoop *loop);
    const NestLoop *found;
} LoopSearch;

static void look_at_loop(NestNode *node, void *data)
{
    LoopSearch *search = data;

    if (node->kind == NEST_LOOP && search->is(&node->loop))
        search->found = &node->loop;
}

const NestLoop *edit_find_loop(const Nest *nest, bool (*is)(const NestLoop *loop))
{
    LoopSearch search = { is, NULL };

    nest_visit(&nest->body, look_at_loop, &search);
    return search.found;
}

bool edit_is_threads(const NestLoop *loop)
{
    return loop->threads;
}

bool edit_is_vector(const NestLoop *loop)
{
    return loop->vector > 1;
}

bool edit_has_edges(const NestLoop *loop)
{
    return loop->before.n_nodes > 0 || loop->after.n_nodes > 0;
}

NestNode *edit_only_loop(const NestBody *body)
{
    return body->n_nodes == 1 && body->nodes[0]->kind == NEST_LOOP ? body->nodes[0] : NULL;
}

NestBody edit_body_of(NestPool *pool, NestNode *node)
{
    NestBody body = { 0 };

    nest_append(pool, &body, node);
    return body;
}

NestNode *edit_link(NestPool *pool, NestNode *const *loops, uint32_t n, NestBody body)
{
    for (uint32_t i = n; i-- > 0;) {
        loops[i]->loop.body = body;
        body = edit_body_of(pool, loops[i]);
    }
    return loops[0];
}

/* A new loop like this one around the statements of the body at positions first .. end - 1. */
static NestNode *around(NestPool *pool, const NestLoop *loop, const NestBody *body, uint32_t first,
                        uint32_t end)
{
    NestNode head = { .kind = NEST_LOOP, .loop = *loop };

    head.loop.before = head.loop.body = head.loop.after = (NestBody){ 0 };
    NestNode *node = nest_copy_node(pool, &head);
    for (uint32_t i = first; i < end; i++)
        nest_append(pool, &node->loop.body, body->nodes[i]);
    return node;
}

static bool push_into(NestPool *pool, const NestLoop *loop, NestLoop *inner, const char *verb,
                      GError **error)
{
    if (nest_bounds_use(inner, loop->index))
        return refuse_config(error,
                             "%s: the bounds of loop '%s' depend on '%s', whose %s would stand "
                             "inside it",
                             verb, inner->index, loop->index, loop->threads ? "threads" : "copies");
    if (inner->vector > 1)
        return refuse_config(
            error,
            "%s: loop '%s' is vectorized, and nothing can stand inside it: %s '%s' "
            "first",
            verb, inner->index, verb, loop->index);
    return edit_push_inside(pool, loop, &inner->before, verb, error) &&
           edit_push_inside(pool, loop, &inner->body, verb, error) &&
           edit_push_inside(pool, loop, &inner->after, verb, error);
}

/* Whether the loop is to stand around the node: a statement, or to a thread copies of some. */
static bool stands_around(const NestLoop *loop, const NestNode *node)
{
    return node->kind == NEST_STATEMENT || (loop->threads && node->loop.copies > 0);
}

bool edit_push_inside(NestPool *pool, const NestLoop *loop, NestBody *body, const char *verb,
                      GError **error)
{
    NestBody pushed = { 0 };

    for (uint32_t i = 0; i < body->n_nodes;) {
        uint32_t end = i;

        while (end < body->n_nodes && stands_around(loop, body->nodes[end]))
            end++;
        if (end > i) {
            nest_append(pool, &pushed, around(pool, loop, body, i, end));
            i = end;
            continue;
        }
        if (!push_into(pool, loop, &body->nodes[i]->loop, verb, error))
            return false;
        nest_append(pool, &pushed, body->nodes[i++]);
    }
    *body = pushed;
    return true;
}

void edit_add_bound(GArray *bounds, NestExpr bound)
{
    for (guint i = 0; i < bounds->len; i++)
        if (expr_equal(&g_array_index(bounds, NestExpr, i), &bound))
            return;
    g_array_append_val(bounds, bound);
}

bool edit_eliminate(NestPool *pool, GArray *bounds, BoundKind kind, const NestLoop *loop)
{
    g_autoptr(GArray) free_of_it = g_array_new(FALSE, FALSE, sizeof(NestExpr));

    for (guint i = 0; i < bounds->len; i++) {
        const NestExpr bound = g_array_index(bounds, NestExpr, i);
        const int64_t scale = expr_scale_of(&bound, loop->index);
        const bool at_first = (scale > 0) == (kind == BOUND_FROM);

        if (expr_looks_up(&bound, loop->index))
            return false;
        if (scale == 0) {
            edit_add_bound(free_of_it, bound);
            continue;
        }
        for (uint32_t j = 0; j < (at_first ? loop->n_from : loop->n_below); j++) {
            const NestExpr end =
                at_first ? loop->from[j] : expr_subtract(pool, loop->below[j], expr_constant(1));

            edit_add_bound(free_of_it, expr_substitute(pool, bound, loop->index, end));
        }
    }
    g_array_set_size(bounds, 0);
    g_array_append_vals(bounds, free_of_it->data, free_of_it->len);
    return true;
}
