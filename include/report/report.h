/*
 * report - rows on their way out: an aligned table for people, CSV and JSON for programs.
 *
 * CSV and JSON rows are written as they come; the table is written at the end of each sweep.  A report writes to a
 * temporary file beside the target, renamed when all is well, or directly to what is no regular file.
 *
 * A format is one file (report_<name>.c) and one word in report.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "sweep/sweep.h"

typedef struct Report Report;

typedef struct {
    const char *format;  /* "table", "csv", "json" */
    const char *path;    /* NULL or "-": standard output */
    const char *columns; /* names and globs, comma-separated; NULL: the format's default */
    int width;           /* of the terminal, for the table; 0: unlimited */
    bool
        by_array; /* a row (of the table: a table) for each array of a point, instead of one of all */
} ReportOptions;

/* Whether a list of columns (ReportOptions.columns, or NULL) names a column that is shown on demand only: by its name
 * or by a glob other than "*", which stands for all the others. */
bool report_asks_for(const char *columns, const char *name);

/* What the columns that a list (or NULL) names, and the objectives of searches, cost beyond a run.  Used bytes are asked for
 * by l1_useful_fraction, l1_used_*, *_used_8_8, ..., not by what asks for l1_hits as well, such as l1_*; arrays by what begins
 * with the name of one: a_l1_misses, a_*. */
void report_demand(const Study *study, const char *columns, SystemOptions *options);

/* NULL-terminated names of the formats. */
const char *const *report_formats(void);

/* Open the way out.  The titles and the number of points are taken from the study; columns is a
 * dry row per sweep, [n_sweeps], that has every column any point of the sweep will have (the union, in order).
 * Borrows both until report_free.  Returns NULL and sets error (CONFIG: no column matches; IO). */
Report *report_new(const Study *study, Row *const *columns, const ReportOptions *options,
                   GError **error);
/* Take the next row (in order); takes it.  False and error (IO) when it cannot be written. */
bool report_row(Report *report, uint32_t sweep, Row *row, GError **error);
/* Write what is left and put the file in its place. */
bool report_finish(Report *report, GError **error);
/* Not finished, for that error: say in it where the rows are that were done. */
void report_say_left(const Report *report, GError **error);
/* Whether the error was a reader that has closed its end of the pipe. */
bool report_broken_pipe(const Report *report);
/* Frees; a report that was not finished leaves its target as it was.  Accepts NULL. */
void report_free(Report *report);

#endif
