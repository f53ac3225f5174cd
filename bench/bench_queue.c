/*
 * bench_queue - events a second of the event queue alone, by the hold model.
 *
 * A number of events is pending; the earliest fires and comes back after an exponentially distributed time, so that
 * the number stays the same.  The median of five runs is printed.
 * Source: Jones, "An empirical comparison of priority-queue and event-set implementations", CACM 29(4), 1986.
 *
 * SPDX-License-Identifier: MIT
 */
#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/rng.h"
#include "sim/sim.h"

enum { RUNS = 5, EVENTS = 1000000, DELAYS = 4096 };

typedef struct {
    Sim sim;
    Tick delays[DELAYS]; /* drawn before, so that the logarithm is not measured */
    uint32_t next;
} Hold;

static Tick next_delay(Hold *hold)
{
    return hold->delays[hold->next++ % DELAYS];
}

static void come_back(Event *event, Tick now)
{
    Hold *hold = event->owner;

    sim_at(&hold->sim, now + next_delay(hold), event);
}

/* Events a second with so many pending. */
static double run(Hold *hold, uint32_t pending)
{
    g_autofree Event *events = g_new(Event, pending);

    sim_init(&hold->sim);
    for (uint32_t i = 0; i < pending; i++) {
        events[i] = (Event){ .fire = come_back, .owner = hold };
        sim_at(&hold->sim, next_delay(hold), &events[i]);
    }
    for (uint32_t i = 0; i < 3 * pending; i++) /* until the times are spread as they will stay */
        sim_step(&hold->sim);
    const gint64 start = g_get_monotonic_time();

    for (uint32_t i = 0; i < EVENTS; i++)
        sim_step(&hold->sim);
    const gint64 end = g_get_monotonic_time();

    sim_clear(&hold->sim);
    return EVENTS * 1e6 / (double)MAX(end - start, 1);
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(void)
{
    Hold *hold = g_new0(Hold, 1);
    Rng rng = { .state = 1 };

    for (uint32_t i = 0; i < DELAYS; i++)
        hold->delays[i] = (Tick)(-log(1 - rng_unit(rng_next(&rng))) * 1e9);
    printf("%10s  %12s\n", "pending", "M events/s");
    for (uint32_t pending = 10; pending <= 100000; pending *= 10) {
        double rates[RUNS];

        for (int i = 0; i < RUNS; i++)
            rates[i] = run(hold, pending);
        qsort(rates, RUNS, sizeof rates[0], by_size);
        printf("%10u  %12.1f\n", pending, rates[RUNS / 2] / 1e6);
    }
    g_free(hold);
    return 0;
}
