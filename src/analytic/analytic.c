/*
 * analytic - the roofline of a point and its relatives.
 *
 * SPDX-License-Identifier: MIT
 */
#include "analytic/analytic.h"

#include <math.h>

#include "analytic/demand.h"
#include "base/error.h"

static const double BALANCE = 0.05;

const char *regime_name(Regime regime)
{
    static const char *const names[] = { "memory-bound", "compute-bound", "balanced" };

    return names[regime];
}

Regime analytic_regime(double compute_s, double memory_s)
{
    const double larger = fmax(compute_s, memory_s);

    if (compute_s == memory_s || fabs(compute_s - memory_s) < BALANCE * larger)
        return REGIME_BALANCED;
    return compute_s > memory_s ? REGIME_COMPUTE : REGIME_MEMORY;
}

/* Of two tiers 1 / (h / fast + (1 - h) / slow). */
static double memory_bandwidth(const MemoryConfig *memory)
{
    const TwoTierConfig *tiers = &memory->two_tier;

    if (memory->type != MEMORY_TWO_TIER)
        return memory_peak_B_per_s(memory);
    return 1.0 /
           (tiers->hit_rate / tiers->fast_B_per_s + (1.0 - tiers->hit_rate) / tiers->slow_B_per_s);
}

static double memory_latency_s(const MachineSpec *machine)
{
    const Tick caches_fs = machine_latency_above(machine, machine->n_caches);

    return tick_seconds(memory_latency_fs(&machine->memory, caches_fs));
}

/* What a walk over the tree of parts gathers. */
typedef struct {
    Demand demand;
    double roofline_s, streaming_s;
} Sums;

typedef struct {
    double peak_flop_per_s, bandwidth_B_per_s;
    GHashTable *mentioned; /* of WorkloadSpec *: looked up, never listed */
    NestBytes *touched;    /* by loop nests so far */
    uint32_t mixes;        /* around the part: what comes first in them is drawn */
} Walker;

static void add_demand(Demand *sum, const Demand *part)
{
    sum->accesses += part->accesses;
    sum->reads += part->reads;
    sum->writes += part->writes;
    sum->flops += part->flops;
    sum->requested_bytes += part->requested_bytes;
    sum->compulsory_bytes += part->compulsory_bytes;
}

static double larger_time(const Walker *walker, double flops, double bytes)
{
    return fmax(flops / walker->peak_flop_per_s, bytes / walker->bandwidth_B_per_s);
}

static void roof(const Walker *walker, Sums *sums)
{
    const Demand *demand = &sums->demand;

    if (isnan(demand->compulsory_bytes)) {
        sums->roofline_s = sums->streaming_s = NAN;
        return;
    }
    sums->roofline_s = larger_time(walker, demand->flops, demand->compulsory_bytes);
    sums->streaming_s = larger_time(walker, demand->flops, demand->requested_bytes);
}

static Demand unknown_demand(void)
{
    return (Demand){ NAN, NAN, NAN, NAN, NAN, NAN };
}

static Sums sum_leaf(Walker *walker, const WorkloadSpec *workload)
{
    const bool again = !g_hash_table_add(walker->mentioned, (gpointer)workload);
    Sums sums = { .demand = unknown_demand() };

    if (workload->kind == WORKLOAD_PATTERN)
        sums.demand = demand_of_pattern(&workload->pattern, workload->flops_per_byte, again);
    if (workload->kind == WORKLOAD_NEST)
        sums.demand =
            demand_of_nest(workload->nest.nest, walker->mixes > 0 ? NULL : walker->touched);
    roof(walker, &sums);
    return sums;
}

static Sums sum_parts(Walker *walker, const WorkloadSpec *workload)
{
    Sums sums = { 0 };

    if (workload_is_leaf(workload))
        return sum_leaf(walker, workload);
    walker->mixes += workload->kind == WORKLOAD_MIX;
    for (uint32_t i = 0; i < workload->n_parts; i++) {
        if (workload->flush && i > 0) { /* what a part touches has to come from memory again */
            g_hash_table_remove_all(walker->mentioned);
            nestbytes_forget(walker->touched);
        }
        const Sums part = sum_parts(walker, workload->parts[i]);

        add_demand(&sums.demand, &part.demand);
        sums.roofline_s += part.roofline_s;
        sums.streaming_s += part.streaming_s;
    }
    walker->mixes -= workload->kind == WORKLOAD_MIX;
    if (workload->kind == WORKLOAD_MIX)
        roof(walker, &sums);
    return sums;
}

