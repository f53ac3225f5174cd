/*
 * progress - the bar.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sweep/progress.h"

#include <string.h>
#include <unistd.h>

enum { BAR_WIDTH = 30, REDRAW_US = 100000 };

void progress_start(Progress *progress, bool shown, guint64 total)
{
    *progress = (Progress){ .shown = shown, .total = total, .started_us = g_get_monotonic_time() };
}

static void put(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0) {
        /* A bar that nobody can see is no error. */
    }
}

/* " 1:02:03 left", or nothing while no point is done. */
static char *time_left(const Progress *progress, gint64 now_us)
{
    const gint64 spent_us = now_us - progress->started_us;
    gint64 left_s;

    if (progress->done == 0)
        return g_strdup("");
    left_s = (gint64)((double)spent_us / (double)progress->done *
                      (double)(progress->total - progress->done) / 1e6);
    if (left_s >= 3600)
        return g_strdup_printf("  %d:%02d:%02d left", (int)(left_s / 3600), (int)(left_s / 60 % 60),
                               (int)(left_s % 60));
    return g_strdup_printf("  %d:%02d left", (int)(left_s / 60), (int)(left_s % 60));
}

void progress_draw(Progress *progress, guint64 done)
{
    const gint64 now_us = g_get_monotonic_time();
    char bar[BAR_WIDTH + 1];
    g_autofree char *left = NULL;
    g_autofree char *line = NULL;

    progress->done = done;
    if (!progress->shown || (progress->drawn && now_us - progress->drawn_us < REDRAW_US))
        return;
    for (int i = 0; i < BAR_WIDTH; i++)
        bar[i] = (guint64)i * progress->total < done * BAR_WIDTH ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    left = time_left(progress, now_us);
    line = g_strdup_printf("\r[%s] %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT "  %d %%%s\033[K", bar,
                           done, progress->total, (int)(done * 100 / progress->total), left);
    put(line);
    progress->drawn = true;
    progress->drawn_us = now_us;
}

void progress_erase(Progress *progress)
{
    if (progress->drawn)
        put("\r\033[K");
    progress->drawn = false;
}
