/*
 * format - what a way of writing rows has to offer.
 *
 * A format appends to text; report.c writes it out after every call.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef REPORT_FORMAT_H
#define REPORT_FORMAT_H

#include "report/report.h"

typedef struct {
    const char *name, *unit; /* interned */
    bool on_demand;
    const char *array; /* interned; NULL: of no array */
} Column;

typedef struct {
    GString *text; /* to be written */
    const Study *study;
    GArray **
        columns; /* [n_sweeps] of Column: what the sweep has of what is asked for, in the order asked */
    GArray *all;     /* of Column: the same for all sweeps together */
    bool asked;      /* whether the user chose the columns */
    bool by_array;   /* show the arrays of each row */
    int width;       /* of the terminal; 0: unlimited */
    GPtrArray *held; /* of Row *: rows that a format keeps until its sweep ends */
    uint32_t rows;   /* of the present sweep so far */
} Output;

typedef struct {
    const char *name;
    void (*open)(Output *output);
    void (*begin_sweep)(Output *output, uint32_t sweep);
    void (*row)(Output *output, uint32_t sweep, Row *row); /* takes the row */
    void (*end_sweep)(Output *output, uint32_t sweep);
    void (*close)(Output *output);
} ReportOps;

/* For hooks that have nothing to do. */
void format_nothing(Output *output);
void format_no_sweep(Output *output, uint32_t sweep);

/* Append a number or a truth as a program reads it; no_number for one that is not finite.  Not for texts. */
void format_bare(GString *text, const Value *value, const char *no_number);

/* Append the value as a text of JSON, in quotes; what is no UTF-8 is replaced. */
void format_json_text(GString *text, const char *value);

/* The row's value of a column or NULL; cursor, 0 at the start of a row, remembers where to look first. */
const Value *format_value(const Row *row, const Column *column, guint *cursor);

#endif
