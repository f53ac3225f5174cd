/*
 * test_report - the ways out: table, CSV, JSON, columns, files.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "report/report.h"
#include "tap.h"

enum { POINTS = 3 };

/* A study of one axis, "n", in one or two sweeps. */
static Study *study_new(uint32_t n_sweeps, const char *objective)
{
    static const char *const titles[] = { "First, \"best\"", "Second" };
    Study *study = g_new0(Study, 1);

    study->n_sweeps = n_sweeps;
    study->sweeps = g_new0(SweepSpec *, n_sweeps);
    for (uint32_t i = 0; i < n_sweeps; i++) {
        SweepSpec *sweep = study->sweeps[i] = g_new0(SweepSpec, 1);

        sweep->title = g_strdup(titles[i]);
        sweep->objective = g_strdup(objective);
        sweep->n_points = POINTS;
        sweep->points = g_new0(PointSpec *, POINTS);
        for (uint32_t j = 0; j < POINTS; j++) {
            PointSpec *point = sweep->points[j] = g_new0(PointSpec, 1);

            point->n_axes = 1;
            point->axes = g_new0(AxisValue, 1);
            point->axes[0] = (AxisValue){ g_strdup("n"), AXIS_NUMBER, j, NULL };
        }
    }
    return study;
}

static Row *row_of(double n, double time_s, bool cached)
{
    Row *row = row_new();

    row_add_real(row, "n", "1", n);
    row_add_text(row, "status", "ok");
    row_add_real(row, "time_s", "s", time_s);
    row_add_real(row, "roofline_time_s", "s", 0.001);
    row_add_real(row, "slowdown", "1", time_s / 0.001);
    row_add_text(row, "regime", "memory-bound");
    row_add_text(row, "roofline_regime", "balanced");
    row_add_real(row, "memory_bandwidth_B_per_s", "B/s", 25.6e9);
    if (cached)
        row_add_real(row, "l1_hit_rate", "1", 0.875);
    row_add_count(row, "events", "1", UINT64_C(18446744073709551615));
    row_add_real(row, "empty", "s", NAN);
    row_add_real(row, "wall_s", "s", 1.0);
    row_on_demand(row);
    return row;
}

static Row *failed_row(double n, const char *status)
{
    Row *row = row_new();

    row_add_real(row, "n", "1", n);
    row_add_text(row, "status", status);
    return row;
}

/* The report of a study whose points take 3, 1 and 2 ms times (sweep + 1); the last one of all failed if asked. */
static char *reported(const Study *study, const char *format, const char *columns, int width,
                      const char *failure)
{
    g_autofree char *path = g_strdup_printf("%s/memsim-report-%d", g_get_tmp_dir(), (int)getpid());
    const ReportOptions options = { format, path, columns, width, false };
    static const double times_s[] = { 0.003, 0.001, 0.002 };
    Row *dry[2] = { row_of(0, 0, false), row_of(0, 0, true) };
    GError *error = NULL;
    Report *report = report_new(study, dry, &options, &error);
    char *text = NULL;

    if (!report) {
        text = g_strdup(error->message);
    } else {
        for (uint32_t i = 0; i < study->n_sweeps; i++)
            for (uint32_t j = 0; j < POINTS; j++)
                CU_ASSERT_TRUE(report_row(report, i,
                                          failure && i + 1 == study->n_sweeps && j + 1 == POINTS
                                              ? failed_row(j, failure)
                                              : row_of(j, times_s[j] * (i + 1), i == 1),
                                          &error));
        CU_ASSERT_TRUE(report_finish(report, &error));
        CU_ASSERT_TRUE(g_file_get_contents(path, &text, NULL, NULL));
    }
    g_clear_error(&error);
    report_free(report);
    g_unlink(path);
    row_free(dry[0]);
    row_free(dry[1]);
    return text;
}

static void is_reported(const Study *study, const char *format, const char *columns, int width,
                        const char *failure, const char *wanted)
{
    g_autofree char *text = reported(study, format, columns, width, failure);

    CU_ASSERT_STRING_EQUAL(text, wanted);
    if (strcmp(text, wanted) != 0)
        fprintf(stderr, "--- wanted\n%s--- is\n%s---\n", wanted, text);
}

