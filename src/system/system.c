/*
 * system - one point, from specs to its row.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/system.h"

#include <math.h>

#include "base/error.h"
#include "dram/command_file.h"
#include "system/collect.h"
#include "system/opt.h"
#include "system/phases.h"

static bool run_parts(Parts *parts, Outcome *outcome, GError **error)
{
    const gint64 begin_us = g_get_monotonic_time();
    RunTimes times;

    if (!parts->point->machine->timing) {
        if (!phases_count(parts, error))
            return false;
        outcome_init_counted(outcome, parts);
    } else {
        if (!phases_run(parts, &times, error))
            return false;
        outcome_init(outcome, parts, &times);
    }
    outcome->wall_s = (double)(g_get_monotonic_time() - begin_us) * 1e-6;
    return true;
}

/* With each command of the DRAM channels written down. */
static bool run_watched(Parts *parts, const SystemOptions *options, Outcome *outcome,
                        GError **error)
{
    CommandFile *file = command_file_new(&parts->point->machine->memory.dram, options->commands,
                                         options->commands_zstd, error);
    bool good = false;

    if (!file)
        return false;
    command_file_watch(file, parts->memory);
    if (run_parts(parts, outcome, error)) {
        good = command_file_finish(file, error);
        if (!good)
            outcome_clear(outcome);
    }
    command_file_free(file);
    return good;
}

/* Run the point once with the given peak of the machine. */
static bool run_once(const PointSpec *point, double peak, const SystemOptions *options,
                     Outcome *outcome, GError **error)
{
    const bool timing = point->machine->timing;
    const bool watched = timing && options->commands && point->machine->memory.type == MEMORY_DRAM;
    Foresight foresight;
    Parts parts;

    if (!foresight_init(&foresight, point, options->traces, error))
        return false;
    parts_init(&parts, point, peak, !timing);
    parts.traces = options->traces;
    foresight_tell(&foresight, &parts);
    if (options->useful)
        parts_watch_used(&parts);
    if (options->arrays)
        parts_watch_arrays(&parts, arrays_of(point->workload));
    const bool good =
        watched ? run_watched(&parts, options, outcome, error) : run_parts(&parts, outcome, error);

    parts_clear(&parts);
    foresight_clear(&foresight);
    return good;
}

/* The time of memory alone: the same point when operations take no time. */
static bool run_memory_alone(const PointSpec *point, TraceMemory *traces, Outcome *outcome,
                             GError **error)
{
    const SystemOptions unwatched = { .traces = traces };
    Outcome alone;

    if (!run_once(point, INFINITY, &unwatched, &alone, error))
        return false;
    outcome->memory_time_s = alone.time_s;
    outcome_clear(&alone);
    return true;
}

/* Whether arrays can be told apart where asked for: caches know physical addresses only. */
static bool check_arrays(const PointSpec *point, const SystemOptions *options, GError **error)
{
    const TlbConfig *tlb = &point->machine->tlb;

    if (!options->arrays || !tlb->present || tlb->pages == PAGES_IDENTITY)
        return true;
    g_set_error_literal(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                        "machine.tlb.pages: counts by array need \"identity\"; caches see physical "
                        "addresses, not those of the arrays");
    return false;
}

Row *system_run(const PointSpec *point, const SystemOptions *options, GError **error)
{
    const double peak = machine_peak(point->machine, point->workload->precision, error);
    Outcome outcome;
    Row *row = NULL;

    if (!(peak > 0) || !check_arrays(point, options, error) ||
        !run_once(point, peak, options, &outcome, error))
        return NULL;
    if (!options->memory_time || run_memory_alone(point, options->traces, &outcome, error)) {
        const Demand demand = outcome_demand(&outcome);
        Analytic *analytic =
            analytic_new(point->machine, point->workload, outcome.counted ? &demand : NULL, error);

        if (analytic)
            row = collect_row(point, &outcome, analytic);
        analytic_free(analytic);
    }
    outcome_clear(&outcome);
    return row;
}

Row *system_columns(const PointSpec *point, const SystemOptions *options)
{
    const Analytic analytic = { .n_levels = 0 };
    Outcome outcome = { .n_levels = point->machine->n_caches,
                        .useful = options->useful,
                        .dry = true };

    outcome.levels = g_new0(CacheStats, outcome.n_levels);
    if (options->arrays)
        outcome.arrays = array_counts_dry(point, &outcome.n_arrays);
    Row *row = collect_row(point, &outcome, &analytic);

    outcome_clear(&outcome);
    return row;
}

GPtrArray *system_array_names(const PointSpec *point)
{
    Regions *regions = arrays_of(point->workload);
    GPtrArray *names = g_steal_pointer(&regions->names);

    g_ptr_array_add(names, g_strdup("other"));
    regions_free(regions);
    return names;
}

Row *system_failed_row(const PointSpec *point, const char *reason)
{
    g_autofree char *status = g_strdup_printf("failed: %s", reason);
    Row *row = row_new();

    collect_axes(row, point);
    row_add_text(row, "status", status);
    return row;
}
