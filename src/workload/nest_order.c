/*
 * nest_order - loops of a perfectly nested chain in another order.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/error.h"
#include "workload/nest_edit.h"

static const char verb[] = "interchange";

typedef struct {
    Nest *nest;
    const char *const *order; /* [n], outermost first */
    uint32_t n;
    bool swap; /* two loops, whichever is outside */
    GError **error;
} Reorder;

/* Position of the loop in the wanted order, or n. */
static uint32_t rank_of(const Reorder *reorder, const NestLoop *loop)
{
    uint32_t rank = 0;

    while (rank < reorder->n && strcmp(reorder->order[rank], loop->index) != 0)
        rank++;
    return rank;
}

static NestLoop *loop_at(const GPtrArray *chain, guint at)
{
    return &((NestNode *)chain->pdata[at])->loop;
}

/* The loops from the node on, to the last of those that are named. */
static bool collect_chain(const Reorder *reorder, NestNode *node, GPtrArray *chain)
{
    const char *outer = node->loop.index;
    uint32_t found = 0;

    for (;; node = edit_only_loop(&node->loop.body)) {
        const char *last = chain->len > 0 ? loop_at(chain, chain->len - 1)->index : outer;

        if (node == NULL)
            return refuse_config(
                reorder->error,
                "%s: not all of the loops are perfectly nested: the body of loop '%s' "
                "is not one loop",
                verb, last);
        if (edit_has_edges(&node->loop))
            return refuse_config(
                reorder->error,
                "%s: loop '%s' has accesses before or after it; :register comes last", verb,
                node->loop.index);
        g_ptr_array_add(chain, node);
        if (rank_of(reorder, &node->loop) < reorder->n && ++found == reorder->n)
            return true;
    }
}

/* Give the places of the named loops to them in the wanted order. */
static void permute(const Reorder *reorder, GPtrArray *chain)
{
    g_autofree gpointer *old = g_memdup2(chain->pdata, chain->len * sizeof *old);
    const guint n = chain->len;
    uint32_t rank = 0;

    for (guint place = 0; place < n; place++) {
        if (rank_of(reorder, &((NestNode *)old[place])->loop) == reorder->n)
            continue;
        for (guint i = 0; i < n; i++)
            if (rank_of(reorder, &((NestNode *)old[i])->loop) == rank)
                chain->pdata[place] = old[i];
        rank++;
    }
}

static bool check_order(const Reorder *reorder, const GPtrArray *chain)
{
    for (guint i = 0; i < chain->len; i++) {
        const NestLoop *loop = loop_at(chain, i);

        for (guint inside = i + 1; inside < chain->len; inside++)
            if (nest_bounds_use(loop, loop_at(chain, inside)->index))
                return refuse_config(
                    reorder->error,
                    "%s: the bounds of loop '%s' depend on '%s', which would stand "
                    "inside it",
                    verb, loop->index, loop_at(chain, inside)->index);
        if (i + 1 < chain->len && (loop->vector > 1 || loop->copies > 0))
            return refuse_config(reorder->error, "%s: loop '%s' is %s and stays innermost", verb,
                                 loop->index, loop->vector > 1 ? "vectorized" : "unrolled");
    }
    return true;
}

/* The chain that begins at the slot. */
static bool reorder_chain(const Reorder *reorder, NestNode **slot)
{
    g_autoptr(GPtrArray) chain = g_ptr_array_new();

    if (!collect_chain(reorder, *slot, chain))
        return false;
    const NestBody innermost = loop_at(chain, chain->len - 1)->body;

    if (reorder->swap) {
        gpointer first = chain->pdata[0];

        chain->pdata[0] = chain->pdata[chain->len - 1];
        chain->pdata[chain->len - 1] = first;
    } else {
        permute(reorder, chain);
    }
    *slot = edit_link(reorder->nest->pool, (NestNode *const *)chain->pdata, chain->len, innermost);
    return check_order(reorder, chain);
}

static bool reorder_body(const Reorder *reorder, NestBody *body)
{
    for (uint32_t i = 0; i < body->n_nodes; i++) {
        NestNode *node = body->nodes[i];

        if (node->kind != NEST_LOOP)
            continue;
        if (rank_of(reorder, &node->loop) < reorder->n) {
            if (!reorder_chain(reorder, &body->nodes[i]))
                return false;
        } else if (!reorder_body(reorder, &node->loop.body)) {
            return false;
        }
    }
    return true;
}

static bool check_names(const Reorder *reorder)
{
    if (reorder->n < 2)
        return refuse_config(reorder->error, "%s: name at least two loops", verb);
    for (uint32_t i = 0; i < reorder->n; i++) {
        if (!edit_check_index(reorder->nest, verb, reorder->order[i], reorder->error))
            return false;
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(reorder->order[i], reorder->order[j]) == 0)
                return refuse_config(reorder->error, "%s: '%s' is named twice", verb,
                                     reorder->order[i]);
    }
    return true;
}

static Nest *reordered(const Nest *nest, Reorder reorder)
{
    reorder.nest = nest_copy(nest);
    const bool fine = check_names(&reorder) && reorder_body(&reorder, &reorder.nest->body);

    return edit_finish(reorder.nest, fine, verb, reorder.error);
}

Nest *nest_swap(const Nest *nest, const char *a, const char *b, GError **error)
{
    const char *const both[] = { a, b };

    return reordered(nest, (Reorder){ .order = both, .n = 2, .swap = true, .error = error });
}

Nest *nest_interchange(const Nest *nest, const char *const *order, uint32_t n, GError **error)
{
    return reordered(nest, (Reorder){ .order = order, .n = n, .error = error });
}
