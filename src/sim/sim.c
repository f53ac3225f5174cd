/*
 * sim - the clock and the event queue.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/sim.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

#include "base/cpu.h"

enum {
    ARITY = 4,
    HEAP_MAX = 256,
    CALENDAR_MIN = HEAP_MAX / 8,
    PREFETCH_AHEAD = 6, /* the event of an entry that many places further */
    PREFETCH_RING = 20, /* and before that the entry */
    SOON_AHEAD = 3
};

void sim_init(Sim *sim)
{
    *sim = (Sim){ .capacity = 64,
                  .horizon_fs = TICK_PENDING,
                  .pipes_fs = TICK_PENDING,
                  .next_fs = TICK_PENDING };
    for (SimKind kind = 0; kind < SIM_KINDS; kind++)
        sim->pipe_fs[kind] = TICK_PENDING;
    sim->heap = g_new(SimEntry, sim->capacity);
}

void sim_clear(Sim *sim)
{
    g_clear_pointer(&sim->heap, g_free);
    if (sim->calendar)
        calendar_clear(sim->calendar);
    g_clear_pointer(&sim->calendar, g_free);
    sim->day = sim->day_end = NULL;
    for (SimKind kind = 0; kind < SIM_KINDS; kind++)
        pipe_clear(&sim->pipes[kind]);
    sim->count = sim->piped = 0;
}

