/*
 * report_table - an aligned table for people, a sweep at a time.
 *
 * Unless the user chose columns it shows what matters, under short headings, leaving out the least important where
 * the terminal is too narrow.  A single point without axes is a list of names and values.  The points of a search
 * (memsim.best) are sorted by its objective, the best ones first.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "report/array_table.h"
#include "report/cell.h"
#include "report/format.h"
#include "report/grid.h"

enum { RUNNERS_UP = 9, REASONS = 20 };

/* What matters, in the order shown.  Rank 0 stays whatever the width; the highest rank goes first. */
static const struct {
    const char *glob, *heading; /* heading NULL: made from the name */
    int rank;
} matters[] = {
    { "time_s", "time", 0 },
    { "roofline_time_s", "roofline", 2 },
    { "slowdown", "slowdown", 1 },
    { "regime", "bound by", 3 },
    { "roofline_regime", "roofline's", 5 },
    { "mem_row_hit_rate", "row hits", 4 },
    { "*_hit_rate", NULL, 4 },
    { "memory_bandwidth_B_per_s", "memory bw", 6 },
    { "memory_bandwidth_utilization", "bw used", 7 },
};

/* What a single point shows besides. */
static const char more_of_one[] =
    "accesses,reads,writes,requested_bytes,compulsory_bytes,memory_bytes,flops,*_accesses,"
    "*_hits,*_misses,*_writebacks,*_useful_fraction,avg_access_latency_s,mem_avg_read_latency_s,"
    "mem_p99_read_latency_s,mem_row_conflicts,mem_refreshes,mem_bus_*,mem_energy_J";

typedef struct {
    Column column;
    char *heading;
    int rank;
    bool axis;
} Shown;

static void clear_shown(gpointer data)
{
    g_free(((Shown *)data)->heading);
}

/* The reason why a row's point failed, or NULL. */
static const char *failure(const Row *row)
{
    const Value *status = row_find(row, "status");

    if (!status || status->kind != VALUE_TEXT || !g_str_has_prefix(status->text, "failed"))
        return NULL;
    return g_str_has_prefix(status->text, "failed: ") ? status->text + strlen("failed: ") : "";
}

static void show(GArray *shown, const Column *column, char *heading, int rank, bool axis)
{
    Shown entry = { *column, heading, rank, axis };

    for (guint i = 0; i < shown->len; i++)
        if (g_array_index(shown, Shown, i).column.name == column->name) {
            g_free(heading);
            return;
        }
    g_array_append_val(shown, entry);
}

static bool is_axis(const Output *output, uint32_t sweep, const char *name)
{
    const PointSpec *point = output->study->sweeps[sweep]->points[0];

    for (uint32_t i = 0; i < point->n_axes; i++)
        if (g_str_equal(point->axes[i].name, name))
            return true;
    return false;
}

/* "l1_hit_rate" to "l1 hit". */
static char *heading_of(const char *heading, const char *name)
{
    const char *end = strstr(name, "_hit_rate");

    if (heading)
        return g_strdup(heading);
    return end ? g_strdup_printf("%.*s hit", (int)(end - name), name) : g_strdup(name);
}

static void show_what_matters(GArray *shown, const GArray *columns)
{
    for (size_t i = 0; i < G_N_ELEMENTS(matters); i++)
        for (guint j = 0; j < columns->len; j++) {
            const Column *column = &g_array_index(columns, Column, j);

            if (g_pattern_match_simple(matters[i].glob, column->name))
                show(shown, column, heading_of(matters[i].heading, column->name), matters[i].rank,
                     false);
        }
}

static void show_matching(GArray *shown, const GArray *columns, const char *list, int rank)
{
    g_auto(GStrv) globs = g_strsplit(list, ",", -1);

    for (char **glob = globs; *glob; glob++)
        for (guint j = 0; j < columns->len; j++) {
            const Column *column = &g_array_index(columns, Column, j);

            if (g_pattern_match_simple(*glob, column->name))
                show(shown, column, g_strdup(column->name), rank, false);
        }
}

static bool any_failed(const Output *output)
{
    for (guint i = 0; i < output->held->len; i++)
        if (failure(output->held->pdata[i]))
            return true;
    return false;
}

/* A single point without axes. */
static bool is_single(const Output *output, uint32_t sweep)
{
    const SweepSpec *spec = output->study->sweeps[sweep];

    return spec->n_points == 1 && spec->points[0]->n_axes == 0;
}

