/*
 * config - from Lua to specs: one Lua state a call, all its work in one protected call.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/config.h"

#include <lualib.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "config/context.h"
#include "config/convert.h"
#include "config/guard.h"
#include "config/library.h"
#include "config/lua_kernel.h"

/* What a protected call works on: all of it belongs to the caller. */
typedef struct {
    const char *path; /* stands in messages; its folder is searched; NULL: no script */
    const char *text;
    gsize length;
    const ConfigReplay *replay;
    const char *machine; /* a library name or a file */
    const char *grade, *density;
    const char *kernel;
    bool build;
    KernelInfo *info;
    const ConfigOptions *options;
    Study *study;
    MachineSpec *spec;
    MemoryConfig *memory;
    GError *error;
} Job;

/* print of a script: standard output is for results. */
static int print_to_stderr(lua_State *L)
{
    const int n = lua_gettop(L);

    for (int i = 1; i <= n; i++) {
        fprintf(stderr, "%s%s", i > 1 ? "\t" : "", luaL_tolstring(L, i, NULL));
        lua_pop(L, 1);
    }
    fputc('\n', stderr);
    return 0;
}

/* What a script prints goes to standard error. */
static void redirect_output(lua_State *L)
{
    lua_pushcfunction(L, print_to_stderr);
    lua_setglobal(L, "print");
    lua_getglobal(L, "io");
    lua_getfield(L, -1, "output");
    lua_getfield(L, -2, "stderr");
    lua_call(L, 1, 0);
    lua_pop(L, 1);
}

/* Open the libraries and make memsim known by name and to require; neighbours of the script can be required. */
static void prepare(lua_State *L, const Job *job)
{
    luaL_openlibs(L);
    redirect_output(L);
    context_set_script(L, job->path);
    config_push_api(L);
    lua_pushvalue(L, -1);
    lua_setglobal(L, "memsim");
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, "memsim");
    if (job->path) {
        lua_getglobal(L, "package");
        lua_pushfstring(L, "%s/?.lua;", context_folder(L));
        lua_getfield(L, -2, "path");
        lua_concat(L, 2);
        lua_setfield(L, -2, "path");
    }
    lua_settop(L, 1);
    config_set_args(L, job->options);
}

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
    job->study = config_study_from_lua(L, -1, job->options, &job->error);
    if (job->study && study_stdin_uses(job->study) > 1)
        g_set_error(
            &job->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
            "trace \"-\": standard input can be read only once, and the points ask for it %u times",
            study_stdin_uses(job->study));
    else if (job->study)
        guard_check_args(L, &job->error);
    return 0;
}

static int run_script(lua_State *L)
{
    Job *job = lua_touserdata(L, 1);
    gsize length = job->length;

    prepare(L, job);
    const char *start = skip_head(job->text, &length);
    lua_pushfstring(L, "@%s", job->path);
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

/* Push memsim.<name>. */
static void push_function(lua_State *L, const char *name)
{
    config_push_api(L);
    lua_getfield(L, -1, name);
    lua_remove(L, -2);
}

/* The point function of a replay; what it returns stands in its upvalue. */
static int replay_point(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    return 1;
}

static void push_replay_workload(lua_State *L, const ConfigReplay *replay)
{
    push_function(L, "workload");
    lua_newtable(L);
    set_text(L, "trace", replay->trace);
    if (replay->format)
        set_text(L, "format", replay->format);
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

    prepare(L, job);
    push_function(L, "sweep");
    lua_newtable(L);
    lua_pushfstring(L, "%s on %s", job->replay->trace, job->machine);
    lua_setfield(L, -2, "title");
    lua_newtable(L);
    push_function(L, "machine");
    lua_pushstring(L, job->machine);
    lua_call(L, 1, 1);
    lua_setfield(L, -2, "machine");
    push_replay_workload(L, job->replay);
    lua_setfield(L, -2, "workload");
    lua_pushcclosure(L, replay_point, 1);
    lua_setfield(L, -2, "point");
    lua_call(L, 1, 1);
    job->study = config_study_from_lua(L, -1, job->options, &job->error);
    if (job->study)
        guard_check_args(L, &job->error);
    return 0;
}

static int run_machine(lua_State *L)
{
    Job *job = lua_touserdata(L, 1);

    prepare(L, job);
    push_function(L, "machine");
    lua_pushstring(L, job->machine);
    lua_call(L, 1, 1);
    Box *box = box_push(L);
    if (!convert_machine(L, -2, box))
        return box_raise(L, box);
    job->spec = g_steal_pointer(&box->machine);
    return 0;
}

/* What a failed protected call has left on the top of the stack, as text that is surely there. */
static int push_message(lua_State *L)
{
    box_push_raised(L, 1);
    return 1;
}

static int run_dram(lua_State *L)
{
    Job *job = lua_touserdata(L, 1);

    prepare(L, job);
    push_function(L, "dram");
    lua_pushstring(L, job->grade);
    lua_newtable(L);
    if (job->density)
        set_text(L, "density", job->density);
    lua_call(L, 2, 1);
    Box *box = box_push(L);

    if (convert_dram(L, -2, box)) {
        *job->memory = box->machine->memory;
        box->machine->memory = (MemoryConfig){ 0 };
    } else {
        job->error = g_steal_pointer(&box->error);
    }
    box_clear(box);
    return 0;
}

static int run_kernel(lua_State *L)
{
    Job *job = lua_touserdata(L, 1);

    prepare(L, job);
    lua_kernel_describe(L, job->kernel, job->info);
    if (!job->build)
        return 0;
    push_function(L, "kernel");
    lua_pushstring(L, job->kernel);
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "flops");
    lua_getfield(L, -2, "compulsory_bytes");
    job->info->flops = lua_tonumber(L, -2);
    job->info->compulsory_bytes = lua_tonumber(L, -1);
    return 0;
}

