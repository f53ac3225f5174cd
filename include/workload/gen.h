/*
 * gen - address patterns: what they are, and the generators of their accesses.
 *
 * A generator is one file (gen_<name>.c) and one word in gen.c.  Generators are position-addressable:
 * the accesses first .. first + count - 1 of the stream are the same whoever generates them, so that a
 * workload can be dealt to cores in contiguous shares.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_GEN_H
#define WORKLOAD_GEN_H

#include "base/field.h"
#include "mem/access.h"

typedef struct {
    uint32_t pattern;         /* index into gen_names() */
    uint64_t footprint_bytes; /* all arrays of the pattern together */
    uint64_t accesses;        /* measured ones (after warm-up); 0: one pass over the footprint */
    uint32_t size_bytes;      /* of one access */
    uint64_t stride_bytes;    /* strided only; from one access to the next; 0 when not given */
    double exponent;          /* zipf only: weight of rank r (from 1) is r^-exponent */
    double write_fraction;    /* of the accesses, by a seeded draw; not for copy and triad */
    uint64_t base_addr;       /* of the first array; set when the workload is laid out */
    uint64_t seed;
} PatternConfig;

/* NULL-terminated: "sequential" "strided" "random" "zipf" "chase" "copy" "triad". */
const char *const *gen_names(void);
enum {
    GEN_SEQUENTIAL,
    GEN_STRIDED,
    GEN_RANDOM,
    GEN_ZIPF,
    GEN_CHASE,
    GEN_COPY,
    GEN_TRIAD,
    GEN_COUNT
};

/* Keys of a pattern (DESIGN: footprint, accesses, size, stride, exponent, write_fraction). */
extern const Field gen_fields[];

/* What the pattern as a whole asks for. */
bool gen_check(const PatternConfig *config, GError **error);
/* Number of arrays (1; copy 2; triad 3) and of elements (of size_bytes) in each. */
uint32_t gen_arrays(const PatternConfig *config);
uint64_t gen_elements(const PatternConfig *config);
/* Accesses of one pass over the footprint. */
uint64_t gen_pass_accesses(const PatternConfig *config);
/* Whether each access needs the data of the one before (chase). */
bool gen_dependent(const PatternConfig *config);

/* What all generators of a pattern share (the cycle of a small chase), or NULL.  Returns (caller frees: g_free). */
void *gen_table_new(const PatternConfig *config);
/* A source of the accesses first .. first + count - 1.  config and table are borrowed until source_free. */
AccessSource *gen_new(const PatternConfig *config, const void *table, uint64_t first,
                      uint64_t count, uint16_t stream);

#endif
