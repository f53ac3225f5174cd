/*
 * cache_model_set - one level of the slow model of caches: which lines a set has, and which one leaves.  See cache_model_parts.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "cache_model_parts.h"

uint64_t modelset_sector_bit(const ModelLevel *level, uint64_t addr)
{
    return UINT64_C(1) << addr % level->config->line_bytes / cache_config_sector(level->config);
}

static uint64_t set_of(const ModelLevel *level, uint64_t line)
{
    return (level->config->index == CACHE_INDEX_HASH ? rng_mix(line) : line) % level->sets;
}

void modeltree_touch(bool *right, uint32_t from, uint32_t below, uint32_t way)
{
    const uint32_t middle = (from + below) / 2;

    if (below - from == 1)
        return;
    right[middle] = way < middle;
    if (way < middle)
        modeltree_touch(right, from, middle, way);
    else
        modeltree_touch(right, middle, below, way);
}

uint32_t modeltree_victim(const bool *right, uint32_t from, uint32_t below, uint32_t ways)
{
    const uint32_t middle = (from + below) / 2;

    if (below - from == 1)
        return from;
    if (right[middle] && middle < ways)
        return modeltree_victim(right, middle, below, ways);
    return modeltree_victim(right, from, middle, ways);
}

static uint32_t tree_leaves(uint32_t ways)
{
    uint32_t leaves = 1;

    while (leaves < ways)
        leaves *= 2;
    return leaves;
}

static void touch(ModelLevel *level, uint64_t set, uint32_t way)
{
    level->lines[set * level->ways + way].used = ++level->clock;
    modeltree_touch(&level->right[set * 2 * level->ways], 0, tree_leaves(level->ways), way);
}

ModelLine *modelset_use(ModelLevel *level, uint64_t line)
{
    const uint64_t set = set_of(level, line);

    for (uint32_t way = 0; way < level->ways; way++) {
        ModelLine *entry = &level->lines[set * level->ways + way];

        if (entry->valid && entry->line == line) {
            touch(level, set, way);
            return entry;
        }
    }
    return NULL;
}

/* An invalid way, else by the policy. */
static uint32_t choose_way(const ModelLevel *level, uint64_t set)
{
    const ModelLine *lines = &level->lines[set * level->ways];
    const bool fifo = strcmp(level->policy, "fifo") == 0;
    uint32_t best = 0;

    for (uint32_t way = 0; way < level->ways; way++)
        if (!lines[way].valid)
            return way;
    if (strcmp(level->policy, "plru") == 0)
        return modeltree_victim(&level->right[set * 2 * level->ways], 0, tree_leaves(level->ways),
                                level->ways);
    for (uint32_t way = 1; way < level->ways; way++)
        if (fifo ? lines[way].filled < lines[best].filled : lines[way].used < lines[best].used)
            best = way;
    return best;
}

ModelLine *modelset_find(ModelLevel *level, uint64_t line)
{
    const uint64_t set = set_of(level, line);

    for (uint32_t way = 0; way < level->ways; way++)
        if (level->lines[set * level->ways + way].valid &&
            level->lines[set * level->ways + way].line == line)
            return &level->lines[set * level->ways + way];
    return NULL;
}

ModelLine *modelset_take(ModelLevel *level, uint64_t line, ModelLine *before)
{
    const uint64_t set = set_of(level, line);
    const uint32_t way = choose_way(level, set);
    ModelLine *entry = &level->lines[set * level->ways + way];

    *before = *entry;
    *entry = (ModelLine){ .valid = true, .line = line, .filled = ++level->clock };
    touch(level, set, way);
    return entry;
}
