/*
 * nest_stage - what a loop's body touches of an array is copied into a buffer, used there and copied back.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/error.h"
#include "workload/nest_box.h"
#include "workload/nest_edit.h"

typedef struct {
    Nest *nest;
    const NestStage *stage;
    GPtrArray *around; /* NestLoop, outermost first */
    GPtrArray *boxes;  /* NestBox of each loop over the index that touches the array, in order */
    GPtrArray *loops;  /* those loops */
    NestArray *buffer;
    const char *names[NEST_DIMS_MAX]; /* indices of the copying loops */
    GError **error;
} Staging;

static bool find_boxes(Staging *staging, NestBody *body);

static bool find_in_loop(Staging *staging, NestLoop *loop)
{
    bool fine = true;
    NestBox *box = NULL;

    g_ptr_array_add(staging->around, loop);
    if (strcmp(loop->index, staging->stage->at) != 0)
        fine = find_boxes(staging, &loop->body);
    else if (loop->vector > 1)
        fine = refuse_config(staging->error, "stage: loop '%s' is vectorized; stage before",
                             loop->index);
    else
        fine = nestbox_new(staging->nest->pool, staging->around, staging->stage->array, &box,
                           staging->error);
    g_ptr_array_set_size(staging->around, (gint)staging->around->len - 1);
    if (box) {
        g_ptr_array_add(staging->boxes, box);
        g_ptr_array_add(staging->loops, loop);
    }
    return fine;
}

static bool find_boxes(Staging *staging, NestBody *body)
{
    for (uint32_t i = 0; i < body->n_nodes; i++)
        if (body->nodes[i]->kind == NEST_LOOP && !find_in_loop(staging, &body->nodes[i]->loop))
            return false;
    return true;
}

/* ---- the buffer ---- */

static bool is_name_taken(const Nest *nest, const char *name)
{
    uint32_t n = 0;
    g_autofree NestArray **arrays = nest_arrays(nest, &n);

    for (uint32_t i = 0; i < n; i++)
        if (strcmp(arrays[i]->name, name) == 0)
            return true;
    return false;
}

static char *buffer_name(const Nest *nest, const NestArray *array)
{
    char *name = g_strdup_printf("%s_buffer", array->name);

    for (unsigned number = 2; is_name_taken(nest, name); number++) {
        g_free(name);
        name = g_strdup_printf("%s_buffer%u", array->name, number);
    }
    return name;
}

/* As large as the largest box, packed in the order of the array. */
static bool make_buffer(Staging *staging)
{
    const NestArray *array = staging->stage->array;
    g_autofree char *name = buffer_name(staging->nest, array);
    uint64_t extents[NEST_DIMS_MAX] = { 0 };
    double elements = 1;

    for (uint32_t d = 0; d < array->n_dims; d++) {
        for (guint i = 0; i < staging->boxes->len; i++)
            extents[d] = MAX(extents[d], ((NestBox *)staging->boxes->pdata[i])->sides[d].extent);
        elements *= (double)extents[d];
    }
    if (elements > 0x1p50)
        return refuse_config(staging->error, "stage: the buffer of '%s' would have %.3g elements",
                             array->name, elements);
    NestArray *buffer = nest_array_new(name, array->type, extents, array->n_dims);

    if (array->strides[0] < array->strides[array->n_dims - 1])
        nest_array_set_layout(buffer, LAYOUT_COLUMN, 0);
    buffer->scratch = staging->stage->place != STAGE_MEMORY;
    buffer->registers = staging->stage->place == STAGE_REGISTERS;
    staging->buffer = nestpool_keep(staging->nest->pool, buffer);
    nest_array_unref(buffer);
    for (uint32_t d = 0; d < array->n_dims; d++) {
        g_autofree char *stem = g_strdup_printf("%s_%u", name, d + 1);

        staging->names[d] = edit_new_index(staging->nest, stem);
    }
    return true;
}

/* ---- copying ---- */

static bool is_constant(const GArray *bounds, int64_t value)
{
    const NestExpr *bound = &g_array_index(bounds, NestExpr, 0);

    return bounds->len == 1 && expr_is_constant(bound) && bound->constant == value;
}

/* Whether it is one element, always: it takes no loop. */
static bool is_single(const NestSide *side)
{
    return is_constant(side->from, 0) && is_constant(side->below, 1);
}

