/*
 * random_point - random machines and workloads.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "random_point.h"

#include "dram_rig.h"

static uint32_t below(Rng *rng, uint32_t n)
{
    return (uint32_t)rng_below(rng_next(rng), n);
}

static bool chance(Rng *rng, double p)
{
    return rng_unit(rng_next(rng)) < p;
}

/* ---- random machines ---- */

/* Any prefetcher with its defaults but for what is small enough to matter in a short run. */
static PrefetchConfig draw_prefetch(Rng *rng)
{
    PrefetchConfig prefetch = { .type = below(
                                    rng, g_strv_length((char **)(uintptr_t)prefetch_names())) };

    field_defaults(prefetch_fields, &prefetch);
    if (prefetch.type == PREFETCH_NONE)
        return prefetch;
    field_defaults(prefetch_ops(prefetch.type)->fields, &prefetch);
    if (prefetch.degree)
        prefetch.degree = 1 + below(rng, 3);
    if (prefetch.distance)
        prefetch.distance = prefetch.degree + below(rng, 8);
    if (prefetch.streams)
        prefetch.streams = 1 + below(rng, 4);
    if (prefetch.round_max)
        prefetch.round_max = 2;
    prefetch.reserve = below(rng, 3);
    prefetch.boundary_bytes = (uint64_t)PICK(rng, 0, 0, 4096, 1024);
    return prefetch;
}

static CacheConfig draw_cache(Rng *rng, const CacheConfig *above, uint32_t level)
{
    CacheConfig cache = { .name = g_strdup_printf("L%u", level + 1) };
    const uint32_t sets = 1 + below(rng, 24);

    cache.line_bytes = above ? above->line_bytes << below(rng, 2) : 16U << below(rng, 3);
    cache.sector_bytes = chance(rng, 0.3) ? cache.line_bytes >> (1 + below(rng, 2)) : 0;
    cache.ways = 1 + below(rng, 9);
    cache.size_bytes = (uint64_t)sets * cache.ways * cache.line_bytes << 2 * level;
    if (chance(rng, 0.1))
        cache.ways = 0;
    cache.policy = below(rng, g_strv_length((char **)machine_policies()));
    cache.write = chance(rng, 0.7) ? CACHE_WRITE_BACK : CACHE_WRITE_THROUGH;
    cache.allocate = chance(rng, 0.7);
    cache.index = chance(rng, 0.8) ? CACHE_INDEX_MODULO : CACHE_INDEX_HASH;
    cache.latency_fs =
        (above ? above->latency_fs : 0) + (Tick)PICK(rng, 0, 0, 1e6, 2500000, 777777);
    cache.bandwidth_B_per_s = PICK(rng, 0, 0, 64e9, 10e9, 1e9, 3e12);
    cache.banks = cache.bandwidth_B_per_s > 0 ? 1 + below(rng, 4) : 1;
    if (cache.banks > 1 && chance(rng, 0.3))
        cache.bank_bytes = MIN(1U << below(rng, 6), cache.line_bytes);
    if (cache.bandwidth_B_per_s > 0 && chance(rng, 0.2))
        cache.lookups_Hz = PICK(rng, 1e9, 5.64e9, 3e8);
    cache.mshrs = (uint32_t)PICK(rng, 1, 2, 4, 7, 16);
    cache.cores_per_instance = (uint32_t)PICK(rng, 0, 1, 1, 2, 4);
    if (chance(rng, 0.3))
        cache.prefetch = draw_prefetch(rng);
    if (above)
        cache.inclusion = (uint32_t)PICK(rng, CACHE_NINE, CACHE_NINE, CACHE_NINE, CACHE_INCLUSIVE,
                                         CACHE_EXCLUSIVE);
    return cache;
}

/* Of two caches or more, the first two may be the halves of one level. */
static void draw_split(Rng *rng, MachineSpec *machine)
{
    const bool turned = chance(rng, 0.5);

    if (machine->n_caches < 2 || chance(rng, 0.8))
        return;
    machine->caches[turned].holds = CACHE_HOLDS_INSTRUCTIONS;
    machine->caches[!turned].holds = CACHE_HOLDS_DATA;
    machine->caches[1].inclusion = CACHE_NINE;
}

