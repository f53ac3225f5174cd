/*
 * stream - the accesses of a point's workload.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/stream.h"

#include "system/phases.h"

typedef struct {
    AccessSource source;   /* first */
    WorkloadSpec workload; /* the point's, for one core; borrows all it points to */
    PointSpec point;
    Probe probe; /* nothing is offered to it */
    Parts parts;
    AccessSource *accesses;
    bool asks, operates; /* there has been an access; an operation that no data feed */
} PointStream;

/* The accesses are at their end, or there is an error.  Returns false. */
static bool end(const PointStream *stream, GError *failure, GError **error)
{
    if (failure)
        g_propagate_error(error, failure);
    else if (!stream->asks)
        phases_refuse_nothing(&stream->workload, stream->operates, error);
    return false;
}

static bool stream_next(AccessSource *source, Batch *batch, GError **error)
{
    PointStream *stream = (PointStream *)source;
    GError *failure = NULL;
    size_t n = 0;

    while (n == 0) {
        if (!source_next(stream->accesses, batch, &failure))
            return end(stream, failure, error);
        for (size_t i = 0; i < batch->count; i++) {
            stream->operates = stream->operates || batch->access[i].op == ACCESS_OPERATE;
            if (!access_asks(batch->access[i].op))
                continue;
            batch->access[n] = batch->access[i];
            batch->not_before[n++] = batch->not_before[i];
        }
    }
    batch->count = n;
    stream->asks = true;
    source->timed = stream->accesses->timed;
    return true;
}

static void stream_free(AccessSource *source)
{
    PointStream *stream = (PointStream *)source;

    source_free(stream->accesses);
    parts_clear(&stream->parts);
    g_free(stream);
}

static const AccessSourceOps stream_ops = { .next = stream_next, .free = stream_free };

AccessSource *stream_open(const PointSpec *point, GError **error)
{
    PointStream *stream = g_new0(PointStream, 1);

    stream->source.ops = &stream_ops;
    stream->workload = *point->workload;
    stream->workload.cores = 1;
    stream->point = *point;
    stream->point.workload = &stream->workload;
    parts_init_probe(&stream->parts, &stream->point, &stream->probe);
    stream->accesses = phases_source(&stream->parts, error);
    if (stream->accesses)
        return &stream->source;
    stream_free(&stream->source);
    return NULL;
}
