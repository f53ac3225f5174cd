/*
 * cmd_commands - --dram-commands FILE: which point's commands go into which file.
 *
 * The files are opened here, before anything is simulated, written by the workers, which inherit them, and put in their
 * place here when the point is done.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/error.h"
#include "cmd.h"

#define POINT "{point}"

static const PointSpec *point_at(const Study *study, uint32_t index)
{
    uint32_t sweep = 0;

    while (index >= study->sweeps[sweep]->n_points)
        index -= study->sweeps[sweep++]->n_points;
    return study->sweeps[sweep]->points[index];
}

static uint32_t count_points(const Study *study)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < study->n_sweeps; i++)
        n += study->sweeps[i]->n_points;
    return n;
}

static bool has_dram(const Study *study, uint32_t index)
{
    return point_at(study, index)->machine->memory.type == MEMORY_DRAM;
}

/* The path with the number of the point, from 1, in the place of {point}. */
static char *path_of(const char *path, uint32_t index)
{
    g_auto(GStrv) parts = g_strsplit(path, POINT, -1);
    g_autofree char *number = g_strdup_printf("%" G_GUINT32_FORMAT, index + 1);

    return g_strjoinv(number, parts);
}

/* Whether the path makes sense for so many points with DRAM. */
static int check_path(const char *path, uint32_t n_dram, GError **error)
{
    if (g_str_equal(path, "-")) {
        cmd_wrong_option(error, "--dram-commands: standard output is for the results; name a file");
        return EXIT_WRONG_OPTIONS;
    }
    if (n_dram == 0) {
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                    "--dram-commands: there is no DRAM; the machine's memory has to be a "
                    "memsim.dram(...)");
        return EXIT_WRONG_INPUT;
    }
    if (n_dram > 1 && !strstr(path, POINT)) {
        cmd_wrong_option(error,
                         "--dram-commands: there are %" G_GUINT32_FORMAT
                         " points with DRAM, and one file; write " POINT
                         " where the number of the point belongs, as in 'commands-" POINT ".csv'",
                         n_dram);
        return EXIT_WRONG_OPTIONS;
    }
    return EXIT_ALL_DONE;
}

int command_targets_open(CommandTargets *all, const Study *study, const char *path, CmdFiles *files,
                         GError **error)
{
    uint32_t n_dram = 0;
    int status;

    *all = (CommandTargets){ .n = count_points(study) };
    if (!path)
        return EXIT_ALL_DONE;
    for (uint32_t i = 0; i < all->n; i++)
        n_dram += has_dram(study, i);
    status = check_path(path, n_dram, error);
    if (status != EXIT_ALL_DONE)
        return status;
    all->zstd = g_str_has_suffix(path, ".zst");
    all->targets = g_new0(Target *, all->n);
    for (uint32_t i = 0; i < all->n; i++) {
        g_autofree char *own = path_of(path, i);

        if (!has_dram(study, i))
            continue;
        if (!cmd_files_write(files, own, "--dram-commands", error))
            return EXIT_WRONG_OPTIONS;
        all->targets[i] = target_open(own, error);
        if (!all->targets[i])
            return EXIT_WRONG_INPUT;
    }
    return EXIT_ALL_DONE;
}

bool command_targets_finish(CommandTargets *all, uint32_t point, GError **error)
{
    return !all->targets || !all->targets[point] || target_finish(all->targets[point], error);
}

void command_targets_clear(CommandTargets *all)
{
    for (uint32_t i = 0; all->targets && i < all->n; i++)
        target_free(all->targets[i]);
    g_clear_pointer(&all->targets, g_free);
}
