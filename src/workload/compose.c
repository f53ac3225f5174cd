/*
 * compose - sources made of sources.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/compose.h"

#include <string.h>

#include "base/rng.h"

/* ---- one after the other ---- */

typedef struct {
    AccessSource source;
    AccessSource **parts;
    uint32_t n_parts, at;
} Concat;

static bool concat_next(AccessSource *source, Batch *batch, GError **error)
{
    Concat *concat = (Concat *)source;

    for (; concat->at < concat->n_parts; concat->at++) {
        GError *failed = NULL;

        if (source_next(concat->parts[concat->at], batch, &failed))
            return true;
        if (failed) {
            g_propagate_error(error, failed);
            return false;
        }
    }
    batch->count = 0;
    return false;
}

static void concat_free(AccessSource *source)
{
    Concat *concat = (Concat *)source;

    for (uint32_t i = 0; i < concat->n_parts; i++)
        source_free(concat->parts[i]);
    g_free(concat->parts);
    g_free(concat);
}

static const AccessSourceOps concat_ops = { .next = concat_next, .free = concat_free };

AccessSource *concat_new(AccessSource **parts, uint32_t n_parts)
{
    Concat *concat = g_new0(Concat, 1);

    concat->source.ops = &concat_ops;
    concat->parts = g_memdup2(parts, n_parts * sizeof *parts);
    concat->n_parts = n_parts;
    return &concat->source;
}

/* ---- interleaved by a draw ---- */

typedef struct {
    AccessSource *source;
    double weight; /* 0: at its end */
    Batch batch;
    size_t at;
} MixPart;

typedef struct {
    AccessSource source;
    MixPart *parts;
    uint32_t n_parts;
    Rng rng;
} Mix;

static double total_weight(const Mix *mix)
{
    double total = 0;

    for (uint32_t i = 0; i < mix->n_parts; i++)
        total += mix->parts[i].weight;
    return total;
}

static MixPart *draw_part(Mix *mix, double total)
{
    double u = rng_unit(rng_next(&mix->rng)) * total;
    MixPart *chosen = NULL;

    for (uint32_t i = 0; i < mix->n_parts; i++) {
        if (mix->parts[i].weight <= 0)
            continue;
        chosen = &mix->parts[i];
        if (u < chosen->weight)
            break;
        u -= chosen->weight;
    }
    return chosen;
}

/* Whether the part has an access to give; at its end it loses its weight. */
static bool part_ready(MixPart *part, GError **error)
{
    if (part->at < part->batch.count)
        return true;
    part->at = 0;
    if (source_next(part->source, &part->batch, error))
        return true;
    part->batch.count = 0;
    part->weight = 0;
    return false;
}

static bool mix_next(AccessSource *source, Batch *batch, GError **error)
{
    Mix *mix = (Mix *)source;
    double total = total_weight(mix);

    batch->count = 0;
    while (batch->count < BATCH_MAX && total > 0) {
        MixPart *part = draw_part(mix, total);
        GError *failed = NULL;

        if (part_ready(part, &failed)) {
            batch->access[batch->count++] = part->batch.access[part->at++];
        } else if (failed) {
            g_propagate_error(error, failed);
            batch->count = 0;
            return false;
        } else {
            total = total_weight(mix);
        }
    }
    return batch->count > 0;
}

static void mix_free(AccessSource *source)
{
    Mix *mix = (Mix *)source;

    for (uint32_t i = 0; i < mix->n_parts; i++)
        source_free(mix->parts[i].source);
    g_free(mix->parts);
    g_free(mix);
}

static const AccessSourceOps mix_ops = { .next = mix_next, .free = mix_free };

AccessSource *mix_new(AccessSource **parts, const double *weights, uint32_t n_parts, uint64_t seed)
{
    Mix *mix = g_new0(Mix, 1);

    mix->source.ops = &mix_ops;
    mix->parts = g_new0(MixPart, n_parts);
    mix->n_parts = n_parts;
    mix->rng.state = seed;
    for (uint32_t i = 0; i < n_parts; i++)
        mix->parts[i] = (MixPart){ .source = parts[i], .weight = weights[i] };
    return &mix->source;
}

/* ---- shared by several ---- */

struct Tap {
    AccessSource *source;
    Footprint *footprint;
    uint64_t left; /* until the limit */
    Tick elapsed_fs;
    Batch batch;
    size_t at;
};

typedef struct {
    AccessSource source;
    Tap *tap;
    uint32_t block;
} TapView;

Tap *tap_new(AccessSource *source)
{
    Tap *tap = g_new0(Tap, 1);

    tap->source = source;
    tap->left = UINT64_MAX;
    return tap;
}

void tap_free(Tap *tap)
{
    if (!tap)
        return;
    source_free(tap->source);
    g_free(tap);
}

void tap_limit(Tap *tap, uint64_t accesses)
{
    tap->left = accesses;
}

void tap_elapse(Tap *tap, Tick elapsed_fs)
{
    tap->elapsed_fs += elapsed_fs;
}

void tap_count(Tap *tap, Footprint *footprint)
{
    tap->footprint = footprint;
}

/* The times of the next n accesses. */
static void copy_times(const Tap *tap, Tick *to, size_t n)
{
    const Tick *from = &tap->batch.not_before[tap->at];

    for (size_t i = 0; i < n; i++)
        to[i] = from[i] > tap->elapsed_fs ? from[i] - tap->elapsed_fs : 0;
}

static bool view_next(AccessSource *source, Batch *batch, GError **error)
{
    const TapView *view = (const TapView *)source;
    Tap *tap = view->tap;

    batch->count = 0;
    if (tap->left == 0)
        return false;
    if (tap->at == tap->batch.count) {
        tap->at = 0;
        tap->batch.count = 0;
        if (!source_next(tap->source, &tap->batch, error))
            return false;
    }
    const size_t there = tap->batch.count - tap->at;
    size_t n = MIN(there, view->block);

    n = n > tap->left ? (size_t)tap->left : n;
    memcpy(batch->access, &tap->batch.access[tap->at], n * sizeof batch->access[0]);
    if (source->timed)
        copy_times(tap, batch->not_before, n);
    if (tap->footprint)
        footprint_add(tap->footprint, batch->access, n);
    batch->count = n;
    tap->at += n;
    if (tap->left != UINT64_MAX)
        tap->left -= n;
    return true;
}

static void view_free(AccessSource *source)
{
    g_free(source);
}

static const AccessSourceOps view_ops = { .next = view_next, .free = view_free };

AccessSource *tap_view(Tap *tap, uint32_t block)
{
    TapView *view = g_new0(TapView, 1);

    view->source.ops = &view_ops;
    view->source.timed = tap->source->timed;
    view->tap = tap;
    view->block = MIN(block, BATCH_MAX);
    return &view->source;
}
