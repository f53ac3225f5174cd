/*
 * nest_mark - which loop is dealt to the cores, and which run over vectors.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "workload/nest_check.h"
#include "workload/nest_edit.h"

/* ---- dealt ---- */

typedef struct {
    const char *index;
    NestDeal deal;
} Dealing;

static void set_deal(NestNode *node, void *data)
{
    const Dealing *dealing = data;
    NestLoop *loop = &node->loop;

    if (node->kind != NEST_LOOP)
        return;
    loop->deal = strcmp(loop->index, dealing->index) == 0 ? dealing->deal : DEAL_NONE;
    if (loop->deal == DEAL_NONE)
        loop->block_threads = 0;
}

Nest *nest_parallel(const Nest *nest, const char *index, NestDeal deal, GError **error)
{
    Dealing dealing = { index, deal };

    if (!edit_check_index(nest, "parallel", index, error))
        return NULL;
    if (nest_find(nest, index)->threads) {
        refuse_config(
            error, "parallel: the iterations of '%s' are threads of a block, which one core runs",
            index);
        return NULL;
    }
    Nest *dealt = nest_copy(nest);

    nest_visit(&dealt->body, set_deal, &dealing);
    return edit_finish(dealt, true, "parallel", error);
}

/* ---- vectors ---- */

typedef struct {
    Nest *nest;
    uint64_t width_bytes; /* of a vector; 0: it has so many elements */
    uint32_t elements;
    uint32_t vectorized; /* loops */
    const char *tried;   /* an innermost loop in which nothing moves by one element, or NULL */
    bool any;            /* such loops, too */
    GError **error;
} Vectorizing;

/* What is in a loop, seen from it. */
typedef struct {
    const NestLoop *loop;
    uint32_t bits; /* of the widest element; 0: nothing moves by one */
    bool loops, only_copies, threads;
} Inside;

static bool moves_by_one(const NestLoop *loop, const NestAccess *access)
{
    uint64_t moved = 0; /* wraps where the loop has one iteration */

    for (uint32_t d = 0; d < access->array->n_dims; d++) {
        if (expr_looks_up(&access->subscripts[d], loop->index))
            return false;
        moved += (uint64_t)expr_scale_of(&access->subscripts[d], loop->index) *
                 access->array->strides[d];
    }
    return loop->step == 1 && moved == 1;
}

static void look_inside(NestNode *node, void *data)
{
    Inside *inside = data;

    if (node->kind == NEST_LOOP) {
        inside->loops = true;
        inside->threads |= node->loop.threads;
        inside->only_copies &= node->loop.copies > 0;
        return;
    }
    for (uint32_t i = 0; i < node->statement.n_accesses; i++) {
        const NestAccess *access = &node->statement.accesses[i];

        if (moves_by_one(inside->loop, access))
            inside->bits = MAX(inside->bits, element_bits(access->array->type));
    }
}

/* The vectors of a loop around copies stand inside these: it steps from one to the next. */
static bool sink_vectors(Vectorizing *vectorizing, NestLoop *loop, uint32_t elements)
{
    NestPool *pool = vectorizing->nest->pool;
    g_autofree char *stem = g_strconcat(loop->index, "_vector", NULL);
    const char *strip = edit_new_index(vectorizing->nest, stem);
    NestLoop vector = edit_strip(pool, loop, strip, loop->step * elements);

    vector.threads = false;
    vector.copies = 1;
    vector.vector = elements;
    vector.per_thread = vectorizing->width_bytes == 0 ? 1 : 0;
    return edit_push_inside(pool, &vector, &loop->body, "vectorize", vectorizing->error);
}

/* Elements of a vector, which the widest of them fill. */
static bool find_elements(const Vectorizing *vectorizing, const NestLoop *loop,
                          const Inside *inside, uint32_t *elements)
{
    const uint64_t bits = 8 * vectorizing->width_bytes;

    if (bits == 0) {
        *elements = vectorizing->elements;
        return true;
    }
    *elements = (uint32_t)(bits / inside->bits);
    if (bits % inside->bits == 0 && bits / inside->bits <= NEST_VECTOR_MAX)
        return true;
    return refuse_config(vectorizing->error,
                         "vectorize: %llu bytes are no number from 1 to %d of elements of %u bits, "
                         "as loop '%s' has them",
                         (unsigned long long)vectorizing->width_bytes, NEST_VECTOR_MAX,
                         inside->bits, loop->index);
}

static bool vectorize_loop(Vectorizing *vectorizing, NestLoop *loop, const Inside *inside)
{
    uint32_t elements;

    if (!find_elements(vectorizing, loop, inside, &elements))
        return false;
    vectorizing->vectorized++;
    if (elements > 1 && inside->loops)
        return sink_vectors(vectorizing, loop, elements);
    loop->vector = elements;
    loop->per_thread = vectorizing->width_bytes == 0 ? 1 : 0;
    return true;
}

