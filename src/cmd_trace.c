/*
 * cmd_trace - memsim trace: what is in a trace, its first records, one format into another.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/suggest.h"
#include "cmd_trace.h"
#include "system/stream.h"
#include "trace/trace_writer.h"

static const char help[] =
    "Usage:\n"
    "  memsim trace info FILE [OPTION...]       what is in a trace, and which memory it touches\n"
    "  memsim trace head FILE [-n N]            the first records, as CSV\n"
    "  memsim trace convert IN OUT [OPTION...]  from one format into another\n"
    "FILE and IN may be a SCRIPT.lua: the accesses of one of its points.\n"
    "\n"
    "Each explains its options: memsim trace convert --help.\n";

static const struct {
    const char *name;
    int (*run)(int argc, char **argv, GError **error);
} commands[] = {
    { "info", cmd_trace_info },
    { "head", cmd_trace_head },
    { "convert", cmd_trace_convert },
};

static int show_help(GError **error)
{
    g_autofree char *read = g_strjoinv(" ", (char **)trace_formats());
    g_autofree char *written = g_strjoinv(" ", (char **)trace_writer_formats());
    g_autofree char *text =
        g_strdup_printf("%s\nFormats: %s\nthat can be written: %s\n", help, read, written);

    return cmd_print(text, error);
}

int cmd_trace(int argc, char **argv, GError **error)
{
    const char *names[G_N_ELEMENTS(commands) + 1] = { NULL };
    const char *near;

    if (argc > 1 && (g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "-h")))
        return show_help(error);
    for (size_t i = 0; argc > 1 && i < G_N_ELEMENTS(commands); i++) {
        names[i] = commands[i].name;
        if (g_str_equal(argv[1], commands[i].name)) {
            g_autofree char *shown = g_strdup_printf("memsim trace %s", argv[1]);

            g_set_prgname(shown);
            return commands[i].run(argc - 1, argv + 1, error);
        }
    }
    near = argc > 1 ? suggest_nearest(argv[1], names) : NULL;
    if (argc < 2)
        cmd_wrong_option(error, "trace: info, head or convert is missing");
    else if (near)
        cmd_wrong_option(error, "trace: no '%s'; did you mean '%s'?", argv[1], near);
    else
        cmd_wrong_option(error, "trace: no '%s'; known: info head convert", argv[1]);
    return EXIT_WRONG_OPTIONS;
}

void trace_options_add(GOptionContext *context, TraceOptions *options)
{
    const GOptionEntry entries[] = {
        { "from", 0, 0, G_OPTION_ARG_FILENAME, &options->from,
          "The format of the trace (default: by content)", "FORMAT" },
        { "trace-format", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &options->from,
          "As --from", "FORMAT" },
        { "clock", 0, 0, G_OPTION_ARG_FILENAME, &options->clock,
          "The clock of times that are cycles, such as '1200 MHz'", "HERTZ" },
        { "size", 0, 0, G_OPTION_ARG_FILENAME, &options->size,
          "Bytes of a record in formats that have no sizes", "BYTES" },
        { "no-fetches", 0, 0, G_OPTION_ARG_NONE, &options->no_fetches,
          "Leave out instruction fetches", NULL },
        { "no-times", 0, 0, G_OPTION_ARG_NONE, &options->no_times, "Leave out the times", NULL },
        { "point", 0, 0, G_OPTION_ARG_FILENAME, &options->point,
          "Of a script: the point, from 1, whose accesses are meant", "N" },
        { "set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->sets,
          "Of a script: set memsim.args.NAME", "NAME=VALUE" },
        { "salvage", 0, 0, G_OPTION_ARG_NONE, &options->salvage,
          "Of a damaged mst trace take the blocks that are whole", NULL },
        G_OPTION_ENTRY_NULL,
    };

    g_option_context_add_main_entries(context, entries, NULL);
}

bool trace_parse_size(const char *name, const char *text, uint64_t limit, uint32_t *bytes,
                      GError **error)
{
    g_autoptr(GError) why = NULL;
    guint64 plain;
    double value;

    if (g_ascii_string_to_unsigned(text, 10, 0, UINT64_MAX, &plain, NULL)) {
        value = (double)plain;
    } else if (!units_parse(text, UNIT_BYTES, 0, &value, &why)) {
        cmd_wrong_option(error, "%s: %s", name, why->message);
        return false;
    }
    *bytes = value >= 1 && value <= (double)limit ? (uint32_t)value : 0;
    if (*bytes == value && *bytes > 0 && (*bytes & (*bytes - 1)) == 0)
        return true;
    cmd_wrong_option(error, "%s: '%s' is no power of two from 1 to %" G_GUINT64_FORMAT " bytes",
                     name, text, limit);
    return false;
}

bool trace_options_check(TraceOptions *options, GError **error)
{
    g_autoptr(GError) why = NULL;
    double hertz;

    if (!trace_format_check(options->from, &why)) {
        cmd_wrong_option(error, "--from: %s", why->message);
        return false;
    }
    if (options->size && !trace_parse_size("--size", options->size, UINT64_C(1) << 20,
                                           &options->request_bytes, error))
        return false;
    if (options->point &&
        !g_ascii_string_to_unsigned(options->point, 10, 1, UINT64_MAX, NULL, NULL)) {
        cmd_wrong_option(error, "--point: '%s' is not a whole number above 0", options->point);
        return false;
    }
    if (!options->clock)
        return true;
    if (!units_parse(options->clock, UNIT_HERTZ, 0, &hertz, &why)) {
        cmd_wrong_option(error, "--clock: %s", why->message);
        return false;
    }
    if (hertz < 1e3 || hertz > 1e15) {
        cmd_wrong_option(error, "--clock: '%s' is not between 1 kHz and 1000 THz", options->clock);
        return false;
    }
    options->cycle_fs = tick_period(hertz);
    return true;
}

void trace_options_clear(TraceOptions *options)
{
    g_free(options->from);
    g_free(options->clock);
    g_free(options->size);
    g_free(options->point);
    g_strfreev(options->sets);
    study_free(options->study);
}

/* Point number `wanted` of all sweeps, from 1; NULL: there are fewer. */
static const PointSpec *find_point(const Study *study, guint64 wanted)
{
    for (uint32_t i = 0; i < study->n_sweeps; i++) {
        if (wanted <= study->sweeps[i]->n_points)
            return study->sweeps[i]->points[wanted - 1];
        wanted -= study->sweeps[i]->n_points;
    }
    return NULL;
}

