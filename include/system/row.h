/*
 * row - a result: a flat list of named values with units, in the order of the columns.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_ROW_H
#define SYSTEM_ROW_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/units.h"

typedef enum { VALUE_REAL, VALUE_COUNT, VALUE_TEXT, VALUE_BOOL } ValueKind;

typedef struct {
    const char *name; /* interned (g_intern_string) */
    const char *
        unit; /* column description: "s", "B", "B/s", "FLOP/s", "FLOP/B", "1" (a count or ratio), "" (text); interned */
    ValueKind kind;
    bool on_demand;    /* shown only when --columns asks for it */
    const char *array; /* the array that it is of, or NULL; its name begins with it; interned */
    union {
        double real; /* may be NAN: not applicable */
        uint64_t count;
        char *text; /* owned by the row */
        bool truth;
    };
} Value;

typedef struct {
    GArray *values; /* of Value, in order */
} Row;

Row *row_new(void);
void row_free(Row *row); /* accepts NULL */
void row_add_real(Row *row, const char *name, const char *unit, double value);
void row_add_count(Row *row, const char *name, const char *unit, uint64_t value);
void row_add_text(Row *row, const char *name, const char *value); /* copies */
void row_add_bool(Row *row, const char *name, bool value);
void row_on_demand(Row *row);                               /* marks the last value added */
void row_of_array(Row *row, guint from, const char *array); /* the values from one on; on demand */
const Value *row_find(const Row *row, const char *name);    /* NULL when absent */
/* Give into every column of other that it lacks, each before the next one that both have, so that the order of both
 * is kept.  A column of both is on demand only when it is so in both. */
void row_merge_columns(Row *into, const Row *other);

/* For the way from a worker process: bytes that row_decode turns into an equal row. */
GBytes *row_encode(const Row *row);
Row *row_decode(GBytes *bytes); /* NULL when damaged */

#endif
