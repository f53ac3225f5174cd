/*
 * machine - the plain, checked description of a machine.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEC_MACHINE_H
#define SPEC_MACHINE_H

#include <glib.h>

#include "cache/cache_config.h"
#include "cache/tlb_config.h"
#include "dram/memory_config.h"

typedef struct {
    char *name; /* "f32", "f16_tensor"; NULL when the machine has one peak for all */
    double flop_per_s;
} Peak;

/* How patterns, and loops of which nothing is said, are given to the cores. */
typedef enum {
    DEAL_SHARES, /* each gets a contiguous share, as threads of a CPU do */
    DEAL_BLOCKS, /* block after block to whichever core asks next, as a GPU hands out thread blocks */
} DealPolicy;

enum { SCRATCH_BANKS = 32, SCRATCH_BANK_BYTES = 4 }; /* where nothing is said */

typedef struct {
    Peak *peaks; /* at least one; sorted by name */
    uint32_t n_peaks;
    double clock_Hz;
    uint32_t issue;  /* accesses per cycle and core; 0: unlimited */
    uint32_t window; /* slots per core; 0: unlimited */
    bool overlap;
    uint32_t warp;          /* threads that ask together, in loop nests */
    uint32_t deal;          /* DealPolicy */
    Tick block_launch_fs;   /* from the end of a thread until one of the next block asks */
    double scratch_B_per_s; /* of the scratchpad of a core; 0: unlimited */
    uint32_t scratch_banks, scratch_bank_bytes;
    uint32_t write_combining; /* lines that gather non-temporal writes, of a core */
} ComputeConfig;

typedef struct {
    char *name;        /* of the library entry, or NULL */
    char *description; /* or NULL */
    uint32_t cores;
    ComputeConfig compute;
    CacheConfig *caches; /* [n_caches], nearest to the core first */
    uint32_t n_caches;
    TlbConfig tlb;
    MemoryConfig memory;
    bool timing; /* false: accesses are only counted, nothing takes time */
} MachineSpec;

/* What has a table of its own (compute, caches, tlb, memory) and what may have one (peak) is FIELD_OTHER. */
extern const Field machine_fields[];
extern const Field compute_fields[];

/* NULL-terminated spellings of the replacement policies. */
const char *const *machine_policies(void);

/* Rules between components: latencies grow downwards (they are totals), line sizes grow downwards,
 * names of caches are unique (case-insensitive), identifiers, and none of them is "mem" or "memory".
 * Messages begin with the path: "machine.caches[2].latency: ...". */
bool machine_check(const MachineSpec *machine, GError **error);
/* Frees what the spec owns and the spec itself; accepts NULL. */
void machine_free(MachineSpec *machine);
/* The peak for a precision: NULL takes the only one, or "f32" of several.  Returns 0 and sets error (CONFIG),
 * naming the known ones, when there is none of that name. */
double machine_peak(const MachineSpec *machine, const char *precision, GError **error);
/* Cores that share one instance of a cache (0 resolved to all). */
uint32_t machine_cores_per_instance(const MachineSpec *machine, uint32_t cache);
/* A split first level, one cache for instructions and one for data, are the first two of caches[]; in all other places a
 * cache is a level. */
bool machine_is_split(const MachineSpec *machine);
/* The level of a cache, from 0; of n_caches: that of memory. */
uint32_t machine_level(const MachineSpec *machine, uint32_t cache);
/* The cache below a cache; n_caches: memory. */
uint32_t machine_below(const MachineSpec *machine, uint32_t cache);
/* Bytes of a way of a cache: what the bits of an address that index it span. */
uint64_t machine_way_bytes(const MachineSpec *machine, uint32_t cache);
/* The largest of them; 0: no caches. */
uint64_t machine_largest_way_bytes(const MachineSpec *machine);
/* The latency of the level above a cache or memory, a total; of a split one the longer; 0: there is none. */
Tick machine_latency_above(const MachineSpec *machine, uint32_t cache);
/* Whether a level above that of a cache has a prefetcher; of n_caches: any. */
bool machine_prefetches_above(const MachineSpec *machine, uint32_t cache);

#endif
