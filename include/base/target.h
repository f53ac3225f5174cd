/*
 * target - where results go: standard output, a file that appears when it is whole, or a device.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_TARGET_H
#define BASE_TARGET_H

#include <glib.h>
#include <stdbool.h>

typedef struct Target Target;

/* Where target_open puts a file: absolute, links followed.  NULL: it writes directly or cannot, or path is NULL or
 * "-".  Caller frees. */
char *target_place(const char *path);
/* path NULL or "-": standard output.  A regular or a new file gets its name by target_finish: until then it has none, or a
 * temporary one where the file system has no such files.  What exists and is no regular file is written directly.
 * Returns (caller frees with target_free), or NULL and sets error (IO). */
Target *target_open(const char *path, GError **error);
/* The same for what is worth something before it is whole: until target_finish the file stands beside its place, as
 * PATH.XXXXXX.part, and stays there with all that has been written by whole calls of target_write. */
Target *target_open_kept(const char *path, GError **error);
/* False and error (IO) when not all of it can be written. */
bool target_write(Target *target, const char *data, gsize length, GError **error);
/* Everything is written: put the file in its place.  To be called once, last. */
bool target_finish(Target *target, GError **error);
/* Where what has been written stays if it is not finished; NULL: nowhere. */
const char *target_left(const Target *target);
/* Whether a write failed because the reader has gone. */
bool target_broken_pipe(const Target *target);
/* Frees; a file that was not finished leaves no trace but what target_left says.  Accepts NULL. */
void target_free(Target *target);

#endif
