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

#include "dram/dram.h"
#include "random_point.h"
#include "random_trial.h"
#include "rig.h"
#include "row_values.h"
#include "system/system.h"

__extension__ typedef unsigned __int128 Wide;

enum { SPECS = RIG_ROUNDS(2500, 600) };

/* ---- what must hold ---- */

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
    }
}

static void trial_run(Trial *trial, const PointSpec *point, bool count)
{
    GError *error = NULL;

    *trial = (Trial){ .point = point, .good = true };
    parts_init(&trial->parts, point, point->machine->compute.peaks[0].flop_per_s, count);
    if (count)
        trial_need(trial, phases_count(&trial->parts, &error), "counting succeeds");
    else
        trial_need(trial, phases_run(&trial->parts, &trial->times, &error), "the run succeeds");
    g_clear_error(&error);
    trial_need(trial, sim_events(&trial->parts.sim) == 0, "no event is left over");
    if (!count)
        total_cores(trial);
}

/* rate * time >= work, exactly; work in units of 1 / scale. */
static bool at_least(Tick time, double rate, uint64_t work, uint64_t scale)
{
    return (Wide)time * (uint64_t)rate * scale >= (Wide)work * TICKS_PER_SECOND;
}

/* What has been taken is transferred at the end, and the buses have been used for what they can be used for. */
static void check_dram(Trial *trial)
{
    const DramConfig *config = &trial->point->machine->memory.dram;
    const DramReport report = dram_report(trial->parts.memory, trial->times.end_fs);
    const ChannelStats *counts = &report.counts;
    Cycle used = 0;

    for (int use = 0; use < N_BUS_USES; use++)
        used += report.bus_cycles[use];
    trial_need(trial, used == report.cycles * report.n_buses,
               "the uses of the buses are all cycles");
    trial_need(trial,
               report.bus_cycles[USE_DATA] == (counts->reads + counts->writes) * config->timing.BL,
               "a burst keeps its bus for its cycles");
    trial_need(trial,
               counts->row_hits + counts->row_misses + counts->row_conflicts ==
                   counts->reads + counts->writes,
               "every burst hits, misses or conflicts");
    trial_need(trial, trial->parts.memory->port.backlog == 0, "nothing waits at the end");
    trial_need(trial,
               report.read_queue_max <= config->read_queue &&
                   report.write_queue_max <= config->write_queue,
               "no window holds more than its entries");
}

/* time_s >= flops / peak and memory_bytes / bandwidth, to the femtosecond. */
static void check_bounds(Trial *trial)
{
    const MachineSpec *machine = trial->point->machine;
    const MemoryStats *memory = &trial->parts.memory->stats;
    uint64_t flops = 0;

    for (uint32_t core = 0; core < trial->parts.n_cores; core++)
        for (uint32_t leaf = 0; leaf < trial->parts.n_streams; leaf++)
            flops += core_stream_bytes(trial->parts.cores[core], leaf) *
                     (uint64_t)(trial->parts.flops_per_byte[leaf] * RANDOM_FLOPS_STEP);
    trial_need(
        trial,
        at_least(trial_time(trial), machine->compute.peaks[0].flop_per_s, flops, RANDOM_FLOPS_STEP),
        "time is at least flops / peak");
    if (!trial->good)
        return; /* there are no times */
    if (machine->memory.type == MEMORY_DRAM)
        check_dram(trial);
    else
        trial_need(trial,
                   at_least(trial_time(trial), memory_peak_B_per_s(&machine->memory),
                            memory->read_bytes + memory->write_bytes, 1),
                   "time is at least memory bytes / bandwidth");
}

static void check_clocks(Trial *trial)
{
    const Tick time = trial_time(trial);

    for (uint32_t i = 0; i < trial->parts.n_cores; i++) {
        const CoreStats stats = core_stats(trial->parts.cores[i]);

        trial_need(trial, fine_ceil(stats.busy + stats.starved) <= time,
                   "a core is busy or starved no longer than the run takes");
    }
    trial_need(trial, fine_ceil(trial->total.held) <= time,
               "issue is held no longer than the run takes");
    trial_need(trial,
               trial->point->machine->compute.overlap ||
                   (!trial->total.starved && !trial->total.held),
               "without overlap nobody waits for anybody");
    trial_need(trial, trial->total.accesses == trial->total.reads + trial->total.writes,
               "accesses are reads and writes");
}

static uint64_t untouched_lines(const Level *level)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < level->n_instances; i++) {
        const Cache *cache = &level->instances[i];

        for (size_t place = 0; cache->prefetcher && place < cache->tags.sets * cache->tags.ways;
             place++)
            sum += prefetcher_untouched(cache->prefetcher, place);
    }
    return sum;
}

