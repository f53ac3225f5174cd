/*
 * tags - which lines a cache holds.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/tags.h"

#include <glib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "cache/repl_lru_state.h"

enum { MARKS_AT_ONCE = 16 };

static uint32_t log2_exact(uint64_t n)
{
    return (uint32_t)g_bit_nth_lsf((gulong)n, -1);
}

void tags_init(Tags *tags, const CacheConfig *config, uint64_t seed)
{
    const uint64_t lines = config->size_bytes / config->line_bytes;

    *tags = (Tags){ .ways = config->ways ? config->ways : (uint32_t)lines,
                    .line_shift = log2_exact(config->line_bytes),
                    .hashed_index = config->index == CACHE_INDEX_HASH,
                    .repl = repl_ops(config->policy),
                    .rng = { .state = seed } };
    tags->sets = lines / tags->ways;
    if ((tags->sets & (tags->sets - 1)) == 0 && !tags->hashed_index)
        tags->set_mask = tags->sets - 1;
    tags->mark_stride = (tags->ways + MARKS_AT_ONCE - 1) / MARKS_AT_ONCE * MARKS_AT_ONCE;
    if (tags->ways <= TAGS_SCAN_WAYS)
        tags->marks = g_malloc0(tags->sets * tags->mark_stride);
    tags->words = g_new(uint64_t, lines);
    memset(tags->words, 0xFF, lines * sizeof tags->words[0]);
    tags->set_bytes = (tags->repl->set_bytes(tags->ways) + 7) / 8 * 8;
    tags->repl_state = g_malloc0(tags->sets * tags->set_bytes + 1);
    tags->lru_word = strcmp(tags->repl->name, "lru") == 0 && tags->ways <= LRU_WORD_WAYS;
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
    g_clear_pointer(&tags->index, g_free);
}

static inline uint64_t set_of(const Tags *tags, uint64_t line)
{
    if (tags->set_mask || tags->sets == 1)
        return line & tags->set_mask;
    return (tags->hashed_index ? rng_mix(line) : line) % tags->sets;
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

static inline void *state_of(const Tags *tags, uint64_t set)
{
    return &tags->repl_state[set * tags->set_bytes];
}

static inline uint8_t mark_of(uint64_t line)
{
    return (uint8_t)(line * RNG_GAMMA >> 56);
}

/* Bit i: marks[i] is mark.  With 16 ways it is worth half the time of a miss against comparing the words. */
static inline uint32_t same_marks(const uint8_t *marks, uint8_t mark)
{
#ifdef __SSE2__
    const __m128i all = _mm_loadu_si128((const __m128i *)(const void *)marks);

    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(all, _mm_set1_epi8((char)mark)));
#else
    uint32_t same = 0;

    for (uint32_t i = 0; i < MARKS_AT_ONCE; i++)
        same |= (uint32_t)(marks[i] == mark) << i;
    return same;
#endif
}

/* The way of set that has line; ways: none. */
static inline uint32_t scan_set(const Tags *tags, uint64_t set, uint64_t line)
{
    const uint64_t *words = &tags->words[set * tags->ways];
    const uint8_t *marks = &tags->marks[set * tags->mark_stride];
    const uint64_t wanted = line << 1 | 1;
    const uint8_t mark = mark_of(line);

    for (uint32_t first = 0; first < tags->ways; first += MARKS_AT_ONCE)
        for (uint32_t same = same_marks(marks + first, mark); same; same &= same - 1) {
            const uint32_t way = first + (uint32_t)__builtin_ctz(same);

            if (way < tags->ways && (words[way] | 1) == wanted)
                return way;
        }
    return tags->ways;
}

static size_t access_indexed(Tags *tags, uint64_t line)
{
    const size_t place = index_find(tags, line);

    if (place != TAGS_NONE) {
        const uint64_t set = place / tags->ways;

        tags->repl->on_hit(state_of(tags, set), tags->ways, (uint32_t)(place - set * tags->ways));
    }
    return place;
}

size_t tags_access(Tags *tags, uint64_t line)
{
    if (tags->index)
        return access_indexed(tags, line);
    const uint64_t set = set_of(tags, line);
    const size_t first = set * tags->ways;
    const uint32_t way = scan_set(tags, set, line);

    if (way == tags->ways)
        return TAGS_NONE;
    if (tags->lru_word)
        lru_word_touch(state_of(tags, set), way);
    else
        tags->repl->on_hit(state_of(tags, set), tags->ways, way);
    return first + way;
}

static uint32_t invalid_way(const Tags *tags, size_t first)
{
    /* Ways are filled in order and lines never leave without another coming: the last one tells. */
    if (tags->words[first + tags->ways - 1] != TAGS_INVALID)
        return tags->ways;
    uint32_t low = 0, high = tags->ways - 1; /* high is invalid */

    while (low < high) {
        const uint32_t middle = (low + high) / 2;

        if (tags->words[first + middle] == TAGS_INVALID)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

size_t tags_install(Tags *tags, uint64_t line, bool dirty, Victim *victim)
{
    const uint64_t set = set_of(tags, line);
    const size_t first = set * tags->ways;
    uint32_t way = invalid_way(tags, first);

    victim->valid = way == tags->ways;
    if (victim->valid) {
        way = tags->lru_word ? lru_word_last(*(uint64_t *)state_of(tags, set), tags->ways)
                             : tags->repl->victim(state_of(tags, set), tags->ways, &tags->rng);
        victim->line = tags->words[first + way] >> 1;
        victim->dirty = tags->words[first + way] & 1;
        if (tags->index)
            index_remove(tags, victim->line);
    }
    tags->words[first + way] = line << 1 | dirty;
    if (tags->index)
        index_add(tags, line, first + way);
    else
        tags->marks[set * tags->mark_stride + way] = mark_of(line);
    if (tags->lru_word)
        lru_word_touch(state_of(tags, set), way);
    else
        tags->repl->on_fill(state_of(tags, set), tags->ways, way);
    return first + way;
}

uint64_t tags_dirty_lines(const Tags *tags)
{
    uint64_t dirty = 0;

    for (size_t place = 0; place < tags->sets * tags->ways; place++)
        dirty += tags->words[place] != TAGS_INVALID && (tags->words[place] & 1);
    return dirty;
}
