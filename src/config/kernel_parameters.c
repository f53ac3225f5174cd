/*
 * kernel_parameters - what a caller gives a kernel of the library, checked and completed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/kernel_parameters.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/suggest.h"
#include "config/read_leaf.h"
#include "config/what.h"

G_GNUC_PRINTF(4, 5)
static void refuse(lua_State *L, Box *box, const char *kernel, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    box->text = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(&box->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, "kernel '%s': %s", kernel,
                box->text);
    box_raise(L, box);
}

bool kernel_push_entry(lua_State *L, Box *box, const char *name, int file, lua_Integer i)
{
    if (reader_push(L, file, "parameters") != LUA_TTABLE)
        refuse(L, box, name, "its file has no list of parameters");
    if (lua_rawgeti(L, -1, i) == LUA_TNIL) {
        lua_pop(L, 2);
        return false;
    }
    lua_remove(L, -2);
    if (!lua_istable(L, -1))
        refuse(L, box, name, "its file: parameters[%d] is no { name, default, meaning }", (int)i);
    const int entry = lua_gettop(L);
    const bool fine = lua_rawgeti(L, entry, 1) == LUA_TSTRING &&
                      lua_rawgeti(L, entry, 2) != LUA_TNIL &&
                      lua_rawgeti(L, entry, 3) == LUA_TSTRING;

    lua_settop(L, entry);
    if (!fine)
        refuse(L, box, name, "its file: parameters[%d] is no { name, default, meaning }", (int)i);
    return true;
}

/* The numbers that an entry allows. */
typedef struct {
    bool whole;
    lua_Number least, most;
} Range;

/* A number of the entry, or otherwise. */
static lua_Number bound(lua_State *L, int entry, const char *key, lua_Number otherwise)
{
    const lua_Number value =
        reader_push(L, entry, key) == LUA_TNUMBER ? lua_tonumber(L, -1) : otherwise;

    lua_pop(L, 1);
    return value;
}

static Range range_of(lua_State *L, int entry)
{
    Range range = { .least = 0 };

    lua_rawgeti(L, entry, 2);
    range.whole = lua_isinteger(L, -1);
    range.least = bound(L, entry, "min", range.whole && lua_tointeger(L, -1) != 0 ? 1 : 0);
    range.most = bound(L, entry, "max", 0x1p53);
    lua_pop(L, 1);
    return range;
}

static void check_number(lua_State *L, Box *box, const char *kernel, const char *name, int entry,
                         int value)
{
    const Range range = range_of(L, entry);
    const lua_Number number = lua_tonumber(L, value);
    const bool fits = number >= range.least && number <= range.most;
    const char *whole = range.whole ? "whole " : "";

    if (!fits && range.most < 0x1p53)
        refuse(L, box, kernel, "%s = %.15g: expected a %snumber from %.15g to %.15g", name, number,
               whole, range.least, range.most);
    if (!fits || (range.whole && number != floor(number)))
        refuse(L, box, kernel, "%s = %.15g: expected a %snumber of at least %.15g", name, number,
               whole, range.least);
    if (range.whole) { /* 64.0 is 64 */
        lua_pushinteger(L, (lua_Integer)number);
        lua_replace(L, value);
    }
}

/* The words that the entry allows, into box->words; NULL: any.  A parameter "dtype" is a type of elements. */
static const char *const *words_of(lua_State *L, Box *box, const char *name, int entry)
{
    if (reader_push(L, entry, "values") != LUA_TTABLE) {
        lua_pop(L, 1);
        return strcmp(name, "dtype") == 0 ? element_names() : NULL;
    }
    GPtrArray *words = g_ptr_array_new();

    for (lua_Integer i = 1; lua_rawgeti(L, -1, i) == LUA_TSTRING; i++) {
        g_ptr_array_add(words, g_strdup(lua_tostring(L, -1)));
        lua_pop(L, 1);
    }
    g_ptr_array_add(words, NULL);
    box->words = (char **)g_ptr_array_free(words, FALSE);
    lua_pop(L, 2);
    return (const char *const *)box->words;
}

static void check_word(lua_State *L, Box *box, const char *kernel, const char *name, int entry,
                       int value)
{
    const char *const *words = words_of(L, box, name, entry);
    const char *given = lua_tostring(L, value);

    if (words && !g_strv_contains(words, given)) {
        g_autofree char *known = g_strjoinv(", ", (char **)(uintptr_t)words);
        g_autofree char *message = g_strdup_printf("kernel '%s': %s = \"%s\": expected one of %s",
                                                   kernel, name, given, known);
        g_set_error_literal(&box->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, message);
    }
    g_clear_pointer(&box->words, g_strfreev);
}

/* A list of whole numbers of at least 1. */
static void check_list(lua_State *L, Box *box, const char *kernel, const char *name, int value)
{
    const lua_Integer n = (lua_Integer)lua_rawlen(L, value);

    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, value, i);
        if (!lua_isinteger(L, -1) || lua_tointeger(L, -1) < 1)
            refuse(L, box, kernel, "%s[%d]: expected a whole number of at least 1", name, (int)i);
        lua_pop(L, 1);
    }
    if (n == 0)
        refuse(L, box, kernel, "%s: the list is empty", name);
}

