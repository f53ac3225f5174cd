/*
 * cmd_files - no file that a command writes is another one that it writes, or one that it reads.  See cmd.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmd.h"

struct CmdFiles {
    GHashTable *uses; /* what a file is, by its place */
    GHashTable *read; /* paths that have been looked at: points may have one trace */
};

CmdFiles *cmd_files_new(void)
{
    CmdFiles *files = g_new(CmdFiles, 1);

    files->uses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    files->read = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return files;
}

void cmd_files_free(CmdFiles *files)
{
    if (!files)
        return;
    g_hash_table_unref(files->uses);
    g_hash_table_unref(files->read);
    g_free(files);
}

void cmd_files_read(CmdFiles *files, const char *path, const char *what)
{
    char *place = g_hash_table_add(files->read, g_strdup(path)) ? target_place(path) : NULL;

    if (place)
        g_hash_table_replace(files->uses, place, g_strdup(what));
}

bool cmd_files_write(CmdFiles *files, const char *path, const char *option, GError **error)
{
    char *place = target_place(path);
    const char *what = place ? g_hash_table_lookup(files->uses, place) : NULL;

    if (!place)
        return true;
    if (!what) {
        g_hash_table_insert(files->uses, place, g_strdup_printf("what %s writes", option));
        return true;
    }
    cmd_wrong_option(error, "%s: '%s' is %s, too; name another file", option, path, what);
    g_free(place);
    return false;
}

static void reads_trace(const char *path, void *data)
{
    cmd_files_read(data, path, "a trace that is read");
}

bool cmd_files_add_study(CmdFiles *files, const Study *study, const RunOptions *options,
                         GError **error)
{
    if (!options->output && !options->plot && !options->commands)
        return true;
    study_each_trace(study, reads_trace, files);
    if (options->script)
        cmd_files_read(files, options->script, "the script");
    return cmd_files_write(files, options->output, "-o", error) &&
           cmd_files_write(files, options->plot, "--plot", error);
}
