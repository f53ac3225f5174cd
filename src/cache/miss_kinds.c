/*
 * miss_kinds - why a cache misses.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/miss_kinds.h"

#include <glib.h>

MissKinds *misskinds_new(const CacheConfig *config)
{
    MissKinds *kinds = g_new0(MissKinds, 1);
    CacheConfig full = *config;

    full.ways = 0;
    full.index = CACHE_INDEX_MODULO;
    full.policy = 0;
    while (g_strcmp0(repl_names()[full.policy], "lru") != 0)
        full.policy++;
    tags_init(&kinds->shadow, &full, 0);
    kinds->seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    return kinds;
}

void misskinds_free(MissKinds *kinds)
{
    if (!kinds)
        return;
    tags_clear(&kinds->shadow);
    g_hash_table_unref(kinds->seen);
    g_free(kinds);
}

/* Whether the line was used before; from now on it was. */
static bool was_seen(MissKinds *kinds, uint64_t line)
{
    if (g_hash_table_contains(kinds->seen, &line))
        return true;
    uint64_t *key = g_new(uint64_t, 1);

    *key = line;
    g_hash_table_add(kinds->seen, key);
    return false;
}

MissKind misskinds_add(MissKinds *kinds, uint64_t line, bool hit, bool allocates)
{
    const bool shadow_hit = tags_access(&kinds->shadow, line) != TAGS_NONE;
    Victim victim;

    const bool seen = was_seen(kinds, line);

    if (!shadow_hit && allocates)
        tags_install(&kinds->shadow, line, false, &victim);
    if (hit)
        return NO_MISS;
    if (!seen)
        return MISS_COMPULSORY;
    return shadow_hit ? MISS_CONFLICT : MISS_CAPACITY;
}
