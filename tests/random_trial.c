/*
 * random_trial - what must hold for a row.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "random_trial.h"

#include <math.h>

#include "row_values.h"
#include "spec/point.h"
#include "system/system.h"

void trial_need(Trial *trial, bool holds, const char *what)
{
    if (holds)
        return;
    if (trial->good) {
        g_autofree char *text = point_canonical(trial->point);

        g_printerr("# does not hold: %s\n%s\n", what, text);
    }
    trial->good = false;
}

static double real(const Row *row, const char *name)
{
    const Value *value = row_find(row, name);

    return value->kind == VALUE_COUNT ? (double)value->count : value->real;
}

static const char *regime_of(const Row *row, bool overlap)
{
    const double compute = real(row, overlap ? "issue_held_s" : "compute_busy_s");
    const double memory = overlap ? real(row, "compute_starved_s")
                                  : real(row, "time_s") - real(row, "compute_busy_s");

    if (fabs(compute - memory) < 0.05 * real(row, "time_s"))
        return "balanced";
    return compute > memory ? "compute-bound" : "memory-bound";
}

/* Patterns that only read, whose compulsory bytes are no expected value; an access that is not split brings in one line
 * only. */
static bool is_certain(const WorkloadSpec *workload)
{
    const uint32_t pattern = workload->pattern.pattern;

    if (workload->kind == WORKLOAD_MIX || workload->warmup_pass || workload->warmup_accesses > 0)
        return false;
    for (uint32_t i = 0; i < workload->n_parts; i++)
        if (!is_certain(workload->parts[i]))
            return false;
    return workload->kind == WORKLOAD_SEQUENCE ||
           (workload->split_lines && workload->pattern.write_fraction <= 0 &&
            (pattern == GEN_SEQUENTIAL || pattern == GEN_STRIDED || pattern == GEN_CHASE));
}

/* Whether all that memory moves passes one last level. */
static bool one_way_to_memory(const Trial *trial)
{
    const uint32_t halves = machine_is_split(trial->point->machine) ? 2 : 0;

    return trial->parts.n_levels > halves && !trial->parts.combines;
}

static void check_row(Trial *trial, const Row *row)
{
    const bool tiers = trial->point->machine->memory.type == MEMORY_TWO_TIER;
    const double time = real(row, "time_s");

    trial_need(trial, time == tick_seconds(trial_time(trial)), "the row has the time of the run");
    trial_need(trial,
               g_strcmp0(row_find(row, "regime")->text,
                         regime_of(row, trial->point->machine->compute.overlap)) == 0,
               "the regime follows from the columns");
    if (one_way_to_memory(trial) && trial->point->machine->memory.type != MEMORY_DRAM) {
        g_autofree char *last = g_strdup_printf("l%u_below_bytes", trial->parts.n_levels);

        trial_need(trial, real(row, last) == real(row, "memory_bytes"),
                   "what the last level moves is what memory moves");
    }
    trial_need(trial,
               real(row, "compute_busy_s") + real(row, "compute_starved_s") <= time * (1 + 1e-12),
               "busy and starved make up no more than the time");
    trial_need(trial, real(row, "serial_time_s") >= real(row, "roofline_time_s") * (1 - 1e-12),
               "serial is above roofline");
    if (!tiers && is_certain(trial->point->workload))
        trial_need(trial, time >= real(row, "roofline_time_s") * (1 - 1e-12),
                   "a cold run that only reads is not faster than the roofline");
    if (!tiers)
        trial_need(trial,
                   real(row, "memory_bandwidth_utilization") <= 1 + 1e-12 ||
                       isnan(real(row, "memory_bandwidth_utilization")),
                   "no bandwidth above the peak");
}

void trial_check_row(Trial *trial)
{
    const SystemOptions options = { .memory_time = false };
    Row *first = system_run(trial->point, &options, NULL);
    Row *second = system_run(trial->point, &options, NULL);

    trial_need(trial,
               first && second && first->values->len == second->values->len &&
                   row_has_all_of(first, second),
               "a second run gives the same row");
    if (first)
        check_row(trial, first);
    row_free(first);
    row_free(second);
}
