/*
 * parts - building and wiring the components of one point.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/parts.h"

#include <assert.h>
#include <math.h>

#include "analytic/analytic.h"
#include "base/cpu.h"
#include "workload/nest_threads.h"

/* Seeds of components, derived from the point's. */
enum { SEED_MEMORY = 1000, SEED_CACHES = 2000, SEED_PAGES = 4000 };

static const MachineSpec *machine_of(const Parts *parts)
{
    return parts->point->machine;
}

uint32_t parts_active_cores(const PointSpec *point)
{
    const uint32_t wanted = point->workload->cores;

    return wanted == 0 || wanted > point->machine->cores ? point->machine->cores : wanted;
}

/* Whether other cores than its own can change what an instance holds. */
static bool touched_by_others(const MachineSpec *machine, uint32_t level)
{
    bool touched = machine_cores_per_instance(machine, level) > 1;

    for (uint32_t below = level + 1; below < machine->n_caches; below++)
        touched = touched || (machine_cores_per_instance(machine, below) > 1 &&
                              machine->caches[below].inclusion == CACHE_INCLUSIVE);
    return touched;
}

static void init_level(Parts *parts, uint32_t level, bool count_only)
{
    const MachineSpec *machine = machine_of(parts);
    Level *at = &parts->levels[level];
    const uint32_t next = machine_below(machine, level);
    const Level *below = next < parts->n_levels ? &parts->levels[next] : NULL;

    at->cores_each = machine_cores_per_instance(machine, level);
    at->n_instances = (parts->n_cores + at->cores_each - 1) / at->cores_each;
    at->instances = g_new0(Cache, at->n_instances);
    for (uint32_t i = 0; i < at->n_instances; i++) {
        const uint32_t under = below ? i * at->cores_each / below->cores_each : 0;
        const CacheWiring wiring = {
            .config = &machine->caches[level],
            .level = (uint8_t)machine_level(machine, level),
            .levels = (uint8_t)machine_level(machine, parts->n_levels),
            .above_latency_fs = machine_latency_above(machine, level),
            .level_latency_fs = machine_latency_above(machine, next),
            .shared = parts->n_cores > 1 && touched_by_others(machine, level),
            .seed = rng_derive(rng_derive(parts->point->workload->seed, SEED_CACHES + level), i),
            .sim = &parts->sim,
            .pool = count_only ? NULL : &parts->pool,
            .below = below ? &below->instances[under] : NULL,
            .memory = &parts->memory->port,
            .prefetches = parts->prefetching ? &parts->prefetches : NULL,
            .nontemporal = workload_is_nontemporal(parts->point->workload),
        };
        cache_init(&at->instances[i], &wiring);
    }
}

static void add_leaves(GPtrArray *leaves, const WorkloadSpec *workload)
{
    if (workload_is_leaf(workload) && !g_ptr_array_find(leaves, workload, NULL))
        g_ptr_array_add(leaves, (void *)workload);
    for (uint32_t i = 0; i < workload->n_parts; i++)
        add_leaves(leaves, workload->parts[i]);
}

/* Of the scratchpad of a core: rows of its banks a second; 0: they take no time. */
static double scratch_rows_per_s(const MachineSpec *machine)
{
    const ComputeConfig *compute = &machine->compute;

    return machine->timing ? compute->scratch_B_per_s /
                                 ((double)compute->scratch_banks * compute->scratch_bank_bytes)
                           : 0;
}

/* Its cost is that of the scratchpad, until that of operations is known, too. */
static void add_stream(GArray *streams, GArray *flops, const WorkloadSpec *spec,
                       const ProgStream *made, double rows_per_s)
{
    const bool chase = spec->kind == WORKLOAD_PATTERN && gen_dependent(&spec->pattern);
    const Stream stream = { .dependent = spec->dependent || chase,
                            .split_lines = spec->split_lines,
                            .nontemporal = spec->nontemporal,
                            .computes = made->computes,
                            .slot_bytes = made->slot_bytes,
                            .cost_per_byte =
                                rows_per_s > 0 ? fine_cost(made->rows_per_byte, rows_per_s) : 0 };

    g_array_append_val(streams, stream);
    g_array_append_val(flops, made->flops_per_byte);
}

/* Blocks of threads that a window of so many slots has room for, as a GPU keeps up to 32 on a core: CUDA C++ Programming
 * Guide, compute capabilities.  Where the nest says how a loop is dealt its blocks go one after the other. */
