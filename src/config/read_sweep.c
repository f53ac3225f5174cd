/*
 * read_sweep - what a script returns to a Study: every point function is called, every point checked.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "base/error.h"
#include "base/suggest.h"
#include "config/context.h"
#include "config/convert.h"
#include "config/guard.h"
#include "config/what.h"
#include "spec/arrays.h"
#include "spec/columns.h"

typedef struct {
    Reader reader;
    Box *box;
    const ConfigOptions *options; /* or NULL */
    int sweep;                    /* stack index of the sweep's table */
    uint32_t n_axes;
    uint32_t counts[SWEEP_AXES_MAX]; /* values of each axis */
    uint32_t number;                 /* of the point, from 0 */
} Collection;

static void read_axis_value(lua_State *L, AxisValue *axis)
{
    switch (lua_type(L, -1)) {
    case LUA_TNUMBER:
        axis->kind = AXIS_NUMBER;
        axis->number = lua_tonumber(L, -1);
        break;
    case LUA_TBOOLEAN:
        axis->kind = AXIS_BOOL;
        axis->number = lua_toboolean(L, -1) ? 1 : 0;
        break;
    default:
        axis->kind = AXIS_TEXT;
        axis->text = g_strdup(lua_tostring(L, -1));
        break;
    }
}

/* Fill the point's axes and push the argument of the point function. */
static void push_argument(Collection *c, PointSpec *point)
{
    lua_State *L = c->reader.L;
    uint32_t rest = c->number;

    point->axes = g_new0(AxisValue, c->n_axes + 1);
    point->n_axes = c->n_axes;
    lua_createtable(L, 0, (int)c->n_axes);
    const int argument = lua_absindex(L, -1);
    reader_push(L, c->sweep, "axes");
    const int axes = lua_absindex(L, -1);
    for (uint32_t i = c->n_axes; i-- > 0; rest /= c->counts[i]) {
        lua_rawgeti(L, axes, (lua_Integer)i + 1);
        lua_rawgeti(L, -1, 1);
        point->axes[i].name = g_strdup(lua_tostring(L, -1));
        lua_rawgeti(L, -2, 2);
        lua_rawgeti(L, -1, (lua_Integer)(rest % c->counts[i]) + 1);
        read_axis_value(L, &point->axes[i]);
        lua_pushvalue(L, -3);
        lua_pushvalue(L, -2);
        lua_rawset(L, argument);
        lua_pop(L, 4);
    }
    lua_pop(L, 1);
    guard_names(L, "the point has no axis");
}

/* " (point 3: pattern=random, l2_size=1MiB)", to stand behind a message. */
static void append_point(const PointSpec *point, uint32_t number, GError **error)
{
    GString *text = g_string_new((*error)->message);
    char digits[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf(text, " (point %u", number + 1);
    for (uint32_t i = 0; i < point->n_axes; i++) {
        const AxisValue *axis = &point->axes[i];
        const char *value = axis->kind == AXIS_TEXT   ? axis->text
                            : axis->kind == AXIS_BOOL ? (axis->number > 0 ? "true" : "false")
                                                      : units_exact(axis->number, digits);
        g_string_append_printf(text, "%s%s=%s", i == 0 ? ": " : ", ", axis->name, value);
    }
    g_string_append_c(text, ')');
    g_clear_error(error);
    g_set_error_literal(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, text->str);
    g_string_free(text, TRUE);
}

/* Put "script.lua: " in front of what a check outside of any Lua function found. */
static bool fail_in_script(Collection *c)
{
    const char *script = context_script(c->reader.L);

    if (script)
        g_prefix_error(&c->box->error, "%s: ", script);
    return false;
}

/* Put the place on the top of the stack in front of that, and take it off; NULL: it is not known, and not there. */
static bool fail_at_place(Collection *c, const char *place)
{
    if (place == NULL)
        return fail_in_script(c);
    g_prefix_error(&c->box->error, "%s", place);
    lua_pop(c->reader.L, 1);
    return false;
}

/* Put the line where the value at index was made in front of that; the script's name where it is not known. */
static bool fail_where_made(Collection *c, int index)
{
    return fail_at_place(c, context_push_origin(c->reader.L, index));
}

/* The same for a part of what the point function has returned: a plain table came from there. */
static bool fail_in_point(Collection *c, int index)
{
    const char *place = context_push_origin(c->reader.L, index);

    if (place)
        return fail_at_place(c, place);
    reader_push(c->reader.L, c->sweep, "point");
    return fail_where_made(c, -1);
}

/* No axis is named like a column. */
static bool check_axis(const PointSpec *point, uint32_t axis, GError **error)
{
    const char *name = point->axes[axis].name;

    for (uint32_t i = 0; i < point->machine->n_caches; i++) {
        const char *cache = point->machine->caches[i].name;

        if (!column_is_of_cache(name, cache))
            continue;
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                    "sweep.axes[%u]: '%s' is the name of a column of cache %s; choose another",
                    axis + 1, name, cache);
        return false;
    }
    if (!point_has_array_column(point, name))
        return true;
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                "sweep.axes[%u]: '%s' is the name of a column of an array; choose another",
                axis + 1, name);
    return false;
}

