/*
 * test_spec - the rules of machines and workloads, their layout, their hash.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "script_rig.h"
#include "spec/columns.h"
#include "spec/study.h"
#include "tap.h"

static void add_cache(MachineSpec *machine, const char *name, uint64_t size, Tick latency)
{
    CacheConfig *cache = &machine->caches[machine->n_caches++];

    field_defaults(cache_fields, cache);
    cache->name = g_strdup(name);
    cache->size_bytes = size;
    cache->ways = 8;
    cache->latency_fs = latency;
    cache->cores_per_instance = 1;
}

/* Four cores, private L1, L2 for two cores. */
static MachineSpec *machine_make(void)
{
    MachineSpec *machine = g_new0(MachineSpec, 1);

    machine->cores = 4;
    machine->compute.peaks = g_new0(Peak, 1);
    machine->compute.n_peaks = 1;
    machine->compute.peaks[0].flop_per_s = 1e10;
    field_defaults(compute_fields, &machine->compute);
    machine->caches = g_new0(CacheConfig, 3);
    add_cache(machine, "L1", 32768, 2000000);
    add_cache(machine, "L2", 1048576, 6000000);
    machine->caches[1].cores_per_instance = 2;
    field_defaults(simple_fields, &machine->memory.simple);
    machine->memory.simple.bandwidth_B_per_s = 1e10;
    machine->memory.simple.latency_fs = 60000000;
    return machine;
}

static WorkloadSpec *pattern_make(uint64_t footprint)
{
    WorkloadSpec *workload = workload_new(WORKLOAD_PATTERN);

    workload->pattern.footprint_bytes = footprint;
    return workload;
}

static void check_refused(MachineSpec *machine, const char *message)
{
    GError *error = NULL;

    CU_ASSERT_FALSE(machine_check(machine, &error));
    CU_ASSERT_PTR_NOT_NULL_FATAL(error);
    if (strcmp(error->message, message) != 0)
        fprintf(stderr, "# %s\n", error->message);
    CU_ASSERT_STRING_EQUAL(error->message, message);
    g_clear_error(&error);
    machine_free(machine);
}

static void a_good_machine_is_accepted(void)
{
    MachineSpec *machine = machine_make();

    CU_ASSERT(machine_check(machine, NULL));
    CU_ASSERT_EQUAL(machine_cores_per_instance(machine, 1), 2);
    machine->caches[1].cores_per_instance = 0;
    CU_ASSERT_EQUAL(machine_cores_per_instance(machine, 1), 4);
    CU_ASSERT(machine_check(machine, NULL));
    machine_free(machine);
    machine_free(NULL);
}

static void every_rule_between_components_has_its_message(void)
{
    MachineSpec *m = machine_make();
    m->caches[1].latency_fs = 1000000;
    check_refused(m, "machine.caches[2].latency: 1 ns is below the 2 ns of L1 above; latencies are "
                     "totals from the core");
    m = machine_make();
    m->memory.simple.latency_fs = 0;
    check_refused(m, "machine.memory.latency: 0 s is below the 6 ns of L2 above; latencies are "
                     "totals from the core");
    m = machine_make();
    m->caches[0].line_bytes = 128;
    check_refused(
        m, "machine.caches[2].line: 64 B is below the 128 B of L1 above; lines may only grow");
    m = machine_make();
    m->caches[0].line_bytes = 96;
    check_refused(m, "machine.caches[1].line: 96 B is not a power of two");
    m = machine_make();
    m->caches[0].size_bytes = 1000;
    check_refused(
        m, "machine.caches[1].size: 1 kB is not a multiple of line x ways (64 B x 8 = 512 B)");
    m = machine_make();
    m->caches[0].ways = 0;
    m->caches[0].size_bytes = 100;
    check_refused(m, "machine.caches[1].size: 100 B is not a multiple of the line (64 B)");
    m = machine_make();
    m->caches[1].banks = 4;
    check_refused(m, "machine.caches[2].banks: banks share the bandwidth, which is unlimited here; "
                     "give a bandwidth");
    m = machine_make();
    m->caches[1].cores_per_instance = 3;
    check_refused(
        m,
        "machine.caches[2].shared: 3 cores per instance do not divide the 4 cores of the machine");
    m = machine_make();
    m->caches[0].cores_per_instance = 4;
    check_refused(m, "machine.caches[2].shared: 2 cores per instance, but L1 above is shared by 4; "
                     "a level below is "
                     "shared by a multiple of that");
    m = machine_make();
    m->memory.simple.channels = 2;
    m->memory.simple.interleave_bytes = 100;
    check_refused(m, "machine.memory.interleave: 100 B is not a multiple of the line of L2 (64 B); "
                     "a line lies in one "
                     "channel");
}

