/*
 * cache_plain - what accesses do to the tags and counters of a plain hierarchy, ahead of their time.
 *
 * Plain is what most machines are: LRU in one word, a power of two of sets, whole lines of one length, NINE, write-back.  There
 * no level asks what another one holds, so a batch of accesses is walked level by level: what the first one does not have and
 * the dirty lines that leave it come to the next one, in order, and so on.  Each level is one loop, with what it goes by in
 * registers: a product of 512 x 512 doubles takes a third of the instructions that it takes access by access.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/plain_set.h"

/* The set is in the low bits of a line's number. */
static bool is_masked(const Tags *tags)
{
    return tags->set_mask > 0 || tags->sets == 1;
}

static bool has_plain_tags(const Cache *cache)
{
    return cache->tags.lru && is_masked(&cache->tags) && !cache->sectors && !cache->inclusive &&
           !cache->exclusive;
}

bool cache_is_plain(const Cache *first)
{
    bool plain = has_plain_tags(first);

    if (!first->walks_misses) /* its hits are all that is walked */
        return plain;
    for (const Cache *cache = first->below; cache; cache = cache->below)
        plain = plain && has_plain_tags(cache) && !cache->limited && cache->write_back &&
                cache->allocate && cache->line_bytes == first->line_bytes;
    return plain && first->levels <= PLAIN_LEVELS;
}

/* ---- from one level to the next ---- */

static void count_below(Cache *cache, size_t reads, size_t read_hits, size_t writes,
                        size_t write_hits)
{
    CacheStats *stats = &cache->stats;

    stats->reads += reads;
    stats->writes += writes;
    stats->hits += read_hits + write_hits;
    stats->read_misses += reads - read_hits;
    stats->write_misses += writes - write_hits;
    stats->fetches += reads - read_hits;
}

/* The host is to have what it takes to look a line up. */
static inline void prefetch_home(const Tags *tags, uint64_t line)
{
    const uint64_t set = line & tags->set_mask;
    const uint64_t *words = &tags->words[set * tags->ways];

    __builtin_prefetch(&tags->lru[set], 1);
    __builtin_prefetch(&tags->marks[set * TAGS_MARKS_AT_ONCE], 1);
    __builtin_prefetch(words, 1);
    __builtin_prefetch(words + 8, 1);
}

/* What has come to a level. */
typedef struct {
    size_t read_hits, write_hits, place; /* of the last line */
} Came;

/* Lines come to a level; far: it does not fit into the host's cache; writes: some are.  Returns the end of out. */
INLINE Down *walk_lines(Cache *cache, const Down *in, size_t n, Down *out, FrontStep *steps,
                        bool far, bool writes, Came *came)
{
    const Tags tags = cache->tags;
    const uint8_t level = cache->level;
    size_t read_hits = 0, write_hits = 0, place = 0;

    for (const Down *const end = in + n; in < end; in++) {
        const bool write = writes && in->write;
        const Home home = home_of(&tags, in->line);
        const uint32_t step = in->step;
        uint64_t left;

        if (far)
            prefetch_home(&tags, in[PLAIN_AHEAD].line);
        place = use_line(&tags, home);
        if (place != TAGS_NONE) {
            if (write) {
                tags.words[place] |= 1;
                write_hits++;
            } else {
                steps[step].depth = level;
                read_hits++;
            }
            continue;
        }
        place = put_line(&tags, home, write, &left);
        if (!write)
            *out++ = (Down){ .line = home.line, .step = step };
        out = send_left(out, left, step);
    }
    *came = (Came){ read_hits, write_hits, place };
    return out;
}

/* The same; what it does not have, and what leaves it, goes to out.  Returns how many these are; *writes: lines among them, and
 * before it among those that come. */
INLINE size_t walk_below(Cache *cache, const Down *in, size_t n, Down *out, FrontStep *steps,
                         bool far, size_t *writes)
{
    const size_t reads = n - *writes;
    Came came;
    Down *const end = *writes > 0 ? walk_lines(cache, in, n, out, steps, far, true, &came)
                                  : walk_lines(cache, in, n, out, steps, far, false, &came);
    const size_t sent = (size_t)(end - out);

    cache->last_line = in[n - 1].line;
    cache->last_place = came.place;
    count_below(cache, reads, came.read_hits, *writes, came.write_hits);
    *writes = sent - (reads - came.read_hits);
    cache->stats.writebacks += *writes;
    return sent;
}

static size_t walk_near(Cache *cache, const Down *in, size_t n, Down *out, FrontStep *steps,
                        size_t *writes)
{
    return walk_below(cache, in, n, out, steps, false, writes);
}

static size_t walk_far(Cache *cache, const Down *in, size_t n, Down *out, FrontStep *steps,
                       size_t *writes)
{
    return walk_below(cache, in, n, out, steps, true, writes);
}

