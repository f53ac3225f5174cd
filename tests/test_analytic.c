/*
 * test_analytic - published closed forms to their printed digits; sequences, shares of cores, bounds of random reads.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "analytic/analytic.h"
#include "base/error.h"
#include "base/rng.h"
#include "dram_rig.h"
#include "rig.h"

static bool near(double value, double wanted, double relative)
{
    return fabs(value - wanted) <= relative * fabs(wanted);
}

/* Whether value prints as text in this many significant digits. */
static bool prints(double value, int digits, const char *text)
{
    g_autofree char *printed = g_strdup_printf("%.*e", digits - 1, value);

    return strcmp(printed, text) == 0;
}

static MachineSpec *machine_of(double peak, double bandwidth, double latency_s)
{
    MachineSpec *machine = rig_machine();

    machine->compute.peaks[0].flop_per_s = peak;
    machine->compute.issue = 1;
    machine->memory.simple.bandwidth_B_per_s = bandwidth;
    machine->memory.simple.latency_fs = (Tick)llround(latency_s * 1e15);
    return machine;
}

static WorkloadSpec *composed(WorkloadKind kind, WorkloadSpec *first, WorkloadSpec *second)
{
    WorkloadSpec *workload = workload_new(kind);

    workload->n_parts = 2;
    workload->parts = g_new0(WorkloadSpec *, 2);
    workload->parts[0] = first;
    workload->parts[1] = second;
    if (kind == WORKLOAD_MIX) {
        workload->weights = g_new0(double, 2);
        workload->weights[0] = workload->weights[1] = 0.5;
    }
    return workload;
}

static Analytic *analysed(const MachineSpec *machine, const WorkloadSpec *workload)
{
    GError *error = NULL;
    Analytic *analytic = analytic_new(machine, workload, NULL, &error);

    CU_ASSERT_PTR_NULL(error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(analytic);
    return analytic;
}

static void streaming_at_one_gbit_is_memory_bound_and_at_a_hundred_compute_bound(void)
{
    WorkloadSpec *workload = rig_workload(GEN_SEQUENTIAL, 10 << 20, 0, 8);
    MachineSpec *slow = machine_of(10e9, 1e9 / 8, 50e-9),
                *fast = machine_of(10e9, 100e9 / 8, 50e-9);
    Analytic *at_slow, *at_fast;

    workload->flops_per_byte = 1.0;
    at_slow = analysed(slow, workload);
    at_fast = analysed(fast, workload);
    /* The published times of memory hold one latency. */
    CU_ASSERT(prints(at_slow->memory_time_s + at_slow->latency_s, 7, "8.388613e-02"));
    CU_ASSERT(prints(at_fast->memory_time_s + at_fast->latency_s, 7, "8.389108e-04"));
    CU_ASSERT(prints(at_slow->compute_time_s, 7, "1.048576e-03"));
    CU_ASSERT_EQUAL(at_slow->regime, REGIME_MEMORY);
    CU_ASSERT_EQUAL(at_fast->regime, REGIME_COMPUTE);
    CU_ASSERT(near(at_slow->serial_time_s, 8.388613e-02 + 1.048576e-03, 1e-7));
    analytic_free(at_slow);
    analytic_free(at_fast);
    machine_free(slow);
    machine_free(fast);
    workload_unref(workload);
}

static void two_tiers_have_the_published_times(void)
{
    static const struct {
        double hit_rate;
        const char *memory_s;
        Regime regime;
    } rows[] = {
        { 0.10, "7.216e-03", REGIME_MEMORY },
        { 0.50, "4.080e-03", REGIME_MEMORY },
        { 0.95, "5.521e-04", REGIME_COMPUTE },
    };
    WorkloadSpec *workload = rig_workload(GEN_SEQUENTIAL, 10000000, 0, 8);
    MachineSpec *machine = machine_of(10e9, 1.0, 50e-9);

    workload->flops_per_byte = 1.0;
    machine->memory.type = MEMORY_TWO_TIER;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        Analytic *analytic;

        machine->memory.two_tier =
            (TwoTierConfig){ 500e9 / 8, 10e9 / 8, rows[i].hit_rate, 50000000 };
        analytic = analysed(machine, workload);
        CU_ASSERT(prints(analytic->memory_time_s + analytic->latency_s, 4, rows[i].memory_s));
        CU_ASSERT(prints(analytic->compute_time_s, 4, "1.000e-03"));
        CU_ASSERT_EQUAL(analytic->regime, rows[i].regime);
        analytic_free(analytic);
    }
    machine_free(machine);
    workload_unref(workload);
}

