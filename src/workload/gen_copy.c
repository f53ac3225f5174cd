/*
 * gen_copy - b[i] = a[i]: read a, write b.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/gen_ops.h"

/* Array k of the pattern starts k * array_bytes after its base. */
static void copy_fill(GenState *state, uint64_t position, Access *out, size_t n)
{
    const uint64_t base = state->config->base_addr;
    uint64_t at = position % state->pass;

    for (size_t i = 0; i < n; i++) {
        const uint64_t offset = at / 2 * state->config->size_bytes;

        out[i].addr = base + offset + at % 2 * state->array_bytes;
        out[i].op = at % 2 ? ACCESS_WRITE : ACCESS_READ;
        if (++at == state->pass)
            at = 0;
    }
}

const GenOps gen_copy = {
    .name = "copy",
    .arrays = 2,
    .even = true,
    .own_writes = true,
    .pass = gen_pass_elements,
    .table = gen_no_table,
    .seek = gen_no_seek,
    .fill = copy_fill,
};
