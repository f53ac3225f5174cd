/*
 * trace - reading memory traces, plain or compressed, as a stream of accesses.
 *
 * Compression and format are recognised by content.  Whatever the length of the file, a reader
 * needs a few hundred kilobytes.  A damaged file, a wrong line, an unknown format is an error
 * (MEMSIM_ERROR_TRACE) that names file and line number (text) or byte offset (binary).
 *
 * A format is one file (trace_<name>.c) and one word in trace.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include "mem/access.h"

typedef struct {
    char *path;   /* "-" is standard input; owned by the spec */
    char *format; /* a format's name, or NULL: recognise by content; owned by the spec */
    uint32_t
        request_bytes; /* of a record in formats of requests, a power of two; 0: 64; not for others */
    bool fetches;      /* deliver instruction fetches too; default: skip them */
    bool timed;        /* deliver the records' times; an error for a format without times */
    bool
        times_if_any; /* deliver times when the records have them: the source's timed says so with the
                          first batch */
    bool
        salvage; /* of a damaged file deliver what its checksums show to be whole (mst); other formats:
                          no difference */
} TraceConfig;

/* Open a trace.  Accesses are not split at lines here; a record of several accesses (lackey's M: a
 * read, then a write) becomes several.  stream is put into every access.
 * cycle_fs: the period of the memory's clock, in which some formats count time; 0: it has no clock, and a
 * timed replay of such a format is an error.
 * Returns NULL and sets error (TRACE, IO); caller frees with source_free. */
AccessSource *trace_open(const TraceConfig *config, uint16_t stream, Tick cycle_fs, GError **error);

/* Of a source that trace_open gave: the name of its format; of its compression, "none" for a plain file. */
const char *trace_source_format(const AccessSource *source);
const char *trace_source_compression(const AccessSource *source);
/* Whether its records have times in cycles of the memory's clock. */
bool trace_source_has_cycles(const AccessSource *source);

/* What was damaged and passed over, a line each, up to now; "" for nothing.  Borrows.  lost: records that are
 * missing, as far as is known; may be NULL. */
const char *trace_source_damage(const AccessSource *source, uint64_t *lost);

/* NULL-terminated list of the known formats' names, for help and error messages. */
const char *const *trace_formats(void);

/* Check a format's name without opening anything: NULL or a known one is fine. */
bool trace_format_check(const char *format, GError **error);

#endif
