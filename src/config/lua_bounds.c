/*
 * lua_bounds - memsim.bounds.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/lua_bounds.h"

#include <math.h>

#include "analytic/gemm_bounds.h"
#include "config/box.h"
#include "config/context.h"
#include "config/guard.h"
#include "config/reader.h"

static void set_number(lua_State *L, const char *key, double value)
{
    lua_pushnumber(L, value);
    lua_setfield(L, -2, key);
}

static void push_gemm(lua_State *L, const GemmBounds *bounds)
{
    lua_createtable(L, 0, 7);
    set_number(L, "tile", bounds->tile);
    set_number(L, "tiled_words", bounds->tiled);
    set_number(L, "outer_words", bounds->outer);
    set_number(L, "compulsory_words", bounds->compulsory);
    set_number(L, "hong_kung_words", bounds->hong_kung);
    set_number(L, "irony_words", bounds->irony);
    set_number(L, "smith_words", bounds->smith);
    guard_names(L, "bounds.gemm does not give");
}

static int bounds_gemm(lua_State *L)
{
    static const Field keys[] = {
        { "m", FIELD_REAL, offsetof(GemmShape, m), 1, 1e9, NAN, NULL, NULL, "rows of C" },
        { "n", FIELD_REAL, offsetof(GemmShape, n), 1, 1e9, NAN, NULL, NULL, "columns of C" },
        { "k", FIELD_REAL, offsetof(GemmShape, k), 1, 1e9, NAN, NULL, NULL, "the summed index" },
        { "words", FIELD_REAL, offsetof(GemmShape, words), 1, 1e18, NAN, NULL, NULL,
          "of the fast memory" },
        { "tile", FIELD_REAL, offsetof(GemmShape, tile), 1, 1e9, 0, NULL, NULL,
          "edge of the tiles; default: the closed form's" },
        { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
    };
    static const Path path = { NULL, "bounds.gemm", 0 };

    context_take_arguments(L, "bounds.gemm", 1, false);
    Box *box = box_push(L);
    Reader reader = { .L = L, .error = &box->error };
    GemmShape shape = { 0 };
    Section section = { keys, &shape, 0 };

    if (!reader_is_table(&reader, 1, &path, "{ m = ..., n = ..., k = ..., words = ... }") ||
        !reader_table(&reader, 1, &path, &section, 1, 0))
        return box_raise(L, box);
    const GemmBounds bounds = gemm_bounds(&shape);

    push_gemm(L, &bounds);
    return 1;
}

void lua_bounds_push(lua_State *L)
{
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, bounds_gemm);
    lua_setfield(L, -2, "gemm");
    guard_names(L, "memsim.bounds has no");
}
