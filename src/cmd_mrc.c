/*
 * cmd_mrc - memsim mrc TRACE|SCRIPT.lua: the misses of a workload for every cache size, from one pass.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "cmd.h"
#include "report/report.h"
#include "system/collect.h"
#include "system/mrc.h"
#include "trace/trace.h"

enum { BAR_CELLS = 40, STEPS_MAX = 64 };

typedef struct {
    char *line, *rate, *ways, *steps, *trace_format, *format, *output, *columns;
    char **sets;
    gboolean every;
    const char *script; /* borrowed; NULL: a trace is read */
    MrcOptions measure;
    uint32_t n_ways;  /* 0: fully associative only */
    uint32_t n_steps; /* sizes per doubling; 0: every size at which the curve falls */
} MrcCommand;

/* ---- rows ---- */

/* A bar of eighths of a cell. */
static char *bar(double ratio)
{
    static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
    const uint32_t n = (uint32_t)lround(ratio * BAR_CELLS * 8);
    GString *text = g_string_new(NULL);

    for (uint32_t i = 0; i < n / 8; i++)
        g_string_append(text, "█");
    g_string_append(text, eighths[n % 8]);
    return g_string_free(text, FALSE);
}

/* The row of a size.  stack NULL: only its columns. */
static Row *size_row(const MrcCommand *command, const PointSpec *point, const StackDistance *stack,
                     uint64_t lines, double misses)
{
    const double n = stack ? (double)stackdistance_accesses(stack) : 1;
    Row *row = row_new();

    collect_axes(row, point);
    row_add_count(row, "size_B", "B", lines * command->measure.line_bytes);
    row_add_count(row, "lines", "1", lines);
    row_add_real(row, "misses", "1", misses);
    row_add_real(row, "miss_ratio", "1", misses / n);
    if (command->measure.rate < 1)
        row_add_real(row, "miss_ratio_error", "1", stack ? stackdistance_error(stack, lines) : 0);
    if (command->n_ways) {
        const bool fits = lines >= command->n_ways && lines % command->n_ways == 0;
        const double set_misses =
            !fits   ? NAN
            : stack ? stackdistance_set_misses(stack, lines / command->n_ways, command->n_ways)
                    : 0;

        row_add_real(row, "set_misses", "1", set_misses);
        row_add_real(row, "set_miss_ratio", "1", set_misses / n);
    }
    g_autofree char *drawn = bar(misses / n);

    row_add_text(row, "curve", drawn);
    if (command->format && !g_str_equal(command->format, "table"))
        row_on_demand(row);
    return row;
}

/* The curve of a point, on its way into a report. */
typedef struct {
    const MrcCommand *command;
    Report *report;
    uint32_t sweep;
    const PointSpec *point;
    StackDistance *stack;
} Curve;

static bool report_size(const Curve *curve, uint64_t lines, double misses, GError **error)
{
    return report_row(curve->report, curve->sweep,
                      size_row(curve->command, curve->point, curve->stack, lines, misses), error);
}

/* Every size at which the curve falls. */
static bool report_knees(const Curve *curve, GError **error)
{
    g_autoptr(GArray) knees = stackdistance_curve(curve->stack);
    bool good = true;

    for (guint i = 0; good && i < knees->len; i++) {
        const StackPoint *at = &g_array_index(knees, StackPoint, i);

        good = report_size(curve, at->lines, at->misses, error);
    }
    return good;
}

/* Sizes from a line until all lines fit, so many per doubling. */
static bool report_steps(const Curve *curve, GError **error)
{
    const double all = stackdistance_lines(curve->stack);
    uint64_t before = 0;
    bool good = true;

    for (uint32_t i = 0; good && (double)before < all; i++) {
        const uint64_t lines = (uint64_t)lround(exp2((double)i / curve->command->n_steps));

        if (lines == before)
            continue;
        good = report_size(curve, lines, stackdistance_misses(curve->stack, lines), error);
        before = lines;
    }
    return good;
}

