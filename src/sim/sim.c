/*
 * sim - the clock and the event queue.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/sim.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

enum { ARITY = 4, HEAP_MAX = 256, CALENDAR_MIN = HEAP_MAX / 8 };

void sim_init(Sim *sim)
{
    *sim = (Sim){ .capacity = 64, .horizon_fs = TICK_PENDING, .next_fs = TICK_PENDING };
    sim->heap = g_new(SimEntry, sim->capacity);
}

void sim_clear(Sim *sim)
{
    g_clear_pointer(&sim->heap, g_free);
    if (sim->calendar)
        calendar_clear(sim->calendar);
    g_clear_pointer(&sim->calendar, g_free);
    sim->day = sim->day_end = NULL;
    sim->count = 0;
}

size_t sim_events(const Sim *sim)
{
    return sim->count + (size_t)(sim->day_end - sim->day) +
           (sim->calendar ? sim->calendar->count : 0);
}

static inline void push(Sim *sim, const SimEntry *entry)
{
    if (sim->count == sim->capacity) {
        sim->capacity *= 2;
        sim->heap = g_renew(SimEntry, sim->heap, sim->capacity);
    }
    size_t at = sim->count++;

    while (at > 0) {
        const size_t parent = (at - 1) / ARITY;

        if (!entry_before(entry, &sim->heap[parent]))
            break;
        sim->heap[at] = sim->heap[parent];
        at = parent;
    }
    sim->heap[at] = *entry;
}

static void begin_day(Sim *sim)
{
    Calendar *calendar = sim->calendar;

    calendar_next_day(calendar);
    sim->day = calendar->day;
    sim->day_end = calendar->day + calendar->n_day;
    sim->horizon_fs = calendar_tomorrow(calendar);
}

/* There are too many events in the heap: they and those of the calendar, which had not so many when its days were made, go
 * into the calendar. */
static G_GNUC_NO_INLINE void use_calendar(Sim *sim)
{
    const size_t n_day = (size_t)(sim->day_end - sim->day), n = sim_events(sim);

    if (sim->count < n / 4) /* too few for what it takes */
        return;
    g_autofree SimEntry *all = g_new(SimEntry, n);

    if (!sim->calendar) {
        sim->calendar = g_new(Calendar, 1);
        calendar_init(sim->calendar);
    }
    memcpy(all, sim->heap, sim->count * sizeof *all);
    if (n_day > 0)
        memcpy(all + sim->count, sim->day, n_day * sizeof *all);
    calendar_empty(sim->calendar, all + sim->count + n_day);
    sim->count = 0;
    calendar_fill(sim->calendar, all, n);
    begin_day(sim);
}

/* The heap and the day are at their end.  What is left goes into the heap if it is little. */
static G_GNUC_NO_INLINE void end_day(Sim *sim)
{
    Calendar *calendar = sim->calendar;
    SimEntry rest[CALENDAR_MIN];
    const size_t n = calendar->count;

    if (n > CALENDAR_MIN) {
        begin_day(sim);
        return;
    }
    calendar_empty(calendar, rest);
    for (size_t i = 0; i < n; i++)
        push(sim, &rest[i]);
    sim->horizon_fs = TICK_PENDING;
}

void sim_at(Sim *sim, Tick when, Event *event)
{
    assert(when >= sim->now && "an event is not scheduled in the past");
    const SimEntry entry = { .when = when, .seq = sim->next_seq++, .event = event };

    if (when < sim->next_fs)
        sim->next_fs = when;
    if (when >= sim->horizon_fs) {
        calendar_add(sim->calendar, &entry);
        return;
    }
    push(sim, &entry);
    if (G_UNLIKELY(sim->count > HEAP_MAX))
        use_calendar(sim);
}

static size_t smallest_child(const Sim *sim, size_t first)
{
    const size_t end = first + ARITY < sim->count ? first + ARITY : sim->count;
    size_t best = first;

    for (size_t child = first + 1; child < end; child++)
        if (entry_before(&sim->heap[child], &sim->heap[best]))
            best = child;
    return best;
}

/* Put entry where the root was taken away. */
static void sift_down(Sim *sim, const SimEntry *entry)
{
    size_t at = 0;

    for (;;) {
        const size_t first = at * ARITY + 1;

        if (first >= sim->count)
            break;
        const size_t child = smallest_child(sim, first);

        if (!entry_before(&sim->heap[child], entry))
            break;
        sim->heap[at] = sim->heap[child];
        at = child;
    }
    sim->heap[at] = *entry;
}

static inline SimEntry pop(Sim *sim)
{
    const SimEntry first = sim->heap[0];
    const SimEntry last = sim->heap[--sim->count];

    if (sim->count > 0) {
        sift_down(sim, &last);
        __builtin_prefetch(sim->heap[0].event);
    }
    return first;
}

/* Take the first event out; there is one. */
static inline SimEntry take_first(Sim *sim)
{
    if (sim->day == sim->day_end)
        return pop(sim);
    if (sim->count == 0 || entry_before(sim->day, &sim->heap[0]))
        return *sim->day++;
    return pop(sim);
}

static inline Tick find_next(const Sim *sim)
{
    const Tick heap_fs = sim->count > 0 ? sim->heap[0].when : TICK_PENDING;

    return sim->day == sim->day_end ? heap_fs : MIN(sim->day->when, heap_fs);
}

bool sim_step(Sim *sim)
{
    if (sim->next_fs == TICK_PENDING)
        return false;
    const SimEntry first = take_first(sim);

    if (sim->count == 0 && sim->day == sim->day_end && sim->horizon_fs != TICK_PENDING)
        end_day(sim);
    sim->next_fs = find_next(sim);
    assert(first.when >= sim->now && "time does not go back");
    sim->now = first.when;
    sim->fired++;
    first.event->fire(first.event, first.when);
    return true;
}

void sim_check(const Sim *sim)
{
    for (size_t at = 1; at < sim->count; at++)
        assert(!entry_before(&sim->heap[at], &sim->heap[(at - 1) / ARITY]));
    for (size_t at = 0; at < sim->count; at++)
        assert(sim->heap[at].when < sim->horizon_fs);
    for (const SimEntry *entry = sim->day; entry != sim->day_end && entry + 1 != sim->day_end;
         entry++)
        assert(entry_before(entry, entry + 1));
    assert(sim->next_fs == find_next(sim));
    assert(sim->next_fs != TICK_PENDING || sim_events(sim) == 0);
}
