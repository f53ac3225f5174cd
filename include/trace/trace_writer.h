/*
 * trace_writer - writing memory traces: mst, din, csv, lackey, dramsim3, ramulator.
 *
 * What a format cannot hold is never dropped in silence: what would change how many accesses there are, or which
 * lines of 64 bytes they touch, is an error; what else is lost is counted for the caller to say.
 *
 * A format is a TraceEncoder and one word in trace_writer.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TRACE_TRACE_WRITER_H
#define TRACE_TRACE_WRITER_H

#include "mem/access.h"
#include "trace/trace_format.h"
#include "trace/trace_output.h"

typedef struct TraceWriter TraceWriter;

/* What the file does not say, and the accesses did. */
typedef struct {
    uint64_t records;
    uint64_t
        sizes;  /* records that will be read back with another size or from the block's beginning */
    bool times; /* there were times, and the format has none */
    bool no_times; /* the format needs times, and there were none: all are 0 */
} TraceLoss;

/* What an encoder works with. */
typedef struct {
    TraceOutput *output;
    void *state;   /* TraceEncoder.state_bytes, zeroed */
    bool timed;    /* the accesses have times */
    Tick cycle_fs; /* of the clock in which the format counts time */
} TraceSink;

typedef struct {
    const char *name;
    TraceTimes times;
    bool sizes;    /* a record has one */
    bool requests; /* without sizes: a record is a block of 64 bytes; else one byte */
    bool fetches;  /* there are such records */
    size_t state_bytes;
    bool (*begin)(TraceSink *sink, GError **error);
    bool (*put)(TraceSink *sink, const Batch *batch, GError **error);
    bool (*end)(TraceSink *sink, GError **error);
    void (*clear)(TraceSink *sink); /* frees what the state owns */
} TraceEncoder;

/* NULL-terminated list of the formats that can be written. */
const char *const *trace_writer_formats(void);
/* The format that a file of this name has: by its ending, the one of the compression aside; NULL: none. */
const char *trace_writer_guess(const char *path);

/* Whether a file of this format can have times. */
bool trace_writer_has_times(const char *format);
/* Whether a file of this format needs the period of a clock for its times. */
bool trace_writer_has_cycles(const char *format);

/* format: one of trace_writer_formats.  timed: the batches have times.  cycle_fs: the period of the clock of a
 * format that counts cycles; 0: it is not known, and times are lost.
 * Returns NULL and sets error (CONFIG, IO); caller frees. */
TraceWriter *trace_writer_open(const char *path, const char *format, bool timed, Tick cycle_fs,
                               GError **error);
/* Accepts NULL.  A file that was not finished leaves no trace. */
void trace_writer_free(TraceWriter *writer);

/* False and error (CONFIG: the format cannot hold an access; IO). */
bool trace_writer_put(TraceWriter *writer, const Batch *batch, GError **error);
/* All is put: the file appears.  To be called once, last. */
bool trace_writer_finish(TraceWriter *writer, GError **error);

TraceLoss trace_writer_loss(const TraceWriter *writer);
bool trace_writer_broken_pipe(const TraceWriter *writer);

#endif
