/*
 * plot - collects points, has gnuplot draw them, puts the pictures in their places.
 *
 * SPDX-License-Identifier: MIT
 */
#include "report/plot.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/target.h"
#include "report/plot_script.h"

#define SWEEP_PLACE "{sweep}"
#define PEAK_SUFFIX "_peak_bandwidth_B_per_s"
#define INTENSITY_SUFFIX "_intensity_flop_per_byte"

enum { TEXT_WIDTH = 79, TEXT_WIDTH_MIN = 40, WIDTH_px = 960, HEIGHT_px = 640 };

typedef struct {
    const char *suffix, *terminal;
    double scale; /* of what the terminal counts in, to a pixel */
} Terminal;

/* The fonts are those that every system has something like. */
static const Terminal terminals[] = {
    { ".svg", "svg enhanced font 'Helvetica,13' background '#ffffff' dynamic size", 1.0 },
    { ".png", "pngcairo enhanced font 'Sans,11' background '#ffffff' size", 1.0 },
    { ".pdf", "pdfcairo enhanced font 'Sans,8' background '#ffffff' size", 1.0 / 140 },
};

struct Plot {
    const Study *study;
    char *path, *y;
    const char *y_unit; /* interned */
    int width;
    GArray **points; /* [n_sweeps] of PlotPoint */
};

static bool is_text(const char *path)
{
    return g_str_equal(path, "-");
}

static const Terminal *terminal_of(const char *path)
{
    for (size_t i = 0; i < G_N_ELEMENTS(terminals); i++)
        if (g_str_has_suffix(path, terminals[i].suffix))
            return &terminals[i];
    return NULL;
}

bool plot_check_path(const char *path, GError **error)
{
    if (is_text(path) || terminal_of(path))
        return true;
    return refuse_config(
        error,
        "'%s' is no name of a picture; it ends in .svg, .png or .pdf, or is - for a picture in "
        "text",
        path);
}

static bool check_sweeps(const Study *study, const char *path, GError **error)
{
    if (study->n_sweeps == 1 || is_text(path) || strstr(path, SWEEP_PLACE))
        return true;
    return refuse_config(error,
                         "the script returns %u sweeps, a picture each: put " SWEEP_PLACE
                         " into the name, as in plot-" SWEEP_PLACE "%s",
                         study->n_sweeps, terminal_of(path)->suffix);
}

static bool set_no_column(const Row *dry, const char *y, GError **error)
{
    g_autofree const char **names = g_new0(const char *, dry->values->len + 1);

    for (guint i = 0; i < dry->values->len; i++)
        names[i] = g_array_index(dry->values, Value, i).name;
    const char *nearest = suggest_nearest(y, names);

    return refuse_config(error, "no column '%s'%s%s%s", y,
                         nearest ? "; did you mean '" : "; -f csv shows them all",
                         nearest ? nearest : "", nearest ? "'?" : "");
}

/* A column of numbers, and an axis to draw it against. */
static bool check_y(Plot *plot, Row *const *columns, GError **error)
{
    for (uint32_t i = 0; i < plot->study->n_sweeps; i++) {
        const Value *value = row_find(columns[i], plot->y);

        if (!value)
            return set_no_column(columns[i], plot->y, error);
        if (value->kind == VALUE_TEXT || value->kind == VALUE_BOOL)
            return refuse_config(error, "column '%s' holds no numbers; draw another", plot->y);
        if (plot->study->sweeps[i]->points[0]->n_axes == 0)
            return refuse_config(error, "the sweep has no axis to draw it against");
        plot->y_unit = value->unit;
    }
    return true;
}

static void clear_point(gpointer data)
{
    g_free(((PlotPoint *)data)->levels);
}

Plot *plot_new(const Study *study, Row *const *columns, const PlotOptions *options, GError **error)
{
    Plot *plot = g_new0(Plot, 1);

    plot->study = study;
    plot->path = g_strdup(options->path);
    plot->y = g_strdup(options->y);
    plot->width = options->width > 0 ? MAX(options->width, (int)TEXT_WIDTH_MIN) : (int)TEXT_WIDTH;
    plot->points = g_new0(GArray *, study->n_sweeps);
    for (uint32_t i = 0; i < study->n_sweeps; i++) {
        plot->points[i] = g_array_new(FALSE, FALSE, sizeof(PlotPoint));
        g_array_set_clear_func(plot->points[i], clear_point);
    }
    if (plot_check_path(plot->path, error) && check_sweeps(study, plot->path, error) &&
        (!plot->y || check_y(plot, columns, error)))
        return plot;
    plot_free(plot);
    return NULL;
}

