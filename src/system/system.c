/*
 * system - one point, from specs to its row.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/system.h"

#include <math.h>

#include "system/collect.h"
#include "system/parts.h"

/* Run the point once with the given peak of the machine. */
static bool run_once(const PointSpec *point, double peak, Outcome *outcome, GError **error)
{
    const gint64 begin_us = g_get_monotonic_time();
    RunTimes times;
    Parts parts;

    parts_init(&parts, point, peak, false);
    const bool good = phases_run(&parts, &times, error);

    if (good) {
        outcome_init(outcome, &parts, &times);
        outcome->wall_s = (double)(g_get_monotonic_time() - begin_us) * 1e-6;
    }
    parts_clear(&parts);
    return good;
}

/* The time of memory alone: the same point when operations take no time. */
static bool run_memory_alone(const PointSpec *point, Outcome *outcome, GError **error)
{
    Outcome alone;

    if (!run_once(point, INFINITY, &alone, error))
        return false;
    outcome->memory_time_s = alone.time_s;
    outcome_clear(&alone);
    return true;
}

Row *system_run(const PointSpec *point, const SystemOptions *options, GError **error)
{
    const double peak = machine_peak(point->machine, point->workload->precision, error);
    Outcome outcome;
    Row *row = NULL;

    if (!(peak > 0) || !run_once(point, peak, &outcome, error))
        return NULL;
    if (!options->memory_time || run_memory_alone(point, &outcome, error)) {
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

Row *system_columns(const PointSpec *point)
{
    const Analytic analytic = { .n_levels = 0 };
    Outcome outcome = { .n_levels = point->machine->n_caches };

    outcome.levels = g_new0(CacheStats, outcome.n_levels);
    Row *row = collect_row(point, &outcome, &analytic);

    outcome_clear(&outcome);
    return row;
}

Row *system_failed_row(const PointSpec *point, const char *reason)
{
    g_autofree char *status = g_strdup_printf("failed: %s", reason);
    Row *row = row_new();

    collect_axes(row, point);
    row_add_text(row, "status", status);
    return row;
}
