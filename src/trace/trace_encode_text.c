/*
 * trace_encode_text - the text formats as we write them: one spelling each, which the fast path of its reader
 * takes.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>

#include "trace/trace_writer.h"

enum { LINE_MAX_BYTES = 128 };

#define FS_PER_NS UINT64_C(1000000)

static const char letters[] = { [ACCESS_READ] = 'R', [ACCESS_WRITE] = 'W', [ACCESS_FETCH] = 'I' };

static bool no_text(TraceSink *sink, GError **error)
{
    (void)sink;
    (void)error;
    return true;
}

static void no_state(TraceSink *sink)
{
    (void)sink;
}

static bool put_line(TraceSink *sink, const char *line, int bytes, GError **error)
{
    return trace_output_write(sink->output, line, (size_t)bytes, error);
}

static bool din_put(TraceSink *sink, const Batch *batch, GError **error)
{
    char line[LINE_MAX_BYTES];

    for (size_t i = 0; i < batch->count; i++) {
        const Access *access = &batch->access[i];
        const int bytes = snprintf(line, sizeof line, "%d %" PRIx64 "\n", access->op, access->addr);

        if (!put_line(sink, line, bytes, error))
            return false;
    }
    return true;
}

static bool lackey_put(TraceSink *sink, const Batch *batch, GError **error)
{
    static const char *const marks[] = { " L", " S", "I " };
    char line[LINE_MAX_BYTES];

    for (size_t i = 0; i < batch->count; i++) {
        const Access *access = &batch->access[i];
        const int bytes = snprintf(line, sizeof line, "%s %08" PRIx64 ",%" PRIu32 "\n",
                                   marks[access->op], access->addr, access->bytes);

        if (!put_line(sink, line, bytes, error))
            return false;
    }
    return true;
}

/* ",NS" with as many decimals as there are femtoseconds: exact. */
static int print_time(char *to, size_t room, Tick time_fs)
{
    const unsigned fs = (unsigned)(time_fs % FS_PER_NS);
    int bytes = snprintf(to, room, ",%" PRIu64, time_fs / FS_PER_NS);

    if (fs == 0)
        return bytes;
    bytes += snprintf(to + bytes, room - (size_t)bytes, ".%06u", fs);
    while (to[bytes - 1] == '0')
        bytes--;
    return bytes;
}

static bool csv_begin(TraceSink *sink, GError **error)
{
    static const char header[] = "op,address,size", timed[] = ",time_ns";

    return trace_output_write(sink->output, header, sizeof header - 1, error) &&
           (!sink->timed || trace_output_write(sink->output, timed, sizeof timed - 1, error)) &&
           trace_output_write(sink->output, "\n", 1, error);
}

static bool csv_put(TraceSink *sink, const Batch *batch, GError **error)
{
    char line[LINE_MAX_BYTES];

    for (size_t i = 0; i < batch->count; i++) {
        const Access *access = &batch->access[i];
        int bytes = snprintf(line, sizeof line, "%c,0x%" PRIx64 ",%" PRIu32, letters[access->op],
                             access->addr, access->bytes);

        if (sink->timed)
            bytes += print_time(line + bytes, sizeof line - (size_t)bytes, batch->not_before[i]);
        line[bytes++] = '\n';
        if (!put_line(sink, line, bytes, error))
            return false;
    }
    return true;
}

/* A time between two edges of the clock becomes the later: nothing arrives before its time. */
static bool dramsim3_put(TraceSink *sink, const Batch *batch, GError **error)
{
    char line[LINE_MAX_BYTES];

    for (size_t i = 0; i < batch->count; i++) {
        const Access *access = &batch->access[i];
        const Tick time_fs = sink->timed ? batch->not_before[i] : 0;
        const uint64_t cycle =
            sink->timed ? time_fs / sink->cycle_fs + (time_fs % sink->cycle_fs != 0) : 0;
        const int bytes =
            snprintf(line, sizeof line, "0x%" PRIx64 " %s %" PRIu64 "\n", access->addr,
                     access->op == ACCESS_WRITE ? "WRITE" : "READ", cycle);

        if (!put_line(sink, line, bytes, error))
            return false;
    }
    return true;
}

static bool ramulator_put(TraceSink *sink, const Batch *batch, GError **error)
{
    char line[LINE_MAX_BYTES];

    for (size_t i = 0; i < batch->count; i++) {
        const Access *access = &batch->access[i];
        const int bytes = snprintf(line, sizeof line, "%s 0x%" PRIx64 "\n",
                                   access->op == ACCESS_WRITE ? "ST" : "LD", access->addr);

        if (!put_line(sink, line, bytes, error))
            return false;
    }
    return true;
}

const TraceEncoder trace_encoder_din = { .name = "din",
                                         .times = TIMES_NONE,
                                         .fetches = true,
                                         .begin = no_text,
                                         .put = din_put,
                                         .end = no_text,
                                         .clear = no_state };
const TraceEncoder trace_encoder_lackey = { .name = "lackey",
                                            .times = TIMES_NONE,
                                            .sizes = true,
                                            .fetches = true,
                                            .begin = no_text,
                                            .put = lackey_put,
                                            .end = no_text,
                                            .clear = no_state };
const TraceEncoder trace_encoder_csv = { .name = "csv",
                                         .times = TIMES_NS,
                                         .sizes = true,
                                         .fetches = true,
                                         .begin = csv_begin,
                                         .put = csv_put,
                                         .end = no_text,
                                         .clear = no_state };
const TraceEncoder trace_encoder_dramsim3 = { .name = "dramsim3",
                                              .times = TIMES_CYCLES,
                                              .requests = true,
                                              .begin = no_text,
                                              .put = dramsim3_put,
                                              .end = no_text,
                                              .clear = no_state };
const TraceEncoder trace_encoder_ramulator = { .name = "ramulator",
                                               .times = TIMES_NONE,
                                               .requests = true,
                                               .begin = no_text,
                                               .put = ramulator_put,
                                               .end = no_text,
                                               .clear = no_state };
