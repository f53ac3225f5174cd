/*
 * test_workload_errors - the message of every mistake in the workload of a script.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "script_rig.h"
#include "tap.h"

static void mistakes_in_a_workload_are_named(void)
{
    static const Mistake cases[] = {
        { ONE_WORKLOAD("footprint = '1MiB'"),
          "s.lua:3: workload: give a pattern, a trace or a nest (point 1)" },
        { ONE_WORKLOAD("pattern = 'randon', footprint = '1MiB'"),
          "s.lua:3: workload.pattern: unknown word 'randon'; did you mean 'random'; known: "
          "sequential, strided, *" },
        { ONE_WORKLOAD("pattern = 'random'"),
          "s.lua:3: workload.footprint: missing; it is required*" },
        { ONE_WORKLOAD("pattern = 'random', fotprint = 1024"),
          "s.lua:3: workload.fotprint: unknown key 'fotprint'; did you mean 'footprint'?*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = 4"),
          "s.lua:3: workload.footprint: 4 B is below the 8 B of one access*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', accesses = 1.5"),
          "s.lua:3: workload.accesses: 1.5 is not a whole number*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', accesses = -1"),
          "s.lua:3: workload.accesses: -1 is out of range*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', stride = 64"),
          "s.lua:3: workload.stride: only pattern \"strided\" has a stride*" },
        { ONE_WORKLOAD("pattern = 'strided', footprint = '1MiB'"),
          "s.lua:3: workload.stride: missing; pattern \"strided\" needs it, e.g. \"256B\"*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', exponent = 1"),
          "s.lua:3: workload.exponent: only pattern \"zipf\" has an exponent*" },
        { ONE_WORKLOAD("pattern = 'copy', footprint = '1MiB', write_fraction = 0"),
          "s.lua:3: workload.write_fraction: copy and triad say themselves what is written*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', write_fraction = 1.5"),
          "s.lua:3: workload.write_fraction: 1.5 is out of range (0 to 1)*" },
        { ONE_WORKLOAD("pattern = 'chase', footprint = '1MiB', dependent = false"),
          "s.lua:3: workload.dependent: each access of \"chase\" depends on the one before*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', format = 'din'"),
          "s.lua:3: workload.format: 'format' is for traces, not for patterns*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', flops_per_byte = 0/0"),
          "s.lua:3: workload.flops_per_byte: *nan is not a finite number*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', flops_per_byte = -1"),
          "s.lua:3: workload.flops_per_byte: -1 is out of range*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', flops_per_byte = '1'"),
          "s.lua:3: workload.flops_per_byte: expected a number, not the string \"1\"*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', warmup = '2 passes'"),
          "s.lua:3: workload.warmup: expected a number of accesses or \"1 pass\", not \"2 "
          "passes\"*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', warmup = -1"),
          "s.lua:3: workload.warmup: -1 is out of range*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', seed = -1"),
          "s.lua:3: workload.seed: -1 is out of range*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', cores = 2"),
          "s.lua:3: workload.cores: 2, but the machine has 1 (point 1)" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', precision = 'f32'"),
          "s.lua:3: workload.precision: 'f32', but the machine has one peak for all types (point "
          "1)" },
        { "memsim.workload 'random'\n", "s.lua:1: workload: expected a table*" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void mistakes_in_a_trace_are_named(void)
{
    static const Mistake cases[] = {
        { ONE_WORKLOAD("pattern = 'random', trace = 'x', footprint = '1MiB'"),
          "s.lua:3: workload.trace: give a pattern, a trace or a nest, not two of them*" },
        { ONE_WORKLOAD("trace = 'no.din'"),
          "s.lua:3: workload.trace: cannot read 'no.din': No such file or directory*" },
        { ONE_WORKLOAD("trace = '/'"),
          "s.lua:3: workload.trace: cannot read '/': Is a directory*" },
        { ONE_WORKLOAD("trace = 7"),
          "s.lua:3: workload.trace: expected the path of a file, not a number*" },
        { ONE_WORKLOAD("trace = '-', format = 'dim'"),
          "s.lua:3: workload.format: unknown word 'dim'; did you mean 'din'; known: din, lackey, "
          "*" },
        { ONE_WORKLOAD("trace = '-', footprint = 64"),
          "s.lua:3: workload.footprint: 'footprint' is for patterns, not for traces*" },
        { ONE_WORKLOAD("trace = '-', fetches = 1"),
          "s.lua:3: workload.fetches: expected true or false, not a number*" },
        { ONE_WORKLOAD("trace = '-', size = 48"),
          "s.lua:3: workload.size: 48 B is not a power of two (point 1)" },
        { ONE_WORKLOAD("trace = '-', warmup = '1 pass'"),
          "s.lua:3: workload.warmup: standard input can be read only once*" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void mistakes_in_regions_of_a_trace_are_named(void)
{
    static const Mistake cases[] = {
        { ONE_WORKLOAD("trace = '-', regions = 3"),
          "s.lua:3: workload.regions: expected a list of *, not a number*" },
        { ONE_WORKLOAD("trace = '-', regions = { 3 }"),
          "s.lua:3: workload.regions[1]: expected { name = *, not a number*" },
        { ONE_WORKLOAD("trace = '-', regions = { { name = 'x', form = 0, bytes = 1 } }"),
          "s.lua:3: workload.regions[1].form: unknown key 'form'; did you mean 'from'*" },
        { ONE_WORKLOAD("trace = '-', regions = { { name = 'x', from = 0 } }"),
          "s.lua:3: workload.regions[1].bytes: missing*" },
        { ONE_WORKLOAD("trace = '-', regions = { { name = 'x', from = -1, bytes = 1 } }"),
          "s.lua:3: workload.regions[1].from: -1 is out of range*" },
        { ONE_WORKLOAD("trace = '-', regions = { { name = 'x', from = 0, bytes = 0 } }"),
          "s.lua:3: workload.regions[1].bytes: 0 B is out of range*" },
        { ONE_WORKLOAD("trace = '-', regions = { { name = 'a-b', from = 0, bytes = 9 } }"),
          "s.lua:3: workload.regions[1].name: 'a-b' is no identifier*" },
        { ONE_WORKLOAD("trace = '-', regions = { { name = 'other', from = 0, bytes = 9 } }"),
          "s.lua:3: workload.regions[1].name: 'other' means something else in a result*" },
        { ONE_WORKLOAD("trace = '-', regions = { { name = 'x', from = 0, bytes = 9 }, "
                       "{ name = 'y', from = 8, bytes = 9 } }"),
          "s.lua:3: workload.regions[2]: 'y' overlaps with 'x', regions[1]*" },
        { ONE_WORKLOAD("pattern = 'random', footprint = '1MiB', regions = {}"),
          "s.lua:3: workload.regions: 'regions' is for traces, not for patterns*" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void mistakes_in_sequences_and_mixes_are_named(void)
{
    static const Mistake cases[] = {
        { "local s = memsim.sequence {}", "s.lua:1: workload: has no parts; give at least one" },
        { "local s = memsim.sequence(3)", "s.lua:1: workload: expected a list of workloads*" },
        { "local s = memsim.sequence { 3 }",
          "s.lua:1: workload[1]: expected a workload: *, not a number" },
        { "local s = memsim.sequence { " W ", sed = 3 }",
          "s.lua:1: workload.sed: unknown key 'sed'; did you mean 'seed'?" },
        { "local s = memsim.sequence { " W ", dependent = true }",
          "s.lua:1: workload.dependent: is for the parts, not for a sequence or mix" },
        { "local s = memsim.sequence { memsim.workload { pattern = 'random', footprint = 64, seed "
          "= 3 } }",
          "s.lua:1: workload[1].seed: only the outermost workload has it; give it to the sequence "
          "or mix" },
        { "local m = memsim.mix { " W " }", "s.lua:1: workload[1]: expected { share, workload }" },
        { "local m = memsim.mix { { 0, " W " } }",
          "s.lua:1: workload[1][1]: 0 is out of range (1e-09 to 1000000000)" },
        { "local m = memsim.mix { { " W ", 1 } }",
          "s.lua:1: workload[1][1]: expected a number, not a table" },
        { "local m = memsim.mix { { 1, 2 } }",
          "s.lua:1: workload[1][2]: expected a workload: *, not a number" },
        { "local m = memsim.mix { { 1 } }", "s.lua:1: workload[1]: expected { share, workload }" },
        { "local m = memsim.mix(nil)",
          "s.lua:1: workload: expected a list of shares and workloads*" },
        { "local w = " W "\nfor i = 1, 40 do w = memsim.sequence { w, w } end",
          "s.lua:2: workload: has more than 10000 parts" },
        { "local w = memsim.sequence { " W " }\nw[1] = w\nlocal v = memsim.sequence { w }",
          "s.lua:3: workload[1][1]: a workload cannot be a part of itself" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void what_cannot_be_run_is_refused_before_it_runs(void)
{
    static const Mistake cases[] = {
        { ONE(COMPUTE ", " MEMORY, "memsim.sequence { " W ", " W ", warmup = 10 }"),
          "*workload.warmup: that of a sequence is \"1 pass\", not a number of accesses*" },
        { "local m = memsim.machine 'toy'\nreturn memsim.sweep { axes = { { 'a', { 1, 2 } } }, "
          "point = "
          "function(p) return { machine = m, workload = memsim.workload { trace = '-' } } end }",
          "trace \"-\": standard input can be read only once, and the points ask for it 2 times" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static CU_TestInfo tests[] = {
    TEST(mistakes_in_a_workload_are_named),
    TEST(mistakes_in_a_trace_are_named),
    TEST(mistakes_in_regions_of_a_trace_are_named),
    TEST(mistakes_in_sequences_and_mixes_are_named),
    TEST(what_cannot_be_run_is_refused_before_it_runs),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_workload_errors = { .pName = "workload_errors", .pTests = tests };
