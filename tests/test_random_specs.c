/*
 * test_random_specs - what must hold for any machine and any workload, tried on some thousands of random ones.
 *
 * Specs that the spec layer refuses are drawn again.  Times are compared as femtoseconds in 128 bits: operations per
 * byte are multiples of 1/1024, rates are whole numbers, so both sides of each inequality are exact.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "rig.h"
#include "system/system.h"

__extension__ typedef unsigned __int128 Wide;

enum { SPECS = 2500, FLOPS_STEP = 1024 };

#define PICK(rng, ...)                                                              \
    (((const double[]){ __VA_ARGS__ })[rng_below(rng_next(rng), G_N_ELEMENTS(((   \
                                                                    const double[]){ __VA_ARGS__ })))])

static uint32_t below(Rng *rng, uint32_t n)
{
    return (uint32_t)rng_below(rng_next(rng), n);
}

static bool chance(Rng *rng, double p)
{
    return rng_unit(rng_next(rng)) < p;
}

/* ---- random machines ---- */

static CacheConfig draw_cache(Rng *rng, const CacheConfig *above, uint32_t level)
{
    CacheConfig cache = { .name = g_strdup_printf("L%u", level + 1) };
    const uint32_t sets = 1 + below(rng, 24);

    cache.line_bytes = above ? above->line_bytes << below(rng, 2) : 16U << below(rng, 3);
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
    cache.mshrs = (uint32_t)PICK(rng, 1, 2, 4, 7, 16);
    cache.cores_per_instance = (uint32_t)PICK(rng, 0, 1, 1, 2, 4);
    return cache;
}

static MemoryConfig draw_memory(Rng *rng, const CacheConfig *last)
{
    MemoryConfig memory = { .type = chance(rng, 0.7) ? MEMORY_SIMPLE : MEMORY_TWO_TIER };
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
    machine->n_caches = below(rng, 4);
    machine->caches = g_new0(CacheConfig, machine->n_caches + 1);
    for (uint32_t i = 0; i < machine->n_caches; i++)
        machine->caches[i] = draw_cache(rng, i ? &machine->caches[i - 1] : NULL, i);
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
    workload->flops_per_byte = PICK(rng, 0, 1, 0.125, 7, 64, 1.0 / FLOPS_STEP);
    workload->dependent = chance(rng, 0.15);
    workload->split_lines = chance(rng, 0.8);
    return workload;
}

static WorkloadSpec *draw_composed(Rng *rng)
{
    const bool mix = chance(rng, 0.5);
    WorkloadSpec *workload = workload_new(mix ? WORKLOAD_MIX : WORKLOAD_SEQUENCE);

    workload->n_parts = 2 + below(rng, 2);
    workload->parts = g_new0(WorkloadSpec *, workload->n_parts);
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
        workload->warmup_accesses = below(rng, 400);
    workload_layout(workload);
    return workload;
}

/* A point that the spec layer takes. */
static PointSpec *draw_point(Rng *rng)
{
    for (;;) {
        PointSpec *point = g_new0(PointSpec, 1);

        point->machine = draw_machine(rng);
        point->workload = draw_workload(rng, point->machine->cores);
        if (machine_check(point->machine, NULL) && workload_check(point->workload, NULL))
            return point;
        point_free(point);
    }
}

/* ---- what must hold ---- */

/* One run of one point, and whether all holds so far. */
typedef struct {
    const PointSpec *point;
    Parts parts;
    RunTimes times;
    CoreStats total; /* counters: sum over the cores; clocks: the largest */
    bool good;
} Trial;

static void need(Trial *trial, bool holds, const char *what)
{
    if (holds)
        return;
    if (trial->good) {
        g_autofree char *text = point_canonical(trial->point);

        g_printerr("# does not hold: %s\n%s\n", what, text);
    }
    trial->good = false;
}

static void total_cores(Trial *trial)
{
    trial->total = (CoreStats){ 0 };
    for (uint32_t i = 0; i < trial->parts.n_cores; i++) {
        const CoreStats stats = core_stats(trial->parts.cores[i]);

        trial->total.accesses += stats.accesses;
        trial->total.reads += stats.reads;
        trial->total.writes += stats.writes;
        trial->total.requested_bytes += stats.requested_bytes;
        trial->total.busy = MAX(trial->total.busy, stats.busy);
        trial->total.starved = MAX(trial->total.starved, stats.starved);
        trial->total.held = MAX(trial->total.held, stats.held);
        need(trial,
             fine_ceil(stats.busy + stats.starved) <= trial->times.end_fs - trial->times.start_fs,
             "a core is busy or starved no longer than the run takes");
    }
}

