/*
 * cell - a value as people read it in a table.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef REPORT_CELL_H
#define REPORT_CELL_H

#include "sweep/sweep.h"

/* With its unit, rounded; "-" for none; axis: as the script gave it.  Returns (caller frees). */
char *cell_text(const Value *value, bool axis);

#endif