static void csv_has_one_header_and_exact_numbers(void)
{
    Study *study = study_new(1, NULL);

    is_reported(study, "csv", NULL, 0, NULL,
                "n,status,time_s,roofline_time_s,slowdown,regime,roofline_regime,memory_bandwidth_"
                "B_per_s,events,empty\n"
                "0,ok,0.003,0.001,3,memory-bound,balanced,25600000000,18446744073709551615,\n"
                "1,ok,0.001,0.001,1,memory-bound,balanced,25600000000,18446744073709551615,\n"
                "2,ok,0.002,0.001,2,memory-bound,balanced,25600000000,18446744073709551615,\n");
    study_free(study);
}

static void csv_quotes_what_would_end_a_field_or_a_line(void)
{
    static const struct {
        const char *text, *field;
    } cases[] = { { "failed: a b;c", "failed: a b;c" },
                  { "failed: a,b", "\"failed: a,b\"" },
                  { "failed: a\rb", "\"failed: a\rb\"" },
                  { "failed: a\nb", "\"failed: a\nb\"" },
                  { "failed: \"a\"", "\"failed: \"\"a\"\"\"" } };
    Study *study = study_new(1, NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *wanted = g_strdup_printf("status\nok\nok\n%s\n", cases[i].field);

        is_reported(study, "csv", "status", 0, cases[i].text, wanted);
    }
    study_free(study);
}

static void csv_of_several_sweeps_has_the_union_and_their_titles(void)
{
    Study *study = study_new(2, NULL);

    is_reported(study, "csv", "n,l1_*,time_s,n,status", 0, "failed: no, \"really\"\nno",
                "sweep,n,l1_hit_rate,time_s,status\n"
                "\"First, \"\"best\"\"\",0,,0.003,ok\n"
                "\"First, \"\"best\"\"\",1,,0.001,ok\n"
                "\"First, \"\"best\"\"\",2,,0.002,ok\n"
                "Second,0,0.875,0.006,ok\n"
                "Second,1,0.875,0.002,ok\n"
                "Second,2,,,\"failed: no, \"\"really\"\"\nno\"\n");
    study_free(study);
}

static void json_has_columns_and_null_for_what_is_not_finite(void)
{
    Study *study = study_new(2, NULL);
    g_autofree char *text =
        reported(study, "json", "n,time_s,empty,events,status", 0, "failed: \x01\x1f\t\\");
    const char *body = strstr(text, ", \"sweeps\"");

    CU_ASSERT_TRUE(g_str_has_prefix(text, "{\"memsim\": \""));
    CU_ASSERT_PTR_NOT_NULL_FATAL(body);
    CU_ASSERT_STRING_EQUAL(body,
                           ", \"sweeps\": [\n"
                           "{\"title\": \"First, \\\"best\\\"\",\n"
                           " \"columns\": {\"n\": \"1\", \"time_s\": \"s\", \"empty\": \"s\", "
                           "\"events\": \"1\", \"status\": \"\"},\n"
                           " \"rows\": [\n"
                           "  {\"n\": 0, \"time_s\": 0.003, \"empty\": null, \"events\": "
                           "18446744073709551615, \"status\": \"ok\"},\n"
                           "  {\"n\": 1, \"time_s\": 0.001, \"empty\": null, \"events\": "
                           "18446744073709551615, \"status\": \"ok\"},\n"
                           "  {\"n\": 2, \"time_s\": 0.002, \"empty\": null, \"events\": "
                           "18446744073709551615, \"status\": \"ok\"}]},\n"
                           "{\"title\": \"Second\",\n"
                           " \"columns\": {\"n\": \"1\", \"time_s\": \"s\", \"empty\": \"s\", "
                           "\"events\": \"1\", \"status\": \"\"},\n"
                           " \"rows\": [\n"
                           "  {\"n\": 0, \"time_s\": 0.006, \"empty\": null, \"events\": "
                           "18446744073709551615, \"status\": \"ok\"},\n"
                           "  {\"n\": 1, \"time_s\": 0.002, \"empty\": null, \"events\": "
                           "18446744073709551615, \"status\": \"ok\"},\n"
                           "  {\"n\": 2, \"time_s\": null, \"empty\": null, \"events\": null, "
                           "\"status\": \"failed: \\u0001\\u001f\\u0009\\\\\"}]}\n"
                           "]}\n");
    study_free(study);
}

static void the_table_shows_what_matters_aligned(void)
{
    Study *study = study_new(1, NULL);

    is_reported(study, "table", NULL, 0, NULL,
                "First, \"best\"\n\n"
                "n      time  roofline  slowdown  bound by  roofline's   memory bw\n"
                "-  --------  --------  --------  --------  ----------  ----------\n"
                "0  3.000 ms  1.000 ms      3.00  memory    balanced    25.60 GB/s\n"
                "1  1.000 ms  1.000 ms      1.00  memory    balanced    25.60 GB/s\n"
                "2  2.000 ms  1.000 ms      2.00  memory    balanced    25.60 GB/s\n");
    study_free(study);
}

