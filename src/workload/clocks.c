/*
 * clocks - clocks that have come back to what they were but for a step in time.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/clocks.h"

/* Whether the slots, as far as they matter from the last issue on, are as before, but for the step in time. */
static bool same_slots(const Clocks *before, const Slot *ring_before, const Clocks *now)
{
    const Tick from = before->last_issue_fs, step = now->last_issue_fs - from;

    for (uint32_t i = 0; i < now->slots.size; i++) {
        const Slot a = ring_before[slots_at(&before->slots, i)];
        const Slot b = now->slots.ring[slots_at(&now->slots, i)];

        if (tick_later(a.free_fs, from) + step != tick_later(b.free_fs, now->last_issue_fs))
            return false;
        if (a.free_fs > from &&
            tick_later(a.note, from) + step != tick_later(b.note, now->last_issue_fs))
            return false;
    }
    return true;
}

bool clocks_are_steady(const Clocks *before, const Slot *ring_before, const Clocks *now)
{
    const Tick step = now->last_issue_fs - before->last_issue_fs;
    const bool same = now->issued_in_cycle == before->issued_in_cycle &&
                      now->next_cycle_fs - before->next_cycle_fs == step &&
                      now->last_arrival_fs - before->last_arrival_fs == step;

    if (!same ||
        (now->overlap && (now->last_begin_fs - before->last_begin_fs != step ||
                          now->compute_free - before->compute_free != (FineTime)step << 64)))
        return false;
    return same_slots(before, ring_before, now);
}

ClockSums clocks_change(const Clocks *before, const Clocks *now)
{
    const ClockSums *a = &before->sums, *b = &now->sums;

    return (ClockSums){ .accesses = b->accesses - a->accesses,
                        .writes = b->writes - a->writes,
                        .starved = b->starved - a->starved,
                        .held_fs = b->held_fs - a->held_fs,
                        .latency_fs = b->latency_fs - a->latency_fs };
}

void clocks_repeat(Clocks *now, const ClockSums *change, Tick step, uint64_t times)
{
    ClockSums *sums = &now->sums;

    step *= times;
    now->last_issue_fs += step;
    now->next_cycle_fs += step;
    now->last_arrival_fs += step;
    now->slots.latest_fs += step;
    for (uint32_t i = 0; i < now->slots.size; i++) {
        now->slots.ring[i].free_fs += step;
        now->slots.ring[i].note += step;
    }
    if (now->overlap) {
        now->last_begin_fs += step;
        now->compute_free += (FineTime)step << 64;
    }
    sums->accesses += times * change->accesses;
    sums->writes += times * change->writes;
    sums->starved += times * change->starved;
    sums->held_fs += times * change->held_fs;
    sums->latency_fs += times * change->latency_fs;
}
