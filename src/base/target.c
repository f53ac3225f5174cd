/*
 * target - files without a name, or by another one, and rename; devices and standard output directly.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/target.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

struct Target {
    char *shown; /* for messages: "standard output" or 'name' */
    char *path;  /* the file to replace, links resolved; NULL: written directly */
    char *temporary;
    int fd;
    bool keeps;  /* what has been written stays, whole of writes */
    gsize whole; /* bytes of those */
    bool broken_pipe;
};

static bool fail(Target *target, int number, GError **error)
{
    target->broken_pipe = target->broken_pipe || number == EPIPE;
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_IO, "cannot write %s: %s", target->shown,
                g_strerror(number));
    return false;
}

/* Where a path that leads to no file would make one: the end of its links.  A loop of links is refused before. */
static char *follow_links(const char *path)
{
    char *end = g_strdup(path);
    char *link;

    while ((link = g_file_read_link(end, NULL))) {
        g_autofree char *folder = g_path_get_dirname(end);

        g_free(end);
        end = g_path_is_absolute(link) ? g_strdup(link) : g_build_filename(folder, link, NULL);
        g_free(link);
    }
    return end;
}

/* The file itself, not a link to it: a rename must not replace the link. */
static char *resolve(const char *path)
{
    g_autofree char *end = follow_links(path);
    g_autofree char *folder = g_path_get_dirname(end);
    g_autofree char *base = g_path_get_basename(end);
    char *resolved = realpath(folder, NULL);
    char *place = resolved ? g_build_filename(resolved, base, NULL) : g_strdup(end);

    free(resolved);
    return place;
}

char *target_place(const char *path)
{
    struct stat existing;

    if (!path || g_str_equal(path, "-"))
        return NULL;
    if (stat(path, &existing) == 0 ? !S_ISREG(existing.st_mode) : errno != ENOENT)
        return NULL;
    return resolve(path);
}

/* A file without a name, where the file system has such: nothing is left of it however the program ends. */
static bool open_nameless(Target *target)
{
#ifdef O_TMPFILE
    g_autofree char *folder = g_path_get_dirname(target->path);

    if (access("/proc/self/fd", X_OK) == 0) /* through which it gets its name */
        target->fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
#endif
    return target->fd >= 0;
}

/* A file beside the path that tells whose part it is.  Its name may be longer than the file system allows. */
static bool open_part(Target *target)
{
    target->temporary = g_strconcat(target->path, ".XXXXXX.part", NULL);
    target->fd = g_mkstemp_full(target->temporary, O_WRONLY | O_CLOEXEC, 0666);
    if (target->fd < 0)
        g_clear_pointer(&target->temporary, g_free);
    return target->fd >= 0;
}

/* A name beside the path, which ends so.  Returns (caller frees). */
static char *name_beside(const Target *target, const char *end)
{
    g_autofree char *folder = g_path_get_dirname(target->path);

    return g_strconcat(folder, "/.memsim.", end, NULL);
}

static bool open_temporary(Target *target, const struct stat *existing, GError **error)
{
    if (!(target->keeps ? open_part(target) : open_nameless(target))) {
        target->temporary = name_beside(target, "XXXXXX");
        target->fd = g_mkstemp_full(target->temporary, O_WRONLY | O_CLOEXEC, 0666);
    }
    if (target->fd < 0) {
        const int number = errno;

        g_clear_pointer(&target->temporary, g_free);
        return fail(target, number, error);
    }
    if (existing && fchmod(target->fd, existing->st_mode & 07777) != 0)
        return fail(target, errno, error);
    return true;
}

/* Give a file without a name one in passing: link(2) replaces nothing, so it is not the path itself, which is for a rename. */
static bool name_file(Target *target, GError **error)
{
    g_autofree char *open_file = g_strdup_printf("/proc/self/fd/%d", target->fd);
    int number = EEXIST;

    for (int tries = 0; number == EEXIST && tries < 1000; tries++) {
        g_autofree char *end = g_strdup_printf("%d-%d", (int)getpid(), tries);
        g_autofree char *name = name_beside(target, end);

        number = linkat(AT_FDCWD, open_file, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
        if (number == 0)
            target->temporary = g_steal_pointer(&name);
    }
    return number == 0 || fail(target, number, error);
}

static bool open_path(Target *target, const char *path, GError **error)
{
    struct stat existing;
    const bool exists = stat(path, &existing) == 0;

    if (!exists && errno != ENOENT)
        return fail(target, errno, error);
    if (exists && !S_ISREG(existing.st_mode)) {
        target->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
        return target->fd >= 0 || fail(target, errno, error);
    }
    target->path = resolve(path);
    return open_temporary(target, exists ? &existing : NULL, error);
}

static Target *open_target(const char *path, bool keeps, GError **error)
{
    Target *target = g_new0(Target, 1);
    bool opened;

    target->fd = -1;
    target->keeps = keeps;
    if (path && !g_str_equal(path, "-")) {
        target->shown = g_strdup_printf("'%s'", path);
        opened = open_path(target, path, error);
    } else {
        target->shown = g_strdup("standard output");
        target->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
        opened = target->fd >= 0 || fail(target, errno, error);
    }
    if (!opened)
        g_clear_pointer(&target, target_free);
    return target;
}

Target *target_open(const char *path, GError **error)
{
    return open_target(path, false, error);
}

Target *target_open_kept(const char *path, GError **error)
{
    return open_target(path, true, error);
}

static bool write_all(Target *target, const char *data, gsize length, GError **error)
{
    while (length > 0) {
        const gssize written = write(target->fd, data, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fail(target, errno, error);
        data += written;
        length -= (gsize)written;
    }
    return true;
}

bool target_write(Target *target, const char *data, gsize length, GError **error)
{
    if (write_all(target, data, length, error)) {
        target->whole += length;
        return true;
    }
    if (target_left(target) && ftruncate(target->fd, (off_t)target->whole) != 0)
        target->keeps = false; /* it would end in the middle of a row */
    return false;
}

const char *target_left(const Target *target)
{
    return target->keeps && target->whole > 0 ? target->temporary : NULL;
}

static bool close_target(Target *target, GError **error)
{
    const int fd = target->fd;

    target->fd = -1;
    return close(fd) == 0 || errno == EINTR || fail(target, errno, error);
}

bool target_finish(Target *target, GError **error)
{
    if (target->path && fsync(target->fd) != 0 && errno != EINVAL && errno != ENOTSUP)
        return fail(target, errno, error);
    if (target->path && !target->temporary && !name_file(target, error))
        return false;
    if (!close_target(target, error))
        return false;
    if (target->path && g_rename(target->temporary, target->path) != 0)
        return fail(target, errno, error);
    g_clear_pointer(&target->temporary, g_free);
    return true;
}

bool target_broken_pipe(const Target *target)
{
    return target->broken_pipe;
}

void target_free(Target *target)
{
    if (!target)
        return;
    if (target->fd >= 0)
        close(target->fd);
    if (target->temporary && !target_left(target))
        g_unlink(target->temporary);
    g_free(target->temporary);
    g_free(target->path);
    g_free(target->shown);
    g_free(target);
}
