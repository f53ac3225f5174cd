/*
 * demand - what the columns asked for cost beyond a run.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "report/report.h"
#include "report/selection.h"

/* The entries of the list, and the objectives of searches.  Returns (caller frees: g_ptr_array_unref). */
static GPtrArray *wanted(const Study *study, const char *columns)
{
    GPtrArray *entries = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) list = g_strsplit(columns ? columns : "", ",", -1);

    for (char **entry = list; *entry; entry++)
        g_ptr_array_add(entries, g_strdup(g_strstrip(*entry)));
    for (uint32_t i = 0; i < study->n_sweeps; i++)
        if (study->sweeps[i]->objective)
            g_ptr_array_add(entries, g_strdup(study->sweeps[i]->objective));
    return entries;
}

static bool matches(const char *entry, const char *cache, const char *suffix)
{
    g_autofree char *column = g_strdup_printf("%s_%s", cache, suffix);

    return g_pattern_match_simple(entry, column);
}

/* Whether an entry names used bytes of a cache, and nothing that is counted anyway. */
static bool asks_for_used(const char *entry, const char *cache)
{
    bool used = matches(entry, cache, "useful_fraction");

    for (uint32_t i = 0; i <= USED_STEPS && !used; i++) {
        g_autofree char *suffix = g_strdup_printf("used_%u_%u", i, USED_STEPS);

        used = matches(entry, cache, suffix);
    }
    return used && !matches(entry, cache, "hits");
}

/* The same of what an array uses. */
static bool asks_for_used_of(const char *entry, const char *array, const char *cache)
{
    return asks_for_used(entry, cache) ||
           (selection_names_array(entry, array) && asks_for_used(entry + strlen(array) + 1, cache));
}

/* What the entries ask for of a point. */
static void add_demand(const GPtrArray *entries, const PointSpec *point, SystemOptions *options)
{
    const MachineSpec *machine = point->machine;
    GPtrArray *arrays = system_array_names(point);

    for (guint i = 0; i < entries->len; i++)
        for (guint j = 0; j < arrays->len; j++) {
            const char *entry = entries->pdata[i], *array = arrays->pdata[j];

            options->arrays = options->arrays || selection_names_array(entry, array);
            for (uint32_t k = 0; k < machine->n_caches && !options->useful; k++) {
                g_autofree char *cache = g_ascii_strdown(machine->caches[k].name, -1);

                options->useful = asks_for_used_of(entry, array, cache);
            }
        }
    g_ptr_array_unref(arrays);
}

void report_demand(const Study *study, const char *columns, SystemOptions *options)
{
    GPtrArray *entries = wanted(study, columns);

    for (guint i = 0; i < entries->len; i++)
        options->memory_time =
            options->memory_time || report_asks_for(entries->pdata[i], "memory_time_s");
    for (uint32_t i = 0; i < study->n_sweeps && entries->len > 0; i++)
        for (uint32_t j = 0; j < study->sweeps[i]->n_points; j++)
            add_demand(entries, study->sweeps[i]->points[j], options);
    g_ptr_array_unref(entries);
}
