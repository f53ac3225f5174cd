/*
 * test_by_array - arrays and regions from the script to the report.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "config/config.h"
#include "report/report.h"
#include "rig.h"
#include "script_rig.h"
#include "temporary.h"

#define SCRIPT(workload)                                                                  \
    "local memsim = require 'memsim'\n"                                                   \
    "return memsim.sweep { title = 't', axes = { { 'x', { 1 } } }, point = function(p)\n" \
    "return { machine = memsim.machine { compute = { peak = '10 GFLOP/s' }, caches = {\n" \
    "{ name = 'L1', size = '4KiB', ways = 8 } }, memory = { type = 'simple',\n"           \
    "bandwidth = '10 GB/s' } }, workload = memsim.workload { " workload " } } end }\n"

static const char trace_text[] = "R,0x1000,8\nR,0x1008,8\nW,0x2000,8\nR,0x3000,8\nR,0x1ffc,4\n";

static void the_regions_of_a_trace_are_counted_apart(void)
{
    char *path = temporary_text(".csv", trace_text);
    g_autofree char *script = g_strdup_printf(
        SCRIPT("trace = '%s', regions = { { name = 'heap', from = 0x1000, bytes = '4KiB' }, "
               "{ name = 'stack', from = 0x2000, bytes = 64 } }"),
        path);
    GError *error = NULL;
    Study *study = script_study(script);
    const SystemOptions options = { .arrays = true };

    Row *row = system_run(study->sweeps[0]->points[0], &options, &error);

    CU_ASSERT_FATAL(row != NULL);
    CU_ASSERT_EQUAL(row_number(row, "heap_l1_accesses"), 3);
    CU_ASSERT_EQUAL(row_number(row, "heap_l1_hits"), 1);
    CU_ASSERT_EQUAL(row_number(row, "stack_l1_write_misses"), 1);
    CU_ASSERT_EQUAL(row_number(row, "other_l1_misses"), 1);
    CU_ASSERT_EQUAL(row_number(row, "other_mem_bytes"), 64);
    row_free(row);
    study_free(study);
    g_remove(path);
    g_free(path);
}

static SystemOptions demand_of(const Study *study, const char *columns)
{
    SystemOptions options = { 0 };

    report_demand(study, columns, &options);
    return options;
}

static void a_search_may_have_a_count_of_an_array_as_its_objective(void)
{
    static const char text[] = SCRIPT("pattern = 'copy', footprint = '64KiB'");
    const char *sweep = strstr(text, "memsim.sweep");
    g_autofree char *good = g_strdup_printf(
        "local memsim = require 'memsim'\nreturn memsim.best { %s, objective = 'b_l1_misses' }",
        sweep);
    g_autofree char *wrong = g_strdup_printf(
        "local memsim = require 'memsim'\nreturn memsim.best { %s, objective = 'c_l1_misses' }",
        sweep);
    Study *study = script_study(good);

    CU_ASSERT_TRUE(demand_of(study, NULL).arrays);
    is_refused(wrong, "*best.objective: *c_l1_misses*");
    study_free(study);
}

static void columns_ask_for_arrays_by_their_names(void)
{
    Study *study = script_study(SCRIPT("pattern = 'copy', footprint = '64KiB'"));

    CU_ASSERT_TRUE(demand_of(study, "time_s,a_l1_misses").arrays);
    CU_ASSERT_TRUE(demand_of(study, "b_*").arrays);
    CU_ASSERT_FALSE(demand_of(study, "b_*").useful);
    CU_ASSERT_FALSE(demand_of(study, "c_l1_misses").arrays);
    CU_ASSERT_FALSE(demand_of(study, "*,l1_*,*_misses,accesses").arrays);
    CU_ASSERT_FALSE(demand_of(study, "*,l1_*,*_misses").useful);
    CU_ASSERT_TRUE(demand_of(study, "l1_useful_fraction").useful);
    CU_ASSERT_TRUE(demand_of(study, "*_used_8_8").useful);
    CU_ASSERT_TRUE(demand_of(study, "a_l1_used_*").useful);
    CU_ASSERT_FALSE(demand_of(study, NULL).useful);
    study_free(study);
}

/* What a report says of the study, whose points are run here.  Returns (caller frees). */
static char *reported(const Study *study, const char *format, const char *columns, int width)
{
    const SystemOptions counted = { .arrays = true, .useful = true };
    char *path = temporary_text(".out", ""), *text = NULL;
    const ReportOptions options = { format, path, columns, width, true };
    Row *dry = system_columns(study->sweeps[0]->points[0], &counted);
    GError *error = NULL;
    Report *report = report_new(study, &dry, &options, &error);

    CU_ASSERT_FATAL(report != NULL);
    for (uint32_t i = 0; i < study->sweeps[0]->n_points; i++)
        CU_ASSERT(
            report_row(report, 0, system_run(study->sweeps[0]->points[i], &counted, NULL), NULL));
    CU_ASSERT(
        report_row(report, 0, system_failed_row(study->sweeps[0]->points[0], "no luck"), NULL));
    CU_ASSERT(report_finish(report, NULL));
    report_free(report);
    row_free(dry);
    CU_ASSERT(g_file_get_contents(path, &text, NULL, NULL));
    g_remove(path);
    g_free(path);
    return text;
}

static void reports_by_array_have_a_row_or_a_line_for_each(void)
{
    Study *study = script_study(SCRIPT("pattern = 'copy', footprint = '8KiB'"));

    g_autofree char *csv = reported(study, "csv", "x,array,status,l1_misses,mem_bytes", 0);
    g_autofree char *json = reported(study, "json", "array,l1_writes", 0);
    g_autofree char *asked = reported(study, "table", "array,l1_useful_fraction", 0);
    g_autofree char *table = reported(study, "table", NULL, 0);
    g_autofree char *narrow = reported(study, "table", NULL, 70);

    CU_ASSERT_STRING_EQUAL(csv, "x,array,status,l1_misses,mem_bytes\n1,a,ok,64,4096\n"
                                "1,b,ok,64,6144\n1,,failed: no luck,,\n");
    CU_ASSERT_PTR_NOT_NULL(strstr(json, "{\"array\": \"a\", \"l1_writes\": 0}"));
    CU_ASSERT_PTR_NOT_NULL(strstr(json, "{\"array\": \"b\", \"l1_writes\": 512}"));
    CU_ASSERT_PTR_NOT_NULL(strstr(asked, "\nb                  100.0%\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(table,
                                  "\nb      l1           512   448      64  87.5%           32 "
                                  "      4 KiB     2 KiB  100.0%\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(table, "\nall    l1          1024   896     128  87.5%"));
    CU_ASSERT_PTR_NOT_NULL(strstr(table, "\n       memory       160\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(table, "failed: x=1: no luck\n"));
    CU_ASSERT_PTR_NULL(strstr(table, "left out"));
    CU_ASSERT_PTR_NOT_NULL(strstr(narrow, "left out to fit: hits, write-backs\n"));
    study_free(study);
}

static CU_TestInfo tests[] = {
    TEST(the_regions_of_a_trace_are_counted_apart),
    TEST(columns_ask_for_arrays_by_their_names),
    TEST(a_search_may_have_a_count_of_an_array_as_its_objective),
    TEST(reports_by_array_have_a_row_or_a_line_for_each),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_by_array = { .pName = "by_array", .pTests = tests };
