/*
 * gen_nest - the accesses of a loop nest.
 *
 * A loop that is dealt to the cores gives each a block of its vectors of iterations, or those whose number is its own
 * modulo the number of cores; an outermost loop is dealt in blocks where nothing else in it is.  What stands in no
 * dealt loop is done by the first core.  Where the program has blocks of threads that go on side by side, they do so in turns: the
 * threads of a block do a statement, then those of the next block.
 * Time: 1 to 2 ns an access of an innermost loop that is long enough, some 10 ns of another.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_GEN_NEST_H
#define WORKLOAD_GEN_NEST_H

#include "workload/nest_program.h"

/* What core of n_cores does of the program (borrowed until source_free).  The program's first stream is that of
 * number first_stream.  A subscript that leaves its array is an error (CONFIG). */
AccessSource *gen_nest_new(const NestProgram *program, uint16_t first_stream, uint32_t core,
                           uint32_t n_cores);

#endif
