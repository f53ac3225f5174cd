/*
 * layout - where the arrays of a workload lie.  See spec/layout.h and workload_layout.
 *
 * SPDX-License-Identifier: MIT
 */
#include "spec/layout.h"

#include <inttypes.h>

#include "base/error.h"
#include "base/rng.h"

#define LAYOUT_START UINT64_C(0x10000000)
#define LAYOUT_PAGE UINT64_C(4096)
#define LAYOUT_MOST (UINT64_C(1) << 56)

typedef struct {
    GHashTable *placed; /* WorkloadSpec or NestArray -> GUINT base */
    GPtrArray *fixed;   /* NestArray with places of their own, by address */
    guint passed;       /* of them, the first ones, that end before what is free */
    uint64_t next_addr;
    uint64_t outer_seed, next_part;
} Layout;

/* Arrays that have a place of their own, in order of mention; known: those that have been added. */
static void add_fixed(GPtrArray *fixed, GHashTable *known, const WorkloadSpec *workload)
{
    const NestConfig *nest = &workload->nest;

    for (uint32_t i = 0; workload->kind == WORKLOAD_NEST && i < nest->n_arrays; i++)
        if (nest->arrays[i]->based && !nest->arrays[i]->scratch &&
            g_hash_table_add(known, nest->arrays[i]))
            g_ptr_array_add(fixed, nest->arrays[i]);
    for (uint32_t i = 0; i < workload->n_parts; i++)
        add_fixed(fixed, known, workload->parts[i]);
}

/* Returns (caller frees: g_ptr_array_unref). */
static GPtrArray *list_fixed(const WorkloadSpec *workload)
{
    g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);
    GPtrArray *fixed = g_ptr_array_new();

    add_fixed(fixed, known, workload);
    return fixed;
}

static int by_address(const void *a, const void *b)
{
    const NestArray *x = *(NestArray *const *)a, *y = *(NestArray *const *)b;

    return (x->base_addr > y->base_addr) - (x->base_addr < y->base_addr);
}

static bool meet(uint64_t a, uint64_t a_bytes, uint64_t b, uint64_t b_bytes)
{
    return a < b + b_bytes && b < a + a_bytes;
}

/* Whether any two of the arrays share bytes that neither wants to share. */
static bool any_overlap(const GPtrArray *fixed)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    uint64_t end = 0;

    for (guint i = 0; i < fixed->len; i++)
        if (!((const NestArray *)fixed->pdata[i])->overlap)
            g_ptr_array_add(sorted, fixed->pdata[i]);
    g_ptr_array_sort(sorted, by_address);
    for (guint i = 0; i < sorted->len; i++) {
        const NestArray *array = sorted->pdata[i];

        if (array->base_addr < end)
            return true;
        end = array->base_addr + array->bytes;
    }
    return false;
}

/* The first two, in order of mention, are named. */
static void fail_overlap(const GPtrArray *fixed, GError **error)
{
    for (guint i = 0; i < fixed->len; i++)
        for (guint j = 0; j < i; j++) {
            const NestArray *a = fixed->pdata[j], *b = fixed->pdata[i];

            if (a->overlap || b->overlap || !meet(a->base_addr, a->bytes, b->base_addr, b->bytes))
                continue;
            g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                        "workload: array %s (%" PRIu64 " B from 0x%" PRIx64
                        ") and array %s (%" PRIu64 " B from 0x%" PRIx64
                        ") overlap; if they shall, give one of them overlap = true",
                        a->name, a->bytes, a->base_addr, b->name, b->bytes, b->base_addr);
            return;
        }
}

