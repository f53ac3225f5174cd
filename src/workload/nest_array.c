/*
 * nest_array - the arrays of a loop nest.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/nest_array.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

static const char *const names[] = { "f64", "f32", "f16", "bf16", "f8", "i64",
                                     "i32", "i16", "i8",  "i4",   NULL };
static const uint8_t bits[] = { 64, 32, 16, 16, 8, 64, 32, 16, 8, 4 };

static_assert(G_N_ELEMENTS(names) == ELEMENT_COUNT + 1, "every type has a name");
static_assert(G_N_ELEMENTS(bits) == ELEMENT_COUNT, "every type has a size");

const char *const *element_names(void)
{
    return names;
}

uint32_t element_bits(uint32_t type)
{
    assert(type < ELEMENT_COUNT);
    return bits[type];
}

NestArray *nest_array_new(const char *name, uint32_t type, const uint64_t *extents, uint32_t n_dims)
{
    NestArray *array = g_new0(NestArray, 1);

    assert(n_dims >= 1 && n_dims <= NEST_DIMS_MAX);
    array->name = g_strdup(name);
    array->type = type;
    array->n_dims = n_dims;
    memcpy(array->extents, extents, n_dims * sizeof *extents);
    array->align_bytes = 4096;
    array->references = 1;
    nest_array_set_layout(array, LAYOUT_ROW, 0);
    return array;
}

void nest_array_set_layout(NestArray *array, NestLayout layout, uint64_t pad_elements)
{
    uint64_t stride = 1;

    for (uint32_t i = 0; i < array->n_dims; i++) {
        const uint32_t dim = layout == LAYOUT_ROW ? array->n_dims - 1 - i : i;

        array->strides[dim] = stride;
        stride *= array->extents[dim] + (i == 0 ? pad_elements : 0);
    }
    array->bytes = (stride * element_bits(array->type) + 7) / 8;
}

void nest_array_set_values(NestArray *array, int64_t *values)
{
    assert(array->n_dims == 1 && !array->values);
    array->values = values;
    array->least_value = array->most_value = values[0];
    for (uint64_t i = 1; i < array->extents[0]; i++) {
        array->least_value = MIN(array->least_value, values[i]);
        array->most_value = MAX(array->most_value, values[i]);
    }
}

NestArray *nest_array_ref(NestArray *array)
{
    array->references++;
    return array;
}

void nest_array_unref(NestArray *array)
{
    if (array == NULL || --array->references > 0)
        return;
    g_free(array->name);
    g_free(array->values);
    g_free(array);
}
