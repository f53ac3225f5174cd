/*
 * flat_around - batches at a flat first level that hands writes on, or does not allocate for them.  See flat.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/flat_pass.h"

/* Use a line if it is there. */
static bool touch_if_there(uint32_t *tags, uint32_t ways, uint32_t tag, uint32_t dirty)
{
    uint32_t way = 0, victim;

    while (way < ways && !same_line(tags[way], tag))
        way++;
    if (way == ways)
        return false;
    return touch_each(tags, ways, tag, dirty, &victim);
}

/* An access; returns whether it was a hit.  What has to be fetched or written back is counted and sent. */
static bool use_line(const FlatShape *shape, Counts *counts, const Access *access, bool allocates,
                     uint32_t dirty)
{
    const uint64_t line = access->addr >> shape->line_shift;
    const bool write = access->op == ACCESS_WRITE;
    uint32_t tag, victim = FLAT_INVALID;
    const uint64_t set = find_any(shape, line, &tag);
    uint32_t *tags = &shape->tags[set * shape->stride];

    if (touch_if_there(tags, shape->ways, tag, dirty))
        return true;
    counts->misses += 1 + ((uint64_t)write << WRITE_MISSES);
    if (!allocates) {
        counts->unfetched++;
        return false;
    }
    touch_each(tags, shape->ways, tag, dirty, &victim);
    if (write && access->bytes >= shape->line_bytes)
        counts->unfetched++;
    else
        send_fetch(counts, line, true);
    send_victim(counts, shape, set, victim, true);
    return false;
}

static inline size_t walk_writes_on(FlatCache *flat, const Access *accesses, size_t n,
                                    uint64_t *out, bool write_back, bool allocate)
{
    const FlatShape shape = flat->shape;
    Counts counts = { .out = out };
    uint64_t passed = 0;

    for (const Access *access = accesses; access < accesses + n; access++) {
        const bool write = access->op == ACCESS_WRITE;
        const bool there = use_line(&shape, &counts, access, !write || allocate,
                                    write && write_back ? FLAT_DIRTY : 0);

        if (!write || (write_back && (there || allocate)))
            continue;
        passed++;
        flat->stats.passed_bytes += access->bytes;
        *counts.out++ = access->addr >> shape.line_shift << ENTRY_BITS | ENTRY_WRITE |
                        (access->bytes >= shape.below_bytes ? ENTRY_WHOLE : 0);
    }
    flat->stats.passed += passed;
    return add_counts(flat, &counts, out, passed);
}

size_t flat_first_through(FlatCache *flat, const Access *accesses, size_t n, uint64_t *out)
{
    return walk_writes_on(flat, accesses, n, out, false, true);
}

size_t flat_first_around(FlatCache *flat, const Access *accesses, size_t n, uint64_t *out)
{
    return walk_writes_on(flat, accesses, n, out, false, false);
}

size_t flat_first_back_around(FlatCache *flat, const Access *accesses, size_t n, uint64_t *out)
{
    return walk_writes_on(flat, accesses, n, out, true, false);
}
