/*
 * cmd_machines - memsim machines: what is modelled, with which numbers, from which file.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmd_list.h"
#include "cmd_show.h"

static void print_peaks(GString *out, const ComputeConfig *compute)
{
    for (uint32_t i = 0; i < compute->n_peaks; i++) {
        g_autofree char *peak = units_format(compute->peaks[i].flop_per_s, UNIT_FLOP_PER_S);

        g_string_append_printf(out, "  %-18s %s%s%s\n", i == 0 ? "peak" : "", peak,
                               compute->peaks[i].name ? "  " : "",
                               compute->peaks[i].name ? compute->peaks[i].name : "");
    }
}

static void print_cache(GString *out, const MachineSpec *machine, uint32_t level)
{
    const CacheConfig *cache = &machine->caches[level];
    const uint32_t cores = machine_cores_per_instance(machine, level);

    g_string_append_printf(out, "\ncache %s\n", cache->name);
    show_fields(out, cache_fields, cache);
    g_string_append_printf(out, "  %-18s %s\n", "policy", machine_policies()[cache->policy]);
    if (cores == 1)
        g_string_append_printf(out, "  %-18s no, each core has one\n", "shared");
    else
        g_string_append_printf(out, "  %-18s by %u cores\n", "shared", cores);
}

static void print_memory(GString *out, const MemoryConfig *memory)
{
    g_string_append_printf(out, "\nmemory %s\n", memory_types[memory->type]);
    switch ((MemoryType)memory->type) {
    case MEMORY_SIMPLE:
        show_fields(out, simple_fields, &memory->simple);
        break;
    case MEMORY_TWO_TIER:
        show_fields(out, two_tier_fields, &memory->two_tier);
        break;
    case MEMORY_DRAM:
        show_dram(out, memory);
        break;
    }
}

static int show_machine(const char *name, const char *option, GError **error)
{
    (void)option;
    g_autofree char *path = NULL;
    MachineSpec *machine = config_machine(name, &path, error);
    GString *out = g_string_new(NULL);
    int status = EXIT_WRONG_INPUT;

    if (machine) {
        show_title(out, machine->name ? machine->name : name, machine->description, path,
                   "where each number comes from");
        g_string_append_printf(out, "compute\n  %-18s %u\n", "cores", machine->cores);
        print_peaks(out, &machine->compute);
        show_fields(out, compute_fields, &machine->compute);
        for (uint32_t i = 0; i < machine->n_caches; i++)
            print_cache(out, machine, i);
        print_memory(out, &machine->memory);
        status = cmd_print(out->str, error);
    }
    g_string_free(out, TRUE);
    machine_free(machine);
    return status;
}

static char *largest_peak(const MachineSpec *machine)
{
    double largest = 0.0;

    for (uint32_t i = 0; i < machine->compute.n_peaks; i++)
        largest = MAX(largest, machine->compute.peaks[i].flop_per_s);
    return units_format(largest, UNIT_FLOP_PER_S);
}

/* "32 KiB, 1 MiB": one instance of each level. */
static char *cache_sizes(const MachineSpec *machine)
{
    GString *text = g_string_new(NULL);

    for (uint32_t i = 0; i < machine->n_caches; i++) {
        g_autofree char *size = units_format((double)machine->caches[i].size_bytes, UNIT_BYTES);

        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", size);
    }
    return g_string_free(text, FALSE);
}

static bool fill_machine(Grid *grid, guint row, const char *name, GError **error)
{
    MachineSpec *machine = config_machine(name, NULL, error);

    if (!machine)
        return false;
    grid_set(grid, row, 1, g_strdup_printf("%u", machine->cores));
    grid_set(grid, row, 2, largest_peak(machine));
    grid_set(grid, row, 3, units_format(memory_peak_B_per_s(&machine->memory), UNIT_BYTES_PER_S));
    grid_set(grid, row, 4, cache_sizes(machine));
    grid_set(grid, row, 5, g_strdup(machine->description ? machine->description : ""));
    machine_free(machine);
    return true;
}

int cmd_machines(int argc, char **argv, GError **error)
{
    static const char *const headings[] = { "name",      "cores",  "peak",
                                            "bandwidth", "caches", "what it is" };
    const CmdList list = {
        .kind = "machines",
        .one = "machine",
        .summary = "Lists the machines of the library, or shows one with all its numbers.",
        .examples = "Examples:\n  memsim machines\n  memsim machines a100-40\n",
        .headings = headings,
        .n_columns = G_N_ELEMENTS(headings),
        .n_numbers = 3,
        .names = config_machine_names,
        .fill = fill_machine,
        .show = show_machine,
    };

    return cmd_list(&list, argc, argv, error);
}
