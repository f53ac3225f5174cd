/*
 * lua_indices - arrays whose contents are known.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/lua_indices.h"

#include <math.h>

#include "base/error.h"
#include "config/box.h"
#include "config/context.h"
#include "config/library.h"
#include "config/lua_expr.h"
#include "config/matrix_market.h"
#include "config/reader.h"
#include "config/what.h"
#include "spec/arrays.h"

#define VALUE_MAX (INT64_C(1) << 53)

typedef struct {
    uint64_t count, below, seed;
    uint32_t distribution;
    double exponent;
} Drawn;

static const char *const distributions[] = { "uniform", "zipf", "sequential", NULL };
static const uint32_t patterns[] = { GEN_RANDOM, GEN_ZIPF, GEN_SEQUENTIAL };
enum { DISTRIBUTION_ZIPF = 1 };

static const Field drawn_fields[] = {
    { "count", FIELD_COUNT64, offsetof(Drawn, count), 1, 0x1p31, NAN, NULL, NULL, "how many" },
    { "below", FIELD_COUNT64, offsetof(Drawn, below), 1, 0x1p53, NAN, NULL, NULL,
      "they are 0 to below - 1" },
    { "distribution", FIELD_WORD, offsetof(Drawn, distribution), 0, 0, 0, NULL, distributions,
      "uniform, zipf or sequential" },
    { "exponent", FIELD_REAL, offsetof(Drawn, exponent), 0, 10, 1, NULL, NULL,
      "zipf: the weight of rank r is r^-exponent" },
    { "seed", FIELD_COUNT64, offsetof(Drawn, seed), 0, 0x1p63, 1, NULL, NULL, "of the draws" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};

/* The values are the elements that a pattern of accesses would touch.  NULL: there is no memory for so many. */
static int64_t *draw_values(const Drawn *drawn)
{
    const PatternConfig pattern = { .pattern = patterns[drawn->distribution],
                                    .footprint_bytes = drawn->below,
                                    .size_bytes = 1,
                                    .exponent = drawn->exponent,
                                    .seed = drawn->seed };
    int64_t *values = g_try_new(int64_t, drawn->count);

    if (values == NULL)
        return NULL;
    AccessSource *source = gen_new(&pattern, NULL, 0, drawn->count, 0);
    g_autofree Batch *batch = g_new0(Batch, 1);
    uint64_t n = 0;

    while (source_next(source, batch, NULL))
        for (size_t i = 0; i < batch->count; i++)
            values[n++] = (int64_t)batch->access[i].addr;
    source_free(source);
    return values;
}

/* { count = ..., below = ..., ... } at stack index 3. */
static bool read_drawn(Reader *reader, const Path *up, Drawn *drawn)
{
    const Path path = { up, NULL, 3 }, exponent = { &path, "exponent", 0 };
    Section section = { drawn_fields, drawn, 0 };

    field_defaults(drawn_fields, drawn);
    if (!reader_table(reader, 3, &path, &section, 1, 0))
        return false;
    return drawn->distribution == DISTRIBUTION_ZIPF || !section_has(&section, "exponent") ||
           reader_fail(reader, &exponent, "only distribution \"zipf\" has an exponent");
}

/* The list at stack index 3 into the array's own values. */
static bool read_list(Reader *reader, const Path *up, int64_t *values, lua_Integer n)
{
    const Path list = { up, NULL, 3 };

    for (lua_Integer i = 1; i <= n; i++) {
        const Path at = { &list, NULL, i };
        int whole = 0;

        lua_rawgeti(reader->L, 3, i);
        values[i - 1] = lua_tointegerx(reader->L, -1, &whole);
        if (!whole || lua_type(reader->L, -1) != LUA_TNUMBER)
            return reader_fail(reader, &at, "expected a whole number");
        lua_pop(reader->L, 1);
    }
    return true;
}

/* Whether all values can be elements of the array. */
static bool check_values(Reader *reader, const NestArray *array, const Path *path)
{
    const uint32_t bits = MIN(element_bits(array->type), 54);
    const int64_t most = (INT64_C(1) << (bits - 1)) - 1;

    if (array->least_value >= -most - 1 && array->most_value <= most)
        return true;
    return reader_fail(reader, path,
                       "the values reach from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                       "; elements of type %s are %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                       array->least_value, array->most_value, element_names()[array->type],
                       -most - 1, most);
}

