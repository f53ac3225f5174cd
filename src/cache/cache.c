/*
 * cache - making and wiring a cache.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/cpu.h"
#include "cache/plain.h"
#include "cache/watch.h"

static void init_banks(Cache *cache, const CacheConfig *config)
{
    if (cache->bank_shift < cache->tags.line_shift) {
        server_row_init(&cache->words, config->bandwidth_B_per_s, cache->n_banks);
        return;
    }
    cache->banks = g_new(Server, cache->n_banks);
    for (uint32_t i = 0; i < cache->n_banks; i++)
        server_init_share(&cache->banks[i], config->bandwidth_B_per_s, cache->n_banks);
}

static void init_time(Cache *cache, const CacheWiring *wiring)
{
    const CacheConfig *config = wiring->config;

    cache->above_latency_fs = wiring->above_latency_fs;
    cache->lookup_fs = wiring->level_latency_fs - wiring->above_latency_fs;
    cache->hit_fs = config->latency_fs - wiring->above_latency_fs;
    cache->front.line.hit_fs = cache->hit_fs;
    cache->bank_shift =
        (uint32_t)__builtin_ctz(config->bank_bytes ? config->bank_bytes : config->line_bytes);
    if (config->bandwidth_B_per_s > 0) {
        cache->limited = true;
        cache->n_banks = config->banks;
        init_banks(cache, config);
        server_init(&cache->lookups, config->lookups_Hz);
        server_init(&cache->passing, config->bandwidth_B_per_s);
    }
    mshr_init(&cache->mshr, config->mshrs, config->line_bytes / cache_config_sector(config));
    cache->retry = (Event){ .fire = cache_retry_fires, .owner = cache };
    cache->alarm = (Event){ .fire = cache_alarm_fires, .owner = cache };
    cache->retry_fs = cache->alarm_fs = TICK_PENDING;
}

/* Whether tags may change ahead of time, and how far down.  After all else. */
static void init_ahead(Cache *cache)
{
    const size_t places = cache->tags.sets * cache->tags.ways;

    cache->avx2 = cpu_has_avx2();
    cache->walks_misses = !cache->shared && (!cache->below || cache->below->walks_misses);
    if (cache->level > 0 || !cache->pool || cache->shared || cache->sectors || cache->limited ||
        cache->prefetches || places > UINT32_MAX)
        return;
    cache->front.ready_fs = g_new0(Tick, places);
    cache->front.ops = &cache_ahead_front_ops;
    cache->plain = cache_is_plain(cache);
    cache->front.memory_depth = cache->plain && cache->walks_misses ? cache->levels : 0;
}

static void join_below(Cache *cache, Cache *below)
{
    below->above = g_renew(Cache *, below->above, below->n_above + 1);
    below->above[below->n_above++] = cache;
    cache->covered = below->inclusive || below->exclusive || below->covered;
}

void cache_init(Cache *cache, const CacheWiring *wiring)
{
    const CacheConfig *config = wiring->config;

    *cache =
        (Cache){ .port = { .ops = &cache_port_ops, .sim = wiring->sim, .kind = SIM_CACHE },
                 .front = { .ops = &cache_front_ops, .line_bytes = cache_config_sector(config) },
                 .last_line = TAGS_INVALID,
                 .port_sector = UINT64_MAX,
                 .port_line = UINT64_MAX,
                 .passed_sector = UINT64_MAX,
                 .below = wiring->below,
                 .below_port = wiring->below ? &wiring->below->port : wiring->memory,
                 .memory = wiring->memory,
                 .pool = wiring->pool,
                 .line_bytes = config->line_bytes,
                 .sector_bytes = cache_config_sector(config),
                 .sector_shift = (uint32_t)__builtin_ctz(cache_config_sector(config)),
                 .level = wiring->level,
                 .levels = wiring->levels,
                 .write_back = config->write == CACHE_WRITE_BACK,
                 .allocate = config->allocate,
                 .shared = wiring->shared,
                 .inclusive = config->inclusion == CACHE_INCLUSIVE,
                 .exclusive = config->inclusion == CACHE_EXCLUSIVE };
    if (cache->below)
        join_below(cache, cache->below);
    tags_init(&cache->tags, config, wiring->seed);
    if (cache->sector_bytes < cache->line_bytes)
        cache->sectors = sectors_new(config);
    cache->sees_all = cache->shared;
    if (config->classify)
        cache_watch_kinds(cache, config);
    if (config->useful)
        cache_watch_used(cache);
    cache->prefetches = wiring->prefetches;
    if (cache->prefetches)
        cache->front.ops = &cache_prefetching_front_ops;
    if (config->prefetch.type != PREFETCH_NONE)
        cache->prefetcher = prefetcher_new(&config->prefetch, cache->tags.sets * cache->tags.ways,
                                           cache->tags.line_shift);
    cache->overtaken = wiring->nontemporal || config->banks > 1;
    for (const Cache *at = cache; at; at = at->below)
        cache->overtaken = cache->overtaken || at->prefetcher;
    init_time(cache, wiring);
    init_ahead(cache);
}

