/*
 * cmd_dram - memsim dram: the speed grades of DRAM, what they can do, with which numbers, from which file.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmd.h"
#include "cmd_show.h"
#include "dram/dram_bounds.h"
#include "report/grid.h"

static int show_grade(const char *name, const char *density, GError **error)
{
    g_autofree char *path = NULL;
    MemoryConfig memory = { 0 };

    if (!config_dram(name, density, &memory, &path, error))
        return EXIT_WRONG_INPUT;
    GString *out = g_string_new(name);

    if (memory.description)
        g_string_append_printf(out, ": %s", memory.description);
    g_string_append_printf(out, "\nfrom %s, which says where each number comes from\n\n",
                           path ? path : name);
    show_dram(out, &memory);
    const int status = cmd_print(out->str, error);

    g_string_free(out, TRUE);
    memory_config_clear(&memory);
    return status;
}

static bool list_grade(Grid *grid, guint row, const char *name, GError **error)
{
    MemoryConfig memory = { 0 };
    const DramConfig *config = &memory.dram;

    if (!config_dram(name, NULL, &memory, NULL, error))
        return false;
    grid_set(grid, row, 1, units_format(dram_peak_B_per_s(config), UNIT_BYTES_PER_S));
    grid_set(grid, row, 2, units_format(dram_random_B_per_s(config, NULL), UNIT_BYTES_PER_S));
    grid_set(grid, row, 3, g_strdup_printf("%.1f%%", 100.0 * dram_refresh_share(config)));
    grid_set(grid, row, 4, units_format(tick_seconds(dram_idle_fs(config)), UNIT_SECONDS));
    grid_set(grid, row, 5,
             units_format((double)(dram_channel_bytes(config) * config->channels), UNIT_BYTES));
    grid_set(grid, row, 6, g_strdup(memory.description ? memory.description : ""));
    memory_config_clear(&memory);
    return true;
}

static int list_grades(GError **error)
{
    static const char *const headings[] = { "name", "bandwidth", "random",    "refresh",
                                            "read", "capacity",  "what it is" };
    g_auto(GStrv) names = config_dram_names();
    const guint n = g_strv_length(names);
    Grid *grid = grid_new(G_N_ELEMENTS(headings), n + 1);
    GString *out = g_string_new(NULL);
    g_autoptr(GError) first = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(headings); i++) {
        grid_set(grid, 0, i, g_strdup(headings[i]));
        grid->right[i] = i >= 1 && i <= 5;
    }
    for (guint i = 0; i < n; i++) {
        g_autoptr(GError) why = NULL;

        grid_set(grid, i + 1, 0, g_strdup(names[i]));
        if (list_grade(grid, i + 1, names[i], &why))
            continue;
        grid_set(grid, i + 1, G_N_ELEMENTS(headings) - 1, g_strdup("(its file has an error)"));
        if (first == NULL)
            first = g_steal_pointer(&why);
    }
    grid_print(grid, out);
    g_string_append(out,
                    "\nOf one channel (DDR5: a sub-channel).  random: at most, a row for every "
                    "burst; refresh: of a bank's time; read: of an idle memory.\n");
    int status = cmd_print(out->str, error);

    if (status == EXIT_ALL_DONE && first) {
        g_propagate_error(error, g_steal_pointer(&first));
        status = EXIT_WRONG_INPUT;
    }
    g_string_free(out, TRUE);
    grid_free(grid);
    return status;
}

int cmd_dram(int argc, char **argv, GError **error)
{
    g_autofree char *density = NULL;
    const GOptionEntry entries[] = { { "density", 0, 0, G_OPTION_ARG_STRING, &density,
                                       "show the grade with devices of this density", "NAME" },
                                     { 0 } };
    GOptionContext *context = g_option_context_new("[NAME|FILE.lua]");
    int status = EXIT_WRONG_OPTIONS;
    bool done;

    g_option_context_set_summary(context,
                                 "Lists the speed grades of DRAM of the library, or shows one with "
                                 "all its numbers.");
    g_option_context_set_description(
        context, "Examples:\n  memsim dram\n  memsim dram DDR4-2400\n  memsim dram DDR4-2400 "
                 "--density 16Gb\n");
    g_option_context_add_main_entries(context, entries, NULL);
    if (cmd_parse(context, &argc, &argv, &done, error)) {
        if (done)
            status = EXIT_ALL_DONE;
        else if (argc > 2)
            cmd_wrong_option(error, "dram: one grade at a time; '%s' is too much", argv[2]);
        else if (argc < 2 && density)
            cmd_wrong_option(error, "dram: --density needs the name of a grade");
        else
            status = argc == 2 ? show_grade(argv[1], density, error) : list_grades(error);
    } else if (done) {
        status = EXIT_WRONG_INPUT; /* the help could not be written */
    }
    g_option_context_free(context);
    return status;
}
