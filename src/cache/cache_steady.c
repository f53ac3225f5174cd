/*
 * cache_steady - the time of plain caches that do the same again, but for a step in time (core_steady.c).
 *
 * What matters of it is until when inputs are blocked and MSHRs taken; times before the last issue are all alike.  A line that
 * a first level misses and another one has is there: lines on their way have not left the first level (Front.stale_fs is 0).
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/plain.h"

#include <string.h>

enum { PLAIN_MSHRS = 256 }; /* that are worth being compared */

/* Whether it is known when everything that is on its way in a cache ends. */
static bool is_known(const Cache *cache)
{
    return cache->mshr.pending == 0 && !cache->queue_head && cache->n_above <= 1;
}

bool cache_keep(Front *front)
{
    for (Cache *cache = cache_of_front(front); cache; cache = cache->below) {
        const Mshr *mshr = &cache->mshr;
        CacheTime *kept = &cache->kept;

        if (!is_known(cache) || (mshr->full && mshr->size > PLAIN_MSHRS))
            return false;
        kept->full = mshr->full;
        kept->head = mshr->slots.head;
        kept->busy_until_fs = cache->busy_until_fs;
        kept->quiet_fs = mshr->quiet_fs;
        if (!mshr->full)
            continue;
        if (!kept->slots)
            kept->slots = g_new(Slot, mshr->size);
        memcpy(kept->slots, mshr->slots.ring, mshr->size * sizeof *kept->slots);
    }
    return true;
}

/* Whether times are as they were, or, where it is later by step, matter no more. */
static bool is_time_later(Tick then, Tick now, Tick from, Tick step)
{
    return tick_later(then, from) + step == tick_later(now, from + step);
}

static bool are_slots_later(const Cache *cache, Tick from, Tick step)
{
    const Slots *slots = &cache->mshr.slots;
    const CacheTime *kept = &cache->kept;
    uint32_t then = kept->head, now = slots->head;

    for (uint32_t i = 0; i < slots->size; i++) {
        if (!is_time_later(kept->slots[then].free_fs, slots->ring[now].free_fs, from, step))
            return false;
        then = then + 1 < slots->size ? then + 1 : 0;
        now = now + 1 < slots->size ? now + 1 : 0;
    }
    return true;
}

bool cache_is_later(const Front *front, Tick from, Tick step)
{
    for (const Cache *cache = cache_of_front((Front *)front); cache; cache = cache->below) {
        const Mshr *mshr = &cache->mshr;
        const CacheTime *kept = &cache->kept;

        if (!is_known(cache) || mshr->full != kept->full ||
            !is_time_later(kept->busy_until_fs, cache->busy_until_fs, from, step) ||
            (mshr->full && !are_slots_later(cache, from, step)))
            return false;
    }
    return true;
}

void cache_go_on(Front *front, Tick passed, Tick booked)
{
    for (Cache *cache = cache_of_front(front); cache; cache = cache->below) {
        Mshr *mshr = &cache->mshr;
        Slots *slots = &mshr->slots;

        if (cache->busy_until_fs != cache->kept.busy_until_fs)
            cache->busy_until_fs += passed;
        if (mshr->quiet_fs == cache->kept.quiet_fs)
            continue;
        mshr->quiet_fs += booked;
        if (!mshr->full)
            continue;
        slots->latest_fs += booked;
        for (uint32_t i = 0; i < slots->size; i++)
            slots->ring[i].free_fs += booked;
    }
}

void cache_book(Front *front, const Access *access, const FrontStep *step, Tick ready)
{
    for (Cache *cache = cache_of_front(front); cache && cache->level < step->depth;
         cache = cache->below)
        mshr_book(&cache->mshr, cache_sector(cache, access->addr), ready, cache->port.sim->now);
}
