/*
 * test_config - the script's interface: what it reads.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "config/config.h"
#include "script_rig.h"
#include "tap.h"

static void the_design_s_example_becomes_six_points(void)
{
    Study *study =
        script_study("local memsim = require 'memsim'\n"
                     "return memsim.sweep { title = 'Cache size against access pattern',\n"
                     "  axes = { { 'pattern', { 'sequential', 'random' } }, { 'l2_size', { "
                     "'256KiB', '1MiB', '4MiB' } } },\n"
                     "  point = function(p) return { machine = memsim.machine { cores = 1,\n"
                     "    compute = { peak = '10 GFLOP/s', clock = '2 GHz', issue = 1, window = "
                     "16, overlap = true },\n"
                     "    caches = { { name = 'L1', size = '32KiB', line = '64B', ways = 8, "
                     "policy = 'lru', latency = '2 ns', mshrs = 8 },\n"
                     "      { name = 'L2', size = p.l2_size, line = '64B', ways = 16, policy = "
                     "'lru', latency = '6 ns', shared = true } },\n"
                     "    memory = { type = 'simple', channels = 2, bandwidth = '25.6 GB/s', "
                     "latency = '60 ns', interleave = '256B' } },\n"
                     "   workload = memsim.workload { pattern = p.pattern, footprint = '2MiB', "
                     "accesses = 1000000, size = '8B',\n"
                     "     flops_per_byte = 1.0 } } end }\n");
    const SweepSpec *sweep = study->sweeps[0];
    const PointSpec *point = sweep->points[5];

    CU_ASSERT_EQUAL(study->n_sweeps, 1);
    CU_ASSERT_EQUAL(sweep->n_points, 6);
    CU_ASSERT_STRING_EQUAL(sweep->title, "Cache size against access pattern");
    CU_ASSERT_STRING_EQUAL(point->axes[0].text, "random");
    CU_ASSERT_STRING_EQUAL(point->axes[1].text, "4MiB");
    CU_ASSERT_STRING_EQUAL(sweep->points[1]->axes[1].text, "1MiB");
    CU_ASSERT_EQUAL(point->machine->caches[1].size_bytes, 4194304);
    CU_ASSERT_EQUAL(point->machine->caches[1].cores_per_instance, 0);
    CU_ASSERT_EQUAL(point->machine->caches[0].latency_fs, 2000000);
    CU_ASSERT_EQUAL(point->machine->memory.simple.bandwidth_B_per_s, 25.6e9);
    CU_ASSERT_EQUAL(point->workload->pattern.accesses, 1000000);
    CU_ASSERT_EQUAL(point->workload->flops_per_byte, 1.0);
    study_free(study);
}

static void defaults_are_those_of_the_design(void)
{
    Study *study =
        script_study(ONE_MACHINE(COMPUTE ", " CACHES ", memory = { bandwidth = '10 GB/s' }"));
    const PointSpec *point = study->sweeps[0]->points[0];
    const MachineSpec *machine = point->machine;

    CU_ASSERT_EQUAL(machine->cores, 1);
    CU_ASSERT_EQUAL(machine->compute.issue, 1);
    CU_ASSERT_EQUAL(machine->compute.window, 16);
    CU_ASSERT(machine->compute.overlap);
    CU_ASSERT_EQUAL(machine->caches[0].line_bytes, 64);
    CU_ASSERT_EQUAL(machine->caches[0].write, CACHE_WRITE_BACK);
    CU_ASSERT(machine->caches[0].allocate);
    CU_ASSERT_EQUAL(machine->caches[0].banks, 1);
    CU_ASSERT_EQUAL(machine->caches[0].mshrs, 16);
    CU_ASSERT_EQUAL(machine->caches[0].cores_per_instance, 1);
    CU_ASSERT_EQUAL(machine->caches[0].bandwidth_B_per_s, 0);
    CU_ASSERT_EQUAL(machine->caches[1].latency_fs, 2000000); /* that of the level above */
    CU_ASSERT_EQUAL(machine->memory.simple.latency_fs, 2000000);
    CU_ASSERT_EQUAL(machine->memory.simple.channels, 1);
    CU_ASSERT_EQUAL(machine->memory.simple.interleave_bytes, 256);
    CU_ASSERT_EQUAL(point->workload->pattern.size_bytes, 8);
    CU_ASSERT_EQUAL(point->workload->pattern.accesses, 0);
    CU_ASSERT_EQUAL(point->workload->seed, 1);
    CU_ASSERT_EQUAL(point->workload->cores, 0);
    CU_ASSERT(point->workload->split_lines);
    CU_ASSERT_STRING_EQUAL(study->sweeps[0]->title, "s.lua");
    study_free(study);
}

