/*
 * cmd_show - the values of a spec as lines of text, for the commands that show what is modelled.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CMD_SHOW_H
#define CMD_SHOW_H

#include "spec/machine.h"

/* Append "name: description" and "from PATH, which says ...", with what is no text as '?'.  description and path (then the name) may
 * be NULL. */
void show_title(GString *out, const char *name, const char *description, const char *path,
                const char *says);
/* Append "  key value\n" for each field of the struct at base that has a value of its own. */
void show_fields(GString *out, const Field *fields, const void *base);
/* Append all settings of a DRAM: organisation, controller, bounds, timing in cycles and in time, currents. */
void show_dram(GString *out, const MemoryConfig *memory);

#endif
