/*
 * cache_config - the keys of a cache level and the rules between them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/cache_config.h"

#include <glib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "cache/repl.h"

static const char *const write_names[] = { "back", "through", NULL };
static const char *const inclusion_names[] = { "nine", "inclusive", "exclusive", NULL };
static const char *const holds_names[] = { "all", "instructions", "data", NULL };
static const char *const index_names[] = { "modulo", "hash", NULL };

#define AT(member) offsetof(CacheConfig, member)

/* clang-format off */
const Field cache_fields[] = {
    { "name", FIELD_TEXT, AT(name), 0, 0, NAN, NULL, NULL, "an identifier, e.g. \"L1\"" },
    { "size", FIELD_BYTES, AT(size_bytes), 1, 0x1p50, NAN, NULL, NULL, "capacity of an instance, e.g. \"32KiB\"" },
    { "line", FIELD_BYTES32, AT(line_bytes), 1, 65536, 64, NULL, NULL, "bytes of a line, e.g. \"64B\"" },
    { "ways", FIELD_COUNT, AT(ways), 1, 1048576, NAN, "full", NULL, "lines of a set, or \"full\"" },
    { "policy", FIELD_OTHER, AT(policy), 0, 0, 0, NULL, NULL, "replacement, e.g. \"lru\"" },
    { "write", FIELD_WORD, AT(write), 0, 0, CACHE_WRITE_BACK, NULL, write_names, "\"back\" or \"through\"" },
    { "allocate", FIELD_BOOL, AT(allocate), 0, 0, 1, NULL, NULL, "a write miss brings the line in" },
    { "inclusion", FIELD_WORD, AT(inclusion), 0, 0, CACHE_NINE, NULL, inclusion_names, "\"nine\", \"inclusive\" or \"exclusive\" of the levels above" },
    { "sector", FIELD_BYTES32, AT(sector_bytes), 1, 65536, 0, "line", NULL, "what a miss fetches of a line, e.g. \"32B\"" },
    { "holds", FIELD_WORD, AT(holds), 0, 0, CACHE_HOLDS_ALL, NULL, holds_names, "\"all\"; \"instructions\" or \"data\": a half of a split first level" },
    { "index", FIELD_WORD, AT(index), 0, 0, CACHE_INDEX_MODULO, NULL, index_names, "set of a line: \"modulo\" or \"hash\"" },
    { "latency", FIELD_TIME, AT(latency_fs), 0, 1, 0, NULL, NULL, "load-to-use on a hit here, e.g. \"2 ns\"" },
    { "bandwidth", FIELD_BYTES_PER_S, AT(bandwidth_B_per_s), 1, 1e18, 0, "unlimited", NULL, "of an instance, towards the level above" },
    { "banks", FIELD_COUNT, AT(banks), 1, 65536, 1, NULL, NULL, "that share the bandwidth" },
    { "bank_width", FIELD_BYTES32, AT(bank_bytes), 1, 65536, 0, "line", NULL, "what lies in one bank before the next one, e.g. \"4B\"" },
    { "lookups", FIELD_HERTZ, AT(lookups_Hz), 1, 1e15, 0, "unlimited", NULL, "lines whose tags are looked up a second, e.g. \"5 GHz\"" },
    { "mshrs", FIELD_COUNT, AT(mshrs), 1, 1048576, 16, NULL, NULL, "outstanding misses of an instance" },
    { "classify", FIELD_BOOL, AT(classify), 0, 0, 0, NULL, NULL, "count compulsory, capacity and conflict misses" },
    { "useful", FIELD_BOOL, AT(useful), 0, 0, 0, NULL, NULL, "count how much of each line that comes in is used" },
    { "per_kernel", FIELD_BOOL, AT(per_kernel), 0, 0, 0, NULL, NULL, "empty when a part of the workload begins" },
    { "shared", FIELD_OTHER, AT(cores_per_instance), 1, 1048576, 1, NULL, NULL, "true, or a number of cores per instance" },
    { "prefetch", FIELD_OTHER, AT(prefetch), 0, 0, 0, NULL, NULL, "a prefetcher, e.g. \"next-line\"" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};
/* clang-format on */

static bool refuse(GError **error, const char *where, const char *key, const char *why)
{
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, "%s.%s: %s", where, key, why);
    return false;
}

static bool is_power_of_two(uint64_t n)
{
    return n > 0 && (n & (n - 1)) == 0;
}

