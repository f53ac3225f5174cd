/*
 * cmd_kernels - memsim kernels: the kernels of the library, or the parameters of one.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmd_list.h"
#include "cmd_show.h"

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

static int show_kernel(const char *name, const char *option, GError **error)
{
    (void)option;
    g_autofree char *path = NULL;
    KernelInfo *kernel = config_kernel_built(name, &path, error);

    if (kernel == NULL)
        return EXIT_WRONG_INPUT;
    GString *out = g_string_new(NULL);

    show_title(out, name, kernel->description, path, "what is counted");
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

static bool fill_kernel(Grid *grid, guint row, const char *name, GError **error)
{
    KernelInfo *kernel = config_kernel(name, error);

    if (kernel == NULL)
        return false;
    grid_set(grid, row, 1, g_strdup(kernel->description));
    kernel_info_free(kernel);
    return true;
}

int cmd_kernels(int argc, char **argv, GError **error)
{
    static const char *const headings[] = { "name", "what it is" };
    const CmdList list = {
        .kind = "kernels",
        .one = "kernel",
        .summary = "Lists the kernels of the library, or shows the parameters of one.",
        .examples = "Examples:\n  memsim kernels\n  memsim kernels gemm\n",
        .headings = headings,
        .n_columns = G_N_ELEMENTS(headings),
        .names = config_kernel_names,
        .fill = fill_kernel,
        .show = show_kernel,
    };

    return cmd_list(&list, argc, argv, error);
}
