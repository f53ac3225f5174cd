/*
 * repl_bit_plru - bit-PLRU: a bit a way says that it was used; the first way without it leaves.
 *
 * When a use would set the last bit, the others are cleared at once.  Victim O(ways).
 * Source: Malamy, Patel, Hayes, "Methods and apparatus for implementing a pseudo-LRU cache memory replacement scheme
 * with a locking feature", US patent 5,353,425, 1994; Al-Zoubi, Milenkovic, Milenkovic, "Performance evaluation of cache
 * replacement policies for the SPEC CPU2000 benchmark suite", ACM-SE 42, 2004 (there: PLRUm).
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "cache/repl.h"

/* The number of used ways, then a byte a way: used. */
typedef struct {
    uint32_t n_used;
    uint8_t used[];
} Bits;

static size_t bit_plru_set_bytes(uint32_t ways)
{
    return sizeof(Bits) + ways;
}

static void bit_plru_hit(const ReplSet *set, uint32_t way)
{
    Bits *bits = set->state;

    if (bits->used[way])
        return;
    if (bits->n_used + 1 == set->ways) {
        memset(bits->used, 0, set->ways);
        bits->n_used = 0;
    }
    bits->used[way] = 1;
    bits->n_used++;
}

static void bit_plru_fill(const ReplSet *set, uint32_t way, uint64_t line)
{
    (void)line;
    bit_plru_hit(set, way);
}

static uint32_t bit_plru_victim(const ReplSet *set)
{
    const Bits *bits = set->state;
    uint32_t way = 0;

    while (way + 1 < set->ways && bits->used[way])
        way++;
    return way;
}

const ReplOps repl_bit_plru = {
    .name = "bit-plru",
    .set_bytes = bit_plru_set_bytes,
    .on_fill = bit_plru_fill,
    .on_hit = bit_plru_hit,
    .victim = bit_plru_victim,
};
