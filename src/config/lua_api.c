/*
 * lua_api - the table `memsim` of a script.
 *
 * Each function copies the tables it gets, checks them by converting them, and returns the copy with a mark, so that
 * an error is raised where the script has it and a script may still read and change what it got.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/lua_api.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/identifier.h"
#include "config/context.h"
#include "config/convert.h"
#include "config/guard.h"
#include "config/lua_analytic.h"
#include "config/lua_bounds.h"
#include "config/lua_dram.h"
#include "config/lua_expr.h"
#include "config/lua_indices.h"
#include "config/lua_kernel.h"
#include "config/lua_library.h"
#include "config/lua_nest.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unknown"
#endif

#define API_KEY "memsim.api"

void convert_mark(lua_State *L, const char *type)
{
    luaL_newmetatable(L, type);
    lua_setmetatable(L, -2);
}

bool convert_is(lua_State *L, int index, const char *type)
{
    if (!lua_getmetatable(L, index))
        return false;
    luaL_getmetatable(L, type);
    const bool same = lua_rawequal(L, -1, -2);

    lua_pop(L, 2);
    return same;
}

static int fail(lua_State *L, Box *box, const char *message)
{
    g_clear_error(&box->error);
    g_set_error_literal(&box->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, message);
    return box_raise(L, box);
}

/* The library's machine of this name: a copy of its table, with its name, is on the stack. */
static void push_library_machine(lua_State *L, Box *box, const char *name)
{
    const char *path = lua_library_push(L, box, "machines", name);

    if (!convert_machine(L, -1, box)) {
        g_prefix_error(&box->error, "%s: ", path);
        box_raise(L, box);
    }
    box_clear(box);
    if (reader_push(L, -1, "name") == LUA_TNIL) {
        lua_pushliteral(L, "name");
        lua_pushstring(L, name);
        lua_rawset(L, -4);
    }
    lua_pop(L, 1);
}

/* memsim.machine { ... }, memsim.machine "name", memsim.machine(either, { overrides }) */
static int api_machine(lua_State *L)
{
    Box *box;

    context_take_arguments(L, "machine", 2, false);
    box = box_push(L);
    if (lua_type(L, 1) == LUA_TSTRING)
        push_library_machine(L, box, lua_tostring(L, 1));
    else if (!lua_istable(L, 1))
        return fail(L, box, "machine: expected a table or the name of a machine of the library");
    else if (!merge_copy(L, 1, box))
        return box_raise(L, box);
    if (lua_istable(L, 2)) {
        if (!merge_machine(L, -1, 2, box))
            return box_raise(L, box);
    } else if (!lua_isnil(L, 2)) {
        return fail(L, box, "machine: the overrides are a table");
    }
    if (!convert_machine(L, -1, box))
        return box_raise(L, box);
    box_clear(box);
    convert_mark(L, TYPE_MACHINE);
    context_note_origin(L);
    return 1;
}

/* Check the workload on the top of the stack. */
static int return_workload(lua_State *L, Box *box)
{
    if (convert_workload(L, -1, box) == NULL)
        return box_raise(L, box);
    box_clear(box);
    context_note_origin(L);
    return 1;
}

/* memsim.workload { pattern = ... } or { trace = ... } */
static int api_workload(lua_State *L)
{
    context_take_arguments(L, "workload", 1, false);
    Box *box = box_push(L);

    if (!lua_istable(L, 1))
        return fail(
            L, box,
            "workload: expected a table, such as { pattern = \"random\", footprint = \"1MiB\" }");
    if (!merge_copy(L, 1, box))
        return box_raise(L, box);
    convert_mark(L, TYPE_WORKLOAD);
    return return_workload(L, box);
}

/* Push a copy of the list of parts, the only argument: a part named twice stays one.  The new box owns nothing yet. */
static Box *push_parts(lua_State *L, const char *name, const char *expected)
{
    context_take_arguments(L, name, 1, false);
    Box *box = box_push(L);

    if (!lua_istable(L, 1))
        fail(L, box, expected);
    merge_push_shallow(L, 1);
    return box;
}

/* memsim.sequence { w1, w2, ... } */
static int api_sequence(lua_State *L)
{
    Box *box =
        push_parts(L, "sequence", "workload: expected a list of workloads, such as { w1, w2 }");

    convert_mark(L, TYPE_SEQUENCE);
    return return_workload(L, box);
}

/* memsim.mix { { 0.7, w1 }, { 0.3, w2 } } */
static int api_mix(lua_State *L)
{
    Box *box = push_parts(
        L, "mix",
        "workload: expected a list of shares and workloads, such as { { 0.7, w1 }, { 0.3, w2 } }");
    const int copy = lua_absindex(L, -1);

    for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, copy); i++) {
        if (lua_rawgeti(L, copy, i) == LUA_TTABLE) {
            merge_push_shallow(L, -1);
            lua_rawseti(L, copy, i);
        }
        lua_pop(L, 1);
    }
    convert_mark(L, TYPE_MIX);
    return return_workload(L, box);
}

/* memsim.sweep { title = ..., axes = ..., point = ... } */
static int api_sweep(lua_State *L)
{
    context_take_arguments(L, "sweep", 1, false);
    Box *box = box_push(L);

    if (!convert_check_sweep(L, 1, box))
        return box_raise(L, box);
    if (!merge_copy(L, 1, box))
        return box_raise(L, box);
    convert_mark(L, TYPE_SWEEP);
    context_note_origin(L);
    return 1;
}

