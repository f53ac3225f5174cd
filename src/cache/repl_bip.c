/*
 * repl_bip - bimodal insertion: LRU insertion, but one line in 32 comes in as the most recently used.
 *
 * So the part of a loop that stays follows the program.  Which fills are the 32nd is counted over the whole cache.
 * Source: Qureshi, Jaleel, Patt, Steely, Emer, "Adaptive insertion policies for high performance caching", ISCA 2007.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/repl.h"
#include "cache/repl_order.h"

enum { BIP_PERIOD = 32 }; /* the paper's bimodal throttle parameter of 1/32 */

static void bip_fill(const ReplSet *set, uint32_t way, uint64_t line)
{
    uint32_t *fills = set->common;

    (void)line;
    if (++*fills % BIP_PERIOD == 0)
        order_touch(set->state, set->ways, way);
    else
        order_demote(set->state, set->ways, way);
}

static void bip_hit(const ReplSet *set, uint32_t way)
{
    order_touch(set->state, set->ways, way);
}

static uint32_t bip_victim(const ReplSet *set)
{
    return order_last(set->state, set->ways);
}

const ReplOps repl_bip = {
    .name = "bip",
    .set_bytes = order_set_bytes,
    .common_bytes = sizeof(uint32_t),
    .on_fill = bip_fill,
    .on_hit = bip_hit,
    .victim = bip_victim,
};
