/*
 * gen_nest_state - where the generator of a loop nest stands.  Only gen_nest*.c see it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_GEN_NEST_STATE_H
#define WORKLOAD_GEN_NEST_STATE_H

#include "workload/nest_program.h"

/* A loop that runs: a unit is a vector of iterations. */
typedef struct {
    int64_t index;   /* of the first iteration of the unit */
    int64_t advance; /* from one unit to the next */
    uint64_t units;  /* left, this one too */
    uint32_t last;   /* iterations of the last unit */
    uint64_t dealt;  /* DEAL_GRID: units of all times that it was entered */
} LoopState;

/* A ref of the STEP_RUN that runs. */
typedef struct {
    uint64_t bits,
        stride_bits; /* of the next unit, and from one to the next; without what is gathered */
    const NestArray *table; /* one lookup whose subscript moves evenly; else NULL */
    uint64_t at, at_stride, scale;
} RunState;

typedef struct {
    AccessSource source;
    const NestProgram *program;
    uint32_t core, n_cores;
    uint16_t first_stream;
    uint32_t at;     /* the step */
    bool running;    /* it is a STEP_RUN, and begun */
    uint32_t begins; /* a block of so many threads, which is to be told; 0: none */
    uint64_t
        even_least; /* runs of so many accesses are asked for: batches end before them; 0: none are */
    uint64_t run_iterations;
    uint64_t computed; /* units of the merged operations given already */
    uint32_t merged;   /* the next of its merged operations */
    LoopState *loops;  /* [n_loops] */
    RunState *runs;    /* [run_refs] */
    Batch *batch;      /* that is filled */
    GError *error;
} NestGen;

/* The generator of a share of the program's iterations.  Returns (caller: nestgen_free). */
NestGen *nestgen_new(const NestProgram *program, uint16_t first_stream, uint32_t core,
                     uint32_t n_cores);
void nestgen_free(NestGen *gen);

typedef enum { TURN_FULL, TURN_OVER, TURN_LAST, TURN_FAILED } NestTurn;
/* Add to the batch until it is full, the program's next turn has come, or it is at its end or has failed: nestgen_tell. */
NestTurn nestgen_go_on(NestGen *gen, Batch *batch);
/* Of one that has failed the error, with its place. */
void nestgen_tell(const NestGen *gen, GError **error);

/* As gen_nest_new, of a program with resident blocks. */
AccessSource *gen_blocks_new(const NestProgram *program, uint16_t first_stream, uint32_t core,
                             uint32_t n_cores);

/* A subscript of the table reaches `at`, which it does not have: gen->error, unless there is one.  Returns 0. */
uint64_t nestgen_leave_table(NestGen *gen, const NestArray *table, uint64_t at);
/* The value of the expression where the loops are. */
uint64_t nestgen_evaluate(NestGen *gen, const ProgExpr *expr);
/* The accesses of the refs of a statement, for the unit of its loop that runs. */
void nestgen_push_refs(NestGen *gen, const ProgStep *step);
/* Go on with a STEP_RUN.  Returns whether it is at its end; else the batch is full. */
bool nestgen_run(NestGen *gen, const ProgStep *step);

/* Whether a STEP_RUN that has not begun is worth an EvenRun. */
bool nestgen_is_even(const NestGen *gen, const ProgStep *step);
/* Begin it, and hand out all whole units of it; what is left comes from nestgen_run.  Returns false where only that can be
 * asked: an element does not begin with a byte. */
bool nestgen_even_run(NestGen *gen, const ProgStep *step, EvenRun *run);

static inline uint64_t nestgen_look_up(NestGen *gen, const NestArray *table, uint64_t at)
{
    return G_LIKELY(at < table->extents[0]) ? (uint64_t)table->values[at]
                                            : nestgen_leave_table(gen, table, at);
}

static inline void nestgen_push(NestGen *gen, Access access)
{
    access.stream = (uint16_t)(access.stream + gen->first_stream);
    gen->batch->access[gen->batch->count++] = access;
}

#endif
