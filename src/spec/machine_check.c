/*
 * machine_check - the rules between the components of a machine.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <math.h>

#include "base/error.h"
#include "base/identifier.h"
#include "spec/machine.h"

/* Another value than where nothing is said. */
static bool is_said(uint32_t value, uint32_t usual)
{
    return value > 0 && value != usual;
}

static bool check_compute(const ComputeConfig *compute, GError **error)
{
    if (compute->n_peaks == 0)
        return refuse_config(error, "machine.compute.peak: missing; give e.g. \"10 GFLOP/s\"");
    for (uint32_t i = 0; i < compute->n_peaks; i++) {
        const Peak *peak = &compute->peaks[i];

        if (!(peak->flop_per_s > 0) || isinf(peak->flop_per_s))
            return refuse_config(error, "machine.compute.peak: must be above 0 and finite");
        if (peak->name == NULL ? compute->n_peaks > 1 : !identifier_is(peak->name))
            return refuse_config(
                error, "machine.compute.peak: '%s' is no identifier, such as f32 or f16_tensor",
                peak->name ? peak->name : "");
    }
    if (compute->scratch_B_per_s == 0 && (is_said(compute->scratch_banks, SCRATCH_BANKS) ||
                                          is_said(compute->scratch_bank_bytes, SCRATCH_BANK_BYTES)))
        return refuse_config(error,
                             "machine.compute.scratch_banks, scratch_bank_width: they share a "
                             "scratch_bandwidth, which is unlimited; give one");
    if (compute->block_launch_fs > 0 && compute->deal != DEAL_BLOCKS)
        return refuse_config(error, "machine.compute.block_launch: needs deal = \"blocks\": else "
                                    "there are no blocks of threads");
    if (compute->block_launch_fs > 0 && compute->window == 0)
        return refuse_config(error, "machine.compute.block_launch: of a window without a limit no "
                                    "slot is waited for; give one");
    return true;
}

static bool check_name(const MachineSpec *machine, uint32_t level, GError **error)
{
    const char *name = machine->caches[level].name;

    if (name == NULL || !identifier_is(name))
        return refuse_config(error,
                             "machine.caches[%u].name: '%s' is no identifier (letters, digits, _)",
                             level + 1, name ? name : "");
    if (g_ascii_strcasecmp(name, "mem") == 0 || g_ascii_strcasecmp(name, "memory") == 0)
        return refuse_config(
            error, "machine.caches[%u].name: '%s' is what the memory's columns are called",
            level + 1, name);
    for (uint32_t above = 0; above < level; above++)
        if (g_ascii_strcasecmp(name, machine->caches[above].name) == 0)
            return refuse_config(error,
                                 "machine.caches[%u].name: '%s' is already the name of caches[%u]",
                                 level + 1, name, above + 1);
    return true;
}

/* The first cache of the level above; there is one. */
static uint32_t first_above(const MachineSpec *machine, uint32_t cache)
{
    return machine_is_split(machine) && cache == 2 ? 0 : cache - 1;
}

/* latency is not below that of any cache of the level above. */
static bool check_latency(const MachineSpec *machine, uint32_t cache, const char *where,
                          Tick latency, GError **error)
{
    if (machine_level(machine, cache) == 0)
        return true;
    for (uint32_t above = first_above(machine, cache); above < cache; above++) {
        const CacheConfig *upper = &machine->caches[above];

        if (latency >= upper->latency_fs)
            continue;
        g_autofree char *own = units_format(tick_seconds(latency), UNIT_SECONDS);
        g_autofree char *other = units_format(tick_seconds(upper->latency_fs), UNIT_SECONDS);
        return refuse_config(
            error, "%s.latency: %s is below the %s of %s above; latencies are totals from the core",
            where, own, other, upper->name);
    }
    return true;
}

static bool check_sharing(const MachineSpec *machine, uint32_t cache, GError **error)
{
    const uint32_t sharing = machine_cores_per_instance(machine, cache);

    if (sharing > machine->cores || machine->cores % sharing != 0)
        return refuse_config(error,
                             "machine.caches[%u].shared: %" PRIu32
                             " cores per instance do not divide the %" PRIu32
                             " cores of the machine",
                             cache + 1, sharing, machine->cores);
    if (machine_level(machine, cache) == 0)
        return true;
    for (uint32_t i = first_above(machine, cache); i < cache; i++) {
        const uint32_t above = machine_cores_per_instance(machine, i);

        if (sharing < above || sharing % above != 0)
            return refuse_config(error,
                                 "machine.caches[%u].shared: %" PRIu32
                                 " cores per instance, but %s above is shared by %" PRIu32
                                 "; a level below is shared by a multiple of that",
                                 cache + 1, sharing, machine->caches[i].name, above);
    }
    return true;
}

