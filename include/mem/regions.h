/*
 * regions - named ranges of addresses: the arrays of a workload, the parts of a trace's address space.
 *
 * Ranges of one name are counted together.  Addresses of none are "other".
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEM_REGIONS_H
#define MEM_REGIONS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t from, bytes;
    uint32_t name; /* index into names */
} RegionRange;

typedef struct {
    GPtrArray *names; /* of char *, in order of first mention */
    GArray *ranges;   /* of RegionRange, sorted, disjoint */
} Regions;

Regions *regions_new(void);
void regions_free(Regions *regions); /* accepts NULL */
/* Name bytes (at least 1) from an address on; those that have a name already keep it.  Copies the name. */
void regions_add(Regions *regions, const char *name, uint64_t from, uint64_t bytes);

/* Number of names, which is the index of "other", too. */
static inline uint32_t regions_others(const Regions *regions)
{
    return regions->names->len;
}

/* The region of bytes from addr on: that of the first byte, or of the first byte that has one.  last: where to look first,
 * begins with 0. */
uint32_t regions_find(const Regions *regions, uint64_t addr, uint64_t bytes, uint32_t *last);

/* What is asked of memory, by region. */
typedef struct {
    uint64_t reads, writes, bytes;
} RegionCount;

typedef struct {
    const Regions *regions; /* borrowed */
    uint32_t last;
    RegionCount *counts; /* [regions_others + 1]; NULL: nothing is counted */
} RegionTally;

static inline void regiontally_add(RegionTally *tally, uint64_t addr, uint64_t bytes, bool write)
{
    RegionCount *count = &tally->counts[regions_find(tally->regions, addr, bytes, &tally->last)];

    count->reads += !write;
    count->writes += write;
    count->bytes += bytes;
}

#endif
