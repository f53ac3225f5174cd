/*
 * kernel_rig - a kernel of the library next to plain loops that do the same.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_KERNEL_RIG_H
#define TESTS_KERNEL_RIG_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "spec/study.h"

typedef struct {
    const WorkloadSpec *workload; /* of the kernel */
    GArray *accesses;             /* of Access: what the plain loops ask for */
} Loops;

/* An array of the kernel: where it lies, and its contents where they are known. */
typedef struct {
    uint64_t base_addr;
    uint32_t element_bytes;
    const int64_t *values;
} Place;

/* The array of this name; a failed test when there is none, or its elements have another size. */
Place place(Loops *loops, const char *name, uint32_t element_bytes);
void reads(Loops *loops, Place array, int64_t element);
void writes(Loops *loops, Place array, int64_t element);
void updates(Loops *loops, Place array, int64_t element); /* reads, then writes */

/* Whether memsim.kernel(NAME, { PARAMETERS }) asks for what the loops do, in order, element by element. */
void kernel_is_like(const char *name, const char *parameters, void (*plain)(Loops *loops));

typedef struct {
    double flops, compulsory_bytes;      /* counted, access by access */
    double formula_flops, formula_bytes; /* what the kernel says of itself */
} KernelCounts;

/* Of what kernel_study has returned. */
KernelCounts kernel_counts(const Study *study);

/* A study of one point that runs the workload given by a Lua expression; of one core of 10 TFLOP/s with these caches and a
 * memory of 10 GB/s and 1 us.  Returns (caller frees: study_free); a script that is wrong is a failed test and NULL. */
Study *kernel_study(const char *caches, const char *workload);

#endif
