/*
 * run_source - a source of evenly moving accesses.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "run_source.h"

void runsource_take(EvenRun *run, Batch *batch)
{
    for (batch->count = 0; run->units > 0 && batch->count + run->n <= BATCH_MAX; run->units--)
        for (uint32_t k = 0; k < run->n; k++) {
            batch->access[batch->count++] = run->access[k];
            run->access[k].addr += run->stride[k];
        }
}

static bool runs_next(AccessSource *source, Batch *batch, GError **error)
{
    RunSource *runs = (RunSource *)source;

    (void)error;
    while (runs->at < RUNS && runs->runs[runs->at].units == 0)
        runs->at++;
    if (runs->at == RUNS)
        return false;
    runsource_take(&runs->runs[runs->at], batch);
    return true;
}

static bool runs_next_even(AccessSource *source, uint64_t least, EvenRun *run)
{
    RunSource *runs = (RunSource *)source;

    if (!runs->evenly || runs->at == RUNS || runs->at % 3 == 2 ||
        runs->runs[runs->at].units * runs->runs[runs->at].n < least)
        return false;
    *run = runs->runs[runs->at++];
    runs->handed_out++;
    return true;
}

static void runs_free(AccessSource *source)
{
    (void)source;
}

static const AccessSourceOps runs_ops = { .next = runs_next,
                                          .next_even = runs_next_even,
                                          .free = runs_free };

void runsource_init(RunSource *source, bool evenly)
{
    *source = (RunSource){ .source.ops = &runs_ops, .evenly = evenly };
}
