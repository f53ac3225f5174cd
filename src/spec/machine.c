/*
 * machine - the keys of a machine and the rules between its components.
 *
 * SPDX-License-Identifier: MIT
 */
#include "spec/machine.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/identifier.h"
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
    { "deal", FIELD_WORD, COMPUTE(deal), 0, 0, DEAL_SHARES, NULL, deals, "how a pattern is given to the cores" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};
/* clang-format on */

const char *const *machine_policies(void)
{
    return repl_names();
}

G_GNUC_PRINTF(2, 3) static bool refuse(GError **error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, text);
    return false;
}

static bool check_compute(const ComputeConfig *compute, GError **error)
{
    if (compute->n_peaks == 0)
        return refuse(error, "machine.compute.peak: missing; give e.g. \"10 GFLOP/s\"");
    for (uint32_t i = 0; i < compute->n_peaks; i++) {
        const Peak *peak = &compute->peaks[i];

        if (!(peak->flop_per_s > 0) || isinf(peak->flop_per_s))
            return refuse(error, "machine.compute.peak: must be above 0 and finite");
        if (peak->name == NULL ? compute->n_peaks > 1 : !identifier_is(peak->name))
            return refuse(error,
                          "machine.compute.peak: '%s' is no identifier, such as f32 or f16_tensor",
                          peak->name ? peak->name : "");
    }
    return true;
}

static bool check_name(const MachineSpec *machine, uint32_t level, GError **error)
{
    const char *name = machine->caches[level].name;

    if (name == NULL || !identifier_is(name))
        return refuse(error, "machine.caches[%u].name: '%s' is no identifier (letters, digits, _)",
                      level + 1, name ? name : "");
    if (g_ascii_strcasecmp(name, "mem") == 0 || g_ascii_strcasecmp(name, "memory") == 0)
        return refuse(error,
                      "machine.caches[%u].name: '%s' is what the memory's columns are called",
                      level + 1, name);
    for (uint32_t above = 0; above < level; above++)
        if (g_ascii_strcasecmp(name, machine->caches[above].name) == 0)
            return refuse(error, "machine.caches[%u].name: '%s' is already the name of caches[%u]",
                          level + 1, name, above + 1);
    return true;
}

static bool check_latency(const char *where, Tick latency, const CacheConfig *above, GError **error)
{
    if (latency >= above->latency_fs)
        return true;
    g_autofree char *own = units_format(tick_seconds(latency), UNIT_SECONDS);
    g_autofree char *upper = units_format(tick_seconds(above->latency_fs), UNIT_SECONDS);
    return refuse(error,
                  "%s.latency: %s is below the %s of %s above; latencies are totals from the core",
                  where, own, upper, above->name);
}

static bool check_sharing(const MachineSpec *machine, uint32_t level, GError **error)
{
    const uint32_t sharing = machine_cores_per_instance(machine, level);

    if (sharing > machine->cores || machine->cores % sharing != 0)
        return refuse(error,
                      "machine.caches[%u].shared: %" PRIu32
                      " cores per instance do not divide the %" PRIu32 " cores of the machine",
                      level + 1, sharing, machine->cores);
    if (level == 0)
        return true;
    const uint32_t above = machine_cores_per_instance(machine, level - 1);
    if (sharing < above || sharing % above != 0)
        return refuse(error,
                      "machine.caches[%u].shared: %" PRIu32
                      " cores per instance, but %s above is shared by %" PRIu32
                      "; a level below is shared by a multiple of that",
                      level + 1, sharing, machine->caches[level - 1].name, above);
    return true;
}

static bool check_inclusion(const MachineSpec *machine, uint32_t level, GError **error)
{
    const CacheConfig *cache = &machine->caches[level];

    if (cache->inclusion == CACHE_NINE)
        return true;
    if (level == 0)
        return refuse(error,
                      "machine.caches[1].inclusion: there is no level above the first one that it "
                      "could include or exclude");
    if (cache->inclusion == CACHE_EXCLUSIVE && cache->line_bytes != cache[-1].line_bytes)
        return refuse(error,
                      "machine.caches[%u].inclusion: an exclusive level takes the lines of the "
                      "level above, so its line must be the %" PRIu32 " B of %s",
                      level + 1, cache[-1].line_bytes, cache[-1].name);
    return true;
}

static bool check_cache(const MachineSpec *machine, uint32_t level, GError **error)
{
    const CacheConfig *cache = &machine->caches[level];
    g_autofree char *where = g_strdup_printf("machine.caches[%u]", level + 1);

    if (!check_name(machine, level, error) || !cache_config_check(cache, where, error) ||
        !check_sharing(machine, level, error) || !check_inclusion(machine, level, error))
        return false;
    if (level == 0)
        return true;
    const CacheConfig *above = cache - 1;
    if (cache->line_bytes < above->line_bytes)
        return refuse(error,
                      "%s.line: %" PRIu32 " B is below the %" PRIu32
                      " B of %s above; lines may only grow",
                      where, cache->line_bytes, above->line_bytes, above->name);
    return check_latency(where, cache->latency_fs, above, error);
}

static bool check_memory(const MachineSpec *machine, GError **error)
{
    const MemoryConfig *memory = &machine->memory;
    const CacheConfig *last =
        machine->n_caches > 0 ? &machine->caches[machine->n_caches - 1] : NULL;

    if (!memory_config_check(memory, error)) {
        g_prefix_error(error, "machine.memory.");
        return false;
    }
    if (last == NULL || memory->type == MEMORY_DRAM)
        return true;
    if (memory->type == MEMORY_SIMPLE && memory->simple.channels > 1 &&
        memory->simple.interleave_bytes % last->line_bytes != 0)
        return refuse(error,
                      "machine.memory.interleave: %" PRIu64
                      " B is not a multiple of the line of %s (%" PRIu32
                      " B); a line lies in one channel",
                      memory->simple.interleave_bytes, last->name, last->line_bytes);
    return check_latency("machine.memory", memory_latency_fs(memory, 0), last, error);
}

bool machine_check(const MachineSpec *machine, GError **error)
{
    if (!check_compute(&machine->compute, error))
        return false;
    for (uint32_t level = 0; level < machine->n_caches; level++)
        if (!check_cache(machine, level, error))
            return false;
    return check_memory(machine, error);
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
        refuse(error, "workload.precision: '%s', but the machine has one peak for all types",
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
    refuse(error, "workload.precision: the machine has no peak '%s'%s%s%s; it has: %s", wanted,
           near ? "; did you mean '" : "", near ? near : "", near ? "'" : "", list);
    return 0;
}

uint32_t machine_cores_per_instance(const MachineSpec *machine, uint32_t level)
{
    const uint32_t sharing = machine->caches[level].cores_per_instance;
    return sharing > 0 ? sharing : machine->cores;
}
