/*
 * hist - a log-linear histogram of times: 32 steps per octave, relative error of a
 * quantile below 1/32; mean and maximum are exact.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_HIST_H
#define BASE_HIST_H

#include <stdint.h>

#include "base/units.h"

#define HIST_STEPS_LOG2 5
#define HIST_BUCKETS ((64 - HIST_STEPS_LOG2 + 1) << HIST_STEPS_LOG2)

typedef struct {
    uint64_t count;
    double sum_fs;
    Tick max_fs;
    uint64_t bucket[HIST_BUCKETS];
} Hist;

/* Values below 32 have a bucket each; above, an octave has 32 buckets, picked by the five bits below the leading one. */
static inline uint32_t hist_bucket(Tick value_fs)
{
    if (value_fs >> HIST_STEPS_LOG2 == 0)
        return (uint32_t)value_fs;
    const uint32_t shift = 63u - (uint32_t)__builtin_clzll(value_fs) - HIST_STEPS_LOG2;

    return (shift << HIST_STEPS_LOG2) + (uint32_t)(value_fs >> shift);
}

static inline void hist_add(Hist *hist, Tick value_fs)
{
    hist->count++;
    hist->sum_fs += (double)value_fs;
    if (value_fs > hist->max_fs)
        hist->max_fs = value_fs;
    hist->bucket[hist_bucket(value_fs)]++;
}

/* The smallest bucket bound that at least fraction q (0 to 1) of the values do not exceed; 0 when empty. */
Tick hist_quantile(const Hist *hist, double q);
/* 0 when empty. */
double hist_mean_fs(const Hist *hist);

#endif
