/*
 * bench_trace - records a second of the trace readers, from a file in the page cache.
 *
 * The same accesses, a walk through a heap with every fourth to the stack, are written in each format
 * and read back; din, lackey and mst also compressed.  The best of three runs is printed.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bench_file.h"
#include "trace/trace.h"
#include "trace/trace_writer.h"

enum { LINES = 2000000, RUNS = 3 };

typedef struct {
    const char *format;
    const char *compression;
    const char *suffix;
} Case;

static const Case cases[] = {
    { "din", "plain", "" },       { "din", "zstd", ".zst" },    { "din", "gzip", ".gz" },
    { "lackey", "plain", "" },    { "lackey", "zstd", ".zst" }, { "csv", "plain", "" },
    { "mst", "plain", "" },       { "mst", "zstd", ".zst" },    { "dramsim3", "plain", "" },
    { "ramulator", "plain", "" },
};

static GString *make_text(const char *format)
{
    GString *text = g_string_new(NULL);
    Rng rng = { 1 };

    for (unsigned i = 0; i < LINES; i++) {
        const uint64_t draw = rng_next(&rng);
        const bool write = draw % 4 == 0;
        const uint64_t addr = bench_address(i, draw);
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

/* The csv text through the format's writer.  Returns as bench_file. */
static char *make_mst(const char *suffix)
{
    g_autoptr(GString) text = make_text("csv");
    g_autofree Batch *batch = g_new(Batch, 1);
    g_autofree char *csv = bench_file("", text);
    char *mst = temporary_file(suffix, "", 0);
    AccessSource *source = csv ? trace_open(&(TraceConfig){ .path = csv }, 0, 0, NULL) : NULL;
    TraceWriter *writer = trace_writer_open(mst, "mst", false, 0, NULL);

    while (source && writer && source_next(source, batch, NULL) &&
           trace_writer_put(writer, batch, NULL))
        ;
    if (!writer || !trace_writer_finish(writer, NULL)) {
        g_remove(mst);
        g_clear_pointer(&mst, g_free);
    }
    if (csv)
        g_remove(csv);
    source_free(source);
    trace_writer_free(writer);
    return mst;
}

static char *make_file(const Case *c)
{
    if (strcmp(c->format, "mst") == 0)
        return make_mst(c->suffix);
    g_autoptr(GString) text = make_text(c->format);

    return bench_file(c->suffix, text);
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
