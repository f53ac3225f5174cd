/*
 * by_array - the row of a point, turned into one for each of its arrays.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef REPORT_BY_ARRAY_H
#define REPORT_BY_ARRAY_H

#include "sweep/sweep.h"

/* A row for each array: the axes, "array", the status, and the array's columns without its name.  "other" only where
 * something was counted.  A row without arrays (of a point that failed) gives one row with no name.
 * Returns (caller frees: g_ptr_array_unref) an array of Row *, which does not free them. */
GPtrArray *by_array_rows(const Row *row);
/* The columns of such rows.  Returns (caller frees with row_free). */
Row *by_array_columns(const Row *row);

#endif
