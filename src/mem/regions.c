/*
 * regions - the table of named ranges.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "mem/regions.h"

#include <string.h>

Regions *regions_new(void)
{
    Regions *regions = g_new0(Regions, 1);

    regions->names = g_ptr_array_new_with_free_func(g_free);
    regions->ranges = g_array_new(FALSE, FALSE, sizeof(RegionRange));
    return regions;
}

void regions_free(Regions *regions)
{
    if (!regions)
        return;
    g_clear_pointer(&regions->names, g_ptr_array_unref);
    g_array_unref(regions->ranges);
    g_free(regions);
}

static const RegionRange *range_at(const Regions *regions, uint32_t at)
{
    return &g_array_index(regions->ranges, RegionRange, at);
}

/* The number of ranges that begin at addr or before it. */
static uint32_t begun_at(const Regions *regions, uint64_t addr)
{
    uint32_t low = 0, high = regions->ranges->len;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (range_at(regions, middle)->from <= addr)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t index_of_name(Regions *regions, const char *name)
{
    for (uint32_t i = 0; i < regions->names->len; i++)
        if (strcmp(regions->names->pdata[i], name) == 0)
            return i;
    g_ptr_array_add(regions->names, g_strdup(name));
    return regions->names->len - 1;
}

void regions_add(Regions *regions, const char *name, uint64_t from, uint64_t bytes)
{
    const uint64_t last = from + (bytes - 1) < from ? UINT64_MAX : from + (bytes - 1);
    const uint32_t index = index_of_name(regions, name);
    uint64_t addr = from;

    for (;;) { /* from gap to gap between the ranges that are there */
        const uint32_t at = begun_at(regions, addr);
        const RegionRange *before = at > 0 ? range_at(regions, at - 1) : NULL;
        uint64_t end = last; /* inclusive */

        if (before && addr - before->from < before->bytes) {
            end = before->from + (before->bytes - 1);
        } else {
            if (at < regions->ranges->len && range_at(regions, at)->from <= last)
                end = range_at(regions, at)->from - 1;
            const RegionRange range = { addr, end - addr + 1, index };

            g_array_insert_val(regions->ranges, at, range);
        }
        if (end >= last)
            return;
        addr = end + 1;
    }
}

uint32_t regions_find(const Regions *regions, uint64_t addr, uint64_t bytes, uint32_t *last)
{
    if (*last < regions->ranges->len) {
        const RegionRange *range = range_at(regions, *last);

        if (addr - range->from < range->bytes)
            return range->name;
    }
    const uint32_t at = begun_at(regions, addr);

    if (at > 0 && addr - range_at(regions, at - 1)->from < range_at(regions, at - 1)->bytes)
        *last = at - 1;
    else if (at < regions->ranges->len && range_at(regions, at)->from - addr < bytes)
        *last = at;
    else
        return regions_others(regions);
    return range_at(regions, *last)->name;
}
