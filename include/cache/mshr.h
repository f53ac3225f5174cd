/*
 * mshr - the outstanding misses of one cache: which lines are on their way, and until when.
 *
 * An entry is taken when a miss is sent down and is free again when its line arrives.  Entries whose time has
 * passed are recognised by their time; nothing has to happen at that time.
 * Most are never looked for: what is taken goes into a log, and from there into lists by line when somebody looks for one.
 * There may be many more entries than are ever in use: memory grows with those that are, and as long as there are others
 * nobody needs to know which of them is free first.  Until then they are used again in turn, as the times come that they were
 * taken until.
 * Source: Kroft, "Lockup-free instruction fetch/prefetch cache organization", ISCA 1981.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_MSHR_H
#define CACHE_MSHR_H

#include "mem/req.h"
#include "mem/slots.h"

#define MSHR_NONE UINT32_MAX

typedef struct {
    uint64_t line; /* or sector, the first of n */
    Tick ready_fs; /* when the line is there; TICK_PENDING: not known yet */
    Req *req;      /* the request that fetches it, while pending */
    uint32_t next; /* in the list of its bucket; MSHR_NONE: none */
    uint32_t
        booking; /* where it stands in the log; MSHR_NONE: it is in a list, or has never been taken */
    uint32_t n; /* sectors in a row, of one line */
} MshrEntry;

typedef struct {
    uint32_t size; /* entries that there may be */
    uint32_t used; /* those that have been */
    uint32_t hand; /* that of these whose turn it is */
    bool
        full; /* all have been: the slots have their times, as far as they are known; the note is the entry */
    uint32_t pending;   /* entries whose time is not known */
    Tick quiet_fs;      /* the latest known time: nothing is on its way after it */
    MshrEntry *entries; /* [capacity] */
    uint32_t *log;      /* [log_max]: entries that have been taken and are not in the lists yet */
    uint32_t n_logged, log_max;
    Slots slots;
    uint32_t *buckets; /* [bucket_mask + 1]: the entry taken last */
    uint32_t bucket_mask, capacity;
    uint32_t line_log2; /* sectors of a line */
} Mshr;

/* sectors: those of a line, a power of two. */
void mshr_init(Mshr *mshr, uint32_t entries, uint32_t sectors);
void mshr_clear(Mshr *mshr);

/* When an entry is free: at or before now is at once; TICK_PENDING: unknown. */
static inline Tick mshr_free_at(const Mshr *mshr)
{
    return mshr->full ? slots_free_at(&mshr->slots) : 0;
}

/* Whether more than reserve entries are free at time now. */
bool mshr_spare(Mshr *mshr, uint32_t reserve, Tick now);
/* Put the entries of the log into the lists, in order. */
void mshr_list_logged(Mshr *mshr);
/* Let the log forget entries that have been taken again since. */
void mshr_shorten_log(Mshr *mshr);
/* Take an entry out of its list. */
void mshr_unlist(Mshr *mshr, uint32_t number);
/* An entry, of which some have never been used, that is free at time passed.  After it they may all have been used. */
uint32_t mshr_find_free(Mshr *mshr, Tick passed);

/* An entry is for a line from now on. */
static inline MshrEntry *mshr_log(Mshr *mshr, uint32_t number, uint64_t line)
{
    if (G_UNLIKELY(mshr->n_logged == mshr->log_max))
        mshr_shorten_log(mshr);
    MshrEntry *entry = &mshr->entries[number];

    if (G_UNLIKELY(entry->booking == MSHR_NONE))
        mshr_unlist(mshr, number);
    entry->line = line;
    entry->n = 1;
    entry->booking = mshr->n_logged;
    mshr->log[mshr->n_logged++] = number;
    return entry;
}

/* An entry is to be taken soon: the host is to have the one whose turn it is. */
static inline void mshr_prefetch(const Mshr *mshr)
{
    __builtin_prefetch(&mshr->entries[mshr->hand], 1);
    __builtin_prefetch(&mshr->log[mshr->n_logged], 1);
}

/* Take an entry (the caller has waited for it) for n sectors (1 for a line that has none) from line on, fetched by req.
 * Returns its number.  passed: nobody will ask what was on its way before. */
static inline uint32_t mshr_take(Mshr *mshr, uint64_t line, uint32_t n, Req *req, Tick passed)
{
    const uint32_t number =
        mshr->full ? (uint32_t)slots_take(&mshr->slots).note : mshr_find_free(mshr, passed);
    MshrEntry *entry = mshr_log(mshr, number, line);

    entry->n = n;
    entry->ready_fs = TICK_PENDING;
    entry->req = req;
    mshr->pending++;
    return number;
}

/* An entry is for so many sectors more, the next ones of its line. */
static inline void mshr_extend(Mshr *mshr, uint32_t number, uint32_t sectors)
{
    mshr->entries[number].n += sectors;
}

/* The line of an entry arrives at ready_fs. */
static inline void mshr_ready(Mshr *mshr, uint32_t entry, Tick ready_fs)
{
    mshr->entries[entry].ready_fs = ready_fs;
    mshr->pending--;
    mshr->quiet_fs = tick_later(mshr->quiet_fs, ready_fs);
    if (mshr->full)
        slots_give(&mshr->slots, ready_fs, entry);
}

/* Both in one, for a line that is known to arrive at ready_fs. */
static inline __attribute__((always_inline)) void mshr_book(Mshr *mshr, uint64_t line,
                                                            Tick ready_fs, Tick passed)
{
    mshr->quiet_fs = tick_later(mshr->quiet_fs, ready_fs);
    if (G_LIKELY(mshr->full)) {
        const uint32_t number = (uint32_t)slots_first(&mshr->slots)->note;

        mshr_log(mshr, number, line)->ready_fs = ready_fs;
        slots_turn(&mshr->slots, ready_fs, number);
        return;
    }
    const uint32_t number = mshr_find_free(mshr, passed);

    mshr_log(mshr, number, line)->ready_fs = ready_fs;
    if (mshr->full)
        slots_give(&mshr->slots, ready_fs, number);
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
