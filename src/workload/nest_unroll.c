/*
 * nest_unroll - copies of a loop's body, jammed into the loops inside it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/error.h"
#include "workload/nest_edit.h"

typedef struct {
    Nest *nest;
    const NestFactor *copies;
    const char *strip; /* name of the loop that steps over the copies */
    GError **error;
} Unrolling;

/* The loop at the slot becomes the strip loop; its iterations go inside as copies. */
static bool unroll_loop(const Unrolling *unrolling, NestNode *node)
{
    NestPool *pool = unrolling->nest->pool;
    NestLoop *loop = &node->loop;
    int64_t step;

    if (loop->copies > 0)
        return refuse_config(unrolling->error, "unroll: '%s' is unrolled already", loop->index);
    if (loop->threads)
        return refuse_config(unrolling->error,
                             "unroll: the iterations of '%s' are threads; unroll it before",
                             loop->index);
    if (loop->vector > 1)
        return refuse_config(unrolling->error, "unroll: '%s' is vectorized; unroll it before",
                             loop->index);
    if (__builtin_mul_overflow(unrolling->copies->count, loop->step, &step) ||
        step > (INT64_C(1) << 61))
        return refuse_config(unrolling->error, "unroll: %s = %lld is too much", loop->index,
                             (long long)unrolling->copies->count);
    NestLoop inner = edit_strip(pool, loop, unrolling->strip, step);

    inner.copies = (uint32_t)MIN(unrolling->copies->count, UINT32_MAX);
    return edit_push_inside(pool, &inner, &loop->body, "unroll", unrolling->error);
}

static bool unroll_body(const Unrolling *unrolling, NestBody *body)
{
    for (uint32_t i = 0; i < body->n_nodes; i++) {
        NestNode *node = body->nodes[i];

        if (node->kind != NEST_LOOP)
            continue;
        if (strcmp(node->loop.index, unrolling->copies->index) != 0) {
            if (!unroll_body(unrolling, &node->loop.body))
                return false;
        } else if (!unroll_loop(unrolling, node)) {
            return false;
        }
    }
    return true;
}

/* Where the loop over the index stands, in the order of nest_visit: a number that grows inwards. */
typedef struct {
    const char *index;
    uint32_t at, place;
    bool found;
} Place;

static void find_place(NestNode *node, void *data)
{
    Place *place = data;

    place->at++;
    if (!place->found && node->kind == NEST_LOOP && strcmp(node->loop.index, place->index) == 0) {
        place->place = place->at;
        place->found = true;
    }
}

static uint32_t place_of(const Nest *nest, const char *index)
{
    Place place = { .index = index };

    nest_visit(&nest->body, find_place, &place);
    return place.place;
}

/* The factor whose loop is the next one after `after` in the nest; NULL at the end. */
static const NestFactor *next_factor(const Nest *nest, const NestFactor *copies, uint32_t n,
                                     uint32_t after)
{
    const NestFactor *next = NULL;

    for (uint32_t i = 0; i < n; i++) {
        const uint32_t place = place_of(nest, copies[i].index);

        if (place > after && (next == NULL || place < place_of(nest, next->index)))
            next = &copies[i];
    }
    return next;
}

Nest *nest_unroll(const Nest *nest, const NestFactor *copies, uint32_t n, GError **error)
{
    if (!edit_check_factors(nest, "unroll", copies, n, error))
        return NULL;
    Nest *unrolled = nest_copy(nest);
    const NestFactor *factor = next_factor(nest, copies, n, 0);
    bool fine = true;

    while (fine && factor) {
        g_autofree char *stem = g_strconcat(factor->index, "_unroll", NULL);
        const Unrolling unrolling = { unrolled, factor, edit_new_index(unrolled, stem), error };

        fine = unroll_body(&unrolling, &unrolled->body);
        factor = next_factor(nest, copies, n, place_of(nest, factor->index));
    }
    return edit_finish(unrolled, fine, "unroll", error);
}
