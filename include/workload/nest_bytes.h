/*
 * nest_bytes - the compulsory bytes of loop nests: distinct bytes read before they are written, and distinct bytes written.
 *
 * Of each array by itself only those loops are gone through that move it, or whose bounds do; of the others one
 * iteration, which touches what all do, in the same order.  So a matrix product of n^3 accesses takes n^2 steps.
 * Exact, of one core; also for lookups and bounds of any kind.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_NEST_BYTES_H
#define WORKLOAD_NEST_BYTES_H

#include "workload/nest.h"

typedef struct NestBytes NestBytes;
NestBytes *nestbytes_new(void);
void nestbytes_free(NestBytes *bytes); /* accepts NULL */

/* The compulsory bytes that the nest, which nest_check accepts, adds to those of the nests before it: what these have touched
 * is there.  NAN, for this one and all after it, where arrays may overlap, a subscript leaves its array, or the count
 * would take more than about a second or 256 MiB. */
double nestbytes_add(NestBytes *bytes, const Nest *nest);
/* From now on nothing has been touched yet: caches have been flushed. */
void nestbytes_forget(NestBytes *bytes);

#endif
