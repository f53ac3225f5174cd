/*
 * nest_model - a loop nest walked slowly.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "nest_model.h"

#include <CUnit/CUnit.h>

#include "nest_indices.h"
#include "workload/nest_range.h"

typedef struct {
    const Nest *nest;
    NestArray **arrays;
    uint32_t n_arrays;
    const uint64_t *bases;
    NestIndices indices;
    NestPath path;
    NestModel result;
} Walk;

static void touch(Walk *walk, const NestAccess *access, int64_t element, uint32_t elements)
{
    const uint32_t bits = element_bits(access->array->type);
    const uint32_t bytes = (elements * bits + 7) / 8;
    uint32_t i = 0;

    if (access->array->scratch) {
        *(access->write ? &walk->result.scratch_writes : &walk->result.scratch_reads) += 1;
        walk->result.scratch_bytes += bytes;
        return;
    }
    while (walk->arrays[i] != access->array)
        i++;
    const ModelAccess made = { walk->bases[i] + (uint64_t)element * bits / 8, bytes,
                               access->write ? ACCESS_WRITE : ACCESS_READ };

    g_array_append_val(walk->result.accesses, made);
}

/* Where it is known that vectors do, they do. */
static bool begins_on_bytes(const Walk *walk, const NestAccess *access, int64_t first)
{
    const bool known = nest_begins_on_bytes(&walk->path, access);

    CU_ASSERT_TRUE(!known || first * element_bits(access->array->type) % 8 == 0);
    return known;
}

/* The statement for n iterations at once of the loop, the innermost that is running; loop NULL: once. */
static void run_statement(Walk *walk, const NestStatement *statement, const NestLoop *loop,
                          uint32_t n)
{
    NestIndices *indices = &walk->indices;
    int64_t *index = loop ? &indices->values[indices->n - 1] : NULL;

    walk->result.flops += statement->flops * n;
    for (uint32_t i = 0; i < statement->n_accesses; i++) {
        const NestAccess *access = &statement->accesses[i];
        const int64_t first = nestindices_element(indices, access);
        bool looks_up = false;

        for (uint32_t j = 0; loop && j < access->array->n_dims; j++)
            looks_up = looks_up || expr_looks_up(&access->subscripts[j], loop->index);
        if (!loop || loop->vector == 1) {
            touch(walk, access, first, 1);
            continue;
        }
        *index += loop->step;
        const int64_t moves = looks_up ? 2 : nestindices_element(indices, access) - first;

        *index -= loop->step;
        if (moves == 0 || (moves == 1 && begins_on_bytes(walk, access, first))) {
            touch(walk, access, first, moves == 1 ? n : 1);
            continue;
        }
        for (uint32_t lane = 0; lane < n; lane++) {
            touch(walk, access, nestindices_element(indices, access), 1);
            *index += loop->step;
        }
        *index -= (int64_t)n * loop->step;
    }
}

static void run_body(Walk *walk, const NestBody *body, const NestLoop *loop, uint32_t n);

static void run_loop(Walk *walk, const NestLoop *loop)
{
    NestIndices *indices = &walk->indices;
    const int64_t from = nestindices_from(indices, loop);
    const int64_t below = nestindices_below(indices, loop);

    if (from >= below)
        return;
    run_body(walk, &loop->before, NULL, 1);
    nestindices_enter(indices, loop->index);
    walk->path.loops[walk->path.n_loops++] = loop;
    for (int64_t at = from; at < below; at += loop->step * loop->vector) {
        int64_t n = 0;

        while (n < loop->vector && at + n * loop->step < below)
            n++;
        nestindices_set(indices, at);
        run_body(walk, &loop->body, loop, (uint32_t)n);
    }
    nestindices_leave(indices);
    walk->path.n_loops--;
    run_body(walk, &loop->after, NULL, 1);
}

static void run_body(Walk *walk, const NestBody *body, const NestLoop *loop, uint32_t n)
{
    for (uint32_t i = 0; i < body->n_nodes; i++)
        if (body->nodes[i]->kind == NEST_LOOP)
            run_loop(walk, &body->nodes[i]->loop);
        else
            run_statement(walk, &body->nodes[i]->statement, loop, n);
}

NestModel nestmodel_run(const Nest *nest, const uint64_t *bases)
{
    Walk walk = { .nest = nest, .bases = bases };

    walk.result.accesses = g_array_new(FALSE, FALSE, sizeof(ModelAccess));
    walk.arrays = nest_arrays(nest, &walk.n_arrays);
    run_body(&walk, &nest->body, NULL, 1);
    g_free(walk.arrays);
    return walk.result;
}

void nestmodel_clear(NestModel *model)
{
    g_array_unref(model->accesses);
}
