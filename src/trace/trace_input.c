/*
 * trace_input - the bytes of a file or of standard input, decompressed, as a stream.
 *
 * libarchive recognises and undoes the compression; it pulls the bytes from us (source_pull), so that
 * an error of the system is told apart from damage.  gzip is undone here with zlib: libarchive (3.6)
 * does not compare the checksum at the end of gzip data, and damage would pass in silence.  Some of its
 * filters end at the first byte that is none of theirs; what they leave is found here.
 *
 * Data in front of damage are delivered first: libarchive's blocks are handed on one at a time, and an
 * error is reported when they are used up.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace/trace_input.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/error.h"

enum { PULL_BYTES = 128 * 1024 };

struct TraceInput {
    char *name;
    int fd;
    int read_errno; /* of the read that failed, or 0 */
    bool owns_fd;
    bool at_end;       /* libarchive has no more */
    bool gzip;         /* inflate is set up */
    bool gzip_between; /* behind the end of gzip data; another may follow */
    z_stream inflate;
    size_t pulled_bytes; /* in pulled, not handed on yet; only of the first pull */
    uint64_t handed_on;  /* bytes of the file that libarchive got */
    struct archive *archive;
    const char *block; /* what libarchive gave and we did not hand on */
    size_t block_bytes;
    uint64_t offset; /* decompressed bytes handed on */
    char pulled[PULL_BYTES];
    char inflated[PULL_BYTES];
};

/* Fill pulled from the file, as far as it goes; -1 on error. */
static ssize_t pull_raw(TraceInput *input)
{
    size_t bytes = 0;

    while (bytes < PULL_BYTES) {
        const ssize_t got = read(input->fd, input->pulled + bytes, PULL_BYTES - bytes);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && bytes == 0)
            input->read_errno = errno;
        if (got < 0 && bytes == 0)
            return -1;
        if (got <= 0)
            break; /* an error comes again with the next read */
        bytes += (size_t)got;
    }
    return (ssize_t)bytes;
}

/* Inflate what is left of pulled; -1 and libarchive's error set when it is damaged. */
static ssize_t inflate_some(TraceInput *input, struct archive *archive)
{
    z_stream *z = &input->inflate;
    int result;

    if (input->gzip_between) {
        if (*z->next_in != 0x1f) {
            archive_set_error(archive, EILSEQ, "garbage behind the end of the data");
            return -1;
        }
        inflateReset(z);
        input->gzip_between = false;
    }
    z->next_out = (Bytef *)input->inflated;
    z->avail_out = PULL_BYTES;
    result = inflate(z, Z_NO_FLUSH);
    input->gzip_between = result == Z_STREAM_END;
    if (z->avail_out < PULL_BYTES || result == Z_OK || result == Z_STREAM_END ||
        result == Z_BUF_ERROR)
        return (ssize_t)(PULL_BYTES - z->avail_out); /* zlib repeats an error at the next call */
    archive_set_error(archive, EILSEQ, "%s", z->msg ? z->msg : zError(result));
    return -1;
}

/* The next bytes of a gzip file; 0 at its end. */
static ssize_t pull_gzip(TraceInput *input, struct archive *archive)
{
    z_stream *z = &input->inflate;

    for (;;) {
        ssize_t got;

        if (z->avail_in > 0) {
            got = inflate_some(input, archive);
            if (got != 0)
                return got;
        }
        if (z->avail_in > 0)
            continue;
        got = pull_raw(input);
        if (got < 0)
            return got;
        if (got == 0 && input->gzip_between)
            return 0;
        if (got == 0) {
            archive_set_error(archive, EILSEQ, "the data end too early");
            return -1;
        }
        z->next_in = (Bytef *)input->pulled;
        z->avail_in = (uInt)got;
    }
}

/* libarchive's read callback. */
static la_ssize_t source_pull(struct archive *archive, void *data, const void **buffer)
{
    TraceInput *input = data;
    ssize_t got;

    if (input->gzip) {
        *buffer = input->inflated;
        got = pull_gzip(input, archive);
    } else if (input->pulled_bytes > 0) {
        *buffer = input->pulled;
        got = (ssize_t)input->pulled_bytes;
        input->pulled_bytes = 0;
    } else {
        *buffer = input->pulled;
        got = pull_raw(input);
    }
    if (got > 0 && !input->gzip)
        input->handed_on += (uint64_t)got;
    if (got < 0 && input->read_errno)
        archive_set_error(archive, input->read_errno, "%s", g_strerror(input->read_errno));
    return got;
}

static void set_system_error(const TraceInput *input, int number, GError **error)
{
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_IO, "%s: %s", input->name, g_strerror(number));
}

static void set_archive_error(TraceInput *input, GError **error)
{
    const char *word = archive_error_string(input->archive);
    const char *filter = input->gzip ? "gzip" : archive_filter_name(input->archive, 0);

    if (input->read_errno) {
        set_system_error(input, input->read_errno, error);
        return;
    }
    g_set_error(
        error, MEMSIM_ERROR, MEMSIM_ERROR_TRACE,
        "%s: damaged or truncated %s data behind byte %" PRIu64 " of the decompressed trace: %s",
        input->name, filter ? filter : "compressed", input->offset, word ? word : "no details");
}

