/*
 * repl_lfu - least frequently used: the line with the fewest uses since it came in leaves, of equals the least recent.
 *
 * Counted in the cache only (a line that comes back starts at one).  Victim O(ways).
 * Source: Coffman and Denning, "Operating Systems Theory", Prentice-Hall, 1973, section 6.2; Smith, "Cache Memories",
 * ACM Computing Surveys 14(3), 1982.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/repl.h"

typedef struct {
    uint64_t uses, last;
} Use;

/* The set's clock of uses, then a word pair a way. */
typedef struct {
    uint64_t clock;
    Use way[];
} Uses;

static size_t lfu_set_bytes(uint32_t ways)
{
    return sizeof(Uses) + ways * sizeof(Use);
}

static void lfu_fill(const ReplSet *set, uint32_t way, uint64_t line)
{
    Uses *uses = set->state;

    (void)line;
    uses->way[way] = (Use){ .uses = 1, .last = ++uses->clock };
}

static void lfu_hit(const ReplSet *set, uint32_t way)
{
    Uses *uses = set->state;

    uses->way[way].uses++;
    uses->way[way].last = ++uses->clock;
}

static uint32_t lfu_victim(const ReplSet *set)
{
    const Use *way = ((const Uses *)set->state)->way;
    uint32_t best = 0;

    for (uint32_t i = 1; i < set->ways; i++)
        if (way[i].uses < way[best].uses ||
            (way[i].uses == way[best].uses && way[i].last < way[best].last))
            best = i;
    return best;
}

const ReplOps repl_lfu = {
    .name = "lfu",
    .set_bytes = lfu_set_bytes,
    .on_fill = lfu_fill,
    .on_hit = lfu_hit,
    .victim = lfu_victim,
};
