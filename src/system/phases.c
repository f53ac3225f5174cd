/*
 * phases - running a workload: its warm-up, its parts one after the other, each dealt to the cores.
 *
 * A phase ends when all its data are transferred and all its operations are done; the next begins then.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>

#include "base/error.h"
#include "system/parts.h"

/* What is dealt in blocks is taken by the cores, as they come free, so much at a time: of a trace, which has no known
 * length, accesses; of a pattern bytes, as a GPU's block of 1024 threads asks for with eight each, but no more than a batch. */
enum { DEAL_ACCESSES = 256, DEAL_BYTES = 8192, PART_SEED = 3000 };

/* The sources of one phase. */
typedef struct {
    Parts *parts;
    GHashTable *shared;     /* what is dealt in blocks: WorkloadSpec* -> Tap* */
    AccessSource **sources; /* [n_cores] */
    Tap **taps;             /* [n_cores]; NULL entries where the source is not cut or counted */
} Deal;

/* Positions of a pattern's stream. */
typedef struct {
    uint64_t first, count;
} Range;

static Range share(Range whole, uint32_t core, uint32_t n_cores)
{
    __extension__ typedef unsigned __int128 Wide;
    const uint64_t from = (uint64_t)((Wide)whole.count * core / n_cores);
    const uint64_t to = (uint64_t)((Wide)whole.count * (core + 1) / n_cores);

    return (Range){ whole.first + from, to - from };
}

static uint64_t pattern_accesses(const PatternConfig *pattern)
{
    return pattern->accesses ? pattern->accesses : gen_pass_accesses(pattern);
}

/* Whoever asks gets the next block of the source.  Takes it. */
static AccessSource *share_out(Deal *deal, const WorkloadSpec *leaf, AccessSource *source,
                               uint32_t block)
{
    Tap *tap = tap_new(source);

    g_hash_table_insert(deal->shared, (void *)leaf, tap);
    return tap_view(tap, block);
}

static AccessSource *trace_source(Deal *deal, const WorkloadSpec *leaf, GError **error)
{
    const Tick cycle_fs = memory_clock_fs(&deal->parts->point->machine->memory);
    Tap *tap = g_hash_table_lookup(deal->shared, leaf);

    if (tap)
        return tap_view(tap, DEAL_ACCESSES);
    AccessSource *source =
        trace_memory_open(deal->parts->traces, &leaf->trace,
                          parts_leaf(deal->parts, leaf)->first_stream, cycle_fs, error);

    return source && deal->parts->n_cores > 1 ? share_out(deal, leaf, source, DEAL_ACCESSES)
                                              : source;
}

/* Core's part of a range of a pattern. */
static AccessSource *pattern_source(Deal *deal, const WorkloadSpec *leaf, Range range,
                                    uint32_t core)
{
    const uint32_t n_cores = deal->parts->n_cores;
    const Leaf *part = parts_leaf(deal->parts, leaf);
    const bool blocks = n_cores > 1 && deal->parts->point->machine->compute.deal == DEAL_BLOCKS;
    const Range mine = blocks ? range : share(range, core, n_cores);
    const uint32_t block = (uint32_t)MAX(DEAL_BYTES / leaf->pattern.size_bytes, 1);
    Tap *tap = g_hash_table_lookup(deal->shared, leaf);

    if (tap)
        return tap_view(tap, block);
    AccessSource *source =
        gen_new(&leaf->pattern, part->table, mine.first, mine.count, part->first_stream);

    return blocks ? share_out(deal, leaf, source, block) : source;
}

static AccessSource *nest_source(const Deal *deal, const WorkloadSpec *leaf, uint32_t core)
{
    const Leaf *part = parts_leaf(deal->parts, leaf);

    return gen_nest_new(part->program, part->first_stream, core, deal->parts->n_cores);
}

static AccessSource *workload_source(Deal *deal, const WorkloadSpec *workload, uint32_t core,
                                     GError **error);

static AccessSource *composed_source(Deal *deal, const WorkloadSpec *workload, uint32_t core,
                                     GError **error)
{
    AccessSource **sources = g_new0(AccessSource *, workload->n_parts);
    AccessSource *composed = NULL;
    uint32_t n = 0;

    while (n < workload->n_parts &&
           (sources[n] = workload_source(deal, workload->parts[n], core, error)))
        n++;
    if (n < workload->n_parts)
        for (uint32_t i = 0; i < n; i++)
            source_free(sources[i]);
    else if (workload->kind == WORKLOAD_MIX)
        composed = mix_new(sources, workload->weights, n,
                           rng_derive(rng_derive(workload->seed, PART_SEED), core));
    else
        composed = concat_new(sources, n);
    g_free(sources);
    return composed;
}