static Sums sum_workload(const WorkloadSpec *workload, double peak_flop_per_s,
                         double bandwidth_B_per_s)
{
    Walker walker = { .peak_flop_per_s = peak_flop_per_s,
                      .bandwidth_B_per_s = bandwidth_B_per_s,
                      .mentioned = g_hash_table_new(NULL, NULL),
                      .touched = nestbytes_new() };
    const Sums sums = sum_parts(&walker, workload);

    g_hash_table_destroy(walker.mentioned);
    nestbytes_free(walker.touched);
    return sums;
}

Demand analytic_demand(const WorkloadSpec *workload)
{
    return sum_workload(workload, 1.0, 1.0).demand;
}

/* Whether every access of the workload waits for the one before. */
static bool all_dependent(const WorkloadSpec *workload)
{
    if (workload->kind == WORKLOAD_PATTERN)
        return workload->dependent || workload->pattern.pattern == GEN_CHASE;
    if (workload_is_leaf(workload))
        return workload->dependent;
    for (uint32_t i = 0; i < workload->n_parts; i++)
        if (!all_dependent(workload->parts[i]))
            return false;
    return true;
}

/* Requests a second that each open a row of their own: n / tRC over all banks, 4 / tFAW and 1 / tRRD a rank, and no
 * request while all banks are refreshed. */
static double rows_per_s(const DramConfig *config)
{
    const DramTiming *t = &config->timing;
    const double ranks = (double)config->channels * config->pseudo_channels * config->ranks;
    const double banks = (double)config->bank_groups * config->banks;
    const double cycle_s = tick_seconds(config->tCK_fs);
    double per_cycle = banks / t->RC;

    if (t->FAW > 0)
        per_cycle = fmin(per_cycle, 4.0 / t->FAW);
    if (t->RRD_S > 0)
        per_cycle = fmin(per_cycle, 1.0 / t->RRD_S);
    if (config->refresh == REFRESH_ALL_BANK)
        per_cycle *= 1.0 - (double)t->RFC / t->REFI;
    return ranks * per_cycle / cycle_s;
}

/* Bytes that memory moves for a request of size bytes: a line, or sector, of the last cache, a burst of DRAM. */
static double bytes_moved(const MachineSpec *machine, double size)
{
    double moved = size;

    if (machine->n_caches > 0)
        moved = fmax(moved, cache_config_sector(&machine->caches[machine->n_caches - 1]));
    if (machine->memory.type == MEMORY_DRAM)
        moved = fmax(moved, dram_burst_bytes(&machine->memory.dram));
    return moved;
}

static double random_bandwidth(const MachineSpec *machine, const WorkloadSpec *workload,
                               uint32_t cores, const Analytic *analytic)
{
    const double size = analytic->demand.requested_bytes / analytic->demand.accesses;
    const uint32_t window = all_dependent(workload) ? 1 : machine->compute.window;
    double bandwidth = analytic->bandwidth_B_per_s;

    if (isnan(size))
        return NAN;
    bandwidth *= size / bytes_moved(machine, size);
    if (machine->memory.type == MEMORY_DRAM)
        bandwidth = fmin(bandwidth, size * rows_per_s(&machine->memory.dram));
    if (window > 0 && analytic->latency_s > 0.0)
        bandwidth = fmin(bandwidth, (double)cores * window * size / analytic->latency_s);
    return bandwidth;
}

static void set_levels(Analytic *analytic, const MachineSpec *machine, uint32_t cores)
{
    const double intensity = analytic->demand.flops / analytic->demand.requested_bytes;
    const double peak = analytic->peak_flop_per_s;

    analytic->n_levels = machine->n_caches;
    analytic->levels = g_malloc0_n(MAX(machine->n_caches, 1), sizeof *analytic->levels);
    for (uint32_t level = 0; level < machine->n_caches; level++) {
        const uint32_t sharing = machine_cores_per_instance(machine, level);
        const double instances = (double)((cores + sharing - 1) / sharing);
        const double each = machine->caches[level].bandwidth_B_per_s;
        const double bandwidth = each > 0.0 ? each * instances : (double)INFINITY;

        analytic->levels[level].bandwidth_B_per_s = bandwidth;
        analytic->levels[level].ridge_flop_per_B = peak / bandwidth;
        if (isinf(bandwidth))
            analytic->levels[level].attainable_flop_per_s = intensity > 0.0 ? peak : intensity;
        else
            analytic->levels[level].attainable_flop_per_s =
                isnan(intensity) ? (double)NAN : fmin(peak, intensity * bandwidth);
    }
}

