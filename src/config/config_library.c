/*
 * config_library - one machine, DRAM grade or kernel of the library, without a script.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/convert.h"
#include "config/library.h"
#include "config/lua_job.h"
#include "config/lua_kernel.h"

/* What a protected call works on: all of it belongs to the caller. */
typedef struct {
    LuaJob lua; /* first */
    const char *machine, *grade, *density,
        *kernel;       /* what is asked for: a library name or a file */
    bool build;        /* the kernel, too */
    MachineSpec *spec; /* what was found */
    MemoryConfig *memory;
    KernelInfo *info;
} Job;

static int run_machine(lua_State *L)
{
    Job *job = lua_touserdata(L, 1);

    lua_job_prepare(L, &job->lua);
    lua_job_push_function(L, "machine");
    lua_pushstring(L, job->machine);
    lua_call(L, 1, 1);
    Box *box = box_push(L);
    if (!convert_machine(L, -2, box))
        return box_raise(L, box);
    job->spec = g_steal_pointer(&box->machine);
    return 0;
}

static int run_dram(lua_State *L)
{
    Job *job = lua_touserdata(L, 1);

    lua_job_prepare(L, &job->lua);
    lua_job_push_function(L, "dram");
    lua_pushstring(L, job->grade);
    lua_newtable(L);
    lua_pushstring(L, job->density); /* nil for none */
    lua_setfield(L, -2, "density");
    lua_call(L, 2, 1);
    Box *box = box_push(L);

    if (convert_dram(L, -2, box)) {
        *job->memory = box->machine->memory;
        box->machine->memory = (MemoryConfig){ 0 };
    } else {
        job->lua.error = g_steal_pointer(&box->error);
    }
    box_clear(box);
    return 0;
}

static int run_kernel(lua_State *L)
{
    Job *job = lua_touserdata(L, 1);

    lua_job_prepare(L, &job->lua);
    lua_kernel_describe(L, job->kernel, job->info);
    if (!job->build)
        return 0;
    lua_job_push_function(L, "kernel");
    lua_pushstring(L, job->kernel);
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "flops");
    lua_getfield(L, -2, "compulsory_bytes");
    job->info->flops = lua_tonumber(L, -2);
    job->info->compulsory_bytes = lua_tonumber(L, -1);
    return 0;
}

char **config_machine_names(void)
{
    return library_names("machines", NULL);
}

MachineSpec *config_machine(const char *name, char **path, GError **error)
{
    Job job = { .machine = name };

    if (!lua_job_run(&job.lua, run_machine, error))
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

    if (!lua_job_run(&job.lua, run_dram, error))
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
    if (lua_job_run(&job->lua, run_kernel, error))
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