static void trial_run(Trial *trial, const PointSpec *point, bool count)
{
    GError *error = NULL;

    *trial = (Trial){ .point = point, .good = true };
    parts_init(&trial->parts, point, point->machine->compute.peaks[0].flop_per_s, count);
    if (count)
        need(trial, phases_count(&trial->parts, &error), "counting succeeds");
    else
        need(trial, phases_run(&trial->parts, &trial->times, &error), "the run succeeds");
    g_clear_error(&error);
    need(trial, trial->parts.sim.count == 0, "no event is left over");
    if (!count)
        total_cores(trial);
}

static Tick trial_time(const Trial *trial)
{
    return trial->times.end_fs - trial->times.start_fs;
}

/* rate * time >= work, exactly; work in units of 1 / scale. */
static bool at_least(Tick time, double rate, uint64_t work, uint64_t scale)
{
    return (Wide)time * (uint64_t)rate * scale >= (Wide)work * TICKS_PER_SECOND;
}

/* time_s >= flops / peak and memory_bytes / bandwidth, to the femtosecond. */
static void check_bounds(Trial *trial)
{
    const MachineSpec *machine = trial->point->machine;
    const MemoryStats *memory = &trial->parts.memory->stats;
    uint64_t flops = 0;

    for (uint32_t core = 0; core < trial->parts.n_cores; core++)
        for (uint32_t leaf = 0; leaf < trial->parts.n_leaves; leaf++)
            flops += core_stream_bytes(trial->parts.cores[core], leaf) *
                     (uint64_t)(trial->parts.leaves[leaf]->flops_per_byte * FLOPS_STEP);
    need(trial,
         at_least(trial_time(trial), machine->compute.peaks[0].flop_per_s, flops, FLOPS_STEP),
         "time is at least flops / peak");
    need(trial,
         at_least(trial_time(trial), memory_peak_B_per_s(&machine->memory),
                  memory->read_bytes + memory->write_bytes, 1),
         "time is at least memory bytes / bandwidth");
}

static void check_clocks(Trial *trial)
{
    const Tick time = trial_time(trial);

    need(trial, fine_ceil(trial->total.held) <= time, "issue is held no longer than the run takes");
    need(trial,
         trial->point->machine->compute.overlap || (!trial->total.starved && !trial->total.held),
         "without overlap nobody waits for anybody");
    need(trial, trial->total.accesses == trial->total.reads + trial->total.writes,
         "accesses are reads and writes");
}

/* What a level sends down is what the next one gets. */
static void check_conservation(Trial *trial)
{
    const MachineSpec *machine = trial->point->machine;
    const MemoryStats *memory = &trial->parts.memory->stats;
    uint64_t reads = trial->total.reads, writes = trial->total.writes;
    uint64_t read_bytes = 0, write_bytes = 0;

    for (uint32_t i = 0; i < trial->parts.n_levels; i++) {
        const CacheStats stats = parts_level_stats(&trial->parts, i);
        const uint64_t line = machine->caches[i].line_bytes;

        need(trial, stats.reads == reads && stats.writes == writes,
             "a level gets what the one above sends");
        need(trial,
             stats.hits + stats.read_misses + stats.write_misses == stats.reads + stats.writes,
             "hits and misses are all accesses");
        need(trial, stats.fetches <= stats.read_misses + stats.write_misses,
             "a line is fetched on a miss");
        reads = stats.fetches;
        writes = stats.writebacks + stats.passed;
        read_bytes = stats.fetches * line;
        write_bytes = stats.writebacks * line + stats.passed_bytes;
    }
    need(trial, memory->reads == reads && memory->writes == writes, "memory gets what is sent down");
    if (trial->parts.n_levels)
        need(trial, memory->read_bytes == read_bytes && memory->write_bytes == write_bytes,
             "every byte that is sent down is moved");
    else
        need(trial, memory->read_bytes + memory->write_bytes == trial->total.requested_bytes,
             "without caches every requested byte is moved");
}

static bool same_counts(CacheStats a, CacheStats b)
{
    a.mshr_merges = b.mshr_merges = 0; /* these are about time */
    return memcmp(&a, &b, sizeof a) == 0;
}

/* For one core the counts of every level are those of a run without time. */
static void check_untimed(Trial *trial)
{
    Trial counted;

    trial_run(&counted, trial->point, true);
    total_cores(&counted);
    need(trial, counted.total.accesses == trial->total.accesses,
         "every access is made: the events did not stop early");
    if (trial->parts.n_cores == 1)
        for (uint32_t i = 0; i < trial->parts.n_levels; i++)
            need(trial,
                 same_counts(parts_level_stats(&trial->parts, i), parts_level_stats(&counted.parts, i)),
                 "counts do not depend on time");
    parts_clear(&counted.parts);
}

