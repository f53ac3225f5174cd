/*
 * read_axes - what memsim.sweep checks: the keys of a sweep and its axes.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "base/identifier.h"
#include "config/convert.h"
#include "config/what.h"
#include "spec/columns.h"

static const Path sweep_root = { NULL, "sweep", 0 };
static const Path axes_path = { &sweep_root, "axes", 0 };

static bool check_axis_name(Reader *reader, const Path *path)
{
    const char *name = reader_text(reader, path);

    if (name == NULL)
        return false;
    if (!identifier_is(name))
        return reader_fail(reader, path, "the name '%s' is no identifier (letters, digits, _)",
                           name);
    if (column_is_fixed(name))
        return reader_fail(reader, path, "'%s' is the name of a result's column; choose another",
                           name);
    return true;
}

/* Whether a double can be the integer, and no other integer. */
static bool is_exact(lua_Integer value)
{
    const lua_Integer most = (lua_Integer)1 << 53;

    return value >= -most && value <= most;
}

/* The list of values on the top of the stack. */
static bool check_axis_values(Reader *reader, const Path *path, lua_Integer *count)
{
    lua_State *L = reader->L;

    if (!reader_is_table(reader, -1, path, "a list of values"))
        return false;
    *count = reader_list(reader, -1, path, false);
    if (*count < 0)
        return false;
    if (*count == 0)
        return reader_fail(reader, path, "the axis has no values");
    for (lua_Integer i = 1; i <= *count; i++) {
        const Path at = { path, NULL, i };

        lua_rawgeti(L, -1, i);
        const int type = lua_type(L, -1);
        if (type == LUA_TNUMBER ? !isfinite(lua_tonumber(L, -1))
                                : type != LUA_TSTRING && type != LUA_TBOOLEAN)
            return reader_fail(reader, &at,
                               "a value is a finite number, a string or a boolean, not %s",
                               type == LUA_TNUMBER ? lua_tostring(L, -1) : what_is(L, -1));
        if (type == LUA_TSTRING && reader_text(reader, &at) == NULL)
            return false;
        if (lua_isinteger(L, -1) && !is_exact(lua_tointeger(L, -1)))
            return reader_fail(
                reader, &at,
                "%s is beyond 2^53: results, which are numbers of 53 bits, would show "
                "another one; write it as a string",
                lua_tostring(L, -1));
        lua_pop(L, 1);
    }
    return true;
}

/* The axis on the top of the stack: { "name", { values } }. */
static bool check_axis(Reader *reader, const Path *path, lua_Integer *count)
{
    const Path name_path = { path, NULL, 1 };
    const Path values_path = { path, NULL, 2 };
    bool fine;

    if (!reader_is_table(reader, -1, path, "an axis, such as { \"size\", { 1, 2, 4 } }"))
        return false;
    const lua_Integer length = reader_list(reader, -1, path, false);
    if (length < 0)
        return false;
    if (length != 2)
        return reader_fail(reader, path, "expected an axis, such as { \"size\", { 1, 2, 4 } }");
    lua_rawgeti(reader->L, -1, 1);
    fine = check_axis_name(reader, &name_path);
    if (!fine)
        return false;
    lua_rawgeti(reader->L, -2, 2);
    if (!check_axis_values(reader, &values_path, count))
        return false;
    lua_pop(reader->L, 2);
    return true;
}

static bool check_unique(Reader *reader, int axes, lua_Integer length)
{
    lua_State *L = reader->L;

    for (lua_Integer i = 1; i <= length; i++)
        for (lua_Integer j = 1; j < i; j++) {
            const Path path = { &axes_path, NULL, i };

            lua_rawgeti(L, axes, i);
            lua_rawgeti(L, -1, 1);
            lua_rawgeti(L, axes, j);
            lua_rawgeti(L, -1, 1);
            if (lua_rawequal(L, -1, -3))
                return reader_fail(reader, &path, "'%s' is already the name of axes[%lld]",
                                   lua_tostring(L, -1), (long long)j);
            lua_pop(L, 4);
        }
    return true;
}

static bool check_axes(Reader *reader, int axes)
{
    lua_State *L = reader->L;
    double points = 1;

    if (!reader_is_table(reader, axes, &axes_path, "a list of axes"))
        return false;
    const lua_Integer length = reader_list(reader, axes, &axes_path, false);
    if (length < 0)
        return false;
    if (length == 0)
        return reader_fail(reader, &axes_path, "the list of axes is empty");
    if (length > SWEEP_AXES_MAX)
        return reader_fail(reader, &axes_path, "%lld axes; at most %d", (long long)length,
                           SWEEP_AXES_MAX);
    for (lua_Integer i = 1; i <= length; i++) {
        const Path path = { &axes_path, NULL, i };
        lua_Integer count = 0;

        lua_rawgeti(L, axes, i);
        if (!check_axis(reader, &path, &count))
            return false;
        lua_pop(L, 1);
        points *= (double)count;
    }
    if (points > SWEEP_POINTS_MAX)
        return reader_fail(reader, &axes_path, "%.0f points; at most %d", points, SWEEP_POINTS_MAX);
    return check_unique(reader, axes, length);
}

bool convert_check_sweep(lua_State *L, int index, Box *box)
{
    static const Field keys[] = {
        { "title", FIELD_OTHER, 0, 0, 0, 0, NULL, NULL, "for people" },
        { "axes", FIELD_OTHER, 0, 0, 0, 0, NULL, NULL, "a list of axes" },
        { "point", FIELD_OTHER, 0, 0, 0, NAN, NULL, NULL,
          "a function that returns { machine = ..., workload = ... }" },
        { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
    };
    const Path title_path = { &sweep_root, "title", 0 };
    const Path point_path = { &sweep_root, "point", 0 };
    Reader reader = { .L = L, .error = &box->error };
    Section section = { keys, NULL, 0 };
    const int table = lua_absindex(L, index);

    luaL_checkstack(L, 20, "too many values");
    if (!reader_is_table(&reader, table, &sweep_root,
                         "a table, such as { axes = ..., point = function(p) ... end }") ||
        !reader_table(&reader, table, &sweep_root, &section, 1, 0))
        return false;
    if (reader_push(L, table, "title") != LUA_TNIL && reader_text(&reader, &title_path) == NULL)
        return false;
    if (reader_push(L, table, "point") != LUA_TFUNCTION)
        return reader_fail(&reader, &point_path, "expected a function, not %s", what_is(L, -1));
    if (reader_push(L, table, "axes") != LUA_TNIL && !check_axes(&reader, lua_absindex(L, -1)))
        return false;
    lua_pop(L, 3);
    return true;
}