static void tlbs_are_a_list_with_keys(void)
{
    Study *study = script_study(ONE(
        "compute = { peak = 1e9, clock = '2 GHz' }, caches = { { name = 'L1', size = 4096, ways = "
        "8 "
        "} }, tlb = { { entries = 64, ways = 4 }, { entries = 1536, ways = 'full', latency = '7 "
        "cycles' }, page = '2MiB', pages = 'random', walk = '30 ns' }, memory = { bandwidth = '1 "
        "GB/s' }",
        "memsim.workload { pattern = 'sequential', footprint = '1MiB' }"));
    const TlbConfig *tlb = &study->sweeps[0]->points[0]->machine->tlb;

    CU_ASSERT(tlb->present);
    CU_ASSERT_EQUAL(tlb->n_levels, 2);
    CU_ASSERT_EQUAL(tlb->levels[0].entries, 64);
    CU_ASSERT_EQUAL(tlb->levels[0].ways, 4);
    CU_ASSERT_EQUAL(tlb->levels[0].latency_fs, 0);
    CU_ASSERT_EQUAL(tlb->levels[1].ways, 0);
    CU_ASSERT_EQUAL(tlb->levels[1].latency_fs, 3500000);
    CU_ASSERT_EQUAL(tlb->page_bytes, 2 << 20);
    CU_ASSERT_EQUAL(tlb->pages, PAGES_RANDOM);
    CU_ASSERT_FALSE(tlb->walks_caches);
    CU_ASSERT_EQUAL(tlb->walk_fs, 30000000);
    study_free(study);
}

static void a_prefetcher_is_a_word_or_a_table(void)
{
    Study *study = script_study(ONE(
        "compute = { peak = 1e9 }, caches = { { name = 'L1', size = 4096, ways = 8, prefetch = "
        "'next-line' }, { name = 'L2', size = 8192, ways = 8, prefetch = { type = 'stream', "
        "distance = 20, boundary = '4KiB', reserve = 3 } }, { name = 'L3', size = 16384, ways = 8, "
        "prefetch = 'none' } }, memory = { bandwidth = '1 GB/s' }",
        "memsim.workload { pattern = 'sequential', footprint = '1MiB' }"));
    const CacheConfig *caches = study->sweeps[0]->points[0]->machine->caches;

    CU_ASSERT_STRING_EQUAL(prefetch_names()[caches[0].prefetch.type], "next-line");
    CU_ASSERT_EQUAL(caches[0].prefetch.degree, 1);
    CU_ASSERT_EQUAL(caches[0].prefetch.reserve, 1);
    CU_ASSERT_STRING_EQUAL(prefetch_names()[caches[1].prefetch.type], "stream");
    CU_ASSERT_EQUAL(caches[1].prefetch.streams, 16);
    CU_ASSERT_EQUAL(caches[1].prefetch.distance, 20);
    CU_ASSERT_EQUAL(caches[1].prefetch.degree, 2);
    CU_ASSERT_EQUAL(caches[1].prefetch.reserve, 3);
    CU_ASSERT_EQUAL(caches[1].prefetch.boundary_bytes, 4096);
    CU_ASSERT_EQUAL(caches[2].prefetch.type, PREFETCH_NONE);
    study_free(study);
}

static void cycles_words_and_tables_of_peaks_are_read(void)
{
    Study *study = script_study(ONE(
        "cores = 4, compute = { peak = { f32 = '2 TFLOP/s', f16 = 4e12 }, clock = '2 GHz', "
        "issue = 'unlimited', window = 'unlimited', overlap = false }, caches = { { name = 'L1', "
        "size = 4096, ways = 'full', latency = '4 cycles', bandwidth = '1 GB/s', banks = 2, shared "
        "= 2,"
        "policy = 'plru', write = 'through', allocate = false } }, memory = { type = 'two-tier', "
        "fast = "
        "'500 Gbit/s', slow = '10 Gbit/s', hit_rate = 0.5, latency = '50 ns' }",
        "memsim.workload { pattern = 'strided', stride = '256B', footprint = '1MiB', cores = 2, "
        "precision = 'f16', warmup = '1 pass', seed = 9223372036854775807 }"));
    const PointSpec *point = study->sweeps[0]->points[0];
    const MachineSpec *machine = point->machine;

    CU_ASSERT_EQUAL(machine->compute.n_peaks, 2);
    CU_ASSERT_STRING_EQUAL(machine->compute.peaks[0].name, "f16");
    CU_ASSERT_EQUAL(machine->compute.issue, 0);
    CU_ASSERT_EQUAL(machine->compute.window, 0);
    CU_ASSERT_FALSE(machine->compute.overlap);
    CU_ASSERT_EQUAL(machine->caches[0].ways, 0);
    CU_ASSERT_EQUAL(machine->caches[0].latency_fs, 2000000);
    CU_ASSERT_EQUAL(machine->caches[0].cores_per_instance, 2);
    CU_ASSERT_STRING_EQUAL(machine_policies()[machine->caches[0].policy], "plru");
    CU_ASSERT_EQUAL(machine->memory.two_tier.fast_B_per_s, 62.5e9);
    CU_ASSERT_EQUAL(point->workload->seed, UINT64_C(9223372036854775807));
    CU_ASSERT(point->workload->warmup_pass);
    CU_ASSERT_EQUAL(point->workload->cores, 2);
    study_free(study);
}

