/*
 * server - cost per unit of a rate.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/server.h"

#include <assert.h>
#include <math.h>

/* A double above 0 is mantissa * 2^exponent. */
static uint64_t mantissa_of(double value, int *exponent)
{
    const double fraction = frexp(value, exponent);

    *exponent -= 53;
    return (uint64_t)ldexp(fraction, 53);
}

/* Long division, so that the quotient is exact but for its last bit, which is rounded up. */
FineTime fine_cost(double unit, double rate_per_s)
{
    int unit_exponent, rate_exponent;

    assert(unit >= 0 && rate_per_s > 0);
    if (!(unit > 0))
        return 0;
    const FineTime dividend = (FineTime)TICKS_PER_SECOND * mantissa_of(unit, &unit_exponent);
    const FineTime divisor = mantissa_of(rate_per_s, &rate_exponent);
    FineTime cost = dividend / divisor, rest = dividend % divisor;
    int bits = 64 + unit_exponent - rate_exponent; /* that are still to come */

    for (; bits > 0; bits--) {
        if (cost >> 126)
            return fine_from_tick(TICK_LIMIT);
        rest <<= 1;
        cost = cost << 1 | (rest >= divisor);
        rest -= rest >= divisor ? divisor : 0;
    }
    for (; bits < 0 && cost > 0; bits++) {
        rest |= cost & 1;
        cost >>= 1;
    }
    return cost + (bits < 0 || rest > 0);
}
