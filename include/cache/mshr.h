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

/* In a bucket's list; one more entry stands behind the last of each, so that nothing is asked when the lists change: a wrong
 * guess of the processor costs more. */
typedef struct {
    uint64_t line;
    Tick ready_fs; /* when the line is there; TICK_PENDING: not known yet */
    Req *req;      /* the request that fetches it, while pending */
    uint32_t *
        link; /* what names this entry: the bucket, or next of the entry before; its own next: it is in no list */
    uint32_t next;
    uint32_t booking; /* where it stands in the log, if it is not in a list */
} MshrEntry;

typedef struct {
    MshrEntry *entries; /* [slots.size + 1] */
    uint32_t *buckets;  /* [bucket_mask + 1]: the entry taken last */
    uint32_t bucket_mask;
    uint32_t *
        booked; /* [booked_max]: a log of bookings that are not in the lists yet: most are never looked for */
    uint32_t n_booked, booked_max;
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

/* Let link name an entry. */
static inline void mshr_link(Mshr *mshr, uint32_t *link, uint32_t entry)
{
    *link = entry;
    mshr->entries[entry].link = link;
}

/* Let entry, which is in no list, stand in front of its bucket: of two of one line the later one is found. */
static inline void mshr_list(Mshr *mshr, uint32_t number)
{
    MshrEntry *entry = &mshr->entries[number];
    uint32_t *bucket = &mshr->buckets[mshr_bucket(mshr, entry->line)];

    mshr_link(mshr, &entry->next, *bucket);
    mshr_link(mshr, bucket, number);
}

/* Take an entry out of its list; next is that of an entry in none. */
static inline void mshr_unlist(Mshr *mshr, uint32_t number)
{
    MshrEntry *entry = &mshr->entries[number];

    mshr_link(mshr, entry->link, entry->next);
    mshr_link(mshr, &entry->next, number);
}

/* Put the bookings of the log into the lists, in order. */
void mshr_list_booked(Mshr *mshr);
/* Let the log forget bookings of entries that have been booked again since. */
void mshr_shorten_log(Mshr *mshr);

/* Take the entry that is free first (the caller has waited for it) for line, fetched by req.  Returns its number. */
static inline uint32_t mshr_take(Mshr *mshr, uint64_t line, Req *req)
{
    const uint32_t number = (uint32_t)slots_take(&mshr->slots).note;
    MshrEntry *entry = &mshr->entries[number];

    if (mshr->n_booked > 0)
        mshr_list_booked(mshr);
    mshr_unlist(mshr, number);
    entry->line = line;
    mshr_list(mshr, number);
    entry->ready_fs = TICK_PENDING;
    entry->req = req;
    mshr->pending++;
    return number;
}

/* The line of an entry arrives at ready_fs. */
static inline void mshr_ready(Mshr *mshr, uint32_t entry, Tick ready_fs)
{
    mshr->entries[entry].ready_fs = ready_fs;
    mshr->entries[entry].req = NULL;
    mshr->pending--;
    mshr->quiet_fs = tick_later(mshr->quiet_fs, ready_fs);
    slots_give(&mshr->slots, ready_fs, entry);
}

/* Both in one, for a line that is known to arrive at ready_fs. */
static inline __attribute__((always_inline)) void mshr_book(Mshr *mshr, uint64_t line,
                                                            Tick ready_fs)
{
    const uint32_t number = (uint32_t)slots_first(&mshr->slots)->note;
    MshrEntry *entry = &mshr->entries[number];

    if (G_UNLIKELY(mshr->n_booked == mshr->booked_max))
        mshr_shorten_log(mshr);
    if (G_UNLIKELY(entry->link != &entry->next))
        mshr_unlist(mshr, number);
    entry->booking = mshr->n_booked;
    mshr->booked[mshr->n_booked++] = number;
    entry->line = line;
    entry->ready_fs = ready_fs;
    mshr->quiet_fs = tick_later(mshr->quiet_fs, ready_fs);
    slots_turn(&mshr->slots, ready_fs, number);
}

/* Whether nothing is on its way at time now. */
static inline bool mshr_quiet(const Mshr *mshr, Tick now)
{
    return now >= mshr->quiet_fs && mshr->pending == 0;
}

const MshrEntry *mshr_search(Mshr *mshr, uint64_t line, Tick now);

/* The entry that has line on its way at time now, or NULL. */
static inline const MshrEntry *mshr_find(Mshr *mshr, uint64_t line, Tick now)
{
    return mshr_quiet(mshr, now) ? NULL : mshr_search(mshr, line, now);
}

#endif
