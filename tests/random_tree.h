/*
 * random_tree - loop nests of any shape by a seeded draw; random_nest.h has small ones that transformations can work on.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_RANDOM_TREE_H
#define TESTS_RANDOM_TREE_H

#include "base/rng.h"
#include "workload/nest.h"

/* A nest that nest_check accepts: loops to a depth of four, bounds that look at outer indices, steps, vectors, hoisted
 * statements, every element type and layout, lookups. */
Nest *random_tree(Rng *rng);
/* Where its arrays may lie.  Returns (caller frees: g_free). */
uint64_t *random_bases(const Nest *nest, Rng *rng);

#endif