/* The loop over one side of the box. */
static NestNode *copy_loop(const Staging *staging, const NestSide *side, uint32_t d)
{
    NestPool *pool = staging->nest->pool;
    NestNode *node = nest_loop(pool, staging->names[d], g_array_index(side->from, NestExpr, 0),
                               g_array_index(side->below, NestExpr, 0), 1);

    for (guint i = 1; i < side->from->len; i++)
        nest_also_from(pool, &node->loop, g_array_index(side->from, NestExpr, i));
    for (guint i = 1; i < side->below->len; i++)
        nest_also_below(pool, &node->loop, g_array_index(side->below, NestExpr, i));
    return node;
}

/* One element from the array to the buffer, or back. */
static NestNode *copy_statement(const Staging *staging, const NestBox *box, bool back)
{
    NestPool *pool = staging->nest->pool;
    NestNode *node = nest_statement(pool, 0);
    NestExpr of_array[NEST_DIMS_MAX], of_buffer[NEST_DIMS_MAX];

    for (uint32_t d = 0; d < box->array->n_dims; d++) {
        const NestSide *side = &box->sides[d];

        of_buffer[d] = is_single(side) ? expr_constant(0) : expr_index(pool, staging->names[d]);
        of_array[d] = expr_add_scaled(pool, side->origin, side->unit, of_buffer[d]);
    }
    nest_access(pool, &node->statement, back ? staging->buffer : box->array,
                back ? of_buffer : of_array, false);
    nest_access(pool, &node->statement, back ? box->array : staging->buffer,
                back ? of_array : of_buffer, true);
    return node;
}

/* The loops of a copy, the contiguous dimension innermost. */
static NestNode *copy_of(const Staging *staging, const NestBox *box, bool back)
{
    const NestArray *array = box->array;
    const bool columns = array->strides[0] < array->strides[array->n_dims - 1];
    NestNode *node = copy_statement(staging, box, back);

    for (uint32_t i = 0; i < array->n_dims; i++) {
        const uint32_t d = columns ? i : array->n_dims - 1 - i;

        if (is_single(&box->sides[d]))
            continue;
        NestNode *loop = copy_loop(staging, &box->sides[d], d);

        loop->loop.body = edit_body_of(staging->nest->pool, node);
        node = loop;
    }
    return node;
}

/* ---- the loop's body ---- */

typedef struct {
    const Staging *staging;
    const NestBox *box;
} Redirection;

static void redirect(NestNode *node, void *data)
{
    const Redirection *to = data;
    NestPool *pool = to->staging->nest->pool;

    if (node->kind != NEST_STATEMENT)
        return;
    for (uint32_t i = 0; i < node->statement.n_accesses; i++) {
        NestAccess *access = &node->statement.accesses[i];

        if (access->array != to->box->array)
            continue;
        NestExpr *subscripts = nestpool_alloc(pool, access->array->n_dims * sizeof *subscripts);

        for (uint32_t d = 0; d < access->array->n_dims; d++) {
            const NestSide *side = &to->box->sides[d];

            subscripts[d] = nestbox_in_units(
                pool, expr_subtract(pool, access->subscripts[d], side->origin), side->unit);
        }
        access->array = to->staging->buffer;
        access->subscripts = subscripts;
    }
}

static void stage_loop(const Staging *staging, NestLoop *loop, const NestBox *box)
{
    NestPool *pool = staging->nest->pool;
    Redirection to = { staging, box };

    nest_visit(&loop->body, redirect, &to);
    if (box->copy_in)
        nest_insert(pool, &loop->body, 0, copy_of(staging, box, false));
    if (box->any_write)
        nest_append(pool, &loop->body, copy_of(staging, box, true));
}

static bool stage_all(Staging *staging)
{
    if (!find_boxes(staging, &staging->nest->body))
        return false;
    if (staging->boxes->len == 0)
        return refuse_config(staging->error, "stage: nothing inside loop '%s' touches array '%s'",
                             staging->stage->at, staging->stage->array->name);
    if (!make_buffer(staging))
        return false;
    for (guint i = 0; i < staging->boxes->len; i++)
        stage_loop(staging, staging->loops->pdata[i], staging->boxes->pdata[i]);
    return true;
}

static void free_box(void *box)
{
    nestbox_free(box);
}

Nest *nest_stage(const Nest *nest, const NestStage *stage, GError **error)
{
    if (!edit_check_index(nest, "stage", stage->at, error))
        return NULL;
    Staging staging = { .nest = nest_copy(nest),
                        .stage = stage,
                        .around = g_ptr_array_new(),
                        .boxes = g_ptr_array_new_with_free_func(free_box),
                        .loops = g_ptr_array_new(),
                        .error = error };
    const bool fine = stage_all(&staging);

    g_ptr_array_unref(staging.around);
    g_ptr_array_unref(staging.boxes);
    g_ptr_array_unref(staging.loops);
    return edit_finish(staging.nest, fine, "stage", error);
}
