/*
 * point - one simulation; its canonical text and hash.
 *
 * What is for people only (names and descriptions of machines) is not in the canonical text, so that a machine
 * from the library and the same one written out have the same hash.
 *
 * SPDX-License-Identifier: MIT
 */
#include "spec/arrays.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

enum { END_BYTES = 65536 }; /* of a trace, from each end, in its checksum */

void point_free(PointSpec *point)
{
    if (point == NULL)
        return;
    for (uint32_t i = 0; i < point->n_axes; i++) {
        g_free(point->axes[i].name);
        g_free(point->axes[i].text);
    }
    g_free(point->axes);
    machine_free(point->machine);
    workload_unref(point->workload);
    g_free(point);
}

static void print_compute(const ComputeConfig *compute, GString *out)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];

    for (uint32_t i = 0; i < compute->n_peaks; i++)
        g_string_append_printf(out, "compute.peak.%s=%s\n",
                               compute->peaks[i].name ? compute->peaks[i].name : "",
                               units_exact(compute->peaks[i].flop_per_s, digits));
    field_print(compute_fields, compute, "compute.", out);
}

static void print_prefetch(const PrefetchConfig *prefetch, const char *prefix, GString *out)
{
    g_autofree char *path = g_strdup_printf("%sprefetch.", prefix);

    if (prefetch->type == PREFETCH_NONE)
        return;
    field_print(prefetch_fields, prefetch, path, out);
    field_print(prefetch_ops(prefetch->type)->fields, prefetch, path, out);
}

static void print_machine(const MachineSpec *machine, GString *out)
{
    g_string_append_printf(out, "cores=%" PRIu32 "\n", machine->cores);
    if (!machine->timing)
        g_string_append(out, "timing=false\n");
    print_compute(&machine->compute, out);
    for (uint32_t i = 0; i < machine->n_caches; i++) {
        const CacheConfig *cache = &machine->caches[i];
        g_autofree char *prefix = g_strdup_printf("caches[%u].", i + 1);

        field_print(cache_fields, cache, prefix, out);
        g_string_append_printf(out, "%spolicy=%s\n%sshared=%" PRIu32 "\n", prefix,
                               machine_policies()[cache->policy], prefix,
                               machine_cores_per_instance(machine, i));
        print_prefetch(&cache->prefetch, prefix, out);
    }
    tlb_config_print(&machine->tlb, out);
    g_string_append_printf(out, "memory.type=%s\n", memory_types[machine->memory.type]);
    memory_config_print(&machine->memory, "memory.", out);
}

/* Feed the first and the last END_BYTES of a regular file. */
static void checksum_ends(GChecksum *sum, FILE *file, uint64_t size)
{
    g_autofree guchar *buffer = g_malloc(END_BYTES);

    g_checksum_update(sum, buffer, (gssize)fread(buffer, 1, END_BYTES, file));
    if (size > END_BYTES && fseeko(file, -(off_t)END_BYTES, SEEK_END) == 0)
        g_checksum_update(sum, buffer, (gssize)fread(buffer, 1, END_BYTES, file));
}

/* "name size checksum" of a regular file; the name alone of what has no size (a pipe). */
static void print_trace_file(const char *path, const char *prefix, GString *out)
{
    g_autofree char *name = g_path_get_basename(path);
    struct stat info;

    g_string_append_printf(out, "%strace=%s\n", prefix, name);
    if (g_str_equal(path, "-") || stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    checksum_ends(sum, file, (uint64_t)info.st_size);
    fclose(file);
    g_string_append_printf(out, "%strace.size=%" PRId64 "\n%strace.ends=%s\n", prefix,
                           (int64_t)info.st_size, prefix, g_checksum_get_string(sum));
}

static void print_pattern(const PatternConfig *pattern, const char *prefix, GString *out)
{
    field_print(gen_fields, pattern, prefix, out);
    g_string_append_printf(out, "%sbase_addr=%" PRIu64 "\n", prefix, pattern->base_addr);
}

static void print_workload(const WorkloadSpec *workload, const char *prefix, GString *out)
{
    static const char *const kinds[] = { "pattern", "trace", "sequence", "mix", "nest" };
    char digits[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf(out, "%skind=%s\n", prefix, kinds[workload->kind]);
    if (workload->kind == WORKLOAD_PATTERN)
        print_pattern(&workload->pattern, prefix, out);
    if (workload->kind == WORKLOAD_TRACE) {
        print_trace_file(workload->trace.path, prefix, out);
        g_string_append_printf(out, "%sformat=%s\n", prefix,
                               workload->trace.format ? workload->trace.format : "");
        field_print(trace_fields, &workload->trace, prefix, out);
    }
    for (uint32_t i = 0; i < workload->n_regions; i++) {
        g_autofree char *region = g_strdup_printf("%sregions[%u].", prefix, i + 1);

        field_print(region_fields, &workload->regions[i], region, out);
    }
    if (workload->kind == WORKLOAD_NEST)
        nest_print(workload->nest.nest, workload->nest.bases, prefix, out);
    if (workload->flush)
        field_print(sequence_fields, workload, prefix, out);
    field_print(workload_fields, workload, prefix, out);
    g_string_append_printf(out, "%swarmup=%" PRIu64 "\n%swarmup_pass=%s\n", prefix,
                           workload->warmup_accesses, prefix,
                           workload->warmup_pass ? "true" : "false");
    for (uint32_t i = 0; i < workload->n_parts; i++) {
        g_autofree char *part = g_strdup_printf("%sparts[%u].", prefix, i + 1);

        if (workload->kind == WORKLOAD_MIX)
            g_string_append_printf(out, "%sweight=%s\n", part,
                                   units_exact(workload->weights[i], digits));
        print_workload(workload->parts[i], part, out);
    }
}

char *point_canonical(const PointSpec *point)
{
    GString *out = g_string_new(NULL);

    print_machine(point->machine, out);
    print_workload(point->workload, "workload.", out);
    return g_string_free(out, FALSE);
}

char *point_hash(const PointSpec *point)
{
    g_autofree char *text = point_canonical(point);
    g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);

    return g_strndup(sum, 16);
}
