/*
 * flat_avx2 - walks of flat caches whose sets are compared and moved eight tags at a time.  See flat_pass.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/cpu.h"
#include "cache/flat_pass.h"

#ifdef __x86_64__
#include <immintrin.h>

enum { LANES = 8 };

/* Moves lanes 0 to k up by one and k to 0. */
static const uint32_t turns[LANES][LANES] __attribute__((aligned(32))) = {
    { 0, 1, 2, 3, 4, 5, 6, 7 }, { 1, 0, 2, 3, 4, 5, 6, 7 }, { 2, 0, 1, 3, 4, 5, 6, 7 },
    { 3, 0, 1, 2, 4, 5, 6, 7 }, { 4, 0, 1, 2, 3, 5, 6, 7 }, { 5, 0, 1, 2, 3, 4, 6, 7 },
    { 6, 0, 1, 2, 3, 4, 5, 7 }, { 7, 0, 1, 2, 3, 4, 5, 6 },
};

FOR_AVX2 INLINE __m256i load8(const uint32_t *at)
{
    return _mm256_load_si256((const __m256i *)(const void *)at);
}

FOR_AVX2 INLINE void store8(uint32_t *at, __m256i eight)
{
    _mm256_store_si256((__m256i *)(void *)at, eight);
}

/* Lanes 0 to k of eight move up by one; into lane 0 comes that of first. */
FOR_AVX2 INLINE __m256i turn(__m256i eight, uint32_t k, __m256i first)
{
    return _mm256_blend_epi32(_mm256_permutevar8x32_epi32(eight, load8(turns[k])), first, 1);
}

FOR_AVX2 INLINE __m256i one(uint32_t tag)
{
    return _mm256_castsi128_si256(_mm_cvtsi32_si128((int)tag));
}

/* Bit i: lane i is of the line with the tag. */
FOR_AVX2 INLINE uint32_t find8(__m256i eight, uint32_t tag)
{
    const __m256i clean = _mm256_and_si256(eight, _mm256_set1_epi32((int)~FLAT_DIRTY));
    const __m256i same = _mm256_cmpeq_epi32(clean, _mm256_set1_epi32((int)tag));

    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(same));
}

FOR_AVX2 INLINE bool touch_8(uint32_t *tags, uint32_t ways, uint32_t tag, uint32_t dirty,
                             uint32_t *victim)
{
    const __m256i eight = load8(tags);
    const uint32_t found = find8(eight, tag);

    if (found) {
        const uint32_t way = (uint32_t)__builtin_ctz(found);

        store8(tags, turn(eight, way, one(tags[way] | dirty)));
        return true;
    }
    *victim = tags[ways - 1];
    store8(tags, turn(eight, ways - 1, one(tag | dirty)));
    return false;
}

/* The first lane comes to the front of sixteen; lanes 8 to way move up by one. */
FOR_AVX2 INLINE void store_16(uint32_t *tags, __m256i low, __m256i high, uint32_t way,
                              uint32_t first)
{
    /* Lane 7 of the lower half, which a turn brings to lane 0, goes on to lane 0 of the upper one. */
    const __m256i turned = _mm256_permutevar8x32_epi32(low, load8(turns[LANES - 1]));

    store8(tags, _mm256_blend_epi32(turned, one(first), 1));
    store8(tags + LANES, turn(high, way - LANES, turned));
}

/* Nine to sixteen ways. */
FOR_AVX2 INLINE bool touch_16(uint32_t *tags, uint32_t ways, uint32_t tag, uint32_t dirty,
                              uint32_t *victim)
{
    const __m256i low = load8(tags), high = load8(tags + LANES);
    const uint32_t found = find8(low, tag) | find8(high, tag) << LANES;

    if (found) {
        const uint32_t way = (uint32_t)__builtin_ctz(found);
        const uint32_t first = tags[way] | dirty;

        if (way < LANES)
            store8(tags, turn(low, way, one(first)));
        else
            store_16(tags, low, high, way, first);
        return true;
    }
    *victim = tags[ways - 1];
    store_16(tags, low, high, ways - 1, tag | dirty);
    return false;
}

/* ---- walks ---- */

/* clang-format off */
FLAT_WALKS(FOR_AVX2, 8)
FLAT_WALKS(FOR_AVX2, 16)
/* clang-format on */

const FlatWalks flat_avx2[2] = { FLAT_WALKS_OF(8), FLAT_WALKS_OF(16) };

#else

typedef int NoWalks; /* a file declares something */

#endif
