/*
 * read_array - the arguments of memsim.array.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "config/box.h"
#include "config/lua_expr.h"
#include "config/lua_nest.h"
#include "config/reader.h"
#include "config/what.h"
#include "spec/arrays.h"

typedef struct {
    uint64_t base_addr, align_bytes, pad;
    uint32_t layout;
    bool scratch, registers, overlap;
} ArrayKeys;

static const char *const layouts[] = { "row", "column", NULL };

static const Field array_fields[] = {
    { "base", FIELD_BYTES, offsetof(ArrayKeys, base_addr), 0, 0x1p56, 0, NULL, NULL,
      "its address, e.g. 0x100000" },
    { "align", FIELD_BYTES, offsetof(ArrayKeys, align_bytes), 1, 0x1p40, 4096, NULL, NULL,
      "of its address, a power of two, e.g. \"64B\"" },
    { "pad", FIELD_COUNT64, offsetof(ArrayKeys, pad), 0, 0x1p40, 0, NULL, NULL,
      "unused elements behind each run of the contiguous dimension" },
    { "layout", FIELD_WORD, offsetof(ArrayKeys, layout), 0, 0, LAYOUT_ROW, NULL, layouts,
      "which dimension is contiguous: the last (row) or the first (column)" },
    { "scratch", FIELD_BOOL, offsetof(ArrayKeys, scratch), 0, 0, 0, NULL, NULL,
      "in a scratchpad: its accesses never reach the caches" },
    { "registers", FIELD_BOOL, offsetof(ArrayKeys, registers), 0, 0, 0, NULL, NULL,
      "in registers: its accesses take no time" },
    { "overlap", FIELD_BOOL, offsetof(ArrayKeys, overlap), 0, 0, 0, NULL, NULL,
      "it may share bytes with other arrays" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};

/* The extents stand at stack index 3 to end. */
static bool read_extents(Reader *reader, int end, uint64_t *extents, uint32_t *n, const Path *path)
{
    static const Field extent = { "extent", FIELD_COUNT64, 0, 1, 0x1p50, NAN, NULL, NULL, "" };

    if (end < 3 || end > 2 + NEST_DIMS_MAX)
        return reader_fail(reader, path, "expected 1 to %d extents behind the type", NEST_DIMS_MAX);
    *n = (uint32_t)end - 2;
    for (uint32_t i = 0; i < *n; i++) {
        const Path at = { path, NULL, (lua_Integer)i + 3 };

        lua_pushvalue(reader->L, (int)i + 3);
        if (!reader_value(reader, &extent, &extents[i], &at))
            return false;
        lua_pop(reader->L, 1);
    }
    return true;
}

static bool check_size(Reader *reader, const ArrayKeys *keys, uint32_t type,
                       const uint64_t *extents, uint32_t n, const Path *path)
{
    double bits = element_bits(type);

    for (uint32_t i = 0; i < n; i++) {
        const bool contiguous = i == (keys->layout == LAYOUT_ROW ? n - 1 : 0);

        bits *= (double)extents[i] + (contiguous ? (double)keys->pad : 0);
    }
    if (bits / 8 >= 0x1p55)
        return reader_fail(reader, path, "its bytes, %.3g PiB, are not below 32 PiB",
                           bits / 8 / 0x1p50);
    const Path align = { path, "align", 0 }, base = { path, "base", 0 };

    if (keys->align_bytes & (keys->align_bytes - 1))
        return reader_fail(reader, &align, "%" G_GUINT64_FORMAT " B is not a power of two",
                           keys->align_bytes);
    if (keys->base_addr % keys->align_bytes != 0)
        return reader_fail(reader, &base,
                           "0x%" G_GINT64_MODIFIER "x is not aligned to %" G_GUINT64_FORMAT
                           " B; align says how it shall be",
                           keys->base_addr, keys->align_bytes);
    return true;
}

/* The arguments are the values 1 to n_arguments on the stack. */
static bool read_array(Reader *reader, int n_arguments, NestArray **array, const Path *path)
{
    lua_State *L = reader->L;
    const Path name = { path, NULL, 1 }, type_path = { path, NULL, 2 };
    const Path last = { path, NULL, n_arguments };
    const bool has_keys = n_arguments > 2 && lua_istable(L, n_arguments);
    uint64_t extents[NEST_DIMS_MAX];
    uint32_t type = 0, n = 0;
    ArrayKeys keys = { 0 };
    Section section = { array_fields, &keys, 0 };

    if (lua_type(L, 1) != LUA_TSTRING)
        return reader_fail(reader, &name, "expected a name, not %s", what_is(L, 1));
    if (!array_name_check(lua_tostring(L, 1), reader->error))
        return reader_fail_at(reader, &name);
    lua_pushvalue(L, 2);
    if (!reader_word(reader, element_names(), &type_path, &type))
        return false;
    field_defaults(array_fields, &keys);
    if (!read_extents(reader, n_arguments - has_keys, extents, &n, path) ||
        (has_keys && !reader_table(reader, n_arguments, &last, &section, 1, 0)))
        return false;
    const bool based = section_has(&section, "base");

    if (based && !section_has(&section, "align"))
        keys.align_bytes = 1;
    if (!check_size(reader, &keys, type, extents, n, path))
        return false;
    *array = nest_array_new(lua_tostring(L, 1), type, extents, n);
    nest_array_set_layout(*array, (NestLayout)keys.layout, keys.pad);
    (*array)->align_bytes = keys.align_bytes;
    (*array)->based = based;
    (*array)->base_addr = keys.base_addr;
    (*array)->scratch = keys.scratch || keys.registers;
    (*array)->registers = keys.registers;
    (*array)->overlap = keys.overlap;
    return true;
}

int lua_array_new(lua_State *L)
{
    static const Path root = { NULL, "array", 0 };
    const int n_arguments = MAX(lua_gettop(L), 2);

    lua_settop(L, n_arguments);
    Box *box = box_push(L);
    NestArray **array = lua_array_push(L);
    Reader reader = { .L = L, .error = &box->error };

    if (!read_array(&reader, n_arguments, array, &root))
        return box_raise(L, box);
    lua_settop(L, n_arguments + 2);
    return 1;
}
