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

static void random_fill(const ReplSet *set, uint32_t way, uint64_t line)
{
    (void)set;
    (void)way;
    (void)line;
}

static void random_hit(const ReplSet *set, uint32_t way)
{
    (void)set;
    (void)way;
}

static uint32_t random_victim(const ReplSet *set)
{
    return (uint32_t)rng_below(rng_next(set->rng), set->ways);
}

const ReplOps repl_random = {
    .name = "random",
    .set_bytes = random_set_bytes,
    .on_fill = random_fill,
    .on_hit = random_hit,
    .victim = random_victim,
};
