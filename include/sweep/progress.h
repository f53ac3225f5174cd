/*
 * progress - a bar on standard error: counts, percent, time left.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SWEEP_PROGRESS_H
#define SWEEP_PROGRESS_H

#include <glib.h>
#include <stdbool.h>

typedef struct {
    bool shown; /* whether progress is wanted at all */
    bool drawn; /* whether a bar stands on the line */
    guint64 done, total;
    gint64 started_us, drawn_us;
} Progress;

void progress_start(Progress *progress, bool shown, guint64 total);
/* Draw anew, but not more often than ten times a second. */
void progress_draw(Progress *progress, guint64 done);
/* Take the bar away, so that others can write. */
void progress_erase(Progress *progress);

#endif
