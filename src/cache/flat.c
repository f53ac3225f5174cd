/*
 * flat - caches that are only counted: making them, and what goes from one to the next.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/flat.h"

#include <assert.h>
#include <string.h>

#include "cache/flat_state.h"
#include "mem/tally.h"

enum { LINE_BYTES_MIN = 1 << (ENTRY_BITS + 1), TAG_BITS = 31 };

/* Keys that flat caches understand, or that are about time.  Any other one has to be at its default. */
static const char *const known_keys[] = { "name",      "size",       "line",     "ways",
                                          "policy",    "write",      "holds",    "inclusion",
                                          "index",     "allocate",   "latency",  "mshrs",
                                          "bandwidth", "banks",      "classify", "shared",
                                          "prefetch",  "bank_width", "lookups",  NULL };

static bool knows_all(const CacheConfig *config)
{
    bool good = true;

    for (const Field *field = cache_fields; field->kind != FIELD_END; field++)
        good = good && (g_strv_contains(known_keys, field->key) || field_is_default(field, config));
    return good;
}

bool flat_fits(const CacheConfig *config, bool first)
{
    const uint64_t lines = config->size_bytes / config->line_bytes;
    const uint64_t ways = config->ways ? config->ways : lines;
    const bool usual = config->write == CACHE_WRITE_BACK && config->allocate;

    return strcmp(repl_names()[config->policy], "lru") == 0 && ways <= FLAT_WAYS_MAX &&
           config->line_bytes >= LINE_BYTES_MIN && config->index == CACHE_INDEX_MODULO &&
           config->inclusion == CACHE_NINE && config->holds == CACHE_HOLDS_ALL &&
           !config->classify && config->prefetch.type == PREFETCH_NONE && (first || usual) &&
           lines / ways <= INT32_MAX && knows_all(config);
}

/* ---- making them ---- */

static bool power_of_two(uint64_t n)
{
    return (n & (n - 1)) == 0;
}

/* How many bits of an address its lines and tags can say. */
static uint32_t address_bits(const Tags *tags)
{
    const uint32_t set_bits = power_of_two(tags->sets) ? (uint32_t)__builtin_ctzll(tags->sets) : 0;

    return MIN(TAG_BITS + set_bits + tags->line_shift, COMPACT_BITS_MAX);
}

/* Which set the first line of each region has. */
static void init_starts(FlatCache *flat, const Compact *compact)
{
    FlatShape *shape = &flat->shape;

    shape->sets = flat->cache->tags.sets;
    shape->inverse = UINT64_MAX / shape->sets + 1;
    shape->region_bits = COMPACT_REGION_BITS - shape->line_shift;
    shape->starts = g_new(uint32_t, compact->end + 1);
}

static void init_tags(FlatCache *flat, size_t n)
{
    enum { ALIGNED = 64 }; /* a set of sixteen in one line of the host's cache */
    uintptr_t at;

    flat->block = g_malloc(n * sizeof *flat->shape.tags + ALIGNED);
    at = ((uintptr_t)flat->block + ALIGNED - 1) / ALIGNED * ALIGNED;
    flat->shape.tags = (uint32_t *)at;
    for (size_t i = 0; i < n; i++)
        flat->shape.tags[i] = FLAT_INVALID;
}

/* Find out where regions that have come up begin. */
static void learn_regions(Flat *flat)
{
    const Compact *compact = &flat->compact;

    for (; flat->known < compact->next; flat->known++)
        for (uint32_t i = 0; i < flat->n_caches; i++) {
            const FlatShape *shape = &flat->caches[i].shape;

            if (shape->starts)
                shape->starts[flat->known] =
                    (uint32_t)((compact->regions[flat->known] << shape->region_bits) % shape->sets);
        }
}

static void init_shape(FlatCache *flat, const Compact *compact)
{
    const Tags *tags = &flat->cache->tags;
    FlatShape *shape = &flat->shape;

    *shape = (FlatShape){ .ways = tags->ways,
                          .stride = flat_stride(tags->ways, flat->flat->vectors),
                          .line_shift = tags->line_shift,
                          .line_bytes = flat->cache->line_bytes };
    shape->below_bytes = flat->below ? flat->below->cache->line_bytes : 1;
    shape->victim_flags = ENTRY_WRITE | (shape->line_bytes >= shape->below_bytes ? ENTRY_WHOLE : 0);
    if (power_of_two(tags->sets)) {
        shape->set_mask = tags->sets - 1;
        shape->set_bits = (uint32_t)__builtin_ctzll(tags->sets);
    } else {
        init_starts(flat, compact);
    }
    init_tags(flat, flat_place(tags->sets) * shape->stride);
}

static void count_one(Front *front, const Access *access);
static void count_batch(Front *front, Access *accesses, size_t n, const AccessTally *tally);
static bool count_even(Front *front, const EvenRun *run);
static void count_end(Front *front);