static GArray *choose_shown(const Output *output, uint32_t sweep)
{
    const GArray *columns = output->columns[sweep];
    const char *objective = output->study->sweeps[sweep]->objective;
    GArray *shown = g_array_new(FALSE, FALSE, sizeof(Shown));

    g_array_set_clear_func(shown, clear_shown);
    for (guint i = 0; i < columns->len; i++) {
        const Column *column = &g_array_index(columns, Column, i);
        const bool axis = is_axis(output, sweep, column->name);

        if (output->asked || axis)
            show(shown, column, g_strdup(column->name), 0, axis);
    }
    if (output->asked)
        return shown;
    if (any_failed(output))
        show_matching(shown, columns, "status", 0);
    if (objective)
        show_matching(shown, columns, objective, 0);
    show_what_matters(shown, columns);
    if (is_single(output, sweep))
        show_matching(shown, columns, more_of_one, 0);
    return shown;
}

static double objective_of(const Row *row, const char *objective)
{
    const Value *value = row_find(row, objective);

    if (failure(row) || !value)
        return NAN;
    return value->kind == VALUE_REAL    ? value->real
           : value->kind == VALUE_COUNT ? (double)value->count
                                        : (double)NAN;
}

static gint by_objective(gconstpointer a, gconstpointer b, gpointer objective)
{
    const Row *first = *(Row *const *)a, *second = *(Row *const *)b;
    const double x = objective_of(first, objective), y = objective_of(second, objective);

    if (isnan(x) || isnan(y)) { /* what has no number comes later, what failed last */
        const int rank_x = failure(first) ? 2 : isnan(x) ? 1 : 0;
        const int rank_y = failure(second) ? 2 : isnan(y) ? 1 : 0;

        return rank_x - rank_y;
    }
    return x < y ? -1 : x > y;
}

/* Under the short heading "bound by" the word alone. */
static char *shorten(char *text, const Shown *entry)
{
    char *bound = g_str_has_suffix(text, "-bound") ? strrchr(text, '-') : NULL;

    if (bound && !g_str_equal(entry->heading, entry->column.name))
        *bound = '\0';
    return text;
}

static void fill_row(Grid *grid, guint at, const Row *row, const GArray *shown)
{
    guint cursor = 0;

    for (guint i = 0; i < shown->len; i++) {
        const Shown *entry = &g_array_index(shown, Shown, i);
        const Value *value = format_value(row, &entry->column, &cursor);
        const bool is_status = g_str_equal(entry->column.name, "status") && failure(row);

        grid_set(grid, at, i,
                 is_status ? g_strdup("failed") : shorten(cell_text(value, entry->axis), entry));
        if (value && (value->kind == VALUE_REAL || value->kind == VALUE_COUNT))
            grid->right[i] = true;
    }
}

/* Move the columns together, then hide the least important ones until the rest fits.  Returns the names of those hidden,
 * or NULL (caller frees). */
static char *fit(Grid *grid, const GArray *shown, int width)
{
    GString *names = g_string_new(NULL);

    if (width > 0 && grid_width(grid) > width)
        grid->gap = 1;
    while (width > 0 && grid_width(grid) > width) {
        guint worst = shown->len;

        for (guint i = 0; i < shown->len; i++) {
            const int rank = g_array_index(shown, Shown, i).rank;

            if (grid->shown[i] && rank > 0 &&
                (worst == shown->len || rank >= g_array_index(shown, Shown, worst).rank))
                worst = i;
        }
        if (worst == shown->len)
            break;
        grid->shown[worst] = false;
        g_string_append_printf(names, "%s%s", names->len ? "," : "",
                               g_array_index(shown, Shown, worst).column.name);
    }
    grid->gap = 2;
    if (width > 0 && grid_width(grid) > width)
        grid->gap = 1;
    return g_string_free(names, names->len == 0);
}

static void print_grid(Output *output, const GArray *shown, guint rows, bool mark_best)
{
    Grid *grid = grid_new(shown->len, rows + 1);
    g_autofree char *hidden = NULL;

    for (guint i = 0; i < shown->len; i++)
        grid_set(grid, 0, i, g_strdup(g_array_index(shown, Shown, i).heading));
    for (guint i = 0; i < rows; i++)
        fill_row(grid, i + 1, output->held->pdata[i], shown);
    if (mark_best && rows > 0 && shown->len > 0)
        grid_set(grid, 1, 0, g_strdup_printf("%s *", grid->cells[shown->len]));
    hidden = fit(grid, shown, output->width);
    grid_print(grid, output->text);
    if (hidden)
        g_string_append_printf(output->text, "left out to fit: %s (choose with --columns)\n",
                               hidden);
    grid_free(grid);
}

