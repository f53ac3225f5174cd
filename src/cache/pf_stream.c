/*
 * pf_stream - follows several streams of neighbouring lines, up and down.
 *
 * A demand belongs to the stream whose last line is nearest, within STREAM_WINDOW lines, else it begins one in place of
 * the least recently used.  Two steps in one direction make a stream certain; from then on each demand lets it run up to
 * `degree` lines further, at most `distance` lines ahead of the demand.
 * Source: Srinath, Mutlu, Kim and Patt, "Feedback directed prefetching", HPCA 2007, section 2.1 (training and window),
 * without the feedback.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "cache/prefetch.h"

enum { STREAM_WINDOW = 16, STREAM_STEPS = 2 };

/* clang-format off */
static const Field fields[] = {
    { "streams", FIELD_COUNT, offsetof(PrefetchConfig, streams), 1, 65536, 16, NULL, NULL, "followed at a time" },
    { "distance", FIELD_COUNT, offsetof(PrefetchConfig, distance), 1, 65536, 8, NULL, NULL, "lines ahead of the demand, at most" },
    { "degree", FIELD_COUNT, offsetof(PrefetchConfig, degree), 1, PREFETCH_LINES_MAX, 2, NULL, NULL, "lines named at a time" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};
/* clang-format on */

typedef struct {
    uint64_t used;  /* 0: the entry is free */
    uint64_t line;  /* demanded last */
    uint64_t ahead; /* named last, or the line where the stream turned */
    uint32_t steps; /* in this direction */
    bool down;
} Stream;

typedef struct {
    uint64_t demands;
    Stream stream[];
} StreamTable;

static size_t stream_state_bytes(const PrefetchConfig *config)
{
    return sizeof(StreamTable) + config->streams * sizeof(Stream);
}

static uint64_t apart(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

/* The stream that line belongs to, or NULL: the nearest, of equally near ones the first. */
static Stream *find(StreamTable *table, uint32_t streams, uint64_t line)
{
    Stream *nearest = NULL;

    for (uint32_t i = 0; i < streams; i++) {
        Stream *stream = &table->stream[i];

        if (stream->used && apart(stream->line, line) <= STREAM_WINDOW &&
            (!nearest || apart(stream->line, line) < apart(nearest->line, line)))
            nearest = stream;
    }
    return nearest;
}

static Stream *least_recent(StreamTable *table, uint32_t streams)
{
    Stream *oldest = &table->stream[0];

    for (uint32_t i = 1; i < streams; i++)
        if (table->stream[i].used < oldest->used)
            oldest = &table->stream[i];
    return oldest;
}

/* The stream has come to line. */
static void step(Stream *stream, uint64_t line)
{
    const bool down = line < stream->line;

    if (stream->steps == 0 || down != stream->down)
        *stream = (Stream){ .ahead = line, .down = down };
    stream->line = line;
    stream->steps += stream->steps < STREAM_STEPS;
}

/* Name the next lines. */
static void run_ahead(Stream *stream, const PrefetchConfig *config, PrefetchLines *lines)
{
    const uint64_t one = stream->down ? -UINT64_C(1) : 1;
    const bool behind = stream->down ? stream->ahead > stream->line : stream->ahead < stream->line;

    if (behind)
        stream->ahead = stream->line;
    for (uint32_t i = 0; i < config->degree; i++) {
        if (apart(stream->ahead, stream->line) >= config->distance ||
            (stream->down && stream->ahead == 0))
            return;
        stream->ahead += one;
        prefetch_add(lines, stream->ahead);
    }
}

static void stream_demand(void *state, const PrefetchConfig *config, const PrefetchDemand *demand,
                          PrefetchLines *lines)
{
    StreamTable *table = state;
    Stream *stream = find(table, config->streams, demand->line);

    if (!stream) {
        *least_recent(table, config->streams) =
            (Stream){ .used = ++table->demands, .line = demand->line };
        return;
    }
    if (demand->line != stream->line)
        step(stream, demand->line);
    stream->used = ++table->demands;
    if (stream->steps >= STREAM_STEPS)
        run_ahead(stream, config, lines);
}

const PrefetchOps pf_stream = {
    .name = "stream",
    .fields = fields,
    .state_bytes = stream_state_bytes,
    .demand = stream_demand,
    .arrived = prefetch_no_arrival,
};
