/*
 * slot_runs - slots that are taken and given back several at once.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "mem/slot_runs.h"

enum { RUNS_FIRST = 16 };

void slotruns_init(SlotRuns *runs, uint32_t n)
{
    *runs = (SlotRuns){ .mask = RUNS_FIRST - 1, .size = n };
    runs->ring = g_new(SlotRun, RUNS_FIRST);
    slotruns_give(runs, 0, 0, n);
}

void slotruns_clear(SlotRuns *runs)
{
    g_clear_pointer(&runs->ring, g_free);
}

Slot slotruns_take(SlotRuns *runs, uint32_t n)
{
    assert(runs->known >= n);
    SlotRun *first = slotruns_at(runs, 0);

    runs->known -= n;
    while (first->n < n) {
        n -= first->n;
        runs->head++;
        runs->count--;
        first = slotruns_at(runs, 0);
    }
    const Slot last = first->slot;

    first->n -= n;
    if (first->n == 0) {
        runs->head++;
        runs->count--;
    }
    return last;
}

static void grow(SlotRuns *runs)
{
    SlotRun *ring = g_new(SlotRun, 2 * (size_t)runs->count);

    for (uint32_t i = 0; i < runs->count; i++)
        ring[i] = *slotruns_at(runs, i);
    g_free(runs->ring);
    runs->ring = ring;
    runs->head = 0;
    runs->mask = 2 * runs->count - 1;
}

/* How many runs are free at time free_fs, or before. */
static uint32_t runs_until(const SlotRuns *runs, Tick free_fs)
{
    uint32_t low = 0, high = runs->count;

    if (high == 0 || slotruns_at(runs, high - 1)->slot.free_fs <= free_fs)
        return high;
    while (low < high) {
        const uint32_t middle = (low + high) / 2;

        if (slotruns_at(runs, middle)->slot.free_fs <= free_fs)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void slotruns_give(SlotRuns *runs, Tick free_fs, Tick note, uint32_t n)
{
    if (runs->count > runs->mask)
        grow(runs);
    const uint32_t before = runs_until(runs, free_fs);

    assert(runs->known + n <= runs->size);
    runs->known += n;
    if (before < runs->count / 2) {
        runs->head--;
        for (uint32_t i = 0; i < before; i++)
            *slotruns_at(runs, i) = *slotruns_at(runs, i + 1);
    } else {
        for (uint32_t i = runs->count; i > before; i--)
            *slotruns_at(runs, i) = *slotruns_at(runs, i - 1);
    }
    runs->count++;
    *slotruns_at(runs, before) = (SlotRun){ .slot = { .free_fs = free_fs, .note = note }, .n = n };
}
