/*
 * read_memory - the Lua table of a memory to a MemoryConfig.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/read_memory.h"

#include <math.h>
#include <string.h>

static const Field type_fields[] = {
    { "type", FIELD_WORD, offsetof(MemoryConfig, type), 0, 0, MEMORY_SIMPLE, NULL, memory_types,
      "" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};

/* table[key] as a text of its own, if it is there. */
static bool read_label(Reader *reader, int table, const char *key, const Path *up, char **text)
{
    const Path path = { up, key, 0 };

    if (reader_push(reader->L, table, key) != LUA_TNIL) {
        const char *given = reader_text(reader, &path);

        if (given == NULL)
            return false;
        g_free(*text);
        *text = g_strdup(given);
    }
    lua_pop(reader->L, 1);
    return true;
}

/* table[key] as one of the words, which live for ever. */
static bool read_name(Reader *reader, int table, const char *key, const Path *up,
                      const char *const *words, const char **name)
{
    const Path path = { up, key, 0 };
    uint32_t word = 0;

    if (reader_push(reader->L, table, key) != LUA_TNIL) {
        if (!reader_word(reader, words, &path, &word))
            return false;
        *name = words[word];
    }
    lua_pop(reader->L, 1);
    return true;
}

static double to_cycles(const void *of, const Field *field, Tick time_fs)
{
    return dram_cycles(of, field, time_fs);
}

/* Standard and clock: the rest is read by them. */
static bool read_clock(Reader *reader, int table, DramConfig *config, const Path *path)
{
    const Path tCK = { path, "tCK", 0 };

    if (!read_name(reader, table, "standard", path, dram_standard_names(), &config->standard))
        return false;
    if (reader_push(reader->L, table, "tCK") != LUA_TNIL &&
        !reader_value(reader, field_find(dram_fields, "tCK"), config, &tCK))
        return false;
    lua_pop(reader->L, 1);
    reader->cycle_s = tick_seconds(config->tCK_fs);
    reader->cycles = config->tCK_fs ? to_cycles : NULL;
    reader->cycles_of = config;
    return true;
}

static bool timing_given(const void *of, const char *key)
{
    return section_has(of, key);
}

static void mark_given(Section *section, const char *key)
{
    for (size_t i = 0; section->fields[i].kind != FIELD_END; i++)
        if (strcmp(section->fields[i].key, key) == 0)
            section->given |= UINT64_C(1) << i;
}

/* What an alias says holds for those of its parts that are not given themselves. */
static void spread_aliases(Section *timing, const Section *aliases)
{
    const uint32_t *values = aliases->base;

    for (size_t i = 0; dram_aliases[i].name; i++)
        for (size_t part = 0; part < G_N_ELEMENTS(dram_aliases[i].parts); part++) {
            const char *key = dram_aliases[i].parts[part];
            const Field *field = field_find(timing->fields, key);

            if (!section_has(aliases, dram_aliases[i].name) || section_has(timing, key))
                continue;
            *(uint32_t *)(void *)((char *)timing->base + field->offset) = values[i];
            mark_given(timing, key);
        }
}

static bool read_timing(Reader *reader, int table, DramConfig *config, const Path *up)
{
    const Path path = { up, "timing", 0 };
    uint32_t aliases[N_DRAM_ALIASES] = { 0 };
    Section sections[] = { { dram_timing_fields, &config->timing, 0 },
                           { dram_alias_fields, aliases, 0 } };

    reader->lenient = true;
    reader_push(reader->L, table, "timing");
    if (!reader_is_table(reader, -1, &path, "a table, such as { CL = 17, tRCD = \"14.16 ns\" }") ||
        !reader_table(reader, -1, &path, sections, G_N_ELEMENTS(sections), 0))
        return false;
    reader->lenient = false;
    lua_pop(reader->L, 1);
    spread_aliases(&sections[0], &sections[1]);
    for (const Field *field = dram_timing_fields; field->kind != FIELD_END; field++) {
        const Path at = { &path, field->key, 0 };

        if (isnan(field->fallback) && !section_has(&sections[0], field->key))
            return reader_fail(reader, &at, "missing; it is required (%s)", field->help);
        if (section_has(&sections[0], field->key) && !dram_timing_is_known(config, field))
            return reader_fail(reader, &at, "%s has no such timing", config->standard);
    }
    dram_timing_complete(config, timing_given, &sections[0]);
    return true;
}

