/*
 * lua_kernel - kernels of the library: memsim.kernel, memsim.kernels_of.
 *
 * What memsim.kernel returns is an ordinary workload; what its formulas say of it stands beside it, in a table of the
 * registry with weak keys, and is found when a key of the workload is not there.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/lua_kernel.h"

#include <string.h>

#include "base/error.h"
#include "config/context.h"
#include "config/convert.h"
#include "config/kernel_file.h"
#include "config/kernel_parameters.h"
#include "config/read_leaf.h"
#include "config/what.h"

/* In the registry: workload -> { flops, compulsory_bytes, nest, name }. */
#define FACTS_KEY "memsim.kernel.facts"

enum { PARTS_MAX = 1000 };

G_GNUC_PRINTF(3, 4)
static int refuse(lua_State *L, Box *box, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    box->text = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error_literal(&box->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, box->text);
    return box_raise(L, box);
}

/* Push the table of facts. */
static void push_facts(lua_State *L)
{
    if (lua_getfield(L, LUA_REGISTRYINDEX, FACTS_KEY) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    lua_newtable(L);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, FACTS_KEY);
}

/* __index of workloads. */
static int read_fact(lua_State *L)
{
    lua_settop(L, 2);
    push_facts(L);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, 3) != LUA_TTABLE)
        return 0;
    lua_pushvalue(L, 2);
    lua_rawget(L, -2);
    return 1;
}

/* Give the workload at index the facts on the top of the stack, which are popped. */
static void set_facts(lua_State *L, int workload)
{
    const int at = lua_absindex(L, workload);

    push_facts(L);
    lua_pushvalue(L, at);
    lua_pushvalue(L, -3);
    lua_rawset(L, -3);
    lua_pop(L, 2);
    if (lua_getmetatable(L, at)) {
        lua_pushcfunction(L, read_fact);
        lua_setfield(L, -2, "__index");
        lua_pop(L, 1);
    }
}

/* Push a shallow copy of the table at index, with its metatable and the caller's outer keys. */
static void push_with_outer_keys(lua_State *L, int index, int given)
{
    const int from = lua_absindex(L, index);

    merge_push_shallow(L, from);
    for (size_t i = 0; lua_istable(L, given) && workload_outer_keys[i]; i++) {
        lua_pushstring(L, workload_outer_keys[i]);
        if (reader_push(L, given, workload_outer_keys[i]) == LUA_TNIL)
            lua_pop(L, 2);
        else
            lua_rawset(L, -3);
    }
    if (lua_getmetatable(L, from))
        lua_setmetatable(L, -2);
}

/* Kernels that are built from kernels, one in the other; in the registry: how deep the one that is being built is. */
enum { DEPTH_MAX = 16 };
#define DEPTH_KEY "memsim.kernel.depth"

static void refuse_depth(lua_State *L, Box *box, const char *name)
{
    refuse(L, box, "kernel '%s': it is made of kernels %d deep; does one ask for itself?", name,
           DEPTH_MAX);
}

static lua_Integer depth_of(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, DEPTH_KEY);
    const lua_Integer depth = lua_tointeger(L, -1); /* 0 of nil */

    lua_pop(L, 1);
    return depth;
}

static void set_depth(lua_State *L, lua_Integer depth)
{
    lua_pushinteger(L, depth);
    lua_setfield(L, LUA_REGISTRYINDEX, DEPTH_KEY);
}

/* Call the function below its one argument on the top of the stack; what it raises gets the kernel's name in front, that of the
 * outermost one. */
static void call_file(lua_State *L, Box *box, const char *name, int results)
{
    const lua_Integer depth = depth_of(L);

    if (depth == DEPTH_MAX)
        refuse_depth(L, box, name);
    set_depth(L, depth + 1);
    const int status = lua_pcall(L, 1, results, 0);

    set_depth(L, depth);
    if (status == LUA_OK)
        return;
    if (depth > 0)
        lua_error(L);
    refuse(L, box, "kernel '%s': %s", name, box_push_raised(L, -1));
}

