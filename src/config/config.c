/*
 * config - from Lua to studies: one Lua state a call, all its work in one protected call.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/config.h"

#include <string.h>

#include "base/error.h"
#include "config/convert.h"
#include "config/guard.h"
#include "config/library.h"
#include "config/lua_job.h"

/* What a protected call works on: all of it belongs to the caller. */
typedef struct {
    LuaJob lua;       /* first */
    const char *text; /* of a script */
    gsize length;
    const ConfigReplay *replay;
    Study *study; /* what comes of it */
} Job;

/* Where Lua begins: behind a byte order mark, and behind the word "#!" and its line, whose newline stays. */
static const char *skip_head(const char *text, gsize *length)
{
    const char *start = text;

    if (g_str_has_prefix(start, "\xef\xbb\xbf"))
        start += 3;
    if (*start == '#')
        start += strcspn(start, "\n");
    *length -= (gsize)(start - text);
    return start;
}

/* The value on the top of the stack is what the script has returned. */
static int take_study(lua_State *L, Job *job)
{
    job->study = config_study_from_lua(L, -1, job->lua.options, &job->lua.error);
    if (job->study && study_stdin_uses(job->study) > 1)
        g_set_error(
            &job->lua.error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
            "trace \"-\": standard input can be read only once, and the points ask for it %u times",
            study_stdin_uses(job->study));
    else if (job->study)
        guard_check_args(L, &job->lua.error);
    return 0;
}

static int run_script(lua_State *L)
{
    Job *job = lua_touserdata(L, 1);
    gsize length = job->length;

    lua_job_prepare(L, &job->lua);
    const char *start = skip_head(job->text, &length);
    lua_pushfstring(L, "@%s", job->lua.path);
    if (luaL_loadbufferx(L, start, length, lua_tostring(L, -1), "t") != LUA_OK)
        return lua_error(L);
    lua_call(L, 0, 1);
    return take_study(L, job);
}

static void set_text(lua_State *L, const char *key, const char *value)
{
    lua_pushstring(L, value);
    lua_setfield(L, -2, key);
}

/* The point function of a replay; what it returns stands in its upvalue. */
static int replay_point(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    return 1;
}

static void push_replay_workload(lua_State *L, const ConfigReplay *replay)
{
    lua_job_push_function(L, "workload");
    lua_newtable(L);
    set_text(L, "trace", replay->trace);
    set_text(L, "format", replay->format); /* nil for none */
    if (replay->cores > 0) {
        lua_pushinteger(L, replay->cores);
        lua_setfield(L, -2, "cores");
    }
    lua_pushboolean(L, replay->timed);
    lua_setfield(L, -2, "timed");
    lua_call(L, 1, 1);
}

static int run_replay(lua_State *L)
{
    Job *job = lua_touserdata(L, 1);

    lua_job_prepare(L, &job->lua);
    lua_job_push_function(L, "sweep");
    lua_newtable(L);
    lua_newtable(L);
    lua_job_push_function(L, "machine");
    lua_pushstring(L, job->replay->machine);
    lua_call(L, 1, 1);
    lua_setfield(L, -2, "machine");
    push_replay_workload(L, job->replay);
    lua_setfield(L, -2, "workload");
    lua_pushcclosure(L, replay_point, 1);
    lua_setfield(L, -2, "point");
    lua_call(L, 1, 1);
    return take_study(L, job);
}

typedef struct {
    const ConfigOptions *options;
    Study *study;
    GError *error;
} Conversion;

static int convert_protected(lua_State *L)
{
    Conversion *conversion = lua_touserdata(L, 2);
    Box *box = box_push(L);

    if (convert_study(L, 1, conversion->options, box))
        conversion->study = g_steal_pointer(&box->study);
    else
        conversion->error = g_steal_pointer(&box->error);
    box_clear(box);
    return 0;
}

Study *config_study_from_lua(lua_State *L, int index, const ConfigOptions *options, GError **error)
{
    Conversion conversion = { options, NULL, NULL };
    const int value = lua_absindex(L, index);

    if (!lua_checkstack(L, 4)) {
        g_set_error_literal(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                            "too many values on Lua's stack");
        return NULL;
    }
    lua_pushcfunction(L, convert_protected);
    lua_pushvalue(L, value);
    lua_pushlightuserdata(L, &conversion);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
        if (conversion.error == NULL)
            lua_job_take_error(L, &conversion.error);
        lua_pop(L, 1);
    }
    if (conversion.error) {
        study_free(conversion.study);
        g_propagate_error(error, conversion.error);
        return NULL;
    }
    return conversion.study;
}

/* The study of a job's protected call, or NULL and error. */
static Study *run_job(Job *job, lua_CFunction function, GError **error)
{
    if (!lua_job_run(&job->lua, function, error))
        g_clear_pointer(&job->study, study_free);
    return job->study;
}

Study *config_run_script(const char *path, const ConfigOptions *options, GError **error)
{
    Job job = { .lua = { .path = path, .options = options } };
    g_autofree char *text = library_read_file(path, &job.length, error);

    if (text == NULL)
        return NULL;
    job.text = text;
    return run_job(&job, run_script, error);
}

Study *config_run_text(const char *text, const char *name, const ConfigOptions *options,
                       GError **error)
{
    Job job = { .lua = { .path = name, .options = options }, .text = text, .length = strlen(text) };

    return run_job(&job, run_script, error);
}

Study *config_replay(const ConfigReplay *replay, const ConfigOptions *options, GError **error)
{
    Job job = { .lua = { .options = options }, .replay = replay };
    Study *study = run_job(&job, run_replay, error);

    if (study) { /* not in Lua, where a title is UTF-8: names of files need not be */
        g_free(study->sweeps[0]->title);
        study->sweeps[0]->title = g_strdup_printf("%s on %s", replay->trace, replay->machine);
    }
    return study;
}