static void overrides_merge_deeply(void)
{
    Study *study = script_study(
        "local base = memsim.machine { " COMPUTE ", " CACHES ", " MEMORY ", cores = 2 }\n"
        "local m = memsim.machine(base, { memory = { channels = 4 }, compute = { overlap = false, "
        "clock = false },\n"
        "  caches = { { name = 'l1', ways = 4, latency = false }, { name = 'L3', size = '4MiB', "
        "ways = 16, shared = true },\n"
        "             L2 = false } })\n"
        "local t = memsim.machine(m, { memory = { type = 'two-tier', fast = 2e9, slow = 1e9, "
        "hit_rate = 0, latency = '9 ns' },\n"
        "  caches = false })\n"
        "return { memsim.sweep { point = function() return { machine = m, " WORKLOAD " } end },\n"
        "         memsim.sweep { point = function() return { machine = t, " WORKLOAD " } end } }");
    const MachineSpec *merged = study->sweeps[0]->points[0]->machine;

    CU_ASSERT_EQUAL(merged->cores, 2);
    CU_ASSERT_EQUAL(merged->memory.simple.channels, 4);
    CU_ASSERT_EQUAL(merged->memory.simple.latency_fs, 50000000);
    CU_ASSERT_FALSE(merged->compute.overlap);
    CU_ASSERT_EQUAL(merged->compute.clock_Hz, 1e9);
    CU_ASSERT_EQUAL(merged->n_caches, 2);
    CU_ASSERT_EQUAL(merged->caches[0].ways, 4);
    CU_ASSERT_EQUAL(merged->caches[0].latency_fs, 0);
    CU_ASSERT_STRING_EQUAL(merged->caches[1].name, "L3");
    CU_ASSERT_EQUAL(study->sweeps[1]->points[0]->machine->n_caches, 0);
    CU_ASSERT_EQUAL(study->sweeps[1]->points[0]->machine->memory.type, MEMORY_TWO_TIER);
    study_free(study);
}

static void a_part_named_twice_is_the_same_arrays(void)
{
    Study *study = script_study(
        ONE(COMPUTE ", " MEMORY,
            "(function() local a, b = " W ", " W "\nreturn memsim.sequence { a, b, "
            "memsim.mix { { 0.7, a }, { 0.3, b } }, seed = 5, warmup = '1 pass' } end)()"));
    const WorkloadSpec *sequence = study->sweeps[0]->points[0]->workload;

    CU_ASSERT_EQUAL(sequence->kind, WORKLOAD_SEQUENCE);
    CU_ASSERT_EQUAL(sequence->n_parts, 3);
    CU_ASSERT_PTR_EQUAL(sequence->parts[0], sequence->parts[2]->parts[0]);
    CU_ASSERT_PTR_NOT_EQUAL(sequence->parts[0], sequence->parts[1]);
    CU_ASSERT_NOT_EQUAL(sequence->parts[0]->pattern.base_addr,
                        sequence->parts[1]->pattern.base_addr);
    CU_ASSERT_EQUAL(sequence->seed, 5);
    CU_ASSERT_TRUE(sequence->warmup_pass);
    study_free(study);
}