/* The first pull, which tells gzip from the rest. */
static bool look_at_beginning(TraceInput *input, GError **error)
{
    const ssize_t got = pull_raw(input);

    if (got < 0) {
        set_system_error(input, input->read_errno, error);
        return false;
    }
    input->pulled_bytes = (size_t)got;
    if (got < 3 || memcmp(input->pulled, "\x1f\x8b\x08", 3) != 0)
        return true;
    input->inflate.next_in = (Bytef *)input->pulled;
    input->inflate.avail_in = (uInt)got;
    input->gzip =
        inflateInit2(&input->inflate, 15 + 16) == Z_OK; /* 16: gzip's frame, with its checksum */
    if (!input->gzip)
        set_system_error(input, ENOMEM, error);
    return input->gzip;
}

/* lzma has no magic number, and libarchive takes binary traces for it.  All its writers begin with these bytes: the
 * usual properties, and a dictionary of whole blocks of 64 KiB. */
static bool looks_like_lzma(const TraceInput *input)
{
    return input->pulled_bytes >= 3 && memcmp(input->pulled, "\x5d\0\0", 3) == 0;
}

static bool start_archive(TraceInput *input, GError **error)
{
    static int (*const filters[])(struct archive *) = {
        archive_read_support_filter_bzip2, archive_read_support_filter_xz,
        archive_read_support_filter_zstd,  archive_read_support_filter_lz4,
        archive_read_support_filter_lzip,  archive_read_support_filter_compress,
    };
    struct archive_entry *entry;
    int result;

    input->archive = archive_read_new();
    for (size_t i = 0; i < G_N_ELEMENTS(filters); i++)
        filters[i](input->archive);
    if (looks_like_lzma(input))
        archive_read_support_filter_lzma(input->archive);
    archive_read_support_format_raw(input->archive);
    archive_read_support_format_empty(input->archive);
    result = archive_read_open(input->archive, input, NULL, source_pull, NULL);
    if (result == ARCHIVE_OK)
        result = archive_read_next_header(input->archive, &entry);
    input->at_end = result == ARCHIVE_EOF; /* no bytes at all */
    if (result == ARCHIVE_OK || result == ARCHIVE_EOF)
        return true;
    set_archive_error(input, error);
    return false;
}

/* At the end of the data: every byte of the file must have been part of them. */
static bool check_rest(TraceInput *input, GError **error)
{
    const uint64_t used = (uint64_t)archive_filter_bytes(input->archive, -1);

    if (input->gzip || (used == input->handed_on && pull_raw(input) == 0))
        return true;
    if (input->read_errno)
        set_system_error(input, input->read_errno, error);
    else
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_TRACE,
                    "%s: the %s data end by byte %" PRIu64
                    " of the file, and something else follows",
                    input->name, archive_filter_name(input->archive, 0), used);
    return false;
}

TraceInput *trace_input_open(const char *path, GError **error)
{
    TraceInput *input = g_new0(TraceInput, 1);
    const bool is_stdin = strcmp(path, "-") == 0;

    input->owns_fd = !is_stdin;
    input->name = g_strdup(is_stdin ? "standard input" : path);
    input->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (input->fd < 0)
        set_system_error(input, errno, error);
    else if (look_at_beginning(input, error) && start_archive(input, error))
        return input;
    trace_input_free(input);
    return NULL;
}

void trace_input_free(TraceInput *input)
{
    if (!input)
        return;
    if (input->archive)
        archive_read_free(input->archive);
    if (input->gzip)
        inflateEnd(&input->inflate);
    if (input->owns_fd && input->fd >= 0)
        close(input->fd);
    g_free(input->name);
    g_free(input);
}

const char *trace_input_name(const TraceInput *input)
{
    return input->name;
}

const char *trace_input_compression(const TraceInput *input)
{
    const char *filter = input->gzip ? "gzip" : archive_filter_name(input->archive, 0);

    return filter ? filter : "none";
}

bool trace_input_read(TraceInput *input, char *to, size_t room, size_t *got, GError **error)
{
    *got = 0;
    while (*got < room && !input->at_end) {
        const size_t bytes = MIN(room - *got, input->block_bytes);
        const void *block;
        la_int64_t offset;
        int result;

        if (bytes > 0) { /* the block may be NULL */
            memcpy(to + *got, input->block, bytes);
            input->block_bytes -= bytes;
            input->block += bytes;
            input->offset += bytes;
            *got += bytes;
        }
        if (input->block_bytes > 0)
            break;
        result = archive_read_data_block(input->archive, &block, &input->block_bytes, &offset);
        input->block = block;
        input->at_end = result != ARCHIVE_OK;
        if (input->at_end)
            input->block_bytes = 0;
        if (result != ARCHIVE_OK && result != ARCHIVE_EOF) {
            set_archive_error(input, error);
            return false;
        }
        if (result == ARCHIVE_EOF && !check_rest(input, error))
            return false;
    }
    return true;
}
