/*
 * cache_rig - random hierarchies and random streams. See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache_rig.h"

#include <string.h>

uint32_t cacherig_draw(Rng *rng, uint32_t below)
{
    return (uint32_t)rng_below(rng_next(rng), below);
}

/* One of n numbers. */
static uint32_t pick(Rng *rng, const uint32_t *of, uint32_t n)
{
    return of[cacherig_draw(rng, n)];
}

/* ---- random machines ---- */

/* n_policies 4: random replacement, too, which the model does not have. */
static void add_random_cache(Rig *rig, Rng *rng, uint32_t line, uint32_t n_policies)
{
    static const uint32_t many_ways[] = { 1, 2, 3, 4, 5, 7, 8, 12, 16, 17, 24, 33, 40 };
    static const char *const policies[] = { "lru", "fifo", "plru", "random" };
    uint32_t ways = pick(rng, many_ways, G_N_ELEMENTS(many_ways));
    const uint32_t sets = 1 + cacherig_draw(rng, cacherig_draw(rng, 2) ? 4 : 20);
    CacheConfig *cache = rig_cache(rig, (uint64_t)line * ways * sets, line, ways);
    const char *policy = policies[cacherig_draw(rng, n_policies)];

    if (cacherig_draw(rng, 6) == 0)
        cache->ways = 0;
    while (strcmp(repl_names()[cache->policy], policy) != 0)
        cache->policy++;
    cache->write = cacherig_draw(rng, 3) ? CACHE_WRITE_BACK : CACHE_WRITE_THROUGH;
    cache->allocate = cacherig_draw(rng, 3) > 0;
    cache->index = cacherig_draw(rng, 4) ? CACHE_INDEX_MODULO : CACHE_INDEX_HASH;
    /* mask the power-of-two and the general case alike */
    if (cacherig_draw(rng, 3) == 0 && cache->ways)
        cache->size_bytes = (uint64_t)line * cache->ways * (UINT64_C(1) << cacherig_draw(rng, 5));
}

/* Not inclusive or exclusive of what is not above; only exclusive of lines of its own length. */
static void random_inclusion(MachineSpec *machine, uint32_t at, Rng *rng)
{
    CacheConfig *cache = &machine->caches[at];

    if (machine_level(machine, at) > 0)
        cache->inclusion = cacherig_draw(rng, 3);
    for (uint32_t i = 0; cache->inclusion == CACHE_EXCLUSIVE && i < at; i++)
        if (machine_below(machine, i) == at &&
            (machine->caches[i].line_bytes != cache->line_bytes || machine->caches[i].sector_bytes))
            cache->inclusion = CACHE_INCLUSIVE;
    if (cache->inclusion == CACHE_EXCLUSIVE && cache->sector_bytes)
        cache->inclusion = CACHE_INCLUSIVE;
    for (uint32_t i = 0; cache->inclusion == CACHE_INCLUSIVE && i < at; i++)
        if ((cache->sector_bytes || machine->caches[i].sector_bytes) &&
            cache_config_sector(&machine->caches[i]) != cache_config_sector(cache))
            cache->inclusion = CACHE_NINE;
}

/* From the last level up: some as long as a line, none longer than that of a level below. */
static void random_sectors(MachineSpec *machine, Rng *rng)
{
    uint32_t most = 65536;

    for (uint32_t i = machine->n_caches; i-- > 0;) {
        CacheConfig *cache = &machine->caches[i];
        const uint32_t shift = cacherig_draw(rng, 3) ? cacherig_draw(rng, 4) : 0;

        cache->sector_bytes = MIN(MAX(cache->line_bytes >> shift, 4), most);
        most = cache->sector_bytes;
        if (cache->sector_bytes == cache->line_bytes)
            cache->sector_bytes = 0;
    }
}

