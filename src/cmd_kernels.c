/*
 * cmd_kernels - memsim kernels: the kernels of the library, or the parameters of one.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmd.h"
#include "report/grid.h"

static void append_parameters(GString *out, const KernelInfo *kernel)
{
    Grid *grid = grid_new(3, (guint)kernel->n_parameters + 1);

    grid_set(grid, 0, 0, g_strdup("parameter"));
    grid_set(grid, 0, 1, g_strdup("default"));
    grid_set(grid, 0, 2, g_strdup("what it is"));
    for (guint i = 0; i < kernel->n_parameters; i++) {
        grid_set(grid, i + 1, 0, g_strdup(kernel->parameters[i].name));
        grid_set(grid, i + 1, 1, g_strdup(kernel->parameters[i].by_default));
        grid_set(grid, i + 1, 2, g_strdup(kernel->parameters[i].meaning));
    }
    grid_print(grid, out);
    grid_free(grid);
}

static int show_kernel(const char *name, GError **error)
{
    g_autofree char *path = NULL;
    KernelInfo *kernel = config_kernel_built(name, &path, error);

    if (kernel == NULL)
        return EXIT_WRONG_INPUT;
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "%s: %s\nfrom %s, which says what is counted\n\n", name,
                           kernel->description, path ? path : name);
    append_parameters(out, kernel);
    g_string_append_printf(out,
                           "\nWith the defaults: %.0f operations on %.0f compulsory bytes, %.4g "
                           "FLOP/B.\n",
                           kernel->flops, kernel->compulsory_bytes,
                           kernel->flops / kernel->compulsory_bytes);
    if (kernel->list)
        g_string_append(out, "It is a list: memsim.kernels_of gives its kernels one by one.\n");
    const int status = cmd_print(out->str, error);

    g_string_free(out, TRUE);
    kernel_info_free(kernel);
    return status;
}

static void list_kernel(Grid *grid, guint row, const char *name, GError **error)
{
    KernelInfo *kernel = config_kernel(name, error);

    grid_set(grid, row, 0, g_strdup(name));
    if (kernel == NULL) {
        grid_set(grid, row, 1, g_strdup("(its file has an error)"));
        return;
    }
    grid_set(grid, row, 1, g_strdup(kernel->description));
    kernel_info_free(kernel);
}

static int list_kernels(GError **error)
{
    g_auto(GStrv) names = config_kernel_names();
    const guint n = g_strv_length(names);
    Grid *grid = grid_new(2, n + 1);
    GString *out = g_string_new(NULL);
    g_autoptr(GError) first = NULL;

    grid_set(grid, 0, 0, g_strdup("name"));
    grid_set(grid, 0, 1, g_strdup("what it is"));
    for (guint i = 0; i < n; i++)
        list_kernel(grid, i + 1, names[i], first ? NULL : &first);
    grid_print(grid, out);
    int status = cmd_print(out->str, error);

    if (status == EXIT_ALL_DONE && first) {
        g_propagate_error(error, g_steal_pointer(&first));
        status = EXIT_WRONG_INPUT;
    }
    g_string_free(out, TRUE);
    grid_free(grid);
    return status;
}

int cmd_kernels(int argc, char **argv, GError **error)
{
    GOptionContext *context = g_option_context_new("[NAME|FILE.lua]");
    int status = EXIT_WRONG_OPTIONS;
    bool done;

    g_option_context_set_summary(
        context, "Lists the kernels of the library, or shows the parameters of one.");
    g_option_context_set_description(context,
                                     "Examples:\n  memsim kernels\n  memsim kernels gemm\n");
    if (cmd_parse(context, &argc, &argv, &done, error)) {
        if (done)
            status = EXIT_ALL_DONE;
        else if (argc > 2)
            cmd_wrong_option(error, "kernels: one kernel at a time; '%s' is too much", argv[2]);
        else
            status = argc == 2 ? show_kernel(argv[1], error) : list_kernels(error);
    } else if (done) {
        status = EXIT_WRONG_INPUT; /* the help could not be written */
    }
    g_option_context_free(context);
    return status;
}
