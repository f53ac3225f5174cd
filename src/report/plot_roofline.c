/*
 * plot_roofline - operations a second against operations a byte, log-log: the ceilings of each machine, and of each row
 * the closed form's point joined to the simulated one.
 *
 * Ceilings of caches (the cache-aware roofline of Ilic, Pratas, Sousa, IEEE CAL 13(1), 2014) and the intensity at every
 * level (the hierarchical one of Yang, Kurth, Williams, CCPE 32(20), 2020) are drawn where there is one machine.
 *
 * SPDX-License-Identifier: MIT
 */
#include "report/plot_roofline.h"

enum { LABELS_MAX = 16 };

static const PlotPoint *point_at(const Roofline *roof, guint i)
{
    return &g_array_index(roof->picture->points, PlotPoint, i);
}

static bool same_ceilings(const PlotPoint *a, const PlotPoint *b)
{
    bool same =
        plot_same_number(a->peak_flop_per_s, b->peak_flop_per_s) && a->n_levels == b->n_levels;

    for (uint32_t i = 0; same && i < a->n_levels; i++)
        same = a->levels[i].level == b->levels[i].level &&
               plot_same_number(a->levels[i].B_per_s, b->levels[i].B_per_s);
    return same;
}

static guint machine_of(const Roofline *roof, const PlotPoint *point)
{
    guint i = 0;

    while (i < roof->machines->len && !same_ceilings(roof->machines->pdata[i], point))
        i++;
    return i;
}

static void widen(double *min, double *max, double value)
{
    if (!isfinite(value) || value <= 0)
        return;
    *min = fmin(*min, value);
    *max = fmax(*max, value);
}

static double memory_ridge(const PlotPoint *point)
{
    return point->peak_flop_per_s / point->levels[point->n_levels - 1].B_per_s;
}

/* All points and the ridge of memory are to be seen, with half a decade around them. */
static void set_ranges(Roofline *roof)
{
    double x[2] = { INFINITY, 0 }, y[2] = { INFINITY, 0 };

    for (guint i = 0; i < roof->picture->points->len; i++) {
        const PlotPoint *point = point_at(roof, i);

        widen(&x[0], &x[1], point->intensity);
        widen(&x[0], &x[1], point->simulated_intensity);
        widen(&x[0], &x[1], memory_ridge(point));
        widen(&y[0], &y[1], point->attainable_flop_per_s);
        widen(&y[0], &y[1], point->achieved_flop_per_s);
        widen(&y[0], &y[1], point->peak_flop_per_s);
        for (uint32_t level = 0; roof->labelled && level < point->n_levels; level++)
            widen(&x[0], &x[1], point->levels[level].intensity);
    }
    roof->x_min = x[0] / 4;
    roof->x_max = x[1] * 4;
    roof->y_min = y[0] / 4;
    roof->y_max = y[1] * 2.5;
}

static void range(GString *script, const char *axis, double min, double max)
{
    g_string_append_printf(script, "set %srange [", axis);
    plot_number(script, min);
    g_string_append_c(script, ':');
    plot_number(script, max);
    g_string_append(script, "]\n");
}

static void set_axes(const Roofline *roof)
{
    GString *script = roof->script;

    plot_begin(roof->picture, script);
    if (!roof->picture->text)
        plot_set_margins(script);
    g_string_append(script, "set logscale xy\nset format x '%g'\nset format y '%.0s%c'\n"
                            "set xlabel 'arithmetic intensity in FLOP/B'\nset ylabel 'FLOP/s'\n");
    g_string_append(script, roof->picture->text ? "set key below left vertical samplen 2\n"
                                                : "set key below center horizontal noenhanced\n");
    range(script, "x", roof->x_min, roof->x_max);
    range(script, "y", roof->y_min, roof->y_max);
}

/* Left of memory's ridge the bandwidth is the lower ceiling, right of it the peak. */
static void shade_regimes(const Roofline *roof)
{
    const double ridge = memory_ridge(roof->machines->pdata[0]);
    GString *script = roof->script;

    if (roof->machines->len > 1 || roof->picture->text || !isfinite(ridge))
        return;
    g_string_append(script, "set object 1 rectangle from graph 0,0 to first ");
    plot_number(script, ridge);
    g_string_append(script, ",graph 1 fc rgb '#0072b2' fs solid 0.07 noborder behind\n"
                            "set object 2 rectangle from first ");
    plot_number(script, ridge);
    g_string_append(script,
                    ",graph 0 to graph 1,1 fc rgb '#e69f00' fs solid 0.09 noborder behind\n"
                    "set label 'memory-bound' at graph 0.015,0.03 tc rgb '#404040'\n"
                    "set label 'compute-bound' at graph 0.985,0.03 right tc rgb '#404040'\n");
}

/* A label stands in double quotes in a block of data. */
static void data_text(GString *script, char *text)
{
    g_strdelimit(text, "\"\\", '\'');
    g_string_append_printf(script, "\"%s\"\n", text);
}

/* $points_M: of machine M, the closed form's point, the simulated one, the name. */
static void write_points(const Roofline *roof, guint machine)
{
    GString *script = roof->script;

    g_string_append_printf(script, "$points_%u << END\n", machine);
    for (guint i = 0; i < roof->picture->points->len; i++) {
        const PlotPoint *point = point_at(roof, i);
        const double numbers[] = { point->intensity, point->attainable_flop_per_s,
                                   point->simulated_intensity, point->achieved_flop_per_s };

        if (machine_of(roof, point) != machine)
            continue;
        for (size_t j = 0; j < G_N_ELEMENTS(numbers); j++) {
            plot_number(script, numbers[j] > 0 ? numbers[j] : NAN);
            g_string_append_c(script, ' ');
        }
        g_autofree char *place = plot_place(point->spec, 0, UINT32_MAX);

        data_text(script, place);
    }
    g_string_append(script, "END\n");
}

