/*
 * test_script_errors - the message of every mistake in a sweep, and in the script itself.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "config/config.h"
#include "script_rig.h"
#include "tap.h"

static void mistakes_in_a_sweep_are_named(void)
{
    static const Mistake cases[] = {
        { AXES("{}"), "s.lua:1: sweep.axes: the list of axes is empty" },
        { AXES("3"), "s.lua:1: sweep.axes: expected a list of axes, not a number" },
        { AXES("{ { 'a', {} } }"), "s.lua:1: sweep.axes[1][2]: the axis has no values" },
        { AXES("{ { 'a', { 1, math.maxinteger } } }"),
          "s.lua:1: sweep.axes[1][2][2]: 9223372036854775807 is beyond 2^53: *" },
        { AXES("{ { 'a' } }"),
          "s.lua:1: sweep.axes[1]: expected an axis, such as { \"size\", { 1, 2, 4 } }" },
        { AXES("{ 'a' }"), "s.lua:1: sweep.axes[1]: expected an axis*, not a string" },
        { AXES("{ { 'a', 3 } }"),
          "s.lua:1: sweep.axes[1][2]: expected a list of values, not a number" },
        { AXES("{ { 3, { 1 } } }"), "s.lua:1: sweep.axes[1][1]: expected a string, not a number" },
        { AXES("{ { 'a b', { 1 } } }"),
          "s.lua:1: sweep.axes[1][1]: the name 'a b' is no identifier*" },
        { AXES("{ { 'time_s', { 1 } } }"),
          "s.lua:1: sweep.axes[1][1]: 'time_s' is the name of a result's column; choose another" },
        { AXES("{ { 'wall_x', { 1 } } }"),
          "s.lua:1: sweep.axes[1][1]: 'wall_x' is the name of a result's column*" },
        { AXES("{ { 'l1_hits', { 1 } } }"),
          "s.lua:1: sweep.axes[1]: 'l1_hits' is the name of a column of cache L1; choose another "
          "(point 1: l1_hits=1)" },
        { AXES("{ { 'a_l1_hits', { 1 } } }"),
          "s.lua:1: sweep.axes[1]: 'a_l1_hits' is the name of a "
          "column of an array; choose another*" },
        { AXES("{ { 'a_mem_bytes', { 1 } } }"),
          "s.lua:1: sweep.axes[1]: 'a_mem_bytes' is the name of a column of an array*" },
        { AXES("{ { 'a', { 1 } }, { 'a', { 2 } } }"),
          "s.lua:1: sweep.axes[2]: 'a' is already the name of axes[1]" },
        { AXES("{ { 'a', { {} } } }"), "s.lua:1: sweep.axes[1][2][1]: a value is a finite number, "
                                       "a string or a boolean, not a table" },
        { AXES("{ { 'a', { 0/0 } } }"),
          "s.lua:1: sweep.axes[1][2][1]: a value is a finite number*nan" },
        { "local v = {} for i = 1, 2000 do v[i] = i end\nlocal s = memsim.sweep { axes = { { 'a', "
          "v }, { 'b', v } }, " POINT " }",
          "s.lua:2: sweep.axes: 4000000 points; at most 1000000" },
        { "return memsim.sweep { axis = {}, " POINT " }",
          "s.lua:1: sweep.axis: unknown key 'axis'; did you mean 'axes'?" },
        { "return memsim.sweep {}",
          "s.lua:1: sweep.point: missing; it is required (a function that returns*" },
        { "return memsim.sweep { point = 3 }",
          "s.lua:1: sweep.point: expected a function, not a number" },
        { "return memsim.sweep { title = 3, " POINT " }",
          "s.lua:1: sweep.title: expected a string, not a number" },
        { "return memsim.sweep()", "s.lua:1: sweep: missing; give a table*" },
        { "return memsim.sweep { point = function() end }",
          "s.lua:1: point: must return { machine = ..., workload = ... }, not nil (point 1)" },
        { "return memsim.sweep { point = function() return 3 end }",
          "s.lua:1: point: must return { machine = ..., workload = ... }, not a number (point 1)" },
        { "return memsim.sweep { point = function() return { " MACHINE " } end }",
          "s.lua:1: point.workload: missing; it is required (what memsim.workload returns) (point "
          "1)" },
        { "return memsim.sweep { point = function() return { " WORKLOAD " } end }",
          "s.lua:1: point.machine: missing; it is required (what memsim.machine returns) (point "
          "1)" },
        { "return memsim.sweep { point = function() return { " MACHINE ", " WORKLOAD
          ", machin = 1 } end }",
          "s.lua:1: point.machin: unknown key 'machin'; did you mean 'machine'? (point 1)" },
        { "return memsim.sweep { axes = { { 'a', { 1, 2.5 } }, { 'b', { true, false } } }, point = "
          "function(p)\n"
          "if p.a == 2.5 and not p.b then error 'no' end\nreturn { " MACHINE ", " WORKLOAD
          " } end }",
          "s.lua:2: no (point 4: a=2.5, b=false)" },
        { "return memsim.sweep { point = function() error {} end }",
          "the script raises no message but a table (point 1)" },
        { "error(nil)", "the script raises no message but nil" },
        { "error(setmetatable({}, { __tostring = function() return 'mine' end }))", "mine" },
        { "return memsim.sweep { point = function(p)\nreturn p.x.y end }",
          "s.lua:2: the point has no axis 'x'; known: none (point 1)" },
        { "return memsim.sweep { point = function(p) local m = memsim.machine { " COMPUTE
          ", " MEMORY " }\nm.cores = -1\n"
          "return { machine = m, " WORKLOAD " } end }",
          "s.lua:1: machine.cores: -1 is out of range (1 to 65536) (point 1)" },
        { "local s = memsim.sweep { " POINT " }\nlocal b = memsim.best { s, objectiv = 'time_s' }",
          "s.lua:3: best.objectiv: unknown key 'objectiv'; did you mean 'objective'?" },
        { "local b = memsim.best { 3 }",
          "s.lua:1: best: expected { sweep, objective = \"time_s\" }" },
        { "return memsim.best { memsim.sweep { " POINT " }, objective = 'time' }",
          "s.lua:1: best.objective: no column is called 'time'; did you mean 'time_s'?" },
        { "return memsim.best { memsim.sweep { " POINT " }, objective = 'regime' }",
          "s.lua:1: best.objective: 'regime' is a column of words; name one of numbers, such as "
          "'time_s'" },
        { "return memsim.best { memsim.sweep { axes = { { 'n', { 1, 2 } } }, " POINT
          " }, objective = 'n' }",
          "s.lua:1: best.objective: 'n' is an axis, which is given; name a result, such as "
          "'time_s'" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void mistakes_of_the_script_itself_are_named(void)
{
    static const Mistake cases[] = {
        { "x = 1", "s.lua: the script returns nothing; end it with 'return memsim.sweep { ... }' "
                   "or a list of sweeps" },
        { "return 3", "s.lua: the script returns a number; *" },
        { "return {}", "s.lua: the script returns an empty list; *" },
        { "return { 3 }", "s.lua: the script returns a list whose item 1 is no sweep; *" },
        { "return { axes = {} }", "s.lua: the script returns a table that is no sweep; *" },
        { "x = = 1", "s.lua:1: unexpected symbol near '='" },
        { "\n\nerror 'stop'", "s.lua:3: stop" },
        { "error { 1 }", "the script raises no message but a table" },
        { "local a = memsim.array('A', 'f64', size, 3)",
          "s.lua:1: array[3]: expected a whole number, not nil" },
        { "local a = memsim.array('A', 'f64', {}, 3)",
          "s.lua:1: array[3]: expected a whole number, not a table" },
        { "error()", "the script raises no message but nil" },
        { "memsim.swep {}", "s.lua:1: memsim has no 'swep'; did you mean 'sweep'; known: *" },
        { "local function f() return f() + 1 end\nreturn f()", "s.lua:1: stack overflow*" },
        { "local t = string.rep('x', 1 << 60)", "s.lua:1: resulting string too large" },
        { "\x1bLua", "*attempt to load a binary chunk*" },
        { "local b = memsim.bytes(-1)", "s.lua:1: bytes: expected a number from 0 on" },
        { "local b = memsim.bytes(0 / 0)", "s.lua:1: bytes: expected a number from 0 on" },
        { "local q = memsim.quantity('1 ns', 2)", "s.lua:1: quantity: 2 arguments; it takes 1" },
        { "local w = memsim.sequence({}, {})", "s.lua:1: sequence: 2 arguments; it takes 1" },
        { "local m = memsim.machine('toy', {}, {})",
          "s.lua:1: machine: 3 arguments; it takes at most 2" },
        { "local i, A = memsim.index 'i', memsim.array('A', 'f64', 8)\n"
          "local n = memsim.nest { loops = { { i, 8 } }, body = { memsim.read(A[i], A[i]) } }",
          "s.lua:2: read: 2 arguments; it takes 1" },
        { "local i, A = memsim.index 'i', memsim.array('A', 'f64', 8)\n"
          "local n = memsim.nest { loops = { { i, 8 } }, body = { memsim.read(A[i]) } }\n"
          "n:interchange('i', 'j', 'k')",
          "s.lua:3: interchange: 3 arguments; it takes at most 2" },
        { "local q = memsim.quantity 'lots'",
          "s.lua:1: quantity: \"lots\" is no number with a known unit*" },
        { "local q = memsim.quantity {}",
          "s.lua:1: quantity: expected a number or a string with a unit*" },
        { "local q = memsim.bytes '3 ns'",
          "s.lua:1: bytes: \"3 ns\" is a time; expected bytes, such as \"40 MiB\"" },
        { "local a = memsim.analytic(1)",
          "s.lua:1: analytic: expected { machine = ...*, not a number" },
        { "local a = memsim.analytic { flops = 1, bytes = 1, peak = 1 }",
          "s.lua:1: analytic.bandwidth: missing*" },
        { "local a = memsim.analytic { flops = 1, byte = 1 }",
          "s.lua:1: analytic.byte: unknown key 'byte'; did you mean 'bytes'?" },
        { "local a = memsim.analytic { machine = {} }", "s.lua:1: analytic.workload: missing*" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

#define IN_POINT(machine, workload)                                                           \
    "return memsim.sweep {\naxes = { { 'l2_hits', { 1 } } },\npoint = function(p)\nreturn { " \
    "machine =\n" machine ", workload =\n" workload " } end }"
#define AFTER(line, ending) line "\n" ending
#define RIGHT_MACHINE "memsim.machine { " COMPUTE ", " MEMORY " }"

static void what_is_found_after_the_script_has_run_names_the_line_that_made_it(void)
{
    static const Mistake cases[] = {
        /* plain tables have no line: that of the point function */
        { IN_POINT("{ " COMPUTE ", " MEMORY ", caches = { { nam = 'L1' } } }", W),
          "s.lua:3: machine.caches[1].nam: *" },
        { IN_POINT(RIGHT_MACHINE, "{ pattern = 'randm' }"), "s.lua:3: workload.pattern: *" },
        { IN_POINT("3", W), "s.lua:3: machine: expected a table*" },
        { IN_POINT(RIGHT_MACHINE, "nil"), "s.lua:3: point.workload: missing*" },
        /* each workload its own */
        { IN_POINT(RIGHT_MACHINE,
                   "memsim.workload { pattern = 'random', footprint = 64, cores = 2 }"),
          "s.lua:6: workload.cores: 2, but the machine has 1*" },
        { IN_POINT(RIGHT_MACHINE, "memsim.sequence { " W ", precision = 'f32' }"),
          "s.lua:6: workload.precision: *" },
        { IN_POINT(RIGHT_MACHINE, "memsim.mix { { 1, " W " }, cores = 3 }"),
          "s.lua:6: workload.cores: 3*" },
        { IN_POINT(RIGHT_MACHINE, "memsim.kernel('copy', { n = 8, cores = 5 })"),
          "s.lua:6: workload.cores: 5*" },
        { AFTER("local i = memsim.index 'i' local A = memsim.array('A', 'f64', 8, { base = 0 }) "
                "local B = "
                "memsim.array('B', 'f64', 8, { base = 0 })",
                IN_POINT(RIGHT_MACHINE, "memsim.nest { loops = { { i, 8 } }, body = { "
                                        "memsim.read(A[i]), memsim.read(B[i]) } }")),
          "s.lua:7: workload: array A*overlap*" },
        { AFTER("local w = memsim.workload { pattern = 'random', footprint = 64, cores = 2 }",
                IN_POINT(RIGHT_MACHINE, "w")),
          "s.lua:1: workload.cores: 2, but the machine has 1*" },
        /* an axis: the sweep's */
        { IN_POINT("memsim.machine { " COMPUTE ", " MEMORY ", " CACHES " }", W),
          "s.lua:1: sweep.axes[1]: 'l2_hits' is the name of a column of cache L2*" },
        { AFTER("local s = memsim.sweep { " POINT " }",
                "local b = memsim.best { s, objective = 'tim_s' }\n\nreturn b"),
          "s.lua:3: best.objective: no column is called 'tim_s'; did you mean 'time_s'?" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void a_mistyped_name_is_no_silent_nil(void)
{
    static const Mistake cases[] = {
        { "local w = memsim.worklod { }",
          "s.lua:1: memsim has no 'worklod'; did you mean 'workload'; known: analytic, *" },
        { "return memsim.sweep { axes = { { 'window', { 1 } }, { 'size', { 2 } } },\npoint = "
          "function(p)\nreturn p.windw end }",
          "s.lua:3: the point has no axis 'windw'; did you mean 'window'; known: size, window *" },
    };

    are_refused(cases, G_N_ELEMENTS(cases));
}

static void an_argument_that_nothing_reads_is_an_error(void)
{
    const char *script =
        "local n = memsim.args.footprint or memsim.args.n\n" AXES("{ { 'a', { 1 } } }");
    char *wrong[] = { (char[]){ "n=1" }, (char[]){ "footprnt=2" }, NULL };
    char *right[] = { (char[]){ "n=1" }, NULL };
    GError *error = NULL;

    CU_ASSERT_PTR_NULL(config_run_text(script, "s.lua", &(ConfigOptions){ wrong, NULL }, &error));
    CU_ASSERT_PTR_NOT_NULL_FATAL(error);
    CU_ASSERT_STRING_EQUAL(
        error->message, "--set footprnt: the script never reads memsim.args.footprnt; did you mean "
                        "'footprint'; it reads footprint, n");
    g_clear_error(&error);
    Study *study = config_run_text(script, "s.lua", &(ConfigOptions){ right, NULL }, &error);

    CU_ASSERT_PTR_NOT_NULL(study);
    study_free(study);
}

static CU_TestInfo tests[] = {
    TEST(mistakes_in_a_sweep_are_named),
    TEST(mistakes_of_the_script_itself_are_named),
    TEST(what_is_found_after_the_script_has_run_names_the_line_that_made_it),
    TEST(a_mistyped_name_is_no_silent_nil),
    TEST(an_argument_that_nothing_reads_is_an_error),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_script_errors = { .pName = "script_errors", .pTests = tests };
