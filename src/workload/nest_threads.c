/*
 * nest_threads - a loop nest as the groups of threads of a GPU run it.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/nest_threads.h"

#include "workload/nest_edit.h"
#include "workload/nest_transform.h"

/* Iterations of a loop with none inside that are dealt at a time: the threads of a block of usual size. */
enum { BLOCK_THREADS = 256 };

static void is_loop(NestNode *node, void *data)
{
    bool *found = data;

    *found = *found || (node->kind == NEST_LOOP && !node->loop.unrolled);
}

/* Copies that unrolling has made are none. */
static bool has_loops(const NestBody *body)
{
    bool found = false;

    nest_visit(body, is_loop, &found);
    return found;
}

/* Split the loop in two: one that steps from block to block, and is dealt, and within it the threads of a block. */
static void deal_in_blocks(Nest *nest, NestNode *node)
{
    NestPool *pool = nest->pool;
    NestLoop *blocks = &node->loop;
    g_autofree char *stem = g_strconcat(blocks->index, "_block", NULL);
    const char *index = edit_new_index(nest, stem);
    const NestExpr start = expr_index(pool, index);
    NestNode threads = *node;

    blocks->index = index;
    blocks->step *= BLOCK_THREADS / blocks->vector * blocks->vector;
    blocks->vector = 1;
    blocks->deal = DEAL_GRID;
    threads.loop.deal = DEAL_NONE;
    threads.loop.before = threads.loop.after = (NestBody){ 0 };
    threads.loop.n_from = 0;
    nest_also_from(pool, &threads.loop, start);
    nest_also_below(pool, &threads.loop, expr_add(pool, start, expr_constant(blocks->step)));
    blocks->body = edit_body_of(pool, nest_copy_node(pool, &threads));
}

static void deal(Nest *nest, NestNode *node)
{
    if (has_loops(&node->loop.body))
        node->loop.deal = DEAL_GRID;
    else
        deal_in_blocks(nest, node);
}

/* Deal what is to be dealt as the machine does it.  outermost: a loop in which nothing is said about it, too. */
static void deal_body(Nest *nest, const NestBody *body, bool outermost)
{
    for (uint32_t i = 0; i < body->n_nodes; i++) {
        NestNode *node = body->nodes[i];

        if (node->kind != NEST_LOOP)
            continue;
        if (node->loop.deal == DEAL_AS_MACHINE || (outermost && !nest_is_dealt(node))) {
            deal(nest, node);
            continue;
        }
        deal_body(nest, &node->loop.before, false);
        deal_body(nest, &node->loop.body, false);
        deal_body(nest, &node->loop.after, false);
    }
}

Nest *nest_for_threads(const Nest *nest, uint32_t warp, bool blocks)
{
    Nest *threads = nest_copy(nest);

    if (blocks)
        deal_body(threads, &threads->body, true);
    if (warp <= 1)
        return threads;
    Nest *grouped = nest_coalesce(threads, warp, NULL);

    if (!grouped) /* it has vectors, or nothing moves by one element */
        return threads;
    nest_unref(threads);
    return grouped;
}
