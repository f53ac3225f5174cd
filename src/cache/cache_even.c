/*
 * cache_even - runs of evenly moving accesses that hit in a first cache: each line is looked up once.
 *
 * While no access leaves its line, all that they do to an LRU cache is to use these lines in the order of the accesses, however
 * often.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/watch.h"

/* An access of a run. */
typedef struct {
    uint64_t addr; /* in the first unit in another line */
    uint64_t left; /* units for which it stays in its line */
    uint64_t set;
    size_t place; /* of its line */
} Lane;

/* The access goes on to the line of its address.  False if that is not there at time now; then nothing has changed. */
static inline bool enter_line(const Cache *cache, Lane *lane, uint64_t stride, Tick now)
{
    const Tags *tags = &cache->tags;
    const uint64_t line = lane->addr >> tags->line_shift, set = tags_set(tags, line);
    const size_t place = tags_scan(tags, set, line, 0);

    if (place == TAGS_NONE || cache->front.ready_fs[place] > now)
        return false;
    lane->set = set;
    lane->place = place;
    lane->left = even_units_in_line(lane->addr, stride, cache->line_bytes);
    lane->addr += lane->left * stride;
    return true;
}

/* All accesses use their lines, in order. */
static inline void use_lines(Cache *cache, const EvenRun *run, const Lane *lanes)
{
    const Tags *tags = &cache->tags;

    for (uint32_t i = 0; i < run->n; i++) {
        uint64_t *order = &tags->lru[lanes[i].set];

        *order = lru_word_touch(*order, (uint32_t)(lanes[i].place - lanes[i].set * tags->ways));
        if (run->access[i].op == ACCESS_WRITE)
            tags_set_dirty(&cache->tags, lanes[i].place);
    }
}

/* Whether hits of the run change nothing but the order of lines, their dirty bits and counters. */
static bool may_count(const Cache *cache, const EvenRun *run)
{
    bool may = cache->tags.lru && !cache->sectors && !cache->watch && cache->front.ready_fs;

    for (uint32_t i = 0; i < run->n; i++)
        may = may && (run->access[i].op == ACCESS_READ || (cache->write_back && cache->allocate));
    return may;
}

static void count_hits(Cache *cache, const EvenRun *run, const Lane *last, uint64_t units)
{
    FrontLine *line = &cache->front.line;

    for (uint32_t i = 0; i < run->n; i++)
        *(run->access[i].op == ACCESS_WRITE ? &line->writes : &line->reads) += units;
    line->bytes = 0;
    cache->last_place = cache->front.recent = last->place;
    cache->last_line = cache->tags.words[last->place] >> 1;
}

uint64_t cache_walk_even(Front *front, const EvenRun *run, uint64_t units, Tick now)
{
    Cache *cache = cache_of_front(front);
    Lane lanes[EVEN_MAX];
    uint64_t unit = 0;

    if (!may_count(cache, run))
        return 0;
    for (uint32_t i = 0; i < run->n; i++)
        lanes[i] = (Lane){ .addr = run->access[i].addr };
    while (unit < units) {
        uint64_t stay = units - unit;
        bool there = true;

        for (uint32_t i = 0; there && i < run->n; i++) {
            if (lanes[i].left == 0)
                there = enter_line(cache, &lanes[i], run->stride[i], now);
            stay = MIN(stay, lanes[i].left);
        }
        if (!there)
            break;
        use_lines(cache, run, lanes);
        for (uint32_t i = 0; i < run->n; i++)
            lanes[i].left -= stay;
        unit += stay;
    }
    if (unit > 0)
        count_hits(cache, run, &lanes[run->n - 1], unit);
    return unit;
}
