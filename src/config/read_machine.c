/*
 * read_machine - the Lua table of a machine to a MachineSpec.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "config/convert.h"
#include "config/read_memory.h"
#include "config/what.h"

static const Path root = { NULL, "machine", 0 };

static int by_name(const void *a, const void *b)
{
    const Peak *x = a;
    const Peak *y = b;

    return strcmp(x->name, y->name);
}

static const Field peak_field = {
    "peak", FIELD_FLOP_PER_S, offsetof(Peak, flop_per_s), 1, 1e24, NAN, NULL, NULL, ""
};

static bool read_peak_table(Reader *reader, ComputeConfig *compute, const Path *path)
{
    lua_State *L = reader->L;
    const int table = lua_absindex(L, -1);
    uint32_t count = 0;

    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1))
        count++;
    if (count == 0)
        return reader_fail(reader, path,
                           "the table is empty; give e.g. { f32 = \"19.5 TFLOP/s\" }");
    compute->peaks = g_new0(Peak, count);
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            return reader_fail(reader, path, "expected names of types, such as { f32 = ... }");
        const Path at = { path, lua_tostring(L, -2), 0 };
        Peak *peak = &compute->peaks[compute->n_peaks++];

        peak->name = g_strdup(at.key);
        if (!reader_value(reader, &peak_field, peak, &at))
            return false;
    }
    qsort(compute->peaks, compute->n_peaks, sizeof *compute->peaks, by_name);
    return true;
}

static bool read_peak(Reader *reader, int table, ComputeConfig *compute, const Path *up)
{
    const Path path = { up, "peak", 0 };
    bool fine = true;

    if (reader_push(reader->L, table, "peak") == LUA_TTABLE) {
        fine = read_peak_table(reader, compute, &path);
    } else {
        compute->peaks = g_new0(Peak, 1);
        compute->n_peaks = 1;
        fine = reader_value(reader, &peak_field, compute->peaks, &path);
    }
    if (fine)
        lua_pop(reader->L, 1);
    return fine;
}

static bool read_compute(Reader *reader, int table, ComputeConfig *compute)
{
    const Path path = { &root, "compute", 0 };
    Section section = { compute_fields, compute, 0 };

    reader_push(reader->L, table, "compute");
    if (!reader_is_table(reader, -1, &path, "a table, such as { peak = \"10 GFLOP/s\" }"))
        return false;
    field_defaults(compute_fields, compute);
    if (!reader_table(reader, -1, &path, &section, 1, 0) ||
        !read_peak(reader, lua_absindex(reader->L, -1), compute, &path))
        return false;
    lua_pop(reader->L, 1);
    reader->cycle_s = 1 / compute->clock_Hz;
    return true;
}

static bool read_policy(Reader *reader, int table, CacheConfig *cache, const Path *up)
{
    const Path path = { up, "policy", 0 };
    const char *const *names = machine_policies();

    for (cache->policy = 0; strcmp(names[cache->policy], "lru") != 0; cache->policy++)
        ;
    if (reader_push(reader->L, table, "policy") != LUA_TNIL &&
        !reader_word(reader, names, &path, &cache->policy))
        return false;
    lua_pop(reader->L, 1);
    return true;
}

static bool read_shared(Reader *reader, int table, CacheConfig *cache, const Path *up)
{
    static const Field count = { "shared", FIELD_COUNT, offsetof(CacheConfig, cores_per_instance),
                                 1,        65536,       1,
                                 NULL,     NULL,        "" };
    const Path path = { up, "shared", 0 };

    cache->cores_per_instance = 1;
    switch (reader_push(reader->L, table, "shared")) {
    case LUA_TNIL:
        break;
    case LUA_TBOOLEAN:
        cache->cores_per_instance = lua_toboolean(reader->L, -1) ? 0 : 1;
        break;
    case LUA_TNUMBER:
        if (!reader_value(reader, &count, cache, &path))
            return false;
        break;
    default:
        return reader_fail(reader, &path,
                           "expected true, false or a number of cores per instance, not %s",
                           what_is(reader->L, -1));
    }
    lua_pop(reader->L, 1);
    return true;
}

/* The value on the top of the stack: the type of a prefetcher. */
static bool read_prefetch_type(Reader *reader, PrefetchConfig *prefetch, const Path *path)
{
    if (!reader_word(reader, prefetch_names(), path, &prefetch->type))
        return false;
    if (prefetch->type != PREFETCH_NONE)
        field_defaults(prefetch_ops(prefetch->type)->fields, prefetch);
    return true;
}

