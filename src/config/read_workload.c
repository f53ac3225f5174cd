/*
 * read_workload - the Lua table of a workload to a WorkloadSpec.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "config/context.h"
#include "config/convert.h"
#include "config/lua_nest.h"
#include "config/read_leaf.h"

enum { DEPTH_MAX = 16, MENTIONS_MAX = 10000 };

typedef struct {
    Reader reader;
    Box *box;
    const WorkloadSpec *open[DEPTH_MAX + 1]; /* those that are being read, outermost first */
} Conversion;

/* Keys of a pattern or a trace. */
static const char *const leaf_keys[] = { "flops_per_byte", "dependent", "split_lines",
                                         "nontemporal", NULL };

static bool convert_at(Conversion *c, int index, const Path *path, int depth, WorkloadSpec **out);

static bool read_warmup(Reader *reader, int table, WorkloadSpec *workload, const Path *up)
{
    static const Field count = { "warmup", FIELD_COUNT64, offsetof(WorkloadSpec, warmup_accesses),
                                 0,        0x1p53,        0,
                                 NULL,     NULL,          "" };
    const Path path = { up, "warmup", 0 };
    const int type = reader_push(reader->L, table, "warmup");
    const char *text = type == LUA_TSTRING ? lua_tostring(reader->L, -1) : NULL;

    if (text && strcmp(text, "1 pass") == 0)
        workload->warmup_pass = true;
    else if (text)
        return reader_fail(reader, &path, "expected a number of accesses or \"1 pass\", not \"%s\"",
                           text);
    else if (type != LUA_TNIL && !reader_value(reader, &count, workload, &path))
        return false;
    lua_pop(reader->L, 1);
    if (workload->warmup_pass && workload->kind == WORKLOAD_TRACE &&
        strcmp(workload->trace.path, "-") == 0)
        return reader_fail(reader, &path, "standard input can be read only once");
    return true;
}

/* The part at position i of the compound's table. */
static bool read_part(Conversion *c, int table, WorkloadSpec *workload, const Path *path, int depth)
{
    static const Field share = { "share", FIELD_REAL, 0, 1e-9, 1e9, NAN, NULL, NULL, "" };
    lua_State *L = c->reader.L;
    const Path share_path = { path, NULL, 1 };
    const Path mixed_path = { path, NULL, 2 };
    const bool mix = workload->kind == WORKLOAD_MIX;
    WorkloadSpec *part = NULL;

    lua_rawgeti(L, table, path->index);
    if (mix) {
        if (!lua_istable(L, -1) || reader_list(&c->reader, -1, path, false) != 2) {
            g_clear_error(&c->box->error);
            return reader_fail(&c->reader, path, "expected { share, workload }");
        }
        lua_rawgeti(L, -1, 1);
        if (!reader_value(&c->reader, &share, &workload->weights[workload->n_parts], &share_path))
            return false;
        lua_rawgeti(L, -2, 2);
    }
    if (!convert_at(c, lua_absindex(L, -1), mix ? &mixed_path : path, depth + 1, &part))
        return false;
    workload->parts[workload->n_parts++] = workload_ref(part);
    lua_pop(L, mix ? 3 : 1);
    return true;
}

/* Counts down the patterns and traces that run, a part that is named twice twice. */
static bool within_budget(const WorkloadSpec *workload, uint32_t *budget)
{
    if (*budget == 0)
        return false;
    --*budget;
    for (uint32_t i = 0; i < workload->n_parts; i++)
        if (!within_budget(workload->parts[i], budget))
            return false;
    return true;
}

static bool read_compound(Conversion *c, int table, WorkloadSpec *workload, const Path *path,
                          int depth)
{
    lua_State *L = c->reader.L;
    Section sections[] = { { workload_fields, workload, 0 }, { sequence_fields, workload, 0 } };
    const size_t n_sections = workload->kind == WORKLOAD_SEQUENCE ? 2 : 1;
    const Section *section = &sections[0];
    const lua_Integer length = (lua_Integer)lua_rawlen(L, table);
    uint32_t budget = MENTIONS_MAX;

    if (length == 0)
        return reader_fail(&c->reader, path, "has no parts; give at least one");
    if (length > MENTIONS_MAX)
        return reader_fail(&c->reader, path, "has more than %d parts", MENTIONS_MAX);
    if (!reader_table(&c->reader, table, path, sections, n_sections, length) ||
        reader_any_given(&c->reader, section, leaf_keys, path,
                         "is for the parts, not for a sequence or mix") ||
        !leaf_check_outer(&c->reader, section, path, depth))
        return false;
    workload->parts = g_new0(WorkloadSpec *, (gsize)length);
    workload->weights = g_new0(double, (gsize)length);
    for (lua_Integer i = 1; i <= length; i++) {
        const Path at = { path, NULL, i };

        if (!read_part(c, table, workload, &at, depth))
            return false;
    }
    if (!section_has(section, "cores") && workload_has(workload, WORKLOAD_TRACE))
        workload->cores = 1; /* what one thread did */
    if (!within_budget(workload, &budget))
        return reader_fail(&c->reader, path, "has more than %d parts", MENTIONS_MAX);
    return true;
}

