/*
 * sim - the clock and the event queue.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/sim.h"

#include <assert.h>
#include <glib.h>

enum { ARITY = 4 };

/* Earlier time first; at one time, first scheduled first.  Results depend on this order. */
static inline bool entry_before(const SimEntry *a, const SimEntry *b)
{
    return a->when != b->when ? a->when < b->when : a->seq < b->seq;
}

void sim_init(Sim *sim)
{
    *sim = (Sim){ .capacity = 64 };
    sim->heap = g_new(SimEntry, sim->capacity);
}

void sim_clear(Sim *sim)
{
    g_clear_pointer(&sim->heap, g_free);
    sim->count = 0;
}

void sim_at(Sim *sim, Tick when, Event *event)
{
    assert(when >= sim->now && "an event is not scheduled in the past");
    if (sim->count == sim->capacity) {
        sim->capacity *= 2;
        sim->heap = g_renew(SimEntry, sim->heap, sim->capacity);
    }
    const SimEntry entry = { .when = when, .seq = sim->next_seq++, .event = event };
    size_t at = sim->count++;

    while (at > 0) {
        const size_t parent = (at - 1) / ARITY;

        if (!entry_before(&entry, &sim->heap[parent]))
            break;
        sim->heap[at] = sim->heap[parent];
        at = parent;
    }
    sim->heap[at] = entry;
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

bool sim_step(Sim *sim)
{
    if (sim->count == 0)
        return false;
    const SimEntry first = sim->heap[0];
    const SimEntry last = sim->heap[--sim->count];

    if (sim->count > 0) {
        sift_down(sim, &last);
        __builtin_prefetch(sim->heap[0].event);
    }
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
}
