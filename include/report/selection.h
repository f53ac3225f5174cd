/*
 * selection - which columns a report shows: names and globs, in the order asked.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef REPORT_SELECTION_H
#define REPORT_SELECTION_H

#include "report/format.h"

/* Whether an entry of the list spells out the name of an array: "a_l1_misses", "a_*", not "*_misses". */
bool selection_names_array(const char *entry, const char *array);
/* The columns of a dry row that list asks for, each once; NULL asks for all but those on demand, as "*" does.
 * Returns an array of Column (caller frees: g_array_unref). */
GArray *selection_choose(const Row *dry, const char *list);
/* Whether every entry of the list finds a column; else sets error (CONFIG) with the nearest name. */
bool selection_check(const Row *dry, const char *list, GError **error);

#endif
