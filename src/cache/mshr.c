/*
 * mshr - the outstanding misses of one cache.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/mshr.h"

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

enum {
    ENTRIES_FIRST = 16,
    TURNS = 4, /* entries that are tried before another one is used */
    LOG_MORE = 256,
    LOG_TIMES = 8 /* so that room in the log is made rarely */
};

/* Lines that are a power of two apart are in many of them. */
static inline uint32_t bucket_of(const Mshr *mshr, uint64_t line)
{
    return (uint32_t)((line >> mshr->line_log2) * RNG_GAMMA >> 32) & mshr->bucket_mask;
}

/* Let entry, which is in no list, stand in front of its bucket: of two of one line the later one is found. */
static inline void list(Mshr *mshr, uint32_t number)
{
    MshrEntry *entry = &mshr->entries[number];
    uint32_t *bucket = &mshr->buckets[bucket_of(mshr, entry->line)];

    entry->next = *bucket;
    entry->booking = MSHR_NONE;
    *bucket = number;
}

static void make_buckets(Mshr *mshr)
{
    uint32_t n = 4;

    while (n < 2 * mshr->capacity)
        n *= 2;
    g_free(mshr->buckets);
    mshr->buckets = g_new(uint32_t, n);
    mshr->bucket_mask = n - 1;
    for (uint32_t i = 0; i < n; i++)
        mshr->buckets[i] = MSHR_NONE;
}

/* Room for so many entries, in which the lists do not count. */
static void make_room(Mshr *mshr, uint32_t capacity)
{
    MshrEntry *entries = g_aligned_alloc(capacity, sizeof *entries, HOST_LINE_BYTES);

    if (mshr->used > 0)
        memcpy(entries, mshr->entries, mshr->used * sizeof *entries);
    g_aligned_free(mshr->entries);
    mshr->entries = entries;
    mshr->capacity = capacity;
    mshr->log_max = LOG_TIMES * capacity + LOG_MORE;
    mshr->log = g_renew(uint32_t, mshr->log, mshr->log_max);
    make_buckets(mshr);
}

void mshr_init(Mshr *mshr, uint32_t entries, uint32_t sectors)
{
    *mshr = (Mshr){ .size = entries, .line_log2 = (uint32_t)__builtin_ctz(sectors) };
    make_room(mshr, MIN(entries, ENTRIES_FIRST));
}

void mshr_clear(Mshr *mshr)
{
    g_clear_pointer(&mshr->entries, g_aligned_free);
    g_clear_pointer(&mshr->buckets, g_free);
    g_clear_pointer(&mshr->log, g_free);
    slots_clear(&mshr->slots);
}

static void grow(Mshr *mshr, uint32_t capacity)
{
    g_autofree uint32_t *listed = g_new(uint32_t, mshr->used);
    uint32_t n = 0;

    mshr_list_logged(mshr);
    for (uint32_t i = 0; i <= mshr->bucket_mask; i++)
        for (uint32_t at = mshr->buckets[i]; at != MSHR_NONE; at = mshr->entries[at].next)
            listed[n++] = at;
    make_room(mshr, capacity);
    while (n-- > 0) /* those of a bucket from the last to the first */
        list(mshr, listed[n]);
}

/* Another entry has been used, until ready_fs. */
static uint32_t use_another(Mshr *mshr, Tick ready_fs)
{
    if (mshr->used == mshr->capacity)
        grow(mshr, (uint32_t)MIN((uint64_t)mshr->size, 2 * (uint64_t)mshr->capacity));
    mshr->entries[mshr->used] = (MshrEntry){ .ready_fs = ready_fs }; /* in no list */
    return mshr->used++;
}

static int compare_slots(const void *a, const void *b)
{
    const Slot *x = a, *y = b;

    if (x->free_fs != y->free_fs)
        return x->free_fs < y->free_fs ? -1 : 1;
    return (x->note > y->note) - (x->note < y->note);
}

/* From now on the slots have the times of all entries. */
static void become_full(Mshr *mshr)
{
    while (mshr->used < mshr->size)
        use_another(mshr, 0);
    g_autofree Slot *known = g_new(Slot, mshr->size);
    uint32_t n = 0;

    for (uint32_t i = 0; i < mshr->size; i++)
        if (mshr->entries[i].ready_fs != TICK_PENDING)
            known[n++] = (Slot){ .free_fs = mshr->entries[i].ready_fs, .note = i };
    qsort(known, n, sizeof *known, compare_slots);
    slots_init(&mshr->slots, mshr->size);
    mshr->slots.known = 0;
    for (uint32_t i = 0; i < n; i++)
        slots_give(&mshr->slots, known[i].free_fs, known[i].note);
    mshr->full = true;
}

uint32_t mshr_find_free(Mshr *mshr, Tick passed)
{
    for (uint32_t i = 0; i < MIN(TURNS, mshr->used); i++) {
        const uint32_t number = mshr->hand;

        mshr->hand = number + 1 < mshr->used ? number + 1 : 0;
        if (mshr->entries[number].ready_fs <= passed) {
            __builtin_prefetch(&mshr->entries[mshr->hand], 1);
            return number;
        }
    }
    const uint32_t number = use_another(mshr, TICK_PENDING);

    if (mshr->used == mshr->size)
        become_full(mshr);
    return number;
}

bool mshr_spare(Mshr *mshr, uint32_t reserve, Tick now)
{
    if (!mshr->full && mshr->size - mshr->used > reserve)
        return true;
    if (!mshr->full)
        become_full(mshr);
    return slots_spare(&mshr->slots, reserve, now);
}

/* Whether the i-th in the log is the latest use of its entry. */
static bool is_latest(const Mshr *mshr, uint32_t i)
{
    return mshr->entries[mshr->log[i]].booking == i;
}

void mshr_list_logged(Mshr *mshr)
{
    for (uint32_t i = 0; i < mshr->n_logged; i++)
        if (is_latest(mshr, i))
            list(mshr, mshr->log[i]);
    mshr->n_logged = 0;
}

void mshr_unlist(Mshr *mshr, uint32_t number)
{
    uint32_t *link = &mshr->buckets[bucket_of(mshr, mshr->entries[number].line)];

    while (*link != number)
        link = &mshr->entries[*link].next;
    *link = mshr->entries[number].next;
}

/* As a rule the latest uses of all entries are among the last ones. */
void mshr_shorten_log(Mshr *mshr)
{
    uint32_t at = mshr->n_logged, kept = 0;

    while (at > 0 && kept < mshr->used)
        if (is_latest(mshr, --at))
            mshr->log[mshr->n_logged - ++kept] = mshr->log[at];
    for (uint32_t i = 0; i < kept; i++) {
        mshr->log[i] = mshr->log[mshr->n_logged - kept + i];
        mshr->entries[mshr->log[i]].booking = i;
    }
    mshr->n_logged = kept;
}

const MshrEntry *mshr_search(Mshr *mshr, uint64_t line, Tick now)
{
    const MshrEntry *entries = mshr->entries;

    if (mshr->n_logged > 0)
        mshr_list_logged(mshr);
    for (uint32_t at = mshr->buckets[bucket_of(mshr, line)]; at != MSHR_NONE; at = entries[at].next)
        if (line - entries[at].line < entries[at].n && entries[at].ready_fs > now)
            return &entries[at];
    return NULL;
}