static uint32_t resident_blocks(const NestProgram *program, uint32_t window)
{
    uint32_t threads = 0;

    for (uint32_t i = 0; i < program->n_loops; i++) {
        const ProgLoop *loop = &program->loops[i];

        if (loop->deal != DEAL_NONE && loop->deal != DEAL_GRID)
            return 1;
        threads = MAX(threads, loop->block_threads);
    }
    return program->turns && threads > 0 ? CLAMP(window / threads, 1, 32) : 1;
}

/* What a leaf becomes, and its streams: one, or those of its program. */
static void init_leaf(Leaf *leaf, const WorkloadSpec *spec, const MachineSpec *machine,
                      GArray *streams, GArray *flops)
{
    const ComputeConfig *compute = &machine->compute;
    const ScratchBanks banks = { compute->scratch_banks, compute->scratch_bank_bytes };
    const double rows_per_s = scratch_rows_per_s(machine);

    assert(streams->len <= UINT16_MAX && "streams have 16 bits");
    *leaf = (Leaf){ .spec = spec, .first_stream = (uint16_t)streams->len };
    if (spec->kind != WORKLOAD_NEST) {
        if (spec->kind == WORKLOAD_PATTERN)
            leaf->table = gen_table_new(&spec->pattern);
        add_stream(streams, flops, spec, &(ProgStream){ .flops_per_byte = spec->flops_per_byte },
                   0);
        return;
    }
    Nest *nest = nest_for_threads(spec->nest.nest, compute->warp, compute->deal == DEAL_BLOCKS);

    leaf->program = nestprogram_new(nest, spec->nest.bases, rows_per_s > 0 ? &banks : NULL);
    leaf->program->tells_blocks = machine->timing && compute->block_launch_fs > 0;
    leaf->program->resident = resident_blocks(leaf->program, compute->window);
    nest_unref(nest);
    for (uint32_t i = 0; i < leaf->program->n_streams; i++)
        add_stream(streams, flops, spec, &leaf->program->streams[i], rows_per_s);
}

/* Operations and what they need of the scratchpad go on side by side. */
static void set_cost(Stream *stream, FineTime operations)
{
    const FineTime scratch = stream->cost_per_byte;

    stream->cost_per_byte = MAX(scratch, operations);
    stream->scratch_per_byte = stream->cost_per_byte - operations;
}

static void init_streams(Parts *parts, double peak_flop_per_s)
{
    g_autoptr(GPtrArray) leaves = g_ptr_array_new();
    GArray *streams = g_array_new(FALSE, FALSE, sizeof(Stream));
    GArray *flops = g_array_new(FALSE, FALSE, sizeof(double));

    add_leaves(leaves, parts->point->workload);
    parts->n_leaves = leaves->len;
    parts->leaves = g_new0(Leaf, leaves->len);
    for (uint32_t i = 0; i < leaves->len; i++)
        init_leaf(&parts->leaves[i], leaves->pdata[i], machine_of(parts), streams, flops);
    parts->n_streams = streams->len;
    parts->streams = (Stream *)(void *)g_array_free(streams, FALSE);
    parts->flops_per_byte = (double *)(void *)g_array_free(flops, FALSE);
    for (uint32_t i = 0; i < parts->n_streams; i++)
        parts->streams[i].nontemporal = parts->streams[i].nontemporal && parts->combines;
    for (uint32_t i = 0; i < parts->n_streams; i++)
        set_cost(&parts->streams[i],
                 isinf(peak_flop_per_s)
                     ? 0
                     : fine_scale(fine_cost(parts->flops_per_byte[i], peak_flop_per_s),
                                  machine_of(parts)->cores));
}

const Leaf *parts_leaf(const Parts *parts, const WorkloadSpec *spec)
{
    uint32_t i = 0;

    while (i < parts->n_leaves && parts->leaves[i].spec != spec)
        i++;
    assert(i < parts->n_leaves && "a leaf of the workload");
    return &parts->leaves[i];
}

/* The first cache for an op. */
static const Level *first_cache(const Parts *parts, AccessOp op)
{
    const MachineSpec *machine = machine_of(parts);
    const CacheHolds wanted = op == ACCESS_FETCH ? CACHE_HOLDS_INSTRUCTIONS : CACHE_HOLDS_DATA;

    return &parts->levels[machine_is_split(machine) && machine->caches[1].holds == wanted];
}