/* Core's share of a workload. */
static AccessSource *workload_source(Deal *deal, const WorkloadSpec *workload, uint32_t core,
                                     GError **error)
{
    if (workload->kind == WORKLOAD_TRACE)
        return trace_source(deal, workload, error);
    if (workload->kind == WORKLOAD_NEST)
        return nest_source(deal, workload, core);
    if (workload->kind != WORKLOAD_PATTERN)
        return composed_source(deal, workload, core, error);
    return pattern_source(deal, workload, (Range){ 0, pattern_accesses(&workload->pattern) }, core);
}

static void deal_clear(Deal *deal)
{
    for (uint32_t i = 0; i < deal->parts->n_cores; i++) {
        source_free(deal->sources[i]);
        tap_free(deal->taps[i]);
    }
    g_free(deal->sources);
    g_free(deal->taps);
    g_hash_table_unref(deal->shared);
}

static void free_tap(void *tap)
{
    tap_free(tap);
}

static void deal_init(Deal *deal, Parts *parts)
{
    *deal = (Deal){ .parts = parts,
                    .shared = g_hash_table_new_full(NULL, NULL, NULL, free_tap),
                    .sources = g_new0(AccessSource *, parts->n_cores),
                    .taps = g_new0(Tap *, parts->n_cores) };
}

/* Put a tap between core and its source: to cut the stream after a warm-up, or to count it. */
static void tap_source(Deal *deal, uint32_t core)
{
    deal->taps[core] = tap_new(deal->sources[core]);
    deal->sources[core] = tap_view(deal->taps[core], BATCH_MAX);
}

static bool deal_workload(Deal *deal, const WorkloadSpec *workload, bool tapped, GError **error)
{
    for (uint32_t i = 0; i < deal->parts->n_cores; i++) {
        deal->sources[i] = workload_source(deal, workload, i, error);
        if (!deal->sources[i])
            return false;
        if (tapped)
            tap_source(deal, i);
    }
    return true;
}

static void deal_range(Deal *deal, const WorkloadSpec *leaf, Range whole)
{
    for (uint32_t i = 0; i < deal->parts->n_cores; i++)
        deal->sources[i] = pattern_source(deal, leaf, whole, i);
}

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
    if (parts->sim.count > 0)
        return out_of_range(error);
    const Tick drained = parts_drained(parts);
    Tick end = drained;

    for (uint32_t i = 0; i < parts->n_cores; i++) {
        const Tick finished = core_finish(parts->cores[i], drained);

        end = MAX(end, finished);
    }
    *now = end;
    return end < TICK_LIMIT || out_of_range(error);
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

/* All that is dirty goes down, level by level, and all caches are empty, and so are the buffers of non-temporal writes. */
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
    for (uint32_t level = 0; level < parts->n_levels; level++) {
        for (uint32_t i = 0; i < parts->levels[level].n_instances; i++)
            cache_flush(&parts->levels[level].instances[i], now ? *now : 0);
        if (parts->prefetching)
            prefetchqueue_forget(&parts->prefetches);
        while (now && sim_next(&parts->sim) < TICK_LIMIT)
            sim_step(&parts->sim);
        if (now)
            *now = MAX(*now, parts_drained(parts));
    }
    return parts->sim.count == 0 || out_of_range(error);
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
    deal_range(&after, workload, (Range){ warm, pattern_accesses(&workload->pattern) });
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
        tap_limit(deal.taps[i], share(warm, i, parts->n_cores).count);
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

static void set_nothing_measured(const WorkloadSpec *workload, GError **error)
{
    if (workload->warmup_pass || workload->warmup_accesses > 0)
        g_set_error_literal(
            error, MEMSIM_ERROR, MEMSIM_ERROR_RUN,
            "workload.warmup: it takes all accesses of the workload; nothing is left to measure");
    else
        g_set_error_literal(error, MEMSIM_ERROR, MEMSIM_ERROR_RUN,
                            "workload: it has no access and no operation, such as loops that "
                            "never run; nothing can be measured");
}

static bool anything_measured(const Parts *parts)
{
    for (uint32_t i = 0; i < parts->n_cores; i++)
        if (core_stats(parts->cores[i]).accesses > 0 || core_operated(parts->cores[i]) > 0)
            return true;
    return false;
}

bool phases_run(Parts *parts, RunTimes *times, GError **error)
{
    Tick now = 0;

    if (!run_all(parts, times, &now, error))
        return false;
    if (!anything_measured(parts)) {
        set_nothing_measured(parts->point->workload, error);
        return false;
    }
    times->end_fs = now;
    times->events = parts->sim.fired - times->events;
    return true;
}

bool phases_count(Parts *parts, GError **error)
{
    RunTimes times;

    return run_all(parts, &times, NULL, error);
}

AccessSource *phases_source(Parts *parts, GError **error)
{
    Deal deal;

    assert(parts->n_cores == 1 && "nothing is shared with other cores");
    deal_init(&deal, parts);
    AccessSource *source = workload_source(&deal, parts->point->workload, 0, error);

    deal_clear(&deal);
    return source;
}
