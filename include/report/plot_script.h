/*
 * plot_script - what the kinds of pictures share: the points, and pieces of gnuplot's language.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef REPORT_PLOT_SCRIPT_H
#define REPORT_PLOT_SCRIPT_H

#include "sweep/sweep.h"

/* A ceiling of bandwidth: of a cache level or of memory. */
typedef struct {
    const char *level; /* "l1", "mem"; interned */
    double B_per_s;    /* NAN or infinite: there is none */
    double
        intensity; /* simulated: operations a byte that crosses it upwards or downwards; NAN: not known */
} PlotLevel;

/* What a picture shows of a row. */
typedef struct {
    const PointSpec *spec;                   /* borrowed from the study */
    double intensity, attainable_flop_per_s; /* closed form */
    double simulated_intensity, achieved_flop_per_s;
    double peak_flop_per_s;
    PlotLevel *levels; /* [n_levels], nearest to the core first, memory last; owned */
    uint32_t n_levels;
    double y; /* the column asked for */
} PlotPoint;

/* One picture.  A text picture has no colours, no shades and no rotated labels. */
typedef struct {
    const SweepSpec *sweep;
    const GArray *points; /* of PlotPoint, at least one */
    const char *y, *y_unit;
    bool text;
    int width, height; /* pixels, points or characters */
} Picture;

/* Append the commands that draw the picture, after the terminal has been set. */
void plot_roofline(const Picture *picture, GString *script);
void plot_lines(const Picture *picture, GString *script);

/* Colours that people with any colour vision tell apart (Okabe and Ito 2008), and shapes for print: number i of as many
 * as there are, over and over. */
const char *plot_colour(guint i);
int plot_shape(guint i);
/* A number as gnuplot reads it; NaN where it is not finite. */
void plot_number(GString *script, double number);
/* A text in gnuplot's single quotes, where nothing is special but the quote. */
void plot_quoted(GString *script, const char *text);
/* The values of a point's axes from `from` to before `below`, such as "random 1MiB".  Returns (caller frees). */
char *plot_place(const PointSpec *point, uint32_t from, uint32_t below);
/* Titles, borders, the grid: what every picture begins with. */
void plot_begin(const Picture *picture, GString *script);

#endif
