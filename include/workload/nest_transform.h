/*
 * nest_transform - from a loop nest to another that makes the same accesses in another order, or fewer of them.
 *
 * Each function copies the nest, edits the copy and returns it with one reference (caller: nest_unref), or returns NULL and
 * sets error (CONFIG: no such loop, or what makes it illegal).  What is checked is the domain: every statement is executed
 * as often as before, with the same indices.  Whether the data allow another order is the caller's affair: memsim moves
 * addresses, not values.  An index names each loop over it, wherever they stand side by side.
 *
 * nest_tile, nest_swap, nest_interchange, nest_unroll, nest_vectorize, nest_parallel and nest_fuse keep the
 * elements that are read and written, each as often, and the operations; nest_register and nest_stage drop and move some.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_NEST_TRANSFORM_H
#define WORKLOAD_NEST_TRANSFORM_H

#include <glib.h>

#include "workload/nest.h"

/* So many iterations of the loop over index: of a tile, or copies of its body. */
typedef struct {
    const char *index;
    int64_t count; /* at least 1 */
} NestFactor;

/*
 * Split each loop in two: a tile loop (INDEX_tile, or INDEX_tile2 ... where that is taken), which steps by count iterations, and
 * the old one inside, over one tile.  The tile loops stand outermost among the loops that are perfectly nested, within
 * the tile loops that are there already, in the order of the loops; where bounds depend on a loop that they pass they
 * run over all that it may reach.  The last tile may be partial.
 */
Nest *nest_tile(const Nest *nest, const NestFactor *tiles, uint32_t n, GError **error);
/* Exchange two loops, or put loops in this order, outermost first; all loops between them are perfectly nested. */
Nest *nest_swap(const Nest *nest, const char *a, const char *b, GError **error);
Nest *nest_interchange(const Nest *nest, const char *const *order, uint32_t n, GError **error);
/* Unroll and jam: the loop (INDEX_unroll) steps by count iterations, which stand as copies (unrolled loops over INDEX)
 * around every statement in it; of the last so many as are left. */
Nest *nest_unroll(const Nest *nest, const NestFactor *copies, uint32_t n, GError **error);
/* Vectors of so many bytes in the innermost loops in which an access moves by one element: where these are copies in which
 * none does, in the loop around them, whose vectors then stand inside the copies.  The widest element fills a vector. */
Nest *nest_vectorize(const Nest *nest, uint64_t width_bytes, GError **error);
/*
 * What so many neighbouring threads ask for at once, as vectors: those that the nest has are one thread's each, else each
 * thread asks for an element of whatever moves by one, and in any case in loops over the threads of a block.
 */
Nest *nest_coalesce(const Nest *nest, uint32_t threads, GError **error);
/*
 * As a GPU runs it: each loop is split in two, over blocks of threads (INDEX_block, outermost as nest_tile has it) and over
 * the threads of one, and these stand innermost, around every statement inside: all threads of a block do a statement
 * before the next one.  They are as many as the product of the counts, at most 1024.  The innermost loop over blocks is dealt.
 * Of a nest in which a loop is dealt already, its iterations are the blocks, and the loops that are named become loops over
 * threads as they stand.
 */
Nest *nest_threads(const Nest *nest, const NestFactor *threads, uint32_t n, GError **error);
/* Deal the iterations of the loop to the cores, those of no other. */
Nest *nest_parallel(const Nest *nest, const char *index, NestDeal deal, GError **error);
/*
 * Accesses to these arrays (none: all) whose address an innermost loop does not move are made once: read before it where the
 * first of them is a read, written after it where any is a write.  Copies of an unrolled loop count as one body: what
 * does not move from one to the other is read once, too.
 */
Nest *nest_register(const Nest *nest, NestArray *const *arrays, uint32_t n, GError **error);

/* Into packed memory, a scratchpad or registers. */
typedef enum { STAGE_MEMORY, STAGE_SCRATCH, STAGE_REGISTERS } StagePlace;

typedef struct {
    NestArray *array;
    const char *at; /* an index */
    StagePlace place;
} NestStage;
/*
 * In each iteration of the loop `at` what the loops inside touch of the array, the least box with the common step of its
 * subscripts, is copied once into a buffer (ARRAY_buffer) that they use instead; copied back after them where any
 * writes.  Not copied in when the first to touch it is a write that covers the box.
 */
Nest *nest_stage(const Nest *nest, const NestStage *stage, GError **error);
/* What other does after what nest does; the last loop of the one and the first of the other become one where they have
 * the same index, bounds and step, and so do their bodies; at least one does. */
Nest *nest_fuse(const Nest *nest, const Nest *other, GError **error);

#endif
