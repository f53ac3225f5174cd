/*
 * cmd_machines - memsim machines: what is modelled, with which numbers, from which file.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmd.h"
#include "cmd_show.h"
#include "report/grid.h"

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

static int show_machine(const char *name, GError **error)
{
    g_autofree char *path = NULL;
    MachineSpec *machine = config_machine(name, &path, error);
    GString *out = g_string_new(NULL);
    int status = EXIT_WRONG_INPUT;

    if (machine) {
        g_string_append_printf(out, "%s", machine->name ? machine->name : name);
        if (machine->description)
            g_string_append_printf(out, ": %s", machine->description);
        g_string_append_printf(out,
                               "\nfrom %s, which says where each number comes from\n\ncompute\n",
                               path ? path : name);
        g_string_append_printf(out, "  %-18s %u\n", "cores", machine->cores);
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

static bool list_machine(Grid *grid, guint row, const char *name, GError **error)
{
    MachineSpec *machine = config_machine(name, NULL, error);

    if (!machine)
        return false;
    grid_set(grid, row, 0, g_strdup(name));
    grid_set(grid, row, 1, g_strdup_printf("%u", machine->cores));
    grid_set(grid, row, 2, largest_peak(machine));
    grid_set(grid, row, 3, units_format(memory_peak_B_per_s(&machine->memory), UNIT_BYTES_PER_S));
    grid_set(grid, row, 4, cache_sizes(machine));
    grid_set(grid, row, 5, g_strdup(machine->description ? machine->description : ""));
    machine_free(machine);
    return true;
}

static int list_machines(GError **error)
{
    static const char *const headings[] = { "name",      "cores",  "peak",
                                            "bandwidth", "caches", "what it is" };
    g_auto(GStrv) names = config_machine_names();
    const guint n = g_strv_length(names);
    Grid *grid = grid_new(G_N_ELEMENTS(headings), n + 1);
    GString *out = g_string_new(NULL);
    g_autoptr(GError) first = NULL;
    int status;

    for (guint i = 0; i < G_N_ELEMENTS(headings); i++) {
        grid_set(grid, 0, i, g_strdup(headings[i]));
        grid->right[i] = i >= 1 && i <= 3;
    }
    for (guint i = 0; i < n; i++) {
        g_autoptr(GError) why = NULL;

        if (list_machine(grid, i + 1, names[i], &why))
            continue;
        grid_set(grid, i + 1, 0, g_strdup(names[i]));
        grid_set(grid, i + 1, G_N_ELEMENTS(headings) - 1, g_strdup("(its file has an error)"));
        if (first == NULL)
            first = g_steal_pointer(&why);
    }
    grid_print(grid, out);
    status = cmd_print(out->str, error);
    if (status == EXIT_ALL_DONE && first) {
        g_propagate_error(error, g_steal_pointer(&first));
        status = EXIT_WRONG_INPUT;
    }
    g_string_free(out, TRUE);
    grid_free(grid);
    return status;
}

int cmd_machines(int argc, char **argv, GError **error)
{
    GOptionContext *context = g_option_context_new("[NAME|FILE.lua]");
    int status = EXIT_WRONG_OPTIONS;
    bool done;

    g_option_context_set_summary(
        context, "Lists the machines of the library, or shows one with all its numbers.");
    g_option_context_set_description(context,
                                     "Examples:\n  memsim machines\n  memsim machines a100-40\n");
    if (cmd_parse(context, &argc, &argv, &done, error)) {
        if (done)
            status = EXIT_ALL_DONE;
        else if (argc > 2)
            cmd_wrong_option(error, "machines: one machine at a time; '%s' is too much", argv[2]);
        else
            status = argc == 2 ? show_machine(argv[1], error) : list_machines(error);
    } else if (done) {
        status = EXIT_WRONG_INPUT; /* the help could not be written */
    }
    g_option_context_free(context);
    return status;
}