static bool report_point(const MrcCommand *command, Report *report, uint32_t sweep,
                         const PointSpec *point, GError **error)
{
    const Curve curve = { .command = command,
                          .report = report,
                          .sweep = sweep,
                          .point = point,
                          .stack = mrc_measure(point, &command->measure, error) };

    if (!curve.stack)
        return false;
    const bool good = command->n_steps ? report_steps(&curve, error) : report_knees(&curve, error);

    stackdistance_free(curve.stack);
    return good;
}

/* ---- the command ---- */

static bool report_all(const MrcCommand *command, const Study *study, Report *report,
                       GError **error)
{
    for (uint32_t sweep = 0; sweep < study->n_sweeps; sweep++)
        for (uint32_t i = 0; i < study->sweeps[sweep]->n_points; i++)
            if (!report_point(command, report, sweep, study->sweeps[sweep]->points[i], error))
                return false;
    return report_finish(report, error);
}

static int run(const MrcCommand *command, const Study *study, GError **error)
{
    g_autofree Row **columns = g_new0(Row *, study->n_sweeps);
    RunOptions options = { .format = command->format,
                           .output = command->output,
                           .columns = command->columns,
                           .script = command->script };
    g_autoptr(CmdFiles) files = cmd_files_new();
    int status = EXIT_WRONG_INPUT;

    if (!cmd_files_add_study(files, study, &options, error))
        return EXIT_WRONG_OPTIONS;
    for (uint32_t i = 0; i < study->n_sweeps; i++)
        columns[i] = size_row(command, study->sweeps[i]->points[0], NULL, 0, 0);
    Report *report = run_open_report(study, &options, columns, error);

    if (report) {
        g_autoptr(GError) why = NULL;

        if (report_all(command, study, report, &why) || report_broken_pipe(report))
            status = EXIT_ALL_DONE;
        else
            g_propagate_error(error, g_steal_pointer(&why));
        report_say_left(report, error);
    }
    report_free(report);
    for (uint32_t i = 0; i < study->n_sweeps; i++)
        row_free(columns[i]);
    return status;
}

static Study *load(MrcCommand *command, const char *path, GError **error)
{
    const ConfigOptions config = { .sets = command->sets };
    const ConfigReplay replay = { .trace = path,
                                  .format = command->trace_format,
                                  .machine = "toy", /* any: only the workload is looked at */
                                  .cores = 1 };

    if (g_str_has_suffix(path, ".lua")) {
        command->script = path;
        return config_run_script(path, &config, error);
    }
    Study *study = config_replay(&replay, &config, error);

    if (study) {
        g_free(study->sweeps[0]->title);
        study->sweeps[0]->title = g_strdup_printf("Miss-ratio curve of %s", path);
    }
    return study;
}

static bool read_count(const char *option, const char *text, uint32_t max, uint32_t *count,
                       GError **error)
{
    uint64_t value;

    if (!text)
        return true;
    if (!cmd_read_number(option, text, 1, max, &value, error))
        return false;
    *count = (uint32_t)value;
    return true;
}

static bool read_line(MrcCommand *command, GError **error)
{
    g_autoptr(GError) why = NULL;
    char *end = NULL;
    double bytes = command->line ? g_ascii_strtod(command->line, &end) : 64;

    if (end && *end && !units_parse(command->line, UNIT_BYTES, 0, &bytes, &why)) {
        cmd_wrong_option(error, "--line: %s", why->message);
        return false;
    }
    command->measure.line_bytes = bytes >= 1 && bytes <= 65536 ? (uint32_t)bytes : 0;
    if (command->measure.line_bytes > 0 && !(command->measure.line_bytes < bytes) &&
        (command->measure.line_bytes & (command->measure.line_bytes - 1)) == 0)
        return true;
    cmd_wrong_option(error, "--line: '%s' is not a power of two from 1 B to 64 KiB", command->line);
    return false;
}

static bool read_rate(MrcCommand *command, GError **error)
{
    char *end = NULL;

    command->measure.rate = command->rate ? g_ascii_strtod(command->rate, &end) : 1;
    if (end && g_str_equal(end, "%"))
        command->measure.rate /= 100;
    else if (end && *end)
        command->measure.rate = 0;
    if (command->measure.rate >= 1e-6 && command->measure.rate <= 1)
        return true;
    cmd_wrong_option(error, "--sample: '%s' is not a share of the lines, such as 0.01 or 1%%",
                     command->rate);
    return false;
}