/* What a kernel's build has returned, on the top of the stack, is replaced by a workload, and by its facts above it. */
static void take_built(lua_State *L, Box *box, const char *name)
{
    const int built = lua_gettop(L);

    if (!lua_istable(L, built) || reader_push(L, built, "workload") == LUA_TNIL ||
        reader_push(L, built, "flops") != LUA_TNUMBER ||
        reader_push(L, built, "compulsory_bytes") != LUA_TNUMBER)
        refuse(L, box, "kernel '%s': its file builds no { workload, flops, compulsory_bytes }",
               name);
    lua_settop(L, built + 1);
    const bool compound = convert_is(L, -1, TYPE_SEQUENCE) || convert_is(L, -1, TYPE_MIX);

    if (!compound) { /* a nest becomes a workload, which can have more keys */
        lua_pushvalue(L, -1);
        lua_setfield(L, built, "nest");
        lua_newtable(L);
        lua_insert(L, -2);
        lua_setfield(L, -2, "nest");
        convert_mark(L, TYPE_WORKLOAD);
    }
    lua_pushnil(L);
    lua_setfield(L, built, "workload");
    lua_insert(L, built);
}

static void push_sequence(lua_State *L, Box *box, const char *name, int file, int given, int parts,
                          int depth);

/* Push the workload of a kernel, which is a part of so many others, without outer keys and, above it, its facts. */
static void push_kernel(lua_State *L, Box *box, const char *name, int file, int given, int depth)
{
    luaL_checkstack(L, 20, "kernels nested too deeply");
    if (depth == DEPTH_MAX)
        refuse_depth(L, box, name);
    if (reader_push(L, file, "parts") == LUA_TFUNCTION) {
        lua_pop(L, 1);
        lua_newtable(L);
        push_sequence(L, box, name, file, given, lua_gettop(L), depth);
        lua_remove(L, -3);
        return;
    }
    lua_pop(L, 1);
    if (reader_push(L, file, "build") != LUA_TFUNCTION)
        refuse(L, box, "kernel '%s': its file has neither a function build nor parts", name);
    kernel_push_parameters(L, box, name, file, given);
    call_file(L, box, name, 1);
    take_built(L, box, name);
    lua_pushstring(L, name);
    lua_setfield(L, -2, "name");
}

/* Push the workload and the facts of the part on the top of the stack, { name, kernel, parameters }, and its name below. */
static void push_part(lua_State *L, Box *box, const char *name, int depth)
{
    const int part = lua_gettop(L);

    if (!lua_istable(L, part) || lua_rawgeti(L, part, 1) != LUA_TSTRING ||
        lua_rawgeti(L, part, 2) != LUA_TSTRING)
        refuse(L, box, "kernel '%s': its file has a part that is no { name, kernel, parameters }",
               name);
    const char *kernel = lua_tostring(L, part + 2);

    lua_rawgeti(L, part, 3);
    kernel_push_file(L, box, kernel);
    push_kernel(L, box, kernel, lua_gettop(L), part + 3, depth + 1);
    lua_replace(L, part + 3); /* facts */
    lua_replace(L, part + 2); /* workload */
    lua_settop(L, part + 3);
}

/* Add the operations of the facts at index from to those of the facts at index to. */
static void add_flops(lua_State *L, int to, int from)
{
    lua_getfield(L, to, "flops");
    lua_getfield(L, from, "flops");
    lua_arith(L, LUA_OPADD);
    lua_setfield(L, to, "flops");
}

/* Push a list's workloads one after the other, and their facts; parts[name] = { workload, facts } and parts[i] = name are
 * set in the table at index parts. */
static void push_sequence(lua_State *L, Box *box, const char *name, int file, int given, int parts,
                          int depth)
{
    reader_push(L, file, "parts");
    kernel_push_parameters(L, box, name, file, given);
    call_file(L, box, name, 2);
    const int list = lua_gettop(L) - 1;
    const lua_Integer n = lua_istable(L, list) ? (lua_Integer)lua_rawlen(L, list) : 0;

    if (n < 1 || n > PARTS_MAX || !lua_isnumber(L, list + 1))
        refuse(L, box, "kernel '%s': its file has no list of 1 to %d parts, and their bytes", name,
               PARTS_MAX);
    lua_newtable(L); /* the sequence */
    lua_newtable(L); /* its facts */
    lua_pushinteger(L, 0);
    lua_setfield(L, -2, "flops");
    lua_pushvalue(L, list + 1);
    lua_setfield(L, -2, "compulsory_bytes");
    lua_remove(L, list + 1);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, list, i);
        push_part(L, box, name, depth);
        const int part = list + 3;

        lua_pushvalue(L, part + 2);
        lua_rawseti(L, list + 1, i);
        add_flops(L, list + 2, part + 3);
        lua_pushvalue(L, part + 1);
        lua_rawseti(L, parts, i);
        lua_newtable(L);
        lua_insert(L, -2);
        lua_rawseti(L, -2, 2);
        lua_insert(L, -2);
        lua_rawseti(L, -2, 1);
        lua_rawset(L, parts);
        lua_settop(L, list + 2);
    }
    lua_pushstring(L, name);
    lua_setfield(L, list + 2, "name");
    lua_pushvalue(L, list + 1);
    convert_mark(L, TYPE_SEQUENCE);
    lua_pop(L, 1);
    lua_remove(L, list);
}

