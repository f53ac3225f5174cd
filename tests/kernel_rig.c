/*
 * kernel_rig - a kernel of the library next to plain loops that do the same.
 *
 * SPDX-License-Identifier: MIT
 */
#include "kernel_rig.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "rig.h"
#include "workload/gen_nest.h"

Study *kernel_study(const char *caches, const char *workload)
{
    g_autofree char *script = g_strdup_printf(
        "local kernel = %s\n"
        "return memsim.sweep {\n"
        "axes = { { 'formula_flops', { kernel.flops or 0 } },\n"
        "         { 'formula_bytes', { kernel.compulsory_bytes or 0 } } },\n"
        "point = function() return {\n"
        "  machine = memsim.machine {\n"
        "    compute = { peak = '10 TFLOP/s', clock = '2 GHz', issue = 'unlimited',\n"
        "      window = 'unlimited' },\n"
        "    caches = { %s }, memory = { bandwidth = '10 GB/s', latency = '1 us' } },\n"
        "  workload = kernel } end }\n",
        workload, caches);
    g_autoptr(GError) error = NULL;
    Study *study = config_run_text(script, "kernel.lua", NULL, &error);

    if (study == NULL)
        fprintf(stderr, "# %s: %s\n", workload, error->message);
    CU_ASSERT_PTR_NOT_NULL(study);
    return study;
}

static const NestConfig *nest_with(const WorkloadSpec *workload, const char *name, uint32_t *at)
{
    for (uint32_t i = 0; workload->kind == WORKLOAD_NEST && i < workload->nest.n_arrays; i++)
        if (strcmp(workload->nest.arrays[i]->name, name) == 0) {
            *at = i;
            return &workload->nest;
        }
    for (uint32_t i = 0; i < workload->n_parts; i++) {
        const NestConfig *found = nest_with(workload->parts[i], name, at);

        if (found)
            return found;
    }
    return NULL;
}

Place place(Loops *loops, const char *name, uint32_t element_bytes)
{
    uint32_t at = 0;
    const NestConfig *nest = nest_with(loops->workload, name, &at);

    CU_ASSERT_PTR_NOT_NULL_FATAL(nest);
    CU_ASSERT_EQUAL(element_bits(nest->arrays[at]->type), 8 * element_bytes);
    return (Place){ .base_addr = nest->bases[at],
                    .element_bytes = element_bytes,
                    .values = nest->arrays[at]->values };
}

static void record(Loops *loops, Place array, int64_t element, AccessOp op)
{
    const Access access = { .addr =
                                array.base_addr + (uint64_t)element * (uint64_t)array.element_bytes,
                            .bytes = array.element_bytes,
                            .op = (uint8_t)op };

    g_array_append_val(loops->accesses, access);
}

void reads(Loops *loops, Place array, int64_t element)
{
    record(loops, array, element, ACCESS_READ);
}

void writes(Loops *loops, Place array, int64_t element)
{
    record(loops, array, element, ACCESS_WRITE);
}

void updates(Loops *loops, Place array, int64_t element)
{
    reads(loops, array, element);
    writes(loops, array, element);
}

/* The accesses of one nest; *program is freed by the caller. */
static GArray *drain_nest(const WorkloadSpec *workload, NestProgram **program)
{
    *program = nestprogram_new(workload->nest.nest, workload->nest.bases, NULL);
    return rig_drain(gen_nest_new(*program, 0, 0, 1));
}

static void count_accesses(const WorkloadSpec *workload, Footprint *footprint, double *flops)
{
    NestProgram *program;

    for (uint32_t i = 0; i < workload->n_parts; i++)
        count_accesses(workload->parts[i], footprint, flops);
    if (workload->kind != WORKLOAD_NEST)
        return;
    GArray *all = drain_nest(workload, &program);

    for (guint i = 0; i < all->len; i++) {
        const Access *access = &g_array_index(all, Access, i);

        *flops += program->streams[access->stream].flops_per_byte * access->bytes;
        if (access->op != ACCESS_OPERATE)
            footprint_add(footprint, access, 1);
    }
    g_array_unref(all);
    nestprogram_free(program);
}

KernelCounts kernel_counts(const Study *study)
{
    const PointSpec *point = study->sweeps[0]->points[0];
    Footprint *footprint = footprint_new();
    KernelCounts counts = { .formula_flops = point->axes[0].number,
                            .formula_bytes = point->axes[1].number };

    count_accesses(point->workload, footprint, &counts.flops);
    counts.flops = round(counts.flops); /* each access has a share of its statement's */
    const FootprintCounts bytes = footprint_counts(footprint);

    counts.compulsory_bytes = (double)(bytes.read_first_bytes + bytes.written_bytes);
    footprint_free(footprint);
    return counts;
}

/* Append what the nests of the workload ask for, in order, operations left out. */
static void append_accesses(GArray *accesses, const WorkloadSpec *workload)
{
    for (uint32_t i = 0; i < workload->n_parts; i++)
        append_accesses(accesses, workload->parts[i]);
    if (workload->kind != WORKLOAD_NEST)
        return;
    NestProgram *program;
    GArray *all = drain_nest(workload, &program);

    for (guint i = 0; i < all->len; i++) {
        const Access access = g_array_index(all, Access, i);

        if (access.op != ACCESS_OPERATE)
            g_array_append_val(accesses, access);
    }
    g_array_unref(all);
    nestprogram_free(program);
}

static bool same(const Access *a, const Access *b)
{
    return a->addr == b->addr && a->bytes == b->bytes && a->op == b->op;
}

static void check_same(const char *what, const GArray *is, const GArray *wanted)
{
    guint at = 0;

    while (at < is->len && at < wanted->len &&
           same(&g_array_index(is, Access, at), &g_array_index(wanted, Access, at)))
        at++;
    if (at < is->len || at < wanted->len)
        fprintf(stderr, "# %s: %u accesses, plain loops %u; alike before %u\n", what, is->len,
                wanted->len, at);
    CU_ASSERT(is->len > 0);
    CU_ASSERT_EQUAL(at, is->len);
    CU_ASSERT_EQUAL(is->len, wanted->len);
}

void kernel_is_like(const char *name, const char *parameters, void (*plain)(Loops *loops))
{
    g_autofree char *kernel = g_strdup_printf("memsim.kernel('%s', { %s })", name, parameters);
    Study *study = kernel_study("", kernel);

    if (study == NULL)
        return;
    const WorkloadSpec *workload = study->sweeps[0]->points[0]->workload;
    Loops loops = { .workload = workload, .accesses = g_array_new(FALSE, FALSE, sizeof(Access)) };
    GArray *accesses = g_array_new(FALSE, FALSE, sizeof(Access));

    append_accesses(accesses, workload);
    plain(&loops);
    check_same(kernel, accesses, loops.accesses);
    g_array_unref(accesses);
    g_array_unref(loops.accesses);
    study_free(study);
}
