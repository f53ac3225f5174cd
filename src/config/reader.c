/*
 * reader - from a Lua table to a C struct, by a table of fields.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/reader.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/suggest.h"
#include "config/what.h"

static void print_path(const Path *path, GString *out)
{
    if (path->up)
        print_path(path->up, out);
    if (path->key == NULL)
        g_string_append_printf(out, "[%lld]", (long long)path->index);
    else
        g_string_append_printf(out, "%s%s", path->up ? "." : "", path->key);
}

bool reader_fail(const Reader *reader, const Path *path, const char *format, ...)
{
    GString *text = g_string_new(NULL);
    va_list arguments;

    print_path(path, text);
    g_string_append(text, ": ");
    va_start(arguments, format);
    g_string_append_vprintf(text, format, arguments);
    va_end(arguments);
    g_set_error_literal(reader->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, text->str);
    g_string_free(text, TRUE);
    return false;
}

bool reader_fail_at(const Reader *reader, const Path *path)
{
    GString *text = g_string_new(NULL);

    print_path(path, text);
    g_prefix_error(reader->error, "%s: ", text->str);
    g_string_free(text, TRUE);
    return false;
}

int reader_push(lua_State *L, int index, const char *key)
{
    const int table = lua_absindex(L, index);

    lua_pushstring(L, key);
    return lua_rawget(L, table);
}

bool reader_is_table(Reader *reader, int index, const Path *path, const char *what)
{
    if (lua_istable(reader->L, index))
        return true;
    if (lua_isnoneornil(reader->L, index))
        return reader_fail(reader, path, "missing; give %s", what);
    return reader_fail(reader, path, "expected %s, not %s", what, what_is(reader->L, index));
}

lua_Integer reader_list(Reader *reader, int index, const Path *path, bool words)
{
    lua_State *L = reader->L;
    const int table = lua_absindex(L, index);
    const lua_Integer length = (lua_Integer)lua_rawlen(L, table);

    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
        if (words && lua_type(L, -2) == LUA_TSTRING)
            continue;
        const lua_Integer key = lua_isinteger(L, -2) ? lua_tointeger(L, -2) : 0;
        if (key < 1 || key > length) {
            lua_pop(L, 2);
            reader_fail(reader, path, "expected a list: keys 1, 2, 3, ... without holes");
            return -1;
        }
    }
    return length;
}

const char *reader_text(Reader *reader, const Path *path)
{
    size_t length = 0;

    if (lua_type(reader->L, -1) != LUA_TSTRING) {
        reader_fail(reader, path, "expected a string, not %s", what_is(reader->L, -1));
        return NULL;
    }
    const char *text = lua_tolstring(reader->L, -1, &length);
    if (!g_utf8_validate(text, (gssize)length, NULL)) { /* false for an embedded zero, too */
        reader_fail(reader, path, "the string is not valid UTF-8");
        return NULL;
    }
    return text;
}

bool reader_word(Reader *reader, const char *const *words, const Path *path, uint32_t *word)
{
    const bool is_text = lua_type(reader->L, -1) == LUA_TSTRING;
    const char *text = is_text ? reader_text(reader, path) : NULL;

    if (is_text && text == NULL)
        return false;
    for (uint32_t i = 0; text && words[i]; i++)
        if (strcmp(words[i], text) == 0) {
            *word = i;
            return true;
        }
    g_autofree char *list = g_strjoinv(", ", (char **)(uintptr_t)words);

    if (text == NULL)
        return reader_fail(reader, path, "expected a string, not %s; known: %s",
                           what_is(reader->L, -1), list);
    const char *near = suggest_nearest(text, words);

    return reader_fail(reader, path, "unknown word '%s'%s%s%s; known: %s", text,
                       near ? "; did you mean '" : "", near ? near : "", near ? "'" : "", list);
}

static bool read_text(Reader *reader, const Field *field, void *base, const Path *path)
{
    char **at = (char **)(void *)((char *)base + field->offset);
    const char *text = reader_text(reader, path);

    if (text == NULL)
        return false;
    g_free(*at);
    *at = g_strdup(text);
    return true;
}

