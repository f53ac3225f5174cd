/*
 * cache_model - a slow, obvious model of a hierarchy of caches: what an access does.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache_model_parts.h"

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

uint32_t model_below(const CacheModel *model, uint32_t at)
{
    return machine_below(model->machine, at);
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

bool model_is(const CacheModel *model, uint32_t at, CacheInclusion inclusion)
{
    return at < model->n_levels && model->levels[at].config->inclusion == inclusion;
}

static void fetch(CacheModel *model, uint32_t at, uint64_t addr, bool dirty)
{
    ModelLevel *level = &model->levels[at];
    const uint32_t sector = cache_config_sector(level->config);

    trigger(model, at, addr / level->config->line_bytes);
    level->stats.fetches++;
    dirty |= model_read(model, model_below(model, at), addr / sector * sector, sector);
    model_install(model, at, addr, dirty);
}

static void prefetch(CacheModel *model, uint32_t at, uint64_t line)
{
    ModelLevel *level = &model->levels[at];
    const uint32_t bytes = level->config->line_bytes;

    level->stats.prefetches++;
    level->stats.fetches++;
    model->for_prefetch = true;
    const bool dirty = model_read(model, model_below(model, at), line * bytes, bytes);

    model->for_prefetch = false;
    model_install_marked(model, at, line * bytes, dirty, true);
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

        if (named < 0 || modelset_find(level, line) ||
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
    ModelLine *entry = modelset_use(level, addr / level->config->line_bytes);

    if (!entry || entry->has & modelset_sector_bit(level, addr))
        return entry;
    level->stats.sector_misses += !model->for_prefetch;
    return NULL;
}

bool model_read(CacheModel *model, uint32_t at, uint64_t addr, uint32_t bytes)
{
    ModelLevel *level = &model->levels[at];

    if (at == model->n_levels) {
        model->memory.reads++;
        model->memory.read_bytes += bytes;
        return false;
    }
    ModelLine *entry = hit(model, level, addr);
    const bool exclusive = model_is(model, at, CACHE_EXCLUSIVE);

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
    return model_read(model, model_below(model, at), addr, bytes);
}

/* The write's sector comes in if the level wants it. */
static void write_miss(CacheModel *model, uint32_t at, uint64_t addr, bool whole)
{
    ModelLevel *level = &model->levels[at];
    const bool back = level->config->write == CACHE_WRITE_BACK;

    level->stats.write_misses++;
    if (!level->config->allocate || model_is(model, at, CACHE_EXCLUSIVE))
        return;
    if (whole)
        model_own(model, at, addr, back);
    else
        fetch(model, at, addr, back);
}

void model_write(CacheModel *model, uint32_t at, uint64_t addr, uint32_t bytes)
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
        entry->wet |= back ? modelset_sector_bit(level, addr) : 0;
    } else {
        write_miss(model, at, addr, bytes == cache_config_sector(level->config));
    }
    if (back && (entry || (level->config->allocate && !model_is(model, at, CACHE_EXCLUSIVE))))
        return;
    level->stats.passed++;
    level->stats.passed_bytes += bytes;
    model_write(model, model_below(model, at), addr, bytes);
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

    for (uint32_t at = first; at < model->n_levels; at = model_below(model, at)) {
        ModelLevel *level = &model->levels[at];
        const uint32_t bytes = level->config->line_bytes;
        const uint32_t sector = cache_config_sector(level->config);
        ModelLine *entry = modelset_find(level, addr / bytes);

        if (!entry)
            continue;
        entry->valid = false;
        lines++;
        if (model_is(model, at, CACHE_INCLUSIVE))
            entry->wet |= model_empty_above(model, at, addr / bytes * bytes, bytes);
        for (uint64_t from = addr / bytes * bytes; from < (addr / bytes + 1) * bytes;
             from += sector)
            if (entry->wet & modelset_sector_bit(level, from))
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