static void kernels_by_their_totals_have_the_published_times(void)
{
    const double n = 1024, big = 4096;
    Analytic at;

    CU_ASSERT_TRUE(analytic_simple(2 * n * n * n, 3 * n * n * 4, 19.5e12, 1935e9, 0, &at));
    CU_ASSERT(prints(at.compute_time_s * 1e3, 3, "1.10e-01"));
    CU_ASSERT(prints(at.memory_time_s * 1e3, 2, "6.5e-03"));
    CU_ASSERT_EQUAL(at.regime, REGIME_COMPUTE);
    CU_ASSERT_TRUE(analytic_simple(1e6, 12e6, 5.3e12, 205e9, 0, &at));
    CU_ASSERT(prints(at.memory_time_s * 1e6, 3, "5.85e+01"));
    CU_ASSERT(prints(at.compute_time_s * 1e6, 2, "1.9e-01"));
    CU_ASSERT(near(at.compute_time_s, 0.188e-6, 0.005));
    CU_ASSERT_EQUAL(at.regime, REGIME_MEMORY);
    CU_ASSERT_TRUE(analytic_simple(137e9, 192e6, 5.3e12, 205e9, 0, &at));
    CU_ASSERT(near(at.memory_time_s, 0.936e-3, 0.001));
    CU_ASSERT(prints(at.compute_time_s * 1e3, 4, "2.585e+01"));
    CU_ASSERT(near(2 * big * big * big, 137e9, 0.005));
}

