/*
 * flat_walk - what batches of accesses do to flat caches.  See flat.h.
 *
 * Most accesses are to the line that was used last in its set: that is looked at first, and nothing need move.  Otherwise
 * the tags up to the one that is found, or all, move by one: in vectors of eight where the processor has them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/cpu.h"
#include "cache/flat_state.h"

#define INLINE static inline __attribute__((always_inline))

/* Use a line that is not the first of its set: tags[0] is its tag then.  Returns whether it was there; if not, *victim is
 * what had to leave. */
typedef bool (*Touch)(uint32_t *tags, uint32_t ways, uint32_t tag, uint32_t dirty,
                      uint32_t *victim);

INLINE bool same_line(uint32_t a, uint32_t b)
{
    return (a ^ b) << 1 == 0;
}

INLINE bool touch_each(uint32_t *tags, uint32_t ways, uint32_t tag, uint32_t dirty,
                       uint32_t *victim)
{
    uint32_t carried = tags[0];

    for (uint32_t way = 1; way < ways; way++) {
        const uint32_t at = tags[way];

        tags[way] = carried;
        if (same_line(at, tag)) {
            tags[0] = at | dirty;
            return true;
        }
        carried = at;
    }
    tags[0] = tag | dirty;
    *victim = carried;
    return false;
}

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

#endif

/* The set of a line, and its tag. */
typedef uint64_t (*Find)(const FlatShape *shape, uint64_t line, uint32_t *tag);

INLINE uint64_t find_masked(const FlatShape *shape, uint64_t line, uint32_t *tag)
{
    *tag = (uint32_t)(line >> shape->set_bits);
    return line & shape->set_mask;
}

/* Remainder of a number of 32 bits.  Source: Lemire, Kaser, Kurz, "Faster remainder by direct computation", Software:
 * Practice and Experience 49(6), 2019. */
INLINE uint64_t find_divided(const FlatShape *shape, uint64_t line, uint32_t *tag)
{
    __extension__ typedef unsigned __int128 Wide;
    const uint64_t offset = line & ((UINT64_C(1) << shape->region_bits) - 1);
    const uint64_t number = shape->starts[line >> shape->region_bits] + offset;

    *tag = (uint32_t)line;
    return (uint64_t)((Wide)(shape->inverse * number) * shape->sets >> 64);
}

INLINE uint64_t find_any(const FlatShape *shape, uint64_t line, uint32_t *tag)
{
    return shape->starts ? find_divided(shape, line, tag) : find_masked(shape, line, tag);
}

/* What the misses of a batch, at most BATCH_MAX, add to the counters, in one register: of these four, 16 bits each. */
enum { MISSES = 0, WRITE_MISSES = 16, WHOLE = 32 /* need no fetch */, WRITEBACKS = 48 };

typedef struct {
    uint64_t misses;
    uint64_t *out; /* what goes down comes here */
} Counts;

_Static_assert(BATCH_MAX <= UINT16_MAX, "sums of a batch fit in 16 bits");

/* A line has been brought in: its fetch and the write-back of the victim go down, in this order.  No branch on what it is
 * that comes and leaves: that is half of the time when a third of the victims is dirty. */
INLINE void send_miss(Counts *counts, const FlatShape *shape, uint64_t line, bool whole,
                      uint64_t set, uint32_t victim)
{
    *counts->out = line << ENTRY_BITS;
    counts->out += !whole;
    *counts->out = flat_line(shape, set, victim & ~FLAT_DIRTY) << ENTRY_BITS | shape->victim_flags;
    counts->out += victim >> 31;
}

INLINE size_t add_counts(FlatCache *flat, const Counts *counts, const uint64_t *out)
{
    CacheStats *stats = &flat->stats;
    const uint64_t misses = (uint16_t)counts->misses;
    const uint64_t write_misses = (uint16_t)(counts->misses >> WRITE_MISSES);

    stats->read_misses += misses - write_misses;
    stats->write_misses += write_misses;
    stats->fetches += misses - (uint16_t)(counts->misses >> WHOLE);
    stats->writebacks += counts->misses >> WRITEBACKS;
    return (size_t)(counts->out - out);
}

