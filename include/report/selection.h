/*
 * selection - which columns a report shows: names and globs, in the order asked.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef REPORT_SELECTION_H
#define REPORT_SELECTION_H

#include "report/format.h"

/* The columns of a dry row that list asks for, each once; NULL asks for all but those on demand, as "*" does.
 * Returns an array of Column (caller frees: g_array_unref). */
GArray *selection_choose(const Row *dry, const char *list);
/* Whether every entry of the list finds a column; else sets error (CONFIG) with the nearest name. */
bool selection_check(const Row *dry, const char *list, GError **error);

#endif
