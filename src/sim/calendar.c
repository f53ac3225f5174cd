/*
 * calendar - events by the day on which they come.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/calendar.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"

enum {
    PAGES_FIRST = 128,
    DAY_ENTRIES = 12,
    INSERTION_MAX = 64,
    LOOK_AFTER = 256,
};

static void make_pages(Calendar *calendar, uint32_t capacity)
{
    const size_t align = _Alignof(CalendarPage);
    CalendarPage *pages = g_aligned_alloc(capacity, sizeof *pages, align);

    if (calendar->capacity > 0)
        memcpy(pages, calendar->pages, calendar->capacity * sizeof *pages);
    g_aligned_free(calendar->pages);
    calendar->pages = pages;
    for (uint32_t i = capacity; i-- > MAX(calendar->capacity, 1);) {
        pages[i].next = calendar->free;
        calendar->free = i;
    }
    calendar->capacity = capacity;
}

void calendar_init(Calendar *calendar)
{
    *calendar = (Calendar){ .count = 0 };
    make_pages(calendar, PAGES_FIRST);
}

void calendar_clear(Calendar *calendar)
{
    g_clear_pointer(&calendar->pages, g_aligned_free);
    g_clear_pointer(&calendar->day, g_free);
}

/* A new page for a day. */
static G_GNUC_NO_INLINE CalendarPage *turn_page(Calendar *calendar, uint32_t day)
{
    if (calendar->free == 0)
        make_pages(calendar, 2 * calendar->capacity);
    const uint32_t number = calendar->free;
    CalendarPage *page = &calendar->pages[number];

    calendar->free = page->next;
    page->next = calendar->days[day];
    calendar->days[day] = number;
    calendar->written[day] = 0;
    calendar->filled[day / 64] |= UINT64_C(1) << (day % 64);
    return page;
}

void calendar_add(Calendar *calendar, const SimEntry *entry)
{
    const uint32_t day = (entry->when >> calendar->shift) % CALENDAR_DAYS;
    const uint32_t number = calendar->days[day];
    CalendarPage *page = &calendar->pages[number];

    if (number == 0 || calendar->written[day] == PAGE_ENTRIES)
        page = turn_page(calendar, day);
    page->entries[calendar->written[day]++] = *entry;
    calendar->count++;
}

/* Take the pages of a day out, with entries of this round and of later ones. */
static uint32_t open_day(Calendar *calendar, uint32_t day)
{
    const uint32_t first = calendar->days[day];

    calendar->days[day] = 0;
    calendar->filled[day / 64] &= ~(UINT64_C(1) << (day % 64));
    return first;
}

static void free_page(Calendar *calendar, uint32_t number)
{
    calendar->pages[number].next = calendar->free;
    calendar->free = number;
}

static void add_today(Calendar *calendar, const SimEntry *entry)
{
    if (calendar->n_day == calendar->day_capacity) {
        calendar->day_capacity = 2 * calendar->day_capacity + PAGE_ENTRIES;
        calendar->day = g_renew(SimEntry, calendar->day, calendar->day_capacity);
    }
    calendar->day[calendar->n_day++] = *entry;
}

/* The entries of today, which has begun; those of later rounds go back. */
static void take_today(Calendar *calendar)
{
    const uint32_t day = calendar->today % CALENDAR_DAYS;
    const Tick tomorrow = calendar_tomorrow(calendar);
    uint32_t n = calendar->written[day];

    calendar->n_day = 0;
    for (uint32_t at = open_day(calendar, day), next; at; at = next, n = PAGE_ENTRIES) {
        calendar->count -= n;
        for (uint32_t i = 0; i < n; i++) {
            const SimEntry entry = calendar->pages[at].entries[i];

            if (entry.when < tomorrow)
                add_today(calendar, &entry);
            else
                calendar_add(calendar, &entry);
        }
        next = calendar->pages[at].next;
        free_page(calendar, at);
    }
}

static int compare_entries(const void *a, const void *b)
{
    return entry_before(a, b) ? -1 : 1;
}

static void sort_today(Calendar *calendar)
{
    SimEntry *day = calendar->day;

    if (calendar->n_day > INSERTION_MAX) {
        qsort(day, calendar->n_day, sizeof *day, compare_entries);
        return;
    }
    for (size_t i = 1; i < calendar->n_day; i++) {
        const SimEntry entry = day[i];
        size_t at = i;

        for (; at > 0 && entry_before(&entry, &day[at - 1]); at--)
            day[at] = day[at - 1];
        day[at] = entry;
    }
}

/* How many days after one of the ring the next one that has entries comes: 1 to CALENDAR_DAYS. */
static uint32_t days_until_filled(const Calendar *calendar, uint32_t day)
{
    for (uint32_t by = 1; by <= CALENDAR_DAYS;) {
        const uint32_t at = (day + by) % CALENDAR_DAYS;
        const uint64_t bits = calendar->filled[at / 64] >> (at % 64);

        if (bits)
            return by + (uint32_t)__builtin_ctzll(bits);
        by += 64 - at % 64;
    }
    return CALENDAR_DAYS;
}