/* Rules between the machine and the workload. */
static bool check_pair(const MachineSpec *machine, const WorkloadSpec *workload, GError **error)
{
    if (!(machine_peak(machine, workload->precision, error) > 0))
        return false;
    if (workload->cores <= machine->cores)
        return true;
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                "workload.cores: %u, but the machine has %u", workload->cores, machine->cores);
    return false;
}

static bool check_axes(Collection *c, const PointSpec *point)
{
    for (uint32_t axis = 0; axis < point->n_axes; axis++)
        if (!check_axis(point, axis, &c->box->error))
            return fail_where_made(c, c->sweep);
    return true;
}

/* What the point function has returned, on the top of the stack. */
static bool read_result(Collection *c, PointSpec *point)
{
    static const Field keys[] = {
        { "machine", FIELD_OTHER, 0, 0, 0, NAN, NULL, NULL, "what memsim.machine returns" },
        { "workload", FIELD_OTHER, 0, 0, 0, NAN, NULL, NULL, "what memsim.workload returns" },
        { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
    };
    static const Path path = { NULL, "point", 0 };
    lua_State *L = c->reader.L;
    Section section = { keys, NULL, 0 };

    const int result = lua_absindex(L, -1);

    if (!lua_istable(L, result)) {
        reader_fail(&c->reader, &path, "must return { machine = ..., workload = ... }, not %s",
                    what_is(L, result));
        return fail_in_point(c, result);
    }
    if (!reader_table(&c->reader, result, &path, &section, 1, 0))
        return fail_in_point(c, result);
    reader_push(L, result, "machine");
    if (!convert_machine(L, result + 1, c->box))
        return fail_in_point(c, result + 1);
    reader_push(L, result, "workload");
    WorkloadSpec *workload = convert_workload(L, result + 2, c->box);
    if (workload == NULL)
        return fail_in_point(c, result + 2);
    point->machine = g_steal_pointer(&c->box->machine);
    point->workload = workload_ref(workload);
    if (c->options && c->options->seed)
        workload->seed = *c->options->seed;
    workload_layout(workload);
    if (!check_pair(point->machine, workload, &c->box->error))
        return fail_in_point(c, result + 2);
    lua_pop(L, 2);
    return check_axes(c, point);
}

/* Call the point function.  What it raises becomes the box's error. */
static bool call_point(Collection *c, PointSpec *point)
{
    lua_State *L = c->reader.L;

    reader_push(L, c->sweep, "point");
    push_argument(c, point);
    if (lua_pcall(L, 1, 1, 0) == LUA_OK)
        return read_result(c, point);
    g_set_error_literal(&c->box->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, box_push_raised(L, -1));
    return false;
}

static bool collect_points(Collection *c, SweepSpec *sweep, uint32_t n_points)
{
    lua_State *L = c->reader.L;
    const int top = lua_gettop(L);

    sweep->points = g_new0(PointSpec *, n_points);
    for (c->number = 0; c->number < n_points; c->number++) {
        PointSpec *point = c->box->point = g_new0(PointSpec, 1);

        if (!call_point(c, point)) {
            append_point(point, c->number, &c->box->error);
            return false;
        }
        sweep->points[sweep->n_points++] = g_steal_pointer(&c->box->point);
        lua_settop(L, top);
    }
    return true;
}

/* Sizes of the axes; returns the number of points. */
static uint32_t count_points(Collection *c)
{
    lua_State *L = c->reader.L;
    uint32_t points = 1;

    c->n_axes = reader_push(L, c->sweep, "axes") == LUA_TNIL ? 0 : (uint32_t)lua_rawlen(L, -1);
    for (uint32_t i = 0; i < c->n_axes; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        lua_rawgeti(L, -1, 2);
        c->counts[i] = (uint32_t)lua_rawlen(L, -1);
        points *= c->counts[i];
        lua_pop(L, 2);
    }
    lua_pop(L, 1);
    return points;
}

static char *sweep_title(Collection *c)
{
    lua_State *L = c->reader.L;
    const char *script = context_script(L);
    char *title = NULL;

    if (reader_push(L, c->sweep, "title") == LUA_TSTRING)
        title = g_strdup(lua_tostring(L, -1));
    else if (script == NULL)
        title = g_strdup("sweep");
    else
        title = g_path_get_basename(script);
    lua_settop(L, -2);
    return title;
}

/* The sweep's table at index becomes the next sweep of the study. */
static bool collect_sweep(Collection *c, int index, const char *objective)
{
    Study *study = c->box->study;
    SweepSpec *sweep = c->box->sweep = g_new0(SweepSpec, 1);

    c->sweep = lua_absindex(c->reader.L, index);
    sweep->objective = g_strdup(objective);
    if (!convert_check_sweep(c->reader.L, c->sweep, c->box))
        return fail_in_script(c);
    sweep->title = sweep_title(c);
    if (!collect_points(c, sweep, count_points(c)))
        return false;
    study->sweeps = g_renew(SweepSpec *, study->sweeps, study->n_sweeps + 1);
    study->sweeps[study->n_sweeps++] = g_steal_pointer(&c->box->sweep);
    return true;
}

/* Whether the points of the sweep have a column of this name. */
static bool has_column(const SweepSpec *sweep, const char *name)
{
    const MachineSpec *machine = sweep->points[0]->machine;

    for (uint32_t i = 0; i < machine->n_caches; i++)
        if (column_is_of_cache(name, machine->caches[i].name))
            return true;
    return column_is_fixed(name) || point_has_array_column(sweep->points[0], name);
}

/* Whether name can be the objective of the sweep; else false, with the reason. */
static bool check_objective(Collection *c, const SweepSpec *sweep, const char *name)
{
    static const Path best_path = { NULL, "best", 0 };
    static const Path path = { &best_path, "objective", 0 };
    static const char *const texts[] = { "sweep",           "status",    "regime",
                                         "roofline_regime", "spec_hash", NULL };
    const PointSpec *point = sweep->points[0];

    for (uint32_t i = 0; i < point->n_axes; i++)
        if (g_str_equal(name, point->axes[i].name))
            return reader_fail(&c->reader, &path,
                               "'%s' is an axis, which is given; name a result, such as 'time_s'",
                               name);
    if (g_strv_contains(texts, name))
        return reader_fail(&c->reader, &path,
                           "'%s' is a column of words; name one of numbers, such as 'time_s'",
                           name);
    if (has_column(sweep, name))
        return true;
    const char *near = suggest_nearest(name, column_names);

    return reader_fail(&c->reader, &path, "no column is called '%s'%s%s%s", name,
                       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* The table of memsim.best at index: { sweep, objective = "time_s" }. */
static bool collect_best(Collection *c, int index)
{
    static const Path best_path = { NULL, "best", 0 };
    static const Path path = { &best_path, "objective", 0 };
    lua_State *L = c->reader.L;
    const int best = lua_absindex(L, index);
    const char *objective = "time_s";

    if (reader_push(L, best, "objective") != LUA_TNIL &&
        (objective = reader_text(&c->reader, &path)) == NULL)
        return fail_where_made(c, best);
    lua_rawgeti(L, best, 1);
    if (!convert_is(L, -1, TYPE_SWEEP)) {
        reader_fail(&c->reader, &best_path, "expected { sweep, objective = \"time_s\" }");
        return fail_where_made(c, best);
    }
    if (!collect_sweep(c, lua_absindex(L, -1), objective))
        return false;
    return check_objective(c, c->box->study->sweeps[c->box->study->n_sweeps - 1], objective) ||
           fail_where_made(c, best);
}

static bool collect_one(Collection *c, int index)
{
    if (convert_is(c->reader.L, index, TYPE_BEST))
        return collect_best(c, index);
    return collect_sweep(c, index, NULL);
}

static bool is_sweep(lua_State *L, int index)
{
    return convert_is(L, index, TYPE_SWEEP) || convert_is(L, index, TYPE_BEST);
}

static bool fail_returned(Collection *c, const char *what)
{
    g_set_error(
        &c->box->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
        "the script returns %s; end it with 'return memsim.sweep { ... }' or a list of sweeps",
        what);
    return fail_in_script(c);
}

static bool collect_list(Collection *c, int list)
{
    lua_State *L = c->reader.L;
    static const Path path = { NULL, "the returned list", 0 };
    const lua_Integer length = reader_list(&c->reader, list, &path, false);

    if (length < 0) {
        g_clear_error(&c->box->error);
        return fail_returned(c, "a table that is no sweep");
    }
    if (length == 0)
        return fail_returned(c, "an empty list");
    for (lua_Integer i = 1; i <= length; i++) {
        const int top = lua_gettop(L);

        lua_rawgeti(L, list, i);
        if (!is_sweep(L, -1)) {
            g_autofree char *what =
                g_strdup_printf("a list whose item %lld is no sweep", (long long)i);
            return fail_returned(c, what);
        }
        if (!collect_one(c, lua_absindex(L, -1)))
            return false;
        lua_settop(L, top);
    }
    return true;
}

bool convert_study(lua_State *L, int index, const ConfigOptions *options, Box *box)
{
    Collection c = { .reader = { .L = L, .error = &box->error }, .box = box, .options = options };
    const int value = lua_absindex(L, index);

    luaL_checkstack(L, 20, "too many values");
    box->study = g_new0(Study, 1);
    if (lua_isnoneornil(L, value))
        return fail_returned(&c, "nothing");
    if (is_sweep(L, value))
        return collect_one(&c, value);
    if (lua_istable(L, value))
        return collect_list(&c, value);
    return fail_returned(&c, what_is(L, value));
}
