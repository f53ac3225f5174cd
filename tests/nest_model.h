/*
 * nest_model - what a loop nest does, said slowly: the tree is walked with names and values.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_NEST_MODEL_H
#define TESTS_NEST_MODEL_H

#include "mem/access.h"
#include "workload/nest.h"

/* An access; of ACCESS_OPERATE only bytes and op are told. */
typedef struct {
    uint64_t addr;
    uint32_t bytes;
    uint8_t op;
} ModelAccess;

typedef struct {
    GArray *accesses; /* of ModelAccess: those that reach the caches */
    double flops;
    double scratch_reads, scratch_writes, scratch_bytes;
} NestModel;

/* Run the nest on one core with its arrays at bases (in the order of nest_arrays). */
NestModel nestmodel_run(const Nest *nest, const uint64_t *bases);
void nestmodel_clear(NestModel *model);

#endif
