/*
 * rig - a small machine to try things on.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "rig.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

static MemoryConfig simple_memory(double bandwidth_B_per_s, Tick latency_fs)
{
    return (MemoryConfig){ .type = MEMORY_SIMPLE,
                           .simple = { .channels = 1,
                                       .bandwidth_B_per_s = bandwidth_B_per_s,
                                       .latency_fs = latency_fs,
                                       .interleave_bytes = 256 } };
}

MachineSpec *rig_machine(void)
{
    MachineSpec *machine = g_new0(MachineSpec, 1);

    machine->cores = 1;
    machine->compute.peaks = g_new0(Peak, 1);
    machine->compute.n_peaks = 1;
    machine->compute.peaks[0].flop_per_s = 10e9;
    machine->compute.clock_Hz = 1e9;
    machine->compute.window = 16;
    machine->compute.warp = 1;
    machine->compute.write_combining = 10;
    machine->compute.overlap = true;
    machine->timing = true;
    machine->caches = g_new0(CacheConfig, RIG_CACHES_MAX);
    machine->memory = simple_memory(1e12, 0);
    return machine;
}

void rig_init(Rig *rig)
{
    *rig =
        (Rig){ .point = { .machine = rig_machine(), .workload = workload_new(WORKLOAD_PATTERN) } };
    rig_pattern(rig, GEN_SEQUENTIAL, 1 << 20, 8);
}

void rig_again(Rig *rig)
{
    if (rig->built)
        parts_clear(&rig->parts);
    rig->built = false;
}

void rig_clear(Rig *rig)
{
    rig_again(rig);
    machine_free(rig->point.machine);
    workload_unref(rig->point.workload);
}

CacheConfig *rig_cache(Rig *rig, uint64_t size_bytes, uint32_t line_bytes, uint32_t ways)
{
    MachineSpec *machine = rig->point.machine;
    CacheConfig *cache = &machine->caches[machine->n_caches++];

    g_assert(machine->n_caches <= RIG_CACHES_MAX);
    *cache = (CacheConfig){ .name = g_strdup_printf("L%u", machine->n_caches),
                            .size_bytes = size_bytes,
                            .line_bytes = line_bytes,
                            .ways = ways,
                            .allocate = true,
                            .banks = 1,
                            .mshrs = 16,
                            .cores_per_instance = 1 };
    return cache;
}

SimpleConfig *rig_simple(Rig *rig, double bandwidth_B_per_s, Tick latency_fs)
{
    rig->point.machine->memory = simple_memory(bandwidth_B_per_s, latency_fs);
    return &rig->point.machine->memory.simple;
}

TwoTierConfig *rig_two_tier(Rig *rig, double fast_B_per_s, double slow_B_per_s, double hit_rate)
{
    MemoryConfig *memory = &rig->point.machine->memory;

    *memory = (MemoryConfig){ .type = MEMORY_TWO_TIER };
    memory->two_tier = (TwoTierConfig){ .fast_B_per_s = fast_B_per_s,
                                        .slow_B_per_s = slow_B_per_s,
                                        .hit_rate = hit_rate };
    return &memory->two_tier;
}

PatternConfig *rig_pattern(Rig *rig, uint32_t pattern, uint64_t footprint_bytes,
                           uint32_t size_bytes)
{
    WorkloadSpec *workload = rig->point.workload;

    workload->split_lines = true;
    workload->pattern = (PatternConfig){ .pattern = pattern,
                                         .footprint_bytes = footprint_bytes,
                                         .size_bytes = size_bytes,
                                         .stride_bytes = size_bytes,
                                         .exponent = 0.99,
                                         .seed = 1 };
    return &workload->pattern;
}

void rig_build(Rig *rig, bool time)
{
    const double peak = machine_peak(rig->point.machine, NULL, NULL);

    if (rig->built)
        return;
    parts_init(&rig->parts, &rig->point, peak, !time);
    rig->built = true;
}

WorkloadSpec *rig_workload(uint32_t pattern, uint64_t footprint, uint64_t accesses, uint32_t size)
{
    WorkloadSpec *workload = workload_new(WORKLOAD_PATTERN);

    workload->pattern.pattern = pattern;
    workload->pattern.footprint_bytes = footprint;
    workload->pattern.accesses = accesses;
    workload->pattern.size_bytes = size;
    return workload;
}

void rig_is_refused(const Rig *rig, const char *message)
{
    g_autoptr(GError) error = NULL;

    CU_ASSERT_FALSE(machine_check(rig->point.machine, &error));
    CU_ASSERT_PTR_NOT_NULL_FATAL(error);
    if (g_pattern_match_simple(message, error->message))
        return;
    fprintf(stderr, "# got      %s\n# expected %s\n", error->message, message);
    CU_FAIL("another message");
}

void rig_watch(Rig *rig, Regions *regions, bool time)
{
    rig_build(rig, time);
    parts_watch_used(&rig->parts);
    parts_watch_arrays(&rig->parts, regions);
}

static void check_error(GError *error)
{
    if (error) {
        g_printerr("# %s\n", error->message);
        CU_FAIL("the run succeeds");
        g_error_free(error);
    }
}

Tick rig_run(Rig *rig)
{
    GError *error = NULL;

    rig_build(rig, true);
    phases_run(&rig->parts, &rig->times, &error);
    check_error(error);
    return rig->times.end_fs - rig->times.start_fs;
}

void rig_count(Rig *rig)
{
    GError *error = NULL;

    rig_build(rig, false);
    phases_count(&rig->parts, &error);
    check_error(error);
}

static Tick finish(Rig *rig)
{
    const Tick drained = parts_drained(&rig->parts);
    Tick end = drained;

    for (uint32_t i = 0; i < rig->parts.n_cores; i++) {
        const Tick core = core_finish(rig->parts.cores[i], drained);

        CU_ASSERT_PTR_NULL(core_error(rig->parts.cores[i]));
        end = MAX(end, core);
    }
    return end;
}

Tick rig_run_sources(Rig *rig, AccessSource *const *sources)
{
    rig_build(rig, true);
    rig->times.start_fs = rig->times.end_fs;
    for (uint32_t i = 0; i < rig->parts.n_cores; i++)
        core_start(rig->parts.cores[i], sources[i], rig->times.start_fs);
    while (sim_step(&rig->parts.sim)) {
    }
    rig->times.end_fs = finish(rig);
    return rig->times.end_fs - rig->times.start_fs;
}

void rig_count_sources(Rig *rig, AccessSource *const *sources)
{
    rig_build(rig, false);
    for (uint32_t i = 0; i < rig->parts.n_cores; i++) {
        core_count_start(rig->parts.cores[i], sources[i]);
        CU_ASSERT(!core_count(rig->parts.cores[i], UINT64_MAX) && !core_error(rig->parts.cores[i]));
    }
}

CacheStats rig_level(const Rig *rig, uint32_t level)
{
    return parts_level_stats(&rig->parts, level);
}

MemoryStats rig_memory(const Rig *rig)
{
    return rig->parts.memory->stats;
}

uint64_t rig_dirty_lines(const Rig *rig, uint32_t level)
{
    const Level *at = &rig->parts.levels[level];
    uint64_t sum = 0;

    if (rig->parts.flat)
        flat_leave(rig->parts.flat);
    for (uint32_t i = 0; i < at->n_instances; i++)
        sum += tags_dirty_lines(&at->instances[i].tags);
    return sum;
}

uint64_t rig_misses(const CacheStats *stats)
{
    return stats->read_misses + stats->write_misses;
}

uint64_t rig_accesses(const CacheStats *stats)
{
    return stats->reads + stats->writes;
}

typedef struct {
    AccessSource source;
    const Access *accesses;
    size_t left, batch;
} ArraySource;

static bool array_next(AccessSource *source, Batch *batch, GError **error)
{
    ArraySource *array = (ArraySource *)source;

    (void)error;
    batch->count = MIN(array->left, array->batch);
    if (batch->count == 0)
        return false;
    memcpy(batch->access, array->accesses, batch->count * sizeof *batch->access);
    array->accesses += batch->count;
    array->left -= batch->count;
    return true;
}

static void array_free(AccessSource *source)
{
    g_free(source);
}

AccessSource *rig_source(const Access *accesses, size_t count, size_t batch)
{
    static const AccessSourceOps ops = { .next = array_next, .free = array_free };
    ArraySource *array = g_new0(ArraySource, 1);

    array->source.ops = &ops;
    array->accesses = accesses;
    array->left = count;
    array->batch = batch && batch < BATCH_MAX ? batch : BATCH_MAX;
    return &array->source;
}

GArray *rig_drain(AccessSource *source)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(Access));
    g_autofree Batch *batch = g_new0(Batch, 1);

    while (source_next(source, batch, NULL)) {
        CU_ASSERT(batch->count > 0 && batch->count <= BATCH_MAX);
        g_array_append_vals(all, batch->access, (guint)batch->count);
    }
    CU_ASSERT(batch->count == 0);
    source_free(source);
    return all;
}
