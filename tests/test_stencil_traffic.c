/*
 * test_stencil_traffic - bytes between the levels of processors for each update of a stencil, next to likwid's counters.  bench/stencil_traffic.lua does so for whole files of measurements.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>

#include "rig.h"
#include "script_rig.h"

typedef struct {
    const char *machine,
        *l3; /* l3: of the half of a socket that cluster-on-die makes of it; NULL: as it is */
    const char *l2_out; /* the column of what leaves the L2: all lines, or those that are dirty */
    uint32_t radius, edge, planes; /* planes to fill the caches twice */
    double l1_l2, l2_l3, memory,
        theirs; /* in and out, bytes an update; cachesim's memory traffic */
} Measured;

/* 3D/r1 and r2/heterogeneous/star/constant/double of RRZE-HPC/INSPECT@98f80f1: SkylakeSP_Gold-6148,
 * HaswellEP_E5-2695v3_CoD, BroadwellEP_E5-2697_CoD. */
static const Measured measured[] = {
    { "xeon-6148", NULL, "l3_victims", 1, 770, 11, 49.04, 64.24, 28.80, 37.25 },
    { "xeon-e5-2695v3", "17.5MiB", "l2_writebacks", 1, 770, 8, 47.52, 39.92, 33.12, 40.00 },
    { "xeon-e5-2695v3", "17.5MiB", "l2_writebacks", 2, 670, 10, 90.08, 56.16, 45.12, 56.75 },
    { "xeon-e5-2697v4", "22.5MiB", "l2_writebacks", 1, 860, 8, 56.24, 39.92, 33.92, 39.24 },
};

static Row *run(const Measured *row)
{
    const uint32_t inside = row->edge - 2 * row->radius;
    g_autofree char *half =
        row->l3 ? g_strdup_printf("caches = { { name = 'L3', size = '%s' } }", row->l3)
                : g_strdup("");
    g_autofree char *script = g_strdup_printf(
        "return memsim.sweep { point = function() return {\n"
        "  machine = memsim.machine('%s', { cores = 1, timing = false, %s }),\n"
        "  workload = memsim.kernel('stencil3d', { n = %u, planes = %u, radius = %u, vector = 32,\n"
        "    warmup = %u * %u * %u * %u }) } end }",
        row->machine, half, row->edge, row->planes + 2 + 2 * row->radius, row->radius, row->planes,
        inside, (inside + 3) / 4, 6 * row->radius + 2);
    return script_row(script);
}

/* Bytes an update of the lines that two columns count, in two planes. */
static double traffic(const Row *result, const Measured *row, const char *in, const char *out)
{
    const double inside = row->edge - 2.0 * row->radius;

    return 64 * (row_number(result, in) + row_number(result, out)) / (2 * inside * inside);
}

static void traffic_of_stencils_is_what_was_measured(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(measured); i++) {
        const Measured *row = &measured[i];
        Row *result = run(row);
        const double memory = traffic(result, row, "mem_reads", "mem_writes");

        CU_ASSERT_DOUBLE_EQUAL(memory, row->memory, 0.1 * row->memory);
        CU_ASSERT(fabs(memory - row->memory) < fabs(row->theirs - row->memory));
        CU_ASSERT_DOUBLE_EQUAL(traffic(result, row, "l2_fetches", row->l2_out), row->l2_l3,
                               0.01 * row->l2_l3);
        CU_ASSERT_DOUBLE_EQUAL(traffic(result, row, "l1_fetches", "l1_writebacks"), row->l1_l2,
                               0.05 * row->l1_l2);
        row_free(result);
    }
}

static CU_TestInfo tests[] = { TEST(traffic_of_stencils_is_what_was_measured), CU_TEST_INFO_NULL };
CU_SuiteInfo suite_stencil_traffic = { .pName = "stencil_traffic", .pTests = tests };
