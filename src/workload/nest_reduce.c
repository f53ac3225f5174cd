/*
 * nest_reduce - a loop nest reduced to what it does to one array.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/nest_reduce.h"

#include <glib.h>
#include <string.h>

typedef struct {
    const NestArray *array;
    NestPool *pool;
    GPtrArray *moving; /* names of indices that move what is touched */
    bool reads, writes;
    NestPath path; /* around the node that is looked at */
} Reduction;

/* ---- which loops matter ---- */

static bool is_moving(const Reduction *reduction, const char *index)
{
    for (guint i = 0; i < reduction->moving->len; i++)
        if (strcmp(reduction->moving->pdata[i], index) == 0)
            return true;
    return false;
}

static void add_indices(Reduction *reduction, const NestExpr *exprs, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < exprs[i].n_terms; j++)
            if (!is_moving(reduction, exprs[i].terms[j].index))
                g_ptr_array_add(reduction->moving, (void *)(uintptr_t)exprs[i].terms[j].index);
        for (uint32_t j = 0; j < exprs[i].n_lookups; j++)
            add_indices(reduction, &exprs[i].lookups[j].at, 1);
    }
}

/* Whether the loop has iterations wherever the loops around it stand. */
static bool always_runs(Reduction *reduction, const NestLoop *loop)
{
    for (uint32_t i = 0; i < loop->n_from; i++)
        for (uint32_t j = 0; j < loop->n_below; j++) {
            const NestExpr room = expr_subtract(reduction->pool, loop->below[j], loop->from[i]);

            if (nest_range(&reduction->path, &room).least < 1)
                return false;
        }
    return true;
}

static bool find_moving(Reduction *reduction, const NestBody *body);

/* Whether the array is touched in the loop; then the indices in its bounds matter, too, unless it is all the same how
 * often it runs. */
static bool find_moving_in_loop(Reduction *reduction, const NestLoop *loop)
{
    bool touched = find_moving(reduction, &loop->before);

    reduction->path.loops[reduction->path.n_loops++] = loop;
    touched |= find_moving(reduction, &loop->body);
    reduction->path.n_loops--;
    touched |= find_moving(reduction, &loop->after);
    if (touched && (is_moving(reduction, loop->index) || !always_runs(reduction, loop))) {
        add_indices(reduction, loop->from, loop->n_from);
        add_indices(reduction, loop->below, loop->n_below);
    }
    return touched;
}

static bool find_moving(Reduction *reduction, const NestBody *body)
{
    bool touched = false;

    for (uint32_t i = 0; i < body->n_nodes; i++) {
        const NestNode *node = body->nodes[i];

        if (node->kind == NEST_LOOP) {
            touched |= find_moving_in_loop(reduction, &node->loop);
            continue;
        }
        for (uint32_t j = 0; j < node->statement.n_accesses; j++)
            if (node->statement.accesses[j].array == reduction->array) {
                const NestAccess *access = &node->statement.accesses[j];

                add_indices(reduction, access->subscripts, reduction->array->n_dims);
                reduction->reads |= !access->write;
                reduction->writes |= access->write;
                touched = true;
            }
    }
    return touched;
}

/* ---- the reduced tree ---- */

static ReducedNode reduce_access(const Reduction *reduction, const NestAccess *access)
{
    NestExpr element = expr_constant(0);

    for (uint32_t d = 0; d < access->array->n_dims; d++)
        element = expr_add_scaled(reduction->pool, element, (int64_t)access->array->strides[d],
                                  access->subscripts[d]);
    return (ReducedNode){ .element = loopexpr_new(reduction->pool, &reduction->path, &element),
                          .write = access->write };
}

static ReducedBody reduce_body(Reduction *reduction, const NestBody *body);

static bool is_flat(const ReducedNode *node)
{
    for (uint32_t i = 0; i < node->body.n_nodes; i++)
        if (node->body.nodes[i].is_loop ||
            loopexpr_looks_up(&node->body.nodes[i].element, node->loop))
            return false;
    return true;
}

/* False when the loop does not touch the array. */
static bool reduce_loop(Reduction *reduction, const NestLoop *loop, ReducedNode *node)
{
    *node = (ReducedNode){ .is_loop = true,
                           .loop = reduction->path.n_loops,
                           .bounds = loopbounds_new(reduction->pool, &reduction->path, loop),
                           .step = loop->step,
                           .vector = loop->vector,
                           .once = !is_moving(reduction, loop->index) };
    node->before = reduce_body(reduction, &loop->before);
    reduction->path.loops[reduction->path.n_loops++] = loop;
    node->body = reduce_body(reduction, &loop->body);
    reduction->path.n_loops--;
    node->after = reduce_body(reduction, &loop->after);
    node->flat = is_flat(node);
    return node->before.n_nodes + node->body.n_nodes + node->after.n_nodes > 0;
}

