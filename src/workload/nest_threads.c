/*
 * nest_threads - a loop nest as the groups of threads of a GPU run it.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/nest_threads.h"

#include <string.h>

#include "base/error.h"
#include "workload/nest_edit.h"
#include "workload/nest_transform.h"

enum {
    /* Iterations of a loop with none inside that are dealt at a time: the threads of a block of usual size. */
    BLOCK_THREADS = 256,
    /* As many as a block can have on GPUs: where it is not said how many there are. */
    BLOCK_THREADS_MAX = 1024
};

static void is_loop(NestNode *node, void *data)
{
    bool *found = data;

    *found = *found || (node->kind == NEST_LOOP && node->loop.copies == 0);
}

/* Copies that unrolling has made are none. */
static bool has_loops(const NestBody *body)
{
    bool found = false;

    nest_visit(body, is_loop, &found);
    return found;
}

#define STEP_MAX (INT64_C(1) << 60) /* beyond any bound */

/* Split the loop in two: one that steps from block to block, and is dealt, and within it the threads of a block. */
static void deal_in_blocks(Nest *nest, NestNode *node)
{
    NestPool *pool = nest->pool;
    NestLoop *blocks = &node->loop;
    g_autofree char *stem = g_strconcat(blocks->index, "_block", NULL);
    const char *index = edit_new_index(nest, stem);
    const int64_t elements = (int64_t)BLOCK_THREADS * blocks->vector;
    const int64_t step = blocks->step > STEP_MAX / elements ? STEP_MAX : blocks->step * elements;
    const NestNode threads = { .kind = NEST_LOOP, .loop = edit_strip(pool, blocks, index, step) };

    blocks->vector = 1;
    blocks->deal = DEAL_GRID;
    blocks->block_threads = BLOCK_THREADS;
    blocks->body = edit_body_of(pool, nest_copy_node(pool, &threads));
}

