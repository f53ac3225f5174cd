/*
 * lua_analytic - memsim.analytic: the closed form as a Lua table, without any simulation.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_LUA_ANALYTIC_H
#define CONFIG_LUA_ANALYTIC_H

#include "config/lua_api.h"

/* memsim.analytic { machine = ..., workload = ... }, or { flops =, bytes =, peak =, bandwidth =, latency = } for a
 * kernel given by its totals only. */
int lua_analytic(lua_State *L);

#endif
