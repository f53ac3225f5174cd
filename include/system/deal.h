/*
 * deal - where each core gets its accesses of one phase from.
 *
 * A nest says itself which core does what.  A pattern is cut into contiguous shares, or handed out block by block, a trace
 * block by block, to whichever core asks next.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_DEAL_H
#define SYSTEM_DEAL_H

#include "system/parts.h"
#include "workload/compose.h"

/* The sources of one phase. */
typedef struct {
    Parts *parts;
    GHashTable *shared;     /* what is dealt in blocks: WorkloadSpec* -> Tap* */
    AccessSource **sources; /* [n_cores] */
    Tap **taps;             /* [n_cores]; NULL entries where the source is not cut or counted */
} Deal;

/* Positions of a pattern's stream. */
typedef struct {
    uint64_t first, count;
} Range;

/* Core's contiguous share of the positions. */
Range range_share(Range whole, uint32_t core, uint32_t n_cores);
/* Accesses of a pattern: as many as it says, or one pass. */
uint64_t deal_pattern_accesses(const PatternConfig *pattern);

/* parts are borrowed, and outlive the deal. */
void deal_init(Deal *deal, Parts *parts);
void deal_clear(Deal *deal);
/* A source for each core.  tapped: behind a tap, to cut the stream or to count it.  False and error (TRACE, IO). */
bool deal_workload(Deal *deal, const WorkloadSpec *workload, bool tapped, GError **error);
/* A source for each core, of these positions of a pattern's stream. */
void deal_range(Deal *deal, const WorkloadSpec *leaf, Range whole);
/* Core's share of a workload, by itself.  Returns (caller frees with source_free), or NULL and sets error (TRACE, IO). */
AccessSource *deal_source(Deal *deal, const WorkloadSpec *workload, uint32_t core, GError **error);

#endif