static double number_of(const Row *row, const char *column)
{
    const Value *value = row_find(row, column);

    if (!value)
        return NAN;
    return value->kind == VALUE_REAL    ? value->real
           : value->kind == VALUE_COUNT ? (double)value->count
                                        : (double)NAN;
}

/* The levels are those that the row knows a bandwidth of. */
static void add_levels(PlotPoint *point, const Row *row)
{
    GArray *levels = g_array_new(FALSE, FALSE, sizeof(PlotLevel));

    for (guint i = 0; i < row->values->len; i++) {
        const Value *value = &g_array_index(row->values, Value, i);

        if (!g_str_has_suffix(value->name, PEAK_SUFFIX))
            continue;
        g_autofree char *level = g_strndup(value->name, strlen(value->name) - strlen(PEAK_SUFFIX));
        g_autofree char *intensity = g_strconcat(level, INTENSITY_SUFFIX, NULL);
        const PlotLevel entry = { .level = g_intern_string(level),
                                  .B_per_s = value->real,
                                  .intensity = number_of(row, intensity) };

        g_array_append_val(levels, entry);
    }
    point->n_levels = levels->len;
    point->levels = (PlotLevel *)(void *)g_array_free(levels, FALSE);
}

void plot_row(Plot *plot, uint32_t sweep, uint32_t point, const Row *row)
{
    const Value *status = row_find(row, "status");
    PlotPoint entry = {
        .spec = plot->study->sweeps[sweep]->points[point],
        .intensity = number_of(row, "intensity_flop_per_byte"),
        .attainable_flop_per_s = number_of(row, "flops") / number_of(row, "roofline_time_s"),
        .simulated_intensity = number_of(row, "simulated_intensity_flop_per_byte"),
        .achieved_flop_per_s = number_of(row, "achieved_flop_per_s"),
        .peak_flop_per_s = number_of(row, "peak_flop_per_s"),
        .y = plot->y ? number_of(row, plot->y) : NAN,
    };

    if (status && status->kind == VALUE_TEXT && !g_str_equal(status->text, "ok"))
        return;
    add_levels(&entry, row);
    g_array_append_val(plot->points[sweep], entry);
}

/* Whether a picture has anything to show; else sets error. */
static bool check_points(const Plot *plot, uint32_t sweep, GError **error)
{
    const GArray *points = plot->points[sweep];

    for (guint i = 0; i < points->len; i++) {
        const PlotPoint *point = &g_array_index(points, PlotPoint, i);

        if (plot->y ? isfinite(point->y)
                    : point->achieved_flop_per_s > 0 || point->attainable_flop_per_s > 0)
            return true;
    }
    if (plot->y)
        return refuse_config(error, "--plot: no point has a number in column '%s'", plot->y);
    if (points->len == 0)
        return refuse_config(error, "--plot: all points failed; there is nothing to draw");
    return refuse_config(error,
                         "--plot: no point computes anything, so none stands on the roofline: give "
                         "flops_per_byte, or draw a column with --plot-y, such as time_s");
}

/* Where the picture of a sweep goes.  Returns (caller frees). */
static char *path_of(const Plot *plot, uint32_t sweep)
{
    g_auto(GStrv) parts = g_strsplit(plot->path, SWEEP_PLACE, -1);
    g_autofree char *number = g_strdup_printf("%u", sweep + 1);

    return g_strjoinv(number, parts);
}

static void set_no_gnuplot(GError **error)
{
    g_set_error_literal(error, MEMSIM_ERROR, MEMSIM_ERROR_IO,
                        "--plot needs gnuplot, which is not there (Debian: gnuplot-nox)");
}

bool plot_can_draw(const Plot *plot, GError **error)
{
    g_autofree char *program = g_find_program_in_path("gnuplot");
    bool good = program != NULL;

    if (!program)
        set_no_gnuplot(error);
    for (uint32_t i = 0; good && !is_text(plot->path) && i < plot->study->n_sweeps; i++) {
        g_autofree char *path = path_of(plot, i);
        const bool there = g_file_test(path, G_FILE_TEST_EXISTS);

        if (there && !g_file_test(path, G_FILE_TEST_IS_REGULAR | G_FILE_TEST_IS_DIR))
            continue; /* a device, or a pipe: it is opened once */
        Target *target = target_open(path, error);

        good = target != NULL;
        target_free(target);
    }
    return good;
}

