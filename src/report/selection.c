/*
 * selection - the list of --columns against the columns there are.
 *
 * SPDX-License-Identifier: MIT
 */
#include "report/selection.h"

#include <string.h>

#include "base/error.h"
#include "base/suggest.h"

static char **split(const char *list)
{
    char **entries = g_strsplit(list, ",", -1);

    for (char **entry = entries; *entry; entry++)
        g_strstrip(*entry);
    return entries;
}

bool selection_names_array(const char *entry, const char *array)
{
    const size_t length = strlen(array);

    return strncmp(entry, array, length) == 0 && entry[length] == '_';
}

static bool matches(const char *entry, const Column *column)
{
    if (g_str_equal(entry, "*"))
        return !column->on_demand;
    if (column->array && !selection_names_array(entry, column->array))
        return false;
    return g_pattern_match_simple(entry, column->name);
}

bool report_asks_for(const char *list, const char *name)
{
    g_auto(GStrv) entries = list ? split(list) : NULL;
    const Column column = { .name = name, .on_demand = true };

    for (char **entry = entries; entry && *entry; entry++)
        if (matches(*entry, &column))
            return true;
    return false;
}

static bool has(const GArray *columns, const char *interned)
{
    for (guint i = 0; i < columns->len; i++)
        if (g_array_index(columns, Column, i).name == interned)
            return true;
    return false;
}

static guint choose(GArray *columns, const Row *dry, const char *entry)
{
    guint found = 0;

    for (guint i = 0; i < dry->values->len; i++) {
        const Value *value = &g_array_index(dry->values, Value, i);
        const Column column = { value->name, value->unit, value->on_demand, value->array };

        if (!matches(entry, &column))
            continue;
        found++;
        if (!has(columns, value->name))
            g_array_append_val(columns, column);
    }
    return found;
}

GArray *selection_choose(const Row *dry, const char *list)
{
    GArray *columns = g_array_new(FALSE, FALSE, sizeof(Column));
    g_auto(GStrv) entries = split(list ? list : "*");

    for (char **entry = entries; *entry; entry++)
        choose(columns, dry, *entry);
    return columns;
}

static void set_no_column(const Row *dry, const char *entry, GError **error)
{
    g_autofree const char **names = g_new0(const char *, dry->values->len + 1);
    const char *nearest = NULL;

    for (guint i = 0; i < dry->values->len; i++)
        names[i] = g_array_index(dry->values, Value, i).name;
    if (!strpbrk(entry, "*?"))
        nearest = suggest_nearest(entry, names);
    if (g_str_equal(entry, "sweep"))
        g_set_error_literal(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                            "'sweep' is no column to choose: it comes first in CSV when the script "
                            "returns several sweeps");
    else if (nearest)
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, "no column '%s'; did you mean '%s'?",
                    entry, nearest);
    else
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                    "no column matches '%s'; -f csv shows them all", entry);
}

bool selection_check(const Row *dry, const char *list, GError **error)
{
    g_auto(GStrv) entries = split(list);
    GArray *columns = g_array_new(FALSE, FALSE, sizeof(Column));
    bool good = true;

    if (*entries == NULL) {
        g_set_error_literal(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, "it names no column");
        good = false;
    }
    for (char **entry = entries; good && *entry; entry++) {
        good = choose(columns, dry, *entry) > 0;
        if (!good)
            set_no_column(dry, *entry, error);
    }
    g_array_unref(columns);
    return good;
}
