/*
 * cmd_replay - memsim replay TRACE --machine NAME: one point, a trace on a machine.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmd.h"
#include "trace/trace.h"

typedef struct {
    char *machine, *format, *cores;
    gboolean timed;
} ReplayOptions;

static bool check(const ReplayOptions *options, const RunOptions *run, int argc, char **argv,
                  GError **error)
{
    g_autoptr(GError) why = NULL;

    if (argc < 2)
        cmd_wrong_option(error, "replay: a trace is missing");
    else if (argc > 2)
        cmd_wrong_option(error, "replay: one trace at a time; '%s' is too much", argv[2]);
    else if (!options->machine)
        cmd_wrong_option(error, "replay: --machine NAME is missing; 'memsim machines' lists them");
    else if (!trace_format_check(options->format, &why))
        cmd_wrong_option(error, "--trace-format: %s", why->message);
    else
        return run_check(run, error);
    return false;
}

static int replay(const char *trace, const ReplayOptions *options, const RunOptions *run,
                  GError **error)
{
    ConfigOptions config;
    uint64_t seed;
    guint64 cores = 1; /* what one thread did */
    Study *study;
    int status;

    if (options->cores &&
        !g_ascii_string_to_unsigned(options->cores, 10, 1, UINT32_MAX, &cores, NULL)) {
        cmd_wrong_option(error, "--cores: '%s' is not a whole number above 0", options->cores);
        return EXIT_WRONG_OPTIONS;
    }
    if (!run_config(run, &config, &seed, error))
        return EXIT_WRONG_OPTIONS;
    const ConfigReplay spec = { .trace = trace,
                                .format = options->format,
                                .machine = options->machine,
                                .cores = (uint32_t)cores,
                                .timed = options->timed };

    study = config_replay(&spec, &config, error);
    if (!study)
        return EXIT_WRONG_INPUT;
    status = run_study(study, run, error);
    study_free(study);
    return status;
}

static GOptionContext *replay_context(ReplayOptions *options, RunOptions *run)
{
    const GOptionEntry entries[] = {
        { "machine", 'm', 0, G_OPTION_ARG_FILENAME, &options->machine,
          "A machine of the library, or a file of one", "NAME|FILE.lua" },
        { "trace-format", 0, 0, G_OPTION_ARG_FILENAME, &options->format,
          "The format, of those that 'memsim trace --help' lists (default: by content)", "FORMAT" },
        { "cores", 0, 0, G_OPTION_ARG_FILENAME, &options->cores,
          "Cores that share the accesses (default: 1)", "N" },
        { "timed", 0, 0, G_OPTION_ARG_NONE, &options->timed,
          "No access before the time of its record", NULL },
        G_OPTION_ENTRY_NULL,
    };
    GOptionContext *context = run_context("TRACE", run, entries);

    g_option_context_set_summary(
        context, "Runs a trace of a real program, plain or compressed, on a machine.\n"
                 "TRACE may be - for standard input.");
    g_option_context_set_description(
        context, "Examples:\n"
                 "  memsim replay sort.lackey.xz --machine a100-40\n"
                 "  zcat big.din.gz | memsim replay - --machine toy --columns 'l1_*'\n");
    return context;
}

int cmd_replay(int argc, char **argv, GError **error)
{
    RunOptions run = { 0 };
    ReplayOptions options = { 0 };
    int status;

    if (cmd_parse(replay_context(&options, &run), &argc, &argv, &status, error) &&
        check(&options, &run, argc, argv, error))
        status = replay(argv[1], &options, &run, error);
    run_options_clear(&run);
    g_free(options.machine);
    g_free(options.format);
    g_free(options.cores);
    return status;
}