/* A standard's channel with any controller; small queues, so that they are full at times. */
static MemoryConfig draw_dram(Rng *rng)
{
    static const char *const schedulers[] = { NULL, "frfcfs", "fcfs" };
    MemoryConfig memory = { .type = MEMORY_DRAM,
                            .dram = dram_rig_configs[below(rng, N_DRAM_RIGS)]() };
    DramConfig *dram = &memory.dram;

    dram->channels = 1 + below(rng, 4);
    dram->bank_hash = chance(rng, 0.3);
    dram->channel_hash = chance(rng, 0.3);
    dram->interleave_bytes = chance(rng, 0.5) ? 64U << below(rng, 4) : 0;
    dram->scheduler = schedulers[below(rng, 3)];
    dram->row_hit_cap = (uint32_t)PICK(rng, 0, 1, 4);
    dram->page = below(rng, 3);
    dram->page_timeout = dram->page == PAGE_TIMEOUT ? 1 + below(rng, 200) : 0;
    dram->refresh = below(rng, 3);
    dram->refresh_postpone = dram->refresh == REFRESH_NONE ? 0 : below(rng, 5);
    dram->read_queue = (uint32_t)PICK(rng, 1, 2, 5, 32);
    dram->write_queue = (uint32_t)PICK(rng, 1, 2, 5, 32);
    dram->controller_latency_fs = (Tick)PICK(rng, 0, 833000, 5e6);
    dram->latency_fs = (Tick)PICK(rng, 0, 0, 20e6);
    return memory;
}

static MemoryConfig draw_memory(Rng *rng, const CacheConfig *last)
{
    MemoryConfig memory = { .type = chance(rng, 0.7) ? MEMORY_SIMPLE : MEMORY_TWO_TIER };
    if (chance(rng, 0.4))
        return draw_dram(rng);
    const Tick latency = (last ? last->latency_fs : 0) + (Tick)PICK(rng, 0, 5e6, 50e6, 61234567);

    if (memory.type == MEMORY_SIMPLE)
        memory.simple =
            (SimpleConfig){ .channels = 1 + below(rng, 5),
                            .bandwidth_B_per_s = PICK(rng, 1e9, 12.5e9, 25.6e9, 7e9, 2e12, 1e6),
                            .latency_fs = latency,
                            .interleave_bytes = 64U << below(rng, 4) };
    else
        memory.two_tier = (TwoTierConfig){ .fast_B_per_s = PICK(rng, 62.5e9, 9e9),
                                           .slow_B_per_s = PICK(rng, 1.25e9, 9e9),
                                           .hit_rate = PICK(rng, 0, 0.1, 0.5, 0.95, 1),
                                           .latency_fs = latency };
    return memory;
}

static MachineSpec *draw_machine(Rng *rng)
{
    MachineSpec *machine = g_new0(MachineSpec, 1);

    machine->cores = (uint32_t)PICK(rng, 1, 1, 1, 2, 3, 4, 6, 8);
    machine->compute.peaks = g_new0(Peak, 1);
    machine->compute.n_peaks = 1;
    machine->compute.peaks[0].flop_per_s = PICK(rng, 1e9, 10e9, 3e9, 7e8, 19.5e12, 312e12, 1e6);
    machine->compute.clock_Hz = PICK(rng, 1e9, 2e9, 3.3e9, 1e6);
    machine->compute.issue = (uint32_t)PICK(rng, 0, 1, 1, 2, 5);
    machine->compute.window = (uint32_t)PICK(rng, 0, 1, 2, 3, 16, 16, 64);
    machine->compute.overlap = chance(rng, 0.7);
    machine->compute.write_combining = 1 + below(rng, 12);
    machine->compute.warp = chance(rng, 0.3) ? 1 + below(rng, 64) : 1;
    machine->compute.deal = chance(rng, 0.3) ? DEAL_BLOCKS : DEAL_SHARES;
    machine->timing = true;
    machine->n_caches = below(rng, 4);
    machine->caches = g_new0(CacheConfig, machine->n_caches + 1);
    for (uint32_t i = 0; i < machine->n_caches; i++)
        machine->caches[i] = draw_cache(rng, i ? &machine->caches[i - 1] : NULL, i);
    draw_split(rng, machine);
    machine->memory =
        draw_memory(rng, machine->n_caches ? &machine->caches[machine->n_caches - 1] : NULL);
    return machine;
}

