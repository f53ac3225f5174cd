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

#include "cache/flat_even.h"

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
    PROCESSOR static size_t even_##tags(FlatCache *flat, FlatRun *run, uint64_t units,             \
                                        uint64_t *out)                                             \
    {                                                                                              \
        return walk_even(flat, run, units, out, (Made){ find_masked, touch_##tags, tags, true });  \
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