/* At most 64 sectors to a line. */
static bool check_sector(const CacheConfig *config, const char *where, GError **error)
{
    const uint32_t sector = cache_config_sector(config), line = config->line_bytes;

    if ((sector & (sector - 1)) == 0 && sector <= line && line / sector <= 64)
        return true;
    g_autofree char *text =
        g_strdup_printf(sector > line ? "%" PRIu32 " B is above the line of %" PRIu32 " B"
                        : (sector & (sector - 1)) != 0
                            ? "%" PRIu32 " B is not a power of two"
                            : "%" PRIu32 " B is below a sixty-fourth of the line of %" PRIu32 " B",
                        sector, line);
    return refuse(error, where, "sector", text);
}

static bool check_prefetch(const CacheConfig *config, const char *where, GError **error)
{
    const PrefetchConfig *prefetch = &config->prefetch;
    const bool ahead = prefetch->distance > 0;

    if (prefetch->type == PREFETCH_NONE)
        return true;
    if (config->inclusion == CACHE_EXCLUSIVE)
        return refuse(
            error, where, "prefetch",
            "an exclusive level holds victims of the level above; prefetch into that one");
    if (cache_config_sector(config) < config->line_bytes)
        return refuse(error, where, "prefetch",
                      "a prefetcher brings whole lines in; these are divided into sectors");
    if (prefetch->reserve >= config->mshrs) {
        g_autofree char *text = g_strdup_printf(
            "a prefetch needs an MSHR, and all %" PRIu32
            " are reserved for demand misses (prefetch.reserve = %" PRIu32 "); give more mshrs",
            config->mshrs, prefetch->reserve);
        return refuse(error, where, "prefetch", text);
    }
    if (prefetch->boundary_bytes > 0 && (!is_power_of_two(prefetch->boundary_bytes) ||
                                         prefetch->boundary_bytes < config->line_bytes))
        return refuse(error, where, "prefetch.boundary", "not a power of two from the line on");
    if (ahead && prefetch->degree > prefetch->distance)
        return refuse(error, where, "prefetch.degree",
                      "above the distance, beyond which no line is");
    if (prefetch->recent > 0 && !is_power_of_two(prefetch->recent))
        return refuse(error, where, "prefetch.recent", "not a power of two");
    return true;
}

/* What shares a bandwidth, or limits it. */
static bool check_bandwidth(const CacheConfig *config, const char *where, GError **error)
{
    const bool limited = config->bandwidth_B_per_s > 0;

    if (config->banks > 1 && !limited)
        return refuse(error, where, "banks",
                      "banks share the bandwidth, which is unlimited here; give a bandwidth");
    if (config->lookups_Hz > 0 && !limited)
        return refuse(error, where, "lookups",
                      "they limit a bandwidth, which is unlimited here; give a bandwidth");
    if (config->bank_bytes == 0)
        return true;
    if (config->banks == 1)
        return refuse(error, where, "bank_width", "there is one bank only; give banks");
    if (!is_power_of_two(config->bank_bytes) || config->bank_bytes > config->line_bytes)
        return refuse(error, where, "bank_width", "not a power of two up to the line");
    return true;
}

bool cache_looks_ahead(const CacheConfig *config)
{
    return strcmp(repl_names()[config->policy], "opt") == 0;
}

bool cache_config_check(const CacheConfig *config, const char *where, GError **error)
{
    const uint64_t line = config->line_bytes;
    const uint64_t step = line * (config->ways > 0 ? config->ways : 1);

    if (!is_power_of_two(line)) {
        g_autofree char *text = g_strdup_printf("%" PRIu64 " B is not a power of two", line);
        return refuse(error, where, "line", text);
    }
    if (config->size_bytes == 0 || config->size_bytes % step != 0) {
        g_autofree char *size = units_format((double)config->size_bytes, UNIT_BYTES);
        g_autofree char *text =
            config->ways > 0
                ? g_strdup_printf("%s is not a multiple of line x ways (%" PRIu64 " B x %" PRIu32
                                  " = %" PRIu64 " B)",
                                  size, line, config->ways, step)
                : g_strdup_printf("%s is not a multiple of the line (%" PRIu64 " B)", size, line);
        return refuse(error, where, "size", text);
    }
    if (!check_sector(config, where, error))
        return false;
    if (config->classify && config->inclusion == CACHE_EXCLUSIVE)
        return refuse(error, where, "classify",
                      "an exclusive level holds victims; its misses have no such kinds");
    if (config->useful && config->inclusion == CACHE_EXCLUSIVE)
        return refuse(error, where, "useful",
                      "an exclusive level holds victims; it brings in no lines of its own");
    if (cache_looks_ahead(config) && !config->allocate)
        return refuse(error, where, "allocate",
                      "the policy 'opt' knows the next uses of lines that are taken in; a level "
                      "that does not allocate for writes is not for it");
    return check_bandwidth(config, where, error) && check_prefetch(config, where, error);
}
