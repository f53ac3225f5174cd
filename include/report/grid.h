/*
 * grid - cells of text in aligned columns.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef REPORT_GRID_H
#define REPORT_GRID_H

#include <glib.h>
#include <stdbool.h>

typedef struct {
    guint columns, rows; /* row 0 is the heading */
    char **cells;        /* [rows * columns], owned */
    bool *right;         /* [columns]: numbers */
    bool *shown;         /* [columns] */
    int *widths;         /* [columns] */
    int gap;             /* blanks between columns: 2 */
} Grid;

Grid *grid_new(guint columns, guint rows);
void grid_free(Grid *grid);
/* Takes text; what would move the cursor of a terminal becomes '?'. */
void grid_set(Grid *grid, guint row, guint column, char *text);
/* Width of a line of the columns shown. */
int grid_width(const Grid *grid);
/* The heading, a rule, the rows. */
void grid_print(const Grid *grid, GString *out);
/* Columns that a text takes on a terminal. */
int grid_text_width(const char *text);
/* Make a text safe for a terminal, in place. */
char *grid_tame(char *text);

#endif
