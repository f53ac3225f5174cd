/*
 * random_point - machines and workloads drawn at random, of all that the spec layer takes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_RANDOM_POINT_H
#define TESTS_RANDOM_POINT_H

#include "base/rng.h"
#include "spec/point.h"

/* Operations per byte are multiples of one by this, rates are whole numbers: sums and bounds can be exact. */
enum { RANDOM_FLOPS_STEP = 1024 };

/* One of the numbers. */
#define PICK(rng, ...)  \
    (((const double[]){ \
        __VA_ARGS__ })[rng_below(rng_next(rng), G_N_ELEMENTS(((const double[]){ __VA_ARGS__ })))])

/* A point of a few hundred to a few thousand accesses.  Caller frees with point_free. */
PointSpec *random_point(Rng *rng);
/* Translate the addresses of a machine, one in three: any pages, one or two TLBs, walks of any kind. */
void random_tlb(Rng *rng, MachineSpec *machine);

#endif
