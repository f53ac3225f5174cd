/*
 * hist - a log-linear histogram of times.
 *
 * Values below 32 have a bucket each; above, an octave has 32 buckets, picked by the five bits
 * below the leading one.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/hist.h"

#define STEPS (UINT64_C(1) << HIST_STEPS_LOG2)

static uint32_t bucket_of(Tick value)
{
    if (value < STEPS)
        return (uint32_t)value;
    const uint32_t shift = 63u - (uint32_t)__builtin_clzll(value) - HIST_STEPS_LOG2;
    return ((shift + 1) << HIST_STEPS_LOG2) + (uint32_t)((value >> shift) & (STEPS - 1));
}

/* The largest value of a bucket. */
static Tick bucket_bound(uint32_t bucket)
{
    if (bucket < STEPS)
        return bucket;
    const uint32_t shift = (bucket >> HIST_STEPS_LOG2) - 1;
    const uint64_t low = (STEPS + (bucket & (STEPS - 1))) << shift;
    return low + ((UINT64_C(1) << shift) - 1);
}

void hist_add(Hist *hist, Tick value_fs)
{
    hist->count++;
    hist->sum_fs += (double)value_fs;
    if (value_fs > hist->max_fs)
        hist->max_fs = value_fs;
    hist->bucket[bucket_of(value_fs)]++;
}

Tick hist_quantile(const Hist *hist, double q)
{
    if (hist->count == 0)
        return 0;
    const double target = q * (double)hist->count;
    uint64_t seen = 0;

    for (uint32_t bucket = 0; bucket < HIST_BUCKETS; bucket++) {
        seen += hist->bucket[bucket];
        if (seen > 0 && (double)seen >= target) {
            const Tick bound = bucket_bound(bucket);
            return bound < hist->max_fs ? bound : hist->max_fs;
        }
    }
    return hist->max_fs;
}

double hist_mean_fs(const Hist *hist)
{
    return hist->count == 0 ? 0.0 : hist->sum_fs / (double)hist->count;
}
