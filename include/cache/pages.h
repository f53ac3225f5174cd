/*
 * pages - where the pages of a program lie in physical memory.
 *
 * A page gets a place that depends on nothing but its number and the seed: the number is permuted, so no two pages share
 * one.  Of an address the lowest 48 bits take part; those above stay, so what differs there stays apart, too.
 * Source: Luby and Rackoff, "How to construct pseudorandom permutations from pseudorandom functions", SIAM J. Computing
 * 17(2), 1988 (four rounds).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_PAGES_H
#define CACHE_PAGES_H

#include <stdbool.h>
#include <stdint.h>

enum { PAGES_ADDR_BITS = 48, PAGES_ROUNDS = 4 };

typedef struct {
    uint32_t page_log2;
    bool permuted;
    uint32_t colour_bits; /* of the page number, the lowest, which stay */
    uint32_t low, high;   /* bits of the halves of the rest */
    uint64_t keys[PAGES_ROUNDS];
} PageMap;

/* placement: PagePlacement; way_bytes: those of the address that coloured pages keep, a power of two. */
void pagemap_init(PageMap *map, uint32_t placement, uint32_t page_log2, uint64_t way_bytes,
                  uint64_t seed);
/* The physical address of the first byte of the page in which addr lies. */
uint64_t pagemap_frame(const PageMap *map, uint64_t addr);

#endif
