/*
 * flat_set - the sets of a flat cache, and what walks count and send; for flat_pass.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_FLAT_SET_H
#define CACHE_FLAT_SET_H

#include "base/cpu.h"
#include "cache/flat_state.h"

/* ---- one set ---- */

/* Use a line: tags[0] is its tag then.  Returns whether it was there; if not, *victim is what had to leave. */
typedef bool (*Touch)(uint32_t *tags, uint32_t ways, uint32_t tag, uint32_t dirty,
                      uint32_t *victim);

INLINE bool same_line(uint32_t a, uint32_t b)
{
    return (a ^ b) << 1 == 0;
}

INLINE bool touch_each(uint32_t *tags, uint32_t ways, uint32_t tag, uint32_t dirty,
                       uint32_t *victim)
{
    uint32_t carried = tags[0];

    if (same_line(carried, tag)) {
        tags[0] |= dirty;
        return true;
    }
    for (uint32_t way = 1; way < ways; way++) {
        const uint32_t at = tags[way];

        tags[way] = carried;
        if (same_line(at, tag)) {
            tags[0] = at | dirty;
            return true;
        }
        carried = at;
    }
    tags[0] = tag | dirty;
    *victim = carried;
    return false;
}

/* ---- which set ---- */

/* The set of a line, and its tag. */
typedef uint64_t (*Find)(const FlatShape *shape, uint64_t line, uint32_t *tag);

INLINE uint64_t find_masked(const FlatShape *shape, uint64_t line, uint32_t *tag)
{
    *tag = (uint32_t)(line >> shape->set_bits);
    return line & shape->set_mask;
}

/* Remainder of a number of 32 bits.  Source: Lemire, Kaser, Kurz, "Faster remainder by direct computation", Software:
 * Practice and Experience 49(6), 2019. */
INLINE uint64_t find_divided(const FlatShape *shape, uint64_t line, uint32_t *tag)
{
    __extension__ typedef unsigned __int128 Wide;
    const uint64_t offset = line & ((UINT64_C(1) << shape->region_bits) - 1);
    const uint64_t number = shape->starts[line >> shape->region_bits] + offset;

    *tag = (uint32_t)line;
    return (uint64_t)((Wide)(shape->inverse * number) * shape->sets >> 64);
}

INLINE uint64_t find_any(const FlatShape *shape, uint64_t line, uint32_t *tag)
{
    return shape->starts ? find_divided(shape, line, tag) : find_masked(shape, line, tag);
}

/* ---- what it adds up to ---- */

/* Of a batch, at most BATCH_MAX. */
typedef struct {
    uint64_t misses;    /* those of writes once more from this bit on */
    uint64_t unfetched; /* misses that need no fetch */
    uint64_t *out;      /* what goes down comes here, or would */
} Counts;

enum { WRITE_MISSES = 16 };

_Static_assert(BATCH_MAX < 1 << WRITE_MISSES, "misses of a batch fit below those of writes");

INLINE void send_fetch(Counts *counts, uint64_t line, bool sends)
{
    if (sends)
        *counts->out = line << ENTRY_BITS;
    counts->out++;
}

/* The write-back of what a miss has thrown out.  No branch on whether it is dirty: that is half of the time when a third of
 * them is. */
INLINE void send_victim(Counts *counts, const FlatShape *shape, uint64_t set, uint32_t victim,
                        bool sends)
{
    if (sends)
        *counts->out =
            flat_line(shape, set, victim & ~FLAT_DIRTY) << ENTRY_BITS | shape->victim_flags;
    counts->out += victim >> 31;
}

/* Add what a batch has counted to the cache's sums, and what it has sent to those of the one below; passed: writes that
 * it has handed on.  Returns how much was sent. */
INLINE size_t add_counts(FlatCache *flat, const Counts *counts, const uint64_t *out,
                         uint64_t passed)
{
    CacheStats *stats = &flat->stats;
    const uint64_t misses = counts->misses % (1 << WRITE_MISSES);
    const uint64_t write_misses = counts->misses >> WRITE_MISSES;
    const uint64_t fetches = misses - counts->unfetched;
    const size_t sent = (size_t)(counts->out - out);
    const uint64_t writebacks = sent - fetches - passed;

    stats->read_misses += misses - write_misses;
    stats->write_misses += write_misses;
    stats->fetches += fetches;
    stats->writebacks += writebacks;
    if (flat->below) {
        flat->below->stats.reads += fetches;
        flat->below->stats.writes += writebacks + passed;
    }
    return sent;
}

/* ---- what a walk is ---- */

/* What a walk is made for: all constants. */
typedef struct {
    Find find;
    Touch touch;
    uint32_t stride; /* tags of a set */
    bool sends;      /* to a level below; else it only counts what it would send */
} Made;

#endif
