/*
 * server - cost per unit of a rate.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/server.h"

#include <assert.h>
#include <math.h>

/* ceil(10^15 * 2^64 / rate) for a whole rate: exact. */
static FineTime whole_cost(uint64_t rate)
{
    const FineTime work = (FineTime)TICKS_PER_SECOND << 64;

    return (work + rate - 1) / rate;
}

FineTime fine_cost(double unit, double rate_per_s)
{
    assert(unit >= 0 && rate_per_s > 0);
    if (!(unit > 0))
        return 0;
    const long double units_per_s = (long double)rate_per_s / unit;

    if (units_per_s >= 1 && units_per_s < 0x1p63L && rintl(units_per_s) == units_per_s &&
        (double)(units_per_s * unit) == rate_per_s)
        return whole_cost((uint64_t)units_per_s);

    /* 64 bits of mantissa, nudged up so that the sum of many is never too small. */
    const long double fs = (long double)TICKS_PER_SECOND / units_per_s * (1.0L + 0x1p-61L);

    if (fs >= 0x1p62L)
        return fine_from_tick(TICK_LIMIT);
    const long double whole = floorl(fs);

    return ((FineTime)(uint64_t)whole << 64) + (FineTime)(uint64_t)((fs - whole) * 0x1p64L) + 1;
}
