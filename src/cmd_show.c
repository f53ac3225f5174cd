/*
 * cmd_show - the values of a spec as lines of text.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmd_show.h"

#include <inttypes.h>

#include "base/units.h"
#include "dram/dram_bounds.h"
#include "report/grid.h"

static double number_at(const Field *field, const char *base)
{
    const void *at = base + field->offset;

    switch (field->kind) {
    case FIELD_BYTES:
    case FIELD_COUNT64:
        return (double)*(const uint64_t *)at;
    case FIELD_TIME:
        return tick_seconds(*(const Tick *)at);
    case FIELD_COUNT:
    case FIELD_CYCLES:
    case FIELD_BYTES32:
    case FIELD_WORD:
        return (double)*(const uint32_t *)at;
    default:
        return *(const double *)at;
    }
}

/* The value of a field as a person writes it (caller frees), or NULL for what is read elsewhere. */
static char *field_text(const Field *field, const char *base)
{
    const void *at = base + field->offset;
    double number;

    switch (field->kind) {
    case FIELD_OTHER:
    case FIELD_TEXT:
    case FIELD_END:
        return NULL;
    case FIELD_BOOL:
        return g_strdup(*(const bool *)at ? "true" : "false");
    case FIELD_WORD:
        return g_strdup(field->choices[*(const uint32_t *)at]);
    default:
        break;
    }
    number = number_at(field, base);
    if (number <= 0.0 && field->unlimited)
        return g_strdup(field->unlimited);
    if (field->kind == FIELD_COUNT || field->kind == FIELD_COUNT64 || field->kind == FIELD_CYCLES)
        return g_strdup_printf("%.0f", number);
    return units_format(number, field_unit(field->kind));
}

void show_title(GString *out, const char *name, const char *description, const char *path,
                const char *says)
{
    g_autofree char *title =
        grid_tame(g_strconcat(name, description ? ": " : "", description ? description : "", NULL));
    g_autofree char *from = grid_tame(g_strdup(path ? path : name));

    g_string_append_printf(out, "%s\nfrom %s, which says %s\n\n", title, from, says);
}

void show_fields(GString *out, const Field *fields, const void *base)
{
    for (const Field *field = fields; field->key; field++) {
        g_autofree char *text = field_text(field, base);

        if (text)
            g_string_append_printf(out, "  %-18s %s\n", field->key, text);
    }
}

/* "  key text", or nothing for NULL. */
static void show_text(GString *out, const char *key, const char *text)
{
    if (text)
        g_string_append_printf(out, "  %-18s %s\n", key, text);
}

/* "17", and what that is in time. */
static void show_cycles(GString *out, const DramConfig *config)
{
    for (const Field *field = dram_timing_fields; field->key; field++) {
        const uint32_t cycles =
            *(const uint32_t *)(const void *)((const char *)&config->timing + field->offset);
        g_autofree char *time = units_format(cycles * tick_seconds(config->tCK_fs), UNIT_SECONDS);

        if (cycles > 0)
            g_string_append_printf(out, "  %-18s %-7" PRIu32 " %s\n", field->key, cycles, time);
    }
}

/* Those that are known. */
static void show_currents(GString *out, const DramCurrents *currents)
{
    for (const Field *field = dram_currents_fields; field->key; field++) {
        g_autofree char *text = field_text(field, (const char *)currents);

        if (number_at(field, (const char *)currents) > 0.0)
            show_text(out, field->key, text);
    }
}

static void show_bounds(GString *out, const DramConfig *config)
{
    static const char *const by[] = { [BOUND_BUS] = "the data bus",
                                      [BOUND_RC] = "tRC and the banks",
                                      [BOUND_FAW] = "tFAW",
                                      [BOUND_RRD] = "tRRD_S",
                                      [BOUND_COMMANDS] = "the command bus" };
    RandomBound bound;
    const double random_B_per_s = dram_random_B_per_s(config, &bound);
    g_autofree char *capacity =
        units_format((double)(dram_channel_bytes(config) * config->channels), UNIT_BYTES);
    g_autofree char *peak = units_format(dram_peak_B_per_s(config), UNIT_BYTES_PER_S);
    g_autofree char *random = units_format(random_B_per_s, UNIT_BYTES_PER_S);
    g_autofree char *idle = units_format(tick_seconds(dram_idle_fs(config)), UNIT_SECONDS);

    show_text(out, "capacity", capacity);
    show_text(out, "bandwidth", peak);
    g_string_append_printf(out, "  %-18s %s at most, a row for every burst; bound by %s\n",
                           "random", random, by[bound]);
    g_string_append_printf(out, "  %-18s %.1f %% of a bank's time\n", "refresh",
                           100.0 * dram_refresh_share(config));
    g_string_append_printf(out, "  %-18s %s of an idle memory\n", "read", idle);
}

void show_dram(GString *out, const MemoryConfig *memory)
{
    const DramConfig *config = &memory->dram;
    g_autofree char *mapping = dram_mapping(config);

    show_text(out, "grade", memory->grade);
    show_text(out, "density", memory->density);
    show_text(out, "standard", config->standard);
    show_text(out, "mapping", mapping);
    show_text(out, "scheduler", dram_scheduler(config));
    show_fields(out, dram_fields, config);
    g_string_append(out, "\nat best\n");
    show_bounds(out, config);
    g_string_append(out, "\ntiming, in cycles of tCK\n");
    show_cycles(out, config);
    if (config->currents.VDD_V > 0) {
        g_string_append(out, "\ncurrents of a device\n");
        show_currents(out, &config->currents);
    }
}
