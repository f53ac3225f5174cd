/*
 * cmd_list - listing a part of the library.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmd_list.h"

/* One row for each name; first: what is wrong with the first file that has an error. */
static Grid *fill_all(const CmdList *list, char *const *names, guint n, GError **first)
{
    Grid *grid = grid_new(list->n_columns, n + 1);

    for (guint i = 0; i < list->n_columns; i++) {
        grid_set(grid, 0, i, g_strdup(list->headings[i]));
        grid->right[i] = i >= 1 && i <= list->n_numbers;
    }
    for (guint i = 0; i < n; i++) {
        g_autoptr(GError) why = NULL;

        grid_set(grid, i + 1, 0, g_strdup(names[i]));
        if (list->fill(grid, i + 1, names[i], &why))
            continue;
        grid_set(grid, i + 1, list->n_columns - 1, g_strdup("(its file has an error)"));
        if (*first == NULL)
            *first = g_steal_pointer(&why);
    }
    return grid;
}

static int list_all(const CmdList *list, GError **error)
{
    g_auto(GStrv) names = list->names();
    g_autoptr(GError) first = NULL;
    Grid *grid = fill_all(list, names, g_strv_length(names), &first);
    GString *out = g_string_new(NULL);

    grid_print(grid, out);
    if (list->note)
        g_string_append_printf(out, "\n%s\n", list->note);
    int status = cmd_print(out->str, error);

    if (status == EXIT_ALL_DONE && first) {
        g_propagate_error(error, g_steal_pointer(&first));
        status = EXIT_WRONG_INPUT;
    }
    g_string_free(out, TRUE);
    grid_free(grid);
    return status;
}

static int list_or_show(const CmdList *list, const char *name, const char *option, GError **error)
{
    if (name)
        return list->show(name, option, error);
    if (option) {
        cmd_wrong_option(error, "%s: --%s needs the name of a %s", list->kind, list->option,
                         list->one);
        return EXIT_WRONG_OPTIONS;
    }
    return list_all(list, error);
}

int cmd_list(const CmdList *list, int argc, char **argv, GError **error)
{
    g_autofree char *option = NULL;
    const GOptionEntry entries[] = {
        { list->option, 0, 0, G_OPTION_ARG_STRING, &option, list->option_help, "NAME" }, { 0 }
    };
    GOptionContext *context = g_option_context_new("[NAME|FILE.lua]");
    int status;

    g_option_context_set_summary(context, list->summary);
    g_option_context_set_description(context, list->examples);
    if (list->option)
        g_option_context_add_main_entries(context, entries, NULL);
    if (!cmd_parse(context, &argc, &argv, &status, error))
        return status;
    if (argc <= 2)
        return list_or_show(list, argc == 2 ? argv[1] : NULL, option, error);
    cmd_wrong_option(error, "%s: one %s at a time; '%s' is too much", list->kind, list->one,
                     argv[2]);
    return status;
}
