/*
 * cache_rig - random hierarchies of caches, random streams of accesses to them, and what must hold of their counts.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_CACHE_RIG_H
#define TESTS_CACHE_RIG_H

#include "cache_model.h"
#include "rig.h"

enum { CACHE_ROUNDS = RIG_ROUNDS(600, 300), CACHE_ACCESSES = 1500 };

/* A number below below. */
uint32_t cacherig_draw(Rng *rng, uint32_t below);
/* One to three caches below those of the rig.  n_policies 4: random replacement, too, which the model does not have. */
void cacherig_hierarchy(Rig *rig, Rng *rng, uint32_t n_policies);
/* The prefetcher of this name with its defaults. */
PrefetchConfig cacherig_prefetch(const char *name);
/* Latencies, bandwidths, limits of the machine; operations and dependence of the workload. */
void cacherig_timing(Rig *rig, Rng *rng);
/* The bytes of the largest cache. */
uint64_t cacherig_reach(const MachineSpec *machine);
/* CACHE_ACCESSES of them: runs, jumps and places that come again; sizes up to a line and, seldom, beyond.  Returns (caller
 * frees with g_array_unref) an array of Access. */
GArray *cacherig_accesses(const MachineSpec *machine, Rng *rng);
/* Run them with time, or count them. */
void cacherig_run(Rig *rig, const GArray *accesses, bool time);

/* All but the merges, which are a matter of time. */
bool cacherig_same_counts(CacheStats a, CacheStats b);
/* Whether counts and dirty lines are those of the model; with time those of memory, too. */
bool cacherig_agrees(const Rig *rig, const CacheModel *model, bool time);
/* Nothing waits, nothing is on its way, every request has come back to the pool. */
bool cacherig_drained(const Rig *rig);
/* What a level sends down arrives below. */
bool cacherig_conserved(const Rig *rig);

#endif
