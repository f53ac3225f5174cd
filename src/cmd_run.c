/*
 * cmd_run - memsim SCRIPT.lua, and the running and reporting of all commands that run points.
 *
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.h"
#include "cmd.h"
#include "report/plot.h"
#include "report/report.h"
#include "sweep/sweep.h"

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
    report_say_left(report, error);
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
    return !why && (!*plot || plot_can_draw(*plot, error));
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
    SweepOptions sweep = { .progress = !options->quiet && isatty(STDERR_FILENO) };
    g_autoptr(CmdFiles) files = cmd_files_new();
    CommandTargets commands;
    int status;

    if (!cmd_files_add_study(files, study, options, error))
        return EXIT_WRONG_OPTIONS;
    if (!run_jobs(options, &sweep.jobs, error))
        return EXIT_WRONG_OPTIONS;
    ask(study, options, &sweep.system);
    if (sweep.system.memory_time && study_stdin_uses(study) > 0) {
        cmd_wrong_option(
            error, "--columns: memory_time_s runs each point twice, and standard input can be "
                   "read only once");
        return EXIT_WRONG_OPTIONS;
    }
    status = command_targets_open(&commands, study, options->commands, files, error);
    sweep.commands = commands.targets;
    sweep.system.commands_zstd = commands.zstd;
    if (status == EXIT_ALL_DONE)
        status = run_reported(study, &sweep, options, &commands, error);
    command_targets_clear(&commands);
    return status;
}

static int run_script(char **argv, int argc, RunOptions *options, GError **error)
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
    options->script = argv[1];
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
    int status;

    g_option_context_set_summary(
        context, "Runs the sweeps that a Lua script returns and reports their rows.");
    g_option_context_set_description(
        context, "Examples:\n"
                 "  memsim scripts/cache_sweep.lua\n"
                 "  memsim scripts/cache_sweep.lua -j 4 -f csv -o cache.csv\n"
                 "  memsim scripts/cache_sweep.lua --columns '*,wall_*' -f json\n"
                 "  memsim scripts/roofline_sweep.lua --plot roofline.svg\n"
                 "  memsim scripts/cache_sweep.lua --plot - --plot-y time_s\n");
    if (cmd_parse(context, &argc, &argv, &status, error))
        status = run_script(argv, argc, &options, error);
    run_options_clear(&options);
    return status;
}
