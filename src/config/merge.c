/*
 * merge - copies of Lua tables, and a machine with some of its keys replaced.
 *
 * Tables merge deeply, caches match by name, false removes (a key whose value is true or false is set to it).
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "config/convert.h"
#include "config/read_memory.h"
#include "config/what.h"

enum { DEPTH_MAX = 16 };

static const Path root = { NULL, "machine", 0 };

static bool copy_at(lua_State *L, int index, Box *box, int depth)
{
    const int table = lua_absindex(L, index);

    if (depth > DEPTH_MAX) {
        const Reader reader = { .L = L, .error = &box->error };
        return reader_fail(&reader, &root, "tables nested too deeply (more than %d levels)",
                           DEPTH_MAX);
    }
    luaL_checkstack(L, 8, "tables nested too deeply");
    lua_newtable(L);
    const int copy = lua_absindex(L, -1);
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
        lua_pushvalue(L, -2);
        if (!lua_istable(L, -2))
            lua_pushvalue(L, -2);
        else if (!copy_at(L, -2, box, depth + 1))
            return false;
        lua_rawset(L, copy);
    }
    return true;
}

void merge_push_shallow(lua_State *L, int index)
{
    const int from = lua_absindex(L, index);

    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, from); lua_pop(L, 1)) {
        lua_pushvalue(L, -2);
        lua_pushvalue(L, -2);
        lua_rawset(L, -5);
    }
}

bool merge_copy(lua_State *L, int index, Box *box)
{
    return copy_at(L, index, box, 0);
}

/* Whether false is a value of the key, not a wish to remove it. */
static bool false_is_a_value(const char *key)
{
    const Field *const tables[] = { compute_fields, cache_fields, simple_fields, two_tier_fields,
                                    dram_fields };

    if (strcmp(key, "shared") == 0)
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        const Field *field = field_find(tables[i], key);
        if (field && field->kind == FIELD_BOOL)
            return true;
    }
    return false;
}

static bool merge_tables(lua_State *L, int base, int over, Box *box, int depth);

