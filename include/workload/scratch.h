/*
 * scratch - what accesses of threads to a scratchpad take of its banks.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_SCRATCH_H
#define WORKLOAD_SCRATCH_H

#include "workload/nest_program.h"

/*
 * Rows that what so many threads ask for at once takes, from the stride of the ref: a bank moves a word of each row, so as many
 * as the busiest one has words; a word that several ask for moves once.  What is gathered counts as spread over all banks.
 * Source: CUDA C++ Programming Guide, shared memory of compute capability 5.x and later.
 */
uint32_t scratch_rows(const ScratchBanks *banks, const ProgRef *ref, uint32_t threads);

#endif
