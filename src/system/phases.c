/*
 * phases - running a workload, phase after phase.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/phases.h"

#include <assert.h>

#include "base/error.h"
#include "system/deal.h"

static bool out_of_range(GError **error)
{
    g_set_error(
        error, MEMSIM_ERROR, MEMSIM_ERROR_RUN,
        "simulated time passes 9223 s, the range of the clock; use fewer accesses, less latency or "
        "more bandwidth");
    return false;
}

static bool run_sources(Parts *parts, AccessSource *const *sources, Tick *now, GError **error)
{
    for (uint32_t i = 0; i < parts->n_cores; i++)
        core_start(parts->cores[i], sources[i], *now);
    while (sim_next(&parts->sim) < TICK_LIMIT)
        sim_step(&parts->sim);
    for (uint32_t i = 0; i < parts->n_cores; i++)
        if (core_error(parts->cores[i])) {
            g_propagate_error(error, g_error_copy(core_error(parts->cores[i])));
            return false;
        }
    if (sim_events(&parts->sim) > 0)
        return out_of_range(error);
    const Tick drained = parts_drained(parts);
    Tick end = drained;

    for (uint32_t i = 0; i < parts->n_cores; i++) {
        assert(core_is_answered(parts->cores[i]) && "nothing waits for what never comes");
        const Tick finished = core_finish(parts->cores[i], drained);

        end = MAX(end, finished);
    }
    *now = end;
    if (end >= TICK_LIMIT)
        return out_of_range(error);
    sim_set_back(&parts->sim, end);
    return true;
}

/* Without time one core is counted after the other; those that share a stream take turns, a block each. */
static bool count_sources(const Deal *deal, GError **error)
{
    const Parts *parts = deal->parts;
    const uint64_t turn = g_hash_table_size(deal->shared) > 0 ? 1 : UINT64_MAX;
    g_autofree bool *over = g_new0(bool, parts->n_cores);
    uint32_t left = parts->n_cores;

    for (uint32_t i = 0; i < parts->n_cores; i++)
        core_count_start(parts->cores[i], deal->sources[i]);
    for (uint32_t i = 0; left > 0; i = (i + 1) % parts->n_cores) {
        if (over[i] || core_count(parts->cores[i], turn))
            continue;
        if (core_error(parts->cores[i])) {
            g_propagate_error(error, g_error_copy(core_error(parts->cores[i])));
            return false;
        }
        over[i] = true;
        left--;
    }
    return true;
}

/* Run or count one phase.  now NULL: count. */
static bool run_phase(const Deal *deal, Tick *now, GError **error)
{
    return now ? run_sources(deal->parts, deal->sources, now, error) : count_sources(deal, error);
}

/* All that is dirty in the level goes down, and it is empty. */
static void flush_level(Parts *parts, uint32_t level, Tick *now)
{
    for (uint32_t i = 0; i < parts->levels[level].n_instances; i++)
        cache_flush(&parts->levels[level].instances[i], now ? *now : 0);
    if (parts->prefetching)
        prefetchqueue_forget(&parts->prefetches);
    while (now && sim_next(&parts->sim) < TICK_LIMIT)
        sim_step(&parts->sim);
    if (now)
        *now = MAX(*now, parts_drained(parts));
}

/* All caches, from the first level on, and the buffers of non-temporal writes. */
static bool flush_caches(Parts *parts, Footprint *footprint, Tick *now, GError **error)
{
    if (parts->probe) {
        g_set_error_literal(error, MEMSIM_ERROR, MEMSIM_ERROR_RUN,
                            "workload.flush: there are no caches here that could be flushed");
        return false;
    }
    parts_leave_flat(parts);
    if (footprint)
        footprint_forget(footprint);
    for (uint32_t i = 0; parts->combines && i < parts->n_cores; i++)
        combine_flush(&parts->combines[i], now ? *now : 0);
    for (uint32_t level = 0; level < parts->n_levels; level++)
        flush_level(parts, level, now);
    return sim_events(&parts->sim) == 0 || out_of_range(error);
}

/* What begins finds the levels empty that keep nothing from one kernel to the next; what is first finds all so. */
static bool begin_kernel(Parts *parts, Tick *now, GError **error)
{
    const bool first = !parts->begun;

    parts->begun = true;
    if (first)
        return true;
    for (uint32_t level = 0; level < parts->n_levels; level++)
        if (parts->point->machine->caches[level].per_kernel) {
            parts_leave_flat(parts);
            flush_level(parts, level, now);
        }
    return sim_events(&parts->sim) == 0 || out_of_range(error);
}