/* Whether the caches can be counted in the flat way: all of what a machine can have is looked at here and in flat_fits. */
static bool machine_is_plain(const MachineSpec *machine)
{
    bool plain = machine->n_caches > 0 && !machine_is_split(machine) && !machine->tlb.present;

    for (uint32_t i = 0; plain && i < machine->n_caches; i++)
        plain = flat_fits(&machine->caches[i], i == 0);
    return plain;
}

static void init_flat(Parts *parts)
{
    GPtrArray *caches = g_ptr_array_new();

    for (uint32_t level = 0; level < parts->n_levels; level++)
        for (uint32_t i = 0; i < parts->levels[level].n_instances; i++)
            g_ptr_array_add(caches, &parts->levels[level].instances[i]);
    parts->flat = flat_new((Cache *const *)caches->pdata, caches->len, cpu_vectors());
    g_ptr_array_unref(caches);
}

/* Where core's accesses go by an op, with physical addresses. */
static Front *real_front(Parts *parts, uint32_t core, AccessOp op)
{
    if (parts->n_levels == 0)
        return &parts->directs[core].front;
    if (op == ACCESS_WRITE_PAST && parts->combines)
        return &parts->combines[core].front;
    const Level *first = first_cache(parts, op);

    Cache *cache = &first->instances[core / first->cores_each];

    return parts->flat ? flat_front(parts->flat, cache) : &cache->front;
}

Front *parts_front(Parts *parts, uint32_t core, AccessOp op)
{
    if (parts->probe)
        return &parts->probe->front;
    return parts->tlbs ? &parts->tlbs[core].fronts[op].front : real_front(parts, core, op);
}

static void init_tlbs(Parts *parts)
{
    const MachineSpec *machine = machine_of(parts);
    const uint64_t seed = rng_derive(parts->point->workload->seed, SEED_PAGES);

    parts->tlbs = g_new0(Tlb, parts->n_cores);
    for (uint32_t i = 0; i < parts->n_cores; i++) {
        tlb_init(&parts->tlbs[i], &machine->tlb, machine_largest_way_bytes(machine), seed);
        for (int op = 0; op < ACCESS_OPS; op++)
            tlb_connect(&parts->tlbs[i], (AccessOp)op, real_front(parts, i, (AccessOp)op));
    }
}

static void init_directs(Parts *parts)
{
    parts->directs = g_new0(DirectFront, parts->n_cores);
    for (uint32_t i = 0; i < parts->n_cores; i++)
        directfront_init(&parts->directs[i], &parts->memory->port, &parts->pool);
}

static void init_combines(Parts *parts, bool count_only)
{
    const MachineSpec *machine = machine_of(parts);
    const Level *first = first_cache(parts, ACCESS_WRITE);

    parts->combines = g_new0(Combine, parts->n_cores);
    for (uint32_t i = 0; i < parts->n_cores; i++) {
        const CombineWiring wiring = {
            .first = &first->instances[i / first->cores_each],
            .memory = &parts->memory->port,
            .pool = count_only ? NULL : &parts->pool,
            .levels = (uint8_t)machine_level(machine, machine->n_caches),
            .n_lines = machine->compute.write_combining,
        };
        combine_init(&parts->combines[i], &wiring);
    }
}

static bool some_program_tells_blocks(const Parts *parts)
{
    bool some = false;

    for (uint32_t i = 0; i < parts->n_leaves; i++)
        some = some || (parts->leaves[i].program && parts->leaves[i].program->tells_blocks);
    return some;
}

static void init_cores(Parts *parts)
{
    const ComputeConfig *compute = &machine_of(parts)->compute;
    const CoreConfig config = { .clock_Hz = compute->clock_Hz,
                                .issue = compute->issue,
                                .window = compute->window,
                                .block_launch_fs =
                                    some_program_tells_blocks(parts) ? compute->block_launch_fs : 0,
                                .overlap = compute->overlap,
                                .streams = parts->streams,
                                .n_streams = parts->n_streams };

    parts->cores = g_new0(Core *, parts->n_cores);
    for (uint32_t i = 0; i < parts->n_cores; i++) {
        parts->cores[i] = core_new(&config, parts_front(parts, i, ACCESS_READ), &parts->sim);
        for (uint32_t op = ACCESS_READ + 1; op < ACCESS_OPS; op++)
            core_set_front(parts->cores[i], op, parts_front(parts, i, op));
    }
}

