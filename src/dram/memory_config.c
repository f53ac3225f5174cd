/*
 * memory_config - the keys of the memories and what all types have.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/memory_config.h"

#include <math.h>

const char *const memory_types[] = { "simple", "two-tier", NULL };

#define SIMPLE(member) offsetof(SimpleConfig, member)
#define TIERS(member) offsetof(TwoTierConfig, member)

/* clang-format off */
const Field simple_fields[] = {
    { "channels", FIELD_COUNT, SIMPLE(channels), 1, 4096, 1, NULL, NULL, "any number" },
    { "bandwidth", FIELD_BYTES_PER_S, SIMPLE(bandwidth_B_per_s), 1, 1e18, NAN, NULL, NULL, "all channels together, e.g. \"25.6 GB/s\"" },
    { "latency", FIELD_TIME, SIMPLE(latency_fs), 0, 1, 0, NULL, NULL, "load-to-use from the core, e.g. \"60 ns\"" },
    { "interleave", FIELD_BYTES, SIMPLE(interleave_bytes), 1, 0x1p40, 256, NULL, NULL, "consecutive bytes in one channel, e.g. \"256B\"" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};

const Field two_tier_fields[] = {
    { "fast", FIELD_BYTES_PER_S, TIERS(fast_B_per_s), 1, 1e18, NAN, NULL, NULL, "bandwidth of the fast tier, e.g. \"500 Gbit/s\"" },
    { "slow", FIELD_BYTES_PER_S, TIERS(slow_B_per_s), 1, 1e18, NAN, NULL, NULL, "bandwidth of the slow tier" },
    { "hit_rate", FIELD_REAL, TIERS(hit_rate), 0, 1, NAN, NULL, NULL, "share of requests that the fast tier serves" },
    { "latency", FIELD_TIME, TIERS(latency_fs), 0, 1, NAN, NULL, NULL, "load-to-use from the core, e.g. \"50 ns\"" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};
/* clang-format on */

Tick memory_latency_fs(const MemoryConfig *config)
{
    return config->type == MEMORY_TWO_TIER ? config->two_tier.latency_fs
                                           : config->simple.latency_fs;
}

Tick memory_clock_fs(const MemoryConfig *config)
{
    switch ((MemoryType)config->type) {
    case MEMORY_SIMPLE:
    case MEMORY_TWO_TIER:
        break;
    }
    return 0;
}

double memory_peak_B_per_s(const MemoryConfig *config)
{
    if (config->type == MEMORY_TWO_TIER)
        return fmax(config->two_tier.fast_B_per_s, config->two_tier.slow_B_per_s);
    return config->simple.bandwidth_B_per_s;
}
