/*
 * pf_adjacent - the other line of an aligned pair: of 128 bytes with lines of 64.
 *
 * Source: Intel 64 and IA-32 Architectures Optimization Reference Manual, "Data Prefetching", spatial prefetcher.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "cache/prefetch.h"

static const Field fields[] = {
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};

static void adjacent_demand(void *state, const PrefetchConfig *config, const PrefetchDemand *demand,
                            PrefetchLines *lines)
{
    (void)state;
    (void)config;
    prefetch_add(lines, demand->line ^ 1);
}

const PrefetchOps pf_adjacent = {
    .name = "adjacent",
    .fields = fields,
    .state_bytes = prefetch_no_state,
    .demand = adjacent_demand,
    .arrived = prefetch_no_arrival,
};
