/*
 * footprint - which bytes are touched.  See the header.
 *
 * Groups of eight neighbouring blocks of 64 bytes with a bit a byte, in order of first touch; an open-addressing hash finds
 * them by number, and the groups touched last are remembered.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/footprint.h"

#include <assert.h>

#include "base/rng.h"

enum { BLOCK_BYTES = 64, BLOCK_SHIFT = 6, GROUP_SHIFT = 9, GROUP_BLOCKS = 8, RECENT = 4096 };

typedef struct {
    uint64_t read;    /* bytes touched first by a read */
    uint64_t written; /* bytes written */
} Block;

typedef struct {
    uint64_t number; /* address / 512 */
    Block blocks[GROUP_BLOCKS];
} Group;

struct Footprint {
    FootprintCounts counts;
    Group *groups;   /* [n_groups], room for capacity; the first has no number that exists */
    uint32_t *index; /* [mask + 1]: which group, or 0 */
    uint64_t n_groups, capacity, mask;
    uint32_t recent[RECENT]; /* which group, by the low bits of its number */
};

Footprint *footprint_new(void)
{
    Footprint *footprint = g_new0(Footprint, 1);

    footprint->mask = 1023;
    footprint->index = g_new0(uint32_t, footprint->mask + 1);
    footprint->capacity = 512;
    footprint->groups = g_new(Group, footprint->capacity);
    footprint->groups[footprint->n_groups++] = (Group){ .number = UINT64_MAX };
    return footprint;
}

void footprint_free(Footprint *footprint)
{
    if (!footprint)
        return;
    g_free(footprint->groups);
    g_free(footprint->index);
    g_free(footprint);
}

/* Where the group of this number is in the index, or the empty place where it belongs. */
static uint32_t *place_of(const Footprint *footprint, uint64_t number)
{
    uint64_t at = rng_mix(number) & footprint->mask;

    while (footprint->index[at] && footprint->groups[footprint->index[at]].number != number)
        at = (at + 1) & footprint->mask;
    return &footprint->index[at];
}

static void grow_index(Footprint *footprint)
{
    g_free(footprint->index);
    footprint->mask = 2 * footprint->mask + 1;
    footprint->index = g_new0(uint32_t, footprint->mask + 1);
    for (uint64_t i = 1; i < footprint->n_groups; i++)
        *place_of(footprint, footprint->groups[i].number) = (uint32_t)i;
}

static uint32_t add_group(Footprint *footprint, uint64_t number)
{
    assert(footprint->n_groups < UINT32_MAX && "memory ends before that: 500 GB");
    if (footprint->n_groups == footprint->capacity) {
        footprint->capacity += footprint->capacity / 2;
        footprint->groups = g_renew(Group, footprint->groups, footprint->capacity);
    }
    footprint->groups[footprint->n_groups] = (Group){ .number = number };
    return (uint32_t)footprint->n_groups++;
}

/* The group of this number, which is not the one remembered. */
static G_GNUC_NO_INLINE uint32_t find_group(Footprint *footprint, uint64_t number)
{
    if (4 * footprint->n_groups > 3 * footprint->mask)
        grow_index(footprint);
    uint32_t *place = place_of(footprint, number);

    if (*place == 0)
        *place = add_group(footprint, number);
    return *place;
}

static inline Block *find_block(Footprint *footprint, uint64_t addr)
{
    const uint64_t number = addr >> GROUP_SHIFT;
    uint32_t *recent = &footprint->recent[number % RECENT];

    if (footprint->groups[*recent].number != number)
        *recent = find_group(footprint, number);
    return &footprint->groups[*recent].blocks[addr >> BLOCK_SHIFT & (GROUP_BLOCKS - 1)];
}

/* The bytes of a block, a bit each, that an access of n (1 to 64) from first on touches. */
static inline uint64_t bits(uint32_t first, uint32_t n)
{
    return UINT64_MAX >> (64 - n) << first;
}

static inline void touch_block(Footprint *footprint, uint64_t addr, uint64_t bytes, bool write)
{
    Block *block = find_block(footprint, addr);
    const uint64_t known = block->written | (write ? 0 : block->read);
    const uint64_t fresh = bytes & ~known;

    if (G_LIKELY(!fresh))
        return;
    if (write) {
        block->written |= fresh;
        footprint->counts.written_bytes += (uint64_t)__builtin_popcountll(fresh);
    } else {
        block->read |= fresh;
        footprint->counts.read_first_bytes += (uint64_t)__builtin_popcountll(fresh);
    }
}

/* An access of bytes across blocks. */
static G_GNUC_NO_INLINE void touch_blocks(Footprint *footprint, uint64_t addr, uint32_t left,
                                          bool write)
{
    while (left > 0) {
        const uint32_t first = (uint32_t)addr % BLOCK_BYTES;
        const uint32_t n = MIN(left, BLOCK_BYTES - first);

        touch_block(footprint, addr, bits(first, n), write);
        addr += n;
        left -= n;
    }
}

void footprint_add(Footprint *footprint, const Access *accesses, size_t n)
{
    FootprintCounts *counts = &footprint->counts;
    uint64_t writes = 0, requested_bytes = 0;

    for (const Access *access = accesses; access < accesses + n; access++) {
        const bool write = access->op == ACCESS_WRITE;
        const uint32_t first = (uint32_t)access->addr % BLOCK_BYTES;

        writes += write;
        requested_bytes += access->bytes;
        if (first + access->bytes <= BLOCK_BYTES)
            touch_block(footprint, access->addr, bits(first, access->bytes), write);
        else
            touch_blocks(footprint, access->addr, access->bytes, write);
    }
    counts->accesses += n;
    counts->writes += writes;
    counts->requested_bytes += requested_bytes;
    counts->reads = counts->accesses - counts->writes;
}

FootprintCounts footprint_counts(const Footprint *footprint)
{
    return footprint->counts;
}
