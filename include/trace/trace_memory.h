/*
 * trace_memory - keeps the accesses of the trace read last, so that several runs over one trace decode it once.
 *
 * 16 bytes an access (24 with times), up to a limit; a longer trace is read from its file each time, as a stream.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TRACE_TRACE_MEMORY_H
#define TRACE_TRACE_MEMORY_H

#include "trace/trace.h"

typedef struct TraceMemory TraceMemory;

TraceMemory *trace_memory_new(uint64_t bytes_max);
void trace_memory_free(TraceMemory *memory); /* accepts NULL; its sources are gone by then */

/* As trace_open; what has been read to its end once comes from memory while the file is the same.  memory NULL: trace_open. */
AccessSource *trace_memory_open(TraceMemory *memory, const TraceConfig *config, uint16_t stream,
                                Tick cycle_fs, GError **error);

#endif