/* $level_I: the intensity of every row at level I. */
static void write_levels(const Roofline *roof)
{
    const PlotPoint *machine = roof->machines->pdata[0];

    for (uint32_t level = 0; level < machine->n_levels; level++) {
        g_string_append_printf(roof->script, "$level_%u << END\n", level);
        for (guint i = 0; i < roof->picture->points->len; i++) {
            const PlotPoint *point = point_at(roof, i);

            plot_number(roof->script, point->levels[level].intensity);
            g_string_append_c(roof->script, ' ');
            plot_number(roof->script, point->achieved_flop_per_s);
            g_string_append_c(roof->script, '\n');
        }
        g_string_append(roof->script, "END\n");
    }
}

/* Whether the rows say how much crosses a level. */
static bool knows_level(const Roofline *roof, uint32_t level)
{
    for (guint i = 0; i < roof->picture->points->len; i++)
        if (isfinite(point_at(roof, i)->levels[level].intensity))
            return true;
    return false;
}

static bool draws_levels(const Roofline *roof)
{
    return roof->machines->len == 1 && roof->labelled;
}

static void draw_levels(const Roofline *roof)
{
    const PlotPoint *machine = roof->machines->pdata[0];

    for (uint32_t i = 0; draws_levels(roof) && i + 1 < machine->n_levels; i++) {
        if (!knows_level(roof, i))
            continue;
        g_string_append_printf(roof->script,
                               "$level_%u using 1:2 with points pt %d ps 0.7 lc rgb '%s' title ", i,
                               roof->picture->text ? 'a' : plot_shape(i + 5), plot_colour(i + 2));
        g_autofree char *title = g_strdup_printf("at %s", machine->levels[i].level);

        plot_quoted(roof->script, title);
        g_string_append(roof->script, ", \\\n  ");
    }
}

/* "simulated" or, of several machines, the name of one. */
static void title_points(const Roofline *roof, guint m, const char *kind)
{
    const PlotPoint *machine = roof->machines->pdata[m];
    const char *owner = machine->spec->machine->name;
    g_autofree char *title = roof->machines->len == 1
                                 ? g_strdup(kind)
                                 : g_strdup_printf("%s, %s", owner ? owner : "a machine", kind);

    plot_quoted(roof->script, title);
}

/* The names of the rows, right of their simulated points; what is drawn later stands on top, so they come first in text,
 * where a letter takes the place of another. */
static void draw_names(const Roofline *roof)
{
    for (guint m = 0; roof->labelled && m < roof->machines->len; m++)
        g_string_append_printf(
            roof->script,
            "$points_%u using 3:4:5 with labels noenhanced left offset %s notitle, \\\n  ", m,
            roof->picture->text ? "2,0" : "0.9,-0.5");
}

/* The two points of every row, joined. */
static void draw_points(const Roofline *roof, guint m)
{
    const char *colour = roof->machines->len > 1 ? plot_colour(m) : "#d55e00";
    GString *script = roof->script;

    if (!roof->picture->text)
        g_string_append_printf(script,
                               "$points_%u using 1:2:($3-$1):($4-$2) with vectors nohead lt 1 lw 1 "
                               "lc rgb '#808080' notitle, \\\n  ",
                               m);
    g_string_append_printf(script,
                           "$points_%u using 1:2 with points pt 6 ps 1.3 lw 1.5 lc rgb '%s' title ",
                           m, roof->machines->len > 1 ? colour : "#000000");
    title_points(roof, m, "closed form");
    g_string_append_printf(
        script, ", \\\n  $points_%u using 3:4 with points pt %d ps 1.2 lc rgb '%s' title ", m,
        plot_shape(m), colour);
    title_points(roof, m, "simulated");
    g_string_append(script, m + 1 < roof->machines->len ? ", \\\n  " : "\n");
}

static void find_machines(Roofline *roof)
{
    for (guint i = 0; i < roof->picture->points->len; i++)
        if (machine_of(roof, point_at(roof, i)) == roof->machines->len)
            g_ptr_array_add(roof->machines, (gpointer)point_at(roof, i));
}

void plot_roofline(const Picture *picture, GString *script)
{
    Roofline roof = { .picture = picture,
                      .script = script,
                      .machines = g_ptr_array_new(),
                      .labelled = picture->points->len <= LABELS_MAX &&
                                  g_array_index(picture->points, PlotPoint, 0).spec->n_axes > 0 };

    find_machines(&roof);
    set_ranges(&roof);
    set_axes(&roof);
    shade_regimes(&roof);
    for (guint i = 0; i < roof.machines->len; i++) {
        if (!picture->text)
            plot_label_ceilings(&roof, i);
        plot_write_ceilings(&roof, i);
        write_points(&roof, i);
    }
    if (draws_levels(&roof))
        write_levels(&roof);
    g_string_append(script, "plot ");
    plot_draw_other_peaks(&roof);
    for (guint i = 0; i < roof.machines->len; i++)
        plot_draw_ceilings(&roof, i);
    draw_names(&roof);
    draw_levels(&roof);
    for (guint i = 0; i < roof.machines->len; i++)
        draw_points(&roof, i);
    g_ptr_array_unref(roof.machines);
}