/* Everything that follows from demand, peak, bandwidth and latency. */
static void set_times(Analytic *analytic)
{
    const Demand *demand = &analytic->demand;
    const double peak = analytic->peak_flop_per_s;
    const double bandwidth = analytic->bandwidth_B_per_s;

    analytic->ridge_flop_per_B = peak / bandwidth;
    analytic->intensity_flop_per_B = demand->flops / demand->compulsory_bytes;
    analytic->compute_time_s = demand->flops / peak;
    analytic->memory_time_s = demand->compulsory_bytes / bandwidth;
    analytic->serial_time_s =
        analytic->latency_s + analytic->compute_time_s + analytic->memory_time_s;
    if (isnan(analytic->intensity_flop_per_B))
        analytic->attainable_flop_per_s = NAN;
    else
        analytic->attainable_flop_per_s = fmin(peak, analytic->intensity_flop_per_B * bandwidth);
    analytic->regime = analytic_regime(analytic->compute_time_s, analytic->memory_time_s);
}

static void set_roof(Analytic *analytic)
{
    const Walker walker = { .peak_flop_per_s = analytic->peak_flop_per_s,
                            .bandwidth_B_per_s = analytic->bandwidth_B_per_s };
    Sums sums = { .demand = analytic->demand };

    roof(&walker, &sums);
    analytic->roofline_time_s = sums.roofline_s;
    analytic->streaming_time_s = sums.streaming_s;
}

static bool cores_taking_part(const MachineSpec *machine, const WorkloadSpec *workload,
                              uint32_t *cores, GError **error)
{
    if (workload->cores > machine->cores) {
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                    "workload.cores: %u is above the machine's %u", workload->cores,
                    machine->cores);
        return false;
    }
    *cores = workload->cores > 0 ? workload->cores : machine->cores;
    return true;
}

Analytic *analytic_new(const MachineSpec *machine, const WorkloadSpec *workload,
                       const Demand *counted, GError **error)
{
    const double peak = machine_peak(machine, workload->precision, error);
    uint32_t cores = 0;
    Analytic *analytic;

    if (peak <= 0.0 || !cores_taking_part(machine, workload, &cores, error))
        return NULL;
    analytic = g_new0(Analytic, 1);
    analytic->peak_flop_per_s = peak * cores / machine->cores;
    analytic->bandwidth_B_per_s = memory_bandwidth(&machine->memory);
    analytic->latency_s = memory_latency_s(machine);
    if (counted) {
        analytic->demand = *counted;
        set_roof(analytic);
    } else {
        const Sums sums =
            sum_workload(workload, analytic->peak_flop_per_s, analytic->bandwidth_B_per_s);

        analytic->demand = sums.demand;
        analytic->roofline_time_s = sums.roofline_s;
        analytic->streaming_time_s = sums.streaming_s;
    }
    set_times(analytic);
    analytic->random_bandwidth_B_per_s = random_bandwidth(machine, workload, cores, analytic);
    set_levels(analytic, machine, cores);
    return analytic;
}

void analytic_free(Analytic *analytic)
{
    if (!analytic)
        return;
    g_free(analytic->levels);
    g_free(analytic);
}

bool analytic_simple(double flops, double bytes, double peak_flop_per_s, double bandwidth_B_per_s,
                     double latency_s, Analytic *out)
{
    *out = (Analytic){
        .demand = unknown_demand(),
        .peak_flop_per_s = peak_flop_per_s,
        .bandwidth_B_per_s = bandwidth_B_per_s,
        .random_bandwidth_B_per_s = NAN,
        .latency_s = latency_s,
    };
    /* Written so that NAN is refused too. */
    if (!(flops >= 0.0 && bytes >= 0.0 && latency_s >= 0.0 && peak_flop_per_s > 0.0 &&
          bandwidth_B_per_s > 0.0))
        return false;
    out->demand.flops = flops;
    out->demand.requested_bytes = bytes;
    out->demand.compulsory_bytes = bytes;
    set_times(out);
    set_roof(out);
    return true;
}
