/*
 * cmd_list - the commands that list what the library has of a kind, or show one of it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CMD_LIST_H
#define CMD_LIST_H

#include "cmd.h"
#include "report/grid.h"

typedef struct {
    const char *kind, *one; /* "machines", "machine": for messages */
    const char *summary, *examples;
    const char *const *headings; /* [n_columns]; the first is of the name, the last of what it is */
    guint n_columns;
    guint n_numbers;                  /* columns behind the name that are aligned to the right */
    const char *note;                 /* below the list, or NULL */
    const char *option, *option_help; /* a name that show gets, "density", or NULL */
    char **(*names)(void);            /* caller frees: g_strfreev */
    /* Fill the row but for its name; false and error: nothing is set. */
    bool (*fill)(Grid *grid, guint row, const char *name, GError **error);
    /* Print one; option is NULL where not given.  Returns the exit status. */
    int (*show)(const char *name, const char *option, GError **error);
} CmdList;

/* Parse the arguments, list or show.  Returns the exit status, as commands do: a file with an error has a row, too, and
 * the first such error is the command's. */
int cmd_list(const CmdList *list, int argc, char **argv, GError **error);

#endif
