/*
 * nest_compile - what the files that make a program of a nest share.  Only nest_compile.c and nest_refs.c see it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_NEST_COMPILE_H
#define WORKLOAD_NEST_COMPILE_H

#include "workload/nest_check.h"
#include "workload/nest_program.h"

typedef struct {
    NestPool *pool;
    GHashTable *array_numbers;
    const uint64_t *bases; /* by number */
    const ScratchBanks *scratch;
    GArray *loops, *refs, *steps, *streams;
    NestPath path;
    uint32_t numbers[NEST_DEPTH_MAX]; /* of the loops of the path */
    uint32_t run_refs;
    bool dealt;          /* a loop of the path is */
    bool threads, turns; /* a loop of the path is of threads; one that was has just ended */
    bool has_turns;
} Compiler;

/* A new last element of the array, zero where it is to be. */
static inline void *nestcompiler_append(GArray *array)
{
    g_array_set_size(array, array->len + 1);
    return array->data + (gsize)(array->len - 1) * g_array_get_element_size(array);
}

/* The expressions, [n], over numbered loops; they live in the compiler's pool. */
const ProgExpr *nestcompiler_exprs(Compiler *compiler, const NestExpr *exprs, uint32_t n);
/* The number of the stream. */
uint16_t nestcompiler_stream(Compiler *compiler, ProgStream wanted);
/* Add the refs of the statement.  Returns whether it only computes: then one has been added. */
bool nestcompiler_refs(Compiler *compiler, const NestStatement *statement);

#endif
