/*
 * sectors - which sectors of its lines a cache holds.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/sectors.h"

#include <glib.h>

Sectors *sectors_new(const CacheConfig *config)
{
    const uint64_t lines = config->size_bytes / config->line_bytes;
    const uint32_t bytes = cache_config_sector(config);
    Sectors *sectors = g_new0(Sectors, 1);

    if (config->line_bytes / bytes <= 8)
        sectors->few = g_new0(FewSectorBits, lines);
    else
        sectors->many = g_new0(SectorBits, lines);
    sectors->shift = (uint32_t)__builtin_ctz(bytes);
    sectors->mask = config->line_bytes / bytes - 1;
    return sectors;
}

void sectors_free(Sectors *sectors)
{
    if (!sectors)
        return;
    g_free(sectors->few);
    g_free(sectors->many);
    g_free(sectors);
}
