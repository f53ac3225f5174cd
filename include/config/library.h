/*
 * library - where machines (and other data of scripts) are found by name.
 *
 * The folders, first match wins: each of $MEMSIM_PATH, the script's, scripts/ near the program (the source tree when it
 * is run from the build tree), and where the library was installed.  A machine NAME is machines/NAME.lua in one of them, a
 * DRAM grade NAME dram/NAME.lua.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_LIBRARY_H
#define CONFIG_LIBRARY_H

#include <glib.h>

/* The path of the entry, or NULL.  kind: "machines", "dram".  A name with a slash or ending in ".lua" is a file, as given or
 * in script_folder (which may be NULL).  Returns (caller frees). */
char *library_find(const char *kind, const char *name, const char *script_folder);
/* Names of all entries, sorted, each once, NULL-terminated.  Returns (caller frees: g_strfreev). */
char **library_names(const char *kind, const char *script_folder);
/* Set error (CONFIG): there is no such entry; the nearest and all known ones. */
void library_unknown(const char *kind, const char *name, const char *script_folder, GError **error);
/* The whole of a file.  Returns (caller frees) or NULL and error (IO) with the system's word. */
char *library_read_file(const char *path, gsize *length, GError **error);

#endif
