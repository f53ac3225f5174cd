/*
 * nest_walk - runs a loop nest as it reads.
 *
 * SPDX-License-Identifier: MIT
 */
#include "nest_walk.h"

#include <assert.h>

#include "nest_indices.h"

typedef struct {
    NestIndices indices;
    /* loops of which this is not the first iteration of a vector */
    const NestLoop *vector[NEST_INDICES_MAX];
    uint32_t n_vector;
    const NestWalk *walk;
} Walker;

static bool moves(const NestAccess *access, const NestLoop *loop)
{
    for (uint32_t d = 0; d < access->array->n_dims; d++)
        if (expr_uses(&access->subscripts[d], loop->index))
            return true;
    return false;
}

static void touch(const Walker *walker, const NestAccess *access)
{
    for (uint32_t i = 0; i < walker->n_vector; i++)
        if (!moves(access, walker->vector[i]))
            return;
    if (walker->walk->touch)
        walker->walk->touch(access, nestindices_element(&walker->indices, access),
                            walker->walk->data);
}

static void tell(void (*what)(const NestLoop *, void *), const Walker *walker, const NestLoop *loop)
{
    if (what)
        what(loop, walker->walk->data);
}

static void walk_body(Walker *walker, const NestBody *body);

static void walk_loop(Walker *walker, const NestLoop *loop)
{
    NestIndices *indices = &walker->indices;
    const int64_t from = nestindices_from(indices, loop);
    const int64_t below = nestindices_below(indices, loop);
    uint32_t lane = 0;

    assert(loop->step >= 1 && loop->vector >= 1);
    if (from >= below)
        return;
    tell(walker->walk->enter, walker, loop);
    walk_body(walker, &loop->before);
    nestindices_enter(indices, loop->index);
    for (int64_t value = from; value < below; value += loop->step, lane++) {
        const bool later = loop->vector > 1 && lane % loop->vector != 0;

        nestindices_set(indices, value);
        if (later)
            walker->vector[walker->n_vector++] = loop;
        tell(walker->walk->iterate, walker, loop);
        walk_body(walker, &loop->body);
        walker->n_vector -= later;
    }
    nestindices_leave(indices);
    walk_body(walker, &loop->after);
    tell(walker->walk->leave, walker, loop);
}

static void walk_body(Walker *walker, const NestBody *body)
{
    for (uint32_t i = 0; i < body->n_nodes; i++) {
        const NestNode *node = body->nodes[i];

        if (node->kind == NEST_LOOP) {
            assert(walker->n_vector == 0 && "nothing stands inside a vector");
            walk_loop(walker, &node->loop);
            continue;
        }
        if (walker->walk->statement)
            walker->walk->statement(&node->statement, walker->walk->data);
        for (uint32_t j = 0; j < node->statement.n_accesses; j++)
            touch(walker, &node->statement.accesses[j]);
    }
}

void nest_walk(const Nest *nest, const NestWalk *walk)
{
    Walker walker = { .walk = walk };

    walk_body(&walker, &nest->body);
}

static void add_touch(const NestAccess *access, int64_t element, void *data)
{
    const Touch one = { access->array, element, access->write };

    g_array_append_val(((Touches *)data)->touches, one);
}

static void add_flops(const NestStatement *statement, void *data)
{
    ((Touches *)data)->flops += statement->flops;
}

static gint by_place(gconstpointer a, gconstpointer b)
{
    const Touch *x = a, *y = b;

    if (x->array != y->array)
        return x->array < y->array ? -1
                                   : 1; /* any order does, as long as it is the same for both */
    if (x->element != y->element)
        return x->element < y->element ? -1 : 1;
    return (int)x->write - (int)y->write;
}

void touches_sort(Touches *touches)
{
    g_array_sort(touches->touches, by_place);
}

Touches touches_of(const Nest *nest)
{
    Touches touches = { g_array_new(FALSE, TRUE, sizeof(Touch)), 0 };
    const NestWalk walk = { .touch = add_touch, .statement = add_flops, .data = &touches };

    nest_walk(nest, &walk);
    touches_sort(&touches);
    return touches;
}

void touches_clear(Touches *touches)
{
    g_array_unref(touches->touches);
}

bool touches_equal(const Touches *a, const Touches *b)
{
    if (a->flops != b->flops || a->touches->len != b->touches->len)
        return false;
    for (guint i = 0; i < a->touches->len; i++)
        if (by_place(&g_array_index(a->touches, Touch, i), &g_array_index(b->touches, Touch, i)) !=
            0)
            return false;
    return true;
}
