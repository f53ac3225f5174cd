/*
 * miss_kinds - why a cache misses: compulsory, capacity, conflict.
 *
 * A miss is compulsory when the line was never used before; of the others it is a capacity miss when a fully associative
 * LRU cache of the same number of lines would have missed, too, else a conflict miss.
 * Source: Hill and Smith, "Evaluating associativity in CPU caches", IEEE Transactions on Computers 38(12), 1989.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_MISS_KINDS_H
#define CACHE_MISS_KINDS_H

#include "cache/tags.h"

typedef enum { NO_MISS, MISS_COMPULSORY, MISS_CAPACITY, MISS_CONFLICT } MissKind;

typedef struct {
    uint64_t compulsory, capacity, conflict;
} MissKindCounts;

typedef struct {
    Tags shadow;      /* fully associative LRU, of as many lines */
    GHashTable *seen; /* numbers of lines */
} MissKinds;

MissKinds *misskinds_new(const CacheConfig *config);
void misskinds_free(MissKinds *kinds); /* accepts NULL */
/* The cache has been accessed; allocates: it takes the line if it misses.  Uses of the line that was accessed last may be
 * left out.  Returns which kind of miss it is. */
MissKind misskinds_add(MissKinds *kinds, uint64_t line, bool hit, bool allocates);

#endif
