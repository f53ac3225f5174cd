/*
 * gen_chase - follow pointers: each access needs the data of the one before; one random cycle through all elements.
 *
 * Source: Sattolo, "An algorithm to generate a random cyclic permutation", IPL 22(6), 1986.  (A plain shuffle
 * would leave the start in a cycle of half the elements on average.)
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/rng.h"
#include "workload/gen_ops.h"

static void *chase_table(const PatternConfig *config, uint64_t elements)
{
    uint32_t *next = g_new(uint32_t, elements);

    for (uint64_t i = 0; i < elements; i++)
        next[i] = (uint32_t)i;
    for (uint64_t i = elements; i-- > 1;) {
        const uint64_t j = rng_below(rng_at(config->seed, i), i);
        const uint32_t swap = next[i];

        next[i] = next[j];
        next[j] = swap;
    }
    return next;
}

static void chase_seek(GenState *state, uint64_t first)
{
    const uint32_t *next = state->table;

    state->cursor = 0;
    for (uint64_t step = first % state->elements; step > 0; step--)
        state->cursor = next[state->cursor];
}

static void chase_fill(GenState *state, uint64_t position, Access *out, size_t n)
{
    const uint32_t *next = state->table;

    (void)position;
    for (size_t i = 0; i < n; i++) {
        out[i].addr = state->config->base_addr + state->cursor * state->config->size_bytes;
        state->cursor = next[state->cursor];
    }
}

const GenOps gen_chase = {
    .name = "chase",
    .arrays = 1,
    .dependent = true,
    .pass = gen_pass_elements,
    .table = chase_table,
    .seek = chase_seek,
    .fill = chase_fill,
};
