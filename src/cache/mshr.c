/*
 * mshr - the outstanding misses of one cache.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/mshr.h"

void mshr_init(Mshr *mshr, uint32_t entries)
{
    *mshr = (Mshr){ .entries = g_new0(MshrEntry, entries) };
    slots_init(&mshr->slots, entries);
    mshr->bucket_mask = 4 * (mshr->slots.mask + 1) - 1;
    mshr->buckets = g_new0(uint32_t, (size_t)mshr->bucket_mask + 1);
}

void mshr_clear(Mshr *mshr)
{
    g_clear_pointer(&mshr->entries, g_free);
    g_clear_pointer(&mshr->buckets, g_free);
    slots_clear(&mshr->slots);
}

static uint32_t *bucket_of(const Mshr *mshr, uint64_t line)
{
    return &mshr->buckets[(uint32_t)(line ^ line >> 17) & mshr->bucket_mask];
}

static void unhash(Mshr *mshr, uint32_t entry)
{
    uint32_t *link = bucket_of(mshr, mshr->entries[entry].line);

    while (*link != entry + 1)
        link = &mshr->entries[*link - 1].next;
    *link = mshr->entries[entry].next;
}

uint32_t mshr_take(Mshr *mshr, uint64_t line, Req *req)
{
    const uint32_t entry = (uint32_t)slots_take(&mshr->slots).note;
    uint32_t *bucket = bucket_of(mshr, line);

    if (mshr->entries[entry].hashed)
        unhash(mshr, entry);
    mshr->entries[entry] = (MshrEntry){
        .line = line, .ready_fs = TICK_PENDING, .req = req, .next = *bucket, .hashed = true
    };
    *bucket = entry + 1; /* in front: of two of one line the later one is found */
    mshr->pending++;
    return entry;
}

void mshr_ready(Mshr *mshr, uint32_t entry, Tick ready_fs)
{
    mshr->entries[entry].ready_fs = ready_fs;
    mshr->entries[entry].req = NULL;
    mshr->pending--;
    if (ready_fs > mshr->quiet_fs)
        mshr->quiet_fs = ready_fs;
    slots_give(&mshr->slots, ready_fs, entry);
}

const MshrEntry *mshr_search(const Mshr *mshr, uint64_t line, Tick now)
{
    for (uint32_t link = *bucket_of(mshr, line); link; link = mshr->entries[link - 1].next) {
        const MshrEntry *entry = &mshr->entries[link - 1];

        if (entry->line == line && entry->ready_fs > now)
            return entry;
    }
    return NULL;
}