/* What becomes of prefetched lines: without a warm-up, exactly. */
static void check_prefetches(Trial *trial, uint32_t level, const CacheStats *stats)
{
    const WorkloadSpec *workload = trial->point->workload;
    const uint64_t left = untouched_lines(&trial->parts.levels[level]);

    trial_need(trial,
               workload->warmup_pass || workload->warmup_accesses > 0 ||
                   stats->prefetches == stats->useful_prefetches + stats->useless_prefetches + left,
               "a prefetch is useful, useless or still there");
    trial_need(trial, stats->late_prefetches <= stats->useful_prefetches, "what is late is useful");
    trial_need(trial, stats->prefetch_misses <= stats->prefetch_reads,
               "a prefetch misses once a level");
}

/* What a cache, or memory, is sent from above. */
typedef struct {
    uint64_t reads, writes, read_bytes, write_bytes, victims;
} Inflow;

/* Of a workload that only reads and writes. */
static void add_cores(const Trial *trial, Inflow *in)
{
    const MachineSpec *machine = trial->point->machine;
    const bool second = machine_is_split(machine) && machine->caches[1].holds == CACHE_HOLDS_DATA;
    const uint64_t walks = machine->tlb.present ? parts_tlb_stats(&trial->parts).walk_reads : 0;
    const CombineStats past = parts_combine_stats(&trial->parts);
    Inflow *memory = &in[trial->parts.n_levels];

    in[second].reads += trial->total.reads + walks;
    in[second].writes += trial->total.writes - past.accesses;
    memory->writes += past.writes;
    memory->write_bytes += past.bytes;
    if (trial->parts.n_levels == 0)
        memory->read_bytes += trial->total.requested_bytes + TLB_ENTRY_BYTES * walks;
}

static void add_cache(const MachineSpec *machine, uint32_t at, const CacheStats *stats, Inflow *in)
{
    const uint32_t next = machine_below(machine, at);
    const bool given =
        next < machine->n_caches && machine->caches[next].inclusion == CACHE_EXCLUSIVE;
    const uint64_t unit = cache_config_sector(&machine->caches[at]);
    Inflow *below = &in[next];

    below->reads += stats->fetches;
    below->read_bytes += stats->fetches * unit;
    below->writes += stats->passed + (given ? 0 : stats->writebacks);
    below->write_bytes += stats->writebacks * unit + stats->passed_bytes;
    below->victims += stats->given;
}

static void check_level(Trial *trial, uint32_t level, const CacheStats *stats, const Inflow *in)
{
    trial_need(trial,
               stats->reads + stats->prefetch_reads == in->reads && stats->writes == in->writes,
               "a level gets what the one above sends");
    trial_need(trial, stats->victims == in->victims,
               "an exclusive level gets what is given up above");
    trial_need(trial,
               stats->hits + stats->read_misses + stats->write_misses ==
                   stats->reads + stats->writes,
               "hits and misses are all accesses");
    trial_need(trial,
               stats->fetches <= stats->read_misses + stats->write_misses + stats->prefetch_misses +
                                     stats->prefetches,
               "a line is fetched on a miss or by a prefetch");
    check_prefetches(trial, level, stats);
}

/* What a level sends down is what the next one gets. */
static void check_conservation(Trial *trial)
{
    const MemoryStats *memory = &trial->parts.memory->stats;
    const uint32_t n = trial->parts.n_levels;
    Inflow *in = g_new0(Inflow, n + 2);
    const Inflow *last = &in[n];

    add_cores(trial, in);
    for (uint32_t i = 0; i < n; i++) {
        const CacheStats stats = parts_level_stats(&trial->parts, i);

        check_level(trial, i, &stats, &in[i]);
        add_cache(trial->point->machine, i, &stats, in);
    }
    trial_need(trial, memory->reads == last->reads && memory->writes == last->writes,
               "memory gets what is sent down");
    if (n)
        trial_need(trial,
                   memory->read_bytes == last->read_bytes &&
                       memory->write_bytes == last->write_bytes,
                   "every byte that is sent down is moved");
    else
        trial_need(trial, memory->read_bytes + memory->write_bytes == last->read_bytes,
                   "without caches every requested byte is moved");
    g_free(in);
}

static bool same_counts(CacheStats a, CacheStats b)
{
    a.mshr_merges = b.mshr_merges = 0; /* these are about time */
    a.late_prefetches = b.late_prefetches = 0;
    return memcmp(&a, &b, sizeof a) == 0;
}

/* Whether time has a say in what is prefetched: there was no MSHR for it, or the prefetcher learns from arrivals. */
static bool prefetches_by_time(const Trial *trial)
{
    for (uint32_t i = 0; i < trial->parts.n_levels; i++) {
        const PrefetchConfig *prefetch = &trial->point->machine->caches[i].prefetch;

        if (prefetch->type == PREFETCH_NONE)
            continue;
        if (parts_level_stats(&trial->parts, i).dropped_prefetches > 0 ||
            trial->point->workload->warmup_accesses > 0 || trial->point->workload->warmup_pass ||
            prefetch_ops(prefetch->type)->arrived != prefetch_no_arrival)
            return true;
    }
    return false;
}