/* The table on the top of the stack. */
static bool read_prefetch_table(Reader *reader, PrefetchConfig *prefetch, const Path *path)
{
    const Path type_path = { path, "type", 0 };

    if (reader_push(reader->L, -1, "type") == LUA_TNIL)
        return reader_fail(reader, &type_path, "missing; give e.g. \"next-line\"");
    if (!read_prefetch_type(reader, prefetch, &type_path))
        return false;
    lua_pop(reader->L, 1);
    Section sections[] = { { prefetch_fields, prefetch, 0 }, { NULL, prefetch, 0 } };

    if (prefetch->type != PREFETCH_NONE)
        sections[1].fields = prefetch_ops(prefetch->type)->fields;
    return reader_table(reader, -1, path, sections, prefetch->type != PREFETCH_NONE ? 2 : 1, 0);
}

static bool read_prefetch(Reader *reader, int table, CacheConfig *cache, const Path *up)
{
    const Path path = { up, "prefetch", 0 };
    PrefetchConfig *prefetch = &cache->prefetch;
    bool good = true;

    *prefetch = (PrefetchConfig){ .type = PREFETCH_NONE };
    field_defaults(prefetch_fields, prefetch);
    switch (reader_push(reader->L, table, "prefetch")) {
    case LUA_TNIL:
        break;
    case LUA_TTABLE:
        good = read_prefetch_table(reader, prefetch, &path);
        break;
    case LUA_TSTRING:
        good = read_prefetch_type(reader, prefetch, &path);
        break;
    default:
        return reader_fail(reader, &path,
                           "expected a word, such as \"next-line\", or a table, such as { type = "
                           "\"stream\", distance = 8 }, not %s",
                           what_is(reader->L, -1));
    }
    if (good)
        lua_pop(reader->L, 1);
    return good;
}

/* The table on the top of the stack. */
static bool read_cache(Reader *reader, MachineSpec *machine, const Path *path)
{
    const int table = lua_absindex(reader->L, -1);
    CacheConfig *cache = &machine->caches[machine->n_caches++];
    Section section = { cache_fields, cache, 0 };

    field_defaults(cache_fields, cache);
    if (!reader_is_table(reader, -1, path,
                         "a table, such as { name = \"L1\", size = \"32KiB\", ways = 8 }") ||
        !reader_table(reader, -1, path, &section, 1, 0))
        return false;
    if (cache->sector_bytes == cache->line_bytes)
        cache->sector_bytes = 0; /* not divided: one point, one hash */
    if (!section_has(&section, "latency"))
        cache->latency_fs = machine_latency_above(machine, machine->n_caches - 1);
    return read_policy(reader, table, cache, path) && read_shared(reader, table, cache, path) &&
           read_prefetch(reader, table, cache, path);
}

static bool read_caches(Reader *reader, int table, MachineSpec *machine)
{
    const Path path = { &root, "caches", 0 };
    lua_State *L = reader->L;

    if (reader_push(L, table, "caches") != LUA_TNIL) {
        if (!reader_is_table(reader, -1, &path, "a list of caches"))
            return false;
        const lua_Integer length = reader_list(reader, -1, &path, false);
        if (length < 0)
            return false;
        if (length > 16)
            return reader_fail(reader, &path, "%lld levels; at most 16", (long long)length);
        machine->caches = g_new0(CacheConfig, (gsize)length + 1);
        for (lua_Integer i = 1; i <= length; i++) {
            const Path at = { &path, NULL, i };

            lua_rawgeti(L, -1, i);
            if (!read_cache(reader, machine, &at))
                return false;
            lua_pop(L, 1);
        }
    }
    lua_pop(L, 1);
    return true;
}

