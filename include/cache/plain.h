/*
 * plain - walks ahead of time through hierarchies of caches that are as most are (cache_plain.c); for cache_ahead.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_PLAIN_H
#define CACHE_PLAIN_H

#include "cache/cache.h"

enum { PLAIN_LEVELS = 4 };

/* Accesses that a walk has gone through. */
typedef struct {
    size_t n, writes, misses, write_misses;
} WalkCounts;

/* Whether the caches from a first one down are plain, as far as it walks ahead. */
bool cache_is_plain(const Cache *first);
/* FrontOps.walk of such a first cache. */
size_t cache_walk_plain(Cache *first, const Access *accesses, size_t n, FrontStep *steps);
/* The same for whole units of a run, unit accesses each; whether that can be. */
bool cache_can_walk_run(const Cache *first, const Access *accesses, size_t n, uint32_t unit);
size_t cache_walk_run(Cache *first, const Access *accesses, size_t n, uint32_t unit,
                      FrontStep *steps);
/* Count them; hits are among those that the core decides. */
void cache_count_walked(Cache *first, const WalkCounts *counts);

/* FrontOps.keep, is_later, go_on and book. */
bool cache_keep(Front *front);
bool cache_is_later(const Front *front, Tick from, Tick step);
void cache_go_on(Front *front, Tick passed, Tick booked);
void cache_book(Front *front, const Access *access, const FrontStep *step, Tick ready);

#endif
