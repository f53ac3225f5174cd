/*
 * cmd_trace - what memsim trace info, head and convert share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CMD_TRACE_H
#define CMD_TRACE_H

#include "cmd.h"
#include "trace/trace.h"

/* Options of how a trace is read, checked and as values.  A script stands for the accesses of one of its points. */
typedef struct {
    char *from, *clock, *size, *point;
    char **sets;
    gboolean no_fetches, no_times, salvage;
    Tick cycle_fs;          /* of --clock; 0: not given */
    uint32_t request_bytes; /* of --size; 0: not given */
    Study *study;           /* of a script, once it is open; NULL: it is a trace */
} TraceOptions;

void trace_options_add(GOptionContext *context, TraceOptions *options);
bool trace_options_check(TraceOptions *options, GError **error);
void trace_options_clear(TraceOptions *options);

/* Open a trace or a script as the options say, which must live longer.  cycle_fs: the period of a cycle when --clock does
 * not say it. */
AccessSource *trace_options_open(TraceOptions *options, const char *path, Tick cycle_fs,
                                 GError **error);
/* Whether the times of the source are cycles. */
bool trace_options_cycles(const TraceOptions *options, const AccessSource *source);
/* Say on standard error what was salvaged and what not.  Returns whether something was damaged. */
bool trace_options_report(const TraceOptions *options, const AccessSource *source);

/* Say on standard error what is lost. */
void trace_warn(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* A size in bytes, a power of two up to limit: of option `name`. */
bool trace_parse_size(const char *name, const char *text, uint64_t limit, uint32_t *bytes,
                      GError **error);

int cmd_trace_info(int argc, char **argv, GError **error);
int cmd_trace_head(int argc, char **argv, GError **error);
int cmd_trace_convert(int argc, char **argv, GError **error);

#endif