static bool read_bool(Reader *reader, const Field *field, void *base, const Path *path)
{
    if (!lua_isboolean(reader->L, -1))
        return reader_fail(reader, path, "expected true or false, not %s", what_is(reader->L, -1));
    *(bool *)((char *)base + field->offset) = lua_toboolean(reader->L, -1);
    return true;
}

static bool fail_type(Reader *reader, const Field *field, const Path *path)
{
    const Unit unit = field_unit(field->kind);
    const char *what = field->kind == FIELD_CYCLES
                           ? "cycles, such as 17, or a time, such as \"13.75 ns\""
                       : unit != UNIT_NONE         ? units_phrase(unit)
                       : field->kind == FIELD_REAL ? "a number"
                                                   : "a whole number";
    g_autofree char *word =
        field->unlimited ? g_strdup_printf(" or \"%s\"", field->unlimited) : g_strdup("");

    if (lua_type(reader->L, -1) == LUA_TSTRING)
        return reader_fail(reader, path, "expected %s%s, not the string \"%s\"", what, word,
                           lua_tostring(reader->L, -1));
    return reader_fail(reader, path, "expected %s%s, not %s", what, word, what_is(reader->L, -1));
}

/* "17 tCK", "17 nCK", "17 cycles", or a time. */
static bool parse_cycles(const Reader *reader, const Field *field, const char *text, double *value)
{
    static const char *const words[] = { "tCK", "nCK", "cycles", "cycle" };
    char *end = NULL;
    double seconds = 0;
    Tick time_fs = 0;

    *value = g_ascii_strtod(text, &end);
    while (end > text && *end == ' ')
        end++;
    for (size_t i = 0; end > text && i < G_N_ELEMENTS(words); i++)
        if (strcmp(end, words[i]) == 0)
            return true;
    if (!units_parse(text, UNIT_SECONDS, 0, &seconds, reader->error))
        return false;
    /* a second is more cycles than any field takes */
    if (seconds >= 0 && seconds <= 1 && tick_from_seconds(seconds, &time_fs))
        *value = reader->cycles(reader->cycles_of, field, time_fs);
    else
        *value = seconds * 1e9;
    return true;
}

static bool read_number(Reader *reader, const Field *field, void *base, const Path *path)
{
    const int type = lua_type(reader->L, -1);
    const Unit unit = field_unit(field->kind);
    double value = 0;

    if (type == LUA_TNUMBER) {
        value = lua_tonumber(reader->L, -1);
    } else if (type == LUA_TSTRING && field->unlimited &&
               strcmp(lua_tostring(reader->L, -1), field->unlimited) == 0) {
        field_set_unlimited(field, base);
        return true;
    } else if (type == LUA_TSTRING && field->kind == FIELD_CYCLES && reader->cycles) {
        if (!parse_cycles(reader, field, lua_tostring(reader->L, -1), &value))
            return reader_fail_at(reader, path);
    } else if (type == LUA_TSTRING && unit != UNIT_NONE) {
        if (!units_parse(lua_tostring(reader->L, -1), unit, reader->cycle_s, &value, reader->error))
            return reader_fail_at(reader, path);
    } else {
        return fail_type(reader, field, path);
    }
    if (!field_set(field, base, value, reader->error))
        return reader_fail_at(reader, path);
    if (field->kind == FIELD_COUNT64 &&
        lua_isinteger(reader->L, -1)) /* all its bits: a double has 53 */
        *(uint64_t *)(void *)((char *)base + field->offset) =
            (uint64_t)lua_tointeger(reader->L, -1);
    return true;
}

bool reader_value(Reader *reader, const Field *field, void *base, const Path *path)
{
    switch (field->kind) {
    case FIELD_TEXT:
        return read_text(reader, field, base, path);
    case FIELD_BOOL:
        return read_bool(reader, field, base, path);
    case FIELD_WORD:
        return reader_word(reader, field->choices, path,
                           (uint32_t *)(void *)((char *)base + field->offset));
    case FIELD_OTHER:
        return true;
    default:
        return read_number(reader, field, base, path);
    }
}

