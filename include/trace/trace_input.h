/*
 * trace_input - the bytes of a file or of standard input, decompressed, as a stream.
 *
 * gzip, xz, zstd, bzip2, lz4, lzma, lzip and compress are recognised by content.  No outside program is
 * run.  Memory does not depend on the length of the stream.  Damage that a checksum can show is an error.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TRACE_TRACE_INPUT_H
#define TRACE_TRACE_INPUT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct TraceInput TraceInput;

/* path "-" is standard input.  Returns NULL and sets error (IO, TRACE); caller frees. */
TraceInput *trace_input_open(const char *path, GError **error);
/* Accepts NULL.  Standard input stays open. */
void trace_input_free(TraceInput *input);

/* The name for messages.  Borrows. */
const char *trace_input_name(const TraceInput *input);

/* The name of the compression; "none" for plain bytes.  Borrows. */
const char *trace_input_compression(const TraceInput *input);

/* Fill to[0 .. room-1]; got < room only at the end of the stream and on error.  Returns false and sets
 * error (IO, TRACE), which comes after all the bytes in front of the damage. */
bool trace_input_read(TraceInput *input, char *to, size_t room, size_t *got, GError **error);

#endif
