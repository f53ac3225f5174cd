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

FOR_AVX512 static size_t first_8(FlatCache *flat, const Access *accesses, size_t n, uint64_t *out)
{
    return walk_first(flat, accesses, n, out, (Made){ find_masked, touch_8, 8, true });
}

FOR_AVX512 static size_t first_8_last(FlatCache *flat, const Access *accesses, size_t n,
                                      uint64_t *out)
{
    return walk_first(flat, accesses, n, out, (Made){ find_masked, touch_8, 8, false });
}

FOR_AVX512 static size_t even_8(FlatCache *flat, FlatLane *lanes, uint32_t n, uint64_t units,
                                uint64_t *out)
{
    return walk_even(flat, lanes, n, units, out, (Made){ find_masked, touch_8, 8, true });
}

FOR_AVX512 static size_t below_8(FlatCache *flat, const uint64_t *entries, size_t n, uint64_t *out)
{
    return walk_below(flat, entries, n, out, (Made){ find_masked, touch_8, 8, true });
}

FOR_AVX512 static size_t below_8_last(FlatCache *flat, const uint64_t *entries, size_t n,
                                      uint64_t *out)
{
    return walk_below(flat, entries, n, out, (Made){ find_masked, touch_8, 8, false });
}

FOR_AVX512 static size_t below_8_divided(FlatCache *flat, const uint64_t *entries, size_t n,
                                         uint64_t *out)
{
    return walk_below(flat, entries, n, out, (Made){ find_divided, touch_8, 8, true });
}

FOR_AVX512 static size_t first_16(FlatCache *flat, const Access *accesses, size_t n, uint64_t *out)
{
    return walk_first(flat, accesses, n, out, (Made){ find_masked, touch_16, 16, true });
}

FOR_AVX512 static size_t first_16_last(FlatCache *flat, const Access *accesses, size_t n,
                                       uint64_t *out)
{
    return walk_first(flat, accesses, n, out, (Made){ find_masked, touch_16, 16, false });
}

FOR_AVX512 static size_t even_16(FlatCache *flat, FlatLane *lanes, uint32_t n, uint64_t units,
                                 uint64_t *out)
{
    return walk_even(flat, lanes, n, units, out, (Made){ find_masked, touch_16, 16, true });
}

FOR_AVX512 static size_t below_16(FlatCache *flat, const uint64_t *entries, size_t n, uint64_t *out)
{
    return walk_below(flat, entries, n, out, (Made){ find_masked, touch_16, 16, true });
}

FOR_AVX512 static size_t below_16_last(FlatCache *flat, const uint64_t *entries, size_t n,
                                       uint64_t *out)
{
    return walk_below(flat, entries, n, out, (Made){ find_masked, touch_16, 16, false });
}

FOR_AVX512 static size_t below_16_divided(FlatCache *flat, const uint64_t *entries, size_t n,
                                          uint64_t *out)
{
    return walk_below(flat, entries, n, out, (Made){ find_divided, touch_16, 16, true });
}

const FlatWalks flat_avx512[2] = {
    { .first = first_8,
      .first_last = first_8_last,
      .even = even_8,
      .below = below_8,
      .below_last = below_8_last,
      .below_divided = below_8_divided },
    { .first = first_16,
      .first_last = first_16_last,
      .even = even_16,
      .below = below_16,
      .below_last = below_16_last,
      .below_divided = below_16_divided },
};

#else

typedef int NoWalks; /* a file declares something */

#endif
