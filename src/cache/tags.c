/*
 * tags - which lines a cache holds.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/tags.h"

#include <glib.h>
#include <string.h>

static uint32_t log2_exact(uint64_t n)
{
    return (uint32_t)g_bit_nth_lsf((gulong)n, -1);
}

static void init_policy(Tags *tags)
{
    if (strcmp(tags->repl->name, "lru") == 0 && tags->ways <= LRU_WORD_WAYS) {
        tags->lru = g_new(uint64_t, tags->sets);
        for (uint64_t set = 0; set < tags->sets; set++)
            tags->lru[set] = lru_word_unused(tags->ways);
        tags->order_shift = 4 * (tags->ways - 1);
        tags->order_mask = UINT64_MAX >> (60 - tags->order_shift);
        tags->way_mask = (UINT32_C(2) << (tags->ways - 1)) - 1;
        return;
    }
    tags->set_bytes = (tags->repl->set_bytes(tags->ways) + 7) / 8 * 8;
    tags->repl_state = g_malloc0(tags->sets * tags->set_bytes + 1);
    tags->repl_common = g_malloc0(tags->repl->common_bytes); /* of no bytes: NULL */
}

void tags_init(Tags *tags, const CacheConfig *config, uint64_t seed)
{
    const uint64_t lines = config->size_bytes / config->line_bytes;

    *tags = (Tags){ .ways = config->ways ? config->ways : (uint32_t)lines,
                    .line_shift = log2_exact(config->line_bytes),
                    .hashed_index = config->index == CACHE_INDEX_HASH,
                    .exclusive = config->inclusion == CACHE_EXCLUSIVE,
                    .repl = repl_ops(config->policy),
                    .rng = { .state = seed } };
    tags->sets = lines / tags->ways;
    if ((tags->sets & (tags->sets - 1)) == 0 && !tags->hashed_index)
        tags->set_mask = tags->sets - 1;
    tags->mark_stride =
        (tags->ways + TAGS_MARKS_AT_ONCE - 1) / TAGS_MARKS_AT_ONCE * TAGS_MARKS_AT_ONCE;
    if (tags->ways <= TAGS_SCAN_WAYS)
        tags->marks = g_malloc0(tags->sets * tags->mark_stride);
    tags->words = g_new(uint64_t, lines);
    memset(tags->words, 0xFF, lines * sizeof tags->words[0]);
    init_policy(tags);
    if (tags->ways > TAGS_SCAN_WAYS) {
        tags->index_mask = (UINT64_C(2) << (64 - __builtin_clzll(lines))) - 1;
        tags->index = g_new0(uint64_t, tags->index_mask + 1);
    }
}

void tags_clear(Tags *tags)
{
    g_clear_pointer(&tags->words, g_free);
    g_clear_pointer(&tags->marks, g_free);
    g_clear_pointer(&tags->repl_state, g_free);
    g_clear_pointer(&tags->repl_common, g_free);
    g_clear_pointer(&tags->lru, g_free);
    g_clear_pointer(&tags->index, g_free);
}

static inline uint64_t index_home(const Tags *tags, uint64_t line)
{
    return rng_mix(line) & tags->index_mask;
}

static size_t index_find(const Tags *tags, uint64_t line)
{
    for (uint64_t at = index_home(tags, line); tags->index[at]; at = (at + 1) & tags->index_mask) {
        const size_t place = tags->index[at] - 1;

        if (tags->words[place] >> 1 == line)
            return place;
    }
    return TAGS_NONE;
}

static void index_add(Tags *tags, uint64_t line, size_t place)
{
    uint64_t at = index_home(tags, line);

    while (tags->index[at])
        at = (at + 1) & tags->index_mask;
    tags->index[at] = place + 1;
}