static void print_list(Output *output, const GArray *shown)
{
    const Row *row = output->held->pdata[0];
    int width = 0;

    if (failure(row))
        return; /* said below */
    for (guint i = 0; i < shown->len; i++)
        width = MAX(width, grid_text_width(g_array_index(shown, Shown, i).column.name));
    for (guint i = 0; i < shown->len; i++) {
        const Column *column = &g_array_index(shown, Shown, i).column;
        const Value *value = row_find(row, column->name);
        g_autofree char *text = value ? grid_tame(cell_text(value, false)) : NULL;

        if (text && !g_str_equal(text, "-"))
            g_string_append_printf(output->text, "%-*s  %s\n", width, column->name, text);
    }
}

/* "pattern=random, size=1MiB". */
static char *place_of(const Output *output, uint32_t sweep, const Row *row)
{
    const PointSpec *point = output->study->sweeps[sweep]->points[0];
    GString *place = g_string_new(NULL);

    for (uint32_t i = 0; i < point->n_axes; i++) {
        g_autofree char *value = cell_text(row_find(row, point->axes[i].name), true);

        g_string_append_printf(place, "%s%s=%s", i > 0 ? ", " : "", point->axes[i].name, value);
    }
    return grid_tame(g_string_free(place, FALSE));
}

static void print_failures(Output *output, uint32_t sweep)
{
    guint count = 0;

    for (guint i = 0; i < output->held->len; i++) {
        const Row *row = output->held->pdata[i];
        const char *reason = failure(row);
        g_autofree char *place = NULL;
        g_autofree char *tame = NULL;

        if (!reason || ++count > REASONS)
            continue;
        place = place_of(output, sweep, row);
        tame = grid_tame(g_strdup(reason));
        g_string_append_printf(output->text, "failed: %s%s%s\n", place, *place ? ": " : "", tame);
    }
    if (count > REASONS)
        g_string_append_printf(output->text, "failed: %u points more\n", count - REASONS);
}

/* A table for each row, best first. */
static void print_arrays(Output *output, uint32_t sweep, guint rows)
{
    for (guint i = 0; i < rows; i++) {
        const Row *row = output->held->pdata[i];
        g_autofree char *place = place_of(output, sweep, row);

        if (failure(row))
            continue; /* said below */
        if (*place)
            g_string_append_printf(output->text, "%s%s\n", i > 0 ? "\n" : "", place);
        array_table_print(row, output->width, output->text);
    }
}

static void table_begin_sweep(Output *output, uint32_t sweep)
{
    const char *title = output->study->sweeps[sweep]->title;

    if (sweep > 0)
        g_string_append_c(output->text, '\n');
    if (title && *title) {
        g_autofree char *tame = grid_tame(g_strdup(title));

        g_string_append_printf(output->text, "%s\n\n", tame);
    }
}

static void table_row(Output *output, uint32_t sweep, Row *row)
{
    (void)sweep;
    g_ptr_array_add(output->held, row);
}

/* The rows of a search: sorted, and how many of them are worth a line. */
static guint rank_rows(Output *output, const char *objective)
{
    g_ptr_array_sort_with_data(output->held, by_objective, (gpointer)objective);
    return MIN(output->held->len, RUNNERS_UP + 1u);
}

static void table_end_sweep(Output *output, uint32_t sweep)
{
    const char *objective = output->study->sweeps[sweep]->objective;
    GArray *shown = choose_shown(output, sweep);
    guint rows = output->held->len;
    bool found = false;

    if (objective && rows > 0) {
        rows = rank_rows(output, objective);
        found = !isnan(objective_of(output->held->pdata[0], objective));
    }
    if (output->by_array && !output->asked)
        print_arrays(output, sweep, rows);
    else if (is_single(output, sweep) && !output->asked && rows == 1)
        print_list(output, shown);
    else
        print_grid(output, shown, rows, found);
    if (found)
        g_string_append_printf(output->text, "* least %s of %u points\n", objective,
                               output->held->len);
    else if (objective && rows > 0)
        g_string_append_printf(output->text, "no point has a number in column '%s'\n", objective);
    print_failures(output, sweep);
    g_array_unref(shown);
    g_ptr_array_set_size(output->held, 0);
}

const ReportOps report_table = {
    .name = "table",
    .open = format_nothing,
    .begin_sweep = table_begin_sweep,
    .row = table_row,
    .end_sweep = table_end_sweep,
    .close = format_nothing,
};
