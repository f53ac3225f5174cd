/*
 * lua_module - require "memsim" in a stock Lua 5.4: the table that scripts get, and memsim.run.
 *
 *   memsim.run(sweep [, options])  returns the list of the sweep's rows, tables of name to value
 *   memsim.run({ sweep, ... })     returns a list of such lists
 *
 * options: jobs (worker processes; default one a core), seed, columns (names and globs as for --columns; default all
 * but those on demand).  A point that failed is a row whose status says why; everything else that goes wrong is a Lua
 * error.  A value that does not apply is nan.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/suggest.h"
#include "config/context.h"
#include "config/convert.h"
#include "report/selection.h"
#include "sweep/sweep.h"

#define RUN_TYPE "memsim.running"

enum { JOBS_MAX = 4096 };

/* What a run owns; freed by its finalizer, for a Lua error passes over the frames of C. */
typedef struct {
    Study *study;
    GPtrArray *rows; /* of Row *, in order */
    GArray *columns; /* of Column */
    GError *error;
} Run;

typedef struct {
    SweepOptions sweep;
    uint64_t seed;
    bool has_seed;
    const char *columns; /* borrowed from the options' table */
} RunSettings;

static int run_gc(lua_State *L)
{
    Run *run = luaL_checkudata(L, 1, RUN_TYPE);

    study_free(run->study);
    if (run->rows)
        g_ptr_array_unref(run->rows);
    if (run->columns)
        g_array_unref(run->columns);
    g_clear_error(&run->error);
    *run = (Run){ 0 };
    return 0;
}

