/*
 * array_table - a table of one point: arrays by levels.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef REPORT_ARRAY_TABLE_H
#define REPORT_ARRAY_TABLE_H

#include "sweep/sweep.h"

/* Append the table of a row that has columns of arrays; the last lines are those of all arrays together. */
void array_table_print(const Row *row, GString *out);

#endif
