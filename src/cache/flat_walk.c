/*
 * flat_walk - the walks for any processor, and which walks a flat cache takes.  See flat.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/flat_pass.h"

enum { LANES = 8 };

static size_t first_each(FlatCache *flat, const Access *accesses, size_t n, uint64_t *out)
{
    return walk_first(flat, accesses, n, out,
                      (Made){ find_any, touch_each, flat->shape.stride, true });
}

static size_t even_each(FlatCache *flat, FlatRun *run, uint64_t units, uint64_t *out)
{
    return walk_even(flat, run, units, out,
                     (Made){ find_any, touch_each, flat->shape.stride, true });
}

static size_t below_each(FlatCache *flat, const uint64_t *entries, size_t n, uint64_t *out)
{
    return walk_below(flat, entries, n, out,
                      (Made){ find_any, touch_each, flat->shape.stride, true });
}

/* The walks in vectors, for sets of up to eight and of up to sixteen; NULL: none. */
static const FlatWalks *vector_walks(CpuVectors vectors)
{
#ifdef __x86_64__
    return vectors == CPU_AVX512 ? flat_avx512 : vectors == CPU_AVX2 ? flat_avx2 : NULL;
#else
    (void)vectors;
    return NULL;
#endif
}

/* Few ways are faster one by one, and take less room. */
uint32_t flat_stride(uint32_t ways, CpuVectors vectors)
{
    if (!vector_walks(vectors) || ways <= LANES / 2)
        return ways;
    return (ways + LANES - 1) / LANES * LANES;
}

static void choose_vectors(FlatCache *flat, const FlatWalks *walks)
{
    const bool last = !flat->below, divided = flat->shape.starts;

    flat->walk = divided ? walks->below_divided : last ? walks->below_last : walks->below;
    if (!divided) {
        flat->first = last ? walks->first_last : walks->first;
        flat->even = walks->even;
    }
}

void flat_choose_walks(FlatCache *flat, bool write_back, bool allocate)
{
    const FlatWalks *walks = vector_walks(flat->flat->vectors);

    flat->first = first_each;
    flat->even = even_each;
    flat->walk = below_each;
    if (walks && flat->shape.stride % LANES == 0)
        choose_vectors(flat, &walks[flat->shape.stride / LANES - 1]);
    if (!write_back || !allocate)
        flat->even = NULL;
    if (!write_back)
        flat->first = allocate ? flat_first_through : flat_first_around;
    else if (!allocate)
        flat->first = flat_first_back_around;
}