/* Make the workload below its facts on the top of the stack one that a script can use. */
static void finish(lua_State *L, Box *box, const char *name, int given)
{
    const int workload = lua_gettop(L) - 1;

    push_with_outer_keys(L, workload, given);
    lua_replace(L, workload);
    set_facts(L, workload);
    if (convert_workload(L, workload, box) == NULL) {
        g_prefix_error(&box->error, "kernel '%s': ", name);
        box_raise(L, box);
    }
    box_clear(box);
    context_note_origin(L);
}

/* The name of a kernel, the first argument; its file's table is pushed. */
static const char *push_file(lua_State *L, Box *box, const char *function)
{
    if (lua_type(L, 1) != LUA_TSTRING)
        refuse(L, box, "%s: expected the name of a kernel of the library, such as \"gemm\"",
               function);
    kernel_push_file(L, box, lua_tostring(L, 1));
    return lua_tostring(L, 1);
}

int lua_kernel(lua_State *L)
{
    context_take_arguments(L, "kernel", 2, false);
    Box *box = box_push(L);
    const char *name = push_file(L, box, "kernel");

    push_kernel(L, box, name, lua_gettop(L), 2, 0);
    finish(L, box, name, 2);
    return 1;
}

int lua_kernels_of(lua_State *L)
{
    context_take_arguments(L, "kernels_of", 2, false);
    Box *box = box_push(L);
    const char *name = push_file(L, box, "kernels_of");
    const int file = lua_gettop(L);

    if (reader_push(L, file, "parts") != LUA_TFUNCTION)
        return refuse(L, box, "kernels_of: '%s' is one kernel, not a list; use memsim.kernel",
                      name);
    lua_newtable(L);
    const int parts = lua_gettop(L);

    push_sequence(L, box, name, file, 2, parts, 0);
    finish(L, box, name, 2);
    const int total = lua_gettop(L);

    lua_newtable(L);
    const int result = lua_gettop(L);

    lua_newtable(L);
    const lua_Integer n = (lua_Integer)lua_rawlen(L, parts);

    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, parts, i);
        lua_pushvalue(L, -1);
        lua_rawseti(L, result + 1, i);
        lua_pushvalue(L, -1);
        lua_rawget(L, parts);
        lua_rawgeti(L, -1, 1);
        lua_rawgeti(L, -2, 2);
        lua_remove(L, -3);
        finish(L, box, name, 2);
        lua_rawset(L, result);
    }
    lua_pushliteral(L, "total");
    lua_rawseti(L, result + 1, n + 1);
    lua_setfield(L, result, "names");
    lua_pushvalue(L, total);
    lua_setfield(L, result, "total");
    return 1;
}

int lua_element_bytes(lua_State *L)
{
    const char *const *names = element_names();

    context_take_arguments(L, "element_bytes", 1, false);
    Box *box = box_push(L);

    if (lua_type(L, 1) == LUA_TSTRING)
        for (uint32_t i = 0; names[i]; i++)
            if (strcmp(names[i], lua_tostring(L, 1)) == 0) {
                const uint32_t bits = element_bits(i);

                if (bits % 8 == 0)
                    lua_pushinteger(L, bits / 8);
                else
                    lua_pushnumber(L, bits / 8.0);
                return 1;
            }
    const bool text = lua_type(L, 1) == LUA_TSTRING;
    g_autofree char *known = g_strjoinv(", ", (char **)(uintptr_t)names);
    g_set_error(&box->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                "element_bytes: %s%s%s is no type of elements; known: %s", text ? "'" : "",
                text ? lua_tostring(L, 1) : what_is(L, 1), text ? "'" : "", known);
    g_clear_pointer(&known, g_free);
    return box_raise(L, box);
}
