/*
 * compact - addresses in fewer bits: regions of 1 GiB that lie high up get numbers as they are touched.
 *
 * Programs touch a few regions that lie far apart (heap, libraries, stack), so that 34 to 44 bits say what an address
 * of 64 bits says.  Addresses in the lower half of what these bits can say stand for themselves; so two addresses are in
 * one line before exactly when they are after.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEM_COMPACT_H
#define MEM_COMPACT_H

#include "mem/access.h"

enum { COMPACT_REGION_BITS = 30, COMPACT_BITS_MIN = 32, COMPACT_BITS_MAX = 44 };

/* What a number stands for. */
typedef struct {
    uint64_t region; /* addr >> COMPACT_REGION_BITS */
    uint32_t number;
} CompactRegion;

enum { COMPACT_RECENT = 64 };

typedef struct {
    uint32_t bits;       /* of a compact address */
    uint64_t *regions;   /* [end]: by number */
    uint32_t next, end;  /* numbers to give; below the first are those of low addresses */
    GHashTable *numbers; /* of regions: region -> number */
    CompactRegion recent[COMPACT_RECENT]; /* by the low bits of the region */
} Compact;

/* bits: COMPACT_BITS_MIN to COMPACT_BITS_MAX.  The highest region that they can say is never used. */
void compact_init(Compact *compact, uint32_t bits);
void compact_clear(Compact *compact);
/* Make n addresses compact.  False when no numbers are left: then none is changed. */
bool compact_accesses(Compact *compact, Access *accesses, size_t n);
/* The address that a compact one stands for. */
uint64_t compact_original(const Compact *compact, uint64_t addr);

/* Addresses whose bits are all below this stand for themselves. */
static inline uint64_t compact_limit(const Compact *compact)
{
    return UINT64_C(1) << (compact->bits - 1);
}

#endif
