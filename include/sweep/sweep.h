/*
 * sweep - runs the points of a study on worker processes and hands on their rows in order.
 *
 * Workers are forked before any other work and get the numbers of points through a pipe, so that a crash, a
 * leak or a changed locale stays in one point.  Rows reach the sink in the order of the points whatever the
 * number of workers; a point whose worker died is a row "failed: ...", the others go on.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SWEEP_SWEEP_H
#define SWEEP_SWEEP_H

#include "spec/study.h"
#include "system/system.h"

typedef struct {
    uint32_t jobs; /* worker processes; 0: all cores; 1 as well is a process of its own */
    bool progress; /* a bar on standard error */
    SystemOptions system;
    Target *const *
        commands; /* [all points, in order], each NULL or where the commands of its DRAM go; NULL: none */
} SweepOptions;

/* Called once for every point, in order; takes the row.  Returns false to stop (an output error is the caller's). */
typedef bool (*SweepSink)(void *user, uint32_t sweep, uint32_t point, Row *row);

typedef enum {
    SWEEP_DONE,
    SWEEP_FAILED_POINTS,
    SWEEP_INTERRUPTED,
    SWEEP_STOPPED /* by the sink */
} SweepOutcome;

/* Run all points.  On SIGINT, SIGTERM or SIGHUP the workers end, rows of unfinished points are "failed: interrupted" and the
 * outcome is SWEEP_INTERRUPTED.  Sets error (IO) and returns SWEEP_STOPPED when no process could be made. */
SweepOutcome sweep_run(const Study *study, const SweepOptions *options, SweepSink sink, void *user,
                       GError **error);

#endif
