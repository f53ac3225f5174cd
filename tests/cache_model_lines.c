/*
 * cache_model_lines - the slow model of caches: lines that come in and leave, and what levels promise each other of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache_model_parts.h"

/* Whether a level has dirty bytes at addr: in a sector among them, or around them. */
static bool has_dirty(const ModelLevel *level, uint64_t addr, uint32_t bytes)
{
    const uint32_t sector = cache_config_sector(level->config);

    for (uint64_t i = 0; i < level->sets * level->ways; i++) {
        const uint64_t start = level->lines[i].line * level->config->line_bytes;

        for (uint64_t at = start; at < start + level->config->line_bytes; at += sector)
            if (level->lines[i].valid && level->lines[i].wet & modelset_sector_bit(level, at) &&
                at < addr + bytes && addr < at + sector)
                return true;
    }
    return false;
}

/* Whether a level, or one above it, has dirty bytes at addr. */
static bool any_dirty(const CacheModel *model, uint32_t at, uint64_t addr, uint32_t bytes)
{
    for (uint32_t above = 0; above <= at; above++)
        if ((above == at ||
             machine_level(model->machine, above) < machine_level(model->machine, at)) &&
            has_dirty(&model->levels[above], addr, bytes))
            return true;
    return false;
}

/* What is dirty above goes down before an inclusive level gives up bytes at addr: lines, or sectors, that each level loses. */
static void count_lost(CacheModel *model, uint32_t at, uint64_t addr, uint32_t bytes)
{
    for (uint32_t above = 0; above < at; above++) {
        ModelLevel *level = &model->levels[above];
        const uint32_t sector = cache_config_sector(level->config);

        for (uint64_t from = addr; from < addr + bytes; from += sector)
            level->stats.dirty_invalidations += any_dirty(model, above, from, sector);
    }
}

uint64_t model_empty_above(CacheModel *model, uint32_t at, uint64_t addr, uint32_t bytes)
{
    const uint32_t sector = cache_config_sector(model->levels[at].config);
    uint64_t wet = 0;

    for (uint64_t from = addr; from < addr + bytes; from += sector)
        for (uint32_t above = 0; above < at; above++)
            if (has_dirty(&model->levels[above], from, sector))
                wet |= modelset_sector_bit(&model->levels[at], from);
    count_lost(model, at, addr, bytes);
    for (uint32_t above = 0; above < at; above++) {
        ModelLevel *level = &model->levels[above];

        for (uint64_t i = 0; i < level->sets * level->ways; i++) {
            ModelLine *entry = &level->lines[i];

            if (!entry->valid || entry->line * level->config->line_bytes / bytes != addr / bytes)
                continue;
            entry->valid = false;
            level->stats.useless_prefetches += entry->untouched;
            level->stats.back_invalidations++;
        }
    }
    return wet;
}

/* The dirty sectors of a victim go down, each as a write. */
static void write_back(CacheModel *model, uint32_t at, const ModelLine *victim)
{
    ModelLevel *level = &model->levels[at];
    const uint32_t line = level->config->line_bytes, sector = cache_config_sector(level->config);
    const uint64_t addr = victim->line * line;

    for (uint64_t from = addr; from < addr + line; from += sector)
        if (victim->wet & modelset_sector_bit(level, from)) {
            level->stats.writebacks++;
            model_write(model, model_below(model, at), from, sector);
        }
}

static void victim_leaves(CacheModel *model, uint32_t at, ModelLine victim)
{
    ModelLevel *level = &model->levels[at];
    const uint64_t addr = victim.line * level->config->line_bytes;

    if (model_is(model, at, CACHE_INCLUSIVE))
        victim.wet |= model_empty_above(model, at, addr, level->config->line_bytes);
    if (!model_is(model, model_below(model, at), CACHE_EXCLUSIVE)) {
        write_back(model, at, &victim);
        return;
    }
    ModelLevel *next = &model->levels[model_below(model, at)];
    ModelLine *there = modelset_use(next, victim.line);

    level->stats.writebacks += victim.wet;
    level->stats.given++;
    next->stats.victims++;
    if (there)
        there->wet |= victim.wet;
    else
        model_install(model, model_below(model, at), addr, victim.wet);
}

void model_install_marked(CacheModel *model, uint32_t at, uint64_t addr, bool dirty, bool untouched)
{
    ModelLevel *level = &model->levels[at];
    const uint64_t line = addr / level->config->line_bytes;
    const uint64_t bit = modelset_sector_bit(level, addr);
    ModelLine *entry = modelset_find(level, line);
    ModelLine victim = { .valid = false };
    const bool for_prefetch = model->for_prefetch;

    if (!entry)
        entry = modelset_take(level, line, &victim);
    entry->has |= bit;
    entry->wet |= dirty ? bit : 0;
    entry->untouched |= untouched;
    level->stats.useless_prefetches += victim.valid && victim.untouched;
    model->for_prefetch = false;
    if (victim.valid)
        victim_leaves(model, at, victim);
    model->for_prefetch = for_prefetch;
}

/* A level takes a line without reading it: the exclusive ones right below have it no longer. */
static void take_from_exclusive(CacheModel *model, uint32_t at, uint64_t line)
{
    for (uint32_t under = model_below(model, at); model_is(model, under, CACHE_EXCLUSIVE);
         under = model_below(model, under)) {
        ModelLine *entry = modelset_find(&model->levels[under], line);

        if (entry)
            entry->valid = false;
    }
}

void model_install(CacheModel *model, uint32_t at, uint64_t addr, bool dirty)
{
    model_install_marked(model, at, addr, dirty, false);
}

void model_own(CacheModel *model, uint32_t at, uint64_t addr, bool dirty)
{
    for (uint32_t under = model->n_levels; under-- > at + 1;) {
        ModelLevel *level = &model->levels[under];
        const uint64_t its_line = addr / level->config->line_bytes;
        const ModelLine *there = modelset_find(level, its_line);

        if (!model_is(model, under, CACHE_INCLUSIVE) ||
            (there && there->has & modelset_sector_bit(level, addr)))
            continue;
        take_from_exclusive(model, under, its_line);
        model_install(model, under, addr, false);
    }
    take_from_exclusive(model, at, addr / model->levels[at].config->line_bytes);
    model_install(model, at, addr, dirty);
}
