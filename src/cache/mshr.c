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
    *mshr = (Mshr){ .entries = g_new0(MshrEntry, (size_t)entries + 1), .bucket_mask = buckets - 1 };
    for (uint32_t i = 0; i <= entries; i++) { /* in no list */
        mshr->entries[i].next = entries;
        mshr->entries[i].link = &mshr->entries[i].next;
    }
    slots_init(&mshr->slots, entries);
    mshr->buckets = g_new(uint32_t, buckets);
    for (uint32_t i = 0; i < buckets; i++)
        mshr->buckets[i] = entries;
}

void mshr_clear(Mshr *mshr)
{
    g_clear_pointer(&mshr->entries, g_free);
    g_clear_pointer(&mshr->buckets, g_free);
    slots_clear(&mshr->slots);
}

const MshrEntry *mshr_search(const Mshr *mshr, uint64_t line, Tick now)
{
    const MshrEntry *entries = mshr->entries;

    for (uint32_t at = mshr->buckets[mshr_bucket(mshr, line)]; at < mshr->slots.size;
         at = entries[at].next)
        if (entries[at].line == line && entries[at].ready_fs > now)
            return &entries[at];
    return NULL;
}
