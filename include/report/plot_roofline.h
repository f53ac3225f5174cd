/*
 * plot_roofline - what the two halves of a roofline share: plot_roofline.c, the points, and plot_ceilings.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef REPORT_PLOT_ROOFLINE_H
#define REPORT_PLOT_ROOFLINE_H

#include <math.h>

#include "report/plot_script.h"

typedef struct {
    const Picture *picture;
    GString *script;
    GPtrArray *machines; /* of const PlotPoint *: the first point of each set of ceilings */
    double x_min, x_max, y_min, y_max;
    bool labelled; /* every point bears its name */
} Roofline;

static inline bool plot_same_number(double a, double b)
{
    return a == b || (!isfinite(a) && !isfinite(b));
}

/* The part of the picture that the diagram takes. */
void plot_set_margins(GString *script);
/* $ceiling_M_I: level I of machine M; of several machines only memory's. */
void plot_write_ceilings(const Roofline *roof, guint machine);
void plot_draw_ceilings(const Roofline *roof, guint machine);
/* What they are called and how high they are, beside them. */
void plot_label_ceilings(const Roofline *roof, guint machine);
/* Of one machine: peaks for other types of numbers, thin. */
void plot_draw_other_peaks(const Roofline *roof);

#endif
