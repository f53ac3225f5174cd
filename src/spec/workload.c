/*
 * workload - the keys of workloads and the rules between them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "spec/workload.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "spec/arrays.h"
#include "spec/layout.h"

#define WORKLOAD(member) offsetof(WorkloadSpec, member)
#define TRACE(member) offsetof(TraceConfig, member)

/* clang-format off */
const Field workload_fields[] = {
    { "flops_per_byte", FIELD_REAL, WORKLOAD(flops_per_byte), 0, 1e12, 0, NULL, NULL, "operations per requested byte" },
    { "dependent", FIELD_BOOL, WORKLOAD(dependent), 0, 0, 0, NULL, NULL, "each access waits for the one before" },
    { "split_lines", FIELD_BOOL, WORKLOAD(split_lines), 0, 0, 1, NULL, NULL, "an access across lines is one a line" },
    { "nontemporal", FIELD_BOOL, WORKLOAD(nontemporal), 0, 0, 0, NULL, NULL, "writes go past the caches, by lines" },
    { "cores", FIELD_COUNT, WORKLOAD(cores), 1, 65536, 0, "all", NULL, "that take part; a trace: 1" },
    { "precision", FIELD_TEXT, WORKLOAD(precision), 0, 0, 0, NULL, NULL, "which peak, e.g. \"f16_tensor\"" },
    { "warmup", FIELD_OTHER, WORKLOAD(warmup_accesses), 0, 9007199254740992, 0, NULL, NULL, "a number of accesses, or \"1 pass\"" },
    { "seed", FIELD_COUNT64, WORKLOAD(seed), 0, 0x1p63, 1, NULL, NULL, "of all draws" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};

const Field sequence_fields[] = {
    { "flush", FIELD_BOOL, WORKLOAD(flush), 0, 0, 0, NULL, NULL, "between parts the caches are written back and emptied" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};

const Field trace_fields[] = {
    { "trace", FIELD_OTHER, TRACE(path), 0, 0, NAN, NULL, NULL, "a file, or \"-\" for standard input" },
    { "format", FIELD_OTHER, TRACE(format), 0, 0, 0, NULL, NULL, "e.g. \"din\"; default: by content" },
    { "size", FIELD_BYTES32, TRACE(request_bytes), 1, 65536, 0, NULL, NULL, "of a request, where records have no size; default: 64 B" },
    { "fetches", FIELD_BOOL, TRACE(fetches), 0, 0, 0, NULL, NULL, "instruction fetches too" },
    { "regions", FIELD_OTHER, 0, 0, 0, 0, NULL, NULL, "a list of named ranges of addresses" },
    { "timed", FIELD_BOOL, TRACE(timed), 0, 0, 0, NULL, NULL, "no access before its record's time" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};
/* clang-format on */

const char *const *workload_trace_formats(void)
{
    return trace_formats();
}

WorkloadSpec *workload_new(WorkloadKind kind)
{
    WorkloadSpec *workload = g_new0(WorkloadSpec, 1);

    workload->kind = kind;
    workload->references = 1;
    field_defaults(workload_fields, workload);
    if (kind == WORKLOAD_PATTERN)
        field_defaults(gen_fields, &workload->pattern);
    if (kind == WORKLOAD_TRACE) {
        field_defaults(trace_fields, &workload->trace);
        workload->cores = 1;
    }
    return workload;
}

WorkloadSpec *workload_new_nest(Nest *nest)
{
    WorkloadSpec *workload = workload_new(WORKLOAD_NEST);
    NestConfig *config = &workload->nest;

    config->nest = nest_ref(nest);
    config->arrays = nest_arrays(nest, &config->n_arrays);
    config->bases = g_new0(uint64_t, config->n_arrays);
    return workload;
}

WorkloadSpec *workload_ref(WorkloadSpec *workload)
{
    workload->references++;
    return workload;
}

void workload_unref(WorkloadSpec *workload)
{
    if (workload == NULL || --workload->references > 0)
        return;
    if (workload->kind == WORKLOAD_TRACE) {
        g_free(workload->trace.path);
        g_free(workload->trace.format);
    }
    for (uint32_t i = 0; i < workload->n_regions; i++)
        g_free(workload->regions[i].name);
    g_free(workload->regions);
    if (workload->kind == WORKLOAD_NEST) {
        g_free(workload->nest.arrays);
        g_free(workload->nest.bases);
        nest_unref(workload->nest.nest);
    }
    for (uint32_t i = 0; i < workload->n_parts; i++)
        workload_unref(workload->parts[i]);
    g_free(workload->parts);
    g_free(workload->weights);
    g_free(workload->precision);
    g_free(workload->where);
    g_free(workload);
}

static bool check_at(const WorkloadSpec *workload, const char *where, GError **error);

static bool is_timed(const WorkloadSpec *workload)
{
    if (workload->kind == WORKLOAD_TRACE)
        return workload->trace.timed;
    for (uint32_t i = 0; i < workload->n_parts; i++)
        if (is_timed(workload->parts[i]))
            return true;
    return false;
}

static bool check_parts(const WorkloadSpec *workload, const char *where, GError **error)
{
    if (workload->n_parts == 0) {
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, "%s: has no parts", where);
        return false;
    }
    for (uint32_t i = 0; i < workload->n_parts; i++) {
        g_autofree char *part = g_strdup_printf("%s[%u]", where, i + 1);

        if (workload->kind == WORKLOAD_MIX &&
            (!(workload->weights[i] > 0) || isinf(workload->weights[i]))) {
            g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                        "%s: the share must be above 0 and finite", part);
            return false;
        }
        if (workload->kind == WORKLOAD_MIX && is_timed(workload->parts[i])) {
            g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                        "%s: a timed trace cannot be mixed: the order of a mix is drawn", part);
            return false;
        }
        if (!check_at(workload->parts[i], part, error))
            return false;
    }
    return true;
}