static bool vectorize_body(Vectorizing *vectorizing, NestBody *body);

/* The innermost loop over the threads of a block: neighbours are of one warp, whatever they ask for. */
static bool is_over_warps(const Vectorizing *vectorizing, const Inside *inside)
{
    return vectorizing->width_bytes == 0 && inside->loop->threads && !inside->threads;
}

static bool vectorize_edges(Vectorizing *vectorizing, NestLoop *loop)
{
    return vectorize_body(vectorizing, &loop->before) && vectorize_body(vectorizing, &loop->after);
}

/* From the innermost loops outwards: the first in which something moves by one element, unless more than copies stands
 * in it. */
static bool vectorize_body(Vectorizing *vectorizing, NestBody *body)
{
    for (uint32_t i = 0; i < body->n_nodes; i++) {
        NestNode *node = body->nodes[i];
        Inside inside = { .loop = &node->loop, .only_copies = true };

        if (node->kind != NEST_LOOP)
            continue;
        nest_visit(&node->loop.body, look_inside, &inside);
        if (is_over_warps(vectorizing, &inside)) {
            if (!vectorize_loop(vectorizing, &node->loop, &inside))
                return false;
            continue;
        }
        const uint32_t before = vectorizing->vectorized;

        if (!vectorize_body(vectorizing, &node->loop.body) ||
            (inside.threads && !vectorize_edges(vectorizing, &node->loop)))
            return false;
        if (!inside.only_copies || vectorizing->vectorized > before)
            continue;
        if (inside.bits == 0 && !vectorizing->any)
            vectorizing->tried = node->loop.index;
        else if (!vectorize_loop(vectorizing, &node->loop, &inside))
            return false;
    }
    return true;
}

static bool vectorize(Vectorizing *vectorizing)
{
    const NestLoop *already = edit_find_loop(vectorizing->nest, edit_is_vector);
    const NestLoop *threads = edit_find_loop(vectorizing->nest, edit_is_threads);

    if (threads && vectorizing->width_bytes > 0)
        return refuse_config(
            vectorizing->error,
            "vectorize: the iterations of loop '%s' are threads, which ask together "
            "as the machine has it (compute.warp)",
            threads->index);
    if (already)
        return refuse_config(vectorizing->error, "vectorize: loop '%s' is vectorized already",
                             already->index);
    if (!vectorize_body(vectorizing, &vectorizing->nest->body))
        return false;
    if (vectorizing->vectorized > 0)
        return true;
    if (vectorizing->tried &&
        vectorizing->width_bytes == 0) { /* threads ask together whatever they ask for */
        vectorizing->any = true;
        return vectorize_body(vectorizing, &vectorizing->nest->body);
    }
    if (vectorizing->tried == NULL)
        return refuse_config(vectorizing->error, "vectorize: the nest has no loops");
    return refuse_config(
        vectorizing->error,
        "vectorize: no access moves by one element in loop '%s'; :interchange so that "
        "a contiguous one is innermost",
        vectorizing->tried);
}

Nest *nest_vectorize(const Nest *nest, uint64_t width_bytes, GError **error)
{
    Vectorizing vectorizing = { .width_bytes = width_bytes, .error = error };

    if (width_bytes < 1 || width_bytes > 65536) {
        refuse_config(error, "vectorize: %llu bytes are out of range (1 to 65536)",
                      (unsigned long long)width_bytes);
        return NULL;
    }
    vectorizing.nest = nest_copy(nest);
    return edit_finish(vectorizing.nest, vectorize(&vectorizing), "vectorize", error);
}

/* Vectors of neighbouring threads are asked for together, but for those within copies. */
static void join_vectors(NestNode *node, void *data)
{
    const uint32_t threads = *(const uint32_t *)data;
    NestLoop *loop = &node->loop;

    if (node->kind != NEST_LOOP || loop->vector == 1 || loop->copies > 0 ||
        loop->vector > NEST_TOGETHER_MAX / threads)
        return;
    loop->per_thread = loop->vector;
    loop->vector *= threads;
}

Nest *nest_coalesce(const Nest *nest, uint32_t threads, GError **error)
{
    Vectorizing vectorizing = { .nest = nest_copy(nest), .elements = threads, .error = error };

    assert(threads <= NEST_VECTOR_MAX);
    if (edit_find_loop(nest, edit_is_vector)) {
        nest_visit(&vectorizing.nest->body, join_vectors, &threads);
        return vectorizing.nest;
    }
    return edit_finish(vectorizing.nest, vectorize(&vectorizing), "vectorize", error);
}
