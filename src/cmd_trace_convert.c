/*
 * cmd_trace_convert - memsim trace head and convert: a trace through a writer.
 *
 * SPDX-License-Identifier: MIT
 */

#include "cmd_trace.h"
#include "trace/trace_writer.h"

typedef struct {
    TraceOptions read;
    char *to, *split;
    uint32_t split_bytes; /* 0: accesses stay whole */
} ConvertOptions;

/* Append the access to out, one a line of split_bytes; what is full is written. */
static bool put_split(TraceWriter *writer, Batch *out, Access access, Tick time_fs,
                      uint32_t split_bytes, GError **error)
{
    uint32_t left = access.bytes;

    while (left > 0) {
        const uint32_t room = split_bytes - (uint32_t)(access.addr & (split_bytes - 1));

        access.bytes = MIN(left, room);
        out->access[out->count] = access;
        out->not_before[out->count++] = time_fs;
        left -= access.bytes;
        access.addr += access.bytes;
        if (out->count < BATCH_MAX)
            continue;
        if (!trace_writer_put(writer, out, error))
            return false;
        out->count = 0;
    }
    return true;
}

static bool put(TraceWriter *writer, const Batch *batch, Batch *out, uint32_t split_bytes,
                GError **error)
{
    if (split_bytes == 0)
        return trace_writer_put(writer, batch, error);
    out->count = 0;
    for (size_t i = 0; i < batch->count; i++)
        if (!put_split(writer, out, batch->access[i], batch->not_before[i], split_bytes, error))
            return false;
    return out->count == 0 || trace_writer_put(writer, out, error);
}

/* What OUT does not hold. */
static void warn(const TraceWriter *writer, const char *format, const ConvertOptions *options,
                 const AccessSource *source)
{
    const TraceLoss loss = trace_writer_loss(writer);

    if (loss.sizes > 0)
        trace_warn("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                   " records lose their size: the %s format has none",
                   loss.sizes, loss.records, format);
    if (options->read.no_times)
        return;
    if (loss.times)
        trace_warn(
            trace_writer_has_cycles(format)
                ? "the times are lost: the %s format counts cycles; --clock says of which clock"
                : "the times are lost: the %s format has none",
            format);
    else if (loss.no_times)
        trace_warn("there are no times: all records get cycle 0 of the %s format, as early as "
                   "they can be",
                   format);
    if (!loss.times && trace_options_cycles(&options->read, source) && !source->timed)
        trace_warn(trace_writer_has_times(format)
                       ? "the times are lost: they are cycles; --clock says of which clock"
                       : "the times are lost: the %s format has none",
                   format);
}

/* The source, up to `records` of them, into a writer that is made when the first batch says whether there are
 * times.  *writer is NULL when it did not come to that. */
static bool copy(AccessSource *source, const char *path, const char *format,
                 const ConvertOptions *options, uint64_t records, TraceWriter **writer,
                 GError **error)
{
    const Tick given_fs = options->read.cycle_fs;
    const Tick cycle_fs = given_fs || !trace_options_cycles(&options->read, source) ? given_fs : 1;
    g_autofree Batch *batch = g_new0(Batch, 1), *out = g_new0(Batch, 1);
    GError *failure = NULL;

    while (records > 0 && source_next(source, batch, &failure)) {
        if (!*writer)
            *writer = trace_writer_open(path, format, source->timed, cycle_fs, error);
        batch->count = (size_t)MIN(batch->count, records);
        records -= batch->count;
        if (!*writer || !put(*writer, batch, out, options->split_bytes, error))
            return false;
    }
    if (failure)
        g_propagate_error(error, failure);
    return !failure;
}

/* OUT is a file of its own, not IN. */
static bool check_files(const char *in, const char *path, GError **error)
{
    g_autoptr(CmdFiles) files = cmd_files_new();

    cmd_files_read(files, in, "IN");
    return cmd_files_write(files, path, "OUT", error);
}

static int convert(const char *in, const char *path, const char *format, ConvertOptions *options,
                   GError **error)
{
    AccessSource *source =
        trace_options_open(&options->read, in, trace_writer_has_cycles(format) ? 1 : 0, error);
    TraceWriter *writer = NULL;
    int status = EXIT_WRONG_INPUT;

    if (!source)
        return status;
    if (copy(source, path, format, options, UINT64_MAX, &writer, error) && writer &&
        trace_writer_finish(writer, error)) {
        status = EXIT_ALL_DONE;
        warn(writer, format, options, source);
        if (trace_options_report(&options->read, source))
            status = EXIT_WRONG_INPUT;
    } else if (writer && trace_writer_broken_pipe(writer)) {
        g_clear_error(error);
        status = EXIT_ALL_DONE;
    }
    trace_writer_free(writer);
    source_free(source);
    return status;
}

