/*
 * study - what a script returns: sweeps of points.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SPEC_STUDY_H
#define SPEC_STUDY_H

#include "spec/point.h"

typedef struct {
    char *title;
    PointSpec **points; /* [n_points], first axis outermost; at least one */
    uint32_t n_points;
    char *objective; /* memsim.best: the column to minimise; NULL: a plain sweep */
} SweepSpec;

typedef struct {
    SweepSpec **sweeps; /* [n_sweeps], at least one */
    uint32_t n_sweeps;
} Study;

/* Call each with the path of every trace of every point. */
void study_each_trace(const Study *study, void (*each)(const char *path, void *data), void *data);
/* How often all points together read standard input. */
uint32_t study_stdin_uses(const Study *study);
void study_free(Study *study); /* accepts NULL */

#endif
