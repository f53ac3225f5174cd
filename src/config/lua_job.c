/*
 * lua_job - one protected call in a Lua state of its own.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/lua_job.h"

#include <lualib.h>
#include <stdio.h>

#include "base/error.h"
#include "config/box.h"
#include "config/context.h"

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

/* os.exit of a script: the program is not the script's to end, and there may be results. */
static int refuse_exit(lua_State *L)
{
    return context_raise(L, "os.exit: a script ends by its return, or by error(...)");
}

void lua_job_prepare(lua_State *L, const LuaJob *job)
{
    luaL_openlibs(L);
    redirect_output(L);
    lua_getglobal(L, "os");
    lua_pushcfunction(L, refuse_exit);
    lua_setfield(L, -2, "exit");
    lua_pop(L, 1);
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

void lua_job_push_function(lua_State *L, const char *name)
{
    config_push_api(L);
    lua_getfield(L, -1, name);
    lua_remove(L, -2);
}

/* What a failed protected call has left on the top of the stack, as text that is surely there. */
static int push_message(lua_State *L)
{
    box_push_raised(L, 1);
    return 1;
}

void lua_job_take_error(lua_State *L, GError **error)
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

bool lua_job_run(LuaJob *job, lua_CFunction function, GError **error)
{
    lua_State *L = luaL_newstate();

    if (L == NULL) {
        g_set_error_literal(error, MEMSIM_ERROR, MEMSIM_ERROR_IO, "no memory for Lua");
        return false;
    }
    lua_pushcfunction(L, function);
    lua_pushlightuserdata(L, job);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK && job->error == NULL)
        lua_job_take_error(L, &job->error);
    lua_close(L);
    if (job->error == NULL)
        return true;
    g_propagate_error(error, job->error);
    return false;
}
