/*
 * plot_lines - a column against the innermost axis, a line for each combination of the outer ones.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "report/plot_script.h"

enum { LINES_MAX = 24 /* more than that nobody tells apart; the key goes first */ };

typedef struct {
    const Picture *picture;
    GString *script;
    uint32_t axis; /* the innermost one */
    bool numbers;  /* its values are numbers, else names, which stand evenly */
} Lines;

static const PlotPoint *point_at(const Lines *lines, guint i)
{
    return &g_array_index(lines->picture->points, PlotPoint, i);
}

static const AxisValue *place_at(const Lines *lines, guint i)
{
    return &point_at(lines, i)->spec->axes[lines->axis];
}

static bool all_numbers(const Lines *lines)
{
    for (guint i = 0; i < lines->picture->points->len; i++)
        if (place_at(lines, i)->kind != AXIS_NUMBER)
            return false;
    return true;
}

/* A range of more than one decade of positive numbers is drawn by its logarithm. */
static bool wants_log(double min, double max)
{
    return min > 0 && max / min >= 10;
}

static void range_of(const Lines *lines, bool x, double *min, double *max)
{
    *min = INFINITY;
    *max = -INFINITY;
    for (guint i = 0; i < lines->picture->points->len; i++) {
        const double value = x ? place_at(lines, i)->number : point_at(lines, i)->y;

        if (!isfinite(value))
            continue;
        *min = fmin(*min, value);
        *max = fmax(*max, value);
    }
}

static void set_scale(const Lines *lines, bool x)
{
    double min, max;

    range_of(lines, x, &min, &max);
    if (wants_log(min, max))
        g_string_append_printf(lines->script, "set logscale %s\n", x ? "x" : "y");
    else if (!x && min >= 0)
        g_string_append(lines->script, "set yrange [0:*]\n");
}

/* The position of a name among those of its axis, in the order of the sweep. */
static guint index_of_name(const Lines *lines, GPtrArray *names, guint i)
{
    g_autofree char *name = plot_place(point_at(lines, i)->spec, lines->axis, lines->axis + 1);
    guint at;

    if (g_ptr_array_find_with_equal_func(names, name, g_str_equal, &at))
        return at;
    g_ptr_array_add(names, g_steal_pointer(&name));
    return names->len - 1;
}

static void write_names(const Lines *lines, const GPtrArray *names)
{
    g_string_append_printf(lines->script, "set xrange [-0.3:%u.3]\nset xtics noenhanced (",
                           names->len - 1);
    for (guint i = 0; i < names->len; i++) {
        g_string_append(lines->script, i > 0 ? ", " : "");
        plot_quoted(lines->script, names->pdata[i]);
        g_string_append_printf(lines->script, " %u", i);
    }
    g_string_append(lines->script, ")\n");
}

/* $lines: a block of rows for each line, in order of first appearance.  Returns their titles (caller frees). */
static GPtrArray *write_lines(const Lines *lines, GPtrArray *names)
{
    GPtrArray *titles = g_ptr_array_new_with_free_func(g_free);
    GPtrArray *blocks = g_ptr_array_new();

    for (guint i = 0; i < lines->picture->points->len; i++) {
        char *title = plot_place(point_at(lines, i)->spec, 0, lines->axis);
        guint at;

        if (g_ptr_array_find_with_equal_func(titles, title, g_str_equal, &at)) {
            g_free(title);
        } else {
            at = titles->len;
            g_ptr_array_add(titles, title);
            g_ptr_array_add(blocks, g_string_new(NULL));
        }
        GString *block = blocks->pdata[at];

        plot_number(block, lines->numbers ? place_at(lines, i)->number
                                          : (double)index_of_name(lines, names, i));
        g_string_append_c(block, ' ');
        plot_number(block, point_at(lines, i)->y);
        g_string_append_c(block, '\n');
    }
    for (guint i = 0; i < blocks->len; i++) {
        g_string_append_printf(lines->script, "$line_%u << END\n%sEND\n", i,
                               ((GString *)blocks->pdata[i])->str);
        g_string_free(blocks->pdata[i], TRUE);
    }
    g_ptr_array_unref(blocks);
    return titles;
}

static void draw_lines(const Lines *lines, const GPtrArray *titles)
{
    g_string_append(lines->script, "plot ");
    for (guint i = 0; i < titles->len; i++) {
        const char *title = titles->pdata[i];

        g_string_append_printf(
            lines->script,
            "$line_%u using 1:2 with linespoints lt 1 lw 2 dt %u pt %d ps 1 lc rgb "
            "'%s' ",
            i, i / 7 % 4 + 1, lines->picture->text ? (int)i + 1 : plot_shape(i), plot_colour(i));
        g_string_append(lines->script, *title ? "title " : "notitle");
        if (*title)
            plot_quoted(lines->script, title);
        g_string_append(lines->script, i + 1 < titles->len ? ", \\\n  " : "\n");
    }
}

static void set_labels(const Lines *lines)
{
    GString *script = lines->script;
    const char *unit = lines->picture->y_unit;
    const bool has_unit = *unit && !g_str_equal(unit, "1");
    g_autofree char *y =
        g_strdup_printf("%s%s%s", lines->picture->y, has_unit ? " in " : "", has_unit ? unit : "");

    g_string_append(script, "set format y '%.1s%c'\nset xlabel ");
    plot_quoted(script, place_at(lines, 0)->name);
    g_string_append(script, " noenhanced");
    g_string_append(script,
                    lines->picture->text ? "\nset label at graph 0,1.06 " : "\nset ylabel ");
    plot_quoted(script, y);
    g_string_append(script, " noenhanced\nset offsets graph 0.02, graph 0.02, graph 0.04, 0\n");
}

void plot_lines(const Picture *picture, GString *script)
{
    const PlotPoint *first = &g_array_index(picture->points, PlotPoint, 0);
    Lines lines = { .picture = picture, .script = script, .axis = first->spec->n_axes - 1 };
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    plot_begin(picture, script);
    lines.numbers = all_numbers(&lines);
    if (lines.numbers)
        set_scale(&lines, true);
    set_scale(&lines, false);
    set_labels(&lines);
    GPtrArray *titles = write_lines(&lines, names);

    if (!lines.numbers)
        write_names(&lines, names);
    g_string_append(script, titles->len > LINES_MAX ? "set key off\n"
                            : picture->text         ? "set key below\n"
                                                    : "set key outside right top noenhanced\n");
    draw_lines(&lines, titles);
    g_ptr_array_unref(titles);
    g_ptr_array_unref(names);
}