/* The format to write, by option or by name. */
static const char *find_target(const ConvertOptions *options, const char *path, GError **error)
{
    const char *const *formats = trace_writer_formats();
    g_autofree char *known = g_strjoinv(" ", (char **)formats);
    const char *guess = options->to ? options->to : trace_writer_guess(path);

    for (; guess && *formats; formats++)
        if (g_str_equal(*formats, guess))
            return *formats;
    if (guess)
        cmd_wrong_option(error, "--to: no trace format '%s' that can be written; known: %s", guess,
                         known);
    else
        cmd_wrong_option(error,
                         "trace convert: '%s' does not end in the name of a format; --to says "
                         "which: %s",
                         path, known);
    return NULL;
}

static int check_and_convert(ConvertOptions *options, int argc, char **argv, GError **error)
{
    const char *format;

    if (argc != 3) {
        cmd_wrong_option(error, "trace convert: IN and OUT are needed");
        return EXIT_WRONG_OPTIONS;
    }
    format = find_target(options, argv[2], error);
    if (!format || !trace_options_check(&options->read, error) ||
        !check_files(argv[1], argv[2], error))
        return EXIT_WRONG_OPTIONS;
    if (options->split && !trace_parse_size("--split", options->split, UINT64_C(1) << 20,
                                            &options->split_bytes, error))
        return EXIT_WRONG_OPTIONS;
    return convert(argv[1], argv[2], format, options, error);
}

int cmd_trace_convert(int argc, char **argv, GError **error)
{
    ConvertOptions options = { 0 };
    const GOptionEntry entries[] = {
        { "to", 0, 0, G_OPTION_ARG_FILENAME, &options.to,
          "The format of OUT (default: what its name ends in)", "FORMAT" },
        { "split", 0, 0, G_OPTION_ARG_FILENAME, &options.split,
          "Split accesses at lines of so many bytes", "BYTES" },
        G_OPTION_ENTRY_NULL,
    };
    GOptionContext *context = g_option_context_new("IN OUT");
    int status;

    g_option_context_add_main_entries(context, entries, NULL);
    trace_options_add(context, &options.read);
    g_option_context_set_summary(
        context,
        "Writes a trace in another format: mst, din, csv, lackey, dramsim3 or ramulator.\n"
        "OUT is compressed when its name ends in .gz .xz .zst .bz2 or .lz4.  Both may be - "
        "for\nstandard input and output.");
    g_option_context_set_description(
        context, "Examples:\n"
                 "  memsim trace convert big.din.gz big.mst.zst\n"
                 "  memsim trace convert sort.lackey.xz sort.din --split 64 --no-fetches\n"
                 "  memsim trace convert scripts/matmul.lua matmul.mst.zst --point 1\n");
    if (cmd_parse(context, &argc, &argv, &status, error))
        status = check_and_convert(&options, argc, argv, error);
    trace_options_clear(&options.read);
    g_free(options.to);
    g_free(options.split);
    return status;
}

static int head(const char *path, ConvertOptions *options, uint64_t records, GError **error)
{
    AccessSource *source = trace_options_open(&options->read, path, 0, error);
    TraceWriter *writer = NULL;
    int status = EXIT_WRONG_INPUT;
    bool good;

    if (!source)
        return status;
    good = copy(source, "-", "csv", options, records, &writer, error);
    /* What comes before an error is shown too. */
    if (writer && !trace_writer_finish(writer, good ? error : NULL))
        good = false;
    if (writer && trace_writer_broken_pipe(writer))
        g_clear_error(error);
    if (good || (writer && trace_writer_broken_pipe(writer)))
        status = EXIT_ALL_DONE;
    if (good && trace_options_cycles(&options->read, source) && !source->timed &&
        !options->read.no_times)
        trace_warn("the times are cycles, which --clock turns into nanoseconds");
    trace_writer_free(writer);
    source_free(source);
    return status;
}

static int check_and_head(ConvertOptions *options, const char *count, int argc, char **argv,
                          GError **error)
{
    guint64 records = 10;

    if (argc != 2)
        cmd_wrong_option(error, "trace head: one trace, not %d", argc - 1);
    else if (count && !g_ascii_string_to_unsigned(count, 10, 1, UINT64_MAX, &records, NULL))
        cmd_wrong_option(error, "-n: '%s' is not a whole number above 0", count);
    else if (trace_options_check(&options->read, error))
        return head(argv[1], options, records, error);
    return EXIT_WRONG_OPTIONS;
}

int cmd_trace_head(int argc, char **argv, GError **error)
{
    ConvertOptions options = { 0 };
    g_autofree char *count = NULL;
    const GOptionEntry entries[] = {
        { "records", 'n', 0, G_OPTION_ARG_FILENAME, &count, "How many (default: 10)", "N" },
        G_OPTION_ENTRY_NULL,
    };
    GOptionContext *context = g_option_context_new("FILE");
    int status;

    g_option_context_add_main_entries(context, entries, NULL);
    trace_options_add(context, &options.read);
    g_option_context_set_summary(context, "Prints the first records of a trace as CSV.");
    if (cmd_parse(context, &argc, &argv, &status, error))
        status = check_and_head(&options, count, argc, argv, error);
    trace_options_clear(&options.read);
    return status;
}