/* Which kind the table is; error when it is none, or more than one. */
static bool kind_of(Reader *reader, int table, const Path *path, WorkloadKind *kind)
{
    const struct {
        const char *key;
        WorkloadKind kind;
    } kinds[] = { { "pattern", WORKLOAD_PATTERN },
                  { "trace", WORKLOAD_TRACE },
                  { "nest", WORKLOAD_NEST } };
    lua_State *L = reader->L;
    uint32_t given = 0;

    if (convert_is(L, table, TYPE_SEQUENCE) || convert_is(L, table, TYPE_MIX)) {
        *kind = convert_is(L, table, TYPE_MIX) ? WORKLOAD_MIX : WORKLOAD_SEQUENCE;
        return true;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const Path other = { path, kinds[i].key, 0 };
        const bool there = reader_push(L, table, kinds[i].key) != LUA_TNIL;

        lua_pop(L, 1);
        if (there && ++given > 1)
            return reader_fail(reader, &other,
                               "give a pattern, a trace or a nest, not two of them");
        if (there)
            *kind = kinds[i].kind;
    }
    return given == 1 || reader_fail(reader, path, "give a pattern, a trace or a nest");
}

/* A nest by itself, or that of a table: a workload that runs it. */
static bool make_nest(Reader *reader, int index, const Path *up, WorkloadSpec **out)
{
    const Path path = { up, "nest", 0 };
    const bool in_table = lua_istable(reader->L, index);

    if (in_table)
        reader_push(reader->L, index, "nest");
    Nest *nest = lua_nest_get(reader->L, in_table ? -1 : index);

    if (in_table)
        lua_pop(reader->L, 1);
    if (nest == NULL)
        return reader_fail(reader, &path, "expected what memsim.nest returns");
    *out = workload_new_nest(nest);
    return true;
}

static bool read_kind(Conversion *c, int table, WorkloadSpec *workload, const Path *path, int depth)
{
    switch (workload->kind) {
    case WORKLOAD_PATTERN:
        return leaf_read_pattern(&c->reader, table, workload, path, depth);
    case WORKLOAD_TRACE:
        return leaf_read_trace(&c->reader, table, workload, path, depth);
    case WORKLOAD_NEST:
        return !lua_istable(c->reader.L, table) ||
               leaf_read_nest(&c->reader, table, workload, path, depth);
    default:
        return read_compound(c, table, workload, path, depth);
    }
}

static bool is_open(const Conversion *c, const WorkloadSpec *workload, int depth)
{
    for (int i = 0; i < depth; i++)
        if (c->open[i] == workload)
            return true;
    return false;
}

/* The workload in the table at index: the one that was made of this table before, or a new one. */
static bool convert_at(Conversion *c, int index, const Path *path, int depth, WorkloadSpec **out)
{
    Reader *reader = &c->reader;
    WorkloadKind kind = WORKLOAD_PATTERN;

    luaL_checkstack(reader->L, 12, "workloads nested too deeply");
    if (depth > DEPTH_MAX)
        return reader_fail(reader, path, "nested too deeply (more than %d levels)", DEPTH_MAX);
    const bool bare_nest = lua_nest_get(reader->L, index) != NULL;

    if (!bare_nest &&
        !reader_is_table(reader, index, path,
                         "a workload: what memsim.workload, nest, sequence or mix returns"))
        return false;
    const void *address = lua_topointer(reader->L, index);
    *out = g_hash_table_lookup(c->box->workloads, address);
    if (*out)
        return !is_open(c, *out, depth) ||
               reader_fail(reader, path, "a workload cannot be a part of itself");
    if (bare_nest)
        kind = WORKLOAD_NEST;
    else if (!kind_of(reader, index, path, &kind))
        return false;
    if (kind != WORKLOAD_NEST)
        *out = workload_new(kind);
    else if (!make_nest(reader, index, path, out))
        return false;
    g_hash_table_insert(c->box->workloads, (void *)(uintptr_t)address, *out);
    if (context_push_origin(reader->L, index)) {
        (*out)->where = g_strdup(lua_tostring(reader->L, -1));
        lua_pop(reader->L, 1);
    }
    c->open[depth] = *out;
    return read_kind(c, index, *out, path, depth) &&
           (bare_nest || read_warmup(reader, index, *out, path));
}

static void unref(void *workload)
{
    workload_unref(workload);
}

WorkloadSpec *convert_workload(lua_State *L, int index, Box *box)
{
    static const Path root = { NULL, "workload", 0 };
    Conversion conversion = { .reader = { .L = L, .error = &box->error }, .box = box };
    WorkloadSpec *workload = NULL;

    g_clear_pointer(&box->workloads, g_hash_table_destroy);
    box->workloads = g_hash_table_new_full(NULL, NULL, NULL, unref);
    if (!convert_at(&conversion, lua_absindex(L, index), &root, 0, &workload) ||
        !workload_check(workload, &box->error))
        return NULL;
    return workload;
}
