/*
 * pf_stride - lines at a constant distance from each other, by instruction or by region.
 *
 * A table of entries, the least recently used of which gives way: of the instruction that accesses, where its address is
 * known (eight bits of it), else of the region of 4 KiB.  An entry knows the line demanded last and the distance to the one
 * before; two equal distances in a row are a stride, and the lines at one to `degree` strides are named.
 * Source: Chen and Baer, "Effective hardware-based data prefetching for high-performance processors", IEEE Transactions
 * on Computers 44(5), 1995; without their state machine's states but these.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "cache/prefetch.h"

static const char *const by_names[] = { "pc", "region", NULL };

/* clang-format off */
static const Field fields[] = {
    { "degree", FIELD_COUNT, offsetof(PrefetchConfig, degree), 1, PREFETCH_LINES_MAX, 2, NULL, NULL, "strides ahead" },
    { "entries", FIELD_COUNT, offsetof(PrefetchConfig, entries), 1, 65536, 64, NULL, NULL, "of the table" },
    { "by", FIELD_WORD, offsetof(PrefetchConfig, by), 0, 0, STRIDE_BY_PC, NULL, by_names, "\"pc\" where known, or \"region\" of 4 KiB" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};
/* clang-format on */

typedef struct {
    uint64_t owner;    /* a region times two, or an instruction times two plus one */
    uint64_t used;     /* 0: the entry is free */
    uint64_t line;     /* demanded last */
    uint64_t distance; /* from the one before, modulo 2^64; 0: not known yet */
} StrideEntry;

typedef struct {
    uint64_t demands;
    StrideEntry entry[];
} StrideTable;

static size_t stride_state_bytes(const PrefetchConfig *config)
{
    return sizeof(StrideTable) + config->entries * sizeof(StrideEntry);
}

/* The entry of owner, or the one to replace. */
static StrideEntry *find(StrideTable *table, uint32_t entries, uint64_t owner)
{
    StrideEntry *oldest = &table->entry[0];

    for (uint32_t i = 0; i < entries; i++) {
        StrideEntry *entry = &table->entry[i];

        if (entry->used && entry->owner == owner)
            return entry;
        if (entry->used < oldest->used)
            oldest = entry;
    }
    return oldest;
}

static void stride_demand(void *state, const PrefetchConfig *config, const PrefetchDemand *demand,
                          PrefetchLines *lines)
{
    StrideTable *table = state;
    const bool by_pc = config->by == STRIDE_BY_PC && demand->site != 0;
    const uint64_t owner = by_pc ? (uint64_t)demand->site << 1 | 1 : demand->region << 1;
    StrideEntry *entry = find(table, config->entries, owner);
    const uint64_t distance = demand->line - entry->line;

    if (!entry->used || entry->owner != owner) {
        *entry = (StrideEntry){ .owner = owner, .used = ++table->demands, .line = demand->line };
        return;
    }
    entry->used = ++table->demands;
    if (distance == 0)
        return;
    if (distance == entry->distance)
        for (uint32_t i = 1; i <= config->degree; i++)
            prefetch_add(lines, demand->line + i * distance);
    entry->line = demand->line;
    entry->distance = distance;
}

const PrefetchOps pf_stride = {
    .name = "stride",
    .fields = fields,
    .state_bytes = stride_state_bytes,
    .demand = stride_demand,
    .arrived = prefetch_no_arrival,
};
