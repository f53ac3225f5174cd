/*
 * machine - the keys of a machine, and what follows from them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "spec/machine.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/suggest.h"
#include "cache/repl.h"

#define COMPUTE(member) offsetof(ComputeConfig, member)

static const char *const deals[] = { "shares", "blocks", NULL };

/* clang-format off */
const Field machine_fields[] = {
    { "name", FIELD_TEXT, offsetof(MachineSpec, name), 0, 0, 0, NULL, NULL, "for people" },
    { "description", FIELD_TEXT, offsetof(MachineSpec, description), 0, 0, 0, NULL, NULL, "for people" },
    { "cores", FIELD_COUNT, offsetof(MachineSpec, cores), 1, 65536, 1, NULL, NULL, "cores, or SMs" },
    { "compute", FIELD_OTHER, offsetof(MachineSpec, compute), 0, 0, NAN, NULL, NULL, "a table" },
    { "caches", FIELD_OTHER, offsetof(MachineSpec, caches), 0, 0, 0, NULL, NULL, "a list, nearest to the core first" },
    { "tlb", FIELD_OTHER, offsetof(MachineSpec, tlb), 0, 0, 0, NULL, NULL, "a table: address translation" },
    { "timing", FIELD_BOOL, offsetof(MachineSpec, timing), 0, 0, 1, NULL, NULL, "false: only count, without time" },
    { "memory", FIELD_OTHER, offsetof(MachineSpec, memory), 0, 0, NAN, NULL, NULL, "a table" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};

const Field compute_fields[] = {
    { "peak", FIELD_OTHER, COMPUTE(peaks), 0, 0, NAN, NULL, NULL, "whole machine, e.g. \"19.5 TFLOP/s\", or by type" },
    { "clock", FIELD_HERTZ, COMPUTE(clock_Hz), 1, 1e15, 1e9, NULL, NULL, "e.g. \"2 GHz\"" },
    { "issue", FIELD_COUNT, COMPUTE(issue), 1, 65536, 1, "unlimited", NULL, "accesses per cycle and core" },
    { "window", FIELD_COUNT, COMPUTE(window), 1, 16777216, 16, "unlimited", NULL, "accesses in flight per core" },
    { "overlap", FIELD_BOOL, COMPUTE(overlap), 0, 0, 1, NULL, NULL, "compute beside memory" },
    { "write_combining", FIELD_COUNT, COMPUTE(write_combining), 1, 64, 10, NULL, NULL, "lines that gather non-temporal writes, per core" },
    { "warp", FIELD_COUNT, COMPUTE(warp), 1, 256, 1, NULL, NULL, "threads that ask together, in loop nests" },
    { "block_launch", FIELD_TIME, COMPUTE(block_launch_fs), 0, 1, 0, NULL, NULL, "until a thread of the next block asks, in loop nests" },
    { "scratch_bandwidth", FIELD_BYTES_PER_S, COMPUTE(scratch_B_per_s), 1, 1e18, 0, "unlimited", NULL, "of the scratchpad of a core, e.g. \"180 GB/s\"" },
    { "scratch_banks", FIELD_COUNT, COMPUTE(scratch_banks), 1, 65536, SCRATCH_BANKS, NULL, NULL, "of the scratchpad, that share its bandwidth" },
    { "scratch_bank_width", FIELD_BYTES32, COMPUTE(scratch_bank_bytes), 1, 65536, SCRATCH_BANK_BYTES, NULL, NULL, "a word of a bank" },
    { "deal", FIELD_WORD, COMPUTE(deal), 0, 0, DEAL_SHARES, NULL, deals, "how patterns and loops are given to the cores" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};
/* clang-format on */

const char *const *machine_policies(void)
{
    return repl_names();
}

uint64_t machine_way_bytes(const MachineSpec *machine, uint32_t at)
{
    const CacheConfig *cache = &machine->caches[at];

    return cache->ways > 0 ? cache->size_bytes / cache->ways : cache->line_bytes;
}

uint64_t machine_largest_way_bytes(const MachineSpec *machine)
{
    uint64_t most = 0;

    for (uint32_t i = 0; i < machine->n_caches; i++)
        most = MAX(most, machine_way_bytes(machine, i));
    return most;
}

void machine_free(MachineSpec *machine)
{
    if (machine == NULL)
        return;
    for (uint32_t i = 0; i < machine->compute.n_peaks; i++)
        g_free(machine->compute.peaks[i].name);
    for (uint32_t i = 0; i < machine->n_caches; i++)
        g_free(machine->caches[i].name);
    memory_config_clear(&machine->memory);
    g_free(machine->compute.peaks);
    g_free(machine->caches);
    g_free(machine->name);
    g_free(machine->description);
    g_free(machine);
}

double machine_peak(const MachineSpec *machine, const char *precision, GError **error)
{
    const ComputeConfig *compute = &machine->compute;
    const char *wanted = precision ? precision : "f32";
    g_autoptr(GPtrArray) known = g_ptr_array_new();

    if (precision == NULL && compute->n_peaks == 1)
        return compute->peaks[0].flop_per_s;
    if (compute->n_peaks == 1 && compute->peaks[0].name == NULL) {
        refuse_config(error, "workload.precision: '%s', but the machine has one peak for all types",
                      precision);
        return 0;
    }
    for (uint32_t i = 0; i < compute->n_peaks; i++) {
        if (strcmp(compute->peaks[i].name, wanted) == 0)
            return compute->peaks[i].flop_per_s;
        g_ptr_array_add(known, compute->peaks[i].name);
    }
    g_ptr_array_add(known, NULL);
    g_autofree char *list = g_strjoinv(", ", (char **)known->pdata);
    const char *near = suggest_nearest(wanted, (const char *const *)known->pdata);
    refuse_config(error, "workload.precision: the machine has no peak '%s'%s%s%s; it has: %s",
                  wanted, near ? "; did you mean '" : "", near ? near : "", near ? "'" : "", list);
    return 0;
}

bool machine_prefetches_above(const MachineSpec *machine, uint32_t cache)
{
    for (uint32_t i = 0; i < machine->n_caches; i++)
        if (machine->caches[i].prefetch.type != PREFETCH_NONE &&
            machine_level(machine, i) < machine_level(machine, cache))
            return true;
    return false;
}

uint32_t machine_cores_per_instance(const MachineSpec *machine, uint32_t cache)
{
    const uint32_t sharing = machine->caches[cache].cores_per_instance;
    return sharing > 0 ? sharing : machine->cores;
}

bool machine_is_split(const MachineSpec *machine)
{
    const CacheConfig *caches = machine->caches;

    return machine->n_caches > 1 && caches[0].holds != CACHE_HOLDS_ALL &&
           caches[1].holds != CACHE_HOLDS_ALL && caches[0].holds != caches[1].holds;
}

uint32_t machine_level(const MachineSpec *machine, uint32_t cache)
{
    return machine_is_split(machine) && cache > 0 ? cache - 1 : cache;
}

uint32_t machine_below(const MachineSpec *machine, uint32_t cache)
{
    return machine_is_split(machine) && cache == 0 ? 2 : cache + 1;
}

Tick machine_latency_above(const MachineSpec *machine, uint32_t cache)
{
    Tick latency = 0;

    for (uint32_t i = 0; i < cache; i++)
        if (machine_below(machine, i) == cache)
            latency = MAX(latency, machine->caches[i].latency_fs);
    return latency;
}
