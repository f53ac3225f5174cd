/*
 * nest_threads - a loop nest as the groups of threads of a GPU run it.
 *
 * A kernel for a GPU is written for one thread, and its nest says what all threads do.  The machine runs it in groups
 * (warps, wavefronts, SIMD groups) whose threads ask at one time, and what they ask for in a line is one request:
 * consecutive iterations of an innermost loop in which an address moves by one element, where there is any, or vectors of
 * it.  Blocks of threads go to the cores one after the other.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_NEST_THREADS_H
#define WORKLOAD_NEST_THREADS_H

#include "workload/nest.h"

/*
 * The nest for groups of so many threads: vectors of warp iterations where something moves by one element in an innermost
 * loop, or of all innermost loops where nothing does in any; those that the nest has are one thread's, and warp of them one
 * vector.  blocks: loops of which it is not said how they are dealt go to the cores one iteration after the other, or, with
 * no loop inside but unrolled copies, blocks of 256 iterations or vectors.
 * Returns a nest with one reference (caller: nest_unref).
 */
Nest *nest_for_threads(const Nest *nest, uint32_t warp, bool blocks);

#endif
