/*
 * test_plot - pictures of rows: what gnuplot is told, what is refused, what it draws.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "report/plot.h"
#include "report/plot_script.h"
#include "rig.h"

enum { POINTS = 4 };

/* A sweep over kernel x size, "b" innermost: numbers or names. */
static Study *study_new(uint32_t n_sweeps, bool numbers)
{
    static const char *const kernels[] = { "it's\033", "gemm" }, *const names[] = { "1KiB",
                                                                                    "4KiB" };
    Study *study = g_new0(Study, 1);

    study->n_sweeps = n_sweeps;
    study->sweeps = g_new0(SweepSpec *, n_sweeps);
    for (uint32_t i = 0; i < n_sweeps; i++) {
        SweepSpec *sweep = study->sweeps[i] = g_new0(SweepSpec, 1);

        sweep->title = g_strdup("Don't\nstop");
        sweep->n_points = POINTS;
        sweep->points = g_new0(PointSpec *, POINTS);
        for (uint32_t j = 0; j < POINTS; j++) {
            PointSpec *point = sweep->points[j] = g_new0(PointSpec, 1);

            point->machine = g_new0(MachineSpec, 1);
            point->n_axes = 2;
            point->axes = g_new0(AxisValue, 2);
            point->axes[0] = (AxisValue){ g_strdup("a"), AXIS_TEXT, 0, g_strdup(kernels[j / 2]) };
            point->axes[1] =
                numbers ? (AxisValue){ g_strdup("b"), AXIS_NUMBER, j % 2 ? 64 : 2, NULL }
                        : (AxisValue){ g_strdup("b"), AXIS_TEXT, 0, g_strdup(names[j % 2]) };
        }
    }
    return study;
}

/* Of a machine of 100 GFLOP/s, memory of 25 GB/s (ridge 4), L1 of 200 GB/s. */
static Row *row_of(double intensity, double simulated, double achieved, double memory_B_per_s)
{
    const double attainable = fmin(100e9, intensity * memory_B_per_s);
    Row *row = row_new();

    row_add_text(row, "status", "ok");
    row_add_real(row, "time_s", "s", 1e9 / achieved);
    row_add_real(row, "roofline_time_s", "s", 1e9 / attainable);
    row_add_real(row, "flops", "FLOP", 1e9);
    row_add_real(row, "intensity_flop_per_byte", "FLOP/B", intensity);
    row_add_real(row, "simulated_intensity_flop_per_byte", "FLOP/B", simulated);
    row_add_real(row, "achieved_flop_per_s", "FLOP/s", achieved);
    row_add_text(row, "regime", "memory-bound");
    row_add_real(row, "l1_intensity_flop_per_byte", "FLOP/B", intensity / 8);
    row_add_real(row, "peak_flop_per_s", "FLOP/s", 100e9);
    row_add_real(row, "l1_peak_bandwidth_B_per_s", "B/s", 200e9);
    row_add_real(row, "mem_peak_bandwidth_B_per_s", "B/s", memory_B_per_s);
    return row;
}

static PlotPoint point_of(const PointSpec *spec, double memory_B_per_s)
{
    PlotPoint point = { .spec = spec,
                        .intensity = 1,
                        .attainable_flop_per_s = memory_B_per_s,
                        .simulated_intensity = 0.5,
                        .achieved_flop_per_s = 10e9,
                        .peak_flop_per_s = 100e9,
                        .n_levels = 2,
                        .y = 3 };

    point.levels = g_new0(PlotLevel, 2);
    point.levels[0] = (PlotLevel){ g_intern_string("l1"), 200e9, 0.25 };
    point.levels[1] = (PlotLevel){ g_intern_string("mem"), memory_B_per_s, 0.5 };
    return point;
}

typedef void (*Kind)(const Picture *picture, GString *script);

