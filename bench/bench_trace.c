/*
 * bench_trace - records a second of the trace readers, from a file in the page cache.
 *
 * The same accesses, a walk through a heap with every fourth to the stack, are written in each format
 * and read back; din, lackey and mst also compressed.  The best of three runs is printed.
 *
 * SPDX-License-Identifier: MIT
 */
#include <archive.h>
#include <archive_entry.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/rng.h"
#include "trace/trace.h"
#include "trace/trace_writer.h"

enum { LINES = 2000000, RUNS = 3 };

typedef struct {
    const char *format;
    const char *compression;
    int filter;
} Case;

static const Case cases[] = {
    { "din", "plain", ARCHIVE_FILTER_NONE },      { "din", "zstd", ARCHIVE_FILTER_ZSTD },
    { "din", "gzip", ARCHIVE_FILTER_GZIP },       { "lackey", "plain", ARCHIVE_FILTER_NONE },
    { "lackey", "zstd", ARCHIVE_FILTER_ZSTD },    { "csv", "plain", ARCHIVE_FILTER_NONE },
    { "mst", "plain", ARCHIVE_FILTER_NONE },      { "mst", "zstd", ARCHIVE_FILTER_ZSTD },
    { "dramsim3", "plain", ARCHIVE_FILTER_NONE }, { "ramulator", "plain", ARCHIVE_FILTER_NONE },
};

static GString *make_text(const char *format)
{
    GString *text = g_string_new(NULL);
    Rng rng = { 1 };

    for (unsigned i = 0; i < LINES; i++) {
        const uint64_t draw = rng_next(&rng);
        const bool write = draw % 4 == 0;
        const uint64_t addr = i % 4 ? 0x4a5b6c0 + UINT64_C(8) * (i % 65536) + draw % 3 * 4096
                                    : UINT64_C(0x1fff000d38) - draw % 16 * 8;
        if (strcmp(format, "dramsim3") == 0)
            g_string_append_printf(text, "0x%" PRIx64 " %s %u\n", addr, write ? "WRITE" : "READ",
                                   i);
        else if (strcmp(format, "ramulator") == 0)
            g_string_append_printf(text, "%s 0x%" PRIx64 "\n", write ? "ST" : "LD", addr);
        else if (strcmp(format, "din") == 0)
            g_string_append_printf(text, "%d %" PRIx64 "\n", write, addr);
        else if (strcmp(format, "lackey") == 0)
            g_string_append_printf(text, " %c %08" PRIx64 ",8\n", write ? 'S' : 'L', addr);
        else
            g_string_append_printf(text, "%c,0x%" PRIx64 ",8\n", write ? 'W' : 'R', addr);
    }
    return text;
}

/* What the format's writer makes of the csv text. */
static GString *make_mst(void)
{
    g_autoptr(GString) text = make_text("csv");
    g_autofree Batch *batch = g_new(Batch, 1);
    g_autofree char *data = NULL;
    g_autofree char *csv = NULL, *mst = NULL;
    AccessSource *source = NULL;
    TraceWriter *writer = NULL;
    gsize bytes = 0;
    const int fd = g_file_open_tmp("memsim-bench-XXXXXX", &csv, NULL);

    if (fd >= 0) {
        g_close(fd, NULL);
        mst = g_strconcat(csv, ".mst", NULL);
        if (g_file_set_contents(csv, text->str, (gssize)text->len, NULL))
            source = trace_open(&(TraceConfig){ .path = csv }, 0, 0, NULL);
        writer = trace_writer_open(mst, "mst", false, 0, NULL);
        while (source && writer && source_next(source, batch, NULL) &&
               trace_writer_put(writer, batch, NULL))
            ;
        if (writer && trace_writer_finish(writer, NULL))
            g_file_get_contents(mst, &data, &bytes, NULL);
        g_remove(csv);
        g_remove(mst);
    }
    source_free(source);
    trace_writer_free(writer);
    return g_string_new_len(data, (gssize)bytes);
}

/* Returns the path of a temporary file (caller removes and frees), or NULL. */
static char *make_file(const Case *c)
{
    g_autoptr(GString) text = strcmp(c->format, "mst") == 0 ? make_mst() : make_text(c->format);
    struct archive *archive = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    char *path = NULL;
    const int fd = g_file_open_tmp("memsim-bench-XXXXXX", &path, NULL);

    archive_write_set_format_raw(archive);
    archive_write_set_bytes_in_last_block(archive, 1);
    archive_entry_set_filetype(entry, AE_IFREG);
    if (fd >= 0 && (archive_write_add_filter(archive, c->filter) != ARCHIVE_OK ||
                    archive_write_open_fd(archive, fd) != ARCHIVE_OK ||
                    archive_write_header(archive, entry) != ARCHIVE_OK ||
                    archive_write_data(archive, text->str, text->len) != (la_ssize_t)text->len ||
                    archive_write_close(archive) != ARCHIVE_OK)) {
        g_remove(path);
        g_clear_pointer(&path, g_free);
    }
    if (fd >= 0)
        g_close(fd, NULL);
    archive_entry_free(entry);
    archive_write_free(archive);
    return path;
}

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Seconds for one pass, or 0 when it failed. */
static double read_once(char *path)
{
    g_autofree Batch *batch = g_new(Batch, 1);
    const double start_s = now_s();
    AccessSource *source = trace_open(&(TraceConfig){ .path = path }, 0, 0, NULL);
    uint64_t count = 0;

    while (source && source_next(source, batch, NULL))
        count += batch->count;
    source_free(source);
    return count == LINES ? now_s() - start_s : 0;
}

static void run(const Case *c)
{
    g_autofree char *path = make_file(c);
    double best_s = 0;

    for (int i = 0; path && i < RUNS; i++) {
        const double seconds = read_once(path);
        if (seconds > 0 && (best_s == 0 || seconds < best_s))
            best_s = seconds;
    }
    if (best_s > 0)
        printf("trace %-9s %-5s %7.1f million records/s\n", c->format, c->compression,
               LINES / best_s / 1e6);
    else
        printf("trace %-9s %-5s not measured\n", c->format, c->compression);
    if (path)
        g_remove(path);
}

int main(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        run(&cases[i]);
    return 0;
}