static void the_ridge_is_peak_over_bandwidth(void)
{
    Analytic at;

    CU_ASSERT_TRUE(analytic_simple(1, 1, 312e12, 2e12, 0, &at));
    CU_ASSERT_DOUBLE_EQUAL(at.ridge_flop_per_B, 156.0, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(6.4e9 * 256 / 8, 204.8e9, 1e-3);
    CU_ASSERT_DOUBLE_EQUAL(at.attainable_flop_per_s, 2e12, 1);
    CU_ASSERT_TRUE(analytic_simple(1000, 1, 312e12, 2e12, 0, &at));
    CU_ASSERT_DOUBLE_EQUAL(at.attainable_flop_per_s, 312e12, 1);
}

static void totals_that_make_no_sense_are_refused(void)
{
    Analytic at;

    CU_ASSERT_FALSE(analytic_simple(-1, 1, 1, 1, 0, &at));
    CU_ASSERT_FALSE(analytic_simple(1, -1, 1, 1, 0, &at));
    CU_ASSERT_FALSE(analytic_simple(1, 1, 0, 1, 0, &at));
    CU_ASSERT_FALSE(analytic_simple(1, 1, 1, 0, 0, &at));
    CU_ASSERT_FALSE(analytic_simple(1, 1, 1, 1, -1, &at));
    CU_ASSERT_FALSE(analytic_simple(NAN, 1, 1, 1, 0, &at));
}

static void the_regime_is_balanced_within_five_percent_of_the_larger(void)
{
    CU_ASSERT_EQUAL(analytic_regime(1.0, 0.951), REGIME_BALANCED);
    CU_ASSERT_EQUAL(analytic_regime(1.0, 0.949), REGIME_COMPUTE);
    CU_ASSERT_EQUAL(analytic_regime(0.951, 1.0), REGIME_BALANCED);
    CU_ASSERT_EQUAL(analytic_regime(0.949, 1.0), REGIME_MEMORY);
    CU_ASSERT_EQUAL(analytic_regime(0.0, 0.0), REGIME_BALANCED);
    CU_ASSERT_EQUAL(analytic_regime(0.0, 1.0), REGIME_MEMORY);
    CU_ASSERT_STRING_EQUAL(regime_name(REGIME_MEMORY), "memory-bound");
    CU_ASSERT_STRING_EQUAL(regime_name(REGIME_COMPUTE), "compute-bound");
    CU_ASSERT_STRING_EQUAL(regime_name(REGIME_BALANCED), "balanced");
}

static void a_sequence_is_the_sum_of_its_parts_and_a_mix_one_kernel(void)
{
    MachineSpec *machine = machine_of(1e9, 1e9, 0);
    WorkloadSpec *computes = rig_workload(GEN_SEQUENTIAL, 8000, 0, 8),
                 *moves = rig_workload(GEN_COPY, 16000, 0, 8);
    WorkloadSpec *sequence =
        composed(WORKLOAD_SEQUENCE, workload_ref(computes), workload_ref(moves));
    WorkloadSpec *mix = composed(WORKLOAD_MIX, workload_ref(computes), workload_ref(moves));
    Analytic *one_by_one, *together;

    computes->flops_per_byte = 2.0;
    one_by_one = analysed(machine, sequence);
    together = analysed(machine, mix);
    CU_ASSERT_DOUBLE_EQUAL(one_by_one->roofline_time_s, 16e-6 + 16e-6, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(together->roofline_time_s, 24e-6, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(one_by_one->demand.compulsory_bytes, 24000, 0);
    CU_ASSERT_DOUBLE_EQUAL(one_by_one->demand.writes, 1000, 0);
    CU_ASSERT_DOUBLE_EQUAL(one_by_one->demand.reads, 2000, 0);
    analytic_free(one_by_one);
    analytic_free(together);
    workload_unref(sequence);
    workload_unref(mix);
    workload_unref(computes);
    workload_unref(moves);
    machine_free(machine);
}

static void a_workload_that_stands_twice_has_its_bytes_once(void)
{
    MachineSpec *machine = machine_of(1e12, 1e9, 0);
    WorkloadSpec *pass = rig_workload(GEN_SEQUENTIAL, 8000, 0, 8);
    WorkloadSpec *twice = composed(WORKLOAD_SEQUENCE, workload_ref(pass), workload_ref(pass));
    Analytic *analytic = analysed(machine, twice);

    CU_ASSERT_DOUBLE_EQUAL(analytic->demand.compulsory_bytes, 8000, 0);
    CU_ASSERT_DOUBLE_EQUAL(analytic->demand.requested_bytes, 16000, 0);
    CU_ASSERT_DOUBLE_EQUAL(analytic->roofline_time_s, 8e-6, 1e-18);
    CU_ASSERT_DOUBLE_EQUAL(analytic->streaming_time_s, 16e-6, 1e-18);
    analytic_free(analytic);
    workload_unref(twice);
    workload_unref(pass);
    machine_free(machine);
}

static void a_trace_has_no_demand_until_it_is_counted(void)
{
    MachineSpec *machine = machine_of(1e9, 1e9, 0);
    WorkloadSpec *trace = workload_new(WORKLOAD_TRACE);
    const Demand counted = { 100, 60, 40, 3200, 800, 640 };
    Analytic *analytic;

    trace->trace.path = g_strdup("x.din");
    CU_ASSERT_TRUE(isnan(analytic_demand(trace).compulsory_bytes));
    analytic = analysed(machine, trace);
    CU_ASSERT_TRUE(isnan(analytic->roofline_time_s) && isnan(analytic->streaming_time_s));
    analytic_free(analytic);
    analytic = analytic_new(machine, trace, &counted, NULL);
    CU_ASSERT_DOUBLE_EQUAL(analytic->roofline_time_s, 3.2e-6, 1e-18);
    CU_ASSERT_DOUBLE_EQUAL(analytic->memory_time_s, 0.64e-6, 1e-18);
    CU_ASSERT_DOUBLE_EQUAL(analytic->intensity_flop_per_B, 5.0, 1e-12);
    analytic_free(analytic);
    workload_unref(trace);
    machine_free(machine);
}

static void only_cores_that_take_part_have_a_share_of_peak(void)
{
    MachineSpec *machine = machine_of(8e9, 1e9, 100e-9);
    WorkloadSpec *workload = rig_workload(GEN_RANDOM, 1 << 20, 1000, 8);
    GError *error = NULL;
    Analytic *analytic;

    machine->cores = 4;
    machine->compute.window = 2;
    machine->n_caches = 2;
    machine->caches[0] =
        (CacheConfig){ .line_bytes = 32, .cores_per_instance = 1, .bandwidth_B_per_s = 5e9 };
    machine->caches[1] = (CacheConfig){ .line_bytes = 64, .cores_per_instance = 0 };
    workload->cores = 3;
    workload->flops_per_byte = 0.5;
    analytic = analysed(machine, workload);
    CU_ASSERT_DOUBLE_EQUAL(analytic->peak_flop_per_s, 6e9, 1e-3);
    CU_ASSERT_EQUAL(analytic->n_levels, 2);
    CU_ASSERT_DOUBLE_EQUAL(analytic->levels[0].bandwidth_B_per_s, 15e9, 1e-3);
    CU_ASSERT_DOUBLE_EQUAL(analytic->levels[0].ridge_flop_per_B, 0.4, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(analytic->levels[0].attainable_flop_per_s, 6e9, 1e-3);
    CU_ASSERT_TRUE(isinf(analytic->levels[1].bandwidth_B_per_s));
    CU_ASSERT_DOUBLE_EQUAL(analytic->levels[1].ridge_flop_per_B, 0, 0);
    CU_ASSERT_DOUBLE_EQUAL(analytic->levels[1].attainable_flop_per_s, 6e9, 1e-3);
    /* 1 GB/s * 8 / 64 is below 3 cores * 2 slots * 8 B / 100 ns */
    CU_ASSERT_DOUBLE_EQUAL(analytic->random_bandwidth_B_per_s, 125e6, 1e-3);
    analytic_free(analytic);
    workload->dependent = true;
    workload->cores = 1;
    analytic = analysed(machine, workload);
    CU_ASSERT_DOUBLE_EQUAL(analytic->random_bandwidth_B_per_s, 80e6, 1e-3);
    analytic_free(analytic);
    workload->cores = 5;
    CU_ASSERT_PTR_NULL(analytic_new(machine, workload, NULL, &error));
    CU_ASSERT_TRUE(g_error_matches(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG));
    g_clear_error(&error);
    workload->cores = 1;
    workload->precision = g_strdup("f7");
    CU_ASSERT_PTR_NULL(analytic_new(machine, workload, NULL, &error));
    CU_ASSERT_TRUE(g_error_matches(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG));
    g_clear_error(&error);
    workload_unref(workload);
    machine_free(machine);
}

/* A level that two cores share has an instance for the third of three cores, too. */
static void an_instance_that_is_not_full_counts(void)
{
    MachineSpec *machine = machine_of(8e9, 1e9, 100e-9);
    WorkloadSpec *workload = rig_workload(GEN_RANDOM, 1 << 20, 1000, 8);

    machine->cores = 4;
    machine->n_caches = 1;
    machine->caches[0] =
        (CacheConfig){ .line_bytes = 64, .cores_per_instance = 2, .bandwidth_B_per_s = 5e9 };
    for (uint32_t cores = 1; cores <= 4; cores++) {
        workload->cores = cores;
        Analytic *analytic = analysed(machine, workload);

        CU_ASSERT_DOUBLE_EQUAL(analytic->levels[0].bandwidth_B_per_s, cores <= 2 ? 5e9 : 10e9,
                               1e-3);
        analytic_free(analytic);
    }
    workload_unref(workload);
    machine_free(machine);
}

/* Random reads of a burst, with nothing else in their way. */
static double random_bandwidth_of(const DramConfig *config)
{
    MachineSpec *machine = machine_of(8e9, 1e9, 100e-9);
    WorkloadSpec *workload = rig_workload(GEN_RANDOM, 1 << 20, 1000, 64);

    machine->compute.window = 0;
    machine->memory.type = MEMORY_DRAM;
    machine->memory.dram = *config;
    Analytic *analytic = analysed(machine, workload);
    const double bandwidth = analytic->random_bandwidth_B_per_s;

    analytic_free(analytic);
    workload_unref(workload);
    machine_free(machine);
    return bandwidth;
}

/* DDR4-2400: a clock of 0.833 ns, bursts of 64 B, 16 banks of one rank, tRC 56, tRRD 4, tFAW 26, tRFC 433 of tREFI 9364. */
static void random_reads_of_dram_are_bound_by_rows_and_refreshes(void)
{
    const double burst_B_per_s = 64 / 0.833e-9, busy = 1 - 433.0 / 9364;
    DramConfig config = dram_rig_ddr4();

    CU_ASSERT_TRUE(near(random_bandwidth_of(&config), burst_B_per_s * 4 / 26 * busy, 1e-12));
    config.channels = config.ranks = 2;
    CU_ASSERT_TRUE(near(random_bandwidth_of(&config),
                        fmin(4 * burst_B_per_s * 4 / 26 * busy, 2 * burst_B_per_s / 4), 1e-12));
    config.channels = config.ranks = 1;
    config.refresh = REFRESH_NONE;
    CU_ASSERT_TRUE(near(random_bandwidth_of(&config), burst_B_per_s * 4 / 26, 1e-12));
    config.timing.RRD_S = 8;
    CU_ASSERT_TRUE(near(random_bandwidth_of(&config), burst_B_per_s / 8, 1e-12));
    config.bank_groups = 1;
    config.banks = 2;
    CU_ASSERT_TRUE(near(random_bandwidth_of(&config), burst_B_per_s * 2 / 56, 1e-12));
}

static CU_TestInfo tests[] = {
    TEST(streaming_at_one_gbit_is_memory_bound_and_at_a_hundred_compute_bound),
    TEST(two_tiers_have_the_published_times),
    TEST(kernels_by_their_totals_have_the_published_times),
    TEST(the_ridge_is_peak_over_bandwidth),
    TEST(totals_that_make_no_sense_are_refused),
    TEST(the_regime_is_balanced_within_five_percent_of_the_larger),
    TEST(a_sequence_is_the_sum_of_its_parts_and_a_mix_one_kernel),
    TEST(a_workload_that_stands_twice_has_its_bytes_once),
    TEST(a_trace_has_no_demand_until_it_is_counted),
    TEST(only_cores_that_take_part_have_a_share_of_peak),
    TEST(an_instance_that_is_not_full_counts),
    TEST(random_reads_of_dram_are_bound_by_rows_and_refreshes),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_analytic = { .pName = "analytic", .pTests = tests };