static uint32_t next_filled(const Calendar *calendar, uint32_t day)
{
    return (day + days_until_filled(calendar, day)) % CALENDAR_DAYS;
}

/* Nothing comes in this round: go to the day before the first of all. */
static void skip_rounds(Calendar *calendar)
{
    Tick first = TICK_PENDING;

    for (uint32_t day = 0; day < CALENDAR_DAYS; day++) {
        uint32_t n = calendar->written[day];

        for (uint32_t at = calendar->days[day]; at; at = calendar->pages[at].next, n = PAGE_ENTRIES)
            for (uint32_t i = 0; i < n; i++)
                first = MIN(first, calendar->pages[at].entries[i].when);
    }
    calendar->today = (first >> calendar->shift) - 1;
}

/* The host is to have the events of the next day when it begins, and by then the page of the day after it. */
static void prefetch_days(const Calendar *calendar)
{
    const uint32_t day = next_filled(calendar, calendar->today % CALENDAR_DAYS);
    const CalendarPage *later = &calendar->pages[calendar->days[next_filled(calendar, day)]];
    uint32_t n = calendar->written[day];

    for (size_t offset = 0; offset < sizeof *later; offset += HOST_LINE_BYTES)
        __builtin_prefetch((const char *)later + offset);

    for (uint32_t at = calendar->days[day]; at; at = calendar->pages[at].next, n = PAGE_ENTRIES)
        for (uint32_t i = 0; i < n; i++) {
            const char *event = (const char *)calendar->pages[at].entries[i].event;

            __builtin_prefetch(event, 1);
            __builtin_prefetch(event + HOST_LINE_BYTES, 1);
        }
}

/* Fill an empty calendar, whose days have a new length. */
static void fill(Calendar *calendar, const SimEntry *entries, size_t n)
{
    Tick first = TICK_PENDING;

    for (size_t i = 0; i < n; i++)
        first = MIN(first, entries[i].when);
    calendar->today = (first >> calendar->shift) - 1; /* before day 0: the largest number */
    for (size_t i = 0; i < n; i++)
        calendar_add(calendar, &entries[i]);
    calendar->opened = 0;
    calendar->taken = 0;
}

static int compare_ticks(const void *a, const void *b)
{
    const Tick x = *(const Tick *)a, y = *(const Tick *)b;

    return (x > y) - (x < y);
}

/* By the earlier half of the entries: a few may lie far ahead. */
void calendar_fill(Calendar *calendar, const SimEntry *entries, size_t n)
{
    g_autofree Tick *times = g_new(Tick, n);

    for (size_t i = 0; i < n; i++)
        times[i] = entries[i].when;
    qsort(times, n, sizeof *times, compare_ticks);
    const Tick span = times[n / 2] - times[0];
    const uint64_t length = span / (n / 2 + 1) * DAY_ENTRIES / 2 + 1;

    calendar->shift = 64 - (uint32_t)__builtin_clzll(length);
    fill(calendar, entries, n);
}

void calendar_empty(Calendar *calendar, SimEntry *to)
{
    for (uint32_t day = 0; day < CALENDAR_DAYS; day++) {
        uint32_t n = calendar->written[day];

        for (uint32_t at = open_day(calendar, day), next; at; at = next, n = PAGE_ENTRIES) {
            memcpy(to, calendar->pages[at].entries, n * sizeof *to);
            to += n;
            next = calendar->pages[at].next;
            free_page(calendar, at);
        }
    }
    calendar->count = 0;
}

/* Make days shorter or longer where there have been too many or too few entries in them. */
static G_GNUC_NO_INLINE void look_at_length(Calendar *calendar)
{
    const size_t mean = calendar->taken / calendar->opened, n = calendar->count;

    calendar->opened = 0;
    calendar->taken = 0;
    if (mean <= 2 * DAY_ENTRIES && mean >= DAY_ENTRIES / 4)
        return;
    g_autofree SimEntry *all = g_new(SimEntry, n);

    calendar_empty(calendar, all);
    for (size_t entries = mean; entries > DAY_ENTRIES && calendar->shift > 0; entries /= 2)
        calendar->shift--;
    for (size_t entries = mean; entries < DAY_ENTRIES / 2; entries *= 2)
        calendar->shift++;
    fill(calendar, all, n);
}

void calendar_next_day(Calendar *calendar)
{
    if (calendar->opened == LOOK_AFTER)
        look_at_length(calendar);
    uint64_t round = calendar->today; /* where it has begun */

    do {
        if (calendar->today - round >= CALENDAR_DAYS) {
            skip_rounds(calendar);
            round = calendar->today;
        }
        calendar->today += days_until_filled(calendar, calendar->today % CALENDAR_DAYS);
        take_today(calendar);
    } while (calendar->n_day == 0);
    calendar->opened++;
    calendar->taken += calendar->n_day;
    sort_today(calendar);
    prefetch_days(calendar);
}
