/*
 * test_demand - what a pattern has to move, in closed form: against every byte of every access of the generator.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>

#include "analytic/analytic.h"
#include "rig.h"

static bool near(double value, double wanted, double relative)
{
    return fabs(value - wanted) <= relative * fabs(wanted);
}

/* What really happens: every byte of every access, from the generator itself. */
static double counted_compulsory(const WorkloadSpec *workload, uint64_t seed, double *accesses)
{
    PatternConfig pattern = workload->pattern;
    const uint64_t n = pattern.accesses ? pattern.accesses : gen_pass_accesses(&pattern);
    g_autofree guint8 *seen = g_malloc0(pattern.footprint_bytes);
    AccessSource *source;
    Batch *batch = g_new0(Batch, 1);
    void *table;
    double bytes = 0.0;

    pattern.base_addr = 0;
    pattern.seed = seed;
    table = gen_table_new(&pattern);
    source = gen_new(&pattern, table, 0, n, 0);
    *accesses = 0;
    while (source_next(source, batch, NULL))
        for (size_t i = 0; i < batch->count; i++, ++*accesses)
            for (uint64_t at = batch->access[i].addr;
                 at < batch->access[i].addr + batch->access[i].bytes; at++) {
                const guint8 mark = batch->access[i].op == ACCESS_WRITE ? 2 : 1;

                bytes += mark == 2 ? !(seen[at] & 2) : !seen[at];
                seen[at] |= mark;
            }
    source_free(source);
    g_free(batch);
    g_free(table);
    return bytes;
}

static void walks_are_counted_to_the_byte(void)
{
    static const uint32_t sizes[] = { 1, 4, 8, 24 };
    static const uint32_t patterns[] = { GEN_SEQUENTIAL, GEN_STRIDED, GEN_CHASE, GEN_COPY,
                                         GEN_TRIAD };
    Rng rng = { 11 };

    for (int i = 0; i < 400; i++) {
        const uint32_t pattern = patterns[rng_below(rng_next(&rng), G_N_ELEMENTS(patterns))];
        const uint32_t size = sizes[rng_below(rng_next(&rng), G_N_ELEMENTS(sizes))];
        const uint64_t footprint = 3 * size + rng_below(rng_next(&rng), 700);
        WorkloadSpec *workload =
            rig_workload(pattern, footprint, rng_below(rng_next(&rng), 900), size);
        Demand demand;
        double accesses, bytes;

        workload->pattern.stride_bytes = 1 + rng_below(rng_next(&rng), 60);
        if (pattern < GEN_COPY && i % 2)
            workload->pattern.write_fraction = 1.0;
        demand = analytic_demand(workload);
        bytes = counted_compulsory(workload, 1, &accesses);
        CU_ASSERT_EQUAL(demand.accesses, accesses);
        CU_ASSERT_DOUBLE_EQUAL(demand.compulsory_bytes, bytes, 1e-6);
        CU_ASSERT_DOUBLE_EQUAL(demand.requested_bytes, accesses * size, 1e-6);
        workload_unref(workload);
    }
}

static void draws_are_the_mean_of_many_seeds(void)
{
    static const struct {
        uint32_t pattern;
        double exponent, write_fraction;
    } rows[] = {
        { GEN_RANDOM, 0, 0 },       { GEN_RANDOM, 0, 0.3 },  { GEN_RANDOM, 0, 1 },
        { GEN_ZIPF, 0.99, 0.25 },   { GEN_ZIPF, 1.3, 0 },    { GEN_ZIPF, 0, 0.5 },
        { GEN_SEQUENTIAL, 0, 0.3 }, { GEN_STRIDED, 0, 0.3 }, { GEN_CHASE, 0, 0.5 },
    };
    enum { SEEDS = 200 };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        WorkloadSpec *workload = rig_workload(rows[i].pattern, 8000, 1500, 8);
        double sum = 0.0, accesses;

        workload->pattern.exponent = rows[i].exponent;
        workload->pattern.write_fraction = rows[i].write_fraction;
        workload->pattern.stride_bytes = 3;
        for (uint64_t seed = 1; seed <= SEEDS; seed++)
            sum += counted_compulsory(workload, seed, &accesses);
        CU_ASSERT(near(sum / SEEDS, analytic_demand(workload).compulsory_bytes, 0.005));
        workload_unref(workload);
    }
}

static void many_ranks_of_zipf_are_summed_as_if_one_by_one(void)
{
    WorkloadSpec *workload = rig_workload(GEN_ZIPF, 8u * 3000000, 2000000, 8);
    const double s = 0.9, n = 2000000;
    double weights = 0.0, elements = 0.0;

    workload->pattern.exponent = s;
    for (int rank = 3000000; rank > 0; rank--)
        weights += pow(rank, -s);
    for (int rank = 3000000; rank > 0; rank--)
        elements -= expm1(n * log1p(-pow(rank, -s) / weights));
    CU_ASSERT(near(analytic_demand(workload).compulsory_bytes, 8 * elements, 1e-7));
    workload->pattern.footprint_bytes = UINT64_C(1) << 50; /* and it is fast */
    CU_ASSERT(analytic_demand(workload).compulsory_bytes <= 8.0 * n);
    workload_unref(workload);
}

static CU_TestInfo tests[] = {
    TEST(walks_are_counted_to_the_byte),
    TEST(draws_are_the_mean_of_many_seeds),
    TEST(many_ranks_of_zipf_are_summed_as_if_one_by_one),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_demand = { .pName = "demand", .pTests = tests };
