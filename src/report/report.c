/*
 * report - the frame of every format: columns, sweeps in order, writing.
 *
 * SPDX-License-Identifier: MIT
 */
#include "report/report.h"

#include <assert.h>
#include <math.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/target.h"
#include "report/by_array.h"
#include "report/format.h"
#include "report/selection.h"

#define FORMATS(X) X(table) X(csv) X(json) /* the one list: add yours here */
#define DECLARE(f) extern const ReportOps report_##f;
#define ENTRY(f) &report_##f,
#define NAME(f) #f,
FORMATS(DECLARE)
static const ReportOps *const formats[] = { FORMATS(ENTRY) NULL };
static const char *const format_names[] = { FORMATS(NAME) NULL };

struct Report {
    const ReportOps *ops;
    Target *target;
    Output output;
    uint32_t sweep; /* the present one */
    bool split;     /* rows are split into those of their arrays */
};

const char *const *report_formats(void)
{
    return format_names;
}

void format_nothing(Output *output)
{
    (void)output;
}

void format_no_sweep(Output *output, uint32_t sweep)
{
    (void)output;
    (void)sweep;
}

void format_bare(GString *text, const Value *value, const char *no_number)
{
    char buf[G_ASCII_DTOSTR_BUF_SIZE];

    switch (value->kind) {
    case VALUE_REAL:
        g_string_append(text, isfinite(value->real) ? units_exact(value->real, buf) : no_number);
        break;
    case VALUE_COUNT:
        g_string_append(text, units_whole(value->count, buf));
        break;
    case VALUE_BOOL:
        g_string_append(text, value->truth ? "true" : "false");
        break;
    case VALUE_TEXT:
        assert(false && "a format quotes texts in its own way");
        break;
    }
}

const Value *format_value(const Row *row, const Column *column, guint *cursor)
{
    if (*cursor < row->values->len) {
        const Value *next = &g_array_index(row->values, Value, *cursor);

        if (next->name == column->name) {
            ++*cursor;
            return next;
        }
    }
    return row_find(row, column->name);
}

static const ReportOps *find_format(const char *name, GError **error)
{
    const char *nearest;

    for (size_t i = 0; formats[i]; i++)
        if (g_str_equal(formats[i]->name, name))
            return formats[i];
    nearest = suggest_nearest(name, format_names);
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                "no format '%s'; known: table csv json%s%s%s", name,
                nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
    return NULL;
}

/* All columns but those on demand that nobody has asked for: a search asks for its objective.  Caller frees. */
static char *default_list(const Study *study)
{
    GString *list = g_string_new("*");

    for (uint32_t i = 0; i < study->n_sweeps; i++)
        if (study->sweeps[i]->objective)
            g_string_append_printf(list, ",%s", study->sweeps[i]->objective);
    return g_string_free(list, FALSE);
}

static bool choose_columns(Output *output, Row *const *dry, const char *list, GError **error)
{
    const uint32_t n_sweeps = output->study->n_sweeps;
    Row *all = row_new();
    bool good;

    for (uint32_t i = 0; i < n_sweeps; i++)
        row_merge_columns(all, dry[i]);
    good = !list || selection_check(all, list, error);
    if (good) {
        g_autofree char *chosen = list ? g_strdup(list) : default_list(output->study);

        output->all = selection_choose(all, chosen);
        output->columns = g_new0(GArray *, n_sweeps);
        for (uint32_t i = 0; i < n_sweeps; i++)
            output->columns[i] = selection_choose(dry[i], chosen);
    }
    row_free(all);
    return good;
}

/* Write what a format has appended. */
static bool flush(Report *report, GError **error)
{
    GString *text = report->output.text;
    const bool written = target_write(report->target, text->str, text->len, error);

    g_string_truncate(text, 0);
    return written;
}

/* The same for rows that are split. */
static bool choose_array_columns(Output *output, Row *const *dry, const char *list, GError **error)
{
    const uint32_t n_sweeps = output->study->n_sweeps;
    Row **split = g_new(Row *, n_sweeps);
    bool good;

    for (uint32_t i = 0; i < n_sweeps; i++)
        split[i] = by_array_columns(dry[i]);
    good = choose_columns(output, split, list, error);
    for (uint32_t i = 0; i < n_sweeps; i++)
        row_free(split[i]);
    g_free(split);
    return good;
}

Report *report_new(const Study *study, Row *const *columns, const ReportOptions *options,
                   GError **error)
{
    Report *report = g_new0(Report, 1);
    Output *output = &report->output;

    output->text = g_string_new(NULL);
    output->study = study;
    output->asked = options->columns != NULL;
    output->width = options->width;
    output->held = g_ptr_array_new_with_free_func((GDestroyNotify)row_free);
    output->by_array = options->by_array;
    report->ops = find_format(options->format, error);
    report->split = options->by_array && (output->asked || !g_str_equal(options->format, "table"));
    if (report->ops && (report->split ? choose_array_columns
                                      : choose_columns)(output, columns, options->columns, error))
        report->target = target_open_kept(options->path, error);
    if (!report->target) {
        report_free(report);
        return NULL;
    }
    report->ops->open(output);
    report->ops->begin_sweep(output, 0);
    return report;
}

/* End sweeps and begin the next ones, up to the one wanted. */
static void advance(Report *report, uint32_t sweep)
{
    while (report->sweep < sweep) {
        report->ops->end_sweep(&report->output, report->sweep++);
        report->output.rows = 0;
        report->ops->begin_sweep(&report->output, report->sweep);
    }
}

/* Takes the row. */
static void put_row(Report *report, uint32_t sweep, Row *row)
{
    report->ops->row(&report->output, sweep, row);
    report->output.rows++;
}

static void put_arrays(Report *report, uint32_t sweep, Row *row)
{
    GPtrArray *rows = by_array_rows(row);

    for (guint i = 0; i < rows->len; i++)
        put_row(report, sweep, rows->pdata[i]);
    g_ptr_array_unref(rows);
    row_free(row);
}

bool report_row(Report *report, uint32_t sweep, Row *row, GError **error)
{
    advance(report, sweep);
    if (report->split)
        put_arrays(report, sweep, row);
    else
        put_row(report, sweep, row);
    return flush(report, error);
}

bool report_finish(Report *report, GError **error)
{
    advance(report, report->output.study->n_sweeps - 1);
    report->ops->end_sweep(&report->output, report->sweep);
    report->ops->close(&report->output);
    return flush(report, error) && target_finish(report->target, error);
}

void report_say_left(const Report *report, GError **error)
{
    const char *left = target_left(report->target);

    if (!left || !error || !*error)
        return;
    char *message =
        g_strdup_printf("%s; the rows that were done are in '%s'", (*error)->message, left);

    g_free((*error)->message);
    (*error)->message = message;
}

bool report_broken_pipe(const Report *report)
{
    return target_broken_pipe(report->target);
}

void report_free(Report *report)
{
    if (!report)
        return;
    target_free(report->target);
    for (uint32_t i = 0; report->output.columns && i < report->output.study->n_sweeps; i++)
        g_array_unref(report->output.columns[i]);
    g_free(report->output.columns);
    if (report->output.all)
        g_array_unref(report->output.all);
    g_ptr_array_unref(report->output.held);
    g_string_free(report->output.text, TRUE);
    g_free(report);
}
