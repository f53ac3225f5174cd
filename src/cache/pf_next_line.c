/*
 * pf_next_line - the lines behind the one that is demanded.
 *
 * Since first uses of prefetched lines are demands, too, a sequential stream is followed without a miss: tagged prefetching.
 * Source: Smith, "Cache Memories", ACM Computing Surveys 14(3), 1982, section 2.1.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "cache/prefetch.h"

/* clang-format off */
static const Field fields[] = {
    { "degree", FIELD_COUNT, offsetof(PrefetchConfig, degree), 1, PREFETCH_LINES_MAX, 1, NULL, NULL, "lines behind the one demanded" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};
/* clang-format on */

static void next_line_demand(void *state, const PrefetchConfig *config,
                             const PrefetchDemand *demand, PrefetchLines *lines)
{
    (void)state;
    for (uint32_t i = 1; i <= config->degree; i++)
        prefetch_add(lines, demand->line + i);
}

const PrefetchOps pf_next_line = {
    .name = "next-line",
    .fields = fields,
    .state_bytes = prefetch_no_state,
    .demand = next_line_demand,
    .arrived = prefetch_no_arrival,
};
