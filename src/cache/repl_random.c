/*
 * repl_random - a uniformly drawn victim, from the cache's own seeded generator.
 *
 * Source: Smith, "Cache Memories", ACM Computing Surveys 14(3), 1982.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/repl.h"

static size_t random_set_bytes(uint32_t ways)
{
    (void)ways;
    return 0;
}

static void random_touch(void *state, uint32_t ways, uint32_t way)
{
    (void)state;
    (void)ways;
    (void)way;
}

static uint32_t random_victim(void *state, uint32_t ways, Rng *rng)
{
    (void)state;
    return (uint32_t)rng_below(rng_next(rng), ways);
}

const ReplOps repl_random = {
    .name = "random",
    .set_bytes = random_set_bytes,
    .on_fill = random_touch,
    .on_hit = random_touch,
    .victim = random_victim,
};
