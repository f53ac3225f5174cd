/*
 * cmd_run_options - the options of the commands that run points.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/identifier.h"
#include "base/suggest.h"
#include "cmd.h"
#include "report/plot.h"

enum { JOBS_MAX = 4096 };

GOptionContext *run_context(const char *usage, RunOptions *options, const GOptionEntry *own)
{
    /* FILENAME: taken as it is, whatever the locale. */
    const GOptionEntry entries[] = {
        { "set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->sets,
          "Set memsim.args.NAME for the script", "NAME=VALUE" },
        { "jobs", 'j', 0, G_OPTION_ARG_FILENAME, &options->jobs,
          "Worker processes (default: one a core)", "N" },
        { "format", 'f', 0, G_OPTION_ARG_FILENAME, &options->format, "table (default), csv or json",
          "FORMAT" },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output,
          "Write there, not to standard output", "FILE" },
        { "seed", 0, 0, G_OPTION_ARG_FILENAME, &options->seed,
          "Seed of every point, instead of the script's", "N" },
        { "columns", 0, 0, G_OPTION_ARG_FILENAME, &options->columns,
          "Names and globs of columns, e.g. 'time_s,l1_*' or '*,wall_*'", "LIST" },
        { "by", 0, 0, G_OPTION_ARG_FILENAME, &options->by,
          "array: a table, or rows, of what each array does at each level", "WHAT" },
        { "dram-commands", 0, 0, G_OPTION_ARG_FILENAME, &options->commands,
          "Write each DRAM command there as CSV; FILE.zst: compressed; {point}: its number",
          "FILE" },
        { "plot", 0, 0, G_OPTION_ARG_FILENAME, &options->plot,
          "Draw the roofline with all points: FILE.svg, .png or .pdf; -: in text", "FILE" },
        { "plot-y", 0, 0, G_OPTION_ARG_FILENAME, &options->plot_y,
          "Draw this column against the innermost axis instead", "COLUMN" },
        { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options->quiet, "No progress bar", NULL },
        G_OPTION_ENTRY_NULL,
    };
    GOptionContext *context = g_option_context_new(usage);

    if (own)
        g_option_context_add_main_entries(context, own, NULL);
    g_option_context_add_main_entries(context, entries, NULL);
    return context;
}

void run_options_clear(RunOptions *options)
{
    g_strfreev(options->sets);
    g_free(options->jobs);
    g_free(options->format);
    g_free(options->output);
    g_free(options->seed);
    g_free(options->commands);
    g_free(options->columns);
    g_free(options->by);
    g_free(options->plot);
    g_free(options->plot_y);
}

bool cmd_read_number(const char *option, const char *text, uint64_t min, uint64_t max,
                     uint64_t *number, GError **error)
{
    guint64 value;

    if (!g_ascii_string_to_unsigned(text, 10, min, max, &value, NULL)) {
        cmd_wrong_option(error,
                         "%s: '%s' is not a whole number from %" G_GUINT64_FORMAT
                         " to %" G_GUINT64_FORMAT,
                         option, text, min, max);
        return false;
    }
    *number = value;
    return true;
}

static bool check_sets(char **sets, GError **error)
{
    for (char **set = sets; set && *set; set++) {
        const size_t name = identifier_length(*set);

        if (name == 0 || (*set)[name] != '=') {
            cmd_wrong_option(error, "--set: '%s' is not NAME=VALUE", *set);
            return false;
        }
    }
    return true;
}

bool run_config(const RunOptions *options, ConfigOptions *config, uint64_t *seed, GError **error)
{
    if (!check_sets(options->sets, error))
        return false;
    if (options->seed && !cmd_read_number("--seed", options->seed, 0, UINT64_MAX, seed, error))
        return false;
    *config = (ConfigOptions){ .sets = options->sets, .seed = options->seed ? seed : NULL };
    return true;
}

static bool check_by(const char *by, GError **error)
{
    if (g_str_equal(by, "array"))
        return true;
    cmd_wrong_option(error, "--by: '%s' is nothing to show rows by; known: array", by);
    return false;
}

static bool check_format(const char *format, GError **error)
{
    const char *const *known = report_formats();
    const char *nearest;

    if (g_strv_contains(known, format))
        return true;
    nearest = suggest_nearest(format, known);
    cmd_wrong_option(error, "-f: no format '%s'; known: table csv json%s%s%s", format,
                     nearest ? "; did you mean '" : "", nearest ? nearest : "",
                     nearest ? "'?" : "");
    return false;
}

/* A picture in text goes where a table may go before it, nothing that a program reads. */
static bool check_plot(const RunOptions *options, GError **error)
{
    const bool table = !options->format || g_str_equal(options->format, "table");
    const bool on_stdout = !options->output || g_str_equal(options->output, "-");
    g_autoptr(GError) why = NULL;

    if (!options->plot && options->plot_y)
        cmd_wrong_option(error, "--plot-y: where to? Say --plot FILE, too");
    else if (options->plot && !plot_check_path(options->plot, &why))
        cmd_wrong_option(error, "--plot: %s", why->message);
    else if (options->plot && g_str_equal(options->plot, "-") && on_stdout && !table)
        cmd_wrong_option(error, "--plot -: standard output has the %s already; give that -o FILE",
                         options->format);
    else
        return true;
    return false;
}

bool run_jobs(const RunOptions *options, uint32_t *jobs, GError **error)
{
    uint64_t number = 0;

    if (options->jobs && !cmd_read_number("-j", options->jobs, 1, JOBS_MAX, &number, error))
        return false;
    *jobs = (uint32_t)number;
    return true;
}

bool run_check(const RunOptions *options, GError **error)
{
    uint32_t jobs;

    if (options->output && options->output[0] == '\0') {
        cmd_wrong_option(error, "-o: the name of a file is missing; - is standard output");
        return false;
    }
    if ((options->format && !check_format(options->format, error)) || !check_plot(options, error))
        return false;
    if (options->by && !check_by(options->by, error))
        return false;
    return run_jobs(options, &jobs, error);
}
