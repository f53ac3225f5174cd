/*
 * repl_fifo - first in, first out: the line that was filled longest ago leaves.
 *
 * Source: Smith, "Cache Memories", ACM Computing Surveys 14(3), 1982.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/repl.h"
#include "cache/repl_order.h"

static void fifo_fill(const ReplSet *set, uint32_t way, uint64_t line)
{
    (void)line;
    order_touch(set->state, set->ways, way);
}

static void fifo_hit(const ReplSet *set, uint32_t way)
{
    (void)set;
    (void)way;
}

static uint32_t fifo_victim(const ReplSet *set)
{
    return order_last(set->state, set->ways);
}

const ReplOps repl_fifo = {
    .name = "fifo",
    .set_bytes = order_set_bytes,
    .on_fill = fifo_fill,
    .on_hit = fifo_hit,
    .victim = fifo_victim,
};
