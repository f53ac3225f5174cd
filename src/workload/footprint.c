/*
 * footprint - which bytes are touched.  See the header.
 *
 * Blocks of 64 bytes with a bit a byte, in order of first touch; an open-addressing hash finds them by number.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/footprint.h"

#include <assert.h>

#include "base/rng.h"

enum { BLOCK_SHIFT = 6, RECENT = 4096 };

typedef struct {
    uint64_t number;  /* address / 64 */
    uint64_t read;    /* bytes touched first by a read */
    uint64_t written; /* bytes written */
} Block;

struct Footprint {
    FootprintCounts counts;
    Block *blocks;   /* [n_blocks], room for capacity */
    uint32_t *index; /* [mask + 1]: block + 1, or 0 */
    uint64_t n_blocks, capacity, mask;
    uint32_t recent[RECENT]; /* block + 1 by the low bits of its number, or 0 */
};

Footprint *footprint_new(void)
{
    Footprint *footprint = g_new0(Footprint, 1);

    footprint->mask = 1023;
    footprint->index = g_new0(uint32_t, footprint->mask + 1);
    footprint->capacity = 512;
    footprint->blocks = g_new(Block, footprint->capacity);
    return footprint;
}

void footprint_free(Footprint *footprint)
{
    if (!footprint)
        return;
    g_free(footprint->blocks);
    g_free(footprint->index);
    g_free(footprint);
}

/* Where the block of this number is in the index, or the empty place where it belongs. */
static uint32_t *place_of(const Footprint *footprint, uint64_t number)
{
    uint64_t at = rng_mix(number) & footprint->mask;

    while (footprint->index[at] && footprint->blocks[footprint->index[at] - 1].number != number)
        at = (at + 1) & footprint->mask;
    return &footprint->index[at];
}

static void grow_index(Footprint *footprint)
{
    g_free(footprint->index);
    footprint->mask = 2 * footprint->mask + 1;
    footprint->index = g_new0(uint32_t, footprint->mask + 1);
    for (uint64_t i = 0; i < footprint->n_blocks; i++)
        *place_of(footprint, footprint->blocks[i].number) = (uint32_t)i + 1;
}

static uint32_t add_block(Footprint *footprint, uint64_t number)
{
    assert(footprint->n_blocks < UINT32_MAX - 1 && "memory ends before that: 100 GB");
    if (footprint->n_blocks == footprint->capacity) {
        footprint->capacity += footprint->capacity / 2;
        footprint->blocks = g_renew(Block, footprint->blocks, footprint->capacity);
    }
    footprint->blocks[footprint->n_blocks++] = (Block){ .number = number };
    return (uint32_t)footprint->n_blocks;
}

static Block *find_block(Footprint *footprint, uint64_t number)
{
    uint32_t *recent = &footprint->recent[number % RECENT];

    if (*recent && footprint->blocks[*recent - 1].number == number)
        return &footprint->blocks[*recent - 1];
    if (4 * footprint->n_blocks > 3 * footprint->mask)
        grow_index(footprint);
    uint32_t *place = place_of(footprint, number);

    if (*place == 0)
        *place = add_block(footprint, number);
    *recent = *place;
    return &footprint->blocks[*place - 1];
}

static void touch_block(FootprintCounts *counts, Block *block, uint64_t bytes, bool write)
{
    const uint64_t known = block->written | (write ? 0 : block->read);
    const uint64_t fresh = bytes & ~known;

    if (!fresh)
        return;
    if (write) {
        block->written |= fresh;
        counts->written_bytes += (uint64_t)__builtin_popcountll(fresh);
    } else {
        block->read |= fresh;
        counts->read_first_bytes += (uint64_t)__builtin_popcountll(fresh);
    }
}

static void touch(Footprint *footprint, uint64_t addr, uint32_t left, bool write)
{
    while (left > 0) {
        const uint32_t first = (uint32_t)addr & 63;
        const uint32_t n = left < 64 - first ? left : 64 - first;
        const uint64_t bytes = (n == 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1) << first;

        touch_block(&footprint->counts, find_block(footprint, addr >> BLOCK_SHIFT), bytes, write);
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