/* Accesses to a first level that writes back and allocates.  stride: tags of a set, constant. */
INLINE size_t walk_first(FlatCache *flat, const Access *accesses, size_t n, uint64_t *out,
                         Find find, Touch touch, uint32_t stride)
{
    const FlatShape shape = flat->shape;
    const Access *const end = accesses + n;
    const bool emit = out != NULL;
    Counts counts = { .out = out };

    for (const Access *access = accesses; access < end; access++) {
        const uint64_t line = access->addr >> shape.line_shift;
        const uint32_t dirty = (uint32_t)access->op << 31; /* of a fetch: 0, too */
        uint32_t tag, victim;
        const uint64_t set = find(&shape, line, &tag);
        uint32_t *tags = &shape.tags[set * stride];

        if (same_line(tags[0], tag)) {
            if (dirty & ~tags[0])
                tags[0] |= dirty;
            continue;
        }
        if (touch(tags, shape.ways, tag, dirty, &victim))
            continue;
        bool whole = false;

        counts.misses += 1 + (dirty >> (31 - WRITE_MISSES)) +
                         ((uint64_t)(victim & FLAT_DIRTY) << (WRITEBACKS - 31));
        if (G_UNLIKELY(access->bytes >= shape.line_bytes)) {
            whole = dirty != 0;
            counts.misses += (uint64_t)whole << WHOLE;
        }
        if (emit)
            send_miss(&counts, &shape, line, whole, set, victim);
        /* The rest of a line that has just come in is often used next: a quarter of the time of a sequential stream. */
        for (; access + 1 < end && access[1].addr >> shape.line_shift == line; access++)
            tags[0] |= (uint32_t)access[1].op << 31;
    }
    return add_counts(flat, &counts, out);
}

/* Reads of lines and write-backs from the level above. */
INLINE size_t walk_below(FlatCache *flat, const uint64_t *entries, size_t n, uint64_t *out,
                         Find find, Touch touch, uint32_t stride)
{
    const FlatShape shape = flat->shape;
    const uint64_t *const end = entries + n;
    const bool emit = out != NULL;
    Counts counts = { .out = out };
    uint64_t writes = 0;

    for (const uint64_t *entry = entries; entry < end; entry++) {
        const uint64_t line = *entry >> shape.entry_shift;
        const uint32_t dirty = (uint32_t)*entry << 31;
        uint32_t tag, victim;
        const uint64_t later = entry[end - entry > FLAT_AHEAD ? FLAT_AHEAD : 0];
        const uint64_t soon = find(&shape, later >> shape.entry_shift, &tag) * stride;
        const uint64_t set = find(&shape, line, &tag);
        uint32_t *tags = &shape.tags[set * stride];

        __builtin_prefetch(&shape.tags[soon], 1);
        writes += *entry & ENTRY_WRITE;
        if (same_line(tags[0], tag)) {
            if (dirty & ~tags[0])
                tags[0] |= dirty;
            continue;
        }
        if (touch(tags, shape.ways, tag, dirty, &victim))
            continue;
        counts.misses += 1 + ((*entry & ENTRY_WRITE) << WRITE_MISSES) +
                         ((*entry & ENTRY_WHOLE) << (WHOLE - 1)) +
                         ((uint64_t)(victim & FLAT_DIRTY) << (WRITEBACKS - 31));
        if (emit)
            send_miss(&counts, &shape, line, *entry & ENTRY_WHOLE, set, victim);
    }
    flat->stats.writes += writes;
    flat->stats.reads += n - writes;
    return add_counts(flat, &counts, out);
}

/* ---- a first level that hands writes on, or does not allocate for them ---- */

/* Use a line if it is there. */
static bool touch_if_there(uint32_t *tags, uint32_t ways, uint32_t tag, uint32_t dirty)
{
    uint32_t way = 0, victim;

    while (way < ways && !same_line(tags[way], tag))
        way++;
    if (way == ways)
        return false;
    if (way == 0)
        tags[0] |= dirty;
    else
        touch_each(tags, ways, tag, dirty, &victim);
    return true;
}

/* An access; returns whether it was a hit.  What has to be fetched or written back is counted and sent. */
static bool use_line(const FlatShape *shape, Counts *counts, const Access *access, bool allocates,
                     uint32_t dirty)
{
    const uint64_t line = access->addr >> shape->line_shift;
    const bool write = access->op == ACCESS_WRITE;
    uint32_t tag, victim = FLAT_INVALID;
    const uint64_t set = find_any(shape, line, &tag);
    uint32_t *tags = &shape->tags[set * shape->stride];

    if (touch_if_there(tags, shape->ways, tag, dirty))
        return true;
    if (allocates) {
        const bool whole = write && access->bytes >= shape->line_bytes;

        touch_each(tags, shape->ways, tag, dirty, &victim);
        counts->misses += (uint64_t)whole << WHOLE | (uint64_t)(victim >> 31) << WRITEBACKS;
        send_miss(counts, shape, line, whole, set, victim);
    } else {
        counts->misses += UINT64_C(1) << WHOLE; /* no fetch */
    }
    counts->misses += 1 + ((uint64_t)write << WRITE_MISSES);
    return false;
}

