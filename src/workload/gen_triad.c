/*
 * gen_triad - a[i] = b[i] + s * c[i]: read b, read c, write a.  (McCalpin's STREAM.)
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/gen_ops.h"

static void triad_fill(GenState *state, uint64_t position, Access *out, size_t n)
{
    const uint64_t base = state->config->base_addr;

    uint64_t at = position % state->pass, which = at % 3;
    uint64_t offset = at / 3 * state->config->size_bytes;

    for (size_t i = 0; i < n; i++) {
        const uint64_t array = which == 2 ? 0 : which + 1;

        out[i].addr = base + array * state->array_bytes + offset;
        out[i].op = which == 2 ? ACCESS_WRITE : ACCESS_READ;
        if (++which < 3)
            continue;
        which = 0;
        offset += state->config->size_bytes;
        if (offset == state->array_bytes)
            offset = 0;
    }
}

const GenOps gen_triad = {
    .name = "triad",
    .arrays = 3,
    .even = true,
    .own_writes = true,
    .pass = gen_pass_elements,
    .table = gen_no_table,
    .seek = gen_no_seek,
    .fill = triad_fill,
};