static bool check_trace(const TraceConfig *trace, GError **error)
{
    const uint32_t bytes = trace->request_bytes;

    if (!trace_format_check(trace->format, error)) {
        g_prefix_error(error, "format: ");
        return false;
    }
    if ((bytes & (bytes - 1)) == 0)
        return true;
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, "size: %u B is not a power of two",
                bytes);
    return false;
}

static bool check_at(const WorkloadSpec *workload, const char *where, GError **error)
{
    bool fine = true;

    if (workload->kind == WORKLOAD_PATTERN)
        fine = gen_check(&workload->pattern, error);
    else if (workload->kind == WORKLOAD_TRACE)
        fine = check_trace(&workload->trace, error) &&
               regions_check(workload->regions, workload->n_regions, error);
    else if (!workload_is_leaf(workload))
        return check_parts(workload, where, error);
    if (!fine)
        g_prefix_error(error, "%s.", where);
    return fine;
}

bool workload_check(const WorkloadSpec *workload, GError **error)
{
    if (!check_at(workload, "workload", error))
        return false;
    if (!workload_check_places(workload, error))
        return false;
    if (workload->kind == WORKLOAD_SEQUENCE && workload->warmup_accesses > 0) {
        g_set_error_literal(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                            "workload.warmup: that of a sequence is \"1 pass\", not a number of "
                            "accesses: its parts run one after the other");
        return false;
    }
    return true;
}

void workload_each_trace(const WorkloadSpec *workload, void (*each)(const char *path, void *data),
                         void *data)
{
    if (workload->kind == WORKLOAD_TRACE)
        each(workload->trace.path, data);
    for (uint32_t i = 0; i < workload->n_parts; i++)
        workload_each_trace(workload->parts[i], each, data);
}

static void count_stdin(const char *path, void *data)
{
    uint32_t *uses = data;

    *uses += strcmp(path, "-") == 0;
}

uint32_t workload_stdin_uses(const WorkloadSpec *workload)
{
    uint32_t uses = 0;

    workload_each_trace(workload, count_stdin, &uses);
    return uses;
}

bool workload_is_nontemporal(const WorkloadSpec *workload)
{
    if (workload->nontemporal)
        return true;
    for (uint32_t i = 0; i < workload->n_parts; i++)
        if (workload_is_nontemporal(workload->parts[i]))
            return true;
    return false;
}

bool workload_has(const WorkloadSpec *workload, WorkloadKind kind)
{
    if (workload->kind == kind)
        return true;
    for (uint32_t i = 0; i < workload->n_parts; i++)
        if (workload_has(workload->parts[i], kind))
            return true;
    return false;
}

bool workload_is_leaf(const WorkloadSpec *workload)
{
    return workload->kind != WORKLOAD_SEQUENCE && workload->kind != WORKLOAD_MIX;
}
