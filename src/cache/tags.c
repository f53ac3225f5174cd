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
#define NO_WAY UINT32_MAX

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

/* The way of set, among the sixteen from a way on, that has line, or NO_WAY. */
static inline uint32_t scan_marks(const Tags *tags, uint64_t set, uint64_t line, uint32_t from)
{
    const uint64_t *words = &tags->words[set * tags->ways];

    for (uint32_t same = same_marks(&tags->marks[set * tags->mark_stride + from], mark_of(line));
         same; same &= same - 1) {
        const uint32_t way = from + (uint32_t)__builtin_ctz(same);

        if (way < tags->ways && (words[way] | 1) == (line << 1 | 1))
            return way;
    }
    return NO_WAY;
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

static size_t access_scanned(Tags *tags, uint64_t line)
{
    const uint64_t set = set_of(tags, line);

    for (uint32_t from = 0; from < tags->ways; from += MARKS_AT_ONCE) {
        const uint32_t way = scan_marks(tags, set, line, from);

        if (way != NO_WAY) {
            tags->repl->on_hit(state_of(tags, set), tags->ways, way);
            return set * tags->ways + way;
        }
    }
    return TAGS_NONE;
}

size_t tags_access(Tags *tags, uint64_t line)
{
    if (!tags->lru_word)
        return tags->index ? access_indexed(tags, line) : access_scanned(tags, line);
    const uint64_t set = set_of(tags, line);
    const uint32_t way = scan_marks(tags, set, line, 0);

    if (way == NO_WAY)
        return TAGS_NONE;
    lru_word_touch(state_of(tags, set), way);
    return set * tags->ways + way;
}

/* The first invalid way of a set in which there is one.  Ways are filled in order. */
static uint32_t invalid_way(const Tags *tags, const uint64_t *words)
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

/* Put a line into a way; what was there is the victim. */
static inline size_t put(Tags *tags, uint64_t set, uint32_t way, uint64_t word, Victim *victim)
{
    const size_t place = set * tags->ways + way;
    const uint64_t old = tags->words[place];

    *victim = (Victim){ .line = old >> 1, .valid = old != TAGS_INVALID, .dirty = old & 1 };
    tags->words[place] = word;
    return place;
}

static size_t install_general(Tags *tags, uint64_t line, bool dirty, Victim *victim)
{
    const uint64_t set = set_of(tags, line);
    const uint64_t *words = &tags->words[set * tags->ways];
    void *state = state_of(tags, set);
    /* Lines never leave without another coming: the last way tells whether one is invalid. */
    const bool full = words[tags->ways - 1] != TAGS_INVALID;
    const uint32_t way =
        full ? tags->repl->victim(state, tags->ways, &tags->rng) : invalid_way(tags, words);

    if (tags->index && full)
        index_remove(tags, words[way] >> 1);
    tags->repl->on_fill(state, tags->ways, way);
    const size_t place = put(tags, set, way, line << 1 | dirty, victim);

    if (tags->index)
        index_add(tags, line, place);
    else
        tags->marks[set * tags->mark_stride + way] = mark_of(line);
    return place;
}

size_t tags_install(Tags *tags, uint64_t line, bool dirty, Victim *victim)
{
    const uint64_t set = set_of(tags, line);

    if (!tags->lru_word || tags->words[(set + 1) * tags->ways - 1] == TAGS_INVALID)
        return install_general(tags, line, dirty, victim);
    const uint32_t way = lru_word_replace(state_of(tags, set), tags->ways);

    tags->marks[set * tags->mark_stride + way] = mark_of(line);
    return put(tags, set, way, line << 1 | dirty, victim);
}

uint64_t tags_dirty_lines(const Tags *tags)
{
    uint64_t dirty = 0;

    for (size_t place = 0; place < tags->sets * tags->ways; place++)
        dirty += tags->words[place] != TAGS_INVALID && (tags->words[place] & 1);
    return dirty;
}