/* Bytes of all arrays, as they are mentioned, and what their alignment may cost; no more than LAYOUT_MOST. */
static uint64_t array_bytes(const WorkloadSpec *workload)
{
    uint64_t bytes = workload->kind == WORKLOAD_PATTERN ? workload->pattern.footprint_bytes : 0;

    if (workload->kind == WORKLOAD_NEST)
        for (uint32_t i = 0; i < workload->nest.n_arrays && bytes < LAYOUT_MOST; i++)
            bytes += workload->nest.arrays[i]->bytes + workload->nest.arrays[i]->align_bytes;
    for (uint32_t i = 0; i < workload->n_parts && bytes < LAYOUT_MOST; i++)
        bytes += array_bytes(workload->parts[i]) + LAYOUT_PAGE;
    return MIN(bytes, LAYOUT_MOST);
}

bool workload_check_places(const WorkloadSpec *workload, GError **error)
{
    g_autoptr(GPtrArray) fixed = list_fixed(workload);

    if (array_bytes(workload) == LAYOUT_MOST) {
        g_set_error_literal(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                            "workload: its arrays together take 64 PiB or more");
        return false;
    }
    if (!any_overlap(fixed))
        return true;
    fail_overlap(fixed, error);
    return false;
}

static uint64_t end_of(const GPtrArray *arrays, guint i)
{
    const NestArray *array = arrays->pdata[i];

    return array->base_addr + array->bytes;
}

/* The next bytes that are free. */
static uint64_t find_place(Layout *layout, uint64_t bytes, uint64_t align_bytes)
{
    uint64_t base = (layout->next_addr + align_bytes - 1) & ~(align_bytes - 1);
    const GPtrArray *fixed = layout->fixed;

    while (layout->passed < fixed->len && end_of(fixed, layout->passed) <= layout->next_addr)
        layout->passed++;
    for (guint i = layout->passed; i < fixed->len; i++) {
        const NestArray *other = fixed->pdata[i];

        if (other->base_addr >= base + bytes)
            break; /* and so do all behind it */
        if (meet(base, bytes, other->base_addr, other->bytes))
            base = (end_of(fixed, i) + align_bytes - 1) & ~(align_bytes - 1);
    }
    layout->next_addr = (base + bytes + LAYOUT_PAGE - 1) / LAYOUT_PAGE * LAYOUT_PAGE;
    return base;
}

static uint64_t array_place(Layout *layout, const NestArray *array)
{
    void *known;

    if (array->scratch)
        return 0;
    if (array->based)
        return array->base_addr;
    if (g_hash_table_lookup_extended(layout->placed, array, NULL, &known))
        return *(const uint64_t *)known;
    uint64_t *base = g_new(uint64_t, 1);

    *base = find_place(layout, array->bytes, array->align_bytes);
    g_hash_table_insert(layout->placed, (void *)array, base);
    return *base;
}

static void place(Layout *layout, WorkloadSpec *workload)
{
    if (!g_hash_table_insert(layout->placed, workload, NULL))
        return;
    /* the outermost draws from the seed itself, the parts from seeds of their own */
    workload->seed = layout->next_part == 0 ? layout->outer_seed
                                            : rng_derive(layout->outer_seed, layout->next_part);
    layout->next_part++;
    if (workload->kind == WORKLOAD_PATTERN) {
        workload->pattern.seed = workload->seed;
        workload->pattern.base_addr =
            find_place(layout, workload->pattern.footprint_bytes, LAYOUT_PAGE);
    }
    if (workload->kind == WORKLOAD_NEST)
        for (uint32_t i = 0; i < workload->nest.n_arrays; i++)
            workload->nest.bases[i] = array_place(layout, workload->nest.arrays[i]);
    for (uint32_t i = 0; i < workload->n_parts; i++)
        place(layout, workload->parts[i]);
}

void workload_layout(WorkloadSpec *workload)
{
    Layout layout = { .placed = g_hash_table_new_full(NULL, NULL, NULL, g_free),
                      .fixed = list_fixed(workload),
                      .next_addr = LAYOUT_START,
                      .outer_seed = workload->seed };

    g_ptr_array_sort(layout.fixed, by_address);
    place(&layout, workload);
    g_hash_table_destroy(layout.placed);
    g_ptr_array_unref(layout.fixed);
}
