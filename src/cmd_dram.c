/*
 * cmd_dram - memsim dram: the speed grades of DRAM, what they can do, with which numbers, from which file.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmd_list.h"
#include "cmd_show.h"
#include "dram/dram_bounds.h"

static int show_grade(const char *name, const char *density, GError **error)
{
    g_autofree char *path = NULL;
    MemoryConfig memory = { 0 };

    if (!config_dram(name, density, &memory, &path, error))
        return EXIT_WRONG_INPUT;
    GString *out = g_string_new(NULL);

    show_title(out, name, memory.description, path, "where each number comes from");
    show_dram(out, &memory);
    const int status = cmd_print(out->str, error);

    g_string_free(out, TRUE);
    memory_config_clear(&memory);
    return status;
}

static bool fill_grade(Grid *grid, guint row, const char *name, GError **error)
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

int cmd_dram(int argc, char **argv, GError **error)
{
    static const char *const headings[] = { "name", "bandwidth", "random",    "refresh",
                                            "read", "capacity",  "what it is" };
    const CmdList list = {
        .kind = "dram",
        .one = "grade",
        .summary = "Lists the speed grades of DRAM of the library, or shows one with all its "
                   "numbers.",
        .examples = "Examples:\n  memsim dram\n  memsim dram DDR4-2400\n  memsim dram DDR4-2400 "
                    "--density 16Gb\n",
        .headings = headings,
        .n_columns = G_N_ELEMENTS(headings),
        .n_numbers = 5,
        .note = "Of one channel (DDR5: a sub-channel).  random: at most, a row for every burst; "
                "refresh: of a bank's time; read: of an idle memory.",
        .option = "density",
        .option_help = "show the grade with devices of this density",
        .names = config_dram_names,
        .fill = fill_grade,
        .show = show_grade,
    };

    return cmd_list(&list, argc, argv, error);
}