static const FrontOps front_ops = {
    .count = count_one, .count_batch = count_batch, .count_even = count_even, .count_end = count_end
};

static void init_cache(FlatCache *flat, Flat *all, Cache *cache, FlatCache *below)
{
    *flat = (FlatCache){ .front = { .ops = &front_ops, .line_bytes = cache->line_bytes },
                         .flat = all,
                         .cache = cache,
                         .below = below };
    init_shape(flat, &all->compact);
    if (below) {
        below->is_below = true;
        below->shape.entry_shift = ENTRY_BITS + below->shape.line_shift - flat->shape.line_shift;
    }
    flat_choose_walks(flat, cache->write_back, cache->allocate);
}

static FlatCache *find_cache(Flat *flat, const Cache *cache)
{
    for (uint32_t i = 0; cache && i < flat->n_caches; i++)
        if (flat->caches[i].cache == cache)
            return &flat->caches[i];
    return NULL;
}

Flat *flat_new(Cache *const *caches, uint32_t n_caches, CpuVectors vectors)
{
    Flat *flat = g_new0(Flat, 1);
    uint32_t bits = COMPACT_BITS_MAX;

    for (uint32_t i = 0; i < n_caches; i++)
        bits = MIN(bits, address_bits(&caches[i]->tags));
    compact_init(&flat->compact, bits);
    flat->caches = g_new0(FlatCache, n_caches);
    flat->n_caches = n_caches;
    flat->vectors = vectors;
    for (uint32_t i = n_caches; i-- > 0;)
        init_cache(&flat->caches[i], flat, caches[i], find_cache(flat, caches[i]->below));
    learn_regions(flat);
    return flat;
}

void flat_free(Flat *flat)
{
    if (!flat)
        return;
    for (uint32_t i = 0; i < flat->n_caches; i++) {
        g_free(flat->caches[i].block);
        g_free(flat->caches[i].shape.starts);
    }
    compact_clear(&flat->compact);
    g_free(flat->caches);
    g_free(flat);
}

Front *flat_front(Flat *flat, const Cache *cache)
{
    return &find_cache(flat, cache)->front;
}

/* ---- from one to the next ---- */

static void drain(FlatCache *flat);

/* Room for n entries to the level below. */
static uint64_t *room_below(FlatCache *flat, size_t n)
{
    FlatCache *below = flat->below;

    assert(n <= FLAT_QUEUE);
    if (!below)
        return flat->flat->nowhere;
    if (below->queued + n > FLAT_QUEUE)
        drain(below);
    return &below->queue[below->queued];
}

static void send_below(FlatCache *flat, size_t sent)
{
    if (flat->below)
        flat->below->queued += sent;
}

/* Let what is queued happen. */
static void drain(FlatCache *flat)
{
    memset(&flat->queue[flat->queued], 0, FLAT_AHEAD * sizeof *flat->queue); /* looked at ahead */
    for (size_t at = 0; at < flat->queued; at += BATCH_MAX) {
        const size_t n = MIN(flat->queued - at, BATCH_MAX);
        uint64_t *out = room_below(flat, 2 * n);

        send_below(flat, flat->walk(flat, &flat->queue[at], n, out));
    }
    flat->queued = 0;
}

/* Whether the accesses can be counted here; then their addresses are compact. */
static bool prepare(Flat *flat, Access *accesses, size_t n, const AccessTally *tally)
{
    if (!tally->plain_ops)
        return false;
    if (tally->addr_bits < compact_limit(&flat->compact))
        return true;
    if (!compact_accesses(&flat->compact, accesses, n))
        return false;
    learn_regions(flat);
    return true;
}

static void count_batch(Front *front, Access *accesses, size_t n, const AccessTally *tally)
{
    FlatCache *flat = (FlatCache *)(void *)front;

    if (!flat->flat->left && !prepare(flat->flat, accesses, n, tally))
        flat_leave(flat->flat);
    if (flat->flat->left) {
        for (size_t i = 0; i < n; i++)
            flat->cache->front.ops->count(&flat->cache->front, &accesses[i]);
        return;
    }
    uint64_t *out = room_below(flat, 2 * n);

    flat->stats.writes += tally->writes;
    flat->stats.reads += n - tally->writes;
    send_below(flat, flat->first(flat, accesses, n, out));
}

static void count_one(Front *front, const Access *access)
{
    Access copy = *access;
    const AccessTally tally = access_tally(&copy, 1, front->line_bytes);

    count_batch(front, &copy, 1, &tally);
}

/* Whether all its addresses stand for themselves. */
static bool run_is_low(const EvenRun *run, uint64_t limit)
{
    bool low = true;

    for (uint32_t i = 0; i < run->n; i++) {
        const uint64_t first = run->access[i].addr, stride = run->stride[i];
        const uint64_t step = MIN(stride, -stride), steps = run->units - 1;

        low = low && first < limit && (step == 0 || steps < limit / step) &&
              first + steps * stride < limit;
    }
    return low;
}