static bool read_type(Reader *reader, const Path *up, uint32_t *type)
{
    const Path name = { up, NULL, 1 }, path = { up, NULL, 2 };

    if (lua_type(reader->L, 1) != LUA_TSTRING)
        return reader_fail(reader, &name, "expected a name, not %s", what_is(reader->L, 1));
    if (!array_name_check(lua_tostring(reader->L, 1), reader->error))
        return reader_fail_at(reader, &name);
    lua_pushvalue(reader->L, 2);
    if (!reader_word(reader, element_names(), &path, type))
        return false;
    lua_pop(reader->L, 1);
    return element_names()[*type][0] == 'i' ||
           reader_fail(reader, &path, "indices are whole numbers: i64, i32, i16, i8 or i4");
}

static bool read_indices(Reader *reader, NestArray **array)
{
    static const Path root = { NULL, "indices", 0 };
    const Path path = { &root, NULL, 3 };
    lua_State *L = reader->L;
    Drawn drawn = { 0 };
    uint32_t type = 0;

    if (!read_type(reader, &root, &type) ||
        !reader_is_table(reader, 3, &path,
                         "a list of whole numbers, or { count = ..., below = ... }"))
        return false;
    const lua_Integer n = (lua_Integer)lua_rawlen(L, 3);

    if (n > 0 ? reader_list(reader, 3, &path, false) < 0 : !read_drawn(reader, &root, &drawn))
        return false;
    const uint64_t count = n > 0 ? (uint64_t)n : drawn.count;

    *array = nest_array_new(lua_tostring(L, 1), type, &count, 1);
    if (n > 0) {
        int64_t *values = lua_newuserdatauv(L, count * sizeof *values, 0);

        if (!read_list(reader, &root, values, n))
            return false;
        nest_array_set_values(*array, g_memdup2(values, count * sizeof *values));
    } else {
        int64_t *values = draw_values(&drawn);

        if (values == NULL)
            return reader_fail(reader, &path, "no memory for %" G_GUINT64_FORMAT " values", count);
        nest_array_set_values(*array, values);
    }
    return check_values(reader, *array, &path);
}

int lua_indices(lua_State *L)
{
    context_take_arguments(L, "indices", 3, false);
    Box *box = box_push(L);
    NestArray **array = lua_array_push(L);
    Reader reader = { .L = L, .error = &box->error };

    if (!read_indices(&reader, array))
        return box_raise(L, box);
    lua_settop(L, 5);
    return 1;
}

/* ---- sparse matrices ---- */

/* As given, then beside the script. */
static char *find_file(lua_State *L, const char *name)
{
    const char *folder = context_folder(L);

    if (folder && !g_path_is_absolute(name) && !g_file_test(name, G_FILE_TEST_EXISTS))
        return g_build_filename(folder, name, NULL);
    return g_strdup(name);
}

/* Set the field of the table on the top of the stack to an array of these values, which are taken. */
static void set_array(lua_State *L, const char *name, int64_t *values, uint64_t n)
{
    NestArray **array = lua_array_push(L);

    *array = nest_array_new(name, ELEMENT_I32, &n, 1);
    nest_array_set_values(*array, values);
    lua_setfield(L, -2, name);
}

static void set_count(lua_State *L, const char *name, uint64_t value)
{
    lua_pushinteger(L, (lua_Integer)value);
    lua_setfield(L, -2, name);
}

static bool read_matrix(lua_State *L, Box *box, SparseMatrix *matrix)
{
    const char *name = lua_tostring(L, 1);
    g_autofree char *path = find_file(L, name);
    gsize length = 0;
    g_autofree char *text = library_read_file(path, &length, &box->error);

    if (text == NULL || !matrix_market_parse(text, name, matrix, &box->error)) {
        g_prefix_error(&box->error, "matrix_market: ");
        return false;
    }
    if (matrix->entries > 0)
        return true;
    sparse_matrix_clear(matrix);
    g_set_error(&box->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                "matrix_market: %s: the matrix has no entries", name);
    return false;
}

int lua_matrix_market(lua_State *L)
{
    SparseMatrix matrix;

    context_take_arguments(L, "matrix_market", 1, false);
    Box *box = box_push(L);

    if (lua_type(L, 1) != LUA_TSTRING)
        return context_raise(L, "matrix_market: expected the path of a file");
    lua_newtable(L);
    if (!read_matrix(L, box, &matrix))
        return box_raise(L, box);
    set_array(L, "row_pointers", matrix.row_pointers, matrix.rows + 1);
    set_array(L, "column_indices", matrix.column_indices, matrix.entries);
    set_count(L, "rows", matrix.rows);
    set_count(L, "columns", matrix.columns);
    set_count(L, "entries", matrix.entries);
    return 1;
}