void cacherig_hierarchy(Rig *rig, Rng *rng, uint32_t n_policies)
{
    MachineSpec *machine = rig->point.machine;
    uint32_t line = UINT32_C(8) << cacherig_draw(rng, 5);
    const bool split = cacherig_draw(rng, 4) == 0;

    for (uint32_t n = 1 + cacherig_draw(rng, 3) + split; n > 0; n--) {
        add_random_cache(rig, rng, line, n_policies);
        line <<= cacherig_draw(rng, 3) ? 0 : 1 + cacherig_draw(rng, 2);
    }
    if (split) {
        machine->caches[0].holds = CACHE_HOLDS_INSTRUCTIONS + cacherig_draw(rng, 2);
        machine->caches[1].holds =
            CACHE_HOLDS_INSTRUCTIONS + CACHE_HOLDS_DATA - machine->caches[0].holds;
    }
    if (cacherig_draw(rng, 3) == 0)
        random_sectors(machine, rng);
    for (uint32_t i = 0; i < machine->n_caches; i++)
        random_inclusion(machine, i, rng);
}

static void random_levels_timing(MachineSpec *machine, Rng *rng)
{
    const uint32_t line = machine->caches[machine->n_caches - 1].line_bytes;
    Tick latency = 0;

    for (uint32_t i = 0; i < machine->n_caches; i++) {
        CacheConfig *cache = &machine->caches[i];

        latency += cacherig_draw(rng, 3) ? cacherig_draw(rng, 5000000) : 0;
        cache->latency_fs = latency;
        cache->bandwidth_B_per_s =
            cacherig_draw(rng, 2) ? 1e9 + 1e6 * cacherig_draw(rng, 200000) : 0;
        cache->banks = cache->bandwidth_B_per_s > 0 ? 1 + cacherig_draw(rng, 5) : 1;
        cache->mshrs = 1 + cacherig_draw(rng, cacherig_draw(rng, 2) ? 2 : 32);
    }
    if (cacherig_draw(rng, 4) == 0) {
        machine->memory = (MemoryConfig){ .type = MEMORY_TWO_TIER };
        machine->memory.two_tier = (TwoTierConfig){ 50e9, 1e9, rng_unit(rng_next(rng)), latency };
    } else {
        const SimpleConfig simple = { 1 + cacherig_draw(rng, 5),
                                      1e9 + 1e6 * cacherig_draw(rng, 100000),
                                      latency + cacherig_draw(rng, 100000000),
                                      line * (1 + cacherig_draw(rng, 9)) };

        machine->memory = (MemoryConfig){ .type = MEMORY_SIMPLE, .simple = simple };
    }
}

PrefetchConfig cacherig_prefetch(const char *name)
{
    PrefetchConfig config = { .type = 0 };

    while (strcmp(prefetch_names()[config.type], name) != 0)
        config.type++;
    field_defaults(prefetch_fields, &config);
    field_defaults(prefetch_ops(config.type)->fields, &config);
    return config;
}

void cacherig_timing(Rig *rig, Rng *rng)
{
    MachineSpec *machine = rig->point.machine;

    random_levels_timing(machine, rng);
    machine->compute.clock_Hz = 1e8 + 1e6 * cacherig_draw(rng, 5000);
    machine->compute.issue = cacherig_draw(rng, 4);
    machine->compute.window = cacherig_draw(rng, 3) ? 1 + cacherig_draw(rng, 32) : 0;
    machine->compute.overlap = cacherig_draw(rng, 2);
    rig->point.workload->flops_per_byte =
        cacherig_draw(rng, 3) ? 0 : cacherig_draw(rng, 100) / 10.0;
    rig->point.workload->dependent = cacherig_draw(rng, 5) == 0;
}

/* ---- random streams ---- */

/* The largest cache and a few lines of all. */
uint64_t cacherig_reach(const MachineSpec *machine)
{
    uint64_t most = 64;

    for (uint32_t i = 0; i < machine->n_caches; i++)
        most = MAX(most, machine->caches[i].size_bytes);
    return most;
}

