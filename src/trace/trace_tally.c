/*
 * trace_tally - a hash of the lines touched, with a bit a byte and a count.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace/trace_tally.h"

#include <stdlib.h>

#include "base/rng.h"

enum { LINES_OF_A_PAGE = TALLY_PAGE_BYTES / TALLY_LINE_BYTES, FIRST_PLACES = 4096 };

typedef struct {
    uint64_t number; /* address / 64 */
    uint64_t bytes;  /* a bit for each that was touched; 0: the place is empty */
    uint64_t accesses;
} Line;

struct TraceTally {
    TraceCounts counts;
    Line *lines; /* [mask + 1], open addressing, at most half full */
    uint64_t mask, used;
};

TraceTally *trace_tally_new(void)
{
    TraceTally *tally = g_new0(TraceTally, 1);

    tally->mask = FIRST_PLACES - 1;
    tally->lines = g_new0(Line, FIRST_PLACES);
    tally->counts.first_addr = UINT64_MAX;
    return tally;
}

void trace_tally_free(TraceTally *tally)
{
    if (!tally)
        return;
    g_free(tally->lines);
    g_free(tally);
}

/* The line's place, or the empty one where it belongs. */
static Line *place_of(const TraceTally *tally, uint64_t number)
{
    uint64_t at = rng_mix(number) & tally->mask;

    while (tally->lines[at].bytes && tally->lines[at].number != number)
        at = (at + 1) & tally->mask;
    return &tally->lines[at];
}

static void grow(TraceTally *tally)
{
    g_autofree Line *old = tally->lines;
    const uint64_t places = tally->mask + 1;

    tally->mask = 2 * places - 1;
    tally->lines = g_new0(Line, 2 * places);
    for (uint64_t i = 0; i < places; i++)
        if (old[i].bytes)
            *place_of(tally, old[i].number) = old[i];
}

/* Bytes `first` to `last` of a line. */
static void touch(TraceTally *tally, uint64_t number, unsigned first, unsigned last)
{
    const uint64_t below_end = UINT64_MAX >> (TALLY_LINE_BYTES - 1 - last);
    Line *line = place_of(tally, number);

    if (!line->bytes) {
        if (++tally->used > tally->mask / 2) {
            grow(tally);
            line = place_of(tally, number);
        }
        line->number = number;
    }
    line->bytes |= below_end & UINT64_MAX << first;
    line->accesses++;
}

static void add_access(TraceTally *tally, const Access *access)
{
    TraceCounts *counts = &tally->counts;
    const uint64_t last = access->addr + (access->bytes - 1);
    const uint64_t first_line = access->addr / TALLY_LINE_BYTES,
                   last_line = last / TALLY_LINE_BYTES;

    counts->records++;
    counts->reads += access->op == ACCESS_READ;
    counts->writes += access->op == ACCESS_WRITE;
    counts->fetches += access->op == ACCESS_FETCH;
    counts->bytes += access->bytes;
    counts->first_addr = MIN(counts->first_addr, access->addr);
    counts->last_addr = MAX(counts->last_addr, last);
    for (uint64_t line = first_line; line <= last_line; line++)
        touch(tally, line, line == first_line ? access->addr % TALLY_LINE_BYTES : 0,
              line == last_line ? last % TALLY_LINE_BYTES : TALLY_LINE_BYTES - 1);
}

void trace_tally_add(TraceTally *tally, const Batch *batch, bool timed)
{
    TraceCounts *counts = &tally->counts;

    if (timed && batch->count > 0) {
        counts->first_fs = counts->timed ? counts->first_fs : batch->not_before[0];
        counts->last_fs = batch->not_before[batch->count - 1];
        counts->timed = true;
    }
    for (size_t i = 0; i < batch->count; i++)
        add_access(tally, &batch->access[i]);
}

static int compare_lines(const void *a, const void *b)
{
    const Line *const *left = a, *const *right = b;

    return ((*left)->number > (*right)->number) - ((*left)->number < (*right)->number);
}

/* The lines in ascending order.  Returns (caller frees) [tally->used]. */
static const Line **sorted_lines(const TraceTally *tally)
{
    const Line **sorted = g_new(const Line *, tally->used + 1);
    uint64_t n = 0;

    for (uint64_t i = 0; i <= tally->mask; i++)
        if (tally->lines[i].bytes)
            sorted[n++] = &tally->lines[i];
    qsort(sorted, n, sizeof *sorted, compare_lines);
    return sorted;
}

TraceCounts trace_tally_counts(TraceTally *tally)
{
    g_autofree const Line **sorted = sorted_lines(tally);
    TraceCounts counts = tally->counts;

    counts.lines = tally->used;
    for (uint64_t i = 0; i < tally->used; i++) {
        counts.footprint_bytes += (uint64_t)__builtin_popcountll(sorted[i]->bytes);
        counts.pages += i == 0 || sorted[i]->number / LINES_OF_A_PAGE !=
                                      sorted[i - 1]->number / LINES_OF_A_PAGE;
    }
    return counts;
}

/* Groups of lines with no gap of `gap` pages or more between them; up to TALLY_RANGES_MAX + 1 are counted, and
 * begin[] is where each of them begins. */
static unsigned group(const Line *const *sorted, uint64_t n, uint64_t gap,
                      uint64_t begin[TALLY_RANGES_MAX + 1])
{
    unsigned groups = 0;

    for (uint64_t i = 0; i < n && groups <= TALLY_RANGES_MAX; i++)
        if (i == 0 ||
            sorted[i]->number / LINES_OF_A_PAGE - sorted[i - 1]->number / LINES_OF_A_PAGE > gap)
            begin[groups++] = i;
    return groups;
}

/* Divide the lines first to below-1 into at most `parts` even ranges of whole pages. */
static unsigned divide(const Line *const *sorted, uint64_t first, uint64_t below, unsigned parts,
                       TraceRange *ranges)
{
    const uint64_t first_page = sorted[first]->number / LINES_OF_A_PAGE;
    const uint64_t pages = sorted[below - 1]->number / LINES_OF_A_PAGE - first_page + 1;
    const uint64_t step = pages / parts + (pages % parts != 0);
    unsigned n = 0;

    for (uint64_t page = 0; page < pages; page += step, n++) {
        const uint64_t last = first_page + MIN(page + step, pages) - 1;

        ranges[n] = (TraceRange){ .from = (first_page + page) * TALLY_PAGE_BYTES,
                                  .to = last * TALLY_PAGE_BYTES + (TALLY_PAGE_BYTES - 1) };
    }
    for (uint64_t i = first; i < below; i++)
        ranges[(sorted[i]->number / LINES_OF_A_PAGE - first_page) / step].accesses +=
            sorted[i]->accesses;
    return n;
}

unsigned trace_tally_ranges(TraceTally *tally, TraceRange ranges[TALLY_RANGES_MAX])
{
    g_autofree const Line **sorted = sorted_lines(tally);
    uint64_t begin[TALLY_RANGES_MAX + 1], gap = 16;
    unsigned groups, n = 0;

    if (tally->used == 0)
        return 0;
    do
        groups = group(sorted, tally->used, gap *= 2, begin);
    while (groups > TALLY_RANGES_MAX);
    for (unsigned i = 0; i < groups; i++)
        n += divide(sorted, begin[i], i + 1 < groups ? begin[i + 1] : tally->used,
                    TALLY_RANGES_MAX / groups, &ranges[n]);
    return n;
}
