/*
 * demand - what the list of columns asks the simulation to do besides.
 *
 * SPDX-License-Identifier: MIT
 */
#include "report/report.h"

/* The names of all caches of a study, in lower case.  Returns a set of char * (caller frees: g_hash_table_unref). */
static GHashTable *cache_names(const Study *study)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (uint32_t i = 0; i < study->n_sweeps; i++)
        for (uint32_t j = 0; j < study->sweeps[i]->n_points; j++) {
            const MachineSpec *machine = study->sweeps[i]->points[j]->machine;

            for (uint32_t k = 0; k < machine->n_caches; k++)
                g_hash_table_add(names, g_ascii_strdown(machine->caches[k].name, -1));
        }
    return names;
}

static bool matches(const char *entry, const char *cache, const char *suffix)
{
    g_autofree char *column = g_strdup_printf("%s_%s", cache, suffix);

    return g_pattern_match_simple(entry, column);
}

/* Whether an entry of the list names used bytes of a cache, and nothing that is counted anyway. */
static bool asks_for_used(const char *entry, const char *cache)
{
    bool used = matches(entry, cache, "useful_fraction");

    for (uint32_t i = 0; i <= USED_STEPS && !used; i++) {
        g_autofree char *suffix = g_strdup_printf("used_%u_%u", i, USED_STEPS);

        used = matches(entry, cache, suffix);
    }
    return used && !matches(entry, cache, "hits");
}

static bool any_asks_for_used(const Study *study, const char *columns)
{
    g_auto(GStrv) entries = g_strsplit(columns, ",", -1);
    GHashTable *names = cache_names(study);
    GHashTableIter iter;
    gpointer name;
    bool asked = false;

    g_hash_table_iter_init(&iter, names);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        for (char **entry = entries; *entry; entry++)
            asked = asked || asks_for_used(g_strstrip(*entry), name);
    g_hash_table_unref(names);
    return asked;
}

void report_demand(const Study *study, const char *columns, SystemOptions *options)
{
    options->memory_time = report_asks_for(columns, "memory_time_s");
    options->useful = columns && any_asks_for_used(study, columns);
}
