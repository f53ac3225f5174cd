/*
 * cmd_run - memsim SCRIPT.lua, and what every command that runs points shares.
 *
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/identifier.h"
#include "base/suggest.h"
#include "cmd.h"
#include "report/plot.h"
#include "report/report.h"
#include "sweep/sweep.h"

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

static bool read_number(const char *option, const char *text, uint64_t min, uint64_t max,
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
    if (options->seed && !read_number("--seed", options->seed, 0, UINT64_MAX, seed, error))
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

/* Of the terminal on standard output; 0 when it is none. */
static int terminal_width(void)
{
    struct winsize size;

    if (!isatty(STDOUT_FILENO))
        return 0;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

/* A dry row for each sweep, with the columns of all its points. */
static Row **dry_rows(const Study *study, const SystemOptions *options)
{
    Row **rows = g_new0(Row *, study->n_sweeps);

    for (uint32_t i = 0; i < study->n_sweeps; i++) {
        rows[i] = row_new();
        for (uint32_t j = 0; j < study->sweeps[i]->n_points; j++) {
            Row *row = system_columns(study->sweeps[i]->points[j], options);

            row_merge_columns(rows[i], row);
            row_free(row);
        }
    }
    return rows;
}

#define FAILED "failed: " /* what the status of a point that failed begins with */

typedef struct {
    Report *report;
    Plot *plot; /* NULL: no picture is wanted */
    CommandTargets *commands;
    GError *error;
    uint32_t points, failed;
    char *first_reason; /* of the points that failed */
} Sink;

static bool take_row(void *user, uint32_t sweep, uint32_t point, Row *row)
{
    Sink *sink = user;
    const Value *status = row_find(row, "status");
    const bool failed = status && !g_str_equal(status->text, "ok");

    if (sink->plot)
        plot_row(sink->plot, sweep, point, row);
    if (!failed && !command_targets_finish(sink->commands, sink->points, &sink->error)) {
        row_free(row);
        return false;
    }
    sink->points++;
    if (failed && sink->failed++ == 0)
        sink->first_reason =
            g_strdup(status->text + (g_str_has_prefix(status->text, FAILED) ? strlen(FAILED) : 0));
    return report_row(sink->report, sweep, row, &sink->error);
}

/* Impatience must not cost the report of an interrupted run: the signals that end a sweep stay blocked until it is
 * known that none has come, or for good. */
static SweepOutcome run_held(const Study *study, const SweepOptions *options, Sink *sink,
                             GError **error)
{
    sigset_t ending, before;
    SweepOutcome outcome;

    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGHUP);
    sigprocmask(SIG_BLOCK, &ending, &before);
    outcome = sweep_run(study, options, take_row, sink, error);
    if (outcome != SWEEP_INTERRUPTED)
        sigprocmask(SIG_SETMASK, &before, NULL);
    return outcome;
}

/* What went wrong, besides standing in its row. */
static void say_failed(const Sink *sink, GError **error)
{
    if (sink->points == 1)
        g_set_error_literal(error, MEMSIM_ERROR, MEMSIM_ERROR_RUN, sink->first_reason);
    else
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_RUN, "%u of %u points failed; the first: %s",
                    sink->failed, sink->points, sink->first_reason);
}

static int run_into(const Study *study, const SweepOptions *options, Report *report, Plot *plot,
                    CommandTargets *commands, GError **error)
{
    Sink sink = { .report = report, .plot = plot, .commands = commands };
    g_autoptr(GError) why = NULL;
    const SweepOutcome outcome = run_held(study, options, &sink, &why);
    const bool stopped = outcome == SWEEP_STOPPED;

    if (!stopped && report_finish(report, &sink.error) && plot && outcome != SWEEP_INTERRUPTED)
        plot_finish(plot, &sink.error);
    if (report_broken_pipe(report))
        g_clear_error(&sink.error); /* whoever reads has enough */
    if (why)
        g_propagate_error(error, g_steal_pointer(&why));
    else if (sink.error)
        g_propagate_error(error, g_steal_pointer(&sink.error));
    else if (sink.failed && outcome != SWEEP_INTERRUPTED)
        say_failed(&sink, error);
    g_clear_error(&sink.error);
    g_free(sink.first_reason);
    if (outcome == SWEEP_INTERRUPTED)
        return EXIT_INTERRUPTED;
    return error && *error ? EXIT_WRONG_INPUT : EXIT_ALL_DONE;
}

Report *run_open_report(const Study *study, const RunOptions *options, Row *const *columns,
                        GError **error)
{
    const ReportOptions way_out = {
        .format = options->format ? options->format : "table",
        .path = options->output,
        .columns = options->columns,
        .by_array = options->by != NULL,
        .width = options->output && !g_str_equal(options->output, "-") ? 0 : terminal_width(),
    };
    g_autoptr(GError) why = NULL;
    Report *report = report_new(study, columns, &way_out, &why);

    if (report)
        return report;
    if (g_error_matches(why, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG))
        cmd_wrong_option(error, "--columns: %s", why->message);
    else
        g_propagate_error(error, g_steal_pointer(&why));
    return NULL;
}

