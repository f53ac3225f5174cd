/*
 * footprint - which bytes are touched.  See the header.
 *
 * Groups of 64 neighbouring blocks of 64 bytes, in order of first touch; an open-addressing hash finds them by number, and
 * the groups touched last are remembered.  A group has a bit a block as long as blocks are touched as a whole (requests to
 * memory are), a bit a byte from then on.  A batch is done in two passes: first its groups are found, then, all addresses
 * known, the bits are set, fetched from memory a few accesses ahead.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/footprint.h"

#include <assert.h>
#include <string.h>

enum {
    BLOCK_BYTES = 64,
    BLOCK_SHIFT = 6,
    GROUP_SHIFT = 12,
    GROUP_BLOCKS = 1 << (GROUP_SHIFT - BLOCK_SHIFT),
    RECENT = 1024,
    AHEAD = 16
};

/* By whether it is a write: what has been read before being written, and what has been written. */
typedef struct {
    uint64_t touched[2];
} Touched;

typedef struct {
    Touched blocks; /* as long as there are no parts */
    uint64_t
        parts; /* which Parts are its own, once a part of a block has been touched alone; else 0 */
} Group;

typedef struct {
    Touched bytes[GROUP_BLOCKS];
} Parts;

struct Footprint {
    FootprintCounts counts;
    Group *groups;     /* [n_groups], room for capacity; the first is nobody's */
    Parts *parts;      /* [n_parts], room for parts_capacity; the first is nobody's */
    uint64_t *numbers; /* [n_groups]: address / 4096 */
    uint64_t *index;   /* [mask + 1]: entries, or 0 */
    uint64_t n_groups, capacity, n_parts, parts_capacity, mask;
    uint32_t shift;                  /* a hash of 64 bits becomes a place of the index */
    uint64_t recent_numbers[RECENT]; /* of the groups used last, by their low bits */
    uint32_t recent[RECENT];         /* which groups they are */
};

Footprint *footprint_new(void)
{
    Footprint *footprint = g_new0(Footprint, 1);

    footprint->mask = 1023;
    footprint->shift = 54;
    footprint->index = g_new0(uint64_t, footprint->mask + 1);
    footprint->capacity = 64;
    footprint->groups = g_new(Group, footprint->capacity);
    footprint->numbers = g_new(uint64_t, footprint->capacity);
    footprint->groups[0] = (Group){ .parts = 0 };
    footprint->numbers[footprint->n_groups++] = UINT64_MAX;
    footprint->n_parts = 1;
    memset(footprint->recent_numbers, 0xFF, sizeof footprint->recent_numbers);
    return footprint;
}

void footprint_free(Footprint *footprint)
{
    if (!footprint)
        return;
    g_free(footprint->groups);
    g_free(footprint->numbers);
    g_free(footprint->parts);
    g_free(footprint->index);
    g_free(footprint);
}

/* An entry of the index: half of the group's number, and which group it is. */
static uint64_t entry_of(uint64_t number, uint32_t which)
{
    return number << 32 | which;
}

static inline uint64_t home_of(const Footprint *footprint, uint64_t number)
{
    return number * UINT64_C(0x9E3779B97F4A7C15) >> footprint->shift;
}

static inline bool entry_is_of(const Footprint *footprint, uint64_t entry, uint64_t number)
{
    return entry >> 32 == (uint32_t)number && footprint->numbers[(uint32_t)entry] == number;
}

/* Where the group of this number is in the index, or the empty place where it belongs. */
static inline uint64_t *place_of(const Footprint *footprint, uint64_t number)
{
    uint64_t at = home_of(footprint, number);

    while (footprint->index[at] && !entry_is_of(footprint, footprint->index[at], number))
        at = (at + 1) & footprint->mask;
    return &footprint->index[at];
}

