/*
 * nest_program - a loop nest made ready to run: a list of steps over numbered loops.
 *
 * Names are gone, addresses are sums of products of loop indices, and every access knows the stream that says how many
 * operations its data feed.  The operations of a statement ride on its last read that reaches the caches, else on its last
 * write, by the byte; where there is none whose bytes count the iterations, on an access that only computes
 * (ACCESS_OPERATE) behind them.
 * A program is the same for all cores and never changes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_NEST_PROGRAM_H
#define WORKLOAD_NEST_PROGRAM_H

#include "mem/access.h"
#include "workload/nest.h"

typedef struct {
    uint32_t loop;
    uint64_t scale;
} ProgTerm;

typedef struct ProgLookup ProgLookup;

/* Sums wrap around at 2^64, where what is added is checked to stay below. */
typedef struct {
    uint64_t constant;
    const ProgTerm *terms;     /* [n_terms] */
    const ProgLookup *lookups; /* [n_lookups] */
    uint32_t n_terms, n_lookups;
} ProgExpr;

struct ProgLookup {
    uint64_t scale;
    const NestArray *table; /* borrowed from the nest */
    ProgExpr at;
};

/* Loop: for a step of so many iterations, `vector` of them at once. */
typedef struct {
    const ProgExpr *from, *below; /* [n_from], [n_below] */
    uint32_t n_from, n_below;
    int64_t step;
    uint32_t vector, block_threads;
    NestDeal deal;
} ProgLoop;

/* What becomes of an access in a vector loop. */
typedef enum {
    REF_WIDE, /* its elements are neighbours: one access, as wide as there are iterations */
    REF_ONCE, /* it does not move: one access */
    REF_LANE, /* one access an iteration: this is that of one of them, the first that of a scalar loop */
    REF_COMPUTE /* an access that only computes */
} RefKind;

typedef struct {
    RefKind kind;
    uint32_t lane;         /* REF_LANE */
    uint32_t element_bits; /* REF_WIDE */
    Access blank;          /* of a whole vector; its stream is counted from that of the nest */
    ProgExpr bits;         /* address of the first iteration's element, in bits */
    uint64_t stride_bits;  /* an iteration of the loop around, lookups aside */
    bool gathers;          /* a lookup depends on that loop */
    /* Where it is not known that it stays in its array: */
    const NestAccess *checked; /* else NULL */
    const ProgExpr *subscripts;
} ProgRef;

typedef enum {
    STEP_LOOP,      /* enter the loop, or go on at target when it has no iterations */
    STEP_NEXT,      /* its next iterations, if there are any: go on at target */
    STEP_STATEMENT, /* the refs once */
    STEP_RUN,       /* the refs for all iterations of the loop, then the rest of its operations */
    STEP_END
} StepKind;

#define PROG_NO_LOOP UINT32_MAX

typedef struct {
    StepKind kind;
    uint32_t loop; /* of a statement: the one around it, or PROG_NO_LOOP */
    uint32_t target;
    uint32_t first_ref, n_refs; /* at most BATCH_MAX accesses */
    uint32_t first_merged,
        n_merged;         /* STEP_RUN: refs whose operations of all iterations are one access */
    bool first_core_only; /* it stands in no loop that is dealt to the cores */
    bool turns; /* the threads of a block have done a statement: it is another block's turn */
} ProgStep;

typedef struct {
    double flops_per_byte, rows_per_byte; /* rows: of the scratchpad's banks */
    bool computes;                        /* its accesses are ACCESS_OPERATE: operations per unit */
    uint32_t slot_bytes; /* each takes a slot of the core; 0: an access takes one */
} ProgStream;

typedef struct {
    NestPool *pool;
    Nest *nest;
    const ProgLoop *loops;
    const ProgRef *refs;
    const ProgStep *steps;
    const ProgStream *streams;
    uint32_t n_loops, n_refs, n_steps, n_streams;
    uint32_t run_refs; /* the most of a STEP_RUN */
    /* Where iterations of a loop of DEAL_GRID begin, there is an ACCESS_BLOCK.  False unless set. */
    bool tells_blocks;
    bool turns;        /* some step does */
    uint32_t resident; /* with turns: blocks of a core that go on side by side; 1 unless set */
} NestProgram;

/* Of a scratchpad: words of so many bytes, of which neighbours lie in neighbouring banks. */
typedef struct {
    uint32_t n, width_bytes;
} ScratchBanks;

/* Of a nest that nest_check accepts, with its arrays (in the order of nest_arrays) at these bases, which are below 2^57.
 * Keeps a reference to the nest.  scratch NULL: accesses to scratch arrays leave no trace. */
NestProgram *nestprogram_new(Nest *nest, const uint64_t *bases, const ScratchBanks *scratch);
void nestprogram_free(NestProgram *program); /* accepts NULL */

#endif