static bool read_currents(Reader *reader, int table, DramConfig *config, const Path *up)
{
    const Path path = { up, "currents", 0 };
    Section section = { dram_currents_fields, &config->currents, 0 };

    if (reader_push(reader->L, table, "currents") != LUA_TNIL) {
        if (!reader_is_table(reader, -1, &path, "a table, such as { VDD = \"1.2 V\" }") ||
            !reader_table(reader, -1, &path, &section, 1, 0))
            return false;
    }
    lua_pop(reader->L, 1);
    return true;
}

/* A density is chosen when tables are merged (merge_dram), which leaves a mark; one that was put in by hand has done
 * nothing. */
static bool check_density(Reader *reader, int table, const MemoryConfig *memory, const Path *up)
{
    const Path path = { up, "density", 0 };
    lua_State *L = reader->L;
    bool applied = memory->density == NULL;

    if (reader_push(L, table, "densities") == LUA_TTABLE) {
        applied = reader_push(L, -1, MEMORY_DENSITY_MARK) == LUA_TSTRING && memory->density &&
                  strcmp(lua_tostring(L, -1), memory->density) == 0;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return applied || reader_fail(reader, &path,
                                  "choose it by memsim.dram(\"%s\", { density = ... }) or among "
                                  "the overrides of memsim.machine",
                                  memory->grade ? memory->grade : "NAME");
}

bool read_dram(Reader *reader, MemoryConfig *memory, const Path *path)
{
    const int table = lua_absindex(reader->L, -1);
    DramConfig *config = &memory->dram;
    Section sections[] = { { dram_fields, config, 0 }, { type_fields, memory, 0 } };

    luaL_checkstack(reader->L, 12, "tables nested too deeply");
    memory->type = MEMORY_DRAM;
    field_defaults(dram_fields, config);
    reader->foreign = NULL;
    if (!read_clock(reader, table, config, path) ||
        !reader_table(reader, table, path, sections, G_N_ELEMENTS(sections), 0) ||
        !read_name(reader, table, "scheduler", path, dram_scheduler_names(), &config->scheduler) ||
        !read_timing(reader, table, config, path) || !read_currents(reader, table, config, path))
        return false;
    if (!section_has(&sections[0], "controller_latency"))
        config->controller_latency_fs = config->tCK_fs;
    return read_label(reader, table, "grade", path, &memory->grade) &&
           read_label(reader, table, "density", path, &memory->density) &&
           read_label(reader, table, "description", path, &memory->description) &&
           check_density(reader, table, memory, path);
}

/* The table on the top of the stack. */
static bool read_plain(Reader *reader, MachineSpec *machine, const Path *path)
{
    MemoryConfig *memory = &machine->memory;
    const bool tiers = memory->type == MEMORY_TWO_TIER;
    const Field *fields = tiers ? two_tier_fields : simple_fields;
    void *base = tiers ? (void *)&memory->two_tier : (void *)&memory->simple;
    Section sections[] = { { fields, base, 0 }, { type_fields, memory, 0 } };

    reader->foreign = tiers ? simple_fields : two_tier_fields;
    reader->foreign_why = tiers ? "is for memory of type \"simple\", not \"two-tier\""
                                : "is for memory of type \"two-tier\", not \"simple\"";
    field_defaults(fields, base);
    if (!reader_table(reader, -1, path, sections, G_N_ELEMENTS(sections), 0))
        return false;
    reader->foreign = NULL;
    if (!tiers && !section_has(&sections[0], "latency"))
        memory->simple.latency_fs = machine_latency_above(machine, machine->n_caches);
    return true;
}

bool read_memory(Reader *reader, int table, MachineSpec *machine, const Path *up)
{
    const Path path = { up, "memory", 0 };
    const Path type_path = { &path, "type", 0 };

    reader_push(reader->L, table, "memory");
    if (!reader_is_table(reader, -1, &path, "a table, such as { bandwidth = \"25.6 GB/s\" }"))
        return false;
    if (reader_push(reader->L, -1, "type") != LUA_TNIL &&
        !reader_value(reader, type_fields, &machine->memory, &type_path))
        return false;
    lua_pop(reader->L, 1);
    if (machine->memory.type == MEMORY_DRAM ? !read_dram(reader, &machine->memory, &path)
                                            : !read_plain(reader, machine, &path))
        return false;
    lua_pop(reader->L, 1);
    return true;
}