/* The position of the cache of this name in the list at index base; 0 when there is none. */
static lua_Integer find_cache(lua_State *L, int base, const char *name)
{
    lua_Integer found = 0;
    const lua_Integer length = (lua_Integer)lua_rawlen(L, base);

    for (lua_Integer i = 1; i <= length && found == 0; i++) {
        if (lua_rawgeti(L, base, i) == LUA_TTABLE) {
            if (reader_push(L, -1, "name") == LUA_TSTRING &&
                g_ascii_strcasecmp(lua_tostring(L, -1), name) == 0)
                found = i;
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
    return found;
}

static void remove_cache(lua_State *L, int base, lua_Integer at)
{
    const lua_Integer length = (lua_Integer)lua_rawlen(L, base);

    for (; at < length; at++) {
        lua_rawgeti(L, base, at + 1);
        lua_rawseti(L, base, at);
    }
    lua_pushnil(L);
    lua_rawseti(L, base, length);
}

/* The override on the top of the stack for the cache called name. */
static bool merge_cache(lua_State *L, int base, const char *name, bool may_add, Box *box)
{
    const Reader reader = { .L = L, .error = &box->error };
    const Path caches = { &root, "caches", 0 };
    const Path path = { &caches, name, 0 };
    const lua_Integer at = find_cache(L, base, name);
    const int over = lua_absindex(L, -1);

    if (at == 0 && !may_add)
        return reader_fail(&reader, &path, "the machine has no cache '%s'", name);
    if (lua_isboolean(L, over) && !lua_toboolean(L, over)) {
        remove_cache(L, base, at);
        return true;
    }
    if (!lua_istable(L, over))
        return reader_fail(&reader, &path, "expected a table, or false to remove it, not %s",
                           what_is(L, over));
    if (at == 0) {
        if (!copy_at(L, over, box, 0))
            return false;
        lua_rawseti(L, base, (lua_Integer)lua_rawlen(L, base) + 1);
        return true;
    }
    lua_rawgeti(L, base, at);
    if (!merge_tables(L, lua_absindex(L, -1), over, box, 1))
        return false;
    lua_pop(L, 1);
    return true;
}

static bool merge_caches(lua_State *L, int base, int over, Box *box)
{
    Reader reader = { .L = L, .error = &box->error };
    const Path path = { &root, "caches", 0 };
    const lua_Integer length = reader_list(&reader, over, &path, true);

    if (length < 0)
        return false;
    for (lua_Integer i = 1; i <= length; i++) {
        const Path at = { &path, NULL, i };

        if (lua_rawgeti(L, over, i) != LUA_TTABLE || reader_push(L, -1, "name") != LUA_TSTRING)
            return reader_fail(&reader, &at,
                               "give the name of a cache: overrides match caches by name");
        const char *name = lua_tostring(L, -1);
        lua_insert(L, -2); /* the name stays on the stack below its table */
        if (!merge_cache(L, base, name, true, box))
            return false;
        lua_pop(L, 2);
    }
    for (lua_pushnil(L); lua_next(L, over); lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING &&
            !merge_cache(L, base, lua_tostring(L, -2), false, box))
            return false;
    return true;
}

static bool is_dram(lua_State *L, int memory)
{
    const bool dram = reader_push(L, memory, "type") == LUA_TSTRING &&
                      strcmp(lua_tostring(L, -1), memory_types[MEMORY_DRAM]) == 0;

    lua_pop(L, 1);
    return dram;
}

/* Whether the memory tables have different types, or the new one is a DRAM grade of its own, so that nothing of the old
 * one fits the new one. */
static bool types_differ(lua_State *L, int base, int over)
{
    const bool graded = reader_push(L, over, "grade") != LUA_TNIL && is_dram(L, over);
    const int old_type = reader_push(L, base, "type");
    const int new_type = reader_push(L, over, "type");
    const char *old_name = old_type == LUA_TSTRING ? lua_tostring(L, -2) : "simple";
    const bool differ = new_type == LUA_TSTRING && strcmp(old_name, lua_tostring(L, -1)) != 0;

    lua_pop(L, 3);
    return differ || graded;
}

/* In a table of timings put what an alias says in the place of its parts, where they are not given themselves. */
static void spread_aliases(lua_State *L, int timing)
{
    for (const DramAlias *alias = dram_aliases; alias->name; alias++) {
        if (reader_push(L, timing, alias->name) != LUA_TNIL) {
            for (size_t i = 0; i < G_N_ELEMENTS(alias->parts); i++) {
                if (reader_push(L, timing, alias->parts[i]) == LUA_TNIL) {
                    lua_pushstring(L, alias->parts[i]);
                    lua_pushvalue(L, -3);
                    lua_rawset(L, timing);
                }
                lua_pop(L, 1);
            }
            lua_pushstring(L, alias->name);
            lua_pushnil(L);
            lua_rawset(L, timing);
        }
        lua_pop(L, 1);
    }
}

static bool merge_timing(lua_State *L, int old, int over, Box *box)
{
    spread_aliases(L, old);
    if (!copy_at(L, over, box, 0))
        return false;
    spread_aliases(L, lua_absindex(L, -1));
    if (!merge_tables(L, old, lua_absindex(L, -1), box, 2))
        return false;
    lua_pop(L, 1);
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool fail_density(lua_State *L, int densities, const char *density, Box *box,
                         const Path *path)
{
    const Reader reader = { .L = L, .error = &box->error };
    g_autoptr(GPtrArray) known = g_ptr_array_new();

    if (lua_istable(L, densities))
        for (lua_pushnil(L); lua_next(L, densities); lua_pop(L, 1))
            if (lua_type(L, -2) == LUA_TSTRING && lua_istable(L, -1))
                g_ptr_array_add(known, (void *)(uintptr_t)lua_tostring(L, -2));
    g_ptr_array_sort(known, by_text);
    g_ptr_array_add(known, NULL);
    g_autofree char *list = g_strjoinv(", ", (char **)known->pdata);
    return reader_fail(&reader, path, "the grade has no density '%s'; known: %s", density,
                       *list ? list : "none");
}

bool merge_density(lua_State *L, int base, const char *density, Box *box, const Path *up)
{
    const Path path = { up, "density", 0 };
    const int memory = lua_absindex(L, base);
    const int type = reader_push(L, memory, "densities");
    const int densities = lua_absindex(L, -1);

    luaL_checkstack(L, 12, "tables nested too deeply");
    if (type != LUA_TTABLE || reader_push(L, densities, density) != LUA_TTABLE)
        return fail_density(L, densities, density, box, &path);
    if (!merge_tables(L, memory, lua_absindex(L, -1), box, 1))
        return false;
    lua_pushliteral(L, MEMORY_DENSITY_MARK);
    lua_pushstring(L, density);
    lua_rawset(L, densities);
    lua_pushliteral(L, "density");
    lua_pushstring(L, density);
    lua_rawset(L, memory);
    lua_pop(L, 2);
    return true;
}

bool merge_dram(lua_State *L, int base, int over, Box *box, const Path *path)
{
    const int memory = lua_absindex(L, base);
    const int overrides = lua_absindex(L, over);

    luaL_checkstack(L, 12, "tables nested too deeply");
    if (reader_push(L, overrides, "grade") == LUA_TSTRING) {
        const Reader reader = { .L = L, .error = &box->error };
        const Path grade = { path, "grade", 0 };

        return reader_fail(&reader, &grade, "for another grade give memory = memsim.dram(\"%s\")",
                           lua_tostring(L, -1));
    }
    if (reader_push(L, overrides, "density") == LUA_TSTRING &&
        !merge_density(L, memory, lua_tostring(L, -1), box, path))
        return false;
    lua_pop(L, 2);
    return merge_tables(L, memory, overrides, box, 1);
}

/* The override of a table by a table: base[key] and the override are on the stack. */
static bool merge_inner(lua_State *L, int old, int over, const char *key, Box *box, int depth)
{
    if (depth == 0 && strcmp(key, "caches") == 0)
        return merge_caches(L, old, over, box);
    if (depth == 0 && strcmp(key, "memory") == 0 && is_dram(L, old)) {
        static const Path memory = { &root, "memory", 0 };

        return merge_dram(L, old, over, box, &memory);
    }
    if (depth == 1 && strcmp(key, "timing") == 0)
        return merge_timing(L, old, over, box);
    return merge_tables(L, old, over, box, depth + 1);
}

/* base[key] = a copy of the value at index value; the key is a string. */
static bool replace(lua_State *L, int base, int value, const char *key, Box *box)
{
    lua_pushstring(L, key);
    if (!lua_istable(L, value))
        lua_pushvalue(L, value);
    else if (!copy_at(L, value, box, 0))
        return false;
    lua_rawset(L, base);
    return true;
}

static bool merge_key(lua_State *L, int base, int over, const char *key, Box *box, int depth)
{
    const int old_type = reader_push(L, base, key);
    const int old = lua_absindex(L, -1);
    const bool removes =
        lua_isboolean(L, over) && !lua_toboolean(L, over) && !false_is_a_value(key);
    bool fine = true;

    if (removes && old_type != LUA_TNIL) {
        lua_pushstring(L, key);
        lua_pushnil(L);
        lua_rawset(L, base);
    } else if (lua_istable(L, over) && old_type == LUA_TTABLE &&
               !(depth == 0 && strcmp(key, "memory") == 0 && types_differ(L, old, over))) {
        fine = merge_inner(L, old, over, key, box, depth);
    } else {
        fine = replace(L, base, over, key,
                       box); /* a false that removes nothing is found by the reader */
    }
    if (fine)
        lua_pop(L, 1);
    return fine;
}

static bool merge_tables(lua_State *L, int base, int over, Box *box, int depth)
{
    const Reader reader = { .L = L, .error = &box->error };

    if (depth > DEPTH_MAX)
        return reader_fail(&reader, &root, "tables nested too deeply (more than %d levels)",
                           DEPTH_MAX);
    luaL_checkstack(L, 12, "tables nested too deeply");
    for (lua_pushnil(L); lua_next(L, over); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            return reader_fail(&reader, &root, "overrides need named keys");
        if (!merge_key(L, base, lua_absindex(L, -1), lua_tostring(L, -2), box, depth))
            return false;
    }
    return true;
}

bool merge_machine(lua_State *L, int base, int over, Box *box)
{
    return merge_tables(L, lua_absindex(L, base), lua_absindex(L, over), box, 0);
}
