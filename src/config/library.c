/*
 * library - where machines and DRAM grades are found by name.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/suggest.h"

static void add_folder(GPtrArray *folders, char *folder)
{
    if (g_file_test(folder, G_FILE_TEST_IS_DIR))
        g_ptr_array_add(folders, folder);
    else
        g_free(folder);
}

/* Where scripts lie, seen from the folder of the program or the library: in a build tree, or installed. */
static const char *const near_program[] = { "scripts",
                                            "../scripts",
                                            "../../scripts",
                                            "../share/memsim/scripts",
                                            "../../share/memsim/scripts",
                                            "../../../share/memsim/scripts" };

static void add_near(GPtrArray *folders, const char *file)
{
    g_autofree char *folder = g_path_get_dirname(file);

    for (size_t i = 0; i < G_N_ELEMENTS(near_program); i++)
        add_folder(folders, g_build_filename(folder, near_program[i], NULL));
}

static GPtrArray *search_path(const char *script_folder)
{
    GPtrArray *folders = g_ptr_array_new_with_free_func(g_free);
    const char *listed = g_getenv("MEMSIM_PATH");
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    Dl_info library;

    if (listed) {
        g_auto(GStrv) parts = g_strsplit(listed, ":", -1);

        for (char **part = parts; *part; part++)
            if (**part)
                add_folder(folders, g_strdup(*part));
    }
    if (script_folder)
        add_folder(folders, g_strdup(script_folder));
    if (program)
        add_near(folders, program);
    if (dladdr(near_program, &library) && library.dli_fname)
        add_near(folders, library.dli_fname);
#ifdef MEMSIM_DATADIR
    add_folder(folders, g_build_filename(MEMSIM_DATADIR, "scripts", NULL));
#endif
    return folders;
}

static bool is_path(const char *name)
{
    return strchr(name, '/') != NULL || g_str_has_suffix(name, ".lua");
}

static char *find_path(const char *name, const char *script_folder)
{
    if (g_file_test(name, G_FILE_TEST_EXISTS))
        return g_strdup(name);
    if (script_folder == NULL || g_path_is_absolute(name))
        return NULL;
    char *beside = g_build_filename(script_folder, name, NULL);
    if (g_file_test(beside, G_FILE_TEST_EXISTS))
        return beside;
    g_free(beside);
    return NULL;
}

char *library_find(const char *kind, const char *name, const char *script_folder)
{
    if (is_path(name))
        return find_path(name, script_folder);
    g_autoptr(GPtrArray) folders = search_path(script_folder);
    for (guint i = 0; i < folders->len; i++) {
        g_autofree char *file = g_strdup_printf("%s.lua", name);
        g_autofree char *path = g_build_filename(folders->pdata[i], kind, file, NULL);

        if (g_file_test(path, G_FILE_TEST_EXISTS))
            return g_steal_pointer(&path);
    }
    return NULL;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_names(GPtrArray *names, const char *folder)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *file;

    if (dir == NULL)
        return;
    while ((file = g_dir_read_name(dir)) != NULL)
        if (g_str_has_suffix(file, ".lua") && *file != '.')
            g_ptr_array_add(names, g_strndup(file, strlen(file) - strlen(".lua")));
    g_dir_close(dir);
}

char **library_names(const char *kind, const char *script_folder)
{
    g_autoptr(GPtrArray) folders = search_path(script_folder);
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    GPtrArray *names = g_ptr_array_new();

    for (guint i = 0; i < folders->len; i++) {
        g_autofree char *folder = g_build_filename(folders->pdata[i], kind, NULL);
        add_names(found, folder);
    }
    g_ptr_array_sort(found, by_text);
    for (guint i = 0; i < found->len; i++)
        if (i == 0 || strcmp(found->pdata[i], found->pdata[i - 1]) != 0)
            g_ptr_array_add(names, g_strdup(found->pdata[i]));
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

void library_unknown(const char *kind, const char *name, const char *script_folder, GError **error)
{
    const int singular =
        (int)strlen(kind) - g_str_has_suffix(kind, "s"); /* "machines": a machine */

    if (is_path(name)) {
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, "%.*s: cannot read '%s': %s",
                    singular, kind, name, g_strerror(ENOENT));
        return;
    }
    g_auto(GStrv) names = library_names(kind, script_folder);
    const char *near = suggest_nearest(name, (const char *const *)names);
    g_autofree char *list = g_strjoinv(", ", names);
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                "%.*s: no '%s' in the library%s%s%s; known: %s", singular, kind, name,
                near ? "; did you mean '" : "", near ? near : "", near ? "'" : "",
                *list ? list : "none (set MEMSIM_PATH)");
}

static char *refuse(const char *path, GError **error)
{
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_IO, "cannot read '%s': %s", path,
                g_strerror(errno));
    return NULL;
}

char *library_read_file(const char *path, gsize *length, GError **error)
{
    char buffer[8192];
    size_t got;
    FILE *file = fopen(path, "rb");

    if (file == NULL)
        return refuse(path, error);
    GString *text = g_string_new(NULL);
    while ((got = fread(buffer, 1, sizeof buffer, file)) > 0)
        g_string_append_len(text, buffer, (gssize)got);
    if (ferror(file)) {
        refuse(path, error);
        fclose(file);
        g_string_free(text, TRUE);
        return NULL;
    }
    fclose(file);
    *length = text->len;
    return g_string_free(text, FALSE);
}