static void grow_index(Footprint *footprint)
{
    g_free(footprint->index);
    footprint->mask = 2 * footprint->mask + 1;
    footprint->shift--;
    footprint->index = g_new0(uint64_t, footprint->mask + 1);
    for (uint64_t i = 1; i < footprint->n_groups; i++)
        *place_of(footprint, footprint->numbers[i]) = entry_of(footprint->numbers[i], (uint32_t)i);
}

static uint32_t add_group(Footprint *footprint, uint64_t number)
{
    assert(footprint->n_groups < UINT32_MAX && "memory ends before that: 256 GB");
    if (footprint->n_groups == footprint->capacity) {
        footprint->capacity += footprint->capacity / 2;
        footprint->groups = g_renew(Group, footprint->groups, footprint->capacity);
        footprint->numbers = g_renew(uint64_t, footprint->numbers, footprint->capacity);
    }
    footprint->groups[footprint->n_groups] = (Group){ .parts = 0 };
    footprint->numbers[footprint->n_groups] = number;
    return (uint32_t)footprint->n_groups++;
}

/* The group of this number, which is not the one remembered. */
static uint32_t find_group(Footprint *footprint, uint64_t number)
{
    if (4 * footprint->n_groups > footprint->mask)
        grow_index(footprint);
    uint64_t *place = place_of(footprint, number);

    if (*place == 0)
        *place = entry_of(number, add_group(footprint, number));
    footprint->recent[number % RECENT] = (uint32_t)*place;
    footprint->recent_numbers[number % RECENT] = number;
    return (uint32_t)*place;
}

static inline uint32_t group_of(Footprint *footprint, uint64_t addr)
{
    const uint64_t number = addr >> GROUP_SHIFT;

    return footprint->recent_numbers[number % RECENT] == number ? footprint->recent[number % RECENT]
                                                                : find_group(footprint, number);
}

/* The block of its group that an address is in. */
static inline uint32_t block_of(uint64_t addr)
{
    return addr >> BLOCK_SHIFT & (GROUP_BLOCKS - 1);
}

/* An access to addr comes later. */
static inline void prefetch_entry(const Footprint *footprint, uint64_t addr)
{
    __builtin_prefetch(&footprint->index[home_of(footprint, addr >> GROUP_SHIFT)]);
}

static inline void prefetch_bytes(const Footprint *footprint, uint32_t which, uint64_t addr)
{
    const uint64_t parts = footprint->groups[which].parts;

    if (parts)
        __builtin_prefetch(&footprint->parts[parts].bytes[block_of(addr)], 1);
}

/* The bytes of a block, a bit each, that an access of n (1 to 64) from first on touches. */
static inline uint64_t bits(uint32_t first, uint32_t n)
{
    return UINT64_MAX >> (64 - n) << first;
}

