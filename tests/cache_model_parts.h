/*
 * cache_model_parts - the inside of the slow model of caches, for its parts.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_CACHE_MODEL_PARTS_H
#define TESTS_CACHE_MODEL_PARTS_H

#include "cache_model.h"

/* ---- cache_model_set.c: one level ---- */

/* A tree over the ways from below to above; the node of a range is known by its middle, and says whether the victim is on the
 * right. */
void modeltree_touch(bool *right, uint32_t from, uint32_t below, uint32_t way);
/* A half without ways is never taken. */
uint32_t modeltree_victim(const bool *right, uint32_t from, uint32_t below, uint32_t ways);

/* The bit of the sector of addr in its line. */
uint64_t modelset_sector_bit(const ModelLevel *level, uint64_t addr);
/* The line's entry, or NULL; promoted, or not. */
ModelLine *modelset_use(ModelLevel *level, uint64_t line);
ModelLine *modelset_find(ModelLevel *level, uint64_t line);
/* The entry that a line gets, of which the one before has to leave; promoted. */
ModelLine *modelset_take(ModelLevel *level, uint64_t line, ModelLine *before);

/* ---- cache_model_lines.c: lines come and leave ---- */

/* The sector of addr comes in; if its line was not there it does, too, and a victim leaves, which is no part of a
 * prefetch. */
void model_install(CacheModel *model, uint32_t at, uint64_t addr, bool dirty);
/* untouched: it was prefetched. */
void model_install_marked(CacheModel *model, uint32_t at, uint64_t addr, bool dirty,
                          bool untouched);
/* The sector of addr comes in without a fetch: the levels below make it true again what they promise. */
void model_own(CacheModel *model, uint32_t at, uint64_t addr, bool dirty);
/* An inclusive level gives up bytes at addr: nobody above keeps them.  Returns its sectors that were dirty above. */
uint64_t model_empty_above(CacheModel *model, uint32_t at, uint64_t addr, uint32_t bytes);

/* ---- cache_model.c: accesses ---- */

/* The cache below, or memory. */
uint32_t model_below(const CacheModel *model, uint32_t at);
bool model_is(const CacheModel *model, uint32_t at, CacheInclusion inclusion);
/* Returns whether the line comes with what is not in memory: out of an exclusive level. */
bool model_read(CacheModel *model, uint32_t at, uint64_t addr, uint32_t bytes);
void model_write(CacheModel *model, uint32_t at, uint64_t addr, uint32_t bytes);

#endif
