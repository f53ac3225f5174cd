/*
 * mshr - the outstanding misses of one cache.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/mshr.h"

enum { LOG_MORE = 256 }; /* bookings than entries, so that room for them is made rarely */

void mshr_init(Mshr *mshr, uint32_t entries)
{
    uint32_t buckets = 4;

    while (buckets < 4 * entries)
        buckets *= 2;
    *mshr = (Mshr){ .entries = g_new0(MshrEntry, (size_t)entries + 1), .bucket_mask = buckets - 1 };
    for (uint32_t i = 0; i <= entries; i++)
        mshr_link(mshr, &mshr->entries[i].next, i); /* in no list */
    mshr->booked_max = entries + LOG_MORE;
    mshr->booked = g_new(uint32_t, mshr->booked_max);
    slots_init(&mshr->slots, entries);
    mshr->buckets = g_new(uint32_t, buckets);
    for (uint32_t i = 0; i < buckets; i++)
        mshr->buckets[i] = entries;
}

void mshr_clear(Mshr *mshr)
{
    g_clear_pointer(&mshr->entries, g_free);
    g_clear_pointer(&mshr->buckets, g_free);
    g_clear_pointer(&mshr->booked, g_free);
    slots_clear(&mshr->slots);
}

/* Whether the i-th booking is the latest of its entry. */
static bool is_latest(const Mshr *mshr, uint32_t i)
{
    return mshr->entries[mshr->booked[i]].booking == i;
}

void mshr_list_booked(Mshr *mshr)
{
    for (uint32_t i = 0; i < mshr->n_booked; i++)
        if (is_latest(mshr, i))
            mshr_list(mshr, mshr->booked[i]);
    mshr->n_booked = 0;
}

/* As a rule the latest bookings of all entries are among the last ones. */
void mshr_shorten_log(Mshr *mshr)
{
    uint32_t at = mshr->n_booked, kept = 0;

    while (at > 0 && kept < mshr->slots.size)
        if (is_latest(mshr, --at))
            mshr->booked[mshr->n_booked - ++kept] = mshr->booked[at];
    for (uint32_t i = 0; i < kept; i++) {
        mshr->booked[i] = mshr->booked[mshr->n_booked - kept + i];
        mshr->entries[mshr->booked[i]].booking = i;
    }
    mshr->n_booked = kept;
}

const MshrEntry *mshr_search(Mshr *mshr, uint64_t line, Tick now)
{
    const MshrEntry *entries = mshr->entries;

    if (mshr->n_booked > 0)
        mshr_list_booked(mshr);
    for (uint32_t at = mshr->buckets[mshr_bucket(mshr, line)]; at < mshr->slots.size;
         at = entries[at].next)
        if (entries[at].line == line && entries[at].ready_fs > now)
            return &entries[at];
    return NULL;
}
