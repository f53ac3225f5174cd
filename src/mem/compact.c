/*
 * compact - addresses in fewer bits.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "mem/compact.h"

#include <assert.h>

#define OFFSET_MASK ((UINT64_C(1) << COMPACT_REGION_BITS) - 1)

void compact_init(Compact *compact, uint32_t bits)
{
    assert(bits >= COMPACT_BITS_MIN && bits <= COMPACT_BITS_MAX);
    const uint32_t end = (UINT32_C(1) << (bits - COMPACT_REGION_BITS)) - 1;

    *compact = (Compact){ .bits = bits, .next = end / 2 + 1, .end = end };
    compact->regions = g_new(uint64_t, end);
    for (uint32_t i = 0; i < end; i++)
        compact->regions[i] = i;
    compact->numbers = g_hash_table_new(NULL, NULL);
    for (uint32_t i = 0; i < COMPACT_RECENT; i++)
        compact->recent[i].region = UINT64_MAX;
}

void compact_clear(Compact *compact)
{
    g_clear_pointer(&compact->regions, g_free);
    g_clear_pointer(&compact->numbers, g_hash_table_unref);
}

/* The number of a region that is not among the recent ones; 0: none is left. */
static G_GNUC_NO_INLINE uint32_t find_number(Compact *compact, uint64_t region)
{
    uint32_t number =
        GPOINTER_TO_UINT(g_hash_table_lookup(compact->numbers, GSIZE_TO_POINTER(region)));

    if (number == 0) {
        if (compact->next == compact->end)
            return 0;
        number = compact->next++;
        compact->regions[number] = region;
        g_hash_table_insert(compact->numbers, GSIZE_TO_POINTER(region), GUINT_TO_POINTER(number));
    }
    compact->recent[region % COMPACT_RECENT] = (CompactRegion){ region, number };
    return number;
}

static void restore(const Compact *compact, Access *accesses, size_t n)
{
    for (size_t i = 0; i < n; i++)
        accesses[i].addr = compact_original(compact, accesses[i].addr);
}

bool compact_accesses(Compact *compact, Access *accesses, size_t n)
{
    const uint64_t limit = compact_limit(compact);

    for (size_t i = 0; i < n; i++) {
        const uint64_t addr = accesses[i].addr, region = addr >> COMPACT_REGION_BITS;
        const CompactRegion *recent = &compact->recent[region % COMPACT_RECENT];

        if (addr < limit)
            continue;
        const uint64_t number =
            recent->region == region ? recent->number : find_number(compact, region);

        if (number == 0) {
            restore(compact, accesses, i);
            return false;
        }
        accesses[i].addr = number << COMPACT_REGION_BITS | (addr & OFFSET_MASK);
    }
    return true;
}

uint64_t compact_original(const Compact *compact, uint64_t addr)
{
    return compact->regions[addr >> COMPACT_REGION_BITS] << COMPACT_REGION_BITS |
           (addr & OFFSET_MASK);
}