/* Runs, jumps and places that come again; sizes up to a line and, seldom, beyond. */
GArray *cacherig_accesses(const MachineSpec *machine, Rng *rng)
{
    GArray *all = g_array_new(FALSE, TRUE, sizeof(Access));
    const uint32_t line = machine->n_caches ? machine->caches[0].line_bytes : 64;
    const uint64_t span =
        cacherig_reach(machine) * (1 + cacherig_draw(rng, 3)) / (1 + cacherig_draw(rng, 3)) + 1;
    const uint32_t writes = cacherig_draw(rng, 11);
    uint64_t addr = 0;

    for (int i = 0; i < CACHE_ACCESSES; i++) {
        Access access = { .op = ACCESS_READ };
        const uint32_t kind = cacherig_draw(rng, 8);

        if (kind < 3)
            addr = rng_below(rng_next(rng), span);
        else if (kind < 5)
            addr = rng_below(rng_next(rng), span / 4 + 1);
        access.bytes = 1 + cacherig_draw(rng, cacherig_draw(rng, 9) ? line : 3 * line);
        if (cacherig_draw(rng, 4) == 0) { /* a whole line */
            addr -= addr % line;
            access.bytes = line;
        }
        access.addr = UINT64_C(0x12345600) * 64 + addr;
        if (cacherig_draw(rng, 10) < writes)
            access.op = ACCESS_WRITE;
        else if (cacherig_draw(rng, 10) == 0)
            access.op = ACCESS_FETCH;
        g_array_append_val(all, access);
        addr += access.bytes;
    }
    return all;
}

static AccessSource *source_of(const GArray *accesses)
{
    return rig_source((const Access *)(const void *)accesses->data, accesses->len, 0);
}

void cacherig_run(Rig *rig, const GArray *accesses, bool time)
{
    AccessSource *source = source_of(accesses);

    if (time)
        rig_run_sources(rig, &source);
    else
        rig_count_sources(rig, &source);
    source_free(source);
}

/* ---- comparing ---- */

/* All but the merges, which are a matter of time. */
bool cacherig_same_counts(CacheStats a, CacheStats b)
{
    a.mshr_merges = b.mshr_merges = 0;
    return memcmp(&a, &b, sizeof a) == 0;
}

bool cacherig_agrees(const Rig *rig, const CacheModel *model, bool time)
{
    const MemoryStats memory = rig_memory(rig);

    for (uint32_t i = 0; i < model->n_levels; i++)
        if (!cacherig_same_counts(rig_level(rig, i), model->levels[i].stats) ||
            rig_dirty_lines(rig, i) != cachemodel_dirty_lines(model, i))
            return false;
    return !time || memcmp(&memory, &model->memory, sizeof memory) == 0;
}

/* Nothing waits, nothing is on its way, every request has come back to the pool. */
bool cacherig_drained(const Rig *rig)
{
    const Parts *parts = &rig->parts;
    uint64_t home = 0;

    for (uint32_t i = 0; i < parts->n_levels; i++)
        for (uint32_t k = 0; k < parts->levels[i].n_instances; k++) {
            const Cache *cache = &parts->levels[i].instances[k];

            if (cache->mshr.pending || cache->queue_head || cache->mshr_waiters.last)
                return false;
        }
    for (const Req *req = parts->pool.free; req; req = req->next)
        home++;
    return sim_events(&parts->sim) == 0 && home == 64 * (uint64_t)parts->pool.blocks->len;
}

bool cacherig_conserved(const Rig *rig)
{
    const MachineSpec *machine = rig->point.machine;
    const uint32_t n = rig->parts.n_levels;
    uint64_t reads[RIG_CACHES_MAX + 1] = { 0 }, writes[RIG_CACHES_MAX + 1] = { 0 };
    MemoryStats memory = { 0 };
    bool good = true;

    for (uint32_t i = 0; i < n; i++) { /* what stands above i has been seen before */
        const CacheStats at = rig_level(rig, i);
        const uint64_t sector = cache_config_sector(&machine->caches[i]);
        const uint32_t below = machine_below(machine, i);

        good = good && at.hits + at.read_misses + at.write_misses == at.reads + at.writes;
        good = good &&
               (machine_level(machine, i) == 0 || (at.reads == reads[i] && at.writes == writes[i]));
        reads[below] += at.fetches;
        writes[below] += at.passed;
        if (below == n || machine->caches[below].inclusion != CACHE_EXCLUSIVE)
            writes[below] += at.writebacks;
        if (below == n) {
            memory.read_bytes += at.fetches * sector;
            memory.write_bytes += at.writebacks * sector + at.passed_bytes;
        }
    }
    const CombineStats past = parts_combine_stats(&rig->parts);

    memory.reads = reads[n];
    memory.writes = writes[n] + past.writes;
    memory.write_bytes += past.bytes;
    const MemoryStats moved = rig_memory(rig);

    return good && memcmp(&memory, &moved, sizeof memory) == 0;
}
