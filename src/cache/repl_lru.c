/*
 * repl_lru - exact least-recently-used replacement.
 *
 * Source: Mattson, Gecsei, Slutz, Traiger, "Evaluation techniques for storage hierarchies", IBM Systems Journal 9(2),
 * 1970.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/repl.h"
#include "cache/repl_order.h"

static void lru_fill(const ReplSet *set, uint32_t way, uint64_t line)
{
    (void)line;
    order_touch(set->state, set->ways, way);
}

static void lru_hit(const ReplSet *set, uint32_t way)
{
    order_touch(set->state, set->ways, way);
}

static uint32_t lru_victim(const ReplSet *set)
{
    return order_last(set->state, set->ways);
}

const ReplOps repl_lru = {
    .name = "lru",
    .set_bytes = order_set_bytes,
    .on_fill = lru_fill,
    .on_hit = lru_hit,
    .victim = lru_victim,
};