/* The script of a picture of a study's first sweep, whose last point may be on another memory. */
static char *scripted(Kind kind, bool numbers, bool text, double last_B_per_s)
{
    Study *study = study_new(1, numbers);
    GArray *points = g_array_new(FALSE, FALSE, sizeof(PlotPoint));
    const Picture picture = { study->sweeps[0], points, "time_s", "s", text, 900, 600 };
    GString *script = g_string_new(NULL);

    for (guint i = 0; i < POINTS; i++) {
        const PlotPoint point =
            point_of(study->sweeps[0]->points[i], i + 1 < POINTS ? 25e9 : last_B_per_s);

        g_array_append_val(points, point);
    }
    kind(&picture, script);
    for (guint i = 0; i < POINTS; i++)
        g_free(g_array_index(points, PlotPoint, i).levels);
    g_array_unref(points);
    study_free(study);
    return g_string_free(script, FALSE);
}

static void a_roofline_has_its_ceilings_its_regimes_and_both_points(void)
{
    g_autofree char *script = scripted(plot_roofline, false, false, 25e9);
    static const char *const wanted[] = { "set title 'Don''t stop'",
                                          "'peak 100 GFLOP/s'",
                                          "'memory 25 GB/s'",
                                          "'l1 200 GB/s'",
                                          "to first 4,graph 1", /* the ridge */
                                          "memory-bound",
                                          "compute-bound",
                                          "1 25000000000 0.5 10000000000 \"it's  1KiB\"",
                                          "$points_0 using 1:2 with points",
                                          "title 'closed form'",
                                          "$points_0 using 3:4 with points",
                                          "title 'simulated'",
                                          "$points_0 using 3:4:5 with labels",
                                          "set xlabel 'arithmetic intensity in FLOP/B'",
                                          "set ylabel 'FLOP/s'",
                                          "title 'at l1'",
                                          "logscale xy" };

    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
        CU_ASSERT_PTR_NOT_NULL(strstr(script, wanted[i]));
}

/* In text what is drawn later takes the place of what was there. */
static void names_in_a_text_never_hide_a_point(void)
{
    for (int machines = 1; machines <= 2; machines++) {
        g_autofree char *script = scripted(plot_roofline, false, true, machines == 1 ? 25e9 : 50e9);
        const char *plot = strstr(script, "\nplot "), *point = strstr(plot, " with points");
        int names = 0;

        for (const char *at = plot; (at = strstr(at, " with labels")); at++) {
            CU_ASSERT_TRUE(at < point);
            names++;
        }
        CU_ASSERT_EQUAL(names, machines);
        /* none above or below its point, where others' are */
        CU_ASSERT_PTR_NOT_NULL(strstr(plot, "with labels noenhanced left offset 2,0 notitle"));
    }
}

static void machines_of_a_roofline_are_told_apart(void)
{
    g_autofree char *script = scripted(plot_roofline, false, false, 50e9);

    CU_ASSERT_PTR_NOT_NULL(strstr(script, "memory 25 GB/s"));
    CU_ASSERT_PTR_NOT_NULL(strstr(script, "memory 50 GB/s"));
    CU_ASSERT_PTR_NOT_NULL(strstr(script, "$points_1"));
    CU_ASSERT_PTR_NULL(strstr(script, "memory-bound")); /* no one ridge */
    CU_ASSERT_PTR_NULL(strstr(script, "l1 200 GB/s"));
}

static void names_stand_evenly_and_numbers_to_scale(void)
{
    g_autofree char *named = scripted(plot_lines, false, false, 25e9);
    g_autofree char *numbered = scripted(plot_lines, true, false, 25e9);

    CU_ASSERT_PTR_NOT_NULL(strstr(named, "('1KiB' 0, '4KiB' 1)"));
    CU_ASSERT_PTR_NULL(strstr(named, "logscale x"));
    CU_ASSERT_PTR_NOT_NULL(strstr(named, "$line_0 << END\n0 3\n1 3\nEND"));
    CU_ASSERT_PTR_NOT_NULL(strstr(numbered, "logscale x"));
    CU_ASSERT_PTR_NOT_NULL(strstr(numbered, "$line_1 << END\n2 3\n64 3\nEND"));
    CU_ASSERT_PTR_NOT_NULL(strstr(numbered, "title 'it''s '"));
    CU_ASSERT_PTR_NOT_NULL(strstr(named, "set xlabel 'b'"));
    CU_ASSERT_PTR_NOT_NULL(strstr(numbered, "set xlabel 'b'"));
    CU_ASSERT_PTR_NOT_NULL(strstr(numbered, "set ylabel 'time_s in s'"));
}