/* Caches that are counted in the flat way count what they count themselves. */
static void check_flat(Trial *trial, const Trial *counted)
{
    Parts parts;

    if (!counted->parts.flat)
        return;
    parts_init(&parts, trial->point, INFINITY, true);
    parts_leave_flat(&parts);
    trial_need(trial, phases_count(&parts, NULL), "counting succeeds the other way, too");
    for (uint32_t i = 0; i < parts.n_levels; i++)
        trial_need(trial,
                   same_counts(parts_level_stats(&parts, i), parts_level_stats(&counted->parts, i)),
                   "flat caches count the same");
    parts_clear(&parts);
}

/* For one core the counts of every level are those of a run without time, where time does not decide on prefetches. */
static void check_untimed(Trial *trial)
{
    Trial counted;

    trial_run(&counted, trial->point, true);
    total_cores(&counted);
    trial_need(trial, counted.total.accesses == trial->total.accesses,
               "every access is made: the events did not stop early");
    if (trial->parts.n_cores == 1 && !prefetches_by_time(trial))
        for (uint32_t i = 0; i < trial->parts.n_levels; i++)
            trial_need(trial,
                       same_counts(parts_level_stats(&trial->parts, i),
                                   parts_level_stats(&counted.parts, i)),
                       "counts do not depend on time");
    const CombineStats with_time = parts_combine_stats(&trial->parts);
    const CombineStats without = parts_combine_stats(&counted.parts);

    trial_need(trial,
               trial->parts.n_cores > 1 || prefetches_by_time(trial) ||
                   memcmp(&with_time, &without, sizeof without) == 0,
               "what is written past the caches does not depend on time");
    check_flat(trial, &counted);
    parts_clear(&counted.parts);
}

/* ---- all of it ---- */

static bool holds_for(const PointSpec *point)
{
    Trial trial;

    trial_run(&trial, point, false);
    check_bounds(&trial);
    check_clocks(&trial);
    check_conservation(&trial);
    check_untimed(&trial);
    trial_check_row(&trial);
    parts_clear(&trial.parts);
    return trial.good;
}

static void what_must_hold_holds_for_random_machines_and_workloads(void)
{
    uint32_t failed = 0;

    for (uint64_t i = 0; i < SPECS; i++) {
        Rng rng = { .state = rng_at(20260, i) };
        PointSpec *point = random_point(&rng);

        random_tlb(&rng, point->machine);
        failed += !holds_for(point);
        point_free(point);
    }
    CU_ASSERT_EQUAL(failed, 0);
}

/* Make everything as slow as the fields allow. */
static void slow_down(Rng *rng, PointSpec *point)
{
    MachineSpec *machine = point->machine;
    MemoryConfig *memory = &machine->memory;

    machine->compute.peaks[0].flop_per_s = PICK(rng, 1e-300, 1, 1000);
    machine->compute.clock_Hz = PICK(rng, 1, 1e9);
    for (uint32_t i = 0; i < machine->n_caches; i++)
        machine->caches[i].bandwidth_B_per_s = PICK(rng, 0, 1, 10);
    if (memory->type == MEMORY_DRAM)
        memory->type = MEMORY_SIMPLE;
    if (memory->type == MEMORY_TWO_TIER)
        memory->two_tier =
            (TwoTierConfig){ 1, PICK(rng, 1, 1e18), 0.5, (Tick)PICK(rng, 1e15, 1e9) };
    else
        memory->simple = (SimpleConfig){ .channels = 3,
                                         .bandwidth_B_per_s = PICK(rng, 1, 5, 1e18),
                                         .latency_fs = (Tick)PICK(rng, 1e15, 1e9),
                                         .interleave_bytes = 1024 };
}

static void a_run_is_in_the_range_of_the_clock_or_an_error(void)
{
    const SystemOptions options = { .memory_time = true };
    uint32_t failed = 0, out_of_range = 0;

    for (uint64_t i = 0; i < SPECS / 4; i++) {
        Rng rng = { .state = rng_at(9, i) };
        PointSpec *point = random_point(&rng);
        GError *error = NULL;

        slow_down(&rng, point);
        Row *row = system_run(point, &options, &error);

        out_of_range += error && strstr(error->message, "range of the clock");
        failed += !row == !error || (row && !(row_number(row, "time_s") < 9224));
        row_free(row);
        g_clear_error(&error);
        point_free(point);
    }
    CU_ASSERT_EQUAL(failed, 0);
    CU_ASSERT(out_of_range > SPECS / 16);
    CU_ASSERT(out_of_range < SPECS / 4);
}

static CU_TestInfo tests[] = {
    TEST(a_run_is_in_the_range_of_the_clock_or_an_error),
    TEST(what_must_hold_holds_for_random_machines_and_workloads),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_random_specs = { .pName = "random_specs", .pTests = tests };
