/*
 * flat_avx512 - walks of flat caches whose sets are compared and moved at once.  See flat_pass.h.
 *
 * A hierarchy of two levels takes nine tenths of the time that it takes with those in AVX2.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/cpu.h"
#include "cache/flat_pass.h"

#ifdef __x86_64__
#include <immintrin.h>

/* The lanes that move up when that of bit found goes to the front: it and those before it. */
FOR_AVX512 INLINE uint32_t up_to(uint32_t found)
{
    return found ^ (found - 1);
}

FOR_AVX512 INLINE bool touch_8(uint32_t *tags, uint32_t ways, uint32_t tag, uint32_t dirty,
                               uint32_t *victim)
{
    const __m256i set = _mm256_load_si256((const __m256i *)(const void *)tags);
    const __m256i other = _mm256_xor_si256(set, _mm256_set1_epi32((int)tag));
    const uint32_t found = _mm256_testn_epi32_mask(other, _mm256_set1_epi32((int)~FLAT_DIRTY));
    const uint32_t last = found ? (uint32_t)__builtin_ctz(found) : ways - 1;
    const uint32_t first = found ? tags[last] | dirty : tag | dirty;
    const __mmask8 moved = (__mmask8)(found ? up_to(found) : (1U << ways) - 1);

    *victim = tags[last];
    _mm256_store_si256((__m256i *)(void *)tags,
                       _mm256_mask_alignr_epi32(set, moved, set, _mm256_set1_epi32((int)first), 7));
    return found != 0;
}

FOR_AVX512 INLINE bool touch_16(uint32_t *tags, uint32_t ways, uint32_t tag, uint32_t dirty,
                                uint32_t *victim)
{
    const __m512i set = _mm512_load_si512(tags);
    const __m512i other = _mm512_xor_si512(set, _mm512_set1_epi32((int)tag));
    const uint32_t found = _mm512_testn_epi32_mask(other, _mm512_set1_epi32((int)~FLAT_DIRTY));
    const uint32_t last = found ? (uint32_t)__builtin_ctz(found) : ways - 1;
    const uint32_t first = found ? tags[last] | dirty : tag | dirty;
    const __mmask16 moved = (__mmask16)(found ? up_to(found) : (1U << ways) - 1);

    *victim = tags[last];
    _mm512_store_si512(
        tags, _mm512_mask_alignr_epi32(set, moved, set, _mm512_set1_epi32((int)first), 15));
    return found != 0;
}

/* clang-format off */
FLAT_WALKS(FOR_AVX512, 8)
FLAT_WALKS(FOR_AVX512, 16)
/* clang-format on */

const FlatWalks flat_avx512[2] = { FLAT_WALKS_OF(8), FLAT_WALKS_OF(16) };

#else

typedef int NoWalks; /* a file declares something */

#endif
