/*
 * mshr - the outstanding misses of one cache: which lines are on their way, and until when.
 *
 * An entry is taken when a miss is sent down and is free again when its line arrives.  Entries whose time has
 * passed are recognised by their time; nothing has to happen at that time.
 * Source: Kroft, "Lockup-free instruction fetch/prefetch cache organization", ISCA 1981.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_MSHR_H
#define CACHE_MSHR_H

#include "mem/req.h"
#include "mem/slots.h"

typedef struct {
    uint64_t line;
    Tick ready_fs; /* when the line is there; TICK_PENDING: not known yet */
    Req *req;      /* the request that fetches it, while pending */
    uint32_t next; /* in its bucket, + 1; 0: last */
    uint32_t home; /* its bucket, + 1; 0: never taken */
} MshrEntry;

typedef struct {
    MshrEntry *entries; /* [slots.size] */
    uint32_t *buckets;  /* [bucket_mask + 1]: entry + 1, or 0 */
    uint32_t bucket_mask;
    uint32_t pending; /* entries whose time is not known */
    Tick quiet_fs;    /* the latest known time: nothing is on its way after it */
    Slots slots;      /* the note of a slot is its entry */
} Mshr;

void mshr_init(Mshr *mshr, uint32_t entries);
void mshr_clear(Mshr *mshr);

/* When an entry is free: at or before now is at once; TICK_PENDING: unknown. */
static inline Tick mshr_free_at(const Mshr *mshr)
{
    return slots_free_at(&mshr->slots);
}

static inline uint32_t mshr_bucket(const Mshr *mshr, uint64_t line)
{
    return (uint32_t)(line ^ line >> 17) & mshr->bucket_mask;
}

/* Take an entry out of its bucket. */
static inline void mshr_unhash(Mshr *mshr, uint32_t entry)
{
    uint32_t *link = &mshr->buckets[mshr->entries[entry].home - 1];

    while (*link != entry + 1)
        link = &mshr->entries[*link - 1].next;
    *link = mshr->entries[entry].next;
}

/* Take the entry that is free first (the caller has waited for it) for line, fetched by req.  Returns its number. */
static inline uint32_t mshr_take(Mshr *mshr, uint64_t line, Req *req)
{
    const uint32_t entry = (uint32_t)slots_take(&mshr->slots).note;
    const uint32_t bucket = mshr_bucket(mshr, line);

    if (mshr->entries[entry].home)
        mshr_unhash(mshr, entry);
    mshr->entries[entry] = (MshrEntry){ .line = line,
                                        .ready_fs = TICK_PENDING,
                                        .req = req,
                                        .next = mshr->buckets[bucket],
                                        .home = bucket + 1 };
    mshr->buckets[bucket] = entry + 1; /* in front: of two of one line the later one is found */
    mshr->pending++;
    return entry;
}

/* The line of an entry arrives at ready_fs. */
static inline void mshr_ready(Mshr *mshr, uint32_t entry, Tick ready_fs)
{
    mshr->entries[entry].ready_fs = ready_fs;
    mshr->entries[entry].req = NULL;
    mshr->pending--;
    if (ready_fs > mshr->quiet_fs)
        mshr->quiet_fs = ready_fs;
    slots_give(&mshr->slots, ready_fs, entry);
}

const MshrEntry *mshr_search(const Mshr *mshr, uint64_t line, Tick now);

/* The entry that has line on its way at time now, or NULL. */
static inline const MshrEntry *mshr_find(const Mshr *mshr, uint64_t line, Tick now)
{
    if (now >= mshr->quiet_fs && mshr->pending == 0)
        return NULL;
    return mshr_search(mshr, line, now);
}

#endif