/* The workload without warm-up; what it asks for goes into footprint, if not NULL. */
static bool run_workload(Parts *parts, const WorkloadSpec *workload, Footprint *footprint,
                         Tick *now, GError **error)
{
    if (workload->kind == WORKLOAD_SEQUENCE) {
        for (uint32_t i = 0; i < workload->n_parts; i++)
            if ((workload->flush && i > 0 && !flush_caches(parts, footprint, now, error)) ||
                !run_workload(parts, workload->parts[i], footprint, now, error))
                return false;
        return true;
    }
    Deal deal;

    if (!begin_kernel(parts, now, error))
        return false;
    deal_init(&deal, parts);
    bool good = deal_workload(&deal, workload, footprint != NULL, error);

    for (uint32_t i = 0; good && footprint && i < parts->n_cores; i++)
        tap_count(deal.taps[i], footprint);
    good = good && run_phase(&deal, now, error);
    deal_clear(&deal);
    return good;
}

static void start_measuring(Parts *parts, RunTimes *times, const Tick *now)
{
    times->start_fs = now ? *now : 0;
    parts_reset_stats(parts, times->start_fs);
    times->events = parts->sim.fired;
}

/* A pattern warms up with the first accesses of its stream and goes on from there. */
static bool run_warm_pattern(Parts *parts, RunTimes *times, Tick *now, GError **error)
{
    const WorkloadSpec *workload = parts->point->workload;
    const uint64_t warm =
        workload->warmup_pass ? gen_pass_accesses(&workload->pattern) : workload->warmup_accesses;
    Deal before, after;

    deal_init(&before, parts);
    deal_init(&after, parts);
    deal_range(&before, workload, (Range){ 0, warm });
    deal_range(&after, workload, (Range){ warm, deal_pattern_accesses(&workload->pattern) });
    bool good = run_phase(&before, now, error);

    start_measuring(parts, times, now);
    good = good && run_phase(&after, now, error);
    deal_clear(&before);
    deal_clear(&after);
    return good;
}

/* A trace or a mix: the first accesses of the stream are not measured. */
static bool run_warm_stream(Parts *parts, RunTimes *times, Tick *now, GError **error)
{
    const WorkloadSpec *workload = parts->point->workload;
    const Range warm = { 0, workload->warmup_accesses };
    const Tick begin = now ? *now : 0;
    Deal deal;

    deal_init(&deal, parts);
    bool good = deal_workload(&deal, workload, true, error);

    for (uint32_t i = 0; good && i < parts->n_cores; i++)
        tap_limit(deal.taps[i], range_share(warm, i, parts->n_cores).count);
    good = good && run_phase(&deal, now, error);
    start_measuring(parts, times, now);
    for (uint32_t i = 0; good && i < parts->n_cores; i++) {
        tap_limit(deal.taps[i], UINT64_MAX);
        tap_elapse(deal.taps[i], now ? *now - begin : 0);
        tap_count(deal.taps[i], parts->footprint);
    }
    good = good && run_phase(&deal, now, error);
    deal_clear(&deal);
    return good;
}

static bool run_all(Parts *parts, RunTimes *times, Tick *now, GError **error)
{
    const WorkloadSpec *workload = parts->point->workload;
    const bool warm = workload->warmup_pass || workload->warmup_accesses > 0;

    start_measuring(parts, times, now);
    if (warm && workload->kind == WORKLOAD_PATTERN)
        return run_warm_pattern(parts, times, now, error);
    if (warm && !workload->warmup_pass)
        return run_warm_stream(parts, times, now, error);
    if (warm && !run_workload(parts, workload, NULL, now, error))
        return false;
    if (warm)
        start_measuring(parts, times, now);
    return run_workload(parts, workload, parts->footprint, now, error);
}

void phases_refuse_nothing(const WorkloadSpec *workload, bool operates, GError **error)
{
    const char *const why =
        operates ? "workload: it has operations but no access; nothing of it is in memory"
        : workload->warmup_accesses > 0
            ? "workload.warmup: it takes all accesses of the workload; nothing is left to measure"
            : "workload: it has no access and no operation, such as loops that never run; nothing "
              "can be measured";

    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_RUN, "%s%s",
                workload->where ? workload->where : "", why);
}

/* False and error when nothing was measured. */
static bool check_measured(const Parts *parts, GError **error)
{
    for (uint32_t i = 0; i < parts->n_cores; i++)
        if (core_stats(parts->cores[i]).accesses > 0 || core_operated(parts->cores[i]) > 0)
            return true;
    phases_refuse_nothing(parts->point->workload, false, error);
    return false;
}

bool phases_run(Parts *parts, RunTimes *times, GError **error)
{
    Tick now = 0;

    if (!run_all(parts, times, &now, error) || !check_measured(parts, error))
        return false;
    times->end_fs = now;
    times->events = parts->sim.fired - times->events;
    return true;
}

bool phases_count(Parts *parts, GError **error)
{
    RunTimes times;

    return run_all(parts, &times, NULL, error) && check_measured(parts, error);
}

AccessSource *phases_source(Parts *parts, GError **error)
{
    Deal deal;

    assert(parts->n_cores == 1 && "nothing is shared with other cores");
    deal_init(&deal, parts);
    AccessSource *source = deal_source(&deal, parts->point->workload, 0, error);

    deal_clear(&deal);
    return source;
}
