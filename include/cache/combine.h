/*
 * combine - a core's buffer for non-temporal writes: they go past the caches to memory, gathered into lines.
 *
 * A few lines are open, each with a mark for every byte that was written.  A line of which all is written goes to memory as
 * one write.  When another line is wanted and as many are open as there can be, the oldest goes, each run of its bytes as a
 * write of its own.  A place is free again when memory has taken what was in it: a core's bandwidth is bound by that.
 * A line that caches on the core's way to memory have when the buffer opens it leaves them, which is one of the things that
 * x86 processors may do; what is dirty is written to memory.
 * Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, "Caching of temporal vs. non-temporal data",
 * and volume 3, "Buffering of write combining memory locations".
 * Not modelled: reads of what is in the buffer (caches and memory serve them as if it had been written), caches of other
 * cores, fences.  What is in the buffer at the end of a run stays there.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_COMBINE_H
#define CACHE_COMBINE_H

#include "cache/cache.h"
#include "mem/regions.h"

enum { COMBINE_LINES_MAX = 64 };

typedef struct {
    uint64_t accesses;                  /* gathered */
    uint64_t full_lines, partial_lines; /* sent to memory */
    uint64_t cache_lines;               /* taken out of caches */
    uint64_t writes, bytes;             /* that memory was sent, dirty lines of caches among them */
} CombineStats;

typedef struct Combine Combine;

/* A line that is gathered, or under way. */
typedef struct {
    Combine *combine;
    uint64_t line;        /* its number */
    uint64_t turn;        /* the larger, the later it was opened; 0: it is not open */
    uint64_t *written;    /* a bit for each byte */
    uint32_t left;        /* bytes that are not written yet */
    uint32_t outstanding; /* requests under way, and one while they are made */
    Tick free_fs;         /* the latest of those that were taken */
} CombineLine;

struct Combine {
    Front front;  /* first */
    Cache *first; /* the core's first cache, of data */
    Port *memory;
    ReqPool *pool;  /* NULL: only count */
    uint8_t levels; /* the level of memory */
    uint32_t line_shift;
    uint32_t n_lines, n_open;
    uint64_t turns;
    CombineLine
        *lines; /* [n_lines + 1]; the last one stands for what caches give up, and is never open */
    uint64_t *bits;
    Slots slots;        /* places; the note is the number of the line */
    WaiterList waiters; /* for a place */
    RegionTally tally;  /* of what memory is sent, by array */
    CombineStats stats;
};

typedef struct {
    Cache *first; /* of data; borrowed */
    Port *memory;
    ReqPool *pool; /* NULL: only count */
    uint8_t levels;
    uint32_t n_lines; /* 1 to COMBINE_LINES_MAX */
} CombineWiring;

void combine_init(Combine *combine, const CombineWiring *wiring);
void combine_clear(Combine *combine);
/* All lines that are open go to memory at when, the oldest first. */
void combine_flush(Combine *combine, Tick when);

#endif
