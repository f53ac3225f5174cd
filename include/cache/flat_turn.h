/*
 * flat_turn - lines, evenly apart, that come to a flat cache and all miss: what they do to its sets is done in one go.
 *
 * Such lines turn through some sets: a column of a matrix may come to one only, and each of its lines drives out the one that
 * came to the set as many lines before as it has ways.  One by one each waits for what the one before has done to the set:
 * without this a product of matrices of 512 x 512 takes 1.4 times as long, and a walk by whole lines twice.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_FLAT_TURN_H
#define CACHE_FLAT_TURN_H

#include "cache/flat_set.h"

enum {
    TURN_REST = 4
}; /* lines, or twice as many each time, before it is worth looking again whether they turn */

/* What comes to one of the sets. */
typedef struct {
    uint32_t *tags; /* of the set */
    uint32_t first, last, n;
} Arrivals;

/* In the set of a line of the first turn, when the line and some others come. */
INLINE Arrivals turn_arrivals(const FlatShape *shape, const FlatTurn *turn, uint64_t line,
                              uint64_t lines, Made made)
{
    Arrivals arrivals = { .n = (uint32_t)((lines - 1) >> turn->sets_log2) + 1 };

    arrivals.tags = &shape->tags[find_masked(shape, line, &arrivals.first) * made.stride];
    arrivals.last = arrivals.first + (arrivals.n - 1) * turn->tag_step;
    return arrivals;
}

/* Whether lines from the first to the last may be in the set. */
INLINE bool may_be_there(const uint32_t *tags, uint32_t first, uint32_t last, Made made)
{
    const uint32_t low = MIN(first, last), span = MAX(first, last) - low;
    uint32_t there = 0;

    for (uint32_t way = 0; way < made.stride; way++)
        there |= (tags[way] & ~FLAT_DIRTY) - low <= span;
    return there;
}

/* How many of them come, at least, before one is there or a dirty line leaves. */
INLINE uint32_t clean_misses(const FlatShape *shape, const Arrivals *arrivals, uint32_t step,
                             Made made)
{
    uint32_t dirty = 0, clean = 0, n = arrivals->n;

    if (may_be_there(arrivals->tags, arrivals->first, arrivals->last, made)) {
        n = MIN(n, shape->ways); /* what is there now may have left by then */
        if (may_be_there(arrivals->tags, arrivals->first, arrivals->first + (n - 1) * step, made))
            return 0;
    }
    for (uint32_t way = 0; way < made.stride; way++)
        dirty |= arrivals->tags[way];
    if (!(dirty & FLAT_DIRTY))
        return n;
    while (!(arrivals->tags[shape->ways - 1 - clean] & FLAT_DIRTY))
        clean++;
    return MIN(n, clean);
}

/* How many lines, up to so many from a first one on, all miss and drive out no dirty one, at least. */
INLINE uint64_t turn_misses(const FlatShape *shape, const FlatTurn *turn, uint64_t line,
                            uint64_t lines, Made made)
{
    for (uint64_t i = 0; i < lines && i >> turn->sets_log2 == 0; i++) {
        const Arrivals arrivals =
            turn_arrivals(shape, turn, line + i * turn->lines, lines - i, made);
        const uint64_t clean = clean_misses(shape, &arrivals, turn->tag_step, made);

        lines = MIN(lines, i + (clean << turn->sets_log2));
    }
    return lines;
}

/* The sets are as after so many lines. */
INLINE void turn_sets(const FlatShape *shape, const FlatTurn *turn, uint64_t line, uint64_t lines,
                      Made made)
{
    for (uint64_t i = 0; i < lines && i >> turn->sets_log2 == 0; i++) {
        const Arrivals arrivals =
            turn_arrivals(shape, turn, line + i * turn->lines, lines - i, made);
        uint32_t tag = arrivals.last;

        for (uint32_t way = shape->ways; way-- > arrivals.n;)
            arrivals.tags[way] = arrivals.tags[way - arrivals.n];
        for (uint32_t way = 0; way < MIN(arrivals.n, shape->ways); way++, tag -= turn->tag_step)
            arrivals.tags[way] = tag;
    }
}

#endif
