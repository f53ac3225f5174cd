/*
 * plot - pictures of rows, drawn by gnuplot: the roofline with the closed form's point and the simulated one of every
 * row, or a column against the innermost axis.
 *
 * A kind of picture is one file (plot_<name>.c) that turns points into gnuplot's language.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef REPORT_PLOT_H
#define REPORT_PLOT_H

#include "sweep/sweep.h"

typedef struct {
    const char *
        path; /* FILE.svg, FILE.png or FILE.pdf; "-": in text on standard output.  "{sweep}" stands for the
                         number of the sweep, from 1 */
    const char *y; /* the column against the innermost axis; NULL: the roofline */
    int width;     /* of a picture in text, in columns; 0: 79 */
} PlotOptions;

typedef struct Plot Plot;

/* Whether the path is one to which a picture can be drawn; else sets error (CONFIG). */
bool plot_check_path(const char *path, GError **error);
/* Get ready for the rows of a study (borrowed).  columns: a dry row per sweep, as in report_new; borrowed only for the
 * call.  Returns (caller frees with plot_free), or NULL and sets error (CONFIG: no such path or column, several sweeps
 * for one file). */
Plot *plot_new(const Study *study, Row *const *columns, const PlotOptions *options, GError **error);
/* Whether the pictures can be drawn: there is a gnuplot, and each can be written.  False and error (IO) else.  For before
 * the points are simulated. */
bool plot_can_draw(const Plot *plot, GError **error);
/* Take what the picture shows of the row of a point, in order; that of a point that failed is left out. */
void plot_row(Plot *plot, uint32_t sweep, uint32_t point, const Row *row);
/* Draw the pictures.  False and error (CONFIG: nothing to draw; IO: gnuplot is missing or fails, or a file cannot be
 * written).  Files appear whole or not at all. */
bool plot_finish(Plot *plot, GError **error);
void plot_free(Plot *plot); /* accepts NULL */

#endif
