/*
 * gen_zipf - elements drawn independently, the one of rank r with weight r^-exponent.
 *
 * Ranks are scattered over the footprint, so that popular elements are no neighbours.
 * Source: rejection-inversion, Hoermann and Derflinger, "Rejection-inversion to generate variates from monotone
 * discrete distributions", ACM TOMACS 6(3), 1996: no table, whatever the number of elements.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "base/rng.h"
#include "workload/gen_ops.h"

/* Constants of the method in GenState.real. */
enum { ONE_MINUS_S, H_LOW, H_HIGH, SURE };

/* Primes: coprime to every number of elements that is not their multiple; no footprint is a multiple of both. */
static const uint64_t SCATTER = UINT64_C(2654435761);
static const uint64_t SCATTER_INSTEAD = UINT64_C(2246822519);

/* The integral of x^-s from 1, and its inverse. */
static double integral(double one_minus_s, double x)
{
    const double log_x = log(x);

    return fabs(one_minus_s) < 1e-9 ? log_x : expm1(one_minus_s * log_x) / one_minus_s;
}

static double inverse(double one_minus_s, double y)
{
    return exp(fabs(one_minus_s) < 1e-9 ? y : log1p(one_minus_s * y) / one_minus_s);
}

/* The cursor is the prime that scatters the ranks. */
static void zipf_seek(GenState *state, uint64_t first)
{
    const double q = 1 - state->config->exponent;

    (void)first;
    state->cursor = state->elements % SCATTER ? SCATTER : SCATTER_INSTEAD;
    state->real[ONE_MINUS_S] = q;
    state->real[H_LOW] = integral(q, 1.5) - 1;
    state->real[H_HIGH] = integral(q, (double)state->elements + 0.5);
    state->real[SURE] = 2 - inverse(q, integral(q, 2.5) - pow(2, -state->config->exponent));
}

/* Rank, from 1, of the access at a position: its own stream of draws. */
static uint64_t zipf_rank(const GenState *state, uint64_t position)
{
    const double q = state->real[ONE_MINUS_S];
    const double high = state->real[H_HIGH], low = state->real[H_LOW];
    Rng rng = { .state = rng_at(state->config->seed, position) };

    for (;;) {
        const double u = high + rng_unit(rng_next(&rng)) * (low - high);
        const double x = inverse(q, u);
        double k = floor(x + 0.5);

        k = k < 1 ? 1 : k > (double)state->elements ? (double)state->elements : k;
        if (k - x <= state->real[SURE] || u >= integral(q, k + 0.5) - pow(k, q - 1))
            return (uint64_t)k;
    }
}

static void zipf_fill(GenState *state, uint64_t position, Access *out, size_t n)
{
    const PatternConfig *config = state->config;
    __extension__ typedef unsigned __int128 Wide;

    for (size_t i = 0; i < n; i++) {
        const uint64_t rank = zipf_rank(state, position + i) - 1;
        const uint64_t element = (uint64_t)((Wide)rank * state->cursor % state->elements);

        out[i].addr = config->base_addr + element * config->size_bytes;
    }
}

const GenOps gen_zipf = {
    .name = "zipf",
    .arrays = 1,
    .pass = gen_pass_elements,
    .table = gen_no_table,
    .seek = zipf_seek,
    .fill = zipf_fill,
};
