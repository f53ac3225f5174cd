/*
 * gen_chase - follow pointers: each access needs the data of the one before; one random cycle through all elements.
 *
 * Up to TABLE_MAX elements the cycle is drawn among all there are (Sattolo, "An algorithm to generate a random cyclic
 * permutation", IPL 22(6), 1986; a plain shuffle would leave the start in a cycle of half the elements on average).  Of
 * more, memory and time would go by the footprint, not by the accesses: there, access k is at a place that a formula
 * gives, a permutation of the next power of two (rounds of xor, odd product and shift, each of which can be undone),
 * followed until it leads inside (Black, Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002).
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>

#include "base/rng.h"
#include "workload/gen_ops.h"

enum { TABLE_MAX = 1 << 22, ROUNDS = 4 };

static_assert(2 * ROUNDS <= GEN_KEYS, "a round has two keys");

/* ---- by a table: which element comes after each ---- */

static void *chase_table(const PatternConfig *config, uint64_t elements)
{
    if (elements > TABLE_MAX)
        return NULL;
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

static void seek_in_table(GenState *state, uint64_t first)
{
    const uint32_t *next = state->table;

    state->cursor = 0;
    for (uint64_t step = first % state->elements; step > 0; step--)
        state->cursor = next[state->cursor];
}

static void fill_by_table(GenState *state, Access *out, size_t n)
{
    const uint32_t *next = state->table;
    const PatternConfig *config = state->config;

    for (size_t i = 0; i < n; i++) {
        out[i].addr = config->base_addr + state->cursor * config->size_bytes;
        state->cursor = next[state->cursor];
    }
}

/* ---- by a formula ---- */

static void draw_keys(GenState *state)
{
    for (uint64_t i = 0; i < 2 * ROUNDS; i++)
        state->keys[i] = rng_at(state->config->seed, i) | (i % 2); /* factors are odd */
}

/* The element of access k of a pass. */
static uint64_t element_at(const GenState *state, uint64_t k)
{
    const int bits = 64 - __builtin_clzll(state->elements - 1);
    const uint64_t mask = UINT64_MAX >> (64 - bits);

    do
        for (int round = 0; round < ROUNDS; round++) {
            k = ((k ^ state->keys[2 * round]) * state->keys[2 * round + 1]) & mask;
            k ^= k >> (bits + 1) / 2;
        }
    while (k >= state->elements);
    return k;
}

static void fill_by_formula(const GenState *state, uint64_t position, Access *out, size_t n)
{
    const PatternConfig *config = state->config;

    for (size_t i = 0; i < n; i++)
        out[i].addr = config->base_addr +
                      element_at(state, (position + i) % state->elements) * config->size_bytes;
}

/* ---- either ---- */

static void chase_seek(GenState *state, uint64_t first)
{
    if (state->table)
        seek_in_table(state, first);
    else
        draw_keys(state);
}

static void chase_fill(GenState *state, uint64_t position, Access *out, size_t n)
{
    if (state->table)
        fill_by_table(state, out, n);
    else
        fill_by_formula(state, position, out, n);
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
