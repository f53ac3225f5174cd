/*
 * calendar - events that are not next, by the day on which they come: a ring of days, each a list in no order.
 *
 * A heap of thousands of events is slow: each level is a guess of the processor that fails and, at the bottom, a line that is
 * not in its caches.  So many events stand here, and are put in order when their day begins; the heap (sim.h) then holds what
 * is scheduled for the same day.  A day is as long as a dozen events take, more or less; what comes in a later round of the ring waits there.
 * Source: Brown, "Calendar queues: a fast O(1) priority queue implementation for the simulation event set problem",
 * CACM 31(10), 1988; days are put in order when they begin, as in "Ladder queue", Tang et al., ACM TOMACS 15(3), 2005.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SIM_CALENDAR_H
#define SIM_CALENDAR_H

#include <stdbool.h>

#include "sim/event.h"

enum { CALENDAR_DAYS = 1024, PAGE_ENTRIES = 10 };

/* Some entries of a day, or none: free.  Four cache lines of the host, which are written one after the other and read so. */
typedef struct {
    _Alignas(64) SimEntry entries[PAGE_ENTRIES];
    uint32_t next; /* of the day, full, or free; 0: none */
} CalendarPage;

typedef struct {
    uint32_t days[CALENDAR_DAYS]; /* the page of each that is written, full ones follow; 0: none */
    uint8_t written[CALENDAR_DAYS]; /* entries on it */
    uint64_t filled[CALENDAR_DAYS / 64];
    CalendarPage *pages; /* [capacity]; the first is none */
    uint32_t capacity, free;
    size_t count;   /* entries of later days */
    uint32_t shift; /* log2 of the length of a day */
    uint64_t today; /* its number */
    SimEntry *day;  /* [n_day], of today, in order */
    size_t n_day, day_capacity;
    uint32_t opened; /* days since their length was looked at, and the entries of them */
    size_t taken;
} Calendar;

/* Earlier time first; at one time, first scheduled first.  Results depend on this order. */
static inline bool entry_before(const SimEntry *a, const SimEntry *b)
{
    return a->when != b->when ? a->when < b->when : a->seq < b->seq;
}

void calendar_init(Calendar *calendar);
void calendar_clear(Calendar *calendar);
/* Fill an empty calendar with n entries (at least 1), all of later days; the days get a length that suits them. */
void calendar_fill(Calendar *calendar, const SimEntry *entries, size_t n);
/* From then on an entry belongs here. */
static inline Tick calendar_tomorrow(const Calendar *calendar)
{
    return (calendar->today + 1) << calendar->shift;
}
/* Add an entry that comes after today. */
void calendar_add(Calendar *calendar, const SimEntry *entry);
/* Go on to the next day that has entries; there are some. */
void calendar_next_day(Calendar *calendar);
/* Move the entries of all later days to an array, in no order. */
void calendar_empty(Calendar *calendar, SimEntry *to);

#endif
