/*
 * random_trial - one run of a random point, and what must hold for the row that it becomes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_RANDOM_TRIAL_H
#define TESTS_RANDOM_TRIAL_H

#include "system/phases.h"

typedef struct {
    const PointSpec *point;
    Parts parts;
    RunTimes times;
    CoreStats total; /* counters: sum over the cores; clocks: the largest */
    bool good;       /* all has held so far */
} Trial;

static inline Tick trial_time(const Trial *trial)
{
    return trial->times.end_fs - trial->times.start_fs;
}

/* It is not good unless this holds; the first time what does not is printed, with the point. */
void trial_need(Trial *trial, bool holds, const char *what);
/* Run the point again, twice: the rows are the same, and their columns follow from the run and from each other. */
void trial_check_row(Trial *trial);

#endif