static void the_table_drops_the_least_important_to_fit(void)
{
    Study *study = study_new(1, NULL);
    g_autofree char *text = reported(study, "table", NULL, 50, NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++)
        CU_ASSERT(strlen(*line) <= 50 || g_str_has_prefix(*line, "left out to fit:"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "left out to fit: memory_bandwidth_B_per_s (choose with"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "slowdown"));
    study_free(study);
}

static void the_table_says_which_points_failed_and_why(void)
{
    Study *study = study_new(1, NULL);

    is_reported(study, "table", "n,status,time_s", 0, "failed: killed by \x1b signal",
                "First, \"best\"\n\n"
                "n  status    time_s\n"
                "-  ------  --------\n"
                "0  ok      3.000 ms\n"
                "1  ok      1.000 ms\n"
                "2  failed         -\n"
                "failed: n=2: killed by ? signal\n");
    study_free(study);
}

static void a_search_is_sorted_by_its_objective(void)
{
    Study *study = study_new(1, "time_s");

    is_reported(study, "table", "n,time_s", 0, NULL,
                "First, \"best\"\n\n"
                "  n    time_s\n"
                "---  --------\n"
                "1 *  1.000 ms\n"
                "  2  2.000 ms\n"
                "  0  3.000 ms\n"
                "* least time_s of 3 points\n");
    is_reported(study, "csv", "n,time_s", 0, NULL, "n,time_s\n0,0.003\n1,0.001\n2,0.002\n");
    study_free(study);
}

static void columns_come_in_the_order_asked_and_each_once(void)
{
    Study *study = study_new(1, NULL);

    is_reported(
        study, "csv", "wall_*, n , *_time_s,roofline*", 0, "failed: x",
        "wall_s,n,roofline_time_s,roofline_regime\n1,0,0.001,balanced\n1,1,0.001,balanced\n,2,,\n");
    study_free(study);
}

static void a_star_is_all_but_what_is_on_demand(void)
{
    Study *study = study_new(1, NULL);
    g_autofree char *all = reported(study, "csv", NULL, 0, NULL);
    g_autofree char *star = reported(study, "csv", "*", 0, NULL);
    g_autofree char *more = reported(study, "csv", "*,wall_*", 0, NULL);

    CU_ASSERT_STRING_EQUAL(all, star);
    CU_ASSERT_PTR_NULL(strstr(star, "wall_s"));
    CU_ASSERT_PTR_NOT_NULL(strstr(more, ",wall_s\n"));
    CU_ASSERT_TRUE(report_asks_for("time_s, wall_*", "wall_s"));
    CU_ASSERT_FALSE(report_asks_for("*", "wall_s"));
    CU_ASSERT_FALSE(report_asks_for("time_s", "wall_s"));
    CU_ASSERT_FALSE(report_asks_for(NULL, "wall_s"));
    study_free(study);
}

static void a_column_that_is_not_there_is_an_error_with_the_nearest(void)
{
    Study *study = study_new(1, NULL);
    g_autofree char *near = reported(study, "csv", "n,slowdwon", 0, NULL);
    g_autofree char *glob = reported(study, "csv", "l3_*", 0, NULL);
    g_autofree char *sweep = reported(study, "csv", "sweep,n", 0, NULL);
    g_autofree char *format = reported(study, "jsn", NULL, 0, NULL);

    CU_ASSERT_STRING_EQUAL(near, "no column 'slowdwon'; did you mean 'slowdown'?");
    CU_ASSERT_STRING_EQUAL(glob, "no column matches 'l3_*'; -f csv shows them all");
    CU_ASSERT_PTR_NOT_NULL(strstr(sweep, "it comes first in CSV when the script returns several"));
    CU_ASSERT_STRING_EQUAL(format, "no format 'jsn'; known: table csv json; did you mean 'json'?");
    study_free(study);
}

static Report *open_at(const Study *study, Row *const *dry, const char *path, GError **error)
{
    const ReportOptions options = { "csv", path, "n", 0, false };

    return report_new(study, dry, &options, error);
}

/* The file that a message says the rows are in.  It is read and removed; caller frees. */
static char *take_left(const char *message)
{
    const char *begin = strstr(message, "; the rows that were done are in '");
    char *text = NULL;

    if (!begin)
        return NULL;
    begin = strchr(begin, '\'') + 1;
    g_autofree char *part = g_strndup(begin, strlen(begin) - 1);

    g_file_get_contents(part, &text, NULL, NULL);
    g_unlink(part);
    return text;
}

