/*
 * repl_rrip - what the policies that predict re-reference intervals share.
 *
 * A byte a way: the re-reference prediction value (RRPV), stored as its distance from 3, so that zero-filled state means
 * "distant".  A hit makes it 0 (hit priority); the victim is the first way with RRPV 3, after all have grown until there
 * is one.
 * Source: Jaleel, Theobald, Steely, Emer, "High performance cache replacement using re-reference interval prediction
 * (RRIP)", ISCA 2010; two bits.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_REPL_RRIP_H
#define CACHE_REPL_RRIP_H

#include "cache/repl.h"

enum { RRPV_NEAR = 0, RRPV_LONG = 2, RRPV_DISTANT = 3, RRIP_BIMODAL_PERIOD = 32 };

static inline void rrip_set(void *state, uint32_t way, uint32_t rrpv)
{
    ((uint8_t *)state)[way] = (uint8_t)(RRPV_DISTANT - rrpv);
}

/* Bimodal insertion: distant, but one fill in 32 long.  fills counts them. */
static inline uint32_t rrip_bimodal(uint32_t *fills)
{
    return ++*fills % RRIP_BIMODAL_PERIOD == 0 ? RRPV_LONG : RRPV_DISTANT;
}

size_t rrip_set_bytes(uint32_t ways);
void rrip_hit(const ReplSet *set, uint32_t way);
uint32_t rrip_victim(const ReplSet *set);

#endif
