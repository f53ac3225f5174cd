/*
 * nest_indices - the indices of the loops that are running.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "nest_indices.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

/* Where the name stands; n: nowhere. */
static uint32_t find(const NestIndices *indices, const char *name)
{
    uint32_t i = 0;

    while (i < indices->n && strcmp(indices->names[i], name) != 0)
        i++;
    return i;
}

int64_t nestindices_value(const NestIndices *indices, const NestExpr *expr)
{
    int64_t sum = expr->constant;

    for (uint32_t i = 0; i < expr->n_terms; i++) {
        const uint32_t index = find(indices, expr->terms[i].index);

        assert(index < indices->n && "an index is used outside its loop");
        sum += expr->terms[i].scale * indices->values[index];
    }
    for (uint32_t i = 0; i < expr->n_lookups; i++) {
        const NestLookup *lookup = &expr->lookups[i];
        const int64_t at = nestindices_value(indices, &lookup->at);

        assert(at >= 0 && (uint64_t)at < lookup->table->extents[0]);
        sum += lookup->scale * lookup->table->values[at];
    }
    return sum;
}

int64_t nestindices_element(const NestIndices *indices, const NestAccess *access)
{
    int64_t element = 0;

    for (uint32_t d = 0; d < access->array->n_dims; d++)
        element +=
            nestindices_value(indices, &access->subscripts[d]) * (int64_t)access->array->strides[d];
    return element;
}

int64_t nestindices_from(const NestIndices *indices, const NestLoop *loop)
{
    int64_t from = nestindices_value(indices, &loop->from[0]);

    for (uint32_t i = 1; i < loop->n_from; i++)
        from = MAX(from, nestindices_value(indices, &loop->from[i]));
    return from;
}

int64_t nestindices_below(const NestIndices *indices, const NestLoop *loop)
{
    int64_t below = nestindices_value(indices, &loop->below[0]);

    for (uint32_t i = 1; i < loop->n_below; i++)
        below = MIN(below, nestindices_value(indices, &loop->below[i]));
    return below;
}

void nestindices_enter(NestIndices *indices, const char *name)
{
    assert(indices->n < NEST_INDICES_MAX);
    assert(find(indices, name) == indices->n && "an index stands twice");
    indices->names[indices->n++] = name;
}

void nestindices_set(NestIndices *indices, int64_t value)
{
    indices->values[indices->n - 1] = value;
}

void nestindices_leave(NestIndices *indices)
{
    indices->n--;
}