/* memsim.best { sweep, objective = "time_s" } */
static int api_best(lua_State *L)
{
    static const Field keys[] = {
        { "objective", FIELD_OTHER, 0, 0, 0, 0, NULL, NULL, "a column" },
        { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
    };
    static const Path path = { NULL, "best", 0 };
    static const Path objective_path = { &path, "objective", 0 };
    context_take_arguments(L, "best", 1, false);
    Box *box = box_push(L);
    Reader reader = { .L = L, .error = &box->error };
    Section section = { keys, NULL, 0 };

    if (!reader_is_table(&reader, 1, &path, "{ sweep, objective = \"time_s\" }") ||
        !reader_table(&reader, 1, &path, &section, 1, 1))
        return box_raise(L, box);
    if (lua_rawgeti(L, 1, 1) != LUA_TTABLE || !convert_is(L, -1, TYPE_SWEEP))
        return fail(L, box, "best: expected { sweep, objective = \"time_s\" }");
    if (reader_push(L, 1, "objective") != LUA_TNIL && reader_text(&reader, &objective_path) == NULL)
        return box_raise(L, box);
    merge_push_shallow(L, 1);
    convert_mark(L, TYPE_BEST);
    context_note_origin(L);
    return 1;
}

/* memsim.quantity "40 MiB": the number in base units, whatever the unit. */
static int api_quantity(lua_State *L)
{
    double value = 0;

    context_take_arguments(L, "quantity", 1, false);
    if (lua_type(L, 1) == LUA_TNUMBER)
        return 1;
    Box *box = box_push(L);
    if (lua_type(L, 1) != LUA_TSTRING)
        return fail(L, box,
                    "quantity: expected a number or a string with a unit, such as \"40 MiB\"");
    const char *text = lua_tostring(L, 1);
    for (int unit = UNIT_BYTES; unit <= UNIT_JOULES; unit++)
        if (units_parse(text, (Unit)unit, 0, &value, NULL)) {
            lua_pushnumber(L, value);
            return 1;
        }
    lua_pushfstring(
        L, "quantity: \"%s\" is no number with a known unit, such as \"40 MiB\" or \"13.75 ns\"",
        text);
    return fail(L, box, lua_tostring(L, -1));
}

/* memsim.bytes "40 MiB" */
static int api_bytes(lua_State *L)
{
    double value = 0;

    context_take_arguments(L, "bytes", 1, false);
    Box *box = box_push(L);
    if (lua_type(L, 1) == LUA_TNUMBER) {
        if (!(lua_tonumber(L, 1) >= 0) || isinf(lua_tonumber(L, 1)))
            return fail(L, box, "bytes: expected a number from 0 on");
        lua_pushvalue(L, 1);
        return 1;
    }
    if (lua_type(L, 1) != LUA_TSTRING)
        return fail(L, box, "bytes: expected a number or a string with a unit, such as \"40 MiB\"");
    if (!units_parse(lua_tostring(L, 1), UNIT_BYTES, 0, &value, &box->error)) {
        g_prefix_error(&box->error, "bytes: ");
        return box_raise(L, box);
    }
    if (value >= 0 && value < 0x1p62 && value == floor(value))
        lua_pushinteger(L, (lua_Integer)value);
    else
        lua_pushnumber(L, value);
    return 1;
}

void config_push_api(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "machine", api_machine },
        { "dram", lua_dram },
        { "workload", api_workload },
        { "sequence", api_sequence },
        { "mix", api_mix },
        { "sweep", api_sweep },
        { "best", api_best },
        { "quantity", api_quantity },
        { "bytes", api_bytes },
        { "index", lua_index },
        { "array", lua_array_new },
        { "indices", lua_indices },
        { "matrix_market", lua_matrix_market },
        { "read", lua_read },
        { "write", lua_write },
        { "update", lua_update },
        { "nest", lua_nest },
        { "analytic", lua_analytic },
        { "kernel", lua_kernel },
        { "kernels_of", lua_kernels_of },
        { "element_bytes", lua_element_bytes },
        { NULL, NULL },
    };

    if (lua_getfield(L, LUA_REGISTRYINDEX, API_KEY) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    guard_push_args(L);
    lua_setfield(L, -2, "args");
    lua_bounds_push(L);
    lua_setfield(L, -2, "bounds");
    lua_pushliteral(L, PACKAGE_VERSION);
    lua_setfield(L, -2, "version");
    guard_names(L, "memsim has no");
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, API_KEY);
}

/* A number or a boolean where the text reads as one, else the text. */
static void push_argument(lua_State *L, const char *text)
{
    char *end = NULL;
    const double number = g_ascii_strtod(text, &end);
    const bool decimal = *text != '\0' && strspn(text, "+-.0123456789eE") == strlen(text);

    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
        lua_pushboolean(L, *text == 't');
    } else if (!decimal || *end != '\0' || !isfinite(number)) {
        lua_pushstring(L, text);
    } else if (strpbrk(text, ".eE") == NULL && fabs(number) < 0x1p62) {
        lua_pushinteger(L, (lua_Integer)g_ascii_strtoll(text, NULL, 10));
    } else {
        lua_pushnumber(L, number);
    }
}

void config_set_args(lua_State *L, const ConfigOptions *options)
{
    if (options == NULL || options->sets == NULL)
        return;
    config_push_api(L);
    for (char **set = options->sets; *set; set++) {
        const size_t name = identifier_length(*set);

        if (name == 0 || (*set)[name] != '=') {
            lua_pushfstring(L, "--set: '%s' is not NAME=VALUE", *set);
            lua_error(L);
            return;
        }
        push_argument(L, *set + name + 1);
        guard_set_arg(L, *set, name);
    }
    lua_pop(L, 1);
}
