/*
 * plot_script - pieces of gnuplot's language.
 *
 * SPDX-License-Identifier: MIT
 */
#include "report/plot_script.h"

#include <math.h>

static const char *const colours[] = { "#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                       "#56b4e9", "#e69f00", "#000000" };
static const int shapes[] = { 7, 5, 9, 11, 13, 4, 8 }; /* gnuplot's: filled ones first */

const char *plot_colour(guint i)
{
    return colours[i % G_N_ELEMENTS(colours)];
}

int plot_shape(guint i)
{
    return shapes[i % G_N_ELEMENTS(shapes)];
}

void plot_number(GString *script, double number)
{
    char buf[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append(script, isfinite(number) ? units_exact(number, buf) : "NaN");
}

static bool is_control(char c)
{
    return (guchar)c < 0x20 || c == 0x7f;
}

void plot_quoted(GString *script, const char *text)
{
    g_string_append_c(script, '\'');
    for (const char *at = text; *at; at++) {
        if (is_control(*at)) {
            g_string_append_c(script, ' '); /* a line of the script ends where we say */
            continue;
        }
        if (*at == '\'')
            g_string_append_c(script, '\'');
        g_string_append_c(script, *at);
    }
    g_string_append_c(script, '\'');
}

char *plot_place(const PointSpec *point, uint32_t from, uint32_t below)
{
    GString *place = g_string_new(NULL);

    for (uint32_t i = from; i < MIN(below, point->n_axes); i++) {
        const AxisValue *axis = &point->axes[i];
        char buf[G_ASCII_DTOSTR_BUF_SIZE];

        g_string_append_printf(place, "%s", place->len > 0 ? " " : "");
        if (axis->kind == AXIS_NUMBER)
            g_string_append_printf(place, "%s %s", axis->name, units_exact(axis->number, buf));
        else if (axis->kind == AXIS_BOOL)
            g_string_append_printf(place, "%s%s", axis->number > 0 ? "" : "no ", axis->name);
        else
            g_string_append(place, axis->text);
    }
    for (char *at = place->str; *at; at++)
        *at = is_control(*at) ? ' ' : *at; /* no picture can hold them */
    return g_string_free(place, FALSE);
}

void plot_begin(const Picture *picture, GString *script)
{
    g_string_append(script, "set encoding utf8\nset tics nomirror\nset border 3\n");
    if (!picture->text)
        g_string_append(script, "set border lc rgb '#606060'\n"
                                "set grid xtics ytics lt 1 lw 0.5 lc rgb '#d8d8d8'\n");
    if (picture->sweep->title && *picture->sweep->title) {
        g_string_append(script, "set title ");
        plot_quoted(script, picture->sweep->title);
        g_string_append(script, " noenhanced\n");
    }
}
