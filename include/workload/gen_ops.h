/*
 * gen_ops - what an address pattern has to say about itself.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_GEN_OPS_H
#define WORKLOAD_GEN_OPS_H

#include "workload/gen.h"

enum { GEN_KEYS = 8 };

/* What an access looks like at a position of the stream, and where the next one is. */
typedef struct {
    const PatternConfig *config;
    const void *table;    /* shared by all generators of the pattern; see GenOps.table */
    uint64_t elements;    /* in each array */
    uint64_t array_bytes; /* elements * size */
    uint64_t pass;        /* accesses of one pass */
    uint64_t cursor;      /* the pattern's own */
    double real[4];       /* the pattern's own constants */
    uint64_t keys[GEN_KEYS];
} GenState;

typedef struct {
    const char *name;
    uint32_t arrays;
    bool dependent;
    bool
        even; /* within a pass its accesses move evenly from one element, of all arrays, to the next */
    bool own_writes; /* says itself which accesses are writes; write_fraction is not for it */
    /* Accesses of one pass over elements. */
    uint64_t (*pass)(const PatternConfig *config, uint64_t elements);
    /* Something that all generators of the pattern share (freed with g_free), or NULL. */
    void *(*table)(const PatternConfig *config, uint64_t elements);
    /* Be ready to fill from position first on. */
    void (*seek)(GenState *state, uint64_t first);
    /* The next n accesses: addr, and op where own_writes; the rest is set already. */
    void (*fill)(GenState *state, uint64_t position, Access *out, size_t n);
} GenOps;

uint64_t gen_pass_elements(const PatternConfig *config,
                           uint64_t elements); /* a pass touches each element once */
void *gen_no_table(const PatternConfig *config, uint64_t elements);
void gen_no_seek(GenState *state, uint64_t first);

#endif
