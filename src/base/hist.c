/*
 * hist - a log-linear histogram of times.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/hist.h"

#define STEPS (UINT64_C(1) << HIST_STEPS_LOG2)

/* The largest value of a bucket. */
static Tick bucket_bound(uint32_t bucket)
{
    if (bucket < STEPS)
        return bucket;
    const uint32_t shift = (bucket >> HIST_STEPS_LOG2) - 1;
    const uint64_t low = (STEPS + (bucket & (STEPS - 1))) << shift;
    return low + ((UINT64_C(1) << shift) - 1);
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
