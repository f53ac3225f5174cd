/*
 * flat - plain hierarchies that are only counted, batch by batch, as fast as the processor can.
 *
 * A flat cache does to its lines and counters exactly what its Cache would do without time, in an array of 32-bit tags:
 * a set is one to sixteen tags in order of use, most recent first, the dirty bit in the top bit.  What misses in a batch is
 * the batch of the level below: nothing comes back up from a NINE level.  Addresses are made compact (mem/compact.h).
 * For whom: LRU, at most sixteen ways, lines of at least 8 bytes, index by modulo, NINE; write-back with allocation, but
 * for the first level, which may also be write-through or not allocate.
 * Where something comes up that it cannot do (regions without end), all caches go on in the general way, with what they
 * hold (flat_leave).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_FLAT_H
#define CACHE_FLAT_H

#include "base/cpu.h"
#include "cache/cache.h"

typedef struct Flat Flat;

/* Whether a cache of this kind can be flat; first: it is of the first level. */
bool flat_fits(const CacheConfig *config, bool first);

/* Flat counterparts of caches (borrowed; they hold nothing and each stands before the one that is below it).  vectors:
 * at most cpu_vectors; what they count does not depend on it.  Free with flat_free. */
Flat *flat_new(Cache *const *caches, uint32_t n_caches, CpuVectors vectors);
void flat_free(Flat *flat); /* accepts NULL */
/* Where the accesses to be counted by one of the caches go. */
Front *flat_front(Flat *flat, const Cache *cache);
/* Let what is under way reach memory, and add what was counted to the caches' own counters.  The end of a count does so. */
void flat_settle(Flat *flat);
/* The same, and give the caches the lines that they hold: from now on they count themselves. */
void flat_leave(Flat *flat);

#endif