static bool check_inclusion(const MachineSpec *machine, uint32_t level, GError **error)
{
    const CacheConfig *cache = &machine->caches[level];

    if (cache->inclusion == CACHE_NINE)
        return true;
    if (machine_level(machine, level) == 0)
        return refuse_config(
            error,
            "machine.caches[%u].inclusion: there is no level above the first one that it "
            "could include or exclude",
            level + 1);
    for (uint32_t i = first_above(machine, level); i < level; i++) {
        const CacheConfig *above = &machine->caches[i];

        if (cache->inclusion == CACHE_EXCLUSIVE && cache->line_bytes != above->line_bytes)
            return refuse_config(
                error,
                "machine.caches[%u].inclusion: an exclusive level takes the lines of the "
                "level above, so its line must be the %" PRIu32 " B of %s",
                level + 1, above->line_bytes, above->name);
    }
    return true;
}

/* A half of a split first level has its other half beside it. */
static bool check_holds(const MachineSpec *machine, uint32_t at, GError **error)
{
    static const char *const words[] = { "all", "instructions", "data" };
    const uint32_t holds = machine->caches[at].holds;

    if (holds == CACHE_HOLDS_ALL || (at < 2 && machine_is_split(machine)))
        return true;
    if (at > 1)
        return refuse_config(
            error,
            "machine.caches[%u].holds: only the first level is split: caches[1] and "
            "caches[2]; this one holds \"all\"",
            at + 1);
    return refuse_config(
        error,
        "machine.caches[%u].holds: \"%s\" is one half of a first level; caches[%u] must "
        "be the other, holds = \"%s\"",
        at + 1, words[holds], 2 - at, words[CACHE_HOLDS_INSTRUCTIONS + CACHE_HOLDS_DATA - holds]);
}

static bool check_line(const MachineSpec *machine, uint32_t cache, const char *where,
                       GError **error)
{
    const uint32_t line = machine->caches[cache].line_bytes;

    if (machine_level(machine, cache) == 0)
        return true;
    for (uint32_t i = first_above(machine, cache); i < cache; i++) {
        const CacheConfig *above = &machine->caches[i];

        if (line < above->line_bytes)
            return refuse_config(error,
                                 "%s.line: %" PRIu32 " B is below the %" PRIu32
                                 " B of %s above; lines may only grow",
                                 where, line, above->line_bytes, above->name);
    }
    return true;
}

static bool is_divided(const CacheConfig *cache)
{
    return cache_config_sector(cache) < cache->line_bytes;
}

/* The rules of sectors between a cache and one above it. */
static bool check_sectors_of(const CacheConfig *cache, const CacheConfig *above, const char *where,
                             bool right_above, GError **error)
{
    const uint32_t sector = cache_config_sector(cache), upper = cache_config_sector(above);

    if (sector < upper)
        return refuse_config(error,
                             "%s.sector: %" PRIu32 " B is below the %" PRIu32
                             " B that %s above fetches; sectors, as lines, may only grow",
                             where, sector, upper, above->name);
    if (cache->inclusion == CACHE_EXCLUSIVE && right_above &&
        (is_divided(cache) || is_divided(above)))
        return refuse_config(
            error,
            "%s.inclusion: an exclusive level takes whole lines, so neither it nor %s "
            "above may have sectors",
            where, above->name);
    if (cache->inclusion == CACHE_INCLUSIVE && sector != upper &&
        (is_divided(cache) || is_divided(above)))
        return refuse_config(
            error,
            "%s.inclusion: sectors of an inclusive level are those of the levels above, "
            "here %" PRIu32 " B and the %" PRIu32 " B of %s",
            where, sector, upper, above->name);
    return true;
}

static bool check_sectors(const MachineSpec *machine, uint32_t cache, const char *where,
                          GError **error)
{
    const uint32_t level = machine_level(machine, cache);

    for (uint32_t i = 0; i < cache && level > 0; i++)
        if (!check_sectors_of(&machine->caches[cache], &machine->caches[i], where,
                              machine_below(machine, i) == cache, error))
            return false;
    return true;
}

static bool check_cache(const MachineSpec *machine, uint32_t level, GError **error)
{
    const CacheConfig *cache = &machine->caches[level];
    g_autofree char *where = g_strdup_printf("machine.caches[%u]", level + 1);

    return check_name(machine, level, error) && cache_config_check(cache, where, error) &&
           check_holds(machine, level, error) && check_sharing(machine, level, error) &&
           check_inclusion(machine, level, error) && check_line(machine, level, where, error) &&
           check_sectors(machine, level, where, error) &&
           check_latency(machine, level, where, cache->latency_fs, error);
}