/* ---- the row ---- */

static double real(const Row *row, const char *name)
{
    const Value *value = row_find(row, name);

    return value->kind == VALUE_COUNT ? (double)value->count : value->real;
}

static const char *regime_of(const Row *row, bool overlap)
{
    const double compute = real(row, overlap ? "issue_held_s" : "compute_busy_s");
    const double memory = overlap ? real(row, "compute_starved_s")
                                  : real(row, "time_s") - real(row, "compute_busy_s");

    if (fabs(compute - memory) < 0.05 * real(row, "time_s"))
        return "balanced";
    return compute > memory ? "compute-bound" : "memory-bound";
}

/* Patterns whose compulsory bytes are no expected value, and read only. */
static bool is_certain(const WorkloadSpec *workload)
{
    const uint32_t pattern = workload->pattern.pattern;

    if (workload->kind == WORKLOAD_MIX || workload->warmup_pass || workload->warmup_accesses > 0)
        return false;
    for (uint32_t i = 0; i < workload->n_parts; i++)
        if (!is_certain(workload->parts[i]))
            return false;
    return workload->kind == WORKLOAD_SEQUENCE ||
           (workload->pattern.write_fraction <= 0 &&
            (pattern == GEN_SEQUENTIAL || pattern == GEN_STRIDED || pattern == GEN_CHASE));
}

static void check_row(Trial *trial, const Row *row)
{
    const bool tiers = trial->point->machine->memory.type == MEMORY_TWO_TIER;
    const double time = real(row, "time_s");

    need(trial, time == tick_seconds(trial_time(trial)), "the row has the time of the run");
    need(trial,
         g_strcmp0(row_find(row, "regime")->text,
                   regime_of(row, trial->point->machine->compute.overlap)) == 0,
         "the regime follows from the columns");
    need(trial, real(row, "compute_busy_s") + real(row, "compute_starved_s") <= time * (1 + 1e-12),
         "busy and starved make up no more than the time");
    need(trial, real(row, "serial_time_s") >= real(row, "roofline_time_s"),
         "serial is above roofline");
    if (!tiers && is_certain(trial->point->workload))
        need(trial, time >= real(row, "roofline_time_s") * (1 - 1e-12),
             "a cold run that only reads is not faster than the roofline");
    if (!tiers)
        need(trial, real(row, "memory_bandwidth_utilization") <= 1 + 1e-12 ||
                        isnan(real(row, "memory_bandwidth_utilization")),
             "no bandwidth above the peak");
}

/* Two rows have the same values, but for the wall clock. */
static bool same_rows(const Row *a, const Row *b)
{
    for (guint i = 0; i < a->values->len; i++) {
        const Value *x = &g_array_index(a->values, Value, i);
        const Value *y = row_find(b, x->name);

        if (g_str_has_prefix(x->name, "wall_"))
            continue;
        if (!y || x->kind != y->kind)
            return false;
        if (x->kind == VALUE_TEXT ? strcmp(x->text, y->text) != 0
                                  : memcmp(&x->real, &y->real, sizeof x->real) != 0)
            return false;
    }
    return a->values->len == b->values->len;
}

static void check_rows(Trial *trial)
{
    const SystemOptions options = { .memory_time = false };
    Row *first = system_run(trial->point, &options, NULL);
    Row *second = system_run(trial->point, &options, NULL);

    need(trial, first && second && same_rows(first, second), "a second run gives the same row");
    if (first)
        check_row(trial, first);
    row_free(first);
    row_free(second);
}

static bool holds_for(const PointSpec *point)
{
    Trial trial;

    trial_run(&trial, point, false);
    check_bounds(&trial);
    check_clocks(&trial);
    check_conservation(&trial);
    check_untimed(&trial);
    check_rows(&trial);
    parts_clear(&trial.parts);
    return trial.good;
}

static void what_must_hold_holds_for_random_machines_and_workloads(void)
{
    uint32_t failed = 0;

    for (uint64_t i = 0; i < SPECS; i++) {
        Rng rng = { .state = rng_at(20260, i) };
        PointSpec *point = draw_point(&rng);

        failed += !holds_for(point);
        point_free(point);
    }
    CU_ASSERT_EQUAL(failed, 0);
}

static CU_TestInfo tests[] = {
    TEST(what_must_hold_holds_for_random_machines_and_workloads),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_random_specs = { .pName = "random_specs", .pTests = tests };
