/*
 * api - the C interface of the shared library, over the script reader and the sweep.
 *
 * SPDX-License-Identifier: MIT
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "memsim/memsim.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "config/config.h"
#include "sweep/sweep.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unknown"
#endif

struct MemsimOptions {
    uint32_t jobs;
    bool has_seed;
    uint64_t seed;
    GPtrArray *sets; /* of char *: "NAME=VALUE" */
};

typedef struct {
    const char *name, *unit; /* interned */
} Column;

typedef struct {
    char *title;
    GArray *columns; /* of Column */
    GPtrArray *rows; /* of Row *, in order */
} SweepResults;

struct MemsimResults {
    SweepResults *sweeps; /* [n_sweeps] */
    size_t n_sweeps;
    GHashTable *texts; /* numbers that were asked for as text: Value * to char * */
};

const char *memsim_version(void)
{
    return PACKAGE_VERSION;
}

MemsimOptions *memsim_options_new(void)
{
    MemsimOptions *options = g_new0(MemsimOptions, 1);

    options->sets = g_ptr_array_new_with_free_func(g_free);
    return options;
}

void memsim_options_free(MemsimOptions *options)
{
    if (!options)
        return;
    g_ptr_array_unref(options->sets);
    g_free(options);
}

void memsim_options_jobs(MemsimOptions *options, unsigned jobs)
{
    options->jobs = jobs;
}

void memsim_options_seed(MemsimOptions *options, uint64_t seed)
{
    options->has_seed = true;
    options->seed = seed;
}

void memsim_options_set(MemsimOptions *options, const char *name, const char *value)
{
    g_ptr_array_add(options->sets, g_strdup_printf("%s=%s", name, value));
}

/* --- collecting --------------------------------------------------------------------------- */

static size_t column_index(const SweepResults *sweep, const char *name)
{
    size_t i = 0;

    while (i < sweep->columns->len && g_array_index(sweep->columns, Column, i).name != name)
        i++;
    return i;
}

/* The union of all rows' columns: a new one stands behind its neighbour in the row that brings it. */
static void add_columns(SweepResults *sweep, const Row *row)
{
    size_t place = 0;

    for (size_t i = 0; i < row->values->len; i++) {
        const Value *value = &g_array_index(row->values, Value, i);
        const Column column = { value->name, value->unit };
        const size_t found = column_index(sweep, value->name);

        if (found == sweep->columns->len)
            g_array_insert_val(sweep->columns, (guint)place, column);
        else
            place = found;
        place++;
    }
}

static bool collect(void *user, uint32_t sweep, uint32_t point, Row *row)
{
    MemsimResults *results = user;

    (void)point;
    add_columns(&results->sweeps[sweep], row);
    g_ptr_array_add(results->sweeps[sweep].rows, row);
    return true;
}

static void free_row(gpointer row)
{
    row_free(row);
}

static MemsimResults *results_new(const Study *study)
{
    MemsimResults *results = g_new0(MemsimResults, 1);

    results->n_sweeps = study->n_sweeps;
    results->sweeps = g_new0(SweepResults, study->n_sweeps);
    results->texts = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    for (size_t i = 0; i < study->n_sweeps; i++) {
        const char *title = study->sweeps[i]->title;

        results->sweeps[i].title = g_strdup(title ? title : "");
        results->sweeps[i].columns = g_array_new(FALSE, FALSE, sizeof(Column));
        results->sweeps[i].rows = g_ptr_array_new_with_free_func(free_row);
    }
    return results;
}

/* Takes study and problem, one of which is NULL. */
static MemsimResults *run(Study *study, const MemsimOptions *options, GError *problem, char **error)
{
    MemsimResults *results = NULL;

    if (study) {
        const SweepOptions how = { .jobs = options ? options->jobs : 0 };
        SweepOutcome outcome;

        results = results_new(study);
        outcome = sweep_run(study, &how, collect, results, &problem);
        if (outcome == SWEEP_INTERRUPTED && !problem)
            g_set_error(&problem, MEMSIM_ERROR, MEMSIM_ERROR_RUN, "interrupted");
        study_free(study);
    }
    if (!problem)
        return results;
    memsim_results_free(results);
    if (error)
        *error = g_strdup(problem->message);
    g_error_free(problem);
    return NULL;
}

/* The part of the options that the script sees.  sets is borrowed from it until freed by the caller. */
static ConfigOptions config_options(const MemsimOptions *options, char ***sets)
{
    ConfigOptions config = { 0 };

    *sets = g_new0(char *, options ? options->sets->len + 1 : 1);
    for (guint i = 0; options && i < options->sets->len; i++)
        (*sets)[i] = g_ptr_array_index(options->sets, i);
    config.sets = *sets;
    config.seed = options && options->has_seed ? &options->seed : NULL;
    return config;
}