void cache_clear(Cache *cache)
{
    g_clear_pointer(&cache->above, g_free);
    tags_clear(&cache->tags);
    g_clear_pointer(&cache->front.ready_fs, g_free);
    g_clear_pointer(&cache->sectors, sectors_free);
    g_clear_pointer(&cache->watch, watch_free);
    g_clear_pointer(&cache->prefetcher, prefetcher_free);
    mshr_clear(&cache->mshr);
    g_clear_pointer(&cache->banks, g_free);
    server_row_clear(&cache->words);
    g_clear_pointer(&cache->kept.slots, g_free);
}

Tick cache_drained(const Cache *cache)
{
    Tick end = MAX(cache->mshr.quiet_fs, cache->busy_until_fs);

    end = MAX(end, fine_ceil(cache->passing.free));
    for (uint32_t i = 0; i < cache->words.n; i++)
        end = MAX(end, cache->words.free[i]);
    for (uint32_t i = 0; cache->banks && i < cache->n_banks; i++)
        end = MAX(end, fine_ceil(cache->banks[i].free));
    return end;
}

CacheStats cache_stats(const Cache *cache)
{
    const FrontLine *line = &cache->front.line;
    CacheStats stats = cache->stats;

    stats.reads += line->reads;
    stats.writes += line->writes;
    stats.hits += line->reads + line->writes;
    stats.mshr_merges += line->merges;
    if (cache->watch)
        watch_add_present(cache, &stats.used);
    return stats;
}

void cache_stats_add(CacheStats *sum, const CacheStats *stats)
{
    sum->reads += stats->reads;
    sum->writes += stats->writes;
    sum->hits += stats->hits;
    sum->read_misses += stats->read_misses;
    sum->write_misses += stats->write_misses;
    sum->sector_misses += stats->sector_misses;
    sum->writebacks += stats->writebacks;
    sum->fetches += stats->fetches;
    sum->passed += stats->passed;
    sum->passed_bytes += stats->passed_bytes;
    sum->mshr_merges += stats->mshr_merges;
    sum->back_invalidations += stats->back_invalidations;
    sum->dirty_invalidations += stats->dirty_invalidations;
    sum->victims += stats->victims;
    sum->given += stats->given;
    sum->kinds.compulsory += stats->kinds.compulsory;
    sum->kinds.capacity += stats->kinds.capacity;
    sum->kinds.conflict += stats->kinds.conflict;
    sum->used.bytes += stats->used.bytes;
    for (uint32_t i = 0; i <= USED_STEPS; i++)
        sum->used.lines[i] += stats->used.lines[i];
    sum->prefetches += stats->prefetches;
    sum->useful_prefetches += stats->useful_prefetches;
    sum->late_prefetches += stats->late_prefetches;
    sum->useless_prefetches += stats->useless_prefetches;
    sum->dropped_prefetches += stats->dropped_prefetches;
    sum->prefetch_reads += stats->prefetch_reads;
    sum->prefetch_misses += stats->prefetch_misses;
}

void cache_reset_stats(Cache *cache)
{
    cache->stats = (CacheStats){ 0 };
    if (cache->watch)
        watch_reset(cache->watch, &cache->tags);
    cache->front.line.reads = cache->front.line.writes = cache->front.line.merges = 0;
}