static MachineSpec *renamed(const char *name)
{
    MachineSpec *machine = machine_make();

    g_free(machine->caches[1].name);
    machine->caches[1].name = g_strdup(name);
    return machine;
}

static void names_of_caches_are_unique_identifiers(void)
{
    check_refused(renamed("l1"), "machine.caches[2].name: 'l1' is already the name of caches[1]");
    check_refused(renamed("mem"),
                  "machine.caches[2].name: 'mem' is what the memory's columns are called");
    check_refused(renamed("Memory"),
                  "machine.caches[2].name: 'Memory' is what the memory's columns are called");
    check_refused(renamed("L 2"),
                  "machine.caches[2].name: 'L 2' is no identifier (letters, digits, _)");
    check_refused(renamed(""), "machine.caches[2].name: '' is no identifier (letters, digits, _)");
}

static void a_precision_picks_its_peak(void)
{
    MachineSpec *machine = machine_make();
    GError *error = NULL;

    CU_ASSERT_EQUAL(machine_peak(machine, NULL, NULL), 1e10);
    CU_ASSERT_EQUAL(machine_peak(machine, "f32", &error), 0);
    CU_ASSERT_STRING_EQUAL(error->message,
                           "workload.precision: 'f32', but the machine has one peak for all types");
    g_clear_error(&error);
    g_free(machine->compute.peaks);
    machine->compute.peaks = g_new0(Peak, 2);
    machine->compute.n_peaks = 2;
    machine->compute.peaks[0] = (Peak){ g_strdup("f16_tensor"), 4e12 };
    machine->compute.peaks[1] = (Peak){ g_strdup("f32"), 1e12 };
    CU_ASSERT_EQUAL(machine_peak(machine, NULL, NULL), 1e12);
    CU_ASSERT_EQUAL(machine_peak(machine, "f16_tensor", NULL), 4e12);
    CU_ASSERT_EQUAL(machine_peak(machine, "f16_tenser", &error), 0);
    CU_ASSERT_STRING_EQUAL(error->message,
                           "workload.precision: the machine has no peak 'f16_tenser'; did you mean "
                           "'f16_tensor'; it has: f16_tensor, f32");
    g_clear_error(&error);
    machine_free(machine);
}

static void memories_tell_their_latency_and_peak(void)
{
    MemoryConfig tiers = { .type = MEMORY_TWO_TIER, .two_tier = { 4e9, 1e9, 0.5, 50000000 } };
    MachineSpec *machine = machine_make();

    CU_ASSERT_EQUAL(memory_latency_fs(&tiers, 0), 50000000);
    CU_ASSERT_EQUAL(memory_peak_B_per_s(&tiers), 4e9);
    CU_ASSERT_EQUAL(memory_latency_fs(&machine->memory, 0), 60000000);
    CU_ASSERT_EQUAL(memory_peak_B_per_s(&machine->memory), 1e10);
    machine_free(machine);
}

static void parts_lie_apart_and_shared_parts_are_one(void)
{
    WorkloadSpec *a = pattern_make(5000), *b = pattern_make(4096);
    WorkloadSpec *sequence = workload_new(WORKLOAD_SEQUENCE);

    sequence->seed = 3;
    sequence->parts = g_new0(WorkloadSpec *, 3);
    sequence->parts[0] = a;
    sequence->parts[1] = b;
    sequence->parts[2] = workload_ref(a);
    sequence->n_parts = 3;
    CU_ASSERT(workload_check(sequence, NULL));
    workload_layout(sequence);
    CU_ASSERT_EQUAL(a->pattern.base_addr % 4096, 0);
    CU_ASSERT_EQUAL(b->pattern.base_addr, a->pattern.base_addr + 8192);
    CU_ASSERT_NOT_EQUAL(a->pattern.seed, b->pattern.seed);
    CU_ASSERT_EQUAL(sequence->seed, 3);
    CU_ASSERT_FALSE(workload_has(sequence, WORKLOAD_TRACE));
    workload_unref(sequence);
    workload_unref(NULL);
}