/* The closed form cannot tell what a trace asks for, nor a large nest that only enumeration would count, nor what is left of
 * a mix or a nest behind so many accesses of warm-up. */
static bool only_a_run_can_tell(const WorkloadSpec *workload)
{
    if (workload_has(workload, WORKLOAD_TRACE))
        return true;
    if (workload->warmup_accesses > 0 && workload->kind != WORKLOAD_PATTERN)
        return true;
    return workload_has(workload, WORKLOAD_NEST) &&
           isnan(analytic_demand(workload).compulsory_bytes);
}

void parts_init(Parts *parts, const PointSpec *point, double peak_flop_per_s, bool count_only)
{
    const MachineSpec *machine = point->machine;
    const uint32_t n_levels = machine->n_caches;

    *parts = (Parts){ .point = point, .n_levels = n_levels, .n_cores = parts_active_cores(point) };
    sim_init(&parts->sim);
    reqpool_init(&parts->pool, n_levels);
    parts->memory = memory_new(&machine->memory, machine_latency_above(machine, n_levels),
                               rng_derive(point->workload->seed, SEED_MEMORY), &parts->sim);
    parts->levels = g_new0(Level, n_levels);
    parts->prefetching = machine_prefetches_above(machine, n_levels);
    if (parts->prefetching)
        prefetchqueue_init(&parts->prefetches);
    for (uint32_t level = n_levels; level-- > 0;)
        init_level(parts, level, count_only);
    if (n_levels == 0)
        init_directs(parts);
    if (n_levels > 0 && workload_is_nontemporal(point->workload))
        init_combines(parts, count_only);
    else if (count_only && machine_is_plain(machine))
        init_flat(parts);
    if (machine->tlb.present)
        init_tlbs(parts);
    init_streams(parts, peak_flop_per_s);
    init_cores(parts);
    if (only_a_run_can_tell(point->workload))
        parts->footprint = footprint_new();
}

void parts_init_probe(Parts *parts, const PointSpec *point, Probe *probe)
{
    *parts = (Parts){ .point = point, .n_cores = parts_active_cores(point), .probe = probe };
    sim_init(&parts->sim);
    reqpool_init(&parts->pool, 0);
    init_streams(parts, INFINITY);
    init_cores(parts);
}

void parts_clear(Parts *parts)
{
    for (uint32_t i = 0; i < parts->n_cores; i++)
        core_free(parts->cores[i]);
    g_free(parts->cores);
    for (uint32_t i = 0; parts->directs && i < parts->n_cores; i++)
        g_free(parts->directs[i].tally.counts);
    g_free(parts->directs);
    for (uint32_t i = 0; parts->combines && i < parts->n_cores; i++)
        combine_clear(&parts->combines[i]);
    g_free(parts->combines);
    flat_free(parts->flat);
    for (uint32_t level = 0; level < parts->n_levels; level++) {
        for (uint32_t i = 0; i < parts->levels[level].n_instances; i++)
            cache_clear(&parts->levels[level].instances[i]);
        g_free(parts->levels[level].instances);
    }
    g_free(parts->levels);
    for (uint32_t i = 0; parts->tlbs && i < parts->n_cores; i++)
        tlb_clear(&parts->tlbs[i]);
    g_free(parts->tlbs);
    if (parts->prefetching)
        prefetchqueue_clear(&parts->prefetches);
    for (uint32_t i = 0; i < parts->n_leaves; i++) {
        g_free(parts->leaves[i].table);
        nestprogram_free(parts->leaves[i].program);
    }
    g_free(parts->leaves);
    g_free(parts->streams);
    g_free(parts->flops_per_byte);
    memory_free(parts->memory);
    footprint_free(parts->footprint);
    regions_free(parts->regions);
    reqpool_clear(&parts->pool);
    sim_clear(&parts->sim);
}

Tick parts_drained(const Parts *parts)
{
    Tick end = parts->memory->end_fs;

    for (uint32_t i = 0; i < parts->n_cores; i++)
        end = MAX(end, core_end(parts->cores[i]));
    for (uint32_t level = 0; level < parts->n_levels; level++)
        for (uint32_t i = 0; i < parts->levels[level].n_instances; i++)
            end = MAX(end, cache_drained(&parts->levels[level].instances[i]));
    return end;
}
