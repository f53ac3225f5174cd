/*
 * flat_pass - what a batch of accesses does to a flat cache; for the files that make walks of it.  See flat.h.
 *
 * Each walk is one of the three loops below with how the set of a line is found, and how it is searched, put in.
 * Most accesses to a first level are to the line that was used last in its set: that is looked at first, and nothing need
 * move.  Otherwise the tags up to the one that is found, or all, move by one.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_FLAT_PASS_H
#define CACHE_FLAT_PASS_H

#include "cache/flat_state.h"

#define INLINE static inline __attribute__((always_inline))

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

/* ---- batches ---- */

/* What a walk is made for: all constants. */
typedef struct {
    Find find;
    Touch touch;
    uint32_t stride; /* tags of a set */
    bool sends;      /* to a level below; else it only counts what it would send */
} Made;

/* Accesses to a first level that writes back and allocates.  */
INLINE size_t walk_first(FlatCache *flat, const Access *accesses, size_t n, uint64_t *out,
                         Made made)
{
    const FlatShape shape = flat->shape;
    const Access *const end = accesses + n;
    Counts counts = { .out = out };

    for (const Access *access = accesses; access < end; access++) {
        const uint64_t line = access->addr >> shape.line_shift;
        const uint32_t dirty = (uint32_t)access->op << 31; /* of a fetch: 0, too */
        uint32_t tag, victim;
        const uint64_t set = made.find(&shape, line, &tag);
        uint32_t *tags = &shape.tags[set * made.stride];

        if (same_line(tags[0], tag)) {
            const uint32_t now = tags[0] | dirty;

            if (now != tags[0])
                tags[0] = now;
            continue;
        }
        if (made.touch(tags, shape.ways, tag, dirty, &victim))
            continue;
        counts.misses += 1 + (dirty >> (31 - WRITE_MISSES));
        if (G_UNLIKELY(access->bytes >= shape.line_bytes) && dirty)
            counts.unfetched++;
        else
            send_fetch(&counts, line, made.sends);
        send_victim(&counts, &shape, set, victim, made.sends);
        /* The rest of a line that has just come in is often used next: half of the time of a sequential stream. */
        if (access + 1 < end && access[1].addr >> shape.line_shift == line) {
            uint32_t writes = 0;

            do
                writes |= (++access)->op;
            while (access + 1 < end && access[1].addr >> shape.line_shift == line);
            tags[0] |= writes << 31;
        }
    }
    return add_counts(flat, &counts, out, 0);
}

/* Units, this one too, for which an access with a stride shorter than the line stays in it. */
INLINE uint64_t units_in_line(const FlatShape *shape, uint64_t addr, uint64_t stride)
{
    const uint32_t last = shape->line_bytes - 1, offset = (uint32_t)addr & last;

    if (stride == 0)
        return UINT64_MAX;
    return 1 + (stride <= last ? (last - offset) / (uint32_t)stride : offset / (uint32_t)-stride);
}

/* The access goes on to the line of its address. */
INLINE void enter_line(const FlatShape *shape, FlatLane *lane, Made made)
{
    lane->line = lane->addr >> shape->line_shift;
    lane->tags = &shape->tags[made.find(shape, lane->line, &lane->tag) * made.stride];
    lane->left = lane->far ? 1 : units_in_line(shape, lane->addr, lane->stride);
    lane->addr += lane->left * lane->stride;
}

/* Go on so many units, in which no access leaves its line, if each line is the one used last in its set: then nothing moves.
 * Returns how many were done so. */
INLINE uint64_t skip_units(FlatLane *lanes, uint32_t n, uint64_t units)
{
    for (uint32_t i = 0; i < n; i++)
        if (!same_line(lanes[i].tags[0], lanes[i].tag))
            return 0;
    for (uint32_t i = 0; i < n; i++)
        lanes[i].left -= units;
    return units;
}

/* Units of a run, to the same first level. */
INLINE size_t walk_even(FlatCache *flat, FlatLane *lanes, uint32_t n, uint64_t units, uint64_t *out,
                        Made made)
{
    const FlatShape shape = flat->shape;
    Counts counts = { .out = out };

    for (uint64_t unit = 0; unit < units; unit++) {
        uint64_t stay = units - 1 - unit;

        for (FlatLane *lane = lanes; lane < lanes + n; lane++) {
            uint32_t victim;

            if (lane->left == 0)
                enter_line(&shape, lane, made);
            lane->left--;
            stay = MIN(stay, lane->left);
            if (same_line(lane->tags[0], lane->tag)) {
                const uint32_t now = lane->tags[0] | lane->dirty;

                if (now != lane->tags[0])
                    lane->tags[0] = now;
                continue;
            }
            if (made.touch(lane->tags, shape.ways, lane->tag, lane->dirty, &victim))
                continue;
            counts.misses += 1 + (lane->dirty >> (31 - WRITE_MISSES));
            if (lane->whole)
                counts.unfetched++;
            else
                send_fetch(&counts, lane->line, made.sends);
            send_victim(&counts, &shape, lane->line, victim, made.sends);
        }
        if (stay > 0)
            unit += skip_units(lanes, n, stay);
    }
    return add_counts(flat, &counts, out, 0);
}

