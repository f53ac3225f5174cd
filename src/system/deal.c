/*
 * deal - a phase's accesses, dealt to the cores.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/deal.h"

#include "workload/gen_nest.h"

/* What is dealt in blocks is taken by the cores, as they come free, so much at a time: of a trace, which has no known
 * length, accesses; of a pattern bytes, as a GPU's block of 1024 threads asks for with eight each, but no more than a batch. */
enum { DEAL_ACCESSES = 256, DEAL_BYTES = 8192, PART_SEED = 3000 };

Range range_share(Range whole, uint32_t core, uint32_t n_cores)
{
    __extension__ typedef unsigned __int128 Wide;
    const uint64_t from = (uint64_t)((Wide)whole.count * core / n_cores);
    const uint64_t to = (uint64_t)((Wide)whole.count * (core + 1) / n_cores);

    return (Range){ whole.first + from, to - from };
}

uint64_t deal_pattern_accesses(const PatternConfig *pattern)
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
    const Range mine = blocks ? range : range_share(range, core, n_cores);
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

static AccessSource *composed_source(Deal *deal, const WorkloadSpec *workload, uint32_t core,
                                     GError **error)
{
    AccessSource **sources = g_new0(AccessSource *, workload->n_parts);
    AccessSource *composed = NULL;
    uint32_t n = 0;

    while (n < workload->n_parts &&
           (sources[n] = deal_source(deal, workload->parts[n], core, error)))
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

AccessSource *deal_source(Deal *deal, const WorkloadSpec *workload, uint32_t core, GError **error)
{
    if (workload->kind == WORKLOAD_TRACE)
        return trace_source(deal, workload, error);
    if (workload->kind == WORKLOAD_NEST)
        return nest_source(deal, workload, core);
    if (workload->kind != WORKLOAD_PATTERN)
        return composed_source(deal, workload, core, error);
    return pattern_source(deal, workload, (Range){ 0, deal_pattern_accesses(&workload->pattern) },
                          core);
}

void deal_clear(Deal *deal)
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

void deal_init(Deal *deal, Parts *parts)
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

bool deal_workload(Deal *deal, const WorkloadSpec *workload, bool tapped, GError **error)
{
    for (uint32_t i = 0; i < deal->parts->n_cores; i++) {
        deal->sources[i] = deal_source(deal, workload, i, error);
        if (!deal->sources[i])
            return false;
        if (tapped)
            tap_source(deal, i);
    }
    return true;
}

void deal_range(Deal *deal, const WorkloadSpec *leaf, Range whole)
{
    for (uint32_t i = 0; i < deal->parts->n_cores; i++)
        deal->sources[i] = pattern_source(deal, leaf, whole, i);
}