static bool is_known(const Section *sections, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (field_find(sections[i].fields, key))
            return true;
    return false;
}

static bool fail_unknown(Reader *reader, const Path *path, const Section *sections, size_t n,
                         const char *key)
{
    const Path at = { path, key, 0 };

    if (reader->foreign && field_find(reader->foreign, key))
        return reader_fail(reader, &at, "'%s' %s", key, reader->foreign_why);
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    for (size_t i = 0; i < n; i++)
        for (const Field *field = sections[i].fields; field->kind != FIELD_END; field++)
            g_ptr_array_add(known, (void *)(uintptr_t)field->key);
    g_ptr_array_add(known, NULL);
    const char *near = suggest_nearest(key, (const char *const *)known->pdata);
    if (near)
        return reader_fail(reader, &at, "unknown key '%s'; did you mean '%s'?", key, near);
    g_autofree char *list = g_strjoinv(", ", (char **)known->pdata);
    return reader_fail(reader, &at, "unknown key '%s'; known: %s", key, list);
}

/* The unknown key that comes first in the alphabet is the one that is named. */
static bool check_keys(Reader *reader, int table, const Path *path, const Section *sections,
                       size_t n, lua_Integer list)
{
    lua_State *L = reader->L;
    const char *unknown = NULL; /* borrowed: the table holds it */

    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
        if (lua_type(L, -2) == LUA_TSTRING) {
            const char *key = lua_tostring(L, -2);
            if (!is_known(sections, n, key) && (unknown == NULL || strcmp(key, unknown) < 0))
                unknown = key;
            continue;
        }
        const lua_Integer key = lua_isinteger(L, -2) ? lua_tointeger(L, -2) : 0;
        if (key >= 1 && key <= list)
            continue;
        const Path at = { path, NULL, key };
        const bool whole = lua_isinteger(L, -2);
        lua_pop(L, 2);
        return reader_fail(reader, whole ? &at : path, "expected named keys, such as { %s = ... }",
                           sections[0].fields[0].key);
    }
    return unknown == NULL || fail_unknown(reader, path, sections, n, unknown);
}

static bool read_section(Reader *reader, int table, const Path *path, Section *section)
{
    for (size_t i = 0; section->fields[i].kind != FIELD_END; i++) {
        const Field *field = &section->fields[i];
        const Path at = { path, field->key, 0 };

        if (reader_push(reader->L, table, field->key) != LUA_TNIL) {
            section->given |= UINT64_C(1) << i;
            if (!reader_value(reader, field, section->base, &at))
                return false;
        } else if (isnan(field->fallback) && !reader->lenient) {
            return reader_fail(reader, &at, "missing; it is required (%s)", field->help);
        }
        lua_pop(reader->L, 1);
    }
    return true;
}

bool reader_table(Reader *reader, int index, const Path *path, Section *sections, size_t n_sections,
                  lua_Integer list)
{
    const int table = lua_absindex(reader->L, index);

    luaL_checkstack(reader->L, 8, "tables nested too deeply");
    if (!check_keys(reader, table, path, sections, n_sections, list))
        return false;
    for (size_t i = 0; i < n_sections; i++)
        if (!read_section(reader, table, path, &sections[i]))
            return false;
    return true;
}

bool section_has(const Section *section, const char *key)
{
    for (size_t i = 0; section->fields[i].kind != FIELD_END; i++)
        if (strcmp(section->fields[i].key, key) == 0)
            return (section->given >> i & 1) != 0;
    return false;
}

bool reader_any_given(Reader *reader, const Section *section, const char *const *keys,
                      const Path *up, const char *why)
{
    for (; *keys; keys++) {
        const Path path = { up, *keys, 0 };
        if (section_has(section, *keys))
            return !reader_fail(reader, &path, "%s", why);
    }
    return false;
}
