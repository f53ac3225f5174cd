/*
 * tags - which lines a cache holds and which of them are dirty.
 *
 * A flat array, set by set.  A word is the line number times two, plus one when dirty.  A byte a line, its mark, says
 * which words of a set are worth comparing: sixteen marks are compared at once.  Beyond TAGS_SCAN_WAYS ways
 * a hash from line to place replaces the scan of the set.  LRU with up to sixteen ways is inlined here; all else is in
 * tags.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_TAGS_H
#define CACHE_TAGS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "cache/cache_config.h"
#include "cache/repl.h"
#include "cache/repl_order.h"

enum { TAGS_SCAN_WAYS = 32, TAGS_MARKS_AT_ONCE = 16 };
#define TAGS_NONE SIZE_MAX
#define TAGS_INVALID UINT64_MAX

typedef struct {
    uint64_t *words;      /* [sets * ways] */
    uint8_t *marks;       /* [sets * mark_stride] */
    uint32_t mark_stride; /* ways rounded up to 16 */
    uint64_t sets;
    uint64_t set_mask; /* sets - 1 when sets is a power of two and not hashed, else 0 */
    uint32_t ways;
    uint32_t line_shift;
    bool hashed_index;
    bool exclusive; /* of the level above */
    const ReplOps *repl;
    uint8_t *repl_state; /* [sets * set_bytes] */
    size_t set_bytes;
    uint64_t *
        lru; /* [sets], of LRU in one word, which is inlined; else NULL, and the policy has its state */
    uint64_t order_mask;  /* of that word: its nibbles */
    uint32_t order_shift; /* to its last nibble */
    uint32_t way_mask;    /* a bit for each way */
    void *repl_common;
    Rng rng;
    uint64_t n_valid; /* lines held; not kept for LRU in one word */
    bool holed;      /* lines have left without others coming: ways are no longer filled in order */
    uint64_t *index; /* open addressing: place + 1, or 0; NULL when sets are scanned */
    uint64_t index_mask;
} Tags;

typedef struct {
    uint64_t line;
    bool valid, dirty;
} Victim;

void tags_init(Tags *tags, const CacheConfig *config, uint64_t seed);
void tags_clear(Tags *tags);
/* Number of dirty lines; for tests of conservation. */
uint64_t tags_dirty_lines(const Tags *tags);

static inline bool tags_dirty(const Tags *tags, size_t place)
{
    return tags->words[place] & 1;
}

static inline void tags_set_dirty(Tags *tags, size_t place)
{
    tags->words[place] |= 1;
}

static inline uint64_t tags_set(const Tags *tags, uint64_t line)
{
    if (tags->set_mask || tags->sets == 1)
        return line & tags->set_mask;
    return (tags->hashed_index ? rng_mix(line) : line) % tags->sets;
}

static inline uint8_t *tags_marks(const Tags *tags, uint64_t set)
{
    return &tags->marks[set * tags->mark_stride];
}

static inline uint8_t tags_mark(uint64_t line)
{
    return (uint8_t)(line * RNG_GAMMA >> 56);
}

/* Bit i: marks[i] is mark.  With 16 ways it is worth half the time of a miss against comparing the words. */
static inline uint32_t tags_same_marks(const uint8_t *marks, uint8_t mark)
{
#ifdef __SSE2__
    const __m128i all = _mm_loadu_si128((const __m128i *)(const void *)marks);

    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(all, _mm_set1_epi8((char)mark)));
#else
    uint32_t same = 0;

    for (uint32_t i = 0; i < TAGS_MARKS_AT_ONCE; i++)
        same |= (uint32_t)(marks[i] == mark) << i;
    return same;
#endif
}

/* The place of line among sixteen ways of set, from a way on, or TAGS_NONE. */
static inline size_t tags_scan(const Tags *tags, uint64_t set, uint64_t line, uint32_t from)
{
    const size_t first = set * tags->ways;
    uint32_t same = tags_same_marks(tags_marks(tags, set) + from, tags_mark(line));

    for (; same; same &= same - 1) {
        const uint32_t way = from + (uint32_t)__builtin_ctz(same);

        if (way < tags->ways && (tags->words[first + way] | 1) == (line << 1 | 1))
            return first + way;
    }
    return TAGS_NONE;
}

/* Take the line in place out: the way is filled before another line has to leave. */
void tags_invalidate(Tags *tags, size_t place);
/* Place of line, or TAGS_NONE; nothing is told to the policy. */
size_t tags_find(const Tags *tags, uint64_t line);

size_t tags_access_general(Tags *tags, uint64_t line);
size_t tags_make_room_general(Tags *tags, uint64_t line);

/* Place of line, or TAGS_NONE; a hit is told to the policy. */
static inline __attribute__((always_inline)) size_t tags_access(Tags *tags, uint64_t line)
{
    if (!tags->lru)
        return tags_access_general(tags, line);
    const uint64_t set = tags_set(tags, line);
    const size_t place = tags_scan(tags, set, line, 0);

    if (place != TAGS_NONE)
        tags->lru[set] = lru_word_touch(tags->lru[set], (uint32_t)(place - set * tags->ways));
    return place;
}

/* The host is to have, of LRU in one word, what tags_prefetch looks at. */
static inline void tags_prefetch_order(const Tags *tags, uint64_t line)
{
    __builtin_prefetch(&tags->lru[tags_set(tags, line)], 1);
}

/* The host is to have what it takes to look line up and to put it in, by LRU in one word.  Returns where that would be now. */
static inline size_t tags_prefetch(const Tags *tags, uint64_t line)
{
    const uint64_t set = tags_set(tags, line);
    const size_t place = set * tags->ways + lru_word_last(tags->lru[set], tags->ways);

    __builtin_prefetch(tags_marks(tags, set), 1);
    __builtin_prefetch(&tags->words[place], 1);
    return place;
}

/* The place that line (it is not there) gets: the first invalid way, or that of the victim. */
static inline size_t tags_make_room(Tags *tags, uint64_t line)
{
    if (!tags->lru)
        return tags_make_room_general(tags, line);
    const uint64_t set = tags_set(tags, line);
    const uint64_t order = tags->lru[set];
    const uint32_t way = lru_word_last(order, tags->ways);

    tags->lru[set] = lru_word_replace(order, tags->ways);
    tags_marks(tags, set)[way] = tags_mark(line);
    return set * tags->ways + way;
}

/* Bring line in (it is not there).  Returns the place; what was there is the victim. */
static inline size_t tags_install(Tags *tags, uint64_t line, bool dirty, Victim *victim)
{
    const size_t place = tags_make_room(tags, line);
    const uint64_t old = tags->words[place];

    *victim = (Victim){ .line = old >> 1, .valid = old != TAGS_INVALID, .dirty = old & 1 };
    tags->words[place] = line << 1 | dirty;
    return place;
}

#endif
