/*
 * repl_plru - tree-PLRU: a binary tree of bits a set, each pointing away from the last use.
 *
 * The tree is the one for the next power of two; a branch without ways is never taken, so any number of
 * ways will do.  Touch and victim O(log ways).
 * Source: So and Rechtschaffen, "Cache operations by MRU change", IEEE Transactions on Computers 37(6), 1988.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/repl.h"

static uint32_t leaves(uint32_t ways)
{
    uint32_t n = 1;

    while (n < ways)
        n *= 2;
    return n;
}

/* One byte a node; node 1 is the root, node k has children 2k and 2k + 1; 1 means: the victim is on the right. */
static size_t plru_set_bytes(uint32_t ways)
{
    return leaves(ways);
}

static void plru_hit(const ReplSet *set, uint32_t way)
{
    uint8_t *bits = set->state;

    for (uint32_t node = leaves(set->ways) + way; node > 1; node /= 2)
        bits[node / 2] = (node & 1) == 0;
}

static void plru_fill(const ReplSet *set, uint32_t way, uint64_t line)
{
    (void)line;
    plru_hit(set, way);
}

static uint32_t plru_victim(const ReplSet *set)
{
    const uint8_t *bits = set->state;
    uint32_t first = 0, node = 1;

    for (uint32_t half = leaves(set->ways) / 2; half > 0; half /= 2) {
        const bool right = bits[node] && first + half < set->ways;

        node = 2 * node + right;
        first += right ? half : 0;
    }
    return first;
}

const ReplOps repl_plru = {
    .name = "plru",
    .set_bytes = plru_set_bytes,
    .on_fill = plru_fill,
    .on_hit = plru_hit,
    .victim = plru_victim,
};