static FlatTurn turn_of(const FlatShape *shape, const FlatLane *lane)
{
    return flat_turn(shape, (uint64_t)((int64_t)lane->stride >> shape->line_shift));
}

/* Whether a far access goes on as those that turn, for long enough. */
static bool may_turn(const FlatShape *shape, const FlatLane *lane, uint64_t units)
{
    if (lane->dirty || shape->starts || (lane->stride & (shape->line_bytes - 1)) != 0)
        return false;
    const FlatTurn turn = turn_of(shape, lane);

    return units >= flat_turn_least(&turn);
}

static FlatLane lane_of(const FlatShape *shape, const Access *access, uint64_t stride)
{
    return (FlatLane){ .dirty = (uint32_t)access->op << 31,
                       .whole = access->op == ACCESS_WRITE && access->bytes >= shape->line_bytes,
                       .far = MIN(stride, -stride) >= shape->line_bytes,
                       .line = access->addr >> shape->line_shift,
                       .addr = access->addr,
                       .stride = stride };
}

/* The far accesses turn. */
static void let_turn(const FlatShape *shape, FlatRun *run)
{
    for (uint32_t i = 0; i < run->n; i++) {
        FlatLane *lane = &run->lane[i];
        const uint64_t step = MIN(lane->stride, -lane->stride);

        lane->turns = lane->far;
        if (lane->far)
            lane->turn = turn_of(shape, lane);
        else if (step > 0)
            lane->per_line = shape->line_bytes / step;
        if (lane->far && run->turns++ == 0)
            run->first_turn = i;
    }
}

static void init_run(FlatRun *run, const FlatShape *shape, const EvenRun *even)
{
    bool far = false, all = true;

    run->n = even->n;
    run->turns = run->first_turn = 0;
    for (uint32_t i = 0; i < run->n; i++) {
        run->lane[i] = lane_of(shape, &even->access[i], even->stride[i]);
        far = far || run->lane[i].far;
        all = all && (!run->lane[i].far || may_turn(shape, &run->lane[i], even->units));
    }
    if (far && all)
        let_turn(shape, run);
}

static bool count_even(Front *front, const EvenRun *even)
{
    FlatCache *flat = (FlatCache *)(void *)front;
    const uint64_t most = BATCH_MAX / even->n;
    FlatRun run;

    if (flat->flat->left || !flat->even || !run_is_low(even, compact_limit(&flat->flat->compact)))
        return false;
    init_run(&run, &flat->shape, even);
    for (uint32_t i = 0; i < run.n; i++)
        *(run.lane[i].dirty ? &flat->stats.writes : &flat->stats.reads) += even->units;
    for (uint64_t left = even->units; left > 0; left -= MIN(left, most)) {
        uint64_t *out = room_below(flat, 2 * BATCH_MAX);

        send_below(flat, flat->even(flat, &run, MIN(left, most), out));
    }
    return true;
}

/* ---- back to the caches ---- */

void flat_settle(Flat *flat)
{
    for (uint32_t i = 0; i < flat->n_caches; i++)
        drain(&flat->caches[i]);
    for (uint32_t i = 0; i < flat->n_caches; i++) {
        CacheStats *stats = &flat->caches[i].stats;

        if (stats->reads + stats->writes == 0)
            continue; /* of many cores only one has had its turn */
        stats->hits = stats->reads + stats->writes - stats->read_misses - stats->write_misses;
        cache_stats_add(&flat->caches[i].cache->stats, stats);
        *stats = (CacheStats){ 0 };
    }
}

static void count_end(Front *front)
{
    flat_settle(((FlatCache *)(void *)front)->flat);
}

/* Put a set's lines into the cache, the least recently used first. */
static void give_set(const FlatCache *flat, uint64_t set)
{
    const FlatShape *shape = &flat->shape;
    const uint64_t place = flat->is_below ? flat_place(set) : set;

    for (uint32_t way = shape->ways; way-- > 0;) {
        const uint32_t tag = shape->tags[place * shape->stride + way];
        Victim none;

        if (tag == FLAT_INVALID)
            continue;
        const uint64_t line = flat_line(shape, set, tag & ~FLAT_DIRTY);
        const uint64_t addr = compact_original(&flat->flat->compact, line << shape->line_shift);

        tags_install(&flat->cache->tags, addr >> shape->line_shift, tag >> 31, &none);
    }
}

void flat_leave(Flat *flat)
{
    if (flat->left)
        return;
    flat_settle(flat);
    for (uint32_t i = 0; i < flat->n_caches; i++)
        for (uint64_t set = 0; set < flat->caches[i].cache->tags.sets; set++)
            give_set(&flat->caches[i], set);
    flat->left = true;
}