/* ---- random workloads ---- */

static WorkloadSpec *draw_pattern(Rng *rng)
{
    WorkloadSpec *workload = workload_new(WORKLOAD_PATTERN);
    PatternConfig *pattern = &workload->pattern;

    pattern->pattern = below(rng, GEN_COUNT);
    pattern->size_bytes = (uint32_t)PICK(rng, 1, 4, 8, 8, 8, 12, 64, 100);
    pattern->footprint_bytes = 300 + below(rng, 1U << (9 + below(rng, 7)));
    pattern->accesses = 100 + below(rng, chance(rng, 0.1) ? 4900 : 900);
    pattern->stride_bytes = pattern->size_bytes + below(rng, 300);
    pattern->exponent = PICK(rng, 0, 0.5, 0.99, 1, 2);
    pattern->write_fraction = PICK(rng, 0, 0, 0.3, 0.5, 1);
    workload->flops_per_byte = PICK(rng, 0, 1, 0.125, 7, 64, 1.0 / RANDOM_FLOPS_STEP);
    workload->dependent = chance(rng, 0.15);
    workload->split_lines = chance(rng, 0.8);
    workload->nontemporal = chance(rng, 0.2);
    return workload;
}

static WorkloadSpec *draw_composed(Rng *rng)
{
    const bool mix = chance(rng, 0.5);
    WorkloadSpec *workload = workload_new(mix ? WORKLOAD_MIX : WORKLOAD_SEQUENCE);

    workload->n_parts = 2 + below(rng, 2);
    workload->parts = g_new0(WorkloadSpec *, workload->n_parts);
    workload->flush = !mix && chance(rng, 0.3);
    workload->weights = mix ? g_new0(double, workload->n_parts) : NULL;
    for (uint32_t i = 0; i < workload->n_parts; i++) {
        workload->parts[i] =
            i && chance(rng, 0.2) ? workload_ref(workload->parts[0]) : draw_pattern(rng);
        if (mix)
            workload->weights[i] = PICK(rng, 0.3, 1, 2);
    }
    return workload;
}

static WorkloadSpec *draw_workload(Rng *rng, uint32_t cores)
{
    WorkloadSpec *workload = chance(rng, 0.7) ? draw_pattern(rng) : draw_composed(rng);

    workload->seed = rng_next(rng) >> 1;
    workload->cores = chance(rng, 0.3) ? 1 + below(rng, cores) : 0;
    workload->warmup_pass = chance(rng, 0.1);
    if (chance(rng, 0.2) && !workload->warmup_pass)
        workload->warmup_accesses = below(rng, 190); /* two parts make 200 accesses at least */
    workload_layout(workload);
    return workload;
}

static void draw_launch(Rng *rng, ComputeConfig *compute)
{
    if (compute->deal == DEAL_BLOCKS && compute->window > 0)
        compute->block_launch_fs = (Tick)PICK(rng, 0, 0, 30e6, 400e6);
}

PointSpec *random_point(Rng *rng)
{
    for (;;) {
        PointSpec *point = g_new0(PointSpec, 1);

        point->machine = draw_machine(rng);
        point->workload = draw_workload(rng, point->machine->cores);
        draw_launch(rng, &point->machine->compute);
        if (machine_check(point->machine, NULL) && workload_check(point->workload, NULL))
            return point;
        point_free(point);
    }
}

void random_tlb(Rng *rng, MachineSpec *machine)
{
    if (!chance(rng, 0.3))
        return;
    machine->tlb = (TlbConfig){ .present = true,
                                .page_bytes = 4096,
                                .pages = below(rng, 3),
                                .walks_caches = chance(rng, 0.5),
                                .walk_fs = (Tick)PICK(rng, 0, 3e6, 50e6),
                                .levels = { { 4, 2, 0 }, { 9, 0, 2000000 } },
                                .n_levels = 1 + below(rng, 2) };
    if (!machine_check(machine, NULL)) /* there are no colours */
        machine->tlb.pages = PAGES_RANDOM;
}
