/*
 * repl_nru - not recently used: a bit a way says that it was used; the first way without it leaves.
 *
 * When a victim is wanted and all ways were used, all bits are cleared first, that of the last use as well: that is what
 * sets it apart from bit-PLRU.  Victim O(ways).
 * Source: Jaleel, Theobald, Steely, Emer, "High performance cache replacement using re-reference interval prediction
 * (RRIP)", ISCA 2010, section 2 (the same bit, inverted).
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "cache/repl.h"

/* A byte a way: used. */
static size_t nru_set_bytes(uint32_t ways)
{
    return ways;
}

static void nru_hit(const ReplSet *set, uint32_t way)
{
    ((uint8_t *)set->state)[way] = 1;
}

static void nru_fill(const ReplSet *set, uint32_t way, uint64_t line)
{
    (void)line;
    nru_hit(set, way);
}

static uint32_t nru_victim(const ReplSet *set)
{
    uint8_t *used = set->state;
    const uint8_t *unused = memchr(used, 0, set->ways);

    if (unused)
        return (uint32_t)(unused - used);
    memset(used, 0, set->ways);
    return 0;
}

const ReplOps repl_nru = {
    .name = "nru",
    .set_bytes = nru_set_bytes,
    .on_fill = nru_fill,
    .on_hit = nru_hit,
    .victim = nru_victim,
};
