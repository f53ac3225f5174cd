/*
 * server - a resource that serves amounts (bytes, operations) one after the other at a fixed rate.
 *
 * Time is kept in 64.64 fixed point (femtoseconds and their fraction), so that operations shorter than
 * a femtosecond add up; it is rounded up once, when asked for.  The cost per unit is rounded up to
 * 2^-64 fs: nothing ever beats its own peak.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/units.h"

__extension__ typedef unsigned __int128 FineTime; /* 64.64 fixed point femtoseconds */

static inline FineTime fine_from_tick(Tick t)
{
    return (FineTime)t << 64;
}

static inline Tick fine_ceil(FineTime t)
{
    return (Tick)(t >> 64) + ((uint64_t)t != 0);
}

static inline Tick fine_floor(FineTime t)
{
    return (Tick)(t >> 64);
}

/* Time that one unit takes when unit amounts of work are done at rate per second, rounded up.
 * unit >= 0, rate > 0.  Exact but for that: at most 2^-64 fs too long. */
FineTime fine_cost(double unit, double rate_per_s);

/* Past this the clock is out of range; the run fails, the arithmetic stays defined. */
static inline FineTime fine_limit(FineTime t)
{
    return (Tick)(t >> 64) >= TICK_LIMIT ? fine_from_tick(TICK_LIMIT) : t;
}

/* The later of a whole time and one with a fraction.  Without a branch, which no processor guesses where channels are drawn
 * at random: random reads go from 15.1 to 16.9 million a second with this and the like in clocks.h. */
static inline FineTime fine_later(Tick at, FineTime t)
{
    const uint64_t keep = -(uint64_t)((Tick)(t >> 64) >= at); /* all bits, or none */
    const Tick whole = ((Tick)(t >> 64) & keep) | (at & ~keep);

    return fine_from_tick(whole) | ((uint64_t)t & keep);
}

/* n times cost; at most a little below the limit, so that the limit and a cost together do not overflow. */
static inline FineTime fine_product(FineTime cost, uint64_t n)
{
    const FineTime most = fine_from_tick(TICK_LIMIT) - 1;
    FineTime product;

    return __builtin_mul_overflow(cost, n, &product) || product > most ? most : product;
}

/* The same for a small n. */
static inline FineTime fine_scale(FineTime cost, uint32_t n)
{
    if (cost >> 95 == 0) /* no overflow: three instructions instead of 29 */
        return cost * n;
    return fine_product(cost, n);
}

typedef struct {
    FineTime free;     /* end of what has been reserved */
    FineTime per_byte; /* 0: unlimited, everything takes no time */
} Server;

/* One of n equal servers that have rate_per_s together; 0: unlimited.  The cost is rounded up before it is shared out:
 * all of them together are not faster than the rate either. */
static inline void server_init_share(Server *server, double rate_per_s, uint32_t n)
{
    *server = (Server){ .per_byte = rate_per_s > 0 ? fine_scale(fine_cost(1, rate_per_s), n) : 0 };
}

static inline void server_init(Server *server, double rate_per_s)
{
    server_init_share(server, rate_per_s, 1);
}

/* Reserve the server for a piece of work that costs cost and comes at time at, behind all earlier work.
 * Returns the time when it ends (rounded up); *start gets the time when it begins. */
static inline Tick server_reserve_cost(Server *server, Tick at, FineTime cost, Tick *start)
{
    const FineTime begin = fine_later(at, server->free);

    server->free = fine_limit(begin + cost);
    *start = fine_ceil(begin);
    return fine_ceil(server->free);
}

static inline Tick server_reserve(Server *server, Tick at, uint32_t bytes, Tick *start)
{
    return server_reserve_cost(server, at, fine_scale(server->per_byte, bytes), start);
}

#endif