static void take_error(lua_State *L, GError **error)
{
    const char *message = lua_tostring(L, -1);

    if (message == NULL) { /* an error value that is no string */
        lua_pushcfunction(L, push_message);
        lua_insert(L, -2);
        lua_pcall(L, 1, 1, 0);
        message = lua_tostring(L, -1);
    }
    g_autofree char *valid =
        g_utf8_make_valid(message ? message : "an error without a message", -1);
    g_set_error_literal(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, valid);
}

/* Run one protected call in a fresh state. */
static bool run_job(Job *job, lua_CFunction function, GError **error)
{
    lua_State *L = luaL_newstate();

    if (L == NULL) {
        g_set_error_literal(error, MEMSIM_ERROR, MEMSIM_ERROR_IO, "no memory for Lua");
        return false;
    }
    lua_pushcfunction(L, function);
    lua_pushlightuserdata(L, job);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK && job->error == NULL)
        take_error(L, &job->error);
    lua_close(L);
    if (job->error == NULL)
        return true;
    g_clear_pointer(&job->study, study_free);
    g_propagate_error(error, job->error);
    return false;
}

typedef struct {
    const ConfigOptions *options;
    Study *study;
    GError *error;
} StudyJob;

static int convert_protected(lua_State *L)
{
    StudyJob *job = lua_touserdata(L, 2);
    Box *box = box_push(L);

    if (convert_study(L, 1, job->options, box))
        job->study = g_steal_pointer(&box->study);
    else
        job->error = g_steal_pointer(&box->error);
    box_clear(box);
    return 0;
}

Study *config_study_from_lua(lua_State *L, int index, const ConfigOptions *options, GError **error)
{
    StudyJob job = { options, NULL, NULL };
    const int value = lua_absindex(L, index);

    if (!lua_checkstack(L, 4)) {
        g_set_error_literal(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                            "too many values on Lua's stack");
        return NULL;
    }
    lua_pushcfunction(L, convert_protected);
    lua_pushvalue(L, value);
    lua_pushlightuserdata(L, &job);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
        if (job.error == NULL)
            take_error(L, &job.error);
        lua_pop(L, 1);
    }
    if (job.error) {
        study_free(job.study);
        g_propagate_error(error, job.error);
        return NULL;
    }
    return job.study;
}

Study *config_run_script(const char *path, const ConfigOptions *options, GError **error)
{
    Job job = { .path = path, .options = options };
    g_autofree char *text = library_read_file(path, &job.length, error);

    if (text == NULL)
        return NULL;
    job.text = text;
    return run_job(&job, run_script, error) ? job.study : NULL;
}

Study *config_run_text(const char *text, const char *name, const ConfigOptions *options,
                       GError **error)
{
    Job job = { .path = name, .text = text, .length = strlen(text), .options = options };

    return run_job(&job, run_script, error) ? job.study : NULL;
}

Study *config_replay(const ConfigReplay *replay, const ConfigOptions *options, GError **error)
{
    Job job = { .replay = replay, .machine = replay->machine, .options = options };

    return run_job(&job, run_replay, error) ? job.study : NULL;
}

char **config_machine_names(void)
{
    return library_names("machines", NULL);
}

MachineSpec *config_machine(const char *name, char **path, GError **error)
{
    Job job = { .machine = name };

    if (!run_job(&job, run_machine, error))
        return NULL;
    if (path)
        *path = library_find("machines", name, NULL);
    return job.spec;
}

char **config_dram_names(void)
{
    return library_names("dram", NULL);
}

bool config_dram(const char *name, const char *density, MemoryConfig *memory, char **path,
                 GError **error)
{
    Job job = { .grade = name, .density = density, .memory = memory };

    if (!run_job(&job, run_dram, error))
        return false;
    if (path)
        *path = library_find("dram", name, NULL);
    return true;
}

char **config_kernel_names(void)
{
    return library_names("kernels", NULL);
}

void kernel_info_free(KernelInfo *kernel)
{
    if (kernel == NULL)
        return;
    for (size_t i = 0; i < kernel->n_parameters; i++) {
        g_free(kernel->parameters[i].name);
        g_free(kernel->parameters[i].by_default);
        g_free(kernel->parameters[i].meaning);
    }
    g_free(kernel->parameters);
    g_free(kernel->description);
    g_free(kernel);
}

static KernelInfo *describe_kernel(Job *job, GError **error)
{
    job->info = g_new0(KernelInfo, 1);
    if (run_job(job, run_kernel, error))
        return job->info;
    kernel_info_free(job->info);
    return NULL;
}

KernelInfo *config_kernel(const char *name, GError **error)
{
    Job job = { .kernel = name };

    return describe_kernel(&job, error);
}

KernelInfo *config_kernel_built(const char *name, char **path, GError **error)
{
    Job job = { .kernel = name, .build = true };
    KernelInfo *kernel = describe_kernel(&job, error);

    if (kernel && path)
        *path = library_find("kernels", name, NULL);
    return kernel;
}
