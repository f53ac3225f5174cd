/*
 * grid - measuring and printing aligned cells.
 *
 * SPDX-License-Identifier: MIT
 */
#include "report/grid.h"

Grid *grid_new(guint columns, guint rows)
{
    Grid *grid = g_new0(Grid, 1);

    grid->columns = columns;
    grid->rows = rows;
    grid->gap = 2;
    grid->cells = g_new0(char *, (gsize)rows *columns + 1);
    grid->right = g_new0(bool, columns + 1);
    grid->shown = g_new0(bool, columns + 1);
    grid->widths = g_new0(int, columns + 1);
    for (guint column = 0; column < columns; column++)
        grid->shown[column] = true;
    return grid;
}

void grid_free(Grid *grid)
{
    for (gsize i = 0; i < (gsize)grid->rows * grid->columns; i++)
        g_free(grid->cells[i]);
    g_free(grid->cells);
    g_free(grid->right);
    g_free(grid->shown);
    g_free(grid->widths);
    g_free(grid);
}

int grid_text_width(const char *text)
{
    int width = 0;

    for (const char *at = text; *at; at = g_utf8_next_char(at)) {
        const gunichar letter = g_utf8_get_char(at);

        if (!g_unichar_iszerowidth(letter))
            width += g_unichar_iswide(letter) ? 2 : 1;
    }
    return width;
}

char *grid_tame(char *text)
{
    char *valid = g_utf8_make_valid(text, -1);

    g_free(text);
    for (char *at = valid; *at; at++)
        if ((guchar)*at < 0x20 || *at == 0x7f)
            *at = '?';
    return valid;
}

void grid_set(Grid *grid, guint row, guint column, char *text)
{
    char *tame = grid_tame(text);

    g_free(grid->cells[(gsize)row * grid->columns + column]);
    grid->cells[(gsize)row * grid->columns + column] = tame;
    grid->widths[column] = MAX(grid->widths[column], grid_text_width(tame));
}

int grid_width(const Grid *grid)
{
    int width = 0;

    for (guint column = 0; column < grid->columns; column++)
        if (grid->shown[column])
            width += grid->widths[column] + (width > 0 ? grid->gap : 0);
    return width;
}

static void put_many(GString *out, char letter, int count)
{
    for (int i = 0; i < count; i++)
        g_string_append_c(out, letter);
}

static void end_line(GString *out, gsize start)
{
    while (out->len > start && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
    g_string_append_c(out, '\n');
}

static void print_row(const Grid *grid, guint row, GString *out)
{
    const gsize start = out->len;
    int gap = 0;

    for (guint column = 0; column < grid->columns; column++) {
        const char *cell = grid->cells[(gsize)row * grid->columns + column];
        int pad;

        if (!grid->shown[column])
            continue;
        pad = grid->widths[column] - grid_text_width(cell ? cell : "");
        put_many(out, ' ', gap);
        put_many(out, ' ', grid->right[column] ? pad : 0);
        g_string_append(out, cell ? cell : "");
        put_many(out, ' ', grid->right[column] ? 0 : pad);
        gap = grid->gap;
    }
    end_line(out, start);
}

static void print_rule(const Grid *grid, GString *out)
{
    int gap = 0;

    for (guint column = 0; column < grid->columns; column++) {
        if (!grid->shown[column])
            continue;
        put_many(out, ' ', gap);
        put_many(out, '-', grid->widths[column]);
        gap = grid->gap;
    }
    g_string_append_c(out, '\n');
}

void grid_print(const Grid *grid, GString *out)
{
    print_row(grid, 0, out);
    print_rule(grid, out);
    for (guint row = 1; row < grid->rows; row++)
        print_row(grid, row, out);
}
