/*
 * footprint - which bytes a stream of accesses touches: for the closed form of what only a run can tell.
 *
 * Memory: 64 to 112 bytes for each 4 KiB of which blocks of 64 bytes are touched as a whole, 1100 to 1700 if parts of blocks
 * are, whatever the length of the stream.
 * Time: a few nanoseconds an access when neighbours follow each other.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_FOOTPRINT_H
#define WORKLOAD_FOOTPRINT_H

#include "mem/access.h"

typedef struct {
    uint64_t accesses, reads, writes;
    uint64_t requested_bytes;
    uint64_t read_first_bytes; /* distinct bytes read before being written */
    uint64_t written_bytes;    /* distinct bytes written */
} FootprintCounts;

typedef struct Footprint Footprint;
Footprint *footprint_new(void);
void footprint_free(Footprint *footprint); /* accepts NULL */
void footprint_add(Footprint *footprint, const Access *accesses, size_t n);
/* From now on nothing has been touched; what was counted stays. */
void footprint_forget(Footprint *footprint);
FootprintCounts footprint_counts(const Footprint *footprint);

#endif