static void deal(Nest *nest, NestNode *node)
{
    NestLoop *loop = &node->loop;

    if (!has_loops(&loop->body)) {
        deal_in_blocks(nest, node);
        return;
    }
    loop->deal = DEAL_GRID;
    if (loop->block_threads == 0)
        loop->block_threads = BLOCK_THREADS_MAX;
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

/* ---- written as blocks of threads ---- */

typedef struct {
    Nest *nest;
    const NestFactor *threads; /* [n] */
    const char **blocks;       /* [n], the loops over blocks */
    uint32_t n, block_threads;
    GError **error;
} Blocking;

/* What is said of the loop's threads; NULL: nothing. */
static const NestFactor *threads_of(const Blocking *blocking, const NestLoop *loop)
{
    for (uint32_t i = 0; i < blocking->n; i++)
        if (strcmp(blocking->threads[i].index, loop->index) == 0)
            return &blocking->threads[i];
    return NULL;
}

static bool is_of_blocks(const Blocking *blocking, const NestLoop *loop)
{
    for (uint32_t i = 0; i < blocking->n; i++)
        if (strcmp(blocking->blocks[i], loop->index) == 0)
            return true;
    return false;
}

static bool sink_threads(const Blocking *blocking, NestBody *body);

/* Of the loop what is in it remains, with the loop around every statement. */
static bool sink_loop(const Blocking *blocking, NestLoop *loop)
{
    NestLoop threads = *loop;

    threads.threads = true;
    threads.before = threads.after = (NestBody){ 0 };
    return edit_push_inside(blocking->nest->pool, &threads, &loop->body, "threads",
                            blocking->error) &&
           sink_threads(blocking, &loop->body);
}

/* The loops that are named go inwards, from the outermost on. */
static bool sink_threads(const Blocking *blocking, NestBody *body)
{
    NestPool *pool = blocking->nest->pool;
    NestBody sunk = { 0 };

    for (uint32_t i = 0; i < body->n_nodes; i++) {
        NestNode *node = body->nodes[i];
        NestLoop *loop = &node->loop;

        if (node->kind == NEST_LOOP && threads_of(blocking, loop) && !loop->threads) {
            if (!sink_loop(blocking, loop))
                return false;
            for (uint32_t j = 0; j < loop->body.n_nodes; j++)
                nest_append(pool, &sunk, loop->body.nodes[j]);
            continue;
        }
        if (node->kind == NEST_LOOP &&
            (!sink_threads(blocking, &loop->before) || !sink_threads(blocking, &loop->body) ||
             !sink_threads(blocking, &loop->after)))
            return false;
        nest_append(pool, &sunk, node);
    }
    *body = sunk;
    return true;
}

/* Deal the innermost loops over blocks, and no others.  Returns whether there is one. */
static bool deal_blocks(const Blocking *blocking, const NestBody *body)
{
    bool found = false;

    for (uint32_t i = 0; i < body->n_nodes; i++) {
        NestLoop *loop = &body->nodes[i]->loop;

        if (body->nodes[i]->kind != NEST_LOOP)
            continue;
        const bool inside = deal_blocks(blocking, &loop->body);
        const bool innermost = is_of_blocks(blocking, loop) && !inside;

        loop->deal = innermost ? DEAL_AS_MACHINE : DEAL_NONE;
        loop->block_threads = innermost ? blocking->block_threads : 0;
        found = found || inside || innermost;
    }
    return found;
}

/* ---- of a nest that says what is dealt ---- */

/* Iterations of the loop, where it has as many each time; else 0. */
static int64_t iterations_of(const Blocking *blocking, const NestLoop *loop)
{
    const NestExpr span = expr_subtract(blocking->nest->pool, loop->below[0], loop->from[0]);

    if (loop->n_from > 1 || loop->n_below > 1 || span.n_terms > 0 || span.n_lookups > 0)
        return 0;
    return (span.constant + loop->step - 1) / loop->step;
}

/* Whether the loop can be one over threads as it stands. */
static bool check_stands(const Blocking *blocking, const NestLoop *loop, bool in_block)
{
    const NestFactor *threads = threads_of(blocking, loop);
    const int64_t iterations = iterations_of(blocking, loop);

    if (!in_block)
        return refuse_config(
            blocking->error,
            "threads: loop '%s' does not stand in a loop that is dealt (:parallel), "
            "whose iterations are the blocks",
            loop->index);
    if (edit_has_edges(loop))
        return refuse_config(blocking->error, "threads: loop '%s' has accesses before or after it",
                             loop->index);
    if (iterations > threads->count)
        return refuse_config(blocking->error,
                             "threads: loop '%s' has %lld iterations, which are to be %lld threads",
                             loop->index, (long long)iterations, (long long)threads->count);
    return true;
}

/* An iteration of a loop that is dealt is a block; the loops over its threads are there. */
static bool mark_blocks(const Blocking *blocking, const NestBody *body, bool in_block)
{
    for (uint32_t i = 0; i < body->n_nodes; i++) {
        NestLoop *loop = &body->nodes[i]->loop;

        if (body->nodes[i]->kind != NEST_LOOP)
            continue;
        const bool blocks = loop->deal != DEAL_NONE;

        if (threads_of(blocking, loop) && !check_stands(blocking, loop, in_block))
            return false;
        if (blocks)
            loop->block_threads = blocking->block_threads;
        if (!mark_blocks(blocking, &loop->body, in_block || blocks))
            return false;
    }
    return true;
}

static bool is_dealt(const NestLoop *loop)
{
    return loop->deal != DEAL_NONE;
}

/* ---- both ---- */

static bool is_at_once(const NestLoop *loop)
{
    return edit_is_threads(loop) || edit_is_vector(loop);
}

/* Whether there can be a block of so many. */
static bool check_block(Blocking *blocking)
{
    const NestLoop *already = edit_find_loop(blocking->nest, is_at_once);
    uint64_t product = 1;

    if (already)
        return refuse_config(blocking->error, "threads: loop '%s' is of threads or vectors already",
                             already->index);
    for (uint32_t i = 0; i < blocking->n; i++) {
        if (blocking->threads[i].count > BLOCK_THREADS_MAX)
            return refuse_config(blocking->error, "threads: %s = %lld; a block has at most %d",
                                 blocking->threads[i].index, (long long)blocking->threads[i].count,
                                 BLOCK_THREADS_MAX);
        product *= (uint64_t)blocking->threads[i].count;
        if (product > BLOCK_THREADS_MAX)
            return refuse_config(blocking->error,
                                 "threads: these are more than the %d that a block has at most",
                                 BLOCK_THREADS_MAX);
    }
    blocking->block_threads = (uint32_t)product;
    return true;
}

/* Make the loops over blocks, unless there are such, and those over threads. */
static bool block(Blocking *blocking)
{
    NestBody *body = &blocking->nest->body;

    if (!check_block(blocking))
        return false;
    if (edit_find_loop(blocking->nest, is_dealt))
        return mark_blocks(blocking, body, false) && sink_threads(blocking, body);
    if (!edit_tile(blocking->nest, "threads", blocking->threads, blocking->blocks, blocking->n,
                   blocking->error))
        return false;
    deal_blocks(blocking, body);
    return sink_threads(blocking, body);
}

Nest *nest_threads(const Nest *nest, const NestFactor *threads, uint32_t n, GError **error)
{
    if (!edit_check_factors(nest, "threads", threads, n, error))
        return NULL;
    Blocking blocking = { .nest = nest_copy(nest), .threads = threads, .n = n, .error = error };

    blocking.blocks = edit_new_indices(blocking.nest, threads, n, "_block");
    return edit_finish(blocking.nest, block(&blocking), "threads", error);
}

/* ---- as a machine has them ---- */

Nest *nest_for_threads(const Nest *nest, uint32_t warp, bool blocks)
{
    Nest *threads = nest_copy(nest);

    if (blocks)
        deal_body(threads, &threads->body, true);
    if (warp <= 1)
        return threads;
    Nest *grouped = nest_coalesce(threads, warp, NULL);

    if (!grouped) /* it has no loops */
        return threads;
    nest_unref(threads);
    return grouped;
}
