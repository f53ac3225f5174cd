/*
 * lua_job - one protected call in a Lua state of its own.
 *
 * A job is the first member of a struct with what the call works on; all of that belongs to the caller.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_LUA_JOB_H
#define CONFIG_LUA_JOB_H

#include "config/lua_api.h"

typedef struct {
    const char
        *path; /* of the script: stands in messages, and its folder is searched; NULL: no script */
    const ConfigOptions *options; /* or NULL */
    GError *error;                /* that the function has set, instead of raising one */
} LuaJob;

/* Call the function with the job as light userdata.  False and error when it raises one or sets that of the job. */
bool lua_job_run(LuaJob *job, lua_CFunction function, GError **error);

/* Inside the call: open the libraries and make memsim known by name and to require; neighbours of the script can be
 * required, and what it prints goes to standard error. */
void lua_job_prepare(lua_State *L, const LuaJob *job);
/* Push memsim.<name>. */
void lua_job_push_function(lua_State *L, const char *name);
/* Set error (CONFIG) to what a failed protected call has left on the top of the stack. */
void lua_job_take_error(lua_State *L, GError **error);

#endif
