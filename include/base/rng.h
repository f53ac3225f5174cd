/*
 * rng - seeded random numbers: splitmix64, one state per component.
 *
 * The n-th draw of a seed can be had directly (rng_at), so a stream of random accesses can be
 * dealt to cores in contiguous shares without drawing what comes before.
 * Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

typedef struct {
    uint64_t state;
} Rng;

#define RNG_GAMMA UINT64_C(0x9E3779B97F4A7C15)

static inline uint64_t rng_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* Draw number n (from 0) of the stream that starts at seed. */
static inline uint64_t rng_at(uint64_t seed, uint64_t n)
{
    return rng_mix(seed + (n + 1) * RNG_GAMMA);
}

static inline uint64_t rng_next(Rng *rng)
{
    return rng_mix(rng->state += RNG_GAMMA);
}

/* An independent seed for a part of a point (a component, a stream). */
static inline uint64_t rng_derive(uint64_t seed, uint64_t part)
{
    return rng_mix(rng_mix(seed + RNG_GAMMA) ^ (part + 1) * UINT64_C(0xD1B54A32D192ED03));
}

/* Uniform in [0, n), n > 0; the bias is below n / 2^64. */
static inline uint64_t rng_below(uint64_t draw, uint64_t n)
{
    __extension__ typedef unsigned __int128 U128;
    return (uint64_t)(((U128)draw * n) >> 64);
}

/* Uniform in [0, 1) with 53 bits. */
static inline double rng_unit(uint64_t draw)
{
    return (double)(draw >> 11) * 0x1p-53;
}

#endif
