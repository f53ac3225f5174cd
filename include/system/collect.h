/*
 * collect - from an outcome to the row of a point.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_COLLECT_H
#define SYSTEM_COLLECT_H

#include "system/outcome.h"
#include "system/row.h"

/* Append the axes of a point to a row. */
void collect_axes(Row *row, const PointSpec *point);
/* The row of a point that was run; status "ok".  Returns (caller frees with row_free). */
Row *collect_row(const PointSpec *point, const Outcome *outcome, const Analytic *analytic);

#endif
