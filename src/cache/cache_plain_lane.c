/*
 * cache_plain_lane - what is known of the lanes of a run before it is walked.  See plain_lane.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/plain_lane.h"

enum {
    SETS_MOST = 4, /* through which lines turn that are worth being looked for */
    REST = 16      /* units until they are looked for again */
};

/* Whether all its accesses lie in lines, and are walked if they miss. */
static bool is_plain_lane(const Cache *cache, const Access *access, uint64_t stride)
{
    const uint64_t bytes = access->bytes;
    const bool aligned = (bytes & (bytes - 1)) == 0 && ((access->addr | stride) & (bytes - 1)) == 0;

    if (access->op == ACCESS_WRITE)
        return cache->write_back && cache->allocate && aligned && bytes < cache->line_bytes;
    return access->op == ACCESS_READ && aligned && bytes <= cache->line_bytes;
}

bool cache_can_walk_run(const Cache *first, const Access *accesses, size_t n, uint32_t unit)
{
    bool can = first->walks_misses && unit > 0 && n >= 2 * (size_t)unit;

    for (uint32_t i = 0; can && i < unit; i++)
        can = is_plain_lane(first, &accesses[i], accesses[i + unit].addr - accesses[i].addr);
    return can;
}

/* Of accesses that are a unit apart from first to last. */
static Lane lane_of(const Cache *cache, const Access *first, const Access *last, uint64_t stride)
{
    const uint32_t shift = cache->tags.line_shift;
    const uint64_t from = first->addr >> shift, to = last->addr >> shift;
    Lane lane = { .line = TAGS_INVALID,
                  .write = first->op == ACCESS_WRITE,
                  .far = MIN(stride, -stride) >= cache->line_bytes,
                  .stride = stride,
                  .lines = (uint64_t)((int64_t)stride >> shift),
                  .low = MIN(from, to) };

    lane.span = MAX(from, to) - lane.low;
    if (lane.far && !lane.write && (stride & (cache->line_bytes - 1)) == 0 &&
        (to > from) == ((int64_t)stride > 0)) {
        lane.apart = MIN(lane.lines & -lane.lines, cache->tags.sets);
        lane.sets = (uint32_t)MIN(cache->tags.sets / lane.apart, SETS_MOST + 1) % (SETS_MOST + 1);
    }
    return lane;
}

/* Lanes that others may bring lines of are not known to miss. */
static void keep_apart(Lane *lanes, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < n; k++)
            if (i != k && (lanes[k].low - lanes[i].low <= lanes[i].span ||
                           lanes[i].low - lanes[k].low <= lanes[k].span))
                lanes[i].sets = 0;
}

bool plainwalk_turns_apart(const Walk *walk)
{
    for (uint32_t k = 0; k < walk->unit; k++) {
        const Lane *lane = &walk->lanes[k];

        if (lane->far && lane->sets == 0)
            return false;
        for (uint32_t i = 0; i < k; i++)
            if (lane->far && walk->lanes[i].far &&
                ((lane->low ^ walk->lanes[i].low) & (MIN(lane->apart, walk->lanes[i].apart) - 1)) ==
                    0)
                return false;
    }
    return true;
}

void plainwalk_init_lanes(Walk *walk, const Cache *first, size_t n)
{
    const Access *accesses = walk->access;
    const uint32_t unit = walk->unit;

    for (uint32_t k = 0; k < unit; k++) {
        walk->lanes[k] = lane_of(first, &accesses[k], &accesses[n - unit + k],
                                 accesses[k + unit].addr - accesses[k].addr);
        walk->n_far += walk->lanes[k].far;
        walk->near = walk->lanes[k].far ? walk->near : k;
    }
    keep_apart(walk->lanes, unit);
}

/* ---- what is known to miss ---- */

/* Whether a set may hold lines from low to low + span, or does hold a dirty one. */
static inline bool may_hold(const Tags *tags, uint64_t set, uint64_t low, uint64_t span)
{
    const uint64_t *words = &tags->words[set * tags->ways];
    bool there = false;

    for (uint32_t way = 0; way < tags->ways; way++)
        there |= (words[way] >> 1) - low <= span || is_dirty_word(words[way]);
    return there;
}

/* For how many units, up to so many, the lane, which is in line, is known to miss from the next one on. */
static size_t absent_units(const Tags *tags, const Lane *lane, uint64_t line, size_t units)
{
    const uint64_t first = line + lane->lines, last = line + units * lane->lines;
    const uint64_t low = MIN(first, last), span = MAX(first, last) - low;
    bool there = units == 0;

    for (uint32_t i = 0; i < lane->sets && !there; i++)
        there = may_hold(tags, (first + i * lane->lines) & tags->set_mask, low, span);
    return there ? 0 : units;
}

void plainlane_look_ahead(const Tags *tags, Lane *lane, uint64_t line, size_t units)
{
    if (lane->rest > 0) {
        lane->rest--;
        return;
    }
    lane->absent = absent_units(tags, lane, line, units);
    lane->rest = lane->absent > 0 ? 0 : REST;
}
