/*
 * array_table - a table of one point: arrays by levels.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef REPORT_ARRAY_TABLE_H
#define REPORT_ARRAY_TABLE_H

#include "sweep/sweep.h"

/* Append the table of a row that has columns of arrays; the last lines are those of all arrays together.  width: of the
 * terminal; 0: unlimited. */
void array_table_print(const Row *row, int width, GString *out);

#endif
