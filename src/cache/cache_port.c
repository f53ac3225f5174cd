/*
 * cache_port - the bandwidth of a cache towards the level above: its banks, of lines or of words, and lookups of its tags.
 *
 * Source of banks of words, and of lines that are looked up so many a cycle, for the L1 of a GPU: scripts/machines/a100-40.lua.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/cache.h"

/* Whether an access may take several banks at once. */
static inline bool has_words(const Cache *cache)
{
    return cache->words.n > 0;
}

/* Bytes from addr on lie in several banks, each of which is taken for the time of its words, all of them at once. */
static inline Tick reserve_words(Cache *cache, uint64_t addr, uint32_t bytes, Tick now, Tick *start)
{
    const uint64_t word = addr >> cache->bank_shift;
    const uint32_t words = (uint32_t)(((addr + bytes - 1) >> cache->bank_shift) - word + 1);
    const uint32_t all = cache->n_banks, n = MIN(words, all);
    const bool power = (all & (all - 1)) == 0; /* a division less */
    const uint32_t first = (uint32_t)(power ? word & (all - 1) : word % all);
    const uint32_t each = words > n ? (words + n - 1) / n : 1;

    return server_row_reserve(&cache->words, first, n, now, each << cache->bank_shift, start);
}

static inline Tick reserve_banks(Cache *cache, uint64_t addr, uint32_t bytes, Tick now, Tick *end)
{
    Tick start;

    if (has_words(cache)) {
        if (bytes == 0)
            return now;
        *end = tick_later(*end, reserve_words(cache, addr, bytes, now, &start));
        return start;
    }
    const uint64_t line = addr >> cache->tags.line_shift;
    const uint64_t bank = cache->n_banks == 1 ? 0 : line % cache->n_banks; /* a division less */
    const Tick done = server_reserve(&cache->banks[bank], now, bytes, &start);

    *end = tick_later(*end, done);
    return start;
}

/* The tags of a line are looked up at now or later: when. */
static inline Tick reserve_lookup(Cache *cache, Tick now)
{
    Tick start = now;

    if (cache->lookups.per_byte > 0)
        server_reserve(&cache->lookups, now, 1, &start);
    return start;
}

Tick cache_reserve_port(Cache *cache, uint64_t addr, uint32_t bytes, Tick now, Tick *end)
{
    return reserve_banks(cache, addr, bytes, reserve_lookup(cache, now), end);
}

/* What an access takes of the banks.  A sector, or a word of theirs, moves once for accesses that follow each other into it: those
 * of neighbouring threads of a warp. */
static inline uint32_t access_bytes(Cache *cache, const Access *access)
{
    const bool words = has_words(cache);
    const uint32_t shift = words ? cache->bank_shift : cache->sector_shift;
    const uint64_t first = access->addr >> shift;
    const uint64_t last = words ? (access->addr + access->bytes - 1) >> shift : first;
    const bool moved = (cache->sectors || words) && first == cache->port_sector && last == first;

    cache->port_sector = last;
    if (moved)
        return 0;
    return cache->sectors && !words ? cache->sector_bytes : access->bytes;
}

/* Its line is looked up, but for that of the access before. */
static inline Tick look_up(Cache *cache, uint64_t addr, Tick now)
{
    const uint64_t line = addr >> cache->tags.line_shift;

    if (line == cache->port_line)
        return now;
    cache->port_line = line;
    return reserve_lookup(cache, now);
}

/* What is not put in passes by banks of words: on the way down a sector moves once, too. */
static Tick pass_by(Cache *cache, uint64_t addr, Tick now)
{
    const uint64_t sector = cache_sector(cache, addr);
    Tick start = now;

    if (sector != cache->passed_sector)
        server_reserve(&cache->passing, now, cache->sector_bytes, &start);
    cache->passed_sector = sector;
    return start;
}

Tick cache_reserve_for(Cache *cache, const Access *access, bool passes, Tick now, Tick *end)
{
    const Tick at = look_up(cache, access->addr, now);

    if (passes && has_words(cache))
        return pass_by(cache, access->addr, at);
    return reserve_banks(cache, access->addr, access_bytes(cache, access), at, end);
}

Tick cache_reserve_next(Cache *cache, const Access *piece, bool passes, Tick now, Tick *end)
{
    const bool words = has_words(cache);
    const uint32_t shift = words ? cache->bank_shift : cache->sector_shift;

    if (passes && words)
        return pass_by(cache, piece->addr, now);
    cache->port_sector = (piece->addr + piece->bytes - 1) >> shift;
    return reserve_banks(cache, piece->addr, words ? piece->bytes : cache->sector_bytes, now, end);
}