/* A line of the last level, or a half of it, lies in one channel. */
static bool check_interleave(const MachineSpec *machine, GError **error)
{
    const SimpleConfig *simple = &machine->memory.simple;

    for (uint32_t i = 0; i < machine->n_caches; i++) {
        const CacheConfig *cache = &machine->caches[i];
        const char *what = is_divided(cache) ? "sector" : "line";

        if (machine_below(machine, i) == machine->n_caches &&
            simple->interleave_bytes % cache_config_sector(cache) != 0)
            return refuse_config(
                error,
                "machine.memory.interleave: %" PRIu64
                " B is not a multiple of the %s of %s (%" PRIu32 " B); a %s lies in one channel",
                simple->interleave_bytes, what, cache->name, cache_config_sector(cache), what);
    }
    return true;
}

static bool check_memory(const MachineSpec *machine, GError **error)
{
    const MemoryConfig *memory = &machine->memory;

    if (!memory_config_check(memory, error)) {
        g_prefix_error(error, "machine.memory.");
        return false;
    }
    if (machine->n_caches == 0 || memory->type == MEMORY_DRAM)
        return true;
    if (memory->type == MEMORY_SIMPLE && memory->simple.channels > 1 &&
        !check_interleave(machine, error))
        return false;
    return check_latency(machine, machine->n_caches, "machine.memory", memory_latency_fs(memory, 0),
                         error);
}

/* Coloured pages keep the bits of the program's address that index a cache: there must be such bits. */
static bool check_colours(const MachineSpec *machine, uint32_t cache, GError **error)
{
    const CacheConfig *config = &machine->caches[cache];
    const uint64_t way = machine_way_bytes(machine, cache);

    if (machine->tlb.pages != PAGES_COLOURED || way <= machine->tlb.page_bytes)
        return true;
    if (config->index == CACHE_INDEX_MODULO && (way & (way - 1)) == 0)
        return true;
    return refuse_config(
        error,
        "machine.tlb.pages: coloured pages keep index bits, but %s has no such bits: its "
        "index is %s",
        config->name,
        config->index == CACHE_INDEX_HASH ? "a hash" : "a line number modulo no power of two");
}

static bool check_tlb(const MachineSpec *machine, GError **error)
{
    const TlbConfig *tlb = &machine->tlb;

    if (!tlb->present)
        return true;
    for (uint32_t i = 0; i < machine->n_caches; i++) {
        const CacheConfig *cache = &machine->caches[i];

        if (cache->line_bytes > tlb->page_bytes)
            return refuse_config(
                error, "machine.tlb.page: %" PRIu64 " B is less than a line of %s (%" PRIu32 " B)",
                tlb->page_bytes, cache->name, cache->line_bytes);
        if (g_ascii_strncasecmp(cache->name, "tlb", 3) == 0)
            return refuse_config(
                error, "machine.caches[%u].name: '%s' is what the columns of TLBs are called",
                i + 1, cache->name);
        if (!check_colours(machine, i, error))
            return false;
    }
    return tlb_config_check(tlb, error);
}

/* What a level sees must not depend on what it does: its run is made twice (cache/repl_opt.h). */
static bool check_future(const MachineSpec *machine, uint32_t ahead, GError **error)
{
    if (!cache_looks_ahead(&machine->caches[ahead]))
        return true;
    if (machine->timing)
        return refuse_config(
            error,
            "machine.caches[%u].policy: 'opt' looks into the future, which a run with "
            "time has not; set timing = false on the machine",
            ahead + 1);
    for (uint32_t i = 0; i < machine->n_caches; i++) {
        if (i > ahead && cache_looks_ahead(&machine->caches[i]))
            return refuse_config(
                error,
                "machine.caches[%u].policy: 'opt' is for one level of a machine, and "
                "caches[%u] has it",
                i + 1, ahead + 1);
        if (machine->caches[i].prefetch.type != PREFETCH_NONE)
            return refuse_config(
                error,
                "machine.caches[%u].prefetch: with the policy 'opt' nothing prefetches, as "
                "it would see other misses in each of its two runs",
                i + 1);
        if (machine->caches[i].inclusion != CACHE_NINE)
            return refuse_config(
                error, "machine.caches[%u].inclusion: with the policy 'opt' all levels are nine",
                i + 1);
    }
    return true;
}

bool machine_check(const MachineSpec *machine, GError **error)
{
    if (!check_compute(&machine->compute, error))
        return false;
    for (uint32_t level = 0; level < machine->n_caches; level++)
        if (!check_cache(machine, level, error) || !check_future(machine, level, error))
            return false;
    return check_tlb(machine, error) && check_memory(machine, error);
}