/* Inline: the baseline has no instruction for it, and the compiler's function is a table. */
static inline uint64_t count_bits(uint64_t word)
{
    word -= word >> 1 & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) + (word >> 2 & UINT64_C(0x3333333333333333));
    word = (word + (word >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
    return word * UINT64_C(0x0101010101010101) >> 56;
}

/* Touch the bits, each of so many bytes.  No branch on whether it is a write: of random accesses that is a tenth of the
 * time. */
static inline void touch(FootprintCounts *counts, Touched *touched, uint64_t bits, uint32_t bytes,
                         bool write)
{
    const uint64_t reads_count = (uint64_t)write - 1; /* all bits, or none */
    const uint64_t known = touched->touched[true] | (touched->touched[false] & reads_count);
    const uint64_t fresh = bits & ~known;

    if (G_LIKELY(!fresh))
        return;
    const uint64_t n = count_bits(fresh) * bytes;

    touched->touched[write] |= fresh;
    counts->read_first_bytes += n & reads_count;
    counts->written_bytes += n & ~reads_count;
}

/* From now on the group has a bit a byte. */
static G_GNUC_NO_INLINE void add_parts(Footprint *footprint, Group *group)
{
    if (footprint->n_parts >= footprint->parts_capacity) {
        footprint->parts_capacity = MAX(64, footprint->parts_capacity * 3 / 2);
        footprint->parts = g_renew(Parts, footprint->parts, footprint->parts_capacity);
    }
    Parts *parts = &footprint->parts[group->parts = footprint->n_parts++];

    memset(parts, 0, sizeof *parts);
    for (int write = false; write <= true; write++)
        for (uint64_t left = group->blocks.touched[write]; left; left &= left - 1)
            parts->bytes[__builtin_ctzll(left)].touched[write] = UINT64_MAX;
}

/* Bytes of the block with this address. */
static inline void touch_block(Footprint *footprint, uint32_t which, uint64_t addr, uint64_t bytes,
                               bool write)
{
    Group *group = &footprint->groups[which];
    const uint32_t block = block_of(addr);

    if (group->parts == 0) {
        if (G_LIKELY(bytes == UINT64_MAX)) {
            touch(&footprint->counts, &group->blocks, UINT64_C(1) << block, BLOCK_BYTES, write);
            return;
        }
        add_parts(footprint, group);
    }
    touch(&footprint->counts, &footprint->parts[group->parts].bytes[block], bytes, 1, write);
}

/* An access of bytes across blocks. */
static G_GNUC_NO_INLINE void touch_blocks(Footprint *footprint, uint64_t addr, uint32_t left,
                                          bool write)
{
    while (left > 0) {
        const uint32_t first = (uint32_t)addr % BLOCK_BYTES;
        const uint32_t n = MIN(left, BLOCK_BYTES - first);

        touch_block(footprint, group_of(footprint, addr), addr, bits(first, n), write);
        addr += n;
        left -= n;
    }
}

/* The groups of up to BATCH_MAX accesses. */
static void find_groups(Footprint *footprint, const Access *accesses, size_t n, uint32_t *groups)
{
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n)
            prefetch_entry(footprint, accesses[i + AHEAD].addr);
        groups[i] = access_asks(accesses[i].op) ? group_of(footprint, accesses[i].addr) : 0;
        __builtin_prefetch(&footprint->groups[groups[i]], 1);
    }
}

static void touch_groups(Footprint *footprint, const Access *accesses, size_t n,
                         const uint32_t *groups)
{
    FootprintCounts *counts = &footprint->counts;
    uint64_t writes = 0, requested_bytes = 0, others = 0;

    for (size_t i = 0; i < n; i++) {
        const Access *access = &accesses[i];
        const bool write = access->op == ACCESS_WRITE;
        const uint32_t first = (uint32_t)access->addr % BLOCK_BYTES;

        if (i + AHEAD < n)
            prefetch_bytes(footprint, groups[i + AHEAD], accesses[i + AHEAD].addr);
        if (!access_asks(access->op)) {
            others++;
            continue;
        }
        writes += write;
        requested_bytes += access->bytes;
        if (first + access->bytes <= BLOCK_BYTES)
            touch_block(footprint, groups[i], access->addr, bits(first, access->bytes), write);
        else
            touch_blocks(footprint, access->addr, access->bytes, write);
    }
    counts->accesses += n - others;
    counts->writes += writes;
    counts->requested_bytes += requested_bytes;
    counts->reads = counts->accesses - counts->writes;
}

void footprint_add(Footprint *footprint, const Access *accesses, size_t n)
{
    uint32_t groups[BATCH_MAX];

    for (; n > 0; n -= MIN(n, BATCH_MAX), accesses += BATCH_MAX) {
        find_groups(footprint, accesses, MIN(n, BATCH_MAX), groups);
        touch_groups(footprint, accesses, MIN(n, BATCH_MAX), groups);
    }
}

void footprint_forget(Footprint *footprint)
{
    memset(footprint->index, 0, (footprint->mask + 1) * sizeof footprint->index[0]);
    memset(footprint->recent_numbers, 0xFF, sizeof footprint->recent_numbers);
    footprint->n_groups = footprint->n_parts = 1;
}

FootprintCounts footprint_counts(const Footprint *footprint)
{
    return footprint->counts;
}