static const PointSpec *choose_point(const TraceOptions *options, const char *path, GError **error)
{
    const Study *study = options->study;
    guint64 wanted = 1, points = 0;

    for (uint32_t i = 0; i < study->n_sweeps; i++)
        points += study->sweeps[i]->n_points;
    if (options->point)
        g_ascii_string_to_unsigned(options->point, 10, 1, UINT64_MAX, &wanted, NULL);
    else if (points > 1)
        refuse_config(error,
                      "%s has %" G_GUINT64_FORMAT " points; --point N says which one is meant",
                      path, points);
    if (wanted > points)
        refuse_config(error, "--point: %s has %" G_GUINT64_FORMAT " points", path, points);
    return error && *error ? NULL : find_point(study, wanted);
}

static AccessSource *open_script(TraceOptions *options, const char *path, GError **error)
{
    const ConfigOptions config = { .sets = options->sets };

    options->study = config_run_script(path, &config, error);
    const PointSpec *point = options->study ? choose_point(options, path, error) : NULL;

    return point ? stream_open(point, error) : NULL;
}

/* Whether only options are given that mean something for a script, or for a trace. */
static bool check_kind(const TraceOptions *options, const char *path, bool script, GError **error)
{
    const struct {
        const char *name;
        bool given, of_script;
    } some[] = {
        { "--point", options->point != NULL, true }, { "--set", options->sets != NULL, true },
        { "--from", options->from != NULL, false },  { "--size", options->size != NULL, false },
        { "--salvage", options->salvage, false },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(some); i++)
        if (some[i].given && some[i].of_script != script) {
            cmd_wrong_option(error, "%s: '%s' is a %s; the option is for %s", some[i].name, path,
                             script ? "script" : "trace", script ? "traces" : "scripts");
            return false;
        }
    return true;
}

AccessSource *trace_options_open(TraceOptions *options, const char *path, Tick cycle_fs,
                                 GError **error)
{
    const bool script = g_str_has_suffix(path, ".lua");

    if (!check_kind(options, path, script, error))
        return NULL;
    if (script)
        return open_script(options, path, error);
    g_autofree char *own = g_strdup(path);
    const TraceConfig config = { .path = own,
                                 .format = options->from,
                                 .request_bytes = options->request_bytes,
                                 .fetches = !options->no_fetches,
                                 .times_if_any = !options->no_times,
                                 .salvage = options->salvage };

    return trace_open(&config, 0, options->cycle_fs ? options->cycle_fs : cycle_fs, error);
}

void trace_warn(const char *format, ...)
{
    va_list args;

    fputs("memsim: warning: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

bool trace_options_cycles(const TraceOptions *options, const AccessSource *source)
{
    return !options->study && trace_source_has_cycles(source);
}

bool trace_options_report(const TraceOptions *options, const AccessSource *source)
{
    if (options->study)
        return false;
    uint64_t lost;
    const char *damage = trace_source_damage(source, &lost);
    g_auto(GStrv) lines = g_strsplit(damage, "\n", -1);

    if (damage[0] == '\0')
        return false;
    for (char **line = lines; *line; line++)
        if (**line)
            trace_warn("%s", *line);
    trace_warn("%" G_GUINT64_FORMAT " records are lost, as far as the file still says", lost);
    return true;
}
