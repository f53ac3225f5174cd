/*
 * sectors - which sectors of its lines a cache holds, and which of them are dirty.
 *
 * A tag covers a line; valid and dirty bits are those of its sectors.  An access lies in one sector (cores split theirs at
 * sectors, and sectors do not get smaller from level to level), so a sector is what a miss fetches and what is written back.
 * Source: Liptay, "Structural aspects of the System/360 Model 85, Part II: The cache", IBM Systems Journal 7(1), 1968.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_SECTORS_H
#define CACHE_SECTORS_H

#include "cache/tags.h"

typedef struct {
    uint64_t valid, dirty; /* bit i: sector i of the line */
} SectorBits;

typedef struct {
    SectorBits *lines; /* [places] */
    uint32_t shift;    /* log2 of the bytes of a sector */
    uint32_t mask;     /* sectors of a line - 1 */
} Sectors;

/* For a cache whose sectors are smaller than its lines. */
Sectors *sectors_new(const CacheConfig *config);
void sectors_free(Sectors *sectors); /* accepts NULL */

/* The bit of the sector of addr in its line. */
static inline uint64_t sectors_bit(const Sectors *sectors, uint64_t addr)
{
    return UINT64_C(1) << ((addr >> sectors->shift) & sectors->mask);
}

#endif
