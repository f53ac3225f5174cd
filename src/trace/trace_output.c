/*
 * trace_output - a buffer, libarchive's filter, a target.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace/trace_output.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "base/error.h"
#include "base/target.h"

enum { BUFFER_BYTES = 256 * 1024 };

static const struct {
    const char *suffix;
    int filter;
} filters[] = {
    { ".gz", ARCHIVE_FILTER_GZIP },  { ".xz", ARCHIVE_FILTER_XZ },
    { ".zst", ARCHIVE_FILTER_ZSTD }, { ".bz2", ARCHIVE_FILTER_BZIP2 },
    { ".lz4", ARCHIVE_FILTER_LZ4 },
};

struct TraceOutput {
    Target *target;
    struct archive *archive; /* NULL: plain */
    GError *failure;         /* of the target, within libarchive */
    size_t used;
    char buffer[BUFFER_BYTES];
};

/* The place of the path's ending in filters, or -1. */
static int find_filter(const char *path)
{
    for (size_t i = 0; i < G_N_ELEMENTS(filters); i++)
        if (g_str_has_suffix(path, filters[i].suffix))
            return (int)i;
    return -1;
}

/* libarchive's write callback. */
static la_ssize_t pass_on(struct archive *archive, void *user, const void *data, size_t length)
{
    TraceOutput *output = user;

    if (!output->failure && target_write(output->target, data, length, &output->failure))
        return (la_ssize_t)length;
    archive_set_error(archive, -1, "%s", output->failure->message);
    return -1;
}

/* What the system has said, or else what libarchive says. */
static bool set_error(TraceOutput *output, GError **error)
{
    if (output->failure)
        g_propagate_error(error, g_error_copy(output->failure));
    else
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_IO, "cannot compress: %s",
                    archive_error_string(output->archive));
    return false;
}

static bool open_archive(TraceOutput *output, int which, GError **error)
{
    struct archive_entry *entry = archive_entry_new();
    struct archive *archive = archive_write_new();
    bool good;

    output->archive = archive;
    archive_entry_set_filetype(entry, AE_IFREG);
    /* A filter that needs an outside program answers with a warning, and is not used. */
    good = archive_write_add_filter(archive, filters[which].filter) == ARCHIVE_OK;
    if (good && filters[which].filter == ARCHIVE_FILTER_GZIP)
        archive_write_set_filter_option(archive, "gzip", "timestamp", NULL);
    good = good && archive_write_set_format_raw(archive) == ARCHIVE_OK &&
           archive_write_set_bytes_in_last_block(archive, 1) == ARCHIVE_OK &&
           archive_write_open(archive, output, NULL, pass_on, NULL) == ARCHIVE_OK &&
           archive_write_header(archive, entry) == ARCHIVE_OK;
    archive_entry_free(entry);
    return good || set_error(output, error);
}

TraceOutput *trace_output_open(const char *path, GError **error)
{
    TraceOutput *output = g_new0(TraceOutput, 1);
    const int which = find_filter(path);

    output->target = target_open(path, error);
    if (output->target && (which < 0 || open_archive(output, which, error)))
        return output;
    trace_output_free(output);
    return NULL;
}

void trace_output_free(TraceOutput *output)
{
    if (!output)
        return;
    if (output->archive) {
        archive_write_fail(output->archive); /* what was not finished is not written now */
        archive_write_free(output->archive);
    }
    target_free(output->target);
    g_clear_error(&output->failure);
    g_free(output);
}

static bool flush(TraceOutput *output, GError **error)
{
    const size_t bytes = output->used;

    output->used = 0;
    if (bytes == 0)
        return true;
    if (!output->archive)
        return target_write(output->target, output->buffer, bytes, error);
    return archive_write_data(output->archive, output->buffer, bytes) == (la_ssize_t)bytes ||
           set_error(output, error);
}

bool trace_output_write(TraceOutput *output, const void *data, size_t bytes, GError **error)
{
    const char *at = data;

    while (bytes > 0) {
        const size_t some = MIN(bytes, BUFFER_BYTES - output->used);

        memcpy(output->buffer + output->used, at, some);
        output->used += some;
        at += some;
        bytes -= some;
        if (output->used == BUFFER_BYTES && !flush(output, error))
            return false;
    }
    return true;
}

bool trace_output_finish(TraceOutput *output, GError **error)
{
    if (!flush(output, error))
        return false;
    if (output->archive && archive_write_close(output->archive) != ARCHIVE_OK)
        return set_error(output, error);
    return target_finish(output->target, error);
}

bool trace_output_broken_pipe(const TraceOutput *output)
{
    return target_broken_pipe(output->target);
}

char *trace_output_stem(const char *path)
{
    const int which = find_filter(path);

    return which < 0 ? g_strdup(path)
                     : g_strndup(path, strlen(path) - strlen(filters[which].suffix));
}
