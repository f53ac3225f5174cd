/*
 * nest_reduce - a loop nest reduced to what it does to one array.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/nest_reduce.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

#include "workload/nest_range.h"

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

static uint32_t loop_of(const Reduction *reduction, const char *index)
{
    uint32_t at = 0;

    while (strcmp(reduction->path.loops[at]->index, index) != 0)
        at++;
    assert(at < reduction->path.n_loops && "every index has its loop");
    return at;
}

static ReducedExpr reduce_expr(const Reduction *reduction, const NestExpr *expr)
{
    NestPool *pool = reduction->pool;
    ReducedExpr reduced = { .constant = expr->constant,
                            .terms = nestpool_alloc(pool, expr->n_terms * sizeof(ReducedTerm)),
                            .lookups =
                                nestpool_alloc(pool, expr->n_lookups * sizeof(ReducedLookup)),
                            .n_terms = expr->n_terms,
                            .n_lookups = expr->n_lookups };

    for (uint32_t i = 0; i < expr->n_terms; i++)
        reduced.terms[i] =
            (ReducedTerm){ loop_of(reduction, expr->terms[i].index), expr->terms[i].scale };
    for (uint32_t i = 0; i < expr->n_lookups; i++)
        reduced.lookups[i] = (ReducedLookup){ expr->lookups[i].scale, expr->lookups[i].table,
                                              reduce_expr(reduction, &expr->lookups[i].at) };
    return reduced;
}

static ReducedExpr *reduce_exprs(const Reduction *reduction, const NestExpr *exprs, uint32_t n)
{
    ReducedExpr *reduced = nestpool_alloc(reduction->pool, n * sizeof *reduced);

    for (uint32_t i = 0; i < n; i++)
        reduced[i] = reduce_expr(reduction, &exprs[i]);
    return reduced;
}

static ReducedNode reduce_access(const Reduction *reduction, const NestAccess *access)
{
    NestExpr element = expr_constant(0);

    for (uint32_t d = 0; d < access->array->n_dims; d++)
        element = expr_add_scaled(reduction->pool, element, (int64_t)access->array->strides[d],
                                  access->subscripts[d]);
    return (ReducedNode){ .element = reduce_expr(reduction, &element), .write = access->write };
}

static ReducedBody reduce_body(Reduction *reduction, const NestBody *body);

static bool has_lookup_by(const ReducedExpr *expr, uint32_t loop)
{
    for (uint32_t i = 0; i < expr->n_lookups; i++)
        if (reduced_scale(&expr->lookups[i].at, loop) != 0 ||
            has_lookup_by(&expr->lookups[i].at, loop))
            return true;
    return false;
}

static bool is_flat(const ReducedNode *node)
{
    for (uint32_t i = 0; i < node->body.n_nodes; i++)
        if (node->body.nodes[i].is_loop || has_lookup_by(&node->body.nodes[i].element, node->loop))
            return false;
    return true;
}

/* False when the loop does not touch the array. */
static bool reduce_loop(Reduction *reduction, const NestLoop *loop, ReducedNode *node)
{
    *node = (ReducedNode){ .is_loop = true,
                           .loop = reduction->path.n_loops,
                           .from = reduce_exprs(reduction, loop->from, loop->n_from),
                           .below = reduce_exprs(reduction, loop->below, loop->n_below),
                           .n_from = loop->n_from,
                           .n_below = loop->n_below,
                           .step = loop->step,
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

static bool uses(const ReducedExpr *expr, uint32_t loop)
{
    return reduced_scale(expr, loop) != 0 || has_lookup_by(expr, loop);
}

static bool bounds_use(const ReducedNode *node, uint32_t loop)
{
    for (uint32_t i = 0; i < node->n_from; i++)
        if (uses(&node->from[i], loop))
            return true;
    for (uint32_t i = 0; i < node->n_below; i++)
        if (uses(&node->below[i], loop))
            return true;
    return false;
}

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
            reduced_scale(&accesses->nodes[i].element, loop->loop) * loop->step != 1 ||
            has_lookup_by(&accesses->nodes[i].element, loop->loop))
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
            movable &= !bounds_use(inner, node->loop);
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

/* ---- values ---- */

bool reduced_value(const ReducedExpr *expr, const int64_t *loops, int64_t *value)
{
    int64_t sum = expr->constant;

    for (uint32_t i = 0; i < expr->n_terms; i++)
        sum += expr->terms[i].scale * loops[expr->terms[i].loop];
    for (uint32_t i = 0; i < expr->n_lookups; i++) {
        const ReducedLookup *lookup = &expr->lookups[i];
        int64_t at;

        if (!reduced_value(&lookup->at, loops, &at) || at < 0 ||
            (uint64_t)at >= lookup->table->extents[0])
            return false;
        sum += lookup->scale * lookup->table->values[at];
    }
    *value = sum;
    return true;
}

int64_t reduced_scale(const ReducedExpr *expr, uint32_t loop)
{
    for (uint32_t i = 0; i < expr->n_terms; i++)
        if (expr->terms[i].loop == loop)
            return expr->terms[i].scale;
    return 0;
}
