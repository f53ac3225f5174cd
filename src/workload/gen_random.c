/*
 * gen_random - elements drawn independently and uniformly.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/rng.h"
#include "workload/gen_ops.h"

static void random_fill(GenState *state, uint64_t position, Access *out, size_t n)
{
    const PatternConfig *config = state->config;

    for (size_t i = 0; i < n; i++)
        out[i].addr =
            config->base_addr +
            rng_below(rng_at(config->seed, position + i), state->elements) * config->size_bytes;
}

const GenOps gen_random = {
    .name = "random",
    .arrays = 1,
    .pass = gen_pass_elements,
    .table = gen_no_table,
    .seek = gen_no_seek,
    .fill = random_fill,
};
