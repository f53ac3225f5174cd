/*
 * temporary - a file of its own for a test or a benchmark.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_TEMPORARY_H
#define TESTS_TEMPORARY_H

#include <glib/gstdio.h>
#include <string.h>

/* A new file with these bytes whose name ends in suffix.  Returns its path (caller removes and frees); ends the
 * program when it cannot be written. */
static inline char *temporary_file(const char *suffix, const void *data, size_t bytes)
{
    g_autofree char *name = g_strconcat("memsim-XXXXXX", suffix, NULL);
    char *path = NULL;
    GError *error = NULL;
    const int fd = g_file_open_tmp(name, &path, &error);

    if (fd >= 0)
        g_close(fd, &error);
    if (error || !g_file_set_contents(path, data, (gssize)bytes, &error))
        g_error("a temporary file: %s", error->message);
    return path;
}

static inline char *temporary_text(const char *suffix, const char *text)
{
    return temporary_file(suffix, text, strlen(text));
}

#endif
