/*
 * tlb_config - the keys of address translation and the rules between them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/tlb_config.h"

#include <glib.h>
#include <inttypes.h>
#include <math.h>

#include "base/error.h"

static const char *const pages_names[] = { "identity", "random", "coloured", NULL };

#define AT(member) offsetof(TlbConfig, member)
#define LEVEL(member) offsetof(TlbLevel, member)

/* clang-format off */
const Field tlb_fields[] = {
    { "page", FIELD_BYTES, AT(page_bytes), 1, 0x1p30, 4096, NULL, NULL, "\"4KiB\", \"64KiB\", \"2MiB\" or \"1GiB\"" },
    { "pages", FIELD_WORD, AT(pages), 0, 0, PAGES_IDENTITY, NULL, pages_names, "where pages lie: \"identity\", \"random\" or \"coloured\"" },
    { "walk", FIELD_OTHER, AT(walk_fs), 0, 0, 0, NULL, NULL, "a time, or \"caches\"" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};

const Field tlb_level_fields[] = {
    { "entries", FIELD_COUNT, LEVEL(entries), 1, 1048576, NAN, NULL, NULL, "pages, e.g. 64" },
    { "ways", FIELD_COUNT, LEVEL(ways), 1, 1048576, 0, "full", NULL, "entries of a set, or \"full\"" },
    { "latency", FIELD_TIME, LEVEL(latency_fs), 0, 1, 0, NULL, NULL, "that it adds, e.g. \"7 cycles\"" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};
/* clang-format on */

static bool is_page_size(uint64_t bytes)
{
    return bytes == UINT64_C(4) << 10 || bytes == UINT64_C(64) << 10 ||
           bytes == UINT64_C(2) << 20 || bytes == UINT64_C(1) << 30;
}

bool tlb_config_check(const TlbConfig *config, GError **error)
{
    if (!config->present)
        return true;
    if (!is_page_size(config->page_bytes)) {
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                    "machine.tlb.page: %" PRIu64
                    " B is no page size; known: 4KiB, 64KiB, 2MiB, 1GiB",
                    config->page_bytes);
        return false;
    }
    for (uint32_t i = 0; i < config->n_levels; i++) {
        const TlbLevel *level = &config->levels[i];

        if (level->ways == 0 || level->entries % level->ways == 0)
            continue;
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                    "machine.tlb[%u].entries: %" PRIu32 " is not a multiple of the ways (%" PRIu32
                    ")",
                    i + 1, level->entries, level->ways);
        return false;
    }
    return true;
}

void tlb_config_print(const TlbConfig *config, GString *out)
{
    if (!config->present)
        return;
    field_print(tlb_fields, config, "tlb.", out);
    if (config->n_levels > 0 && config->walks_caches)
        g_string_append(out, "tlb.walk=caches\n");
    else
        g_string_append_printf(out, "tlb.walk=%" PRIu64 "\n", config->walk_fs);
    for (uint32_t i = 0; i < config->n_levels; i++) {
        g_autofree char *prefix = g_strdup_printf("tlb[%u].", i + 1);

        field_print(tlb_level_fields, &config->levels[i], prefix, out);
    }
}
