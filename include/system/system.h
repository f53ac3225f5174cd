/*
 * system - builds the components of one point, runs it and collects the row.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_SYSTEM_H
#define SYSTEM_SYSTEM_H

#include "base/target.h"
#include "spec/point.h"
#include "system/row.h"
#include "trace/trace_memory.h"

typedef struct {
    bool memory_time; /* also the time with unlimited peak: a second run, column memory_time_s */
    bool useful;      /* also how much of each line that comes in is used */
    bool arrays;      /* also what is done for each array */
    Target *
        commands; /* where the commands of DRAM channels go; NULL: nowhere; borrowed, and not finished */
    bool commands_zstd;  /* compressed */
    bool keep_traces;    /* several points read traces: a worker keeps the last one decoded */
    TraceMemory *traces; /* where it keeps it; NULL: each is read from its file; borrowed */
} SystemOptions;

/* Run one point.  Returns its row: the axes, status "ok", and every column of the design; wall_s and
 * wall_accesses_per_s are on demand.  Returns NULL and sets error (TRACE, IO, CONFIG, RUN) when the point cannot be run.
 * Caller frees with row_free. */
Row *system_run(const PointSpec *point, const SystemOptions *options, GError **error);

/* Every column that a point can have with these options, with values that mean nothing, without running it: the header of a
 * report. */
Row *system_columns(const PointSpec *point, const SystemOptions *options);

/* The names of a point's arrays, "other" last, a char * each.  Returns (caller frees: g_ptr_array_unref). */
GPtrArray *system_array_names(const PointSpec *point);

/* The row of a point that failed: the axes and status "failed: reason". */
Row *system_failed_row(const PointSpec *point, const char *reason);

#endif
