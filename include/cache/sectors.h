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

/* The same for lines of up to eight sectors: of a large cache the host has more of these at hand. */
typedef struct {
    uint8_t valid, dirty;
} FewSectorBits;

typedef struct {
    FewSectorBits *few; /* [places], or NULL: then it is the other one */
    SectorBits *many;
    uint32_t shift; /* log2 of the bytes of a sector */
    uint32_t mask;  /* sectors of a line - 1 */
} Sectors;

/* For a cache whose sectors are smaller than its lines. */
Sectors *sectors_new(const CacheConfig *config);
void sectors_free(Sectors *sectors); /* accepts NULL */

/* The number of the sector of addr in its line. */
static inline uint32_t sectors_number(const Sectors *sectors, uint64_t addr)
{
    return (uint32_t)(addr >> sectors->shift) & sectors->mask;
}

/* And its bit. */
static inline uint64_t sectors_bit(const Sectors *sectors, uint64_t addr)
{
    return UINT64_C(1) << sectors_number(sectors, addr);
}

/* The bits of n of them, from that of addr on. */
static inline uint64_t sectors_bits(const Sectors *sectors, uint64_t addr, uint32_t n)
{
    return (UINT64_MAX >> (64 - n)) << sectors_number(sectors, addr);
}

/* Those of the line in place that are there. */
static inline uint64_t sectors_valid(const Sectors *sectors, size_t place)
{
    return sectors->few ? sectors->few[place].valid : sectors->many[place].valid;
}

static inline uint64_t sectors_dirty(const Sectors *sectors, size_t place)
{
    return sectors->few ? sectors->few[place].dirty : sectors->many[place].dirty;
}

/* A sector comes in. */
static inline void sectors_set_valid(Sectors *sectors, size_t place, uint64_t bit)
{
    if (sectors->few)
        sectors->few[place].valid = (uint8_t)(sectors->few[place].valid | bit);
    else
        sectors->many[place].valid |= bit;
}

static inline void sectors_set_dirty(Sectors *sectors, size_t place, uint64_t bit)
{
    if (sectors->few)
        sectors->few[place].dirty = (uint8_t)(sectors->few[place].dirty | bit);
    else
        sectors->many[place].dirty |= bit;
}

/* A line comes into place, of which no sector is there yet. */
static inline void sectors_clear(Sectors *sectors, size_t place)
{
    if (sectors->few)
        sectors->few[place] = (FewSectorBits){ 0 };
    else
        sectors->many[place] = (SectorBits){ 0 };
}

/* The host is to have what is known of place. */
static inline void sectors_prefetch(const Sectors *sectors, size_t place)
{
    if (sectors->few)
        __builtin_prefetch(&sectors->few[place], 1);
    else
        __builtin_prefetch(&sectors->many[place], 1);
}

#endif
