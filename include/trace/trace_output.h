/*
 * trace_output - the bytes of a trace on their way into a file, plain or compressed.
 *
 * The name of the file says how it is compressed: .gz .xz .zst .bz2 .lz4.  It appears when it is whole.
 * The same bytes give the same file: no time and no name is written into it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TRACE_TRACE_OUTPUT_H
#define TRACE_TRACE_OUTPUT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct TraceOutput TraceOutput;

/* path "-" is standard output, plain.  Returns NULL and sets error (IO); caller frees. */
TraceOutput *trace_output_open(const char *path, GError **error);
/* Accepts NULL.  A file that was not finished leaves no trace. */
void trace_output_free(TraceOutput *output);

/* False and error (IO) when not all can be written. */
bool trace_output_write(TraceOutput *output, const void *data, size_t bytes, GError **error);
/* All is written: the file appears.  To be called once, last. */
bool trace_output_finish(TraceOutput *output, GError **error);
/* Whether a write failed because the reader has gone. */
bool trace_output_broken_pipe(const TraceOutput *output);

/* The name without the ending that says how it is compressed, if it has one.  Returns (caller frees). */
char *trace_output_stem(const char *path);

#endif
