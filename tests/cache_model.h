/*
 * cache_model - a slow, obvious model of a hierarchy of caches: a list of lines a set, every stamp kept, no time.
 *
 * Written from the conventions in cache/cache.h, not from the code: on a miss the line is fetched first, then the dirty
 * victim is written back; a write-back is an ordinary write of a whole line; a write that covers its line needs no fetch;
 * nothing is flushed; a sector is to a divided line what a line is to others, but that it needs no victim;
 * fetches go to the instruction half of a split first level.  NINE, inclusive and exclusive levels; LRU, FIFO and tree-PLRU;
 * prefetchers, whose lines come at once; one core.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_CACHE_MODEL_H
#define TESTS_CACHE_MODEL_H

#include "prefetch_model.h"
#include "rig.h"

typedef struct {
    bool valid;
    uint64_t has,
        wet; /* sectors that are there, and those that are dirty; bit 0 where a line is not divided */
    bool untouched; /* prefetched, not demanded yet */
    uint64_t line, filled, used;
} ModelLine;

typedef struct {
    const CacheConfig *config; /* borrowed */
    const char *policy;
    uint64_t sets;
    uint32_t ways;
    ModelLine *lines; /* [sets * ways] */
    bool *right;      /* [sets * 2 * ways]: tree-PLRU, a node known by the middle of its ways */
    uint64_t clock;
    PrefetchModel *prefetch; /* or NULL */
    CacheStats stats;
} ModelLevel;

/* A demand that a prefetcher is told of when the access is through. */
typedef struct {
    uint32_t level;
    uint64_t line;
} ModelTrigger;

typedef struct {
    const MachineSpec *machine; /* borrowed */
    ModelLevel levels[RIG_CACHES_MAX];
    uint32_t n_levels;
    MemoryStats memory;
    GArray *triggers;  /* of ModelTrigger */
    bool for_prefetch; /* what is read is read for a prefetch */
} CacheModel;

void cachemodel_init(CacheModel *model, const MachineSpec *machine);
void cachemodel_clear(CacheModel *model);
/* An access of the core; split at the lines of the first level. */
void cachemodel_access(CacheModel *model, const Access *access);
/* The first cache for an access, an index. */
uint32_t cachemodel_first(const CacheModel *model, const Access *access);
/* The line of addr of a first cache leaves it and those below: a non-temporal write comes.  Dirty bytes go to memory.  Returns
 * how many lines have left. */
uint32_t cachemodel_flush(CacheModel *model, uint32_t first, uint64_t addr);
uint64_t cachemodel_dirty_lines(const CacheModel *model, uint32_t level);

#endif
