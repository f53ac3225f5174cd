/*
 * memory_config - the keys of the memories and what all types have.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/memory_config.h"

#include <math.h>

const char *const memory_types[] = { "simple", "two-tier", "dram", NULL };

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

bool memory_config_check(const MemoryConfig *config, GError **error)
{
    return config->type != MEMORY_DRAM || dram_config_check(&config->dram, error);
}

void memory_config_clear(MemoryConfig *config)
{
    if (config->type == MEMORY_DRAM)
        g_free((char *)(uintptr_t)config->dram.mapping);
    g_free(config->grade);
    g_free(config->density);
    g_free(config->description);
    *config = (MemoryConfig){ .type = MEMORY_SIMPLE };
}

/* With what is said by default spelt out. */
static void print_dram(const DramConfig *config, const char *prefix, GString *out)
{
    g_autofree char *timing = g_strdup_printf("%stiming.", prefix);
    g_autofree char *currents = g_strdup_printf("%scurrents.", prefix);
    g_autofree char *mapping = dram_mapping(config);
    DramConfig whole = *config;

    whole.mapping = mapping;
    g_string_append_printf(out, "%sstandard=%s\n%sscheduler=%s\n", prefix, config->standard, prefix,
                           dram_scheduler(config));
    field_print(dram_fields, &whole, prefix, out);
    field_print(dram_timing_fields, &config->timing, timing, out);
    field_print(dram_currents_fields, &config->currents, currents, out);
}

void memory_config_print(const MemoryConfig *config, const char *prefix, GString *out)
{
    switch ((MemoryType)config->type) {
    case MEMORY_SIMPLE:
        field_print(simple_fields, &config->simple, prefix, out);
        break;
    case MEMORY_TWO_TIER:
        field_print(two_tier_fields, &config->two_tier, prefix, out);
        break;
    case MEMORY_DRAM:
        print_dram(&config->dram, prefix, out);
        break;
    }
}

Tick memory_latency_fs(const MemoryConfig *config, Tick above_fs)
{
    switch ((MemoryType)config->type) {
    case MEMORY_SIMPLE:
        break;
    case MEMORY_TWO_TIER:
        return config->two_tier.latency_fs;
    case MEMORY_DRAM:
        return above_fs + dram_idle_fs(&config->dram);
    }
    return config->simple.latency_fs;
}

Tick memory_clock_fs(const MemoryConfig *config)
{
    switch ((MemoryType)config->type) {
    case MEMORY_SIMPLE:
    case MEMORY_TWO_TIER:
        break;
    case MEMORY_DRAM:
        return config->dram.tCK_fs;
    }
    return 0;
}

double memory_peak_B_per_s(const MemoryConfig *config)
{
    switch ((MemoryType)config->type) {
    case MEMORY_SIMPLE:
        break;
    case MEMORY_TWO_TIER:
        return fmax(config->two_tier.fast_B_per_s, config->two_tier.slow_B_per_s);
    case MEMORY_DRAM:
        return dram_peak_B_per_s(&config->dram);
    }
    return config->simple.bandwidth_B_per_s;
}
