/*
 * trace_tally - what is in a trace: counts, the memory it touches, and where.
 *
 * Memory: 24 to 48 bytes for each 64 bytes of memory that the trace touches, whatever its length.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TRACE_TRACE_TALLY_H
#define TRACE_TRACE_TALLY_H

#include "mem/access.h"

enum { TALLY_LINE_BYTES = 64, TALLY_PAGE_BYTES = 4096, TALLY_RANGES_MAX = 16 };

typedef struct {
    uint64_t records, reads, writes, fetches;
    uint64_t bytes;                 /* of all records together */
    uint64_t footprint_bytes;       /* distinct */
    uint64_t lines, pages;          /* distinct */
    uint64_t first_addr, last_addr; /* the lowest and the highest byte */
    bool timed;
    Tick first_fs, last_fs; /* times of the first and of the last record; timed only */
} TraceCounts;

/* A range of addresses, whole pages, and how many accesses begin in it or, over lines, pass it: one a line. */
typedef struct {
    uint64_t from, to; /* the first and the last byte */
    uint64_t accesses;
} TraceRange;

typedef struct TraceTally TraceTally;

TraceTally *trace_tally_new(void);
void trace_tally_free(TraceTally *tally); /* accepts NULL */

/* The next records of the trace; timed: with their times. */
void trace_tally_add(TraceTally *tally, const Batch *batch, bool timed);

TraceCounts trace_tally_counts(TraceTally *tally);

/* Where the accesses are, in ascending order: ranges that are far apart are rows of their own, and each of them
 * is divided evenly where there is room.  Returns the number of ranges. */
unsigned trace_tally_ranges(TraceTally *tally, TraceRange ranges[TALLY_RANGES_MAX]);

#endif
