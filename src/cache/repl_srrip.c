/*
 * repl_srrip - static re-reference interval prediction: a line comes in as "long", so that a scan leaves before what is used.
 *
 * Source: Jaleel, Theobald, Steely, Emer, "High performance cache replacement using re-reference interval prediction
 * (RRIP)", ISCA 2010; SRRIP-HP, two bits.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "cache/repl_rrip.h"

size_t rrip_set_bytes(uint32_t ways)
{
    return ways;
}

void rrip_hit(const ReplSet *set, uint32_t way)
{
    rrip_set(set->state, way, RRPV_NEAR);
}

uint32_t rrip_victim(const ReplSet *set)
{
    uint8_t *nearness = set->state;
    uint8_t least = nearness[0];

    for (uint32_t way = 1; way < set->ways; way++)
        if (nearness[way] < least)
            least = nearness[way];
    for (uint32_t way = 0; least > 0 && way < set->ways; way++)
        nearness[way] = (uint8_t)(nearness[way] - least);
    const uint8_t *distant = memchr(nearness, 0, set->ways);

    return (uint32_t)(distant - nearness);
}

static void srrip_fill(const ReplSet *set, uint32_t way, uint64_t line)
{
    (void)line;
    rrip_set(set->state, way, RRPV_LONG);
}

const ReplOps repl_srrip = {
    .name = "srrip",
    .set_bytes = rrip_set_bytes,
    .on_fill = srrip_fill,
    .on_hit = rrip_hit,
    .victim = rrip_victim,
};
