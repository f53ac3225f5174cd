/*
 * nest_fuse - two nests in the loops that they have in common.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/error.h"
#include "workload/nest_edit.h"

static bool same_bounds(const NestExpr *a, uint32_t n_a, const NestExpr *b, uint32_t n_b)
{
    if (n_a != n_b)
        return false;
    for (uint32_t i = 0; i < n_a; i++)
        if (!expr_equal(&a[i], &b[i]))
            return false;
    return true;
}

static bool same_loop(const NestLoop *a, const NestLoop *b)
{
    return strcmp(a->index, b->index) == 0 && a->step == b->step && a->vector == b->vector &&
           a->copies == b->copies && a->threads == b->threads &&
           same_bounds(a->from, a->n_from, b->from, b->n_from) &&
           same_bounds(a->below, a->n_below, b->below, b->n_below);
}

static void append_all(NestPool *pool, NestBody *body, const NestBody *more)
{
    for (uint32_t i = 0; i < more->n_nodes; i++)
        nest_append(pool, body, more->nodes[i]);
}

/* Append what is in other; the loops that meet are shared where they are the same.  Returns how many are. */
static uint32_t fuse_bodies(NestPool *pool, NestBody *body, NestBody *other)
{
    NestNode *last = body->n_nodes > 0 ? body->nodes[body->n_nodes - 1] : NULL;
    NestNode *first = other->n_nodes > 0 ? other->nodes[0] : NULL;
    uint32_t shared = 0;

    if (last && first && last->kind == NEST_LOOP && first->kind == NEST_LOOP &&
        same_loop(&last->loop, &first->loop)) {
        append_all(pool, &last->loop.before, &first->loop.before);
        shared = 1 + fuse_bodies(pool, &last->loop.body, &first->loop.body);
        append_all(pool, &last->loop.after, &first->loop.after);
        if (last->loop.deal == DEAL_NONE)
            last->loop.deal = first->loop.deal;
        other->nodes++;
        other->n_nodes--;
    }
    append_all(pool, body, other);
    return shared;
}

static const char *loop_name(const NestBody *body, uint32_t at)
{
    return body->n_nodes > 0 && body->nodes[at]->kind == NEST_LOOP ? body->nodes[at]->loop.index
                                                                   : NULL;
}

static bool fail_nothing_shared(const Nest *nest, const Nest *other, GError **error)
{
    const char *last = loop_name(&nest->body, MAX(nest->body.n_nodes, 1) - 1);
    const char *first = loop_name(&other->body, 0);

    if (last && first && strcmp(last, first) == 0)
        return refuse_config(
            error,
            "fuse: the loops over '%s' differ in their bounds, their step or their "
            "vectors",
            last);
    return refuse_config(
        error,
        "fuse: the nests have nothing in common: the one ends with %s%s%s, the other "
        "begins with %s%s%s",
        last ? "a loop over '" : "a statement", last ? last : "", last ? "'" : "",
        first ? "a loop over '" : "a statement", first ? first : "", first ? "'" : "");
}

Nest *nest_fuse(const Nest *nest, const Nest *other, GError **error)
{
    Nest *fused = nest_copy(nest);
    NestBody more = { 0 };

    for (uint32_t i = 0; i < other->body.n_nodes; i++)
        nest_append(fused->pool, &more, nest_copy_node(fused->pool, other->body.nodes[i]));
    const bool fine = fuse_bodies(fused->pool, &fused->body, &more) > 0 ||
                      fail_nothing_shared(nest, other, error);

    return edit_finish(fused, fine, "fuse", error);
}