MemsimResults *memsim_run_file(const char *path, const MemsimOptions *options, char **error)
{
    g_autofree char **sets = NULL;
    const ConfigOptions config = config_options(options, &sets);
    GError *problem = NULL;
    Study *study = config_run_script(path, &config, &problem);

    return run(study, options, problem, error);
}

MemsimResults *memsim_run_text(const char *text, const char *name, const MemsimOptions *options,
                               char **error)
{
    g_autofree char **sets = NULL;
    const ConfigOptions config = config_options(options, &sets);
    GError *problem = NULL;
    Study *study = config_run_text(text, name, &config, &problem);

    return run(study, options, problem, error);
}

void memsim_results_free(MemsimResults *results)
{
    if (!results)
        return;
    for (size_t i = 0; i < results->n_sweeps; i++) {
        g_free(results->sweeps[i].title);
        g_array_unref(results->sweeps[i].columns);
        g_ptr_array_unref(results->sweeps[i].rows);
    }
    g_hash_table_unref(results->texts);
    g_free(results->sweeps);
    g_free(results);
}

void memsim_string_free(char *string)
{
    g_free(string);
}

/* --- reading ------------------------------------------------------------------------------ */

static const SweepResults *sweep_at(const MemsimResults *results, size_t sweep)
{
    return sweep < results->n_sweeps ? &results->sweeps[sweep] : NULL;
}

static const Column *column_at(const MemsimResults *results, size_t sweep, size_t column)
{
    const SweepResults *found = sweep_at(results, sweep);

    if (!found || column >= found->columns->len)
        return NULL;
    return &g_array_index(found->columns, Column, column);
}

static const Value *value_at(const MemsimResults *results, size_t sweep, size_t row,
                             const char *column)
{
    const SweepResults *found = sweep_at(results, sweep);

    if (!found || row >= found->rows->len)
        return NULL;
    return row_find(g_ptr_array_index(found->rows, row), column);
}

size_t memsim_sweeps(const MemsimResults *results)
{
    return results->n_sweeps;
}

const char *memsim_title(const MemsimResults *results, size_t sweep)
{
    const SweepResults *found = sweep_at(results, sweep);

    return found ? found->title : NULL;
}

size_t memsim_rows(const MemsimResults *results, size_t sweep)
{
    const SweepResults *found = sweep_at(results, sweep);

    return found ? found->rows->len : 0;
}

size_t memsim_columns(const MemsimResults *results, size_t sweep)
{
    const SweepResults *found = sweep_at(results, sweep);

    return found ? found->columns->len : 0;
}

const char *memsim_column_name(const MemsimResults *results, size_t sweep, size_t column)
{
    const Column *found = column_at(results, sweep, column);

    return found ? found->name : NULL;
}

const char *memsim_column_unit(const MemsimResults *results, size_t sweep, size_t column)
{
    const Column *found = column_at(results, sweep, column);

    return found ? found->unit : NULL;
}

int memsim_ok(const MemsimResults *results, size_t sweep, size_t row)
{
    const char *status = memsim_text(results, sweep, row, "status");

    return status && strcmp(status, "ok") == 0;
}

double memsim_number(const MemsimResults *results, size_t sweep, size_t row, const char *column)
{
    const Value *value = value_at(results, sweep, row, column);

    if (!value)
        return NAN;
    switch (value->kind) {
    case VALUE_REAL:
        return value->real;
    case VALUE_COUNT:
        return (double)value->count;
    case VALUE_BOOL:
        return value->truth;
    case VALUE_TEXT:
        break;
    }
    return NAN;
}

/* Text of a number, made once and kept until the results are freed. */
static const char *number_text(const MemsimResults *results, const Value *value)
{
    char *text = g_hash_table_lookup(results->texts, value);

    if (text)
        return text;
    if (value->kind == VALUE_COUNT)
        text = g_strdup_printf("%" G_GUINT64_FORMAT, value->count);
    else
        text = units_exact(value->real, g_malloc(G_ASCII_DTOSTR_BUF_SIZE));
    g_hash_table_insert(results->texts, (gpointer)(uintptr_t)value, text);
    return text;
}

const char *memsim_text(const MemsimResults *results, size_t sweep, size_t row, const char *column)
{
    const Value *value = value_at(results, sweep, row, column);

    if (!value)
        return NULL;
    if (value->kind == VALUE_TEXT)
        return value->text;
    if (value->kind == VALUE_BOOL)
        return value->truth ? "true" : "false";
    return number_text(results, value);
}
