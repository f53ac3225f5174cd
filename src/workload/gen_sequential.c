/*
 * gen_sequential - one element after the other, from the start again after the last.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/gen_ops.h"

/* The cursor is the offset of the next element. */
static void sequential_seek(GenState *state, uint64_t first)
{
    state->cursor = first % state->elements * state->config->size_bytes;
}

static void sequential_fill(GenState *state, uint64_t position, Access *out, size_t n)
{
    const uint64_t base = state->config->base_addr;
    const uint64_t size = state->config->size_bytes;
    uint64_t offset = state->cursor;

    (void)position;
    for (size_t i = 0; i < n; i++) {
        out[i].addr = base + offset;
        offset += size;
        if (offset == state->array_bytes)
            offset = 0;
    }
    state->cursor = offset;
}

const GenOps gen_sequential = {
    .name = "sequential",
    .arrays = 1,
    .even = true,
    .pass = gen_pass_elements,
    .table = gen_no_table,
    .seek = sequential_seek,
    .fill = sequential_fill,
};
