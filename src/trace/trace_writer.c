/*
 * trace_writer - the list of formats that can be written, and what each of them loses.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace/trace_writer.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/suggest.h"

#define ENCODERS(X) \
    X(mst) X(din) X(csv) X(lackey) X(dramsim3) X(ramulator) /* the one list: add yours here */
#define DECLARE(f) extern const TraceEncoder trace_encoder_##f;
#define ENTRY(f) &trace_encoder_##f,
#define NAME(f) #f,
ENCODERS(DECLARE)
static const TraceEncoder *const encoders[] = { ENCODERS(ENTRY) NULL };
static const char *const names[] = { ENCODERS(NAME) NULL };

enum { LINE_BYTES = 64 /* what a record without a size is taken to stay within */ };

struct TraceWriter {
    const TraceEncoder *encoder;
    TraceSink sink;
    TraceLoss loss;
    char *path;
};

static const TraceEncoder *find_encoder(const char *name)
{
    for (size_t i = 0; encoders[i]; i++)
        if (strcmp(encoders[i]->name, name) == 0)
            return encoders[i];
    return NULL;
}

const char *const *trace_writer_formats(void)
{
    return names;
}

const char *trace_writer_guess(const char *path)
{
    g_autofree char *stem = trace_output_stem(path);
    const char *dot = strrchr(stem, '.');
    const TraceEncoder *encoder = dot ? find_encoder(dot + 1) : NULL;

    return encoder ? encoder->name : NULL;
}

bool trace_writer_has_cycles(const char *format)
{
    const TraceEncoder *encoder = find_encoder(format);

    return encoder && encoder->times == TIMES_CYCLES;
}

bool trace_writer_has_times(const char *format)
{
    const TraceEncoder *encoder = find_encoder(format);

    return encoder && encoder->times != TIMES_NONE;
}

static void set_unknown(const char *format, GError **error)
{
    g_autofree char *known = g_strjoinv(" ", (char **)names);
    const char *near = suggest_nearest(format, names);

    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                "no trace format '%s' that can be written; known: %s%s%s%s", format, known,
                near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

TraceWriter *trace_writer_open(const char *path, const char *format, bool timed, Tick cycle_fs,
                               GError **error)
{
    const TraceEncoder *encoder = find_encoder(format);
    TraceWriter *writer;

    if (!encoder) {
        set_unknown(format, error);
        return NULL;
    }
    writer = g_new0(TraceWriter, 1);
    writer->encoder = encoder;
    writer->path = g_strdup(path);
    writer->loss.times = timed && (encoder->times == TIMES_NONE ||
                                   (encoder->times == TIMES_CYCLES && cycle_fs == 0));
    writer->loss.no_times = encoder->times == TIMES_CYCLES && (!timed || cycle_fs == 0);
    writer->sink.timed = timed && !writer->loss.times;
    writer->sink.cycle_fs = cycle_fs;
    writer->sink.state = encoder->state_bytes > 0 ? g_malloc0(encoder->state_bytes) : NULL;
    writer->sink.output = trace_output_open(path, error);
    if (writer->sink.output && encoder->begin(&writer->sink, error))
        return writer;
    trace_writer_free(writer);
    return NULL;
}

void trace_writer_free(TraceWriter *writer)
{
    if (!writer)
        return;
    trace_output_free(writer->sink.output);
    writer->encoder->clear(&writer->sink);
    g_free(writer->sink.state);
    g_free(writer->path);
    g_free(writer);
}

static bool refuse(const TraceWriter *writer, const Access *access, uint64_t record,
                   const char *problem, GError **error)
{
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                "%s: record %" PRIu64 ", %u bytes at 0x%" PRIx64 ": the %s format %s", writer->path,
                record, (unsigned)access->bytes, access->addr, writer->encoder->name, problem);
    return false;
}

/* Count what the format does not hold; false where that would change the number of accesses. */
static bool check(TraceWriter *writer, const Batch *batch, GError **error)
{
    const TraceEncoder *encoder = writer->encoder;

    if (encoder->sizes && encoder->fetches)
        return true;
    for (size_t i = 0; i < batch->count; i++) {
        const Access *access = &batch->access[i];
        const uint64_t record = writer->loss.records + i + 1;
        const uint64_t last = access->addr + (access->bytes - 1);

        if (access->op == ACCESS_FETCH && !encoder->fetches)
            return refuse(writer, access, record,
                          "has no instruction fetches; --no-fetches leaves them out", error);
        if (encoder->sizes)
            continue;
        if ((access->addr ^ last) / LINE_BYTES != 0)
            return refuse(writer, access, record,
                          "has no sizes, and the access crosses a line of 64 bytes; --split 64 "
                          "makes a record for each line",
                          error);
        writer->loss.sizes += encoder->requests ? access->bytes != LINE_BYTES : access->bytes != 1;
    }
    return true;
}

bool trace_writer_put(TraceWriter *writer, const Batch *batch, GError **error)
{
    if (!check(writer, batch, error) || !writer->encoder->put(&writer->sink, batch, error))
        return false;
    writer->loss.records += batch->count;
    return true;
}

bool trace_writer_finish(TraceWriter *writer, GError **error)
{
    return writer->encoder->end(&writer->sink, error) &&
           trace_output_finish(writer->sink.output, error);
}

TraceLoss trace_writer_loss(const TraceWriter *writer)
{
    return writer->loss;
}

bool trace_writer_broken_pipe(const TraceWriter *writer)
{
    return trace_output_broken_pipe(writer->sink.output);
}
