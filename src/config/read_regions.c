/*
 * read_regions - the regions of a trace: a list of named ranges of addresses.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/convert.h"
#include "spec/arrays.h"

enum { REGIONS_MAX = 1000 };

static bool read_region(Reader *reader, NamedRange *region, const Path *path)
{
    Section section = { region_fields, region, 0 };

    return reader_is_table(reader, -1, path, "{ name = ..., from = ..., bytes = ... }") &&
           reader_table(reader, -1, path, &section, 1, 0);
}

bool convert_regions(Reader *reader, int table, WorkloadSpec *workload, const Path *up)
{
    lua_State *L = reader->L;
    const Path path = { up, "regions", 0 };

    if (reader_push(L, table, "regions") == LUA_TNIL) {
        lua_pop(L, 1);
        return true;
    }
    if (!reader_is_table(reader, -1, &path, "a list of { name = ..., from = ..., bytes = ... }"))
        return false;
    const lua_Integer n = reader_list(reader, -1, &path, false);

    if (n < 0)
        return false;
    if (n > REGIONS_MAX)
        return reader_fail(reader, &path, "has more than %d regions", REGIONS_MAX);
    workload->regions = g_new0(NamedRange, (gsize)n);
    for (lua_Integer i = 1; i <= n; i++) {
        const Path at = { &path, NULL, i };

        lua_rawgeti(L, -1, i);
        if (!read_region(reader, &workload->regions[workload->n_regions++], &at))
            return false;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return true;
}
