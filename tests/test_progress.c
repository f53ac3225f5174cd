/*
 * test_progress - the bar on standard error: what it says, how often, and that it goes.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "sweep/progress.h"
#include "tap.h"

typedef struct {
    int saved, ends[2];
} Capture;

static Capture capture_start(void)
{
    Capture capture = { .saved = dup(STDERR_FILENO) };

    CU_ASSERT_FATAL(pipe(capture.ends) == 0);
    dup2(capture.ends[1], STDERR_FILENO);
    return capture;
}

/* What was written meanwhile is this. */
static void capture_is(Capture *capture, const char *wanted)
{
    char text[256] = "";

    dup2(capture->saved, STDERR_FILENO);
    close(capture->saved);
    close(capture->ends[1]);
    const ssize_t length = read(capture->ends[0], text, sizeof text - 1);

    close(capture->ends[0]);
    CU_ASSERT_EQUAL(length, (ssize_t)strlen(wanted));
    CU_ASSERT_STRING_EQUAL(text, wanted);
}

static void draws(Progress *progress, guint64 done, const char *wanted)
{
    Capture capture = capture_start();

    progress_draw(progress, done);
    capture_is(&capture, wanted);
}

/* As if the run had begun so long ago, and nothing had been drawn. */
static void pretend(Progress *progress, gint64 spent_s)
{
    progress->started_us = g_get_monotonic_time() - spent_s * G_USEC_PER_SEC;
    progress->drawn = false;
}

static void the_bar_says_how_much_is_done_and_how_long_the_rest_takes(void)
{
    Progress progress;

    progress_start(&progress, true, 8);
    draws(&progress, 0, "\r[..............................] 0/8  0 %\033[K");
    pretend(&progress, 45);
    draws(&progress, 2, "\r[########......................] 2/8  25 %  2:15 left\033[K");
    pretend(&progress, 7323);
    draws(&progress, 4, "\r[###############...............] 4/8  50 %  2:02:03 left\033[K");
    pretend(&progress, 70);
    draws(&progress, 8, "\r[##############################] 8/8  100 %  0:00 left\033[K");
}

static void it_is_drawn_ten_times_a_second_at_most(void)
{
    Progress progress;

    progress_start(&progress, true, 8);
    draws(&progress, 0, "\r[..............................] 0/8  0 %\033[K");
    progress.drawn_us = g_get_monotonic_time() + G_USEC_PER_SEC; /* however slow the machine is */
    draws(&progress, 4, "");
    progress.drawn_us = g_get_monotonic_time() - 100000;
    progress.started_us = g_get_monotonic_time();
    draws(&progress, 6, "\r[#######################.......] 6/8  75 %  0:00 left\033[K");
}

static void what_was_drawn_is_erased_and_nothing_else_is_written(void)
{
    Progress progress;
    Capture capture;

    progress_start(&progress, true, 8);
    capture = capture_start();
    progress_erase(&progress);
    capture_is(&capture, "");
    draws(&progress, 0, "\r[..............................] 0/8  0 %\033[K");
    capture = capture_start();
    progress_erase(&progress);
    progress_erase(&progress);
    capture_is(&capture, "\r\033[K");
    progress_start(&progress, false, 8);
    draws(&progress, 4, "");
}

static CU_TestInfo tests[] = {
    TEST(the_bar_says_how_much_is_done_and_how_long_the_rest_takes),
    TEST(it_is_drawn_ten_times_a_second_at_most),
    TEST(what_was_drawn_is_erased_and_nothing_else_is_written),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_progress = { .pName = "progress", .pTests = tests };
