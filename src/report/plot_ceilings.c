/*
 * plot_ceilings - the ceilings of a roofline: memory, cache levels (the cache-aware roofline of Ilic, Pratas, Sousa, IEEE CAL
 * 13(1), 2014), peaks.
 *
 * SPDX-License-Identifier: MIT
 */
#include "report/plot_roofline.h"

/* Where the diagram lies in the picture, in shares of it. */
static const double left = 0.09, right = 0.975, bottom = 0.19, top = 0.925;

void plot_set_margins(GString *script)
{
    g_string_append_printf(script,
                           "set lmargin at screen %g\nset rmargin at screen %g\n"
                           "set bmargin at screen %g\nset tmargin at screen %g\n",
                           left, right, bottom, top);
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

/* The peak of the machine for another type of numbers, where it is to be seen, or NULL. */
static const Peak *other_peak(const Roofline *roof, uint32_t i)
{
    const PlotPoint *machine = roof->machines->pdata[0];
    const Peak *peak = &machine->spec->machine->compute.peaks[i];

    if (!peak->name || plot_same_number(peak->flop_per_s, machine->peak_flop_per_s) ||
        peak->flop_per_s > roof->y_max || peak->flop_per_s < roof->y_min)
        return NULL;
    return peak;
}

/* Of one machine: peaks for other types of numbers, thin. */
void plot_draw_other_peaks(const Roofline *roof)
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

void plot_label_ceilings(const Roofline *roof, guint m)
{
    const PlotPoint *machine = roof->machines->pdata[m];
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
    label_other_peaks(roof);
}

/* $ceiling_M_I: level I of machine M, up its slope to the ridge and along the peak. */
void plot_write_ceilings(const Roofline *roof, guint m)
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
void plot_draw_ceilings(const Roofline *roof, guint m)
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