/* The value on the top of the stack is one for the entry. */
static void check_value(lua_State *L, Box *box, const char *kernel, const char *name, int entry)
{
    const int value = lua_gettop(L);
    const int type = lua_type(L, value);
    const bool list = reader_push(L, entry, "list") == LUA_TBOOLEAN && lua_toboolean(L, -1);

    lua_rawgeti(L, entry, 2);
    const int wanted = lua_type(L, -1);

    lua_settop(L, value);
    if (list && type == LUA_TTABLE)
        check_list(L, box, kernel, name, value);
    else if (type != wanted)
        refuse(L, box, kernel, "%s: expected %s%s, not %s", name, what_type(wanted),
               list ? " or a list of numbers" : "", what_type(type));
    else if (type == LUA_TNUMBER)
        check_number(L, box, kernel, name, entry, value);
    else if (type == LUA_TSTRING)
        check_word(L, box, kernel, name, entry, value);
    if (box->error)
        box_raise(L, box);
}

/* Names that the caller may use, into box->words. */
static void collect_names(lua_State *L, Box *box, const char *kernel, int file)
{
    const int top = lua_gettop(L);
    GPtrArray *names = g_ptr_array_new();

    /* what may raise an error comes first */
    for (lua_Integer i = 1; kernel_push_entry(L, box, kernel, file, i); i++)
        lua_rawgeti(L, -1, 1);
    reader_push(L, file, "arrays");
    const int arrays = lua_gettop(L);

    for (int at = top + 2; at < arrays; at += 2)
        g_ptr_array_add(names, g_strdup(lua_tostring(L, at)));
    for (lua_Integer i = 1; lua_istable(L, arrays) && lua_rawgeti(L, arrays, i) == LUA_TSTRING; i++)
        g_ptr_array_add(names, g_strdup(lua_tostring(L, -1)));
    for (size_t i = 0; workload_outer_keys[i]; i++)
        g_ptr_array_add(names, g_strdup(workload_outer_keys[i]));
    g_ptr_array_add(names, NULL);
    box->words = (char **)g_ptr_array_free(names, FALSE);
    lua_settop(L, top);
}

/* Nothing in the caller's table but what the kernel knows; of several unknown names the first in the alphabet. */
static void check_names(lua_State *L, Box *box, const char *kernel, int file, int given)
{
    const char *unknown = NULL;

    collect_names(L, box, kernel, file);
    for (lua_pushnil(L); lua_next(L, given); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            refuse(L, box, kernel, "expected a table of named parameters, such as { n = 64 }");
        const char *name = lua_tostring(L, -2);

        if (!g_strv_contains((const char *const *)box->words, name) &&
            (unknown == NULL || strcmp(name, unknown) < 0))
            unknown = name;
    }
    if (unknown) {
        const char *near = suggest_nearest(unknown, (const char *const *)box->words);
        g_autofree char *known = g_strjoinv(", ", box->words);

        g_set_error(&box->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                    "kernel '%s': no parameter '%s'%s%s%s; known: %s", kernel, unknown,
                    near ? "; did you mean '" : "", near ? near : "", near ? "'" : "", known);
    }
    g_clear_pointer(&box->words, g_strfreev);
    if (box->error)
        box_raise(L, box);
}

/* The arrays that the caller gives, into the table at index to. */
static void copy_arrays(lua_State *L, Box *box, const char *kernel, int file, int given, int to)
{
    const int arrays = lua_gettop(L) + 1;

    if (reader_push(L, file, "arrays") != LUA_TTABLE) {
        lua_pop(L, 1);
        return;
    }
    for (lua_Integer i = 1; lua_rawgeti(L, arrays, i) == LUA_TSTRING; i++) {
        const char *name = lua_tostring(L, -1);
        const int type = reader_push(L, given, name);

        if (type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TBOOLEAN)
            refuse(L, box, kernel, "%s: expected an array, what memsim.array returns, not %s", name,
                   what_type(type));
        lua_rawset(L, to);
    }
    lua_settop(L, arrays - 1);
}

void kernel_push_parameters(lua_State *L, Box *box, const char *name, int file, int given)
{
    const bool any = lua_istable(L, given);

    luaL_checkstack(L, 200, "too many parameters");
    if (!any && !lua_isnil(L, given))
        refuse(L, box, name, "expected a table of parameters, such as { n = 64 }, not %s",
               what_is(L, given));
    if (any)
        check_names(L, box, name, file, given);
    lua_newtable(L);
    const int table = lua_gettop(L);

    for (lua_Integer i = 1; kernel_push_entry(L, box, name, file, i); i++) {
        const int entry = lua_gettop(L);

        lua_rawgeti(L, entry, 1);
        const char *key = lua_tostring(L, -1);

        if (!any || reader_push(L, given, key) == LUA_TNIL) {
            lua_settop(L, entry + 1);
            lua_rawgeti(L, entry, 2);
        } else {
            check_value(L, box, name, key, entry);
        }
        lua_rawset(L, table);
        lua_settop(L, table);
    }
    if (any)
        copy_arrays(L, box, name, file, given, table);
}
