/*
 * gen_strided - every stride bytes, from the start again where the next access would leave the footprint.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/gen_ops.h"

static uint64_t strided_pass(const PatternConfig *config, uint64_t elements)
{
    (void)elements;
    return (config->footprint_bytes - config->size_bytes) / config->stride_bytes + 1;
}

/* The cursor is the number of the next access within its pass. */
static void strided_seek(GenState *state, uint64_t first)
{
    state->cursor = first % state->pass;
}

static void strided_fill(GenState *state, uint64_t position, Access *out, size_t n)
{
    const PatternConfig *config = state->config;
    uint64_t k = state->cursor;

    (void)position;
    for (size_t i = 0; i < n; i++) {
        out[i].addr = config->base_addr + k * config->stride_bytes;
        if (++k == state->pass)
            k = 0;
    }
    state->cursor = k;
}

const GenOps gen_strided = {
    .name = "strided",
    .arrays = 1,
    .even = true,
    .pass = strided_pass,
    .table = gen_no_table,
    .seek = strided_seek,
    .fill = strided_fill,
};
