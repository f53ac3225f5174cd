/*
 * repl_lip - LRU insertion: a line comes in where LRU takes its next victim from, and moves up when it is hit.
 *
 * Of a loop that is larger than the cache a part stays.
 * Source: Qureshi, Jaleel, Patt, Steely, Emer, "Adaptive insertion policies for high performance caching", ISCA 2007.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/repl.h"
#include "cache/repl_order.h"

static void lip_fill(const ReplSet *set, uint32_t way, uint64_t line)
{
    (void)line;
    order_demote(set->state, set->ways, way);
}

static void lip_hit(const ReplSet *set, uint32_t way)
{
    order_touch(set->state, set->ways, way);
}

static uint32_t lip_victim(const ReplSet *set)
{
    return order_last(set->state, set->ways);
}

const ReplOps repl_lip = {
    .name = "lip",
    .set_bytes = order_set_bytes,
    .on_fill = lip_fill,
    .on_hit = lip_hit,
    .victim = lip_victim,
};