/* Reads of lines and write-backs from the level above; FLAT_AHEAD more entries can be read.  Few are to the line that was
 * used last in its set. */
INLINE size_t walk_below(FlatCache *flat, const uint64_t *entries, size_t n, uint64_t *out,
                         Made made)
{
    const FlatShape shape = flat->shape;
    const uint64_t *const end = entries + n;
    Counts counts = { .out = out };

    for (const uint64_t *entry = entries; entry < end; entry++) {
        const uint64_t line = *entry >> shape.entry_shift;
        const uint64_t later = entry[FLAT_AHEAD] >> shape.entry_shift;
        uint32_t tag, victim;
        const uint64_t soon = made.find(&shape, later, &tag), set = made.find(&shape, line, &tag);

        __builtin_prefetch(&shape.tags[flat_place(soon) * made.stride], 1);
        if (made.touch(&shape.tags[flat_place(set) * made.stride], shape.ways, tag,
                       (uint32_t)*entry << 31, &victim))
            continue;
        counts.misses++;
        if (G_UNLIKELY(*entry & ENTRY_WRITE)) {
            counts.misses += 1 << WRITE_MISSES;
            counts.unfetched += (*entry & ENTRY_WHOLE) != 0;
        }
        if (!(*entry & ENTRY_WHOLE))
            send_fetch(&counts, line, made.sends);
        send_victim(&counts, &shape, set, victim, made.sends);
    }
    return add_counts(flat, &counts, out, 0);
}

/*
 * The walks of a kind of processor over sets of so many tags, each compiled for it with how a set is searched.  FLAT_WALKS
 * defines them, FLAT_WALKS_OF is their FlatWalks.
 */
#define FLAT_WALKS(PROCESSOR, tags)                                                                \
    PROCESSOR static size_t first_##tags(FlatCache *flat, const Access *accesses, size_t n,        \
                                         uint64_t *out)                                            \
    {                                                                                              \
        return walk_first(flat, accesses, n, out,                                                  \
                          (Made){ find_masked, touch_##tags, tags, true });                        \
    }                                                                                              \
    PROCESSOR static size_t first_##tags##_last(FlatCache *flat, const Access *accesses, size_t n, \
                                                uint64_t *out)                                     \
    {                                                                                              \
        return walk_first(flat, accesses, n, out,                                                  \
                          (Made){ find_masked, touch_##tags, tags, false });                       \
    }                                                                                              \
    PROCESSOR static size_t even_##tags(FlatCache *flat, FlatLane *lanes, uint32_t n,              \
                                        uint64_t units, uint64_t *out)                             \
    {                                                                                              \
        return walk_even(flat, lanes, n, units, out,                                               \
                         (Made){ find_masked, touch_##tags, tags, true });                         \
    }                                                                                              \
    PROCESSOR static size_t below_##tags(FlatCache *flat, const uint64_t *entries, size_t n,       \
                                         uint64_t *out)                                            \
    {                                                                                              \
        return walk_below(flat, entries, n, out, (Made){ find_masked, touch_##tags, tags, true }); \
    }                                                                                              \
    PROCESSOR static size_t below_##tags##_last(FlatCache *flat, const uint64_t *entries,          \
                                                size_t n, uint64_t *out)                           \
    {                                                                                              \
        return walk_below(flat, entries, n, out,                                                   \
                          (Made){ find_masked, touch_##tags, tags, false });                       \
    }                                                                                              \
    PROCESSOR static size_t below_##tags##_divided(FlatCache *flat, const uint64_t *entries,       \
                                                   size_t n, uint64_t *out)                        \
    {                                                                                              \
        return walk_below(flat, entries, n, out,                                                   \
                          (Made){ find_divided, touch_##tags, tags, true });                       \
    }
#define FLAT_WALKS_OF(tags)                                                            \
    {                                                                                  \
        .first = first_##tags, .first_last = first_##tags##_last, .even = even_##tags, \
        .below = below_##tags, .below_last = below_##tags##_last,                      \
        .below_divided = below_##tags##_divided,                                       \
    }

#endif
