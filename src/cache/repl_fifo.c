/*
 * repl_fifo - first in, first out: the line that was filled longest ago leaves.
 *
 * Ways are filled in order, so the oldest fill is always the next way round the set.  O(1).
 * Source: Smith, "Cache Memories", ACM Computing Surveys 14(3), 1982.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/repl.h"

static size_t fifo_set_bytes(uint32_t ways)
{
    (void)ways;
    return sizeof(uint32_t);
}

/* The state is the way after the one that was filled last: the oldest. */
static void fifo_fill(void *state, uint32_t ways, uint32_t way)
{
    *(uint32_t *)state = way + 1 == ways ? 0 : way + 1;
}

static void fifo_hit(void *state, uint32_t ways, uint32_t way)
{
    (void)state;
    (void)ways;
    (void)way;
}

static uint32_t fifo_victim(void *state, uint32_t ways, Rng *rng)
{
    (void)ways;
    (void)rng;
    return *(const uint32_t *)state;
}

const ReplOps repl_fifo = {
    .name = "fifo",
    .set_bytes = fifo_set_bytes,
    .on_fill = fifo_fill,
    .on_hit = fifo_hit,
    .victim = fifo_victim,
};