static void a_file_appears_whole_and_rows_that_were_done_stay(void)
{
    g_autofree char *folder = g_dir_make_tmp("memsim-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "out.csv", NULL);
    g_autofree char *link_path = g_build_filename(folder, "link.csv", NULL);
    g_autofree char *text = NULL;
    Study *study = study_new(1, NULL);
    Row *dry = row_of(0, 0, false);
    struct stat info;
    Report *report;

    g_file_set_contents(path, "old\n", -1, NULL);
    chmod(path, 0640);
    CU_ASSERT_EQUAL(symlink("out.csv", link_path), 0);
    report = open_at(study, &dry, path, NULL);
    CU_ASSERT_TRUE(report_row(report, 0, row_of(0, 1, false), NULL));
    GError *error = g_error_new_literal(MEMSIM_ERROR, MEMSIM_ERROR_IO, "why");

    report_say_left(report, &error);
    report_free(report); /* given up */
    g_autofree char *left = take_left(error->message);

    CU_ASSERT_STRING_EQUAL(left, "n\n0\n");
    g_error_free(error);
    report_free(open_at(study, &dry, path, NULL)); /* before any row */
    g_file_get_contents(path, &text, NULL, NULL);
    CU_ASSERT_STRING_EQUAL(text, "old\n");
    report = open_at(study, &dry, link_path, NULL);
    CU_ASSERT_TRUE(report_finish(report, NULL));
    report_free(report);
    g_clear_pointer(&text, g_free);
    g_file_get_contents(path, &text, NULL, NULL);
    CU_ASSERT_STRING_EQUAL(text, "n\n");
    CU_ASSERT(lstat(link_path, &info) == 0 && S_ISLNK(info.st_mode));
    CU_ASSERT(stat(path, &info) == 0 && (info.st_mode & 07777) == 0640);
    g_unlink(path);
    g_unlink(link_path);
    CU_ASSERT_EQUAL(g_rmdir(folder), 0); /* nothing else is in it */
    row_free(dry);
    study_free(study);
}

static void what_cannot_be_written_is_an_error_in_the_systems_words(void)
{
    Study *study = study_new(1, NULL);
    Row *dry = row_of(0, 0, false);
    GError *error = NULL;
    Report *report;

    CU_ASSERT_PTR_NULL(open_at(study, &dry, "/no/such/folder/x.csv", &error));
    CU_ASSERT_TRUE(g_error_matches(error, MEMSIM_ERROR, MEMSIM_ERROR_IO));
    CU_ASSERT_STRING_EQUAL(error->message,
                           "cannot write '/no/such/folder/x.csv': No such file or directory");
    g_clear_error(&error);
    CU_ASSERT_PTR_NULL(open_at(study, &dry, "/", &error));
    CU_ASSERT_STRING_EQUAL(error->message, "cannot write '/': Is a directory");
    g_clear_error(&error);
    report = open_at(study, &dry, "/dev/full", NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(report);
    CU_ASSERT_FALSE(report_row(report, 0, row_of(0, 1, false), &error));
    CU_ASSERT_STRING_EQUAL(error->message, "cannot write '/dev/full': No space left on device");
    CU_ASSERT_FALSE(report_broken_pipe(report));
    g_clear_error(&error);
    report_free(report);
    CU_ASSERT_EQUAL(access("/dev/full", F_OK), 0);
    row_free(dry);
    study_free(study);
}

static CU_TestInfo tests[] = {
    TEST(csv_has_one_header_and_exact_numbers),
    TEST(csv_quotes_what_would_end_a_field_or_a_line),
    TEST(csv_of_several_sweeps_has_the_union_and_their_titles),
    TEST(json_has_columns_and_null_for_what_is_not_finite),
    TEST(the_table_shows_what_matters_aligned),
    TEST(the_table_drops_the_least_important_to_fit),
    TEST(the_table_says_which_points_failed_and_why),
    TEST(a_search_is_sorted_by_its_objective),
    TEST(columns_come_in_the_order_asked_and_each_once),
    TEST(a_star_is_all_but_what_is_on_demand),
    TEST(a_column_that_is_not_there_is_an_error_with_the_nearest),
    TEST(a_file_appears_whole_and_rows_that_were_done_stay),
    TEST(what_cannot_be_written_is_an_error_in_the_systems_words),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_report = { .pName = "report", .pTests = tests };
