/*
 * tags - which lines a cache holds and which of them are dirty.
 *
 * A flat array, set by set.  A word is the line number times two, plus one when dirty.  A byte a line, its mark, says
 * which words of a set are worth comparing: sixteen marks are compared at once.  Beyond TAGS_SCAN_WAYS ways
 * a hash from line to place replaces the scan of the set.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_TAGS_H
#define CACHE_TAGS_H

#include <stdbool.h>
#include <stddef.h>

#include "cache/cache_config.h"
#include "cache/repl.h"

enum { TAGS_SCAN_WAYS = 32 };
#define TAGS_NONE SIZE_MAX
#define TAGS_INVALID UINT64_MAX

typedef struct {
    uint64_t *words;      /* [sets * ways] */
    uint8_t *marks;       /* [sets * mark_stride] */
    uint32_t mark_stride; /* ways rounded up to 16 */
    uint64_t sets,
        set_mask; /* the mask is sets - 1 when sets is a power of two and not hashed, else 0 */
    uint32_t ways;
    uint32_t line_shift;
    bool hashed_index;
    const ReplOps *repl;
    uint8_t *repl_state; /* [sets * set_bytes] */
    size_t set_bytes;
    bool lru_word; /* the policy is LRU in one word: inlined */
    Rng rng;
    uint64_t *index; /* open addressing: place + 1, or 0; NULL when sets are scanned */
    uint64_t index_mask;
} Tags;

typedef struct {
    uint64_t line;
    bool valid, dirty;
} Victim;

void tags_init(Tags *tags, const CacheConfig *config, uint64_t seed);
void tags_clear(Tags *tags);
/* Place of line, or TAGS_NONE; a hit is told to the policy. */
size_t tags_access(Tags *tags, uint64_t line);
/* Bring line in (it is not there), in the first invalid way or in place of a victim.  Returns the place. */
size_t tags_install(Tags *tags, uint64_t line, bool dirty, Victim *victim);
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

#endif