static void a_lone_pattern_draws_from_the_seed_itself(void)
{
    WorkloadSpec *workload = pattern_make(4096);

    workload->seed = 42;
    workload_layout(workload);
    CU_ASSERT_EQUAL(workload->pattern.seed, 42);
    workload_unref(workload);
}

static void wrong_parts_are_refused_with_their_path(void)
{
    WorkloadSpec *mix = workload_new(WORKLOAD_MIX);
    GError *error = NULL;

    CU_ASSERT_FALSE(workload_check(mix, &error));
    CU_ASSERT_STRING_EQUAL(error->message, "workload: has no parts");
    g_clear_error(&error);
    mix->parts = g_new0(WorkloadSpec *, 1);
    mix->weights = g_new0(double, 1);
    mix->parts[0] = pattern_make(4);
    mix->n_parts = 1;
    CU_ASSERT_FALSE(workload_check(mix, &error));
    CU_ASSERT_STRING_EQUAL(error->message, "workload[1]: the share must be above 0 and finite");
    g_clear_error(&error);
    mix->weights[0] = 1;
    CU_ASSERT_FALSE(workload_check(mix, &error));
    CU_ASSERT(g_str_has_prefix(error->message, "workload[1].footprint: "));
    g_clear_error(&error);
    workload_unref(mix);
}

static PointSpec *point_make(void)
{
    PointSpec *point = g_new0(PointSpec, 1);

    point->machine = machine_make();
    point->workload = pattern_make(65536);
    workload_layout(point->workload);
    return point;
}

static void the_hash_tells_points_apart_but_not_their_names(void)
{
    PointSpec *a = point_make(), *b = point_make();
    g_autofree char *first = point_hash(a);
    g_autofree char *same = NULL, *other = NULL;

    b->machine->description = g_strdup("for people");
    same = point_hash(b);
    b->machine->caches[0].mshrs = 1;
    other = point_hash(b);
    CU_ASSERT_EQUAL(strlen(first), 16);
    CU_ASSERT_STRING_EQUAL(first, same);
    CU_ASSERT_STRING_NOT_EQUAL(first, other);
    point_free(a);
    point_free(b);
    point_free(NULL);
}

/* A point with something added to a part of it; a key that stands twice has its last value. */
static char *hash_with(const char *const parts[5])
{
    g_autofree char *script = g_strdup_printf(
        "return memsim.sweep { point = function() return { machine = memsim.machine { cores = 4, "
        "compute = { peak = { f32 = 1e9, f64 = 5e8 }, clock = '1 GHz', %s }, caches = { { name = "
        "'L1', size = '32KiB', ways = 8, %s }, { name = 'L2', size = '1MiB', ways = 16, shared = "
        "true } }, memory "
        "= { bandwidth = 1e9, latency = '50 ns', %s }, %s }, workload = memsim.workload { pattern "
        "= 'random', footprint = '2MiB', precision = 'f32', %s } } end }",
        parts[0], parts[1], parts[2], parts[3], parts[4]);
    Study *study = script_study(script);
    char *hash = point_hash(study->sweeps[0]->points[0]);

    study_free(study);
    return hash;
}