/* table.walk: a time, or that walks read the caches. */
static bool read_walk(Reader *reader, int table, TlbConfig *tlb, const Path *up)
{
    static const Field time = { "walk", FIELD_TIME, offsetof(TlbConfig, walk_fs), 0, 1, 0, NULL,
                                NULL,   "" };
    const Path path = { up, "walk", 0 };
    const int type = reader_push(reader->L, table, "walk");

    tlb->walks_caches = type == LUA_TSTRING && strcmp(lua_tostring(reader->L, -1), "caches") == 0;
    if (type == LUA_TNIL && tlb->n_levels > 0)
        return reader_fail(reader, &path,
                           "missing; give the time of a page walk, e.g. \"30 ns\", or \"caches\"");
    if (type != LUA_TNIL && tlb->n_levels == 0)
        return reader_fail(reader, &path,
                           "without TLBs nothing is walked for; give one, e.g. { entries = 64 }");
    if (type != LUA_TNIL && !tlb->walks_caches && !reader_value(reader, &time, tlb, &path))
        return false;
    lua_pop(reader->L, 1);
    return true;
}

/* The list in the table on the top of the stack. */
static bool read_tlb_levels(Reader *reader, TlbConfig *tlb, const Path *path)
{
    const lua_Integer length = reader_list(reader, -1, path, true);

    if (length < 0)
        return false;
    if (length > TLB_LEVELS_MAX)
        return reader_fail(reader, path, "%lld levels; at most %d", (long long)length,
                           TLB_LEVELS_MAX);
    for (lua_Integer i = 1; i <= length; i++) {
        const Path at = { path, NULL, i };
        Section section = { tlb_level_fields, &tlb->levels[tlb->n_levels++], 0 };

        field_defaults(tlb_level_fields, section.base);
        lua_rawgeti(reader->L, -1, i);
        if (!reader_is_table(reader, -1, &at, "a table, such as { entries = 64, ways = 4 }") ||
            !reader_table(reader, -1, &at, &section, 1, 0))
            return false;
        lua_pop(reader->L, 1);
    }
    return true;
}

static bool read_tlb(Reader *reader, int table, TlbConfig *tlb)
{
    const Path path = { &root, "tlb", 0 };
    Section section = { tlb_fields, tlb, 0 };

    if (reader_push(reader->L, table, "tlb") != LUA_TNIL) {
        tlb->present = true;
        field_defaults(tlb_fields, tlb);
        if (!reader_is_table(reader, -1, &path,
                             "a table, such as { { entries = 64 }, walk = \"30 "
                             "ns\" }") ||
            !reader_table(reader, -1, &path, &section, 1, TLB_LEVELS_MAX + 1) ||
            !read_tlb_levels(reader, tlb, &path) ||
            !read_walk(reader, lua_absindex(reader->L, -1), tlb, &path))
            return false;
    }
    lua_pop(reader->L, 1);
    return true;
}

bool convert_dram(lua_State *L, int index, Box *box)
{
    static const Path path = { NULL, "dram", 0 };
    Reader reader = { .L = L, .error = &box->error };

    luaL_checkstack(L, 20, "too many values");
    g_clear_pointer(&box->machine, machine_free);
    box->machine = g_new0(MachineSpec, 1);
    lua_pushvalue(L, index);
    if (!read_dram(&reader, &box->machine->memory, &path))
        return false;
    lua_pop(L, 1);
    if (memory_config_check(&box->machine->memory, &box->error))
        return true;
    g_prefix_error(&box->error, "dram.");
    return false;
}

bool convert_machine(lua_State *L, int index, Box *box)
{
    Reader reader = { .L = L, .error = &box->error };
    const int table = lua_absindex(L, index);

    luaL_checkstack(L, 20, "too many values");
    if (!reader_is_table(&reader, table, &root, "a table: what memsim.machine returns"))
        return false;
    g_clear_pointer(&box->machine, machine_free);
    box->machine = g_new0(MachineSpec, 1);
    Section section = { machine_fields, box->machine, 0 };
    field_defaults(machine_fields, box->machine);
    return reader_table(&reader, table, &root, &section, 1, 0) &&
           read_compute(&reader, table, &box->machine->compute) &&
           read_caches(&reader, table, box->machine) &&
           read_tlb(&reader, table, &box->machine->tlb) &&
           read_memory(&reader, table, box->machine, &root) &&
           machine_check(box->machine, &box->error);
}
