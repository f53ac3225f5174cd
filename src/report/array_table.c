/*
 * array_table - arrays by levels.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "report/array_table.h"

#include <string.h>

#include "report/by_array.h"
#include "report/cell.h"
#include "report/grid.h"

/* What is shown of a level, less what is not there; where the terminal is too narrow the highest rank is left out first. */
static const struct {
    const char *suffix, *heading;
    int rank;
} shown[] = {
    { "accesses", "accesses", 0 },
    { "hits", "hits", 7 },
    { "misses", "misses", 0 },
    { "hit_rate", "hit", 2 },
    { "compulsory_misses", "compulsory", 5 },
    { "capacity_misses", "capacity", 4 },
    { "conflict_misses", "conflict", 3 },
    { "writebacks", "write-backs", 6 },
    { "fetched_bytes", "from below", 0 },
    { "sent_bytes", "to below", 0 },
    { "useful_fraction", "useful", 1 },
};

enum { FIRST = 2, COLUMNS = FIRST + G_N_ELEMENTS(shown) };

/* The levels that a row has columns of, as they are called there; memory last.  Returns (caller frees: g_ptr_array_unref). */
static GPtrArray *levels_of(const Row *row)
{
    GPtrArray *levels = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < row->values->len; i++) {
        const char *name = g_array_index(row->values, Value, i).name;

        if (g_str_has_suffix(name, "_writebacks"))
            g_ptr_array_add(levels, g_strndup(name, strlen(name) - strlen("_writebacks")));
    }
    g_ptr_array_add(levels, g_strdup("mem"));
    return levels;
}

static const Value *of_level(const Row *row, const char *level, const char *suffix)
{
    g_autofree char *name = g_strdup_printf("%s_%s", level, suffix);

    return row_find(row, name);
}

/* The requests that reach memory; their bytes are those of the last level, or, without caches, of the cores. */
static char *memory_cell(const Row *row, const char *suffix)
{
    const Value *reads = row_find(row, "mem_reads"), *writes = row_find(row, "mem_writes");

    if (!g_str_equal(suffix, "accesses") || !reads || !writes)
        return NULL;
    return g_strdup_printf("%" G_GUINT64_FORMAT, reads->count + writes->count);
}

static char *level_cell(const Row *row, const char *level, const char *suffix)
{
    const Value *value = of_level(row, level, suffix);

    if (g_str_equal(level, "mem"))
        return memory_cell(row, suffix);
    return value ? cell_text(value, false) : NULL;
}

/* The lines of an array, from line `at` on. */
static void fill(Grid *grid, guint at, const Row *row, const char *array, const GPtrArray *levels)
{
    for (guint i = 0; i < levels->len; i++) {
        const char *level = levels->pdata[i];

        grid_set(grid, at + i, 0, g_strdup(i == 0 ? array : ""));
        grid_set(grid, at + i, 1, g_strdup(g_str_equal(level, "mem") ? "memory" : level));
        for (guint k = 0; k < G_N_ELEMENTS(shown); k++) {
            char *text = level_cell(row, level, shown[k].suffix);

            grid->right[FIRST + k] = true;
            grid_set(grid, at + i, FIRST + k, text ? text : g_strdup(""));
        }
    }
}

/* Show the columns in which something stands. */
static void choose(Grid *grid)
{
    for (guint k = FIRST; k < grid->columns; k++) {
        grid->shown[k] = false;
        for (guint i = 1; i < grid->rows; i++)
            grid->shown[k] = grid->shown[k] || *grid->cells[i * grid->columns + k] != '\0';
    }
}

/* Leave columns out until the rest fits. */
static void fit(Grid *grid, int width, GString *out)
{
    const char *before = "left out to fit: ";

    for (int rank = 7; rank > 0; rank--)
        for (guint k = 0; k < G_N_ELEMENTS(shown); k++)
            if (shown[k].rank == rank && grid->shown[FIRST + k] && grid_width(grid) > width) {
                grid->shown[FIRST + k] = false;
                g_string_append_printf(out, "%s%s", before, shown[k].heading);
                before = ", ";
            }
    g_string_append(out, *before == ',' ? "\n" : "");
}

void array_table_print(const Row *row, int width, GString *out)
{
    GString *left_out = g_string_new(NULL);

    GPtrArray *rows = by_array_rows(row);
    GPtrArray *levels = levels_of(rows->pdata[0]);
    Grid *grid = grid_new(COLUMNS, (rows->len + 1) * levels->len + 1);

    grid_set(grid, 0, 0, g_strdup("array"));
    grid_set(grid, 0, 1, g_strdup("level"));
    for (guint k = 0; k < G_N_ELEMENTS(shown); k++)
        grid_set(grid, 0, FIRST + k, g_strdup(shown[k].heading));
    for (guint i = 0; i < rows->len; i++) {
        const Row *own = rows->pdata[i];

        fill(grid, 1 + i * levels->len, own, row_find(own, "array")->text, levels);
    }
    fill(grid, 1 + rows->len * levels->len, row, "all", levels);
    choose(grid);
    if (width > 0)
        fit(grid, width, left_out);
    grid_print(grid, out);
    g_string_append(out, left_out->str);
    g_string_free(left_out, TRUE);
    grid_free(grid);
    g_ptr_array_unref(levels);
    for (guint i = 0; i < rows->len; i++)
        row_free(rows->pdata[i]);
    g_ptr_array_unref(rows);
}
