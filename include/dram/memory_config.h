/*
 * memory_config - the settings of what lies below the last cache.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_MEMORY_CONFIG_H
#define DRAM_MEMORY_CONFIG_H

#include <stdint.h>

#include "dram/dram_config.h"

typedef enum { MEMORY_SIMPLE, MEMORY_TWO_TIER, MEMORY_DRAM } MemoryType;

typedef struct {
    uint32_t channels;
    double bandwidth_B_per_s;  /* all channels together */
    Tick latency_fs;           /* load-to-use from the core */
    uint64_t interleave_bytes; /* consecutive bytes in one channel */
} SimpleConfig;

typedef struct {
    double fast_B_per_s, slow_B_per_s;
    double hit_rate; /* share of the requests that the fast tier serves */
    Tick latency_fs; /* load-to-use from the core */
} TwoTierConfig;

typedef struct {
    uint32_t type; /* MemoryType */
    union {
        SimpleConfig simple;
        TwoTierConfig two_tier;
        DramConfig dram; /* its mapping is owned here */
    };
    char *grade, *density, *description; /* of DRAM, for people; owned; or NULL */
} MemoryConfig;

/* NULL-terminated spellings of MemoryType: "simple" "two-tier" "dram". */
extern const char *const memory_types[];
extern const Field simple_fields[];   /* offsets in SimpleConfig */
extern const Field two_tier_fields[]; /* offsets in TwoTierConfig */

/* Rules between the fields.  False and error (CONFIG); the message begins with the key. */
bool memory_config_check(const MemoryConfig *config, GError **error);
/* Free what it owns. */
void memory_config_clear(MemoryConfig *config);
/* Append "<prefix><key>=<value>\n" for all that decides a result, in a fixed order. */
void memory_config_print(const MemoryConfig *config, const char *prefix, GString *out);

/* Load-to-use latency from the core of an idle memory; above_fs: the total of the last cache, which a DRAM's comes on top
 * of. */
Tick memory_latency_fs(const MemoryConfig *config, Tick above_fs);
/* The period of the clock in which traces of DRAM requests count time; 0: the memory has no clock. */
Tick memory_clock_fs(const MemoryConfig *config);
/* Peak bandwidth: all channels; two-tier: the faster tier. */
double memory_peak_B_per_s(const MemoryConfig *config);

#endif
