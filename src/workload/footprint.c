/*
 * footprint - which bytes are touched.  See the header.
 *
 * Blocks of 512 bytes with a bit a byte, found through an open-addressing hash of block numbers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/footprint.h"

#include "base/rng.h"

enum { BLOCK_SHIFT = 9, BLOCK_BYTES = 1 << BLOCK_SHIFT, BLOCK_WORDS = BLOCK_BYTES / 64 };

typedef struct {
    uint64_t number; /* address / BLOCK_BYTES, + 1; 0: no block */
    uint64_t read[BLOCK_WORDS];  /* touched first by a read */
    uint64_t written[BLOCK_WORDS];
} Block;

struct Footprint {
    FootprintCounts counts;
    Block *blocks; /* [mask + 1] */
    uint64_t mask, used;
    Block *last;
};

Footprint *footprint_new(void)
{
    Footprint *footprint = g_new0(Footprint, 1);

    footprint->mask = 255;
    footprint->blocks = g_new0(Block, footprint->mask + 1);
    footprint->last = &footprint->blocks[0];
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
}

static Block *find_block(Footprint *footprint, uint64_t number)
{
    if (footprint->last->number == number)
        return footprint->last;
    Block *block = place_of(footprint->blocks, footprint->mask, number);

    if (!block->number) {
        if (4 * ++footprint->used > 3 * footprint->mask) {
            grow(footprint);
            block = place_of(footprint->blocks, footprint->mask, number);
        }
        block->number = number;
    }
    return footprint->last = block;
}

static void touch_word(Footprint *footprint, Block *block, uint32_t word, uint64_t bits, bool write)
{
    if (write) {
        const uint64_t fresh = bits & ~block->written[word];

        block->written[word] |= fresh;
        footprint->counts.written_bytes += (uint64_t)__builtin_popcountll(fresh);
    } else {
        const uint64_t fresh = bits & ~(block->written[word] | block->read[word]);

        block->read[word] |= fresh;
        footprint->counts.read_first_bytes += (uint64_t)__builtin_popcountll(fresh);
    }
}

void footprint_add(Footprint *footprint, const Access *access)
{
    const bool write = access->op == ACCESS_WRITE;
    uint64_t addr = access->addr;
    uint32_t left = access->bytes;

    footprint->counts.accesses++;
    footprint->counts.reads += !write;
    footprint->counts.writes += write;
    footprint->counts.requested_bytes += left;
    while (left > 0) {
        Block *block = find_block(footprint, (addr >> BLOCK_SHIFT) + 1);
        const uint32_t bit = (uint32_t)addr & 63;
        const uint32_t n = left < 64 - bit ? left : 64 - bit;
        const uint64_t bits = (n == 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1) << bit;

        touch_word(footprint, block, ((uint32_t)addr & (BLOCK_BYTES - 1)) / 64, bits, write);
        addr += n;
        left -= n;
    }
}

FootprintCounts footprint_counts(const Footprint *footprint)
{
    return footprint->counts;
}