static inline size_t walk_writes_on(FlatCache *flat, const Access *accesses, size_t n,
                                    uint64_t *out, bool write_back, bool allocate)
{
    const FlatShape shape = flat->shape;
    Counts counts = { .out = out };

    for (const Access *access = accesses; access < accesses + n; access++) {
        const bool write = access->op == ACCESS_WRITE;
        const bool there = use_line(&shape, &counts, access, !write || allocate,
                                    write && write_back ? FLAT_DIRTY : 0);

        if (!write || (write_back && (there || allocate)))
            continue;
        flat->stats.passed++;
        flat->stats.passed_bytes += access->bytes;
        *counts.out++ = access->addr >> shape.line_shift << ENTRY_BITS | ENTRY_WRITE |
                        (access->bytes >= shape.below_bytes ? ENTRY_WHOLE : 0);
    }
    return add_counts(flat, &counts, out);
}

static size_t first_through(FlatCache *flat, const Access *accesses, size_t n, uint64_t *out)
{
    return walk_writes_on(flat, accesses, n, out, false, true);
}

static size_t first_around(FlatCache *flat, const Access *accesses, size_t n, uint64_t *out)
{
    return walk_writes_on(flat, accesses, n, out, false, false);
}

static size_t first_back_around(FlatCache *flat, const Access *accesses, size_t n, uint64_t *out)
{
    return walk_writes_on(flat, accesses, n, out, true, false);
}

/* ---- the walks for any processor ---- */

static size_t first_each(FlatCache *flat, const Access *accesses, size_t n, uint64_t *out)
{
    return walk_first(flat, accesses, n, out, find_any, touch_each, flat->shape.stride);
}

static size_t below_each(FlatCache *flat, const uint64_t *entries, size_t n, uint64_t *out)
{
    return walk_below(flat, entries, n, out, find_any, touch_each, flat->shape.stride);
}

/* ---- the same in vectors; last: nobody is below ---- */

#ifdef __x86_64__

FOR_AVX2 static size_t first_8(FlatCache *flat, const Access *accesses, size_t n, uint64_t *out)
{
    return walk_first(flat, accesses, n, out, find_masked, touch_8, LANES);
}

FOR_AVX2 static size_t first_8_last(FlatCache *flat, const Access *accesses, size_t n,
                                    uint64_t *out)
{
    (void)out;
    return walk_first(flat, accesses, n, NULL, find_masked, touch_8, LANES);
}

FOR_AVX2 static size_t first_16(FlatCache *flat, const Access *accesses, size_t n, uint64_t *out)
{
    return walk_first(flat, accesses, n, out, find_masked, touch_16, 2 * LANES);
}

FOR_AVX2 static size_t below_8(FlatCache *flat, const uint64_t *entries, size_t n, uint64_t *out)
{
    return walk_below(flat, entries, n, out, find_masked, touch_8, LANES);
}

FOR_AVX2 static size_t below_8_divided(FlatCache *flat, const uint64_t *entries, size_t n,
                                       uint64_t *out)
{
    return walk_below(flat, entries, n, out, find_divided, touch_8, LANES);
}

FOR_AVX2 static size_t below_16(FlatCache *flat, const uint64_t *entries, size_t n, uint64_t *out)
{
    return walk_below(flat, entries, n, out, find_masked, touch_16, 2 * LANES);
}

FOR_AVX2 static size_t below_16_last(FlatCache *flat, const uint64_t *entries, size_t n,
                                     uint64_t *out)
{
    (void)out;
    return walk_below(flat, entries, n, NULL, find_masked, touch_16, 2 * LANES);
}

FOR_AVX2 static size_t below_16_divided(FlatCache *flat, const uint64_t *entries, size_t n,
                                        uint64_t *out)
{
    return walk_below(flat, entries, n, out, find_divided, touch_16, 2 * LANES);
}

static void choose_vectors(FlatCache *flat)
{
    const bool last = !flat->below, divided = flat->shape.starts;

    if (flat->shape.stride == LANES) {
        flat->walk = divided ? below_8_divided : below_8;
        if (!divided)
            flat->first = last ? first_8_last : first_8;
    } else {
        flat->walk = divided ? below_16_divided : last ? below_16_last : below_16;
        if (!divided)
            flat->first = first_16;
    }
}

#else

enum { LANES = 8 };

static void choose_vectors(FlatCache *flat)
{
    (void)flat;
}

#endif

/* Few ways are faster one by one, and take less room. */
uint32_t flat_stride(uint32_t ways, bool vectors)
{
    if (!vectors || ways <= LANES / 2)
        return ways;
    return (ways + LANES - 1) / LANES * LANES;
}

void flat_choose_walks(FlatCache *flat, bool write_back, bool allocate)
{
    flat->first = first_each;
    flat->walk = below_each;
    if (flat->flat->vectors && flat->shape.stride % LANES == 0)
        choose_vectors(flat);
    if (!write_back)
        flat->first = allocate ? first_through : first_around;
    else if (!allocate)
        flat->first = first_back_around;
}
