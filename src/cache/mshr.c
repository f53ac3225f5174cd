/*
 * mshr - the outstanding misses of one cache.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/mshr.h"

void mshr_init(Mshr *mshr, uint32_t entries)
{
    uint32_t buckets = 4;

    while (buckets < 4 * entries)
        buckets *= 2;
    *mshr = (Mshr){ .entries = g_new0(MshrEntry, entries), .bucket_mask = buckets - 1 };
    slots_init(&mshr->slots, entries);
    mshr->buckets = g_new0(uint32_t, (size_t)mshr->bucket_mask + 1);
}

void mshr_clear(Mshr *mshr)
{
    g_clear_pointer(&mshr->entries, g_free);
    g_clear_pointer(&mshr->buckets, g_free);
    slots_clear(&mshr->slots);
}

const MshrEntry *mshr_search(const Mshr *mshr, uint64_t line, Tick now)
{
    for (uint32_t link = mshr->buckets[mshr_bucket(mshr, line)]; link;
         link = mshr->entries[link - 1].next) {
        const MshrEntry *entry = &mshr->entries[link - 1];

        if (entry->line == line && entry->ready_fs > now)
            return entry;
    }
    return NULL;
}