/* Take the entry of line (still in its place) out and close the gap.  Knuth, TAOCP vol. 3, 6.4, algorithm R. */
static void index_remove(Tags *tags, uint64_t line)
{
    uint64_t gap = index_home(tags, line);

    while (tags->words[tags->index[gap] - 1] >> 1 != line)
        gap = (gap + 1) & tags->index_mask;
    for (uint64_t at = (gap + 1) & tags->index_mask; tags->index[at];
         at = (at + 1) & tags->index_mask) {
        const uint64_t home = index_home(tags, tags->words[tags->index[at] - 1] >> 1);

        if (((at - home) & tags->index_mask) >= ((at - gap) & tags->index_mask)) {
            tags->index[gap] = tags->index[at];
            gap = at;
        }
    }
    tags->index[gap] = 0;
}

static inline ReplSet set_of(Tags *tags, uint64_t set)
{
    return (ReplSet){ .state = &tags->repl_state[set * tags->set_bytes],
                      .common = tags->repl_common,
                      .ways = tags->ways,
                      .set = set,
                      .sets = tags->sets,
                      .exclusive = tags->exclusive,
                      .rng = &tags->rng };
}

size_t tags_find(const Tags *tags, uint64_t line)
{
    if (tags->index)
        return index_find(tags, line);
    const uint64_t set = tags_set(tags, line);
    size_t place = TAGS_NONE;

    for (uint32_t from = 0; from < tags->ways && place == TAGS_NONE; from += TAGS_MARKS_AT_ONCE)
        place = tags_scan(tags, set, line, from);
    return place;
}

size_t tags_access_general(Tags *tags, uint64_t line)
{
    const size_t place = tags_find(tags, line);

    if (place != TAGS_NONE) {
        const ReplSet set = set_of(tags, tags_set(tags, line));

        tags->repl->on_hit(&set, (uint32_t)(place - set.set * tags->ways));
    }
    return place;
}

/* The first invalid way of a set in which ways were filled in order and the last one is invalid. */
static uint32_t first_unfilled(const Tags *tags, const uint64_t *words)
{
    uint32_t low = 0, high = tags->ways - 1; /* high is invalid */

    while (low < high) {
        const uint32_t middle = (low + high) / 2;

        if (words[middle] == TAGS_INVALID)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* The first invalid way of a set, or the number of ways. */
static uint32_t invalid_way(const Tags *tags, const uint64_t *words)
{
    uint32_t way = 0;

    if (!tags->holed)
        return words[tags->ways - 1] == TAGS_INVALID ? first_unfilled(tags, words) : tags->ways;
    if (tags->n_valid == tags->sets * tags->ways)
        return tags->ways;
    while (way < tags->ways && words[way] != TAGS_INVALID)
        way++;
    return way;
}

size_t tags_make_room_general(Tags *tags, uint64_t line)
{
    const ReplSet set = set_of(tags, tags_set(tags, line));
    const size_t first = set.set * tags->ways;
    uint32_t way = invalid_way(tags, &tags->words[first]);

    if (way == tags->ways) {
        way = tags->repl->victim(&set);
        if (tags->index)
            index_remove(tags, tags->words[first + way] >> 1);
    } else {
        tags->n_valid++;
    }
    tags->repl->on_fill(&set, way, line);
    if (tags->index)
        index_add(tags, line, first + way);
    else
        tags_marks(tags, set.set)[way] = tags_mark(line);
    return first + way;
}

void tags_invalidate(Tags *tags, size_t place)
{
    if (tags->lru) {
        const uint64_t set = place / tags->ways;

        tags->lru[set] =
            lru_word_demote(tags->lru[set], tags->ways, (uint32_t)(place % tags->ways));
    } else {
        tags->n_valid--;
        tags->holed = true;
    }
    if (tags->index)
        index_remove(tags, tags->words[place] >> 1);
    tags->words[place] = TAGS_INVALID;
}

uint64_t tags_dirty_lines(const Tags *tags)
{
    uint64_t dirty = 0;

    for (size_t place = 0; place < tags->sets * tags->ways; place++)
        dirty += tags->words[place] != TAGS_INVALID && (tags->words[place] & 1);
    return dirty;
}
