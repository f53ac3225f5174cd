/*
 * footprint - which bytes are touched.  See the header.
 *
 * Blocks of 512 bytes with a bit a byte, found through an open-addressing hash of block numbers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/footprint.h"

#include <string.h>

#include "base/rng.h"

enum {
    BLOCK_SHIFT = 9,
    BLOCK_BYTES = 1 << BLOCK_SHIFT,
    BLOCK_WORDS = BLOCK_BYTES / 64,
    RECENT = 64
};

typedef struct {
    uint64_t number;            /* address / BLOCK_BYTES, + 1; 0: no block */
    uint64_t read[BLOCK_WORDS]; /* touched first by a read */
    uint64_t written[BLOCK_WORDS];
} Block;

struct Footprint {
    FootprintCounts counts;
    Block *blocks; /* [mask + 1] */
    uint64_t mask, used;
    Block *recent[RECENT]; /* by the low bits of the number */
};

Footprint *footprint_new(void)
{
    Footprint *footprint = g_new0(Footprint, 1);

    footprint->mask = 255;
    footprint->blocks = g_new0(Block, footprint->mask + 1);
    return footprint;
}

void footprint_free(Footprint *footprint)
{
    if (!footprint)
        return;
    g_free(footprint->blocks);
    g_free(footprint);
}

static Block *place_of(Block *blocks, uint64_t mask, uint64_t number)
{
    uint64_t at = rng_mix(number) & mask;

    while (blocks[at].number && blocks[at].number != number)
        at = (at + 1) & mask;
    return &blocks[at];
}

static void grow(Footprint *footprint)
{
    const uint64_t mask = 2 * footprint->mask + 1;
    Block *blocks = g_new0(Block, mask + 1);

    for (uint64_t i = 0; i <= footprint->mask; i++)
        if (footprint->blocks[i].number)
            *place_of(blocks, mask, footprint->blocks[i].number) = footprint->blocks[i];
    g_free(footprint->blocks);
    footprint->blocks = blocks;
    footprint->mask = mask;
    memset(footprint->recent, 0, sizeof footprint->recent);
}

static Block *find_block(Footprint *footprint, uint64_t number)
{
    Block **recent = &footprint->recent[number % RECENT];

    if (*recent && (*recent)->number == number)
        return *recent;
    Block *block = place_of(footprint->blocks, footprint->mask, number);

    if (!block->number) {
        if (4 * ++footprint->used > 3 * footprint->mask) {
            grow(footprint);
            block = place_of(footprint->blocks, footprint->mask, number);
        }
        block->number = number;
    }
    return *recent = block;
}

static void touch_word(FootprintCounts *counts, Block *block, uint32_t word, uint64_t bits,
                       bool write)
{
    const uint64_t known = block->written[word] | (write ? 0 : block->read[word]);
    const uint64_t fresh = bits & ~known;

    if (!fresh)
        return;
    if (write) {
        block->written[word] |= fresh;
        counts->written_bytes += (uint64_t)__builtin_popcountll(fresh);
    } else {
        block->read[word] |= fresh;
        counts->read_first_bytes += (uint64_t)__builtin_popcountll(fresh);
    }
}

static void touch(Footprint *footprint, uint64_t addr, uint32_t left, bool write)
{
    while (left > 0) {
        Block *block = find_block(footprint, (addr >> BLOCK_SHIFT) + 1);
        const uint32_t bit = (uint32_t)addr & 63;
        const uint32_t n = left < 64 - bit ? left : 64 - bit;
        const uint64_t bits = (n == 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1) << bit;

        touch_word(&footprint->counts, block, ((uint32_t)addr & (BLOCK_BYTES - 1)) / 64, bits,
                   write);
        addr += n;
        left -= n;
    }
}

void footprint_add(Footprint *footprint, const Access *accesses, size_t n)
{
    FootprintCounts *counts = &footprint->counts;

    counts->accesses += n;
    for (size_t i = 0; i < n; i++) {
        const bool write = accesses[i].op == ACCESS_WRITE;

        counts->writes += write;
        counts->requested_bytes += accesses[i].bytes;
        touch(footprint, accesses[i].addr, accesses[i].bytes, write);
    }
    counts->reads = counts->accesses - counts->writes;
}

FootprintCounts footprint_counts(const Footprint *footprint)
{
    return footprint->counts;
}
