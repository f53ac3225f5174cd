/*
 * tally - what a batch of accesses has in common, found in one pass over it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEM_TALLY_H
#define MEM_TALLY_H

#include "mem/access.h"

typedef struct {
    uint64_t bytes;     /* sum */
    uint64_t writes;    /* accesses that are ACCESS_WRITE; holds with plain_ops */
    uint64_t addr_bits; /* all addresses, or'ed */
    bool one_stream;    /* all are of the stream of the first */
    bool crossing;      /* some reach beyond the line of their first byte */
    bool plain_ops;     /* reads, writes and instruction fetches, nothing else */
} AccessTally;

/* Of n accesses, 1 to BATCH_MAX, of up to 4 MiB each; line_bytes is a power of two up to 2^31.  0.5 to 1 ns an access. */
AccessTally access_tally(const Access *accesses, size_t n, uint32_t line_bytes);

#endif