/* Shifts and what compares marks take fewer instructions. */
FOR_AVX2 static size_t walk_near_avx2(Cache *cache, const Down *in, size_t n, Down *out,
                                      FrontStep *steps, size_t *writes)
{
    return walk_below(cache, in, n, out, steps, false, writes);
}

FOR_AVX2 static size_t walk_far_avx2(Cache *cache, const Down *in, size_t n, Down *out,
                                     FrontStep *steps, size_t *writes)
{
    return walk_below(cache, in, n, out, steps, true, writes);
}

typedef size_t (*WalkBelow)(Cache *cache, const Down *in, size_t n, Down *out, FrontStep *steps,
                            size_t *writes);

static WalkBelow walk_of(const Cache *cache)
{
    if (cache->avx2)
        return cache->below ? walk_near_avx2 : walk_far_avx2;
    return cache->below ? walk_near : walk_far;
}

/* What leaves the last level: requests that start when the line of their access is there. */
static void post_writes(Cache *last, const Down *in, size_t n, FrontStep *steps)
{
    const uint8_t memory = last->levels;

    for (size_t i = 0; i < n;) {
        FrontStep *step = &steps[in[i].step];
        const uint32_t number = in[i].step;
        ReqList posted;

        reqlist_init(&posted);
        for (; i < n && in[i].step == number; i++) {
            if (!in[i].write)
                continue;
            Req *req = cache_req(last, in[i].line << last->tags.line_shift, last->line_bytes,
                                 REQ_WRITE, memory);

            req->port = last->below_port;
            req->level = memory;
            reqlist_add(&posted, req);
        }
        step->posted = posted.head;
    }
}

/* n lines, writes of which are dirty ones that leave the first level, come to the level below it. */
static void walk_levels(Cache *first, Down *in, size_t n, size_t writes, FrontStep *steps)
{
    Down others[DOWN_MAX + PLAIN_AHEAD], *out = others;
    size_t count = n;
    Cache *cache = first->below, *last = first;

    for (; cache && count > 0; cache = cache->below) {
        Down *const from = in;

        for (uint32_t i = 0; i < PLAIN_AHEAD; i++)
            in[count + i] = in[count - 1]; /* looked at ahead */
        count = walk_of(cache)(cache, in, count, out, steps, &writes);
        in = out;
        out = from;
        last = cache;
    }
    if (writes > 0)
        post_writes(last, in, count, steps);
}

/* ---- the first level ---- */

void cache_end_walk(Cache *first, const WalkCounts *counts, Down *down, size_t n, FrontStep *steps)
{
    cache_count_walked(first, counts);
    first->stats.fetches += counts->misses;
    first->stats.writebacks += n - counts->misses;
    if (n > 0)
        walk_levels(first, down, n, n - counts->misses, steps);
}

size_t cache_walk_plain(Cache *first, const Access *accesses, size_t n, FrontStep *steps)
{
    const Tags tags = first->tags;
    const uint32_t last_byte = first->line_bytes - 1;
    const uint8_t last_op = first->write_back && first->allocate ? ACCESS_WRITE : ACCESS_READ;
    const bool walks_misses = first->walks_misses;
    const uint8_t levels = first->levels;
    Down down[DOWN_MAX + PLAIN_AHEAD], *out = down;
    WalkCounts counts = { .n = MIN(n, (size_t)FRONT_AHEAD) };
    size_t place = first->last_place, i = 0;
    uint64_t line = first->last_line, left;

    for (; i < counts.n; i++) {
        const Access *access = &accesses[i];
        const bool write = access->op == ACCESS_WRITE;
        const uint32_t offset = (uint32_t)access->addr & last_byte;

        if (access->op > last_op || access->bytes > last_byte - offset + 1)
            break;
        const Home home = home_of(&tags, access->addr >> tags.line_shift);
        const size_t found = home.line == line ? place : use_line(&tags, home);

        line = home.line;
        if (found != TAGS_NONE) {
            place = found;
            steps[i] = (FrontStep){ .place = (uint32_t)place, .write = write };
            if (write) {
                tags.words[place] |= 1;
                counts.writes++;
            }
            continue;
        }
        if (!walks_misses || (write && access->bytes > last_byte))
            break;
        place = put_line(&tags, home, write, &left);
        steps[i] = (FrontStep){ .place = (uint32_t)place, .depth = levels, .write = write };
        counts.misses++;
        counts.writes += write;
        counts.write_misses += write;
        *out++ = (Down){ .line = home.line, .step = (uint32_t)i };
        out = send_left(out, left, (uint32_t)i);
    }
    counts.n = i;
    if (i > 0) {
        first->last_line = accesses[i - 1].addr >> tags.line_shift;
        first->last_place = place;
    }
    cache_end_walk(first, &counts, down, (size_t)(out - down), steps);
    return i;
}
