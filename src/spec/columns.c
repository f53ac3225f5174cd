/*
 * columns - the names of a result's columns, as far as they are fixed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "spec/columns.h"

#include <glib.h>
#include <string.h>

const char *const column_names[] = {
    "sweep",
    "array",
    "status",
    "time_s",
    "roofline_time_s",
    "slowdown",
    "regime",
    "roofline_regime",
    "serial_time_s",
    "streaming_time_s",
    "roofline_compute_time_s",
    "roofline_memory_time_s",
    "compute_busy_s",
    "compute_starved_s",
    "issue_held_s",
    "compute_scratch_s",
    "flops",
    "accesses",
    "reads",
    "writes",
    "requested_bytes",
    "compulsory_bytes",
    "memory_bytes",
    "intensity_flop_per_byte",
    "simulated_intensity_flop_per_byte",
    "achieved_flop_per_s",
    "memory_bandwidth_B_per_s",
    "memory_bandwidth_utilization",
    "avg_access_latency_s",
    "mem_reads",
    "mem_writes",
    "mem_avg_read_latency_s",
    "mem_p50_read_latency_s",
    "mem_p95_read_latency_s",
    "mem_p99_read_latency_s",
    "mem_max_read_latency_s",
    "mem_row_hit_rate",
    "mem_row_hits",
    "mem_row_misses",
    "mem_row_conflicts",
    "mem_activates",
    "mem_precharges",
    "mem_refreshes",
    "mem_bus_data_s",
    "mem_bus_turnaround_s",
    "mem_bus_group_s",
    "mem_bus_row_s",
    "mem_bus_refresh_s",
    "mem_bus_idle_s",
    "mem_read_queue_mean",
    "mem_read_queue_max",
    "mem_write_queue_mean",
    "mem_write_queue_max",
    "mem_energy_J",
    "mem_energy_activate_J",
    "mem_energy_read_J",
    "mem_energy_write_J",
    "mem_energy_refresh_J",
    "mem_energy_background_J",
    "wc_writes",
    "wc_full_lines",
    "wc_partial_lines",
    "wc_cache_lines",
    "tlb1_accesses",
    "tlb1_misses",
    "tlb2_accesses",
    "tlb2_misses",
    "tlb3_accesses",
    "tlb3_misses",
    "tlb4_accesses",
    "tlb4_misses",
    "tlb_walks",
    "tlb_walk_reads",
    "tlb_wait_s",
    "events",
    "seed",
    "spec_hash",
    "memory_time_s",
    "peak_flop_per_s",
    "mem_peak_bandwidth_B_per_s",
    NULL,
};

static const char *const cache_suffixes[] = {
    "accesses",
    "hits",
    "misses",
    "writebacks",
    "hit_rate",
    "mshr_merges",
    "reads",
    "writes",
    "fetches",
    "victims",
    "prefetches",
    "useful_prefetches",
    "late_prefetches",
    "useless_prefetches",
    "dropped_prefetches",
    "prefetch_reads",
    "prefetch_misses",
    "read_misses",
    "write_misses",
    "compulsory_misses",
    "capacity_misses",
    "conflict_misses",
    "back_invalidations",
    "sector_misses",
    "fetched_bytes",
    "sent_bytes",
    "below_bytes",
    "peak_bandwidth_B_per_s",
    "intensity_flop_per_byte",
    "useful_fraction",
    "used_0_8",
    "used_1_8",
    "used_2_8",
    "used_3_8",
    "used_4_8",
    "used_5_8",
    "used_6_8",
    "used_7_8",
    "used_8_8",
    NULL,
};

bool column_is_fixed(const char *name)
{
    return g_strv_contains(column_names, name) || g_str_has_prefix(name, "wall_");
}

bool column_is_of_memory_of_array(const char *name)
{
    static const char *const names[] = { "mem_reads", "mem_writes", "mem_bytes", NULL };

    return g_strv_contains(names, name);
}

bool column_is_of_cache(const char *name, const char *cache)
{
    const size_t length = strlen(cache);
    g_autofree char *lower = g_ascii_strdown(cache, -1);

    return strncmp(name, lower, length) == 0 && name[length] == '_' &&
           g_strv_contains(cache_suffixes, name + length + 1);
}
