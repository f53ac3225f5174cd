/*
 * cache_model - a slow, obvious model of a hierarchy of caches.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache_model.h"

#include <string.h>

static bool model_read(CacheModel *model, uint32_t level, uint64_t addr, uint32_t bytes);
static void model_write(CacheModel *model, uint32_t level, uint64_t addr, uint32_t bytes);

void cachemodel_init(CacheModel *model, const MachineSpec *machine)
{
    *model = (CacheModel){ .machine = machine,
                           .n_levels = machine->n_caches,
                           .triggers = g_array_new(FALSE, FALSE, sizeof(ModelTrigger)) };
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
        if (config->prefetch.type != PREFETCH_NONE)
            level->prefetch = prefetchmodel_new(&config->prefetch, config->line_bytes);
    }
}

void cachemodel_clear(CacheModel *model)
{
    for (uint32_t i = 0; i < model->n_levels; i++) {
        g_free(model->levels[i].lines);
        g_free(model->levels[i].right);
        prefetchmodel_free(model->levels[i].prefetch);
    }
    g_array_unref(model->triggers);
}

/* The cache below, or memory. */
static uint32_t cache_below(const CacheModel *model, uint32_t at)
{
    return machine_below(model->machine, at);
}

/* The bit of the sector of addr in its line. */
static uint64_t sector_bit(const ModelLevel *level, uint64_t addr)
{
    return UINT64_C(1) << addr % level->config->line_bytes / cache_config_sector(level->config);
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

/* The prefetcher of a level will be told of the line. */
static void trigger(CacheModel *model, uint32_t at, uint64_t line)
{
    const ModelTrigger trigger = { at, line };

    if (model->levels[at].prefetch)
        g_array_append_val(model->triggers, trigger);
}

/* The line of an entry is demanded. */
static void demand(CacheModel *model, uint32_t at, ModelLine *entry)
{
    if (!entry->untouched)
        return;
    entry->untouched = false;
    model->levels[at].stats.useful_prefetches++;
    trigger(model, at, entry->line);
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

static bool is(const CacheModel *model, uint32_t at, CacheInclusion inclusion)
{
    return at < model->n_levels && model->levels[at].config->inclusion == inclusion;
}

/* The line's entry, or NULL; not promoted. */
static ModelLine *peek(ModelLevel *level, uint64_t line)
{
    const uint64_t set = set_of(level, line);

    for (uint32_t way = 0; way < level->ways; way++)
        if (level->lines[set * level->ways + way].valid &&
            level->lines[set * level->ways + way].line == line)
            return &level->lines[set * level->ways + way];
    return NULL;
}

/* Whether a level has dirty bytes at addr: in a sector among them, or around them. */
static bool has_dirty(const ModelLevel *level, uint64_t addr, uint32_t bytes)
{
    const uint32_t sector = cache_config_sector(level->config);

    for (uint64_t i = 0; i < level->sets * level->ways; i++) {
        const uint64_t start = level->lines[i].line * level->config->line_bytes;

        for (uint64_t at = start; at < start + level->config->line_bytes; at += sector)
            if (level->lines[i].valid && level->lines[i].wet & sector_bit(level, at) &&
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

/* An inclusive level gives up bytes at addr: nobody above keeps them.  Returns its sectors that were dirty above. */
static uint64_t empty_above(CacheModel *model, uint32_t at, uint64_t addr, uint32_t bytes)
{
    const uint32_t sector = cache_config_sector(model->levels[at].config);
    uint64_t wet = 0;

    for (uint64_t from = addr; from < addr + bytes; from += sector)
        for (uint32_t above = 0; above < at; above++)
            if (has_dirty(&model->levels[above], from, sector))
                wet |= sector_bit(&model->levels[at], from);
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

static void install(CacheModel *model, uint32_t at, uint64_t addr, bool dirty);

/* The dirty sectors of a victim go down, each as a write. */
static void write_back(CacheModel *model, uint32_t at, const ModelLine *victim)
{
    ModelLevel *level = &model->levels[at];
    const uint32_t line = level->config->line_bytes, sector = cache_config_sector(level->config);
    const uint64_t addr = victim->line * line;

    for (uint64_t from = addr; from < addr + line; from += sector)
        if (victim->wet & sector_bit(level, from)) {
            level->stats.writebacks++;
            model_write(model, cache_below(model, at), from, sector);
        }
}

static void victim_leaves(CacheModel *model, uint32_t at, ModelLine victim)
{
    ModelLevel *level = &model->levels[at];
    const uint64_t addr = victim.line * level->config->line_bytes;

    if (is(model, at, CACHE_INCLUSIVE))
        victim.wet |= empty_above(model, at, addr, level->config->line_bytes);
    if (!is(model, cache_below(model, at), CACHE_EXCLUSIVE)) {
        write_back(model, at, &victim);
        return;
    }
    ModelLevel *next = &model->levels[cache_below(model, at)];
    ModelLine *there = look_up(next, victim.line);

    level->stats.writebacks += victim.wet;
    level->stats.given++;
    next->stats.victims++;
    if (there)
        there->wet |= victim.wet;
    else
        install(model, cache_below(model, at), addr, victim.wet);
}

/* The sector of addr comes in; if its line was not there it does, too, and a victim leaves, which is no part of a
 * prefetch. */
static void install_marked(CacheModel *model, uint32_t at, uint64_t addr, bool dirty,
                           bool untouched)
{
    ModelLevel *level = &model->levels[at];
    const uint64_t line = addr / level->config->line_bytes;
    const uint64_t bit = sector_bit(level, addr);
    const uint64_t set = set_of(level, line);
    ModelLine *entry = peek(level, line);
    ModelLine victim = { .valid = false };
    const bool for_prefetch = model->for_prefetch;

    if (!entry) {
        const uint32_t way = choose_way(level, set);

        entry = &level->lines[set * level->ways + way];
        victim = *entry;
        *entry = (ModelLine){ .valid = true, .line = line, .filled = ++level->clock };
        touch(level, set, way);
    }
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
    for (uint32_t under = cache_below(model, at); is(model, under, CACHE_EXCLUSIVE);
         under = cache_below(model, under)) {
        ModelLine *entry = peek(&model->levels[under], line);

        if (entry)
            entry->valid = false;
    }
}

static void install(CacheModel *model, uint32_t at, uint64_t addr, bool dirty)
{
    install_marked(model, at, addr, dirty, false);
}

/* The sector of addr comes in without a fetch: the levels below make it true again what they promise. */
static void own(CacheModel *model, uint32_t at, uint64_t addr, bool dirty)
{
    for (uint32_t under = model->n_levels; under-- > at + 1;) {
        ModelLevel *level = &model->levels[under];
        const uint64_t its_line = addr / level->config->line_bytes;
        const ModelLine *there = peek(level, its_line);

        if (!is(model, under, CACHE_INCLUSIVE) || (there && there->has & sector_bit(level, addr)))
            continue;
        take_from_exclusive(model, under, its_line);
        install(model, under, addr, false);
    }
    take_from_exclusive(model, at, addr / model->levels[at].config->line_bytes);
    install(model, at, addr, dirty);
}

static void fetch(CacheModel *model, uint32_t at, uint64_t addr, bool dirty)
{
    ModelLevel *level = &model->levels[at];
    const uint32_t sector = cache_config_sector(level->config);

    trigger(model, at, addr / level->config->line_bytes);
    level->stats.fetches++;
    dirty |= model_read(model, cache_below(model, at), addr / sector * sector, sector);
    install(model, at, addr, dirty);
}

static void prefetch(CacheModel *model, uint32_t at, uint64_t line)
{
    ModelLevel *level = &model->levels[at];
    const uint32_t bytes = level->config->line_bytes;

    level->stats.prefetches++;
    level->stats.fetches++;
    model->for_prefetch = true;
    const bool dirty = model_read(model, cache_below(model, at), line * bytes, bytes);

    model->for_prefetch = false;
    install_marked(model, at, line * bytes, dirty, true);
}

/* The prefetcher of a level hears of a line, and gets what it names, unless that is there or beyond its boundary. */
static void tell_prefetcher(CacheModel *model, ModelTrigger trigger, uint8_t site)
{
    ModelLevel *level = &model->levels[trigger.level];
    const uint64_t bytes = level->config->line_bytes;
    const uint64_t block = level->config->prefetch.boundary_bytes;
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(int64_t));

    prefetchmodel_demand(level->prefetch, (int64_t)trigger.line, site, lines);
    for (guint i = 0; i < lines->len; i++) {
        const int64_t named = g_array_index(lines, int64_t, i);
        const uint64_t line = (uint64_t)named;

        if (named < 0 || peek(level, line) ||
            (block && line * bytes / block != trigger.line * bytes / block))
            continue;
        prefetch(model, trigger.level, line);
        prefetchmodel_arrived(level->prefetch, (int64_t)trigger.line);
    }
    g_array_unref(lines);
}

/* The entry of addr, if its sector is there.  Of a sector that is not, in a line that is, the miss is counted apart. */
static ModelLine *hit(const CacheModel *model, ModelLevel *level, uint64_t addr)
{
    ModelLine *entry = look_up(level, addr / level->config->line_bytes);

    if (!entry || entry->has & sector_bit(level, addr))
        return entry;
    level->stats.sector_misses += !model->for_prefetch;
    return NULL;
}

/* Returns whether the line comes with what is not in memory: out of an exclusive level. */
static bool model_read(CacheModel *model, uint32_t at, uint64_t addr, uint32_t bytes)
{
    ModelLevel *level = &model->levels[at];

    if (at == model->n_levels) {
        model->memory.reads++;
        model->memory.read_bytes += bytes;
        return false;
    }
    ModelLine *entry = hit(model, level, addr);
    const bool exclusive = is(model, at, CACHE_EXCLUSIVE);

    if (model->for_prefetch)
        level->stats.prefetch_reads++;
    else
        level->stats.reads++;
    if (entry) {
        level->stats.hits += !model->for_prefetch;
        demand(model, at, entry);
        entry->valid = !exclusive;
        return exclusive && entry->wet;
    }
    if (model->for_prefetch)
        level->stats.prefetch_misses++;
    else
        level->stats.read_misses++;
    if (!exclusive) {
        fetch(model, at, addr, false);
        return false;
    }
    level->stats.fetches++;
    return model_read(model, cache_below(model, at), addr, bytes);
}

/* The write's sector comes in if the level wants it. */
static void write_miss(CacheModel *model, uint32_t at, uint64_t addr, bool whole)
{
    ModelLevel *level = &model->levels[at];
    const bool back = level->config->write == CACHE_WRITE_BACK;

    level->stats.write_misses++;
    if (!level->config->allocate || is(model, at, CACHE_EXCLUSIVE))
        return;
    if (whole)
        own(model, at, addr, back);
    else
        fetch(model, at, addr, back);
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
    ModelLine *entry = hit(model, level, addr);

    level->stats.writes++;
    level->stats.hits += entry != NULL;
    if (entry) {
        demand(model, at, entry);
        entry->wet |= back ? sector_bit(level, addr) : 0;
    } else {
        write_miss(model, at, addr, bytes == cache_config_sector(level->config));
    }
    if (back && (entry || (level->config->allocate && !is(model, at, CACHE_EXCLUSIVE))))
        return;
    level->stats.passed++;
    level->stats.passed_bytes += bytes;
    model_write(model, cache_below(model, at), addr, bytes);
}

/* The half of a split level that holds such. */
uint32_t cachemodel_first(const CacheModel *model, const Access *access)
{
    const CacheHolds half =
        access->op == ACCESS_FETCH ? CACHE_HOLDS_INSTRUCTIONS : CACHE_HOLDS_DATA;

    return model->n_levels > 1 && model->levels[0].config->holds != CACHE_HOLDS_ALL &&
           model->levels[1].config->holds == half;
}

/* A piece of an access, within a line. */
static void access_line(CacheModel *model, uint32_t first, const Access *access, uint64_t addr,
                        uint32_t bytes)
{
    if (access->op == ACCESS_WRITE)
        model_write(model, first, addr, bytes);
    else
        model_read(model, first, addr, bytes);
    for (guint i = 0; i < model->triggers->len; i++)
        tell_prefetcher(model, g_array_index(model->triggers, ModelTrigger, i), access->site);
    g_array_set_size(model->triggers, 0);
}

void cachemodel_access(CacheModel *model, const Access *access)
{
    const uint64_t end = access->addr + access->bytes;
    const uint32_t first = cachemodel_first(model, access);
    const uint64_t line = model->n_levels ? cache_config_sector(model->levels[first].config) : 0;

    for (uint64_t addr = access->addr; addr < end;) {
        const uint64_t next = line ? MIN(end, (addr / line + 1) * line) : end;

        access_line(model, first, access, addr, (uint32_t)(next - addr));
        addr = next;
    }
}

/* Bytes [from, below) of a dirty sector.  Outside of the line [start, start + bytes) they go to memory; inside the units of it
 * are marked. */
static void flush_sector(CacheModel *model, uint64_t from, uint64_t below, uint64_t start,
                         const ModelLevel *first, bool *wet)
{
    const uint64_t end = start + first->config->line_bytes;

    if (from < start)
        model_write(model, model->n_levels, from, (uint32_t)(MIN(below, start) - from));
    if (below > end)
        model_write(model, model->n_levels, MAX(from, end), (uint32_t)(below - MAX(from, end)));
    for (uint64_t at = MAX(from, start); at < MIN(below, end); at++)
        wet[(at - start) / cache_config_sector(first->config)] = true;
}

uint32_t cachemodel_flush(CacheModel *model, uint32_t first, uint64_t addr)
{
    const ModelLevel *top = &model->levels[first];
    const uint64_t start = addr / top->config->line_bytes * top->config->line_bytes;
    bool wet[64] = { false };
    uint32_t lines = 0;

    for (uint32_t at = first; at < model->n_levels; at = cache_below(model, at)) {
        ModelLevel *level = &model->levels[at];
        const uint32_t bytes = level->config->line_bytes;
        const uint32_t sector = cache_config_sector(level->config);
        ModelLine *entry = peek(level, addr / bytes);

        if (!entry)
            continue;
        entry->valid = false;
        lines++;
        if (is(model, at, CACHE_INCLUSIVE))
            entry->wet |= empty_above(model, at, addr / bytes * bytes, bytes);
        for (uint64_t from = addr / bytes * bytes; from < (addr / bytes + 1) * bytes;
             from += sector)
            if (entry->wet & sector_bit(level, from))
                flush_sector(model, from, from + sector, start, top, wet);
    }
    for (uint32_t unit = 0; unit < 64; unit++)
        if (wet[unit])
            model_write(model, model->n_levels, start, cache_config_sector(top->config));
    return lines;
}

uint64_t cachemodel_dirty_lines(const CacheModel *model, uint32_t at)
{
    const ModelLevel *level = &model->levels[at];
    uint64_t dirty = 0;

    for (uint64_t i = 0; i < level->sets * level->ways; i++)
        dirty += level->lines[i].valid && level->lines[i].wet;
    return dirty;
}
