/*
 * nest_trial - trials of a transformation on random nests: which nest, which loops, was it made, is all still there.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_NEST_TRIAL_H
#define TESTS_NEST_TRIAL_H

#include "random_nest.h"
#include "workload/nest_transform.h"

enum { NEST_TRIALS = 1500, NEST_NAMES_MAX = 16 };

/* Any kind. */
RandomNest nesttrial_kind(Rng *rng);

/* How often a transformation was legal: a test asks for enough of both. */
typedef struct {
    uint32_t made, refused;
} NestTally;

/* Whether there is a nest; a refusal that does not look like one is a failed test.  Counts; clears the error. */
bool nesttrial_made(NestTally *tally, const Nest *made, GError **error);
/* The same; then it takes the place of the nest. */
bool nesttrial_replace(Nest **nest, Nest *made, NestTally *tally, GError **error);

/* Names of the nest's loops, each once: at most NEST_NAMES_MAX. */
typedef struct {
    const char *names[NEST_NAMES_MAX]; /* borrowed */
    uint32_t n;
} NestNames;
NestNames nesttrial_names(const Nest *nest);
/* One of them; "none" when there is none. */
const char *nesttrial_any(Rng *rng, const NestNames *names);
/* Some of them with counts of 1 to most.  Returns how many. */
uint32_t nesttrial_factors(Rng *rng, const NestNames *names, NestFactor *factors, uint64_t most);

/* Both touch the same, as often, with the same operations. */
void nesttrial_same(const Nest *before, const Nest *after, int trial);

/* Edit some loops of random nests by counts of 1 to most: what is made keeps every access. */
typedef Nest *(*NestEdit)(const Nest *nest, const NestFactor *factors, uint32_t n, GError **error);
NestTally nesttrial_keeps(uint64_t seed, NestEdit edit, uint64_t most);

#endif