static void sets_and_the_seed_reach_the_points(void)
{
    static const char script[] =
        "local a = memsim.args\nassert(math.type(a.n) == 'integer' and a.n == 64)\n"
        "assert(a.x == 0.5 and a.yes == true and a.s == '1MiB' and a.e == '' and a.h == '0x10')\n"
        "assert(a.nan == 'nan')\nreturn memsim.sweep { " POINT " }";
    char *sets[] = { (char[]){ "n=64" },     (char[]){ "x=5e-1" },
                     (char[]){ "yes=true" }, (char[]){ "s=1MiB" },
                     (char[]){ "e=" },       (char[]){ "h=0x10" },
                     (char[]){ "nan=nan" },  NULL };
    char *bad[] = { (char[]){ "n" }, NULL };
    const uint64_t seed = 77;
    GError *error = NULL;
    Study *study = config_run_text(script, "s.lua", &(ConfigOptions){ sets, &seed }, &error);

    CU_ASSERT_PTR_NOT_NULL_FATAL(study);
    CU_ASSERT_EQUAL(study->sweeps[0]->points[0]->workload->seed, 77);
    CU_ASSERT_EQUAL(study->sweeps[0]->points[0]->workload->pattern.seed, 77);
    study_free(study);
    CU_ASSERT_PTR_NULL(config_run_text(script, "s.lua", &(ConfigOptions){ bad, NULL }, &error));
    CU_ASSERT_STRING_EQUAL(error->message, "--set: 'n' is not NAME=VALUE");
    g_clear_error(&error);
}

static void the_closed_form_is_had_at_once(void)
{
    study_free(script_study(
        "local function near(a, b) assert(math.abs(a / b - 1) < 1e-6, a .. ' is not ' .. b) end\n"
        "local a = memsim.analytic { flops = 2 * 1024^3, bytes = 3 * 4 * 1024^2, peak = '19.5 "
        "TFLOP/s', bandwidth = '1935 GB/s' }\n"
        "near(a.roofline_compute_time_s, 1.10127366e-4) near(a.roofline_memory_time_s, "
        "6.5027968e-6)\n"
        "assert(a.roofline_regime == 'compute-bound')\n"
        "local m = memsim.machine { " COMPUTE ", " CACHES ", " MEMORY " }\n"
        "local b = memsim.analytic { machine = m, workload = memsim.workload { pattern = "
        "'sequential', footprint = '1MiB', "
        "flops_per_byte = 1 } }\n"
        "near(b.compulsory_bytes, 1048576) near(b.flops, 1048576) near(b.ridge_flop_per_B, 1) "
        "assert(#b.levels == 2)\n"
        "assert(b.levels[1].name == 'L1' and b.levels[1].bandwidth_B_per_s == math.huge)\n"
        "local t = memsim.analytic { machine = m, workload = memsim.workload { trace = '-' } }\n"
        "assert(t.compulsory_bytes == nil and t.roofline_time_s == nil and t.roofline_regime == "
        "nil)\n"
        "near(memsim.quantity '13.75 ns', 13.75e-9) near(memsim.quantity '55 mA', 0.055) "
        "near(memsim.quantity '1.2 V', 1.2) near(memsim.quantity '12 pJ', 12e-12) "
        "assert(memsim.bytes '40 MiB' == 41943040 and "
        "memsim.quantity(3) == 3)\n"
        "assert(type(memsim.version) == 'string' and package.loaded.memsim == memsim)\n"
        "return memsim.best { memsim.sweep { " POINT " }, objective = 'l1_misses' }"));
}

static void a_best_keeps_its_objective(void)
{
    Study *study = script_study("return { memsim.best { memsim.sweep { " POINT
                                " } }, memsim.sweep { " POINT " } }");

    CU_ASSERT_STRING_EQUAL(study->sweeps[0]->objective, "time_s");
    CU_ASSERT_PTR_NULL(study->sweeps[1]->objective);
    study_free(study);
}