/* The picture that the options ask for, *plot NULL when none; else sets error. */
static bool open_plot(const Study *study, const RunOptions *options, Row *const *columns,
                      Plot **plot, GError **error)
{
    const PlotOptions picture = { .path = options->plot,
                                  .y = options->plot_y,
                                  .width = terminal_width() };
    g_autoptr(GError) why = NULL;

    *plot = options->plot ? plot_new(study, columns, &picture, &why) : NULL;
    if (why)
        cmd_wrong_option(error, "--plot: %s", why->message);
    return !why;
}

static int run_reported(const Study *study, const SweepOptions *sweep, const RunOptions *options,
                        CommandTargets *commands, GError **error)
{
    Row **columns = dry_rows(study, &sweep->system);
    Plot *plot = NULL;
    Report *report = NULL;
    int status = EXIT_WRONG_INPUT;

    if (open_plot(study, options, columns, &plot, error))
        report = run_open_report(study, options, columns, error);
    if (report)
        status = run_into(study, sweep, report, plot, commands, error);
    report_free(report);
    plot_free(plot);
    for (uint32_t i = 0; i < study->n_sweeps; i++)
        row_free(columns[i]);
    g_free(columns);
    return status;
}

/* What the columns, the plot and the tables by array want to be counted. */
static void ask(const Study *study, const RunOptions *options, SystemOptions *system)
{
    report_demand(study, options->columns, system);
    report_demand(study, options->plot_y, system);
    if (!options->by)
        return;
    system->arrays = true;
    system->useful = system->useful || !options->columns;
}

int run_study(const Study *study, const RunOptions *options, GError **error)
{
    uint64_t jobs = 0;
    SweepOptions sweep = { .progress = !options->quiet && isatty(STDERR_FILENO) };
    CommandTargets commands;
    int status;

    if (options->jobs && !read_number("-j", options->jobs, 1, JOBS_MAX, &jobs, error))
        return EXIT_WRONG_OPTIONS;
    sweep.jobs = (uint32_t)jobs;
    ask(study, options, &sweep.system);
    if (sweep.system.memory_time && study_stdin_uses(study) > 0) {
        cmd_wrong_option(
            error, "--columns: memory_time_s runs each point twice, and standard input can be "
                   "read only once");
        return EXIT_WRONG_OPTIONS;
    }
    status = command_targets_open(&commands, study, options->commands, error);
    sweep.commands = commands.targets;
    sweep.system.commands_zstd = commands.zstd;
    if (status == EXIT_ALL_DONE)
        status = run_reported(study, &sweep, options, &commands, error);
    command_targets_clear(&commands);
    return status;
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

bool run_check(const RunOptions *options, GError **error)
{
    uint64_t jobs;

    if ((options->format && !check_format(options->format, error)) || !check_plot(options, error))
        return false;
    if (options->by && !check_by(options->by, error))
        return false;
    return !options->jobs || read_number("-j", options->jobs, 1, JOBS_MAX, &jobs, error);
}

static int run_script(char **argv, int argc, const RunOptions *options, GError **error)
{
    ConfigOptions config;
    uint64_t seed;
    Study *study;
    int status;

    if (argc != 2) {
        if (argc < 2)
            cmd_wrong_option(error, "a script is missing");
        else
            cmd_wrong_option(error, "one script at a time; '%s' is too much", argv[2]);
        return EXIT_WRONG_OPTIONS;
    }
    if (!run_check(options, error) || !run_config(options, &config, &seed, error))
        return EXIT_WRONG_OPTIONS;
    study = config_run_script(argv[1], &config, error);
    if (!study)
        return EXIT_WRONG_INPUT;
    status = run_study(study, options, error);
    study_free(study);
    return status;
}

int cmd_run(int argc, char **argv, GError **error)
{
    RunOptions options = { 0 };
    GOptionContext *context = run_context("SCRIPT.lua", &options, NULL);
    int status = EXIT_WRONG_OPTIONS;
    bool done;

    g_option_context_set_summary(
        context, "Runs the sweeps that a Lua script returns and reports their rows.");
    g_option_context_set_description(
        context, "Examples:\n"
                 "  memsim scripts/cache_sweep.lua\n"
                 "  memsim scripts/cache_sweep.lua -j 4 -f csv -o cache.csv\n"
                 "  memsim scripts/cache_sweep.lua --columns '*,wall_*' -f json\n"
                 "  memsim scripts/roofline_sweep.lua --plot roofline.svg\n"
                 "  memsim scripts/cache_sweep.lua --plot - --plot-y time_s\n");
    if (cmd_parse(context, &argc, &argv, &done, error))
        status = done ? EXIT_ALL_DONE : run_script(argv, argc, &options, error);
    else if (done)
        status = EXIT_WRONG_INPUT; /* the help could not be written */
    g_option_context_free(context);
    run_options_clear(&options);
    return status;
}
