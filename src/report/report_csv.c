/*
 * report_csv - comma-separated values (RFC 4180, lines end in \n): one header, the union of the columns.
 *
 * A value that is not finite or that the row lacks is an empty field.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "report/format.h"

static void add_text(GString *text, const char *value)
{
    if (!strpbrk(value, ",\"\r\n")) {
        g_string_append(text, value);
        return;
    }
    g_string_append_c(text, '"');
    for (const char *at = value; *at; at++) {
        if (*at == '"')
            g_string_append_c(text, '"');
        g_string_append_c(text, *at);
    }
    g_string_append_c(text, '"');
}

static void add_value(GString *text, const Value *value)
{
    if (value->kind == VALUE_TEXT)
        add_text(text, value->text);
    else
        format_bare(text, value, "");
}

static void csv_open(Output *output)
{
    const char *comma = "";

    if (output->study->n_sweeps > 1) {
        g_string_append(output->text, "sweep");
        comma = ",";
    }
    for (guint i = 0; i < output->all->len; i++) {
        g_string_append(output->text, comma);
        add_text(output->text, g_array_index(output->all, Column, i).name);
        comma = ",";
    }
    g_string_append_c(output->text, '\n');
}

static void csv_row(Output *output, uint32_t sweep, Row *row)
{
    const char *comma = "";
    guint cursor = 0;

    if (output->study->n_sweeps > 1) {
        const char *title = output->study->sweeps[sweep]->title;

        add_text(output->text, title ? title : "");
        comma = ",";
    }
    for (guint i = 0; i < output->all->len; i++) {
        const Value *value = format_value(row, &g_array_index(output->all, Column, i), &cursor);

        g_string_append(output->text, comma);
        if (value)
            add_value(output->text, value);
        comma = ",";
    }
    g_string_append_c(output->text, '\n');
    row_free(row);
}

const ReportOps report_csv = {
    .name = "csv",
    .open = csv_open,
    .begin_sweep = format_no_sweep,
    .row = csv_row,
    .end_sweep = format_no_sweep,
    .close = format_nothing,
};
