/*
 * cmd_trace_info - memsim trace info: counts of a trace, and a histogram of its addresses.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>

#include "cmd_trace.h"
#include "report/format.h"
#include "report/grid.h"
#include "trace/trace_tally.h"

enum { BAR_COLUMNS = 40 };

/* What is printed of a trace. */
typedef struct {
    const char *path;
    char *format, *compression; /* owned */
    bool cycles;                /* the times are cycles */
    TraceCounts counts;
    TraceRange ranges[TALLY_RANGES_MAX];
    unsigned n_ranges;
} Info;

/* A time in cycles, or in nanoseconds with all its digits. */
static char *print_time(const Info *info, Tick time_fs)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    if (info->cycles)
        return g_strdup_printf("%" G_GUINT64_FORMAT, time_fs);
    return g_strdup(units_exact((double)time_fs / 1e6, text));
}

static void add_line(GString *out, const char *name, char *text)
{
    g_string_append_printf(out, "%-18s %s\n", name, text);
    g_free(text);
}

static void add_count(GString *out, const char *name, uint64_t count, uint64_t of)
{
    if (of > 0)
        add_line(out, name,
                 g_strdup_printf("%" G_GUINT64_FORMAT "  (%.1f%%)", count,
                                 100.0 * (double)count / (double)of));
    else
        add_line(out, name, g_strdup_printf("%" G_GUINT64_FORMAT, count));
}

static void add_amount(GString *out, const char *name, uint64_t count, uint64_t bytes)
{
    g_autofree char *amount = units_format((double)bytes, UNIT_BYTES);

    add_line(out, name, g_strdup_printf("%" G_GUINT64_FORMAT "  (%s)", count, amount));
}

static void add_histogram(GString *out, const Info *info)
{
    static const char *const headings[] = { "addresses", "accesses", "share", "" };
    Grid *grid = grid_new(G_N_ELEMENTS(headings), info->n_ranges + 1);
    uint64_t most = 1, all = 0;

    for (guint i = 0; i < G_N_ELEMENTS(headings); i++) {
        grid_set(grid, 0, i, g_strdup(headings[i]));
        grid->right[i] = i == 1 || i == 2;
    }
    for (unsigned i = 0; i < info->n_ranges; i++) {
        most = MAX(most, info->ranges[i].accesses);
        all += info->ranges[i].accesses;
    }
    for (unsigned i = 0; i < info->n_ranges; i++) {
        const TraceRange *range = &info->ranges[i];
        const double share = (double)range->accesses / (double)all;
        const double length = BAR_COLUMNS * (double)range->accesses / (double)most;

        grid_set(grid, i + 1, 0,
                 g_strdup_printf("0x%" PRIx64 "-0x%" PRIx64, range->from, range->to));
        grid_set(grid, i + 1, 1, g_strdup_printf("%" G_GUINT64_FORMAT, range->accesses));
        grid_set(grid, i + 1, 2, g_strdup_printf("%.1f%%", 100.0 * share));
        grid_set(grid, i + 1, 3, g_strnfill((gsize)(length + 0.5), '#'));
    }
    grid_print(grid, out);
    grid_free(grid);
}

static void print_table(GString *out, const Info *info)
{
    const TraceCounts *c = &info->counts;

    add_line(out, "file", grid_tame(g_strdup(info->path)));
    add_line(out, "format", g_strdup(info->format));
    add_line(out, "compression", g_strdup(info->compression));
    add_count(out, "records", c->records, 0);
    add_count(out, "reads", c->reads, c->records);
    add_count(out, "writes", c->writes, c->records);
    add_count(out, "fetches", c->fetches, c->records);
    add_amount(out, "bytes", c->bytes, c->bytes);
    add_amount(out, "distinct bytes", c->footprint_bytes, c->footprint_bytes);
    add_amount(out, "lines of 64 B", c->lines, c->lines * TALLY_LINE_BYTES);
    add_amount(out, "pages of 4 KiB", c->pages, c->pages * TALLY_PAGE_BYTES);
    add_line(out, "addresses",
             g_strdup_printf("0x%" PRIx64 " to 0x%" PRIx64, c->first_addr, c->last_addr));
    if (c->timed) {
        g_autofree char *first = print_time(info, c->first_fs);
        g_autofree char *last = print_time(info, c->last_fs);

        add_line(out, "times",
                 g_strdup_printf("%s to %s %s", first, last, info->cycles ? "cycles" : "ns"));
    } else {
        add_line(out, "times", g_strdup("none"));
    }
    g_string_append_c(out, '\n');
    add_histogram(out, info);
}

/* The columns of CSV and JSON, but for the texts. */
static void each_number(const Info *info, void (*put)(GString *, const char *, const char *),
                        GString *out)
{
    const TraceCounts *c = &info->counts;
    const struct {
        const char *name;
        uint64_t value;
    } numbers[] = {
        { "records", c->records },
        { "reads", c->reads },
        { "writes", c->writes },
        { "fetches", c->fetches },
        { "bytes", c->bytes },
        { "footprint_bytes", c->footprint_bytes },
        { "lines", c->lines },
        { "pages", c->pages },
        { "first_address", c->first_addr },
        { "last_address", c->last_addr },
    };
    g_autofree char *first = c->timed ? print_time(info, c->first_fs) : NULL;
    g_autofree char *last = c->timed ? print_time(info, c->last_fs) : NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, numbers[i].value);

        put(out, numbers[i].name, text);
    }
    put(out, "first_time_ns", info->cycles ? NULL : first);
    put(out, "last_time_ns", info->cycles ? NULL : last);
    put(out, "first_time_cycles", info->cycles ? first : NULL);
    put(out, "last_time_cycles", info->cycles ? last : NULL);
}

