/*
 * prefetch_model - slow, obvious models of the prefetchers, written from their descriptions: whole histories in lists.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_PREFETCH_MODEL_H
#define TESTS_PREFETCH_MODEL_H

#include <glib.h>

#include "cache/prefetch.h"

typedef struct {
    const char *name;
    const PrefetchConfig *config; /* borrowed */
    int64_t line_bytes;
    GQueue used; /* what it follows, the latest used first */

    GHashTable *recent; /* best-offset: place in the table (+ 1) -> line (+ 1) */
    GArray *offsets;    /* of int64_t */
    GArray *scores;     /* of uint32_t */
    int64_t best;       /* the offset in use; 0: none */
    uint32_t next, rounds;
} PrefetchModel;

PrefetchModel *prefetchmodel_new(const PrefetchConfig *config, uint32_t line_bytes);
void prefetchmodel_free(PrefetchModel *model); /* accepts NULL */
/* The lines that it names, appended to lines (of int64_t). */
void prefetchmodel_demand(PrefetchModel *model, int64_t line, uint8_t site, GArray *lines);
/* A line named for the demanded one has arrived. */
void prefetchmodel_arrived(PrefetchModel *model, int64_t demanded);

#endif