static Run *push_run(lua_State *L)
{
    Run *run = lua_newuserdatauv(L, sizeof *run, 0);

    *run = (Run){ 0 };
    if (luaL_newmetatable(L, RUN_TYPE)) {
        lua_pushcfunction(L, run_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    run->rows = g_ptr_array_new_with_free_func((GDestroyNotify)row_free);
    return run;
}

static int raise_error(lua_State *L, const Run *run)
{
    return luaL_error(L, "%s", run->error ? run->error->message : "memsim.run: no reason given");
}

static lua_Integer whole(lua_State *L, int index, const char *key, lua_Integer least,
                         lua_Integer most)
{
    int is_whole;
    const lua_Integer number = lua_tointegerx(L, index, &is_whole);

    if (!is_whole || number < least || number > most)
        luaL_error(L, "memsim.run: %s: not a whole number from %I to %I", key, least, most);
    return number;
}

static void read_setting(lua_State *L, const char *key, int index, RunSettings *settings)
{
    static const char *const known[] = { "jobs", "seed", "columns", NULL };

    if (g_str_equal(key, "jobs")) {
        settings->sweep.jobs = (uint32_t)whole(L, index, key, 1, JOBS_MAX);
    } else if (g_str_equal(key, "seed")) {
        settings->seed = (uint64_t)whole(L, index, key, 0, LUA_MAXINTEGER);
        settings->has_seed = true;
    } else if (g_str_equal(key, "columns")) {
        if (lua_type(L, index) != LUA_TSTRING)
            luaL_error(L, "memsim.run: columns: not a string such as \"time_s,l1_*\"");
        settings->columns = lua_tostring(L, index);
    } else {
        const char *nearest = suggest_nearest(key, known);

        luaL_error(L, "memsim.run: no option '%s'; %s%s%s", key,
                   nearest ? "did you mean '" : "known: jobs seed columns", nearest ? nearest : "",
                   nearest ? "'?" : "");
    }
}

static RunSettings read_settings(lua_State *L, int index)
{
    RunSettings settings = { 0 };

    if (lua_isnoneornil(L, index))
        return settings;
    luaL_checktype(L, index, LUA_TTABLE);
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            luaL_error(L, "memsim.run: options have names: jobs seed columns");
        read_setting(L, lua_tostring(L, -2), lua_gettop(L), &settings);
    }
    return settings;
}

/* The columns to keep.  Returns false and sets the run's error when one of the list is not there. */
static bool choose_columns(Run *run, const RunSettings *settings)
{
    Row *all = row_new();
    bool good;

    for (uint32_t i = 0; i < run->study->n_sweeps; i++)
        for (uint32_t j = 0; j < run->study->sweeps[i]->n_points; j++) {
            Row *dry = system_columns(run->study->sweeps[i]->points[j], &settings->sweep.system);

            row_merge_columns(all, dry);
            row_free(dry);
        }
    good = !settings->columns || selection_check(all, settings->columns, &run->error);
    if (good)
        run->columns = selection_choose(all, settings->columns);
    row_free(all);
    return good;
}

static bool keep_row(void *user, uint32_t sweep, uint32_t point, Row *row)
{
    (void)sweep;
    (void)point;
    g_ptr_array_add(((Run *)user)->rows, row);
    return true;
}

static void push_value(lua_State *L, const Value *value)
{
    switch (value->kind) {
    case VALUE_REAL:
        lua_pushnumber(L, value->real);
        break;
    case VALUE_COUNT:
        if (value->count <= INT64_MAX)
            lua_pushinteger(L, (lua_Integer)value->count);
        else
            lua_pushnumber(L, (lua_Number)value->count);
        break;
    case VALUE_TEXT:
        lua_pushstring(L, value->text);
        break;
    case VALUE_BOOL:
        lua_pushboolean(L, value->truth);
        break;
    }
}

static void push_row(lua_State *L, const Row *row, const GArray *columns)
{
    guint cursor = 0;

    lua_createtable(L, 0, (int)columns->len);
    for (guint i = 0; i < columns->len; i++) {
        const Column *column = &g_array_index(columns, Column, i);
        const Value *value = format_value(row, column, &cursor);

        if (!value)
            continue;
        push_value(L, value);
        lua_setfield(L, -2, column->name);
    }
}

/* The rows of a sweep, from `first` on; returns where those of the next one begin. */
static guint push_rows(lua_State *L, const Run *run, uint32_t sweep, guint first)
{
    const uint32_t n = run->study->sweeps[sweep]->n_points;

    lua_createtable(L, (int)n, 0);
    for (uint32_t i = 0; i < n; i++) {
        push_row(L, run->rows->pdata[first + i], run->columns);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return first + n;
}

static int run_study(lua_State *L, Run *run, const RunSettings *settings, bool is_one)
{
    guint next = 0;

    switch (sweep_run(run->study, &settings->sweep, keep_row, run, &run->error)) {
    case SWEEP_DONE:
    case SWEEP_FAILED_POINTS:
        break;
    case SWEEP_INTERRUPTED:
        return luaL_error(L, "memsim.run: interrupted");
    case SWEEP_STOPPED:
        return raise_error(L, run);
    }
    if (is_one) {
        push_rows(L, run, 0, 0);
        return 1;
    }
    lua_createtable(L, (int)run->study->n_sweeps, 0);
    for (uint32_t i = 0; i < run->study->n_sweeps; i++) {
        next = push_rows(L, run, i, next);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int module_run(lua_State *L)
{
    const bool is_one = convert_is(L, 1, TYPE_SWEEP) || convert_is(L, 1, TYPE_BEST);
    RunSettings settings;
    ConfigOptions config = { 0 };
    Run *run;

    luaL_checkany(L, 1);
    context_take_arguments(L, "run", 2, false);
    settings = read_settings(L, 2);
    if (settings.has_seed)
        config.seed = &settings.seed;
    run = push_run(L);
    run->study = config_study_from_lua(L, 1, &config, &run->error);
    if (!run->study)
        return raise_error(L, run);
    report_demand(run->study, settings.columns, &settings.sweep.system);
    if (!choose_columns(run, &settings))
        return raise_error(L, run);
    return run_study(L, run, &settings, is_one);
}

/* The one name that Lua looks for. */
__attribute__((visibility("default"))) int luaopen_memsim(lua_State *L);

int luaopen_memsim(lua_State *L)
{
    config_push_api(L);
    lua_pushcfunction(L, module_run);
    lua_setfield(L, -2, "run");
    return 1;
}