size_t sim_events(const Sim *sim)
{
    return sim->count + (size_t)(sim->day_end - sim->day) +
           (sim->calendar ? sim->calendar->count : 0) + sim->piped;
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
    const size_t n_day = (size_t)(sim->day_end - sim->day), n = sim_events(sim) - sim->piped;

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

void sim_set_back(Sim *sim, Tick when)
{
    assert(sim_events(sim) == 0);
    sim->now = MIN(sim->now, when);
}

static inline uint64_t pipe_seq(const Sim *sim, SimKind kind)
{
    return pipe_at(&sim->pipes[kind], 0)->seq;
}

/* Which of the pipes with an entry of this time has the one that was scheduled first. */
static G_GNUC_NO_INLINE SimKind first_of_ties(const Sim *sim, Tick when)
{
    SimKind first = SIM_KINDS;

    for (SimKind kind = 0; kind < SIM_KINDS; kind++)
        if (sim->pipe_fs[kind] == when &&
            (first == SIM_KINDS || pipe_seq(sim, kind) < pipe_seq(sim, first)))
            first = kind;
    return first;
}

/* Which pipe has the earliest entry, as the first of them has changed: two by two, without a branch, which no processor
 * guesses. */
static inline void find_first_pipe(Sim *sim)
{
    const Tick *fs = sim->pipe_fs;
    const uint32_t low = fs[1] < fs[0], high = 2 + (uint32_t)(fs[3] < fs[2]);
    const uint32_t first = low ^ ((low ^ high) & -(uint32_t)(fs[high] < fs[low]));
    const Tick when = fs[first];
    const uint32_t at_once = (uint32_t)(fs[0] == when) + (uint32_t)(fs[1] == when) +
                             (uint32_t)(fs[2] == when) + (uint32_t)(fs[3] == when);

    G_STATIC_ASSERT(SIM_KINDS == 4);
    sim->first_pipe = (SimKind)first;
    sim->pipes_fs = when;
    if (G_UNLIKELY(at_once > 1) && when != TICK_PENDING)
        sim->first_pipe = first_of_ties(sim, when);
}

static G_GNUC_NO_INLINE void make_pipes(Sim *sim)
{
    for (SimKind kind = 0; kind < SIM_KINDS; kind++)
        pipe_init(&sim->pipes[kind]);
}

void sim_at_pipe(Sim *sim, SimKind kind, Tick when, Event *event)
{
    const SimEntry entry = { .when = when, .seq = sim->next_seq, .event = event };
    SimPipe *pipe = &sim->pipes[kind];

    assert(when >= sim->now && "an event is not scheduled in the past");
    if (G_UNLIKELY(!pipe->ring))
        make_pipes(sim);
    if (!pipe_append(pipe, &entry, sim->now) && !pipe_add(pipe, &entry, sim->now)) {
        sim_at(sim, when, event);
        return;
    }
    sim->next_seq++;
    sim->piped++;
    sim->pipe_fs[kind] = MIN(sim->pipe_fs[kind], when);
    if (when < sim->pipes_fs) { /* of those at one time it would be the last */
        sim->first_pipe = kind;
        sim->pipes_fs = when;
        sim->next_fs = MIN(sim->next_fs, when);
    }
}

void sim_look_ahead(Sim *sim, SimKind kind, void (*soon)(Event *event))
{
    sim->soon[kind] = soon;
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

    if (--sim->count > 0) {
        sift_down(sim, &sim->heap[sim->count]); /* which lies behind the heap now */
        __builtin_prefetch(sim->heap[0].event);
    }
    return first;
}

/* The first entry of the pipes is next; the host is to have the events behind it by their time. */
static inline SimEntry take_from_pipe(Sim *sim)
{
    SimPipe *pipe = &sim->pipes[sim->first_pipe];
    const SimEntry first = *pipe_at(pipe, 0);

    pipe->head++;
    sim->piped--;
    sim->pipe_fs[sim->first_pipe] = pipe_next(pipe);
    __builtin_prefetch(pipe_at(pipe, PREFETCH_RING));
    if (pipe_count(pipe) > PREFETCH_AHEAD) {
        const char *event = (const char *)pipe_at(pipe, PREFETCH_AHEAD)->event;

        __builtin_prefetch(event, 1);
        if (sim->first_pipe < SIM_MEMORY) /* much of it ends there */
            __builtin_prefetch(event + HOST_LINE_BYTES, 1);
        if (sim->soon[sim->first_pipe])
            sim->soon[sim->first_pipe](pipe_at(pipe, SOON_AHEAD)->event);
    }
    find_first_pipe(sim);
    return first;
}

/* Take the first event of heap and day out; there is one. */
static inline SimEntry take_first(Sim *sim)
{
    if (sim->day == sim->day_end)
        return pop(sim);
    if (sim->count == 0 || entry_before(sim->day, &sim->heap[0]))
        return *sim->day++;
    return pop(sim);
}

/* When the first of heap and day comes. */
static inline Tick find_next(const Sim *sim)
{
    const Tick heap_fs = sim->count > 0 ? sim->heap[0].when : TICK_PENDING;

    return sim->day == sim->day_end ? heap_fs : MIN(sim->day->when, heap_fs);
}

/* The order of the first of heap and day, which is there. */
static inline uint64_t first_seq(const Sim *sim)
{
    const SimEntry *heap = sim->count > 0 ? &sim->heap[0] : NULL;

    if (sim->day == sim->day_end || (heap && entry_before(heap, sim->day)))
        return heap->seq;
    return sim->day->seq;
}

/* Whether the next event is in a pipe. */
static inline bool pipe_is_next(const Sim *sim)
{
    const Tick other_fs = find_next(sim);

    if (sim->pipes_fs != other_fs)
        return sim->pipes_fs < other_fs;
    return pipe_seq(sim, sim->first_pipe) < first_seq(sim);
}

/* Entry, which was first of all and has been taken out, fires. */
static inline void fire(Sim *sim, const SimEntry *first)
{
    assert(first->when >= sim->now && "time does not go back");
    sim->now = first->when;
    sim->fired++;
    first->event->fire(first->event, first->when);
}

static inline void end_day_if_over(Sim *sim)
{
    if (sim->count == 0 && sim->day == sim->day_end && sim->horizon_fs != TICK_PENDING)
        end_day(sim);
}

/* sim_step where something stands in pipes: apart, so that few events need no registers saved. */
static G_GNUC_NO_INLINE bool step_with_pipes(Sim *sim)
{
    const SimEntry first = pipe_is_next(sim) ? take_from_pipe(sim) : take_first(sim);

    end_day_if_over(sim);
    sim->next_fs = MIN(find_next(sim), sim->pipes_fs);
    fire(sim, &first);
    return true;
}

bool sim_step(Sim *sim)
{
    if (sim->piped > 0)
        return step_with_pipes(sim);
    if (sim->next_fs == TICK_PENDING)
        return false;
    const SimEntry first = take_first(sim);

    end_day_if_over(sim);
    sim->next_fs = find_next(sim);
    fire(sim, &first);
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
    for (SimKind kind = 0; kind < SIM_KINDS; kind++) {
        assert(sim->pipe_fs[kind] == pipe_next(&sim->pipes[kind]));
        assert(sim->pipes_fs <= sim->pipe_fs[kind]);
        for (uint32_t by = 1; by < pipe_count(&sim->pipes[kind]); by++)
            assert(
                entry_before(pipe_at(&sim->pipes[kind], by - 1), pipe_at(&sim->pipes[kind], by)));
    }
    assert(sim->next_fs == MIN(find_next(sim), sim->pipes_fs));
    assert(sim->next_fs != TICK_PENDING || sim_events(sim) == 0);
}
