/*
 * cache_config - the settings of one cache level.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_CACHE_CONFIG_H
#define CACHE_CACHE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/field.h"
#include "cache/prefetch.h"

typedef enum { CACHE_WRITE_BACK, CACHE_WRITE_THROUGH } CacheWrite;
typedef enum { CACHE_INDEX_MODULO, CACHE_INDEX_HASH } CacheIndex;
typedef enum { CACHE_NINE, CACHE_INCLUSIVE, CACHE_EXCLUSIVE } CacheInclusion;
typedef enum { CACHE_HOLDS_ALL, CACHE_HOLDS_INSTRUCTIONS, CACHE_HOLDS_DATA } CacheHolds;

enum { USED_STEPS = 8 }; /* of how much of a line is used: eighths */

typedef struct {
    char *name;                  /* as the user spells it; owned by the spec */
    uint64_t size_bytes;         /* each instance */
    uint32_t line_bytes;         /* a power of two */
    uint32_t sector_bytes;       /* what a miss fetches, a power of two; 0: a line */
    uint32_t ways;               /* lines per set; 0: fully associative */
    uint32_t holds;              /* CacheHolds; the halves of a split first level */
    uint32_t policy;             /* index into repl_names() */
    uint32_t write;              /* CacheWrite */
    bool allocate;               /* a write miss brings the line in */
    uint32_t inclusion;          /* CacheInclusion, towards the levels above */
    uint32_t index;              /* CacheIndex */
    Tick latency_fs;             /* load-to-use from the core on a hit here: a total */
    double bandwidth_B_per_s;    /* each instance, towards the level above; 0: unlimited */
    uint32_t banks;              /* share the bandwidth, dealt round robin: */
    uint32_t bank_bytes;         /* so many bytes, a power of two; 0: lines */
    double lookups_Hz;           /* lines looked up a second; 0: unlimited */
    uint32_t mshrs;              /* outstanding misses of an instance */
    bool classify;               /* count why it misses: compulsory, capacity, conflict */
    bool useful;                 /* count how much of each line that it brings in is used */
    bool per_kernel;             /* emptied before each part of the workload */
    uint32_t cores_per_instance; /* 1: private; 0: one instance for all cores */
    PrefetchConfig prefetch;
} CacheConfig;

/* Keys of one entry of caches[]; "ways" (word "full" = 0), "shared" (boolean or number of cores) and "prefetch" (a word
 * or a table) included. */
extern const Field cache_fields[];

/* Bytes that a miss fetches: of a sector, or of a line that is not divided. */
static inline uint32_t cache_config_sector(const CacheConfig *config)
{
    return config->sector_bytes ? config->sector_bytes : config->line_bytes;
}

/* Whether its policy has to know the future: the run is made twice, without time (repl_opt.h). */
bool cache_looks_ahead(const CacheConfig *config);
/* Rules between fields.  where is the path for the message, such as "machine.caches[2]". */
bool cache_config_check(const CacheConfig *config, const char *where, GError **error);

#endif
