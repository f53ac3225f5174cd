/*
 * report_json - JSON (RFC 8259), a line a row, written as the rows come.
 *
 * Written by hand, not through a tree of nodes: rows are streamed, numbers have the shortest digits that read back
 * the same, and a count may need all 64 bits.  What is not finite, and what a failed row lacks, is null.
 *
 * SPDX-License-Identifier: MIT
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "report/format.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unknown"
#endif

void format_json_text(GString *text, const char *value)
{
    g_autofree char *valid = g_utf8_make_valid(value, -1);

    g_string_append_c(text, '"');
    for (const char *at = valid; *at; at++) {
        if (*at == '"' || *at == '\\')
            g_string_append_printf(text, "\\%c", *at);
        else if ((guchar)*at < 0x20)
            g_string_append_printf(text, "\\u%04x", (guint)(guchar)*at);
        else
            g_string_append_c(text, *at);
    }
    g_string_append_c(text, '"');
}

static void add_value(GString *text, const Value *value)
{
    if (value->kind == VALUE_TEXT)
        format_json_text(text, value->text);
    else
        format_bare(text, value, "null");
}

static void json_open(Output *output)
{
    g_string_append(output->text, "{\"memsim\": ");
    format_json_text(output->text, PACKAGE_VERSION);
    g_string_append(output->text, ", \"sweeps\": [");
}

static void json_begin_sweep(Output *output, uint32_t sweep)
{
    const GArray *columns = output->columns[sweep];
    const char *title = output->study->sweeps[sweep]->title;

    g_string_append(output->text, sweep > 0 ? ",\n{\"title\": " : "\n{\"title\": ");
    format_json_text(output->text, title ? title : "");
    g_string_append(output->text, ",\n \"columns\": {");
    for (guint i = 0; i < columns->len; i++) {
        const Column *column = &g_array_index(columns, Column, i);

        if (i > 0)
            g_string_append(output->text, ", ");
        format_json_text(output->text, column->name);
        g_string_append(output->text, ": ");
        format_json_text(output->text, column->unit);
    }
    g_string_append(output->text, "},\n \"rows\": [");
}

static void json_row(Output *output, uint32_t sweep, Row *row)
{
    const GArray *columns = output->columns[sweep];
    guint cursor = 0;

    g_string_append(output->text, output->rows > 0 ? ",\n  {" : "\n  {");
    for (guint i = 0; i < columns->len; i++) {
        const Column *column = &g_array_index(columns, Column, i);
        const Value *value = format_value(row, column, &cursor);

        if (i > 0)
            g_string_append(output->text, ", ");
        format_json_text(output->text, column->name);
        g_string_append(output->text, ": ");
        if (value)
            add_value(output->text, value);
        else
            g_string_append(output->text, "null");
    }
    g_string_append_c(output->text, '}');
    row_free(row);
}

static void json_end_sweep(Output *output, uint32_t sweep)
{
    (void)sweep;
    g_string_append(output->text, "]}");
}

static void json_close(Output *output)
{
    g_string_append(output->text, "\n]}\n");
}

const ReportOps report_json = {
    .name = "json",
    .open = json_open,
    .begin_sweep = json_begin_sweep,
    .row = json_row,
    .end_sweep = json_end_sweep,
    .close = json_close,
};
