/*
 * prefetch - the list of prefetchers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/prefetch.h"

#include <assert.h>
#include <math.h>

/* The one list: add yours here, and its spelling. */
/* clang-format off */
#define PREFETCHERS(X) \
    X(next_line, "next-line") \
    X(adjacent, "adjacent") \
    X(stride, "stride") \
    X(stream, "stream") \
    X(best_offset, "best-offset")
/* clang-format on */

#define DECLARE(prefetcher, spelling) extern const PrefetchOps pf_##prefetcher;
#define ENTRY(prefetcher, spelling) &pf_##prefetcher,
#define NAME(prefetcher, spelling) spelling,
PREFETCHERS(DECLARE)

static const PrefetchOps *const prefetchers[] = { PREFETCHERS(ENTRY) };
static const char *const names[] = { "none", PREFETCHERS(NAME) NULL };

#define AT(member) offsetof(PrefetchConfig, member)

/* clang-format off */
const Field prefetch_fields[] = {
    { "type", FIELD_WORD, AT(type), 0, 0, NAN, NULL, names, "e.g. \"next-line\"" },
    { "reserve", FIELD_COUNT, AT(reserve), 0, 1048576, 1, NULL, NULL, "MSHRs that prefetches leave to demand misses" },
    { "boundary", FIELD_BYTES, AT(boundary_bytes), 1, 0x1p50, 0, "none", NULL, "no prefetch beyond the block of this size, e.g. \"4KiB\"" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};
/* clang-format on */

const char *const *prefetch_names(void)
{
    return names;
}

const PrefetchOps *prefetch_ops(uint32_t index)
{
    assert(index > PREFETCH_NONE && index <= sizeof prefetchers / sizeof prefetchers[0]);
    return prefetchers[index - 1];
}

void prefetch_no_arrival(void *state, const PrefetchConfig *config, uint64_t demanded)
{
    (void)state;
    (void)config;
    (void)demanded;
}

size_t prefetch_no_state(const PrefetchConfig *config)
{
    (void)config;
    return 0;
}
