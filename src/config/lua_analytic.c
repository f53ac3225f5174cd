/*
 * lua_analytic - memsim.analytic: the closed form as a Lua table.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/lua_analytic.h"

#include <math.h>

#include "config/context.h"
#include "config/convert.h"

static const Path root = { NULL, "analytic", 0 };

/* What does not apply (NAN) is left out: nil in Lua. */
static void set_number(lua_State *L, const char *key, double value)
{
    if (isnan(value))
        return;
    lua_pushnumber(L, value);
    lua_setfield(L, -2, key);
}

static void push_levels(lua_State *L, const Analytic *analytic, const MachineSpec *machine)
{
    lua_createtable(L, (int)analytic->n_levels, 0);
    for (uint32_t i = 0; i < analytic->n_levels; i++) {
        lua_newtable(L);
        lua_pushstring(L, machine->caches[i].name);
        lua_setfield(L, -2, "name");
        set_number(L, "bandwidth_B_per_s", analytic->levels[i].bandwidth_B_per_s);
        set_number(L, "ridge_flop_per_B", analytic->levels[i].ridge_flop_per_B);
        set_number(L, "attainable_flop_per_s", analytic->levels[i].attainable_flop_per_s);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "levels");
}

static void push_analytic(lua_State *L, const Analytic *analytic)
{
    lua_newtable(L);
    set_number(L, "roofline_time_s", analytic->roofline_time_s);
    set_number(L, "roofline_compute_time_s", analytic->compute_time_s);
    set_number(L, "roofline_memory_time_s", analytic->memory_time_s);
    set_number(L, "serial_time_s", analytic->serial_time_s);
    set_number(L, "streaming_time_s", analytic->streaming_time_s);
    set_number(L, "ridge_flop_per_B", analytic->ridge_flop_per_B);
    set_number(L, "intensity_flop_per_byte", analytic->intensity_flop_per_B);
    set_number(L, "attainable_flop_per_s", analytic->attainable_flop_per_s);
    set_number(L, "peak_flop_per_s", analytic->peak_flop_per_s);
    set_number(L, "bandwidth_B_per_s", analytic->bandwidth_B_per_s);
    set_number(L, "random_bandwidth_B_per_s", analytic->random_bandwidth_B_per_s);
    set_number(L, "latency_s", analytic->latency_s);
    set_number(L, "flops", analytic->demand.flops);
    set_number(L, "accesses", analytic->demand.accesses);
    set_number(L, "reads", analytic->demand.reads);
    set_number(L, "writes", analytic->demand.writes);
    set_number(L, "requested_bytes", analytic->demand.requested_bytes);
    set_number(L, "compulsory_bytes", analytic->demand.compulsory_bytes);
    if (!isnan(analytic->roofline_time_s)) {
        lua_pushstring(L, regime_name(analytic->regime));
        lua_setfield(L, -2, "roofline_regime");
    }
}

typedef struct {
    double flops, peak, bandwidth;
    uint64_t bytes;
    Tick latency_fs;
} Totals;

static int from_totals(lua_State *L, Box *box)
{
    static const Field keys[] = {
        { "flops", FIELD_REAL, offsetof(Totals, flops), 0, 1e30, NAN, NULL, NULL,
          "operations in all" },
        { "bytes", FIELD_BYTES, offsetof(Totals, bytes), 0, 0x1p63, NAN, NULL, NULL,
          "bytes moved in all" },
        { "peak", FIELD_FLOP_PER_S, offsetof(Totals, peak), 1, 1e24, NAN, NULL, NULL,
          "e.g. \"19.5 TFLOP/s\"" },
        { "bandwidth", FIELD_BYTES_PER_S, offsetof(Totals, bandwidth), 1, 1e18, NAN, NULL, NULL,
          "e.g. \"1935 GB/s\"" },
        { "latency", FIELD_TIME, offsetof(Totals, latency_fs), 0, 1, 0, NULL, NULL,
          "e.g. \"50 ns\"" },
        { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
    };
    Reader reader = { .L = L, .error = &box->error };
    Totals totals = { 0 };
    Section section = { keys, &totals, 0 };
    Analytic analytic = { 0 };

    if (!reader_table(&reader, 1, &root, &section, 1, 0))
        return box_raise(L, box);
    if (!analytic_simple(totals.flops, (double)totals.bytes, totals.peak, totals.bandwidth,
                         tick_seconds(totals.latency_fs), &analytic)) {
        reader_fail(&reader, &root, "there is no closed form for these totals");
        return box_raise(L, box);
    }
    push_analytic(L, &analytic);
    return 1;
}

static int from_specs(lua_State *L, Box *box)
{
    static const Field keys[] = {
        { "machine", FIELD_OTHER, 0, 0, 0, NAN, NULL, NULL, "what memsim.machine returns" },
        { "workload", FIELD_OTHER, 0, 0, 0, NAN, NULL, NULL, "what memsim.workload returns" },
        { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
    };
    Reader reader = { .L = L, .error = &box->error };
    Section section = { keys, NULL, 0 };

    if (!reader_table(&reader, 1, &root, &section, 1, 0))
        return box_raise(L, box);
    reader_push(L, 1, "machine");
    reader_push(L, 1, "workload");
    if (!convert_machine(L, -2, box))
        return box_raise(L, box);
    WorkloadSpec *workload = convert_workload(L, -1, box);
    if (workload == NULL)
        return box_raise(L, box);
    workload_layout(workload);
    box->analytic = analytic_new(box->machine, workload, NULL, &box->error);
    if (box->analytic == NULL)
        return box_raise(L, box);
    push_analytic(L, box->analytic);
    push_levels(L, box->analytic, box->machine);
    box_clear(box);
    return 1;
}

int lua_analytic(lua_State *L)
{
    context_take_arguments(L, "analytic", 1, false);
    Box *box = box_push(L);
    Reader reader = { .L = L, .error = &box->error };

    if (!reader_is_table(&reader, 1, &root,
                         "{ machine = ..., workload = ... } or { flops = ..., bytes = ..., ... }"))
        return box_raise(L, box);
    const bool totals =
        reader_push(L, 1, "flops") != LUA_TNIL || reader_push(L, 1, "bytes") != LUA_TNIL;
    lua_settop(L, 2);
    return totals ? from_totals(L, box) : from_specs(L, box);
}