static bool read_options(MrcCommand *command, int argc, char **argv, GError **error)
{
    g_autoptr(GError) why = NULL;

    command->n_steps = 1;
    if (!command->columns)
        command->columns = g_strdup("*");
    if (argc < 2)
        cmd_wrong_option(error, "mrc: a trace or a script is missing");
    else if (argc > 2)
        cmd_wrong_option(error, "mrc: one trace or script at a time; '%s' is too much", argv[2]);
    else if (!trace_format_check(command->trace_format, &why))
        cmd_wrong_option(error, "--trace-format: %s", why->message);
    else if (command->every && command->steps)
        cmd_wrong_option(error, "--every shows all sizes, --steps some; give one of them");
    else if (read_line(command, error) && read_rate(command, error) &&
             read_count("--ways", command->ways, 65536, &command->n_ways, error) &&
             read_count("--steps", command->steps, STEPS_MAX, &command->n_steps, error)) {
        command->n_steps = command->every ? 0 : command->n_steps;
        return run_check(&(RunOptions){ .format = command->format }, error);
    }
    return false;
}

static GOptionContext *mrc_context(MrcCommand *command)
{
    const GOptionEntry entries[] = {
        { "line", 0, 0, G_OPTION_ARG_FILENAME, &command->line, "Bytes of a line (default: 64B)",
          "SIZE" },
        { "ways", 0, 0, G_OPTION_ARG_FILENAME, &command->ways,
          "Also for sets of so many ways, by the binomial distribution", "N" },
        { "sample", 0, 0, G_OPTION_ARG_FILENAME, &command->rate,
          "Follow this share of the lines, e.g. 0.01 (default: all, exact)", "RATE" },
        { "steps", 0, 0, G_OPTION_ARG_FILENAME, &command->steps, "Sizes per doubling (default: 1)",
          "N" },
        { "every", 0, 0, G_OPTION_ARG_NONE, &command->every, "Every size at which the curve falls",
          NULL },
        { "trace-format", 0, 0, G_OPTION_ARG_FILENAME, &command->trace_format,
          "Format of the trace (default: by content)", "FORMAT" },
        { "set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &command->sets,
          "Set memsim.args.NAME for the script", "NAME=VALUE" },
        { "format", 'f', 0, G_OPTION_ARG_FILENAME, &command->format, "table (default), csv or json",
          "FORMAT" },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &command->output,
          "Write there, not to standard output", "FILE" },
        { "columns", 0, 0, G_OPTION_ARG_FILENAME, &command->columns,
          "Names and globs of columns, e.g. 'size_B,miss_ratio'", "LIST" },
        G_OPTION_ENTRY_NULL,
    };
    GOptionContext *context = g_option_context_new("TRACE|SCRIPT.lua");

    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(
        context,
        "The miss-ratio curve of a trace, or of the workloads of a script: how many accesses\n"
        "miss in a fully associative LRU cache of each size, all from one pass.");
    g_option_context_set_description(
        context, "Examples:\n"
                 "  memsim mrc traces/sort.lackey.xz\n"
                 "  memsim mrc traces/sort.lackey.xz --ways 8 --steps 4 -f csv -o sort.csv\n"
                 "  memsim mrc big.din.zst --sample 1%\n");
    return context;
}

static void command_clear(MrcCommand *command)
{
    char *const texts[] = { command->line,         command->rate,   command->ways,
                            command->steps,        command->format, command->output,
                            command->trace_format, command->columns };

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_strfreev(command->sets);
}

int cmd_mrc(int argc, char **argv, GError **error)
{
    MrcCommand command = { 0 };
    int status;

    if (cmd_parse(mrc_context(&command), &argc, &argv, &status, error) &&
        read_options(&command, argc, argv, error)) {
        Study *study = load(&command, argv[1], error);

        status = study ? run(&command, study, error) : EXIT_WRONG_INPUT;
        study_free(study);
    }
    command_clear(&command);
    return status;
}