static void put_csv_name(GString *out, const char *name, const char *value)
{
    (void)value;
    g_string_append_printf(out, ",%s", name);
}

static void put_csv_value(GString *out, const char *name, const char *value)
{
    (void)name;
    g_string_append_printf(out, ",%s", value ? value : "");
}

static void put_json(GString *out, const char *name, const char *value)
{
    g_string_append_printf(out, ", \"%s\": %s", name, value ? value : "null");
}

static void print_csv(GString *out, const Info *info)
{
    g_auto(GStrv) parts = g_strsplit(info->path, "\"", -1);
    g_autofree char *quoted = g_strjoinv("\"\"", parts);

    g_string_append(out, "file,format,compression");
    each_number(info, put_csv_name, out);
    g_string_append_printf(out, "\n\"%s\",%s,%s", quoted, info->format, info->compression);
    each_number(info, put_csv_value, out);
    g_string_append_c(out, '\n');
}

static void print_json(GString *out, const Info *info)
{
    g_string_append(out, "{\"file\": ");
    format_json_text(out, info->path);
    g_string_append_printf(out, ", \"format\": \"%s\", \"compression\": \"%s\"", info->format,
                           info->compression);
    each_number(info, put_json, out);
    g_string_append(out, ", \"histogram\": [");
    for (unsigned i = 0; i < info->n_ranges; i++)
        g_string_append_printf(
            out, "%s{\"from\": %" PRIu64 ", \"to\": %" PRIu64 ", \"accesses\": %" PRIu64 "}",
            i > 0 ? ", " : "", info->ranges[i].from, info->ranges[i].to, info->ranges[i].accesses);
    g_string_append(out, "]}\n");
}

typedef struct {
    const char *name;
    void (*print)(GString *out, const Info *info);
} InfoFormat;

static const InfoFormat formats[] = { { "table", print_table },
                                      { "csv", print_csv },
                                      { "json", print_json } };

static const InfoFormat *find_format(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
        if (!name || g_str_equal(formats[i].name, name))
            return &formats[i];
    return NULL;
}

/* Read all of it. */
static int gather(Info *info, TraceOptions *options, GError **error)
{
    AccessSource *source = trace_options_open(options, info->path, 1, error);
    g_autofree Batch *batch = g_new0(Batch, 1);
    TraceTally *tally;
    GError *failure = NULL;
    int status = EXIT_ALL_DONE;

    if (!source)
        return EXIT_WRONG_INPUT;
    tally = trace_tally_new();
    while (source_next(source, batch, &failure))
        trace_tally_add(tally, batch, source->timed);
    info->format = g_strdup(options->study ? "script" : trace_source_format(source));
    info->compression = g_strdup(options->study ? "none" : trace_source_compression(source));
    info->cycles = trace_options_cycles(options, source) && !options->clock;
    info->counts = trace_tally_counts(tally);
    info->n_ranges = trace_tally_ranges(tally, info->ranges);
    if (failure || trace_options_report(options, source))
        status = EXIT_WRONG_INPUT;
    if (failure)
        g_propagate_error(error, failure);
    trace_tally_free(tally);
    source_free(source);
    return status;
}

static int show_info(const char *path, TraceOptions *options, const InfoFormat *format,
                     GError **error)
{
    Info info = { .path = path };
    const int status = gather(&info, options, error);
    g_autoptr(GString) out = g_string_new(NULL);
    int printed = EXIT_ALL_DONE;

    if (info.format && !(error && *error)) {
        format->print(out, &info);
        printed = cmd_print(out->str, error);
    }
    g_free(info.format);
    g_free(info.compression);
    return status == EXIT_ALL_DONE ? printed : status;
}

static int check_and_show(TraceOptions *options, const char *format, int argc, char **argv,
                          GError **error)
{
    if (argc != 2)
        cmd_wrong_option(error, "trace info: one trace, not %d", argc - 1);
    else if (!find_format(format))
        cmd_wrong_option(error, "--format: no '%s'; known: table csv json", format);
    else if (trace_options_check(options, error))
        return show_info(argv[1], options, find_format(format), error);
    return EXIT_WRONG_OPTIONS;
}

int cmd_trace_info(int argc, char **argv, GError **error)
{
    TraceOptions options = { 0 };
    g_autofree char *format = NULL;
    const GOptionEntry entries[] = {
        { "format", 'f', 0, G_OPTION_ARG_FILENAME, &format, "table, csv or json (default: table)",
          "FORMAT" },
        G_OPTION_ENTRY_NULL,
    };
    GOptionContext *context = g_option_context_new("FILE");
    int status;

    g_option_context_add_main_entries(context, entries, NULL);
    trace_options_add(context, &options);
    g_option_context_set_summary(context, "Says what is in a trace, and which memory it touches.\n"
                                          "FILE may be - for standard input.");
    if (cmd_parse(context, &argc, &argv, &status, error))
        status = check_and_show(&options, format, argc, argv, error);
    trace_options_clear(&options);
    return status;
}
