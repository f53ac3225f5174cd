/*
 * repl_brrip - bimodal re-reference interval prediction: a line comes in as "distant", one in 32 as "long".
 *
 * Of a loop that is larger than the cache a part stays.
 * Source: Jaleel, Theobald, Steely, Emer, "High performance cache replacement using re-reference interval prediction
 * (RRIP)", ISCA 2010.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/repl_rrip.h"

static void brrip_fill(const ReplSet *set, uint32_t way, uint64_t line)
{
    (void)line;
    rrip_set(set->state, way, rrip_bimodal(set->common));
}

const ReplOps repl_brrip = {
    .name = "brrip",
    .set_bytes = rrip_set_bytes,
    .common_bytes = sizeof(uint32_t),
    .on_fill = brrip_fill,
    .on_hit = rrip_hit,
    .victim = rrip_victim,
};
