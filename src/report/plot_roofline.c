/*
 * plot_roofline - operations a second against operations a byte, log-log: the ceilings of each machine, and of each row
 * the closed form's point joined to the simulated one.
 *
 * Ceilings of caches (the cache-aware roofline of Ilic, Pratas, Sousa, IEEE CAL 13(1), 2014) and the intensity at every
 * level (the hierarchical one of Yang, Kurth, Williams, CCPE 32(20), 2020) are drawn where there is one machine.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "report/plot_script.h"

enum { LABELS_MAX = 16 };

/* Where the diagram lies in the picture, in shares of it. */
static const double left = 0.09, right = 0.975, bottom = 0.19, top = 0.925;

typedef struct {
    const Picture *picture;
    GString *script;
    GPtrArray *machines; /* of const PlotPoint *: the first point of each set of ceilings */
    double x_min, x_max, y_min, y_max;
    bool labelled; /* every point bears its name */
} Roofline;

static const PlotPoint *point_at(const Roofline *roof, guint i)
{
    return &g_array_index(roof->picture->points, PlotPoint, i);
}

static bool same_number(double a, double b)
{
    return a == b || (!isfinite(a) && !isfinite(b));
}

static bool same_ceilings(const PlotPoint *a, const PlotPoint *b)
{
    bool same = same_number(a->peak_flop_per_s, b->peak_flop_per_s) && a->n_levels == b->n_levels;

    for (uint32_t i = 0; same && i < a->n_levels; i++)
        same = a->levels[i].level == b->levels[i].level &&
               same_number(a->levels[i].B_per_s, b->levels[i].B_per_s);
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
        g_string_append_printf(script,
                               "set lmargin at screen %g\nset rmargin at screen %g\n"
                               "set bmargin at screen %g\nset tmargin at screen %g\n",
                               left, right, bottom, top);
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

static void label_at(const Roofline *roof, const char *text, double x, double y, double degrees,
                     const char *more)
{
    GString *script = roof->script;

    g_string_append(script, "set label ");
    plot_quoted(script, text);
    g_string_append(script, " noenhanced at ");
    plot_number(script, x);
    g_string_append_c(script, ',');
    plot_number(script, y);
    g_string_append_printf(script, " rotate by %.3g %s\n", degrees, more);
}

/* How steep a line of constant bandwidth is in the picture. */
static double steepness(const Roofline *roof)
{
    const double width = (right - left) * roof->picture->width;
    const double height = (top - bottom) * roof->picture->height;
    const double rise = height / log10(roof->y_max / roof->y_min);

    return atan2(rise, width / log10(roof->x_max / roof->x_min)) * 180 / G_PI;
}

static bool is_ceiling(const PlotLevel *level)
{
    return isfinite(level->B_per_s) && level->B_per_s > 0;
}

/* "l2 100 GB/s"; of several machines with the machine's name. */
static char *ceiling_name(const Roofline *roof, const PlotPoint *machine, const PlotLevel *level)
{
    g_autofree char *bandwidth = units_format(level->B_per_s, UNIT_BYTES_PER_S);
    const char *name = g_str_equal(level->level, "mem") ? "memory" : level->level;
    const char *owner = machine->spec->machine->name;

    if (roof->machines->len > 1)
        return g_strdup_printf("%s %s", owner ? owner : "memory", bandwidth);
    return g_strdup_printf("%s %s", name, bandwidth);
}

/* Where there are several machines, their memories alone. */
static bool is_drawn(const Roofline *roof, const PlotPoint *machine, uint32_t level)
{
    return is_ceiling(&machine->levels[level]) &&
           (roof->machines->len == 1 || level + 1 == machine->n_levels);
}

static void label_ceilings(const Roofline *roof, const PlotPoint *machine)
{
    const double degrees = steepness(roof);
    g_autofree char *peak = units_format(machine->peak_flop_per_s, UNIT_FLOP_PER_S);
    g_autofree char *peak_label = g_strdup_printf("peak %s", peak);

    label_at(roof, peak_label, roof->x_max / 1.15, machine->peak_flop_per_s, 0,
             "right offset 0,0.7");
    for (uint32_t i = 0; i < machine->n_levels; i++) {
        const PlotLevel *level = &machine->levels[i];
        const double x = fmax(roof->x_min * 1.3, roof->y_min * 1.5 / level->B_per_s);

        if (!is_drawn(roof, machine, i))
            continue;
        g_autofree char *name = ceiling_name(roof, machine, level);

        label_at(roof, name, x, level->B_per_s * x, degrees, "left offset -0.9,0.5");
    }
}

/* The peak of the machine for another type of numbers, where it is to be seen, or NULL. */
static const Peak *other_peak(const Roofline *roof, uint32_t i)
{
    const PlotPoint *machine = roof->machines->pdata[0];
    const Peak *peak = &machine->spec->machine->compute.peaks[i];

    if (!peak->name || same_number(peak->flop_per_s, machine->peak_flop_per_s) ||
        peak->flop_per_s > roof->y_max || peak->flop_per_s < roof->y_min)
        return NULL;
    return peak;
}

/* Of one machine: peaks for other types of numbers, thin. */
static void draw_other_peaks(const Roofline *roof)
{
    const PlotPoint *machine = roof->machines->pdata[0];

    for (uint32_t i = 0; i < machine->spec->machine->compute.n_peaks; i++) {
        const Peak *peak = roof->machines->len == 1 ? other_peak(roof, i) : NULL;

        if (!peak)
            continue;
        plot_number(roof->script, peak->flop_per_s);
        g_string_append(roof->script, " lt 1 lw 1 dt 3 lc rgb '#808080' notitle, \\\n  ");
    }
}

static void label_other_peaks(const Roofline *roof)
{
    const PlotPoint *machine = roof->machines->pdata[0];

    for (uint32_t i = 0; i < machine->spec->machine->compute.n_peaks; i++) {
        const Peak *peak = roof->machines->len == 1 ? other_peak(roof, i) : NULL;

        if (!peak)
            continue;
        g_autofree char *value = units_format(peak->flop_per_s, UNIT_FLOP_PER_S);
        g_autofree char *label = g_strdup_printf("%s %s", peak->name, value);

        label_at(roof, label, roof->x_max / 1.15, peak->flop_per_s, 0,
                 "right offset 0,0.6 tc rgb '#606060'");
    }
}

/* $ceiling_M_I: level I of machine M, up its slope to the ridge and along the peak. */
static void write_ceilings(const Roofline *roof, guint m)
{
    const PlotPoint *machine = roof->machines->pdata[m];
    GString *script = roof->script;

    for (uint32_t i = 0; i < machine->n_levels; i++) {
        const double bandwidth = machine->levels[i].B_per_s, peak = machine->peak_flop_per_s;
        const double x[] = { fmin(roof->x_min, peak / bandwidth), peak / bandwidth,
                             fmax(roof->x_max, peak / bandwidth) };

        if (!is_drawn(roof, machine, i))
            continue;
        g_string_append_printf(script, "$ceiling_%u_%u << END\n", m, i);
        for (size_t j = 0; j < G_N_ELEMENTS(x); j++) {
            plot_number(script, x[j]);
            g_string_append_c(script, ' ');
            plot_number(script, fmin(peak, bandwidth * x[j]));
            g_string_append_c(script, '\n');
        }
        g_string_append(script, "END\n");
    }
}

/* The ceilings of one machine: its levels, memory as a thick line. */
static void draw_ceilings(const Roofline *roof, guint m)
{
    const PlotPoint *machine = roof->machines->pdata[m];
    const bool several = roof->machines->len > 1;

    for (uint32_t i = 0; i < machine->n_levels; i++) {
        const bool memory = i + 1 == machine->n_levels;

        if (!is_drawn(roof, machine, i))
            continue;
        g_autofree char *name = ceiling_name(roof, machine, &machine->levels[i]);

        g_string_append_printf(roof->script,
                               "$ceiling_%u_%u using 1:2 with lines lt 1 lw %s dt %u lc rgb '%s' ",
                               m, i, memory ? "2.5" : "1.5", memory ? 1 : i % 4 + 2,
                               several  ? plot_colour(m)
                               : memory ? "#000000"
                                        : plot_colour(i + 2));
        g_string_append(roof->script, roof->picture->text ? "title " : "notitle");
        if (roof->picture->text)
            plot_quoted(roof->script, name);
        g_string_append(roof->script, ", \\\n  ");
    }
}

/* A label stands in double quotes in a block of data. */
static void data_text(GString *script, char *text)
{
    g_strdelimit(text, "\"\\\n", '\'');
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

/* The two points of every row, joined; the names of the rows where there is room for them. */
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
    if (roof->labelled)
        g_string_append_printf(script,
                               ", \\\n  $points_%u using 3:4:5 with labels noenhanced left offset "
                               "0.9,-0.5 notitle",
                               m);
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
            label_ceilings(&roof, roof.machines->pdata[i]);
        write_ceilings(&roof, i);
        write_points(&roof, i);
    }
    if (!picture->text)
        label_other_peaks(&roof);
    if (draws_levels(&roof))
        write_levels(&roof);
    g_string_append(script, "plot ");
    draw_other_peaks(&roof);
    for (guint i = 0; i < roof.machines->len; i++)
        draw_ceilings(&roof, i);
    draw_levels(&roof);
    for (guint i = 0; i < roof.machines->len; i++)
        draw_points(&roof, i);
    g_ptr_array_unref(roof.machines);
}