static void whatever_changes_a_result_changes_the_hash(void)
{
    static const struct {
        int part; /* compute, L1, memory, machine, workload */
        const char *keys;
    } changes[] = {
        { 0, "peak = { f32 = 2e9 }" },
        { 0, "clock = '2 GHz'" },
        { 0, "issue = 2" },
        { 0, "window = 3" },
        { 0, "overlap = false" },
        { 1, "size = '64KiB'" },
        { 1, "line = 32" },
        { 1, "ways = 4" },
        { 1, "policy = 'fifo'" },
        { 1, "write = 'through'" },
        { 1, "allocate = false" },
        { 1, "shared = 2" },
        { 1, "shared = true" },
        { 1, "latency = '1 ns'" },
        { 1, "bandwidth = 1e10" },
        { 1, "mshrs = 3" },
        { 1, "sector = 32" },
        { 1, "index = 'hash'" },
        { 1, "prefetch = 'stream'" },
        { 1, "prefetch = 'next-line'" },
        { 1, "prefetch = 'adjacent'" },
        { 1, "prefetch = 'stride'" },
        { 1, "prefetch = 'best-offset'" },
        { 1, "prefetch = { type = 'stream', distance = 7 }" },
        { 2, "bandwidth = 2e9" },
        { 2, "latency = '60 ns'" },
        { 2, "channels = 2" },
        { 2, "channels = 2, interleave = 512" },
        { 3, "cores = 8" },
        { 3, "timing = false" },
        { 3, "tlb = { { entries = 64 }, walk = '30 ns' }" },
        { 3, "tlb = { { entries = 64 }, walk = 'caches' }" },
        { 3, "tlb = { { entries = 64, ways = 4 }, walk = '30 ns' }" },
        { 3, "tlb = { { entries = 64 }, walk = '40 ns' }" },
        { 3, "tlb = { pages = 'random' }" },
        { 4, "pattern = 'chase'" },
        { 4, "pattern = 'zipf'" },
        { 4, "pattern = 'zipf', exponent = 0.7" },
        { 4, "pattern = 'strided', stride = 64" },
        { 4, "pattern = 'strided', stride = 128" },
        { 4, "footprint = '4MiB'" },
        { 4, "accesses = 77" },
        { 4, "size = 4" },
        { 4, "write_fraction = 0.5" },
        { 4, "flops_per_byte = 2" },
        { 4, "dependent = true" },
        { 4, "cores = 3" },
        { 4, "precision = 'f64'" },
        { 4, "seed = 7" },
        { 4, "warmup = 10" },
        { 4, "warmup = 11" },
        { 4, "warmup = '1 pass'" },
    };
    const char *plain[5] = { "", "", "", "", "" };
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    g_hash_table_add(known, hash_with(plain));
    for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
        const char *parts[5] = { "", "", "", "", "" };

        parts[changes[i].part] = changes[i].keys;
        char *hash = hash_with(parts);

        if (g_hash_table_contains(known, hash))
            fprintf(stderr, "# the hash does not know %s\n", changes[i].keys);
        CU_ASSERT(g_hash_table_add(known, hash));
    }
}

static char *trace_hash(const char *folder, const char *content)
{
    g_autofree char *dir = g_strdup_printf("%s/%s-XXXXXX", g_get_tmp_dir(), folder);
    PointSpec *point = point_make();

    CU_ASSERT_PTR_NOT_NULL_FATAL(g_mkdtemp(dir));
    workload_unref(point->workload);
    point->workload = workload_new(WORKLOAD_TRACE);
    point->workload->trace.path = g_build_filename(dir, "t.din", NULL);
    CU_ASSERT(g_file_set_contents(point->workload->trace.path, content, -1, NULL));
    char *hash = point_hash(point);
    g_unlink(point->workload->trace.path);
    g_rmdir(dir);
    point_free(point);
    return hash;
}

static void a_trace_enters_the_hash_by_its_content_not_its_folder(void)
{
    g_autofree char *a = trace_hash("memsim-a", "0 1000\n");
    g_autofree char *b = trace_hash("memsim-b", "0 1000\n");
    g_autofree char *c = trace_hash("memsim-a", "1 1000\n");

    CU_ASSERT_STRING_EQUAL(a, b);
    CU_ASSERT_STRING_NOT_EQUAL(a, c);
}

static void columns_are_known_by_name(void)
{
    CU_ASSERT(column_is_fixed("time_s"));
    CU_ASSERT(column_is_fixed("wall_s"));
    CU_ASSERT_FALSE(column_is_fixed("l2_size"));
    CU_ASSERT(column_is_of_cache("l1_hits", "L1"));
    CU_ASSERT_FALSE(column_is_of_cache("l2_hits", "L1"));
    CU_ASSERT_FALSE(column_is_of_cache("l1_size", "L1"));
}

static CU_TestInfo tests[] = {
    TEST(a_good_machine_is_accepted),
    TEST(every_rule_between_components_has_its_message),
    TEST(names_of_caches_are_unique_identifiers),
    TEST(a_precision_picks_its_peak),
    TEST(memories_tell_their_latency_and_peak),
    TEST(parts_lie_apart_and_shared_parts_are_one),
    TEST(a_lone_pattern_draws_from_the_seed_itself),
    TEST(wrong_parts_are_refused_with_their_path),
    TEST(the_hash_tells_points_apart_but_not_their_names),
    TEST(whatever_changes_a_result_changes_the_hash),
    TEST(a_trace_enters_the_hash_by_its_content_not_its_folder),
    TEST(columns_are_known_by_name),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_spec = { .pName = "spec", .pTests = tests };