static void a_script_file_that_cannot_be_read_is_an_error_of_the_system(void)
{
    static const struct {
        const char *path, *message;
    } cases[] = {
        { "/no/such.lua", "cannot read '/no/such.lua': No such file or directory" },
        { "/", "cannot read '/': Is a directory" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        GError *error = NULL;

        CU_ASSERT_PTR_NULL(config_run_script(cases[i].path, NULL, &error));
        CU_ASSERT(g_error_matches(error, MEMSIM_ERROR, MEMSIM_ERROR_IO));
        CU_ASSERT_STRING_EQUAL(error->message, cases[i].message);
        g_clear_error(&error);
    }
}

/* A folder with a script that requires a neighbour, takes a machine and a trace beside it. */
static void what_lies_beside_the_script_is_found(void)
{
    static const char *const names[] = { "s.lua", "lib.lua", "t.din", "machines/mine.lua",
                                         "machines/bad.lua" };
    static const char *const texts[] = {
        "\xef\xbb\xbf#!/usr/bin/env memsim\nlocal lib = require 'lib'\nlocal m = memsim.machine "
        "'mine'\n"
        "assert(m.name == 'mine')\nlocal ok, why = pcall(memsim.machine, 'bad')\nassert(not ok and "
        "why:match 'returns nil; such', why)\n"
        "return memsim.sweep { point = function() return { machine = m, workload = memsim.workload "
        "{ trace = lib } } end }",
        "return 't.din'",
        "0 1000\n",
        "return { " COMPUTE ", " MEMORY " }",
        "return nil",
    };
    g_autofree char *folder = g_strdup_printf("%s/memsim-config-XXXXXX", g_get_tmp_dir());
    char *paths[G_N_ELEMENTS(names)];
    GError *error = NULL;

    CU_ASSERT_PTR_NOT_NULL_FATAL(g_mkdtemp(folder));
    g_autofree char *machines = g_build_filename(folder, "machines", NULL);
    CU_ASSERT_EQUAL(g_mkdir(machines, 0777), 0);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        paths[i] = g_build_filename(folder, names[i], NULL);
        CU_ASSERT(g_file_set_contents(paths[i], texts[i], -1, NULL));
    }
    Study *study = config_run_script(paths[0], NULL, &error);
    CU_ASSERT_PTR_NOT_NULL(study);
    if (study) {
        const PointSpec *point = study->sweeps[0]->points[0];
        CU_ASSERT_STRING_EQUAL(point->workload->trace.path, paths[2]);
        CU_ASSERT_EQUAL(point->workload->cores, 1);
        CU_ASSERT_STRING_EQUAL(point->machine->name, "mine");
    }
    study_free(study);
    study = config_replay(&(ConfigReplay){ paths[2], "din", paths[3], 0, false }, NULL, &error);
    CU_ASSERT_PTR_NOT_NULL(study);
    study_free(study);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_unlink(paths[i]);
        g_free(paths[i]);
    }
    g_rmdir(machines);
    g_rmdir(folder);
}

static void every_machine_of_the_library_passes_its_checks(void)
{
    static const char *const expected[] = { "a100-40", "a100-80", "dram-port", "epyc-7451",
                                            "m1-pro",  "toy",     "two-tier",  "v100" };
    g_auto(GStrv) names = config_machine_names();

    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++)
        CU_ASSERT(g_strv_contains((const char *const *)names, expected[i]));
    for (char **name = names; *name; name++) {
        g_autofree char *path = NULL;
        GError *error = NULL;
        MachineSpec *machine = config_machine(*name, &path, &error);

        if (machine == NULL)
            fprintf(stderr, "# %s: %s\n", *name, error->message);
        CU_ASSERT_PTR_NOT_NULL_FATAL(machine);
        CU_ASSERT_PTR_NOT_NULL(machine->description);
        CU_ASSERT_STRING_EQUAL(machine->name, *name);
        CU_ASSERT(g_str_has_suffix(path, ".lua"));
        machine_free(machine);
    }
}

static void a_replay_of_a_wrong_machine_or_trace_says_so(void)
{
    GError *error = NULL;

    CU_ASSERT_PTR_NULL(
        config_replay(&(ConfigReplay){ .trace = "-", .machine = "tyo" }, NULL, &error));
    CU_ASSERT(g_str_has_prefix(error->message,
                               "machine: no 'tyo' in the library; did you mean 'toy'; known: "));
    g_clear_error(&error);
    CU_ASSERT_PTR_NULL(
        config_replay(&(ConfigReplay){ .trace = "/no.din", .machine = "toy" }, NULL, &error));
    CU_ASSERT_STRING_EQUAL(error->message,
                           "workload.trace: cannot read '/no.din': No such file or directory");
    g_clear_error(&error);
    CU_ASSERT_PTR_NULL(config_machine("nothing-like-it", NULL, &error));
    CU_ASSERT(
        g_str_has_prefix(error->message, "machine: no 'nothing-like-it' in the library; known: "));
    g_clear_error(&error);
}

static CU_TestInfo tests[] = {
    TEST(the_design_s_example_becomes_six_points),
    TEST(defaults_are_those_of_the_design),
    TEST(a_prefetcher_is_a_word_or_a_table),
    TEST(tlbs_are_a_list_with_keys),
    TEST(cycles_words_and_tables_of_peaks_are_read),
    TEST(overrides_merge_deeply),
    TEST(a_part_named_twice_is_the_same_arrays),
    TEST(sets_and_the_seed_reach_the_points),
    TEST(the_closed_form_is_had_at_once),
    TEST(a_best_keeps_its_objective),
    TEST(a_script_file_that_cannot_be_read_is_an_error_of_the_system),
    TEST(what_lies_beside_the_script_is_found),
    TEST(every_machine_of_the_library_passes_its_checks),
    TEST(a_replay_of_a_wrong_machine_or_trace_says_so),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_config = { .pName = "config", .pTests = tests };
