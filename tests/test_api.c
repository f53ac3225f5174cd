/*
 * test_api - the installed C interface, as a program sees it that has only the header and the library.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <memsim/memsim.h>
#include <stdio.h>
#include <string.h>

#include "tap.h"

static const char script[] =
    "local memsim = require 'memsim'\n"
    "return memsim.sweep {\n"
    "  title = 'two footprints',\n"
    "  axes = { { 'footprint', { '16KiB', '64KiB' } } },\n"
    "  point = function(p) return {\n"
    "    machine = memsim.machine {\n"
    "      compute = { peak = '10 GFLOP/s' },\n"
    "      caches = { { name = 'L1', size = '32KiB', ways = 8 } },\n"
    "      memory = { type = 'simple', bandwidth = '10 GB/s', latency = '50 ns' } },\n"
    "    workload = memsim.workload {\n"
    "      pattern = 'random', footprint = p.footprint, accesses = memsim.args.n or 1000 } }\n"
    "  end }\n";

static void version_is_three_numbers(void)
{
    unsigned major, minor, patch;

    CU_ASSERT_EQUAL(sscanf(memsim_version(), "%u.%u.%u", &major, &minor, &patch), 3);
}

static void a_sweep_gives_its_rows_and_columns(void)
{
    char *error = NULL;
    MemsimResults *results = memsim_run_text(script, "text", NULL, &error);

    CU_ASSERT_PTR_NOT_NULL_FATAL(results);
    CU_ASSERT_PTR_NULL(error);
    CU_ASSERT_EQUAL(memsim_sweeps(results), 1);
    CU_ASSERT_STRING_EQUAL(memsim_title(results, 0), "two footprints");
    CU_ASSERT_EQUAL(memsim_rows(results, 0), 2);
    CU_ASSERT(memsim_ok(results, 0, 0) && memsim_ok(results, 0, 1));
    CU_ASSERT_STRING_EQUAL(memsim_text(results, 0, 1, "footprint"), "64KiB");
    CU_ASSERT(memsim_number(results, 0, 0, "time_s") > 0);
    CU_ASSERT_EQUAL(memsim_number(results, 0, 0, "accesses"), 1000);
    CU_ASSERT_STRING_EQUAL(memsim_text(results, 0, 0, "accesses"), "1000");
    CU_ASSERT(isnan(memsim_number(results, 0, 0, "regime")));
    memsim_results_free(results);
}

static void columns_have_names_and_units(void)
{
    MemsimResults *results = memsim_run_text(script, "text", NULL, NULL);
    const char *unit = NULL;

    CU_ASSERT_PTR_NOT_NULL_FATAL(results);
    CU_ASSERT_STRING_EQUAL(memsim_column_name(results, 0, 0), "footprint");
    for (size_t column = 0; column < memsim_columns(results, 0); column++)
        if (strcmp(memsim_column_name(results, 0, column), "time_s") == 0)
            unit = memsim_column_unit(results, 0, column);
    CU_ASSERT_PTR_NOT_NULL_FATAL(unit);
    CU_ASSERT_STRING_EQUAL(unit, "s");
    memsim_results_free(results);
}

static void options_reach_the_script(void)
{
    MemsimOptions *options = memsim_options_new();
    MemsimResults *results;

    memsim_options_jobs(options, 1);
    memsim_options_seed(options, 42);
    memsim_options_set(options, "n", "500");
    results = memsim_run_text(script, "text", options, NULL);
    memsim_options_free(options);
    CU_ASSERT_PTR_NOT_NULL_FATAL(results);
    CU_ASSERT_EQUAL(memsim_number(results, 0, 0, "accesses"), 500);
    CU_ASSERT_EQUAL(memsim_number(results, 0, 0, "seed"), 42);
    memsim_results_free(results);
}

static void the_number_of_jobs_changes_no_result(void)
{
    MemsimOptions *options = memsim_options_new();
    MemsimResults *one, *four;

    memsim_options_jobs(options, 1);
    one = memsim_run_text(script, "text", options, NULL);
    memsim_options_jobs(options, 4);
    four = memsim_run_text(script, "text", options, NULL);
    memsim_options_free(options);
    CU_ASSERT_PTR_NOT_NULL_FATAL(one);
    CU_ASSERT_PTR_NOT_NULL_FATAL(four);
    for (size_t column = 0; column < memsim_columns(one, 0); column++) {
        const char *name = memsim_column_name(one, 0, column);

        if (strncmp(name, "wall_", 5) != 0)
            CU_ASSERT_STRING_EQUAL(memsim_text(one, 0, 1, name), memsim_text(four, 0, 1, name));
    }
    memsim_results_free(one);
    memsim_results_free(four);
}

static void errors_come_as_text(void)
{
    char *error = NULL;

    CU_ASSERT_PTR_NULL(memsim_run_file("no-such-file.lua", NULL, &error));
    CU_ASSERT_PTR_NOT_NULL_FATAL(error);
    CU_ASSERT_PTR_NOT_NULL(strstr(error, "no-such-file.lua"));
    memsim_string_free(error);
    error = NULL;
    CU_ASSERT_PTR_NULL(memsim_run_text("return nonsense(", "here", NULL, &error));
    CU_ASSERT_PTR_NOT_NULL_FATAL(error);
    CU_ASSERT_PTR_NOT_NULL(strstr(error, "here"));
    memsim_string_free(error);
    CU_ASSERT_PTR_NULL(memsim_run_text("return 1", "here", NULL, NULL));
}

static void what_is_out_of_range_is_nothing(void)
{
    MemsimResults *results = memsim_run_text(script, "text", NULL, NULL);

    CU_ASSERT_PTR_NOT_NULL_FATAL(results);
    CU_ASSERT_PTR_NULL(memsim_title(results, 1));
    CU_ASSERT_EQUAL(memsim_rows(results, 1), 0);
    CU_ASSERT_EQUAL(memsim_columns(results, 1), 0);
    CU_ASSERT_PTR_NULL(memsim_column_name(results, 0, memsim_columns(results, 0)));
    CU_ASSERT_PTR_NULL(memsim_column_unit(results, 1, 0));
    CU_ASSERT_PTR_NULL(memsim_text(results, 0, 2, "time_s"));
    CU_ASSERT_PTR_NULL(memsim_text(results, 0, 0, "no_such_column"));
    CU_ASSERT(isnan(memsim_number(results, 0, 2, "time_s")));
    CU_ASSERT_EQUAL(memsim_ok(results, 0, 2), 0);
    memsim_results_free(results);
}

static void nothing_can_be_freed_and_nothing_else_goes(void)
{
    MemsimResults *results = memsim_run_text(script, "text", NULL, NULL);

    CU_ASSERT_PTR_NOT_NULL_FATAL(results);
    memsim_results_free(NULL);
    memsim_options_free(NULL);
    memsim_string_free(NULL);
    CU_ASSERT_EQUAL(memsim_rows(results, 0), 2);
    CU_ASSERT_EQUAL(memsim_ok(results, 0, 1), 1);
    memsim_results_free(results);
}

static CU_TestInfo tests[] = {
    TEST(version_is_three_numbers),
    TEST(a_sweep_gives_its_rows_and_columns),
    TEST(columns_have_names_and_units),
    TEST(options_reach_the_script),
    TEST(the_number_of_jobs_changes_no_result),
    TEST(errors_come_as_text),
    TEST(what_is_out_of_range_is_nothing),
    TEST(nothing_can_be_freed_and_nothing_else_goes),
    CU_TEST_INFO_NULL,
};

int main(void)
{
    CU_SuiteInfo suites[] = { { .pName = "api", .pTests = tests }, CU_SUITE_INFO_NULL };

    return tap_run(suites);
}