static void refused(const Study *study, const char *path, const char *y, const char *words)
{
    const PlotOptions options = { path, y, 0 };
    Row *dry[2] = { row_of(1, 1, 1, 1), row_of(1, 1, 1, 1) };
    GError *error = NULL;
    Plot *plot = plot_new(study, dry, &options, &error);

    CU_ASSERT_PTR_NULL(plot);
    CU_ASSERT_TRUE(error && strstr(error->message, words));
    g_clear_error(&error);
    plot_free(plot);
    row_free(dry[0]);
    row_free(dry[1]);
}

static void what_cannot_be_drawn_is_refused_with_what_can(void)
{
    Study *one = study_new(1, true), *two = study_new(2, true);

    refused(one, "plot.jpg", NULL, ".svg, .png or .pdf");
    refused(two, "plot.svg", NULL, "plot-{sweep}.svg");
    refused(one, "plot.svg", "time", "did you mean 'time_s'");
    refused(one, "plot.svg", "regime", "no numbers");
    one->sweeps[0]->points[0]->n_axes = 0;
    refused(one, "plot.svg", "time_s", "no axis");
    one->sweeps[0]->points[0]->n_axes = 2;
    study_free(one);
    study_free(two);
}

/* Draw a study's rows.  Returns what the file holds (caller frees), or NULL and sets error. */
static char *drawn(const char *suffix, const char *y, double achieved, GError **error)
{
    g_autofree char *path =
        g_strdup_printf("%s/memsim-plot-%d%s", g_get_tmp_dir(), (int)getpid(), suffix);
    const PlotOptions options = { path, y, 0 };
    Study *study = study_new(1, true);
    Row *dry = row_of(1, 1, 1, 1);
    Plot *plot = plot_new(study, &dry, &options, error);
    char *bytes = NULL;

    for (uint32_t i = 0; i < POINTS; i++) {
        Row *row = row_of(1 + i, 0.5 + i, achieved, 25e9);

        plot_row(plot, 0, i, row);
        row_free(row);
    }
    if (plot_finish(plot, error))
        CU_ASSERT_TRUE(g_file_get_contents(path, &bytes, NULL, NULL));
    CU_ASSERT_EQUAL(g_unlink(path), bytes ? 0 : -1);
    plot_free(plot);
    row_free(dry);
    study_free(study);
    return bytes;
}

static void gnuplot_draws_every_format(void)
{
    static const char *const formats[][2] = { { ".svg", "<?xml" },
                                              { ".png", "\x89PNG" },
                                              { ".pdf", "%PDF" } };
    g_autofree char *program = g_find_program_in_path("gnuplot");

    if (!program)
        CU_PASS("there is no gnuplot to ask");
    for (size_t i = 0; program && i < G_N_ELEMENTS(formats); i++)
        for (int lines = 0; lines < 2; lines++) {
            GError *error = NULL;
            g_autofree char *bytes = drawn(formats[i][0], lines ? "time_s" : NULL, 10e9, &error);

            CU_ASSERT_TRUE(bytes && g_str_has_prefix(bytes, formats[i][1]));
            g_clear_error(&error);
        }
}

static void a_missing_gnuplot_is_named_with_its_package(void)
{
    g_autofree char *path = g_strdup(g_getenv("PATH"));
    GError *error = NULL;

    g_setenv("PATH", "/nowhere", TRUE);
    CU_ASSERT_PTR_NULL(drawn(".svg", NULL, 10e9, &error));
    g_setenv("PATH", path, TRUE);
    CU_ASSERT_TRUE(error && strstr(error->message, "gnuplot-nox"));
    g_clear_error(&error);
}

static CU_TestInfo tests[] = {
    TEST(a_roofline_has_its_ceilings_its_regimes_and_both_points),
    TEST(names_in_a_text_never_hide_a_point),
    TEST(machines_of_a_roofline_are_told_apart),
    TEST(names_stand_evenly_and_numbers_to_scale),
    TEST(what_cannot_be_drawn_is_refused_with_what_can),
    TEST(gnuplot_draws_every_format),
    TEST(a_missing_gnuplot_is_named_with_its_package),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_plot = { .pName = "plot", .pTests = tests };
