/*
 * plain_set - the sets of plain caches, and what goes from one to the next; for cache_plain.c and cache_plain_run.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_PLAIN_SET_H
#define CACHE_PLAIN_SET_H

#include "base/cpu.h"
#include "cache/plain.h"

enum { PLAIN_AHEAD = 4 /* lines before it is looked up, the host is to have a set */ };

/* Where a line belongs in a cache. */
typedef struct {
    uint64_t line, set;
} Home;

INLINE Home home_of(const Tags *tags, uint64_t line)
{
    return (Home){ .line = line, .set = line & tags->set_mask };
}

INLINE bool is_word_of(uint64_t word, uint64_t line)
{
    return (word | 1) == (line << 1 | 1);
}

/* Find a line and use it.  Returns its place, or TAGS_NONE. */
INLINE size_t use_line(const Tags *tags, Home home)
{
    const uint8_t *marks = &tags->marks[home.set * TAGS_MARKS_AT_ONCE];
    const size_t first = home.set * tags->ways;
    uint32_t same = tags_same_marks(marks, tags_mark(home.line)) & tags->way_mask;

    for (; same; same &= same - 1) {
        const uint32_t way = (uint32_t)__builtin_ctz(same);

        if (G_LIKELY(is_word_of(tags->words[first + way], home.line))) {
            tags->lru[home.set] = lru_word_touch(tags->lru[home.set], way);
            return first + way;
        }
    }
    return TAGS_NONE;
}

/* Put a line, which is not there, in.  Returns its place; *left: the word that was there. */
INLINE size_t put_line(const Tags *tags, Home home, bool dirty, uint64_t *left)
{
    const uint64_t order = tags->lru[home.set], way = order >> tags->order_shift;
    const size_t place = home.set * tags->ways + way;

    *left = tags->words[place];
    tags->lru[home.set] = (order << 4 & tags->order_mask) | way;
    tags->marks[home.set * TAGS_MARKS_AT_ONCE + way] = tags_mark(home.line);
    tags->words[place] = home.line << 1 | dirty;
    return place;
}

INLINE bool is_dirty_word(uint64_t word)
{
    return (word & 1) && word != TAGS_INVALID;
}

/* The place of a line that was used last in its set, or TAGS_NONE: nothing has to move. */
INLINE size_t last_used(const Tags *tags, Home home)
{
    const size_t place = home.set * tags->ways + (tags->lru[home.set] & 15);

    return is_word_of(tags->words[place], home.line) ? place : TAGS_NONE;
}

/* Use the line of an access, if it is there. */
INLINE size_t look_up(const Tags *tags, Home home)
{
    const size_t place = last_used(tags, home);

    return place != TAGS_NONE ? place : use_line(tags, home);
}

/* What comes to a level: a line that is read, or a dirty one that has left the level above. */
typedef struct {
    uint64_t line;
    uint32_t step; /* the access that it comes from */
    uint32_t write;
} Down;

/* An access brings up to two lines to each level below the first one than it has brought to the level above, and one more. */
enum { DOWN_MAX = (PLAIN_LEVELS + 1) * FRONT_AHEAD };

/* What was in the place of a line that an access has brought goes on if it is dirty. */
INLINE Down *send_left(Down *out, uint64_t left, uint32_t step)
{
    if (G_LIKELY(!is_dirty_word(left)))
        return out;
    *out = (Down){ .line = left >> 1, .step = step, .write = 1 };
    return out + 1;
}

/* A first level has been walked: count that, and walk what it has sent down. */
void cache_end_walk(Cache *first, const WalkCounts *counts, Down *down, size_t n, FrontStep *steps);

#endif
