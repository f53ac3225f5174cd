/*
 * cache_model - a slow, obvious model of a hierarchy of caches.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache_model.h"

#include <string.h>

static void model_read(CacheModel *model, uint32_t level, uint64_t addr, uint32_t bytes);
static void model_write(CacheModel *model, uint32_t level, uint64_t addr, uint32_t bytes);

void cachemodel_init(CacheModel *model, const MachineSpec *machine)
{
    *model = (CacheModel){ .n_levels = machine->n_caches };
    for (uint32_t i = 0; i < model->n_levels; i++) {
        const CacheConfig *config = &machine->caches[i];
        const uint64_t lines = config->size_bytes / config->line_bytes;
        ModelLevel *level = &model->levels[i];

        level->config = config;
        level->policy = repl_names()[config->policy];
        level->ways = config->ways ? config->ways : (uint32_t)lines;
        level->sets = lines / level->ways;
        level->lines = g_new0(ModelLine, lines);
        level->right = g_new0(bool, lines * 2);
    }
}

void cachemodel_clear(CacheModel *model)
{
    for (uint32_t i = 0; i < model->n_levels; i++) {
        g_free(model->levels[i].lines);
        g_free(model->levels[i].right);
    }
}

static uint64_t set_of(const ModelLevel *level, uint64_t line)
{
    return (level->config->index == CACHE_INDEX_HASH ? rng_mix(line) : line) % level->sets;
}

static void tree_touch(bool *right, uint32_t from, uint32_t below, uint32_t way)
{
    const uint32_t middle = (from + below) / 2;

    if (below - from == 1)
        return;
    right[middle] = way < middle;
    if (way < middle)
        tree_touch(right, from, middle, way);
    else
        tree_touch(right, middle, below, way);
}

/* A half without ways is never taken. */
static uint32_t tree_victim(const bool *right, uint32_t from, uint32_t below, uint32_t ways)
{
    const uint32_t middle = (from + below) / 2;

    if (below - from == 1)
        return from;
    if (right[middle] && middle < ways)
        return tree_victim(right, middle, below, ways);
    return tree_victim(right, from, middle, ways);
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
    tree_touch(&level->right[set * 2 * level->ways], 0, tree_leaves(level->ways), way);
}

/* The line's entry, promoted, or NULL. */
static ModelLine *look_up(ModelLevel *level, uint64_t line)
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
        return tree_victim(&level->right[set * 2 * level->ways], 0, tree_leaves(level->ways),
                           level->ways);
    for (uint32_t way = 1; way < level->ways; way++)
        if (fifo ? lines[way].filled < lines[best].filled : lines[way].used < lines[best].used)
            best = way;
    return best;
}

/* The line comes in; a dirty victim goes down. */
static void install(CacheModel *model, uint32_t at, uint64_t line, bool dirty)
{
    ModelLevel *level = &model->levels[at];
    const uint64_t set = set_of(level, line);
    const uint32_t way = choose_way(level, set);
    ModelLine *entry = &level->lines[set * level->ways + way];
    const ModelLine victim = *entry;

    *entry = (ModelLine){ .valid = true, .dirty = dirty, .line = line, .filled = ++level->clock };
    touch(level, set, way);
    if (victim.valid && victim.dirty) {
        level->stats.writebacks++;
        model_write(model, at + 1, victim.line * level->config->line_bytes,
                    level->config->line_bytes);
    }
}

static void fetch(CacheModel *model, uint32_t at, uint64_t line, bool dirty)
{
    ModelLevel *level = &model->levels[at];
    const uint32_t bytes = level->config->line_bytes;

    level->stats.fetches++;
    model_read(model, at + 1, line * bytes, bytes);
    install(model, at, line, dirty);
}

static void model_read(CacheModel *model, uint32_t at, uint64_t addr, uint32_t bytes)
{
    ModelLevel *level = &model->levels[at];

    if (at == model->n_levels) {
        model->memory.reads++;
        model->memory.read_bytes += bytes;
        return;
    }
    const uint64_t line = addr / level->config->line_bytes;

    level->stats.reads++;
    if (look_up(level, line)) {
        level->stats.hits++;
        return;
    }
    level->stats.read_misses++;
    fetch(model, at, line, false);
}

/* The write's line comes in if the level wants it. */
static void write_miss(CacheModel *model, uint32_t at, uint64_t line, bool whole)
{
    ModelLevel *level = &model->levels[at];
    const bool back = level->config->write == CACHE_WRITE_BACK;

    level->stats.write_misses++;
    if (!level->config->allocate)
        return;
    if (whole)
        install(model, at, line, back);
    else
        fetch(model, at, line, back);
}

static void model_write(CacheModel *model, uint32_t at, uint64_t addr, uint32_t bytes)
{
    ModelLevel *level = &model->levels[at];

    if (at == model->n_levels) {
        model->memory.writes++;
        model->memory.write_bytes += bytes;
        return;
    }
    const bool back = level->config->write == CACHE_WRITE_BACK;
    const uint64_t line = addr / level->config->line_bytes;
    ModelLine *entry = look_up(level, line);

    level->stats.writes++;
    level->stats.hits += entry != NULL;
    if (entry)
        entry->dirty = entry->dirty || back;
    else
        write_miss(model, at, line, bytes == level->config->line_bytes);
    if (back && (entry || level->config->allocate))
        return;
    level->stats.passed++;
    level->stats.passed_bytes += bytes;
    model_write(model, at + 1, addr, bytes);
}

void cachemodel_access(CacheModel *model, const Access *access)
{
    const uint64_t end = access->addr + access->bytes;
    const uint64_t line = model->n_levels ? model->levels[0].config->line_bytes : 0;

    for (uint64_t addr = access->addr; addr < end;) {
        const uint64_t next = line ? MIN(end, (addr / line + 1) * line) : end;

        if (access->op == ACCESS_WRITE)
            model_write(model, 0, addr, (uint32_t)(next - addr));
        else
            model_read(model, 0, addr, (uint32_t)(next - addr));
        addr = next;
    }
}

uint64_t cachemodel_dirty_lines(const CacheModel *model, uint32_t at)
{
    const ModelLevel *level = &model->levels[at];
    uint64_t dirty = 0;

    for (uint64_t i = 0; i < level->sets * level->ways; i++)
        dirty += level->lines[i].valid && level->lines[i].dirty;
    return dirty;
}
