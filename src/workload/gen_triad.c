/*
 * gen_triad - a[i] = b[i] + s * c[i]: read b, read c, write a.  (McCalpin's STREAM.)
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/gen_ops.h"

static void triad_fill(GenState *state, uint64_t position, Access *out, size_t n)
{
    const uint64_t base = state->config->base_addr;

    for (size_t i = 0; i < n; i++) {
        const uint64_t at = (position + i) % state->pass;
        const uint64_t array = at % 3 == 2 ? 0 : at % 3 + 1;

        out[i].addr = base + array * state->array_bytes + at / 3 * state->config->size_bytes;
        out[i].op = at % 3 == 2 ? ACCESS_WRITE : ACCESS_READ;
    }
}

const GenOps gen_triad = {
    .name = "triad",
    .arrays = 3,
    .own_writes = true,
    .pass = gen_pass_elements,
    .table = gen_no_table,
    .seek = gen_no_seek,
    .fill = triad_fill,
};
