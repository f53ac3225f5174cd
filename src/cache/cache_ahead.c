/*
 * cache_ahead - what accesses do to the tags and counters of a first cache and those below, ahead of their time.
 *
 * For one core tags change in program order whatever the timing.  So where nobody else comes to the caches a batch of
 * accesses is looked up in one go, and its time follows (cache_settle, cache_fetch); where others come to the levels below,
 * hits are.  Only plain accesses: what reads, or writes back and allocates, and is fetched when it misses.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/watch.h"

/* Whether nothing has to be known of an access to a level but what it does to tags and plain counters. */
static bool is_watched(const Cache *cache, bool below)
{
    for (; cache; cache = below ? cache->below : NULL)
        if (cache->watch)
            return true;
    return false;
}

/* The accesses that a walk has gone through; its hits are among those that the core decides. */
static inline void count_walked(Cache *cache, uint64_t hits, uint64_t write_hits, uint64_t misses,
                                uint64_t write_misses)
{
    cache->front.line.reads += hits - write_hits;
    cache->front.line.writes += write_hits;
    cache->stats.reads += misses - write_misses;
    cache->stats.writes += write_misses;
    cache->stats.read_misses += misses - write_misses;
    cache->stats.write_misses += write_misses;
}

/* ---- plain hierarchies: LRU in one word, a power of two of sets, whole lines, NINE ---- */

enum { PLAIN_LEVELS = 8 };

/* The set is in the low bits of a line's number. */
static bool is_masked(const Tags *tags)
{
    return tags->set_mask > 0 || tags->sets == 1;
}

bool cache_is_plain(const Cache *first)
{
    bool plain = first->levels <= PLAIN_LEVELS;

    for (const Cache *cache = first; cache; cache = cache->below)
        plain = plain && cache->tags.lru && is_masked(&cache->tags) && !cache->sectors &&
                !cache->inclusive && !cache->exclusive;
    return plain;
}

/* Where a line belongs in a cache. */
typedef struct {
    uint64_t line, set;
    uint8_t mark;
} Home;

static inline Home home_of(const Tags *tags, uint64_t addr)
{
    const uint64_t line = addr >> tags->line_shift;

    return (Home){ .line = line, .set = line & tags->set_mask, .mark = tags_mark(line) };
}

/* Of the level below: nothing to work out where lines have one length. */
static inline Home home_below(const Tags *tags, const Tags *above, const Home *home, uint64_t addr)
{
    if (G_UNLIKELY(tags->line_shift != above->line_shift))
        return home_of(tags, addr);
    return (Home){ .line = home->line, .set = home->line & tags->set_mask, .mark = home->mark };
}

/* Use a line.  Returns its place, or TAGS_NONE. */
static inline size_t use_line(Cache *cache, Home home)
{
    const Tags *tags = &cache->tags;
    const uint8_t *marks = &tags->marks[home.set * TAGS_MARKS_AT_ONCE];
    uint32_t same = tags_same_marks(marks, home.mark) & tags->way_mask;

    for (; G_UNLIKELY(same); same &= same - 1) {
        const uint32_t way = (uint32_t)__builtin_ctz(same);
        const size_t place = home.set * tags->ways + way;

        if ((tags->words[place] | 1) == (home.line << 1 | 1)) {
            tags->lru[home.set] = lru_word_touch(tags->lru[home.set], way);
            cache->last_line = home.line;
            cache->last_place = place;
            return place;
        }
    }
    return TAGS_NONE;
}

/* Put a line, which is not there, into a cache.  Returns the word that was in its place. */
static inline uint64_t put_line(Cache *cache, Home home, bool dirty)
{
    const Tags *tags = &cache->tags;
    const uint64_t order = tags->lru[home.set], way = order >> tags->order_shift;
    const size_t place = home.set * tags->ways + way;
    const uint64_t old = tags->words[place];

    tags->lru[home.set] = (order << 4 & tags->order_mask) | way;
    tags->marks[home.set * TAGS_MARKS_AT_ONCE + way] = home.mark;
    tags->words[place] = home.line << 1 | dirty;
    cache->last_line = home.line;
    cache->last_place = place;
    return old;
}

static inline bool is_dirty_word(uint64_t word)
{
    return (word & 1) && word != TAGS_INVALID;
}

/* The levels have put a line in, and what was in its places, of which some is dirty, leaves: of the lowest level first. */
static G_GNUC_NO_INLINE void write_back_left(Cache *first, const uint64_t *left, uint8_t depth,
                                             ReqList *posted)
{
    Cache *caches[PLAIN_LEVELS];
    uint8_t n = 0;

    for (Cache *cache = first; n < depth; cache = cache->below)
        caches[n++] = cache;
    while (n-- > 0)
        if (is_dirty_word(left[n]))
            cache_walk_evict(caches[n], left[n] >> 1, 1, posted);
}