static void add_all(GArray *nodes, ReducedBody body)
{
    if (body.n_nodes > 0)
        g_array_append_vals(nodes, body.nodes, body.n_nodes);
}

/* A loop that moves nothing and always runs is what stands in it. */
static bool is_transparent(Reduction *reduction, const NestLoop *loop)
{
    return !is_moving(reduction, loop->index) && always_runs(reduction, loop);
}

static void add_reduced(Reduction *reduction, const NestNode *node, GArray *nodes)
{
    ReducedNode inner;

    if (node->kind == NEST_LOOP) {
        const bool transparent = is_transparent(reduction, &node->loop);
        const bool touches = reduce_loop(reduction, &node->loop, &inner);

        if (touches && transparent) {
            add_all(nodes, inner.before);
            add_all(nodes, inner.body);
            add_all(nodes, inner.after);
        } else if (touches) {
            g_array_append_val(nodes, inner);
        }
        return;
    }
    for (uint32_t j = 0; j < node->statement.n_accesses; j++)
        if (node->statement.accesses[j].array == reduction->array) {
            inner = reduce_access(reduction, &node->statement.accesses[j]);
            g_array_append_val(nodes, inner);
        }
}

static ReducedBody reduce_body(Reduction *reduction, const NestBody *body)
{
    g_autoptr(GArray) nodes = g_array_new(FALSE, FALSE, sizeof(ReducedNode));
    ReducedBody reduced;

    for (uint32_t i = 0; i < body->n_nodes; i++)
        add_reduced(reduction, body->nodes[i], nodes);
    reduced.n_nodes = nodes->len;
    reduced.nodes = nestpool_alloc(reduction->pool, nodes->len * sizeof *reduced.nodes);
    if (nodes->len > 0)
        memcpy(reduced.nodes, nodes->data, nodes->len * sizeof *reduced.nodes);
    return reduced;
}

/* ---- another order, where it does not matter ---- */

/* The one loop that is all of the node's body, or NULL. */
static ReducedNode *only_loop(const ReducedNode *node)
{
    ReducedNode *inner = node->body.n_nodes == 1 ? &node->body.nodes[0] : NULL;

    return inner && inner->is_loop && inner->before.n_nodes + inner->after.n_nodes == 0 ? inner
                                                                                        : NULL;
}

/* Whether each iteration of the loop moves all accesses of the innermost body to their neighbours. */
static bool is_contiguous(const ReducedNode *loop, const ReducedBody *accesses)
{
    for (uint32_t i = 0; i < accesses->n_nodes; i++)
        if (accesses->nodes[i].is_loop ||
            loopexpr_scale(&accesses->nodes[i].element, loop->loop) * loop->step != 1 ||
            loopexpr_looks_up(&accesses->nodes[i].element, loop->loop))
            return false;
    return true;
}

static ReducedNode head_of(const ReducedNode *node, const ReducedNode *in_place_of)
{
    ReducedNode head = *node;

    head.flat = false;
    head.before = in_place_of->before;
    head.body = in_place_of->body;
    head.after = in_place_of->after;
    return head;
}

/* Put the loop, in whose place the one inside it comes and so on, innermost in its chain: whole words are marked then. */
static void sink(ReducedNode *node)
{
    const ReducedNode sunk = *node;

    for (ReducedNode *inner; (inner = only_loop(node)); node = inner)
        *node = head_of(inner, node);
    *node = head_of(&sunk, node);
    node->flat = is_flat(node);
}

/* Of an array that is only read or only written: a contiguous loop goes innermost. */
static void sink_contiguous(ReducedBody *body)
{
    for (uint32_t i = 0; i < body->n_nodes; i++) {
        ReducedNode *node = &body->nodes[i], *last = node;
        bool movable = true;

        if (!node->is_loop)
            continue;
        for (ReducedNode *inner = only_loop(node); inner; inner = only_loop(inner)) {
            movable &= !loopbounds_use(&inner->bounds, node->loop);
            last = inner;
        }
        if (movable && last != node && !is_contiguous(last, &last->body) &&
            is_contiguous(node, &last->body))
            sink(node);
        sink_contiguous(&node->body);
    }
}

ReducedBody nest_reduce(const Nest *nest, const NestArray *array, NestPool *pool)
{
    Reduction reduction = { .array = array, .pool = pool, .moving = g_ptr_array_new() };
    guint known;

    do { /* until no bound adds an index */
        known = reduction.moving->len;
        find_moving(&reduction, &nest->body);
    } while (reduction.moving->len > known);
    ReducedBody reduced = reduce_body(&reduction, &nest->body);

    if (reduction.reads != reduction.writes)
        sink_contiguous(&reduced);
    g_ptr_array_unref(reduction.moving);
    return reduced;
}
