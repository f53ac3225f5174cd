/*
 * repl_ship - signature-based hit prediction over SRRIP, with the memory region as the signature (SHiP-Mem).
 *
 * A table of 16,384 counters of three bits, by a hash of the line's 16 KiB region (of 64-byte lines: 256 of them), knows
 * whether lines of the region are used again: a hit counts up, a line that leaves without one counts down.  A line of a
 * region at zero comes in as "distant", others as "long".
 * Source: Wu, Jaleel, Hasenplaugh, Martonosi, Steely, Emer, "SHiP: signature-based hit predictor for high performance
 * caching", MICRO 2011.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/repl_rrip.h"

enum { REGION_LINES_LOG2 = 8, SIGNATURE_BITS = 14, COUNTER_MAX = 7 };

typedef struct {
    bool known; /* counters start at 1: before anything is known a line may stay */
    uint8_t counter[1 << SIGNATURE_BITS];
} Predictor;

/* Of a way: what it holds, and whether it was hit. */
typedef struct {
    uint16_t signature;
    bool filled, reused;
} Outcome;

static size_t nearness_bytes(uint32_t ways)
{
    return (rrip_set_bytes(ways) + 7) / 8 * 8;
}

static size_t ship_set_bytes(uint32_t ways)
{
    return nearness_bytes(ways) + ways * sizeof(Outcome);
}

static Outcome *outcome_of(const ReplSet *set, uint32_t way)
{
    return (Outcome *)(void *)((char *)set->state + nearness_bytes(set->ways)) + way;
}

static uint8_t *counter_of(const ReplSet *set, uint16_t signature)
{
    Predictor *predictor = set->common;

    if (!predictor->known) {
        for (size_t i = 0; i < sizeof predictor->counter; i++)
            predictor->counter[i] = 1;
        predictor->known = true;
    }
    return &predictor->counter[signature];
}

static void ship_fill(const ReplSet *set, uint32_t way, uint64_t line)
{
    Outcome *outcome = outcome_of(set, way);
    uint8_t *leaving = counter_of(set, outcome->signature);

    if (outcome->filled && !outcome->reused && *leaving > 0)
        --*leaving;
    *outcome = (Outcome){ .signature = (uint16_t)(rng_mix(line >> REGION_LINES_LOG2) >>
                                                  (64 - SIGNATURE_BITS)),
                          .filled = true };
    rrip_set(set->state, way, *counter_of(set, outcome->signature) == 0 ? RRPV_DISTANT : RRPV_LONG);
}

static void ship_hit(const ReplSet *set, uint32_t way)
{
    Outcome *outcome = outcome_of(set, way);
    uint8_t *counter = counter_of(set, outcome->signature);

    rrip_hit(set, way);
    outcome->reused = true;
    if (*counter < COUNTER_MAX)
        ++*counter;
}

const ReplOps repl_ship = {
    .name = "ship",
    .set_bytes = ship_set_bytes,
    .common_bytes = sizeof(Predictor),
    .on_fill = ship_fill,
    .on_hit = ship_hit,
    .victim = rrip_victim,
};