static char *script_of(const Plot *plot, uint32_t sweep, const char *output)
{
    const bool text = is_text(plot->path);
    const Terminal *terminal = terminal_of(plot->path);
    GString *script = g_string_new(NULL);
    const Picture picture = { .sweep = plot->study->sweeps[sweep],
                              .points = plot->points[sweep],
                              .y = plot->y,
                              .y_unit = plot->y_unit,
                              .text = text,
                              .width = text ? plot->width : WIDTH_px,
                              .height = text ? plot->width * 3 / 8 : HEIGHT_px };
    char width[G_ASCII_DTOSTR_BUF_SIZE], height[G_ASCII_DTOSTR_BUF_SIZE];

    if (text)
        g_string_append_printf(script, "set terminal dumb noenhanced size %d,%d\n", picture.width,
                               picture.height);
    else
        g_string_append_printf(
            script, "set terminal %s %s,%s\n", terminal->terminal,
            g_ascii_formatd(width, sizeof width, "%.6g", picture.width * terminal->scale),
            g_ascii_formatd(height, sizeof height, "%.6g", picture.height * terminal->scale));
    g_string_append(script, "set output ");
    plot_quoted(script, output);
    g_string_append_c(script, '\n');
    (plot->y ? plot_lines : plot_roofline)(&picture, script);
    g_string_append(script, "set output\n"); /* the file is whole */
    return g_string_free(script, FALSE);
}

/* gnuplot's own words, on one line. */
static void set_failed(GError **error, const char *words)
{
    g_autofree char *line = g_strdelimit(g_strdup(words), "\n", ' ');

    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_IO, "--plot: gnuplot failed: %s",
                g_strstrip(line));
}

static bool run_gnuplot(const char *script_path, GError **error)
{
    const char *argv[] = { "gnuplot", "-d", script_path, NULL };
    g_autofree char *words = NULL;
    g_autoptr(GError) why = NULL;
    int status = 0;

    if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL,
                      NULL, NULL, NULL, &words, &status, &why)) {
        if (g_error_matches(why, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT))
            set_no_gnuplot(error);
        else
            g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_IO, "--plot: %s", why->message);
        return false;
    }
    if (status != 0)
        set_failed(error, words);
    return status == 0;
}

/* Run a script that writes to the file `drawn`, and take what is there. */
static bool draw(const char *script, const char *folder, const char *drawn, char **bytes,
                 gsize *length, GError **error)
{
    g_autofree char *script_path = g_build_filename(folder, "script", NULL);
    g_autoptr(GError) why = NULL;
    bool good = g_file_set_contents(script_path, script, -1, &why);

    good = good && run_gnuplot(script_path, error);
    good = good && g_file_get_contents(drawn, bytes, length, &why);
    if (why)
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_IO, "--plot: %s", why->message);
    g_remove(script_path);
    g_remove(drawn);
    return good;
}

/* gnuplot fills its lines with blanks and puts a form feed before the first; in place. */
static gsize tidy_text(char *text)
{
    g_auto(GStrv) lines = g_strsplit(g_strdelimit(text, "\f", ' '), "\n", -1);

    for (char **line = lines; *line; line++)
        g_strchomp(*line);
    g_autofree char *tidy = g_strjoinv("\n", lines);
    g_autofree char *whole = g_strconcat(g_strchomp(tidy), "\n", NULL);

    return g_strlcpy(text, whole, strlen(text) + 1);
}

static bool draw_sweep(const Plot *plot, uint32_t sweep, const char *folder, GError **error)
{
    g_autofree char *path = path_of(plot, sweep);
    g_autofree char *drawn = g_build_filename(folder, "picture", NULL);
    g_autofree char *script = script_of(plot, sweep, drawn);
    g_autofree char *bytes = NULL;
    gsize length = 0;

    if (!draw(script, folder, drawn, &bytes, &length, error))
        return false;
    if (is_text(plot->path))
        length = tidy_text(bytes);
    Target *target = target_open(path, error);
    const bool good =
        target && target_write(target, bytes, length, error) && target_finish(target, error);

    target_free(target);
    return good;
}

bool plot_finish(Plot *plot, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autofree char *folder = g_dir_make_tmp("memsim-plot-XXXXXX", &why);
    bool good = folder != NULL;

    if (!good)
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_IO, "--plot: %s", why->message);
    for (uint32_t i = 0; good && i < plot->study->n_sweeps; i++)
        good = check_points(plot, i, error) && draw_sweep(plot, i, folder, error);
    if (folder)
        g_rmdir(folder);
    return good;
}

void plot_free(Plot *plot)
{
    if (!plot)
        return;
    for (uint32_t i = 0; i < plot->study->n_sweeps; i++)
        g_array_unref(plot->points[i]);
    g_free(plot->points);
    g_free(plot->path);
    g_free(plot->y);
    g_free(plot);
}