/* The host's cache is to have what it takes to look a line up in the last level, the one that does not fit there. */
static inline void prefetch_home(const Cache *last, uint64_t addr)
{
    const uint64_t set = addr >> last->tags.line_shift & last->tags.set_mask;
    const uint64_t *words = &last->tags.words[set * last->tags.ways];

    __builtin_prefetch(&last->tags.lru[set], 1);
    __builtin_prefetch(&last->tags.marks[set * TAGS_MARKS_AT_ONCE], 1);
    __builtin_prefetch(words, 1);
    __builtin_prefetch(words + 8, 1);
}

/* A line that the first cache does not have comes from below. */
static inline void fetch_plain(Cache *first, Home home, const Access *access, FrontStep *step)
{
    uint64_t left[PLAIN_LEVELS];
    uint8_t depth = 1;
    ReqList posted;

    left[0] = put_line(first, home, step->write);
    bool dirty = is_dirty_word(left[0]);

    for (Cache *cache = first->below; cache; cache = cache->below, depth++) {
        const Home at = home_below(&cache->tags, &first->tags, &home, access->addr);

        if (use_line(cache, at) != TAGS_NONE)
            break;
        left[depth] = put_line(cache, at, false);
        dirty |= is_dirty_word(left[depth]);
    }
    reqlist_init(&posted);
    if (G_UNLIKELY(dirty))
        write_back_left(first, left, depth, &posted);
    step->depth = depth;
    step->place = (uint32_t)first->last_place;
    step->posted = posted.head;
}

/* Misses of the first cache, by the level that had the line. */
static void count_plain(Cache *first, const uint64_t *found)
{
    uint64_t misses = 0;

    for (uint32_t depth = 1; depth <= first->levels; depth++)
        misses += found[depth];
    first->stats.fetches += misses;
    for (Cache *cache = first->below; cache; cache = cache->below) {
        const uint64_t hits = found[cache->level];

        cache->stats.reads += misses;
        cache->stats.hits += hits;
        misses -= hits;
        cache->stats.read_misses += misses;
        cache->stats.fetches += misses;
    }
}

/* ---- any hierarchy ---- */

/* A miss is fetched from below. */
static inline void fetch_any(Cache *cache, const Access *access, FrontStep *step)
{
    ReqList posted;

    reqlist_init(&posted);
    step->depth = cache_walk_fetch(cache, access->addr, step->write, &posted);
    step->place = (uint32_t)cache->last_place;
    step->posted = posted.head;
}

static inline __attribute__((always_inline)) size_t look_up(Cache *cache, uint64_t addr, bool plain,
                                                            Home *home)
{
    if (!plain)
        return cache_walk_lookup(cache, addr);
    if (addr >> cache->tags.line_shift == cache->last_line)
        return cache->last_place;
    *home = home_of(&cache->tags, addr);
    return use_line(cache, *home);
}

static inline __attribute__((always_inline)) size_t walk(Cache *cache, const Access *accesses,
                                                         size_t n, FrontStep *steps, bool plain)
{
    const uint32_t line_bytes = cache->line_bytes;
    const uint8_t last_op = cache->write_back && cache->allocate ? ACCESS_WRITE : ACCESS_READ;
    uint64_t write_hits = 0, misses = 0, write_misses = 0, found[PLAIN_LEVELS + 1] = { 0 };
    Home home = { 0 };
    size_t i = 0;

    for (; i < n; i++) {
        const Access *access = &accesses[i];
        const bool write = access->op == ACCESS_WRITE;

        if (access->op > last_op ||
            access->bytes > line_bytes - ((uint32_t)access->addr & (line_bytes - 1)))
            break;
        const size_t place = look_up(cache, access->addr, plain, &home);

        steps[i].place = (uint32_t)place;
        steps[i].depth = 0;
        steps[i].write = write;
        if (place != TAGS_NONE) {
            if (write) {
                tags_set_dirty(&cache->tags, place);
                write_hits++;
            }
            continue;
        }
        if (!cache->walks_misses || (write && access->bytes == line_bytes))
            break;
        if (plain) {
            prefetch_home(cache->last, accesses[MIN(i + 8, n - 1)].addr);
            fetch_plain(cache, home, access, &steps[i]);
        } else
            fetch_any(cache, access, &steps[i]);
        found[plain ? steps[i].depth : 0]++;
        misses++;
        write_misses += write;
    }
    count_walked(cache, i - misses, write_hits, misses, write_misses);
    if (plain)
        count_plain(cache, found);
    return i;
}

static size_t walk_plain(Cache *cache, const Access *accesses, size_t n, FrontStep *steps)
{
    return walk(cache, accesses, n, steps, true);
}

size_t cache_walk_ahead(Front *front, const Access *accesses, size_t n, FrontStep *steps)
{
    Cache *cache = cache_of_front(front);

    if (is_watched(cache, cache->walks_misses))
        return 0;
    front->line.bytes = 0;
    if (cache->plain)
        return walk_plain(cache, accesses, n, steps);
    return walk(cache, accesses, n, steps, false);
}
