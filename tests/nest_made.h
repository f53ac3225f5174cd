/*
 * nest_made - what the program of a loop nest makes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_NEST_MADE_H
#define TESTS_NEST_MADE_H

#include "nest_model.h"

typedef struct {
    GArray *accesses; /* of ModelAccess, without ACCESS_OPERATE */
    double flops;
    GError *error; /* NULL, or why it ended early */
} NestMade;

/* Run the nest's program, with its arrays at bases, for one core of so many; batch by batch, and once more with what can be
 * had in even runs in runs: that they make the same is asserted.  Returns (caller: nestmade_clear). */
NestMade nestmade_run(Nest *nest, const uint64_t *bases, uint32_t core, uint32_t n_cores);
void nestmade_clear(NestMade *made);

/* Whether both lists of ModelAccess are the same, in order. */
bool nestmade_same(const GArray *a, const GArray *b);
/* Whether two sums of operations are equal but for rounding. */
bool nestmade_close(double a, double b);

#endif
