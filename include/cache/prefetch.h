/*
 * prefetch - prefetchers: which lines will be wanted next.
 *
 * A prefetcher sees the lines that its cache would have missed without it: demand misses that fetch, and first uses of
 * lines that it has brought in itself.  It names lines; the cache decides which of them it can fetch.
 * It keeps a flat, zero-filled block of state that the cache allocates; it has no constructor and no error.
 * A prefetcher is one file (pf_<name>.c) and one word in prefetch.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_PREFETCH_H
#define CACHE_PREFETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/field.h"

enum { PREFETCH_NONE = 0, PREFETCH_LINES_MAX = 64, PREFETCH_REGION_BYTES = 4096 };

/* The settings of a prefetcher; each has some of the middle group. */
typedef struct {
    uint32_t type; /* index into prefetch_names(); PREFETCH_NONE: there is none */

    uint32_t degree;   /* lines named at a time */
    uint32_t distance; /* lines ahead of the demand, at most */
    uint32_t streams;
    uint32_t entries;
    uint32_t by; /* StrideBy */
    uint32_t score_max, round_max, bad_score;
    uint32_t recent; /* entries of the table of recent requests; a power of two */

    uint32_t reserve;        /* MSHRs that prefetches leave to demand misses */
    uint64_t boundary_bytes; /* no line beyond the aligned block of this size; 0: no boundary */
} PrefetchConfig;

typedef enum { STRIDE_BY_PC, STRIDE_BY_REGION } StrideBy;

/* What a prefetcher is told of a demand. */
typedef struct {
    uint64_t line;   /* its number */
    uint64_t region; /* number of the block of PREFETCH_REGION_BYTES in which it lies */
    uint8_t site;    /* of the access (mem/access.h); 0: not known */
} PrefetchDemand;

/* Lines to fetch, the most urgent first. */
typedef struct {
    uint32_t n;
    uint64_t line[PREFETCH_LINES_MAX];
} PrefetchLines;

typedef struct {
    const char *name;                                    /* spelling in the config */
    const Field *fields;                                 /* its own keys, of a PrefetchConfig */
    size_t (*state_bytes)(const PrefetchConfig *config); /* 0: none */
    /* A line is demanded; lines is empty before. */
    void (*demand)(void *state, const PrefetchConfig *config, const PrefetchDemand *demand,
                   PrefetchLines *lines);
    /* A line that was named when demanded was wanted has arrived; prefetch_no_arrival: it does not want to know. */
    void (*arrived)(void *state, const PrefetchConfig *config, uint64_t demanded);
} PrefetchOps;

/* NULL-terminated spellings, "none" first; the index of a name is how a config stores it. */
const char *const *prefetch_names(void);
/* The prefetcher at an index of prefetch_names(), not of "none". */
const PrefetchOps *prefetch_ops(uint32_t index);
/* Keys that all prefetchers have, with their type. */
extern const Field prefetch_fields[];

void prefetch_no_arrival(void *state, const PrefetchConfig *config, uint64_t demanded);
size_t prefetch_no_state(const PrefetchConfig *config);

/* Name a line. */
static inline void prefetch_add(PrefetchLines *lines, uint64_t line)
{
    if (lines->n < PREFETCH_LINES_MAX)
        lines->line[lines->n++] = line;
}

#endif
