/*
 * core_even - runs of evenly moving accesses that hit, without a look at each of them.  See core_state.h.
 *
 * The clocks go on from differences of times only.  So where some units of a run have left them as they were before but for
 * one step in time, all further units do the same, as long as every access hits: these are one multiplication.  It takes
 * loops over 16 KiB from 100 to 650 million accesses a second.  Where there is no such state (operations that hold the
 * accesses back and whose time has a fraction) the units go on one by one, 130 million accesses a second.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/core_state.h"

#include <assert.h>
#include <string.h>

_Static_assert((int)EVEN_MAX <= (int)FRONT_AHEAD, "a unit fits into a block");

enum {
    BLOCK_LEAST = 16, /* accesses to go on at once */
    BLOCK_MOST = 128, /* a block of whole windows, at most */
    BLOCK_TRIES = 6,  /* blocks that may come to a steady state */
    RUN_LEAST = 256,  /* fewer accesses are as fast in batches */
};

bool core_run_lies_in_lines(const EvenRun *run, uint32_t line_bytes)
{
    bool lies = true;

    for (uint32_t i = 0; i < run->n; i++) {
        const uint32_t bytes = run->access[i].bytes;

        lies = lies && (bytes & (bytes - 1)) == 0 && bytes <= line_bytes &&
               ((run->access[i].addr | run->stride[i]) & (bytes - 1)) == 0;
    }
    return lies;
}

static void skip_units(EvenRun *run, uint64_t units)
{
    for (uint32_t i = 0; i < run->n; i++)
        run->access[i].addr += units * run->stride[i];
    run->units -= units;
}

void core_take_units(EvenRun *run, size_t most, Batch *batch)
{
    const uint64_t units = MIN(run->units, most / run->n);

    batch->count = units * run->n;
    for (uint32_t i = 0; i < run->n; i++) {
        Access access = run->access[i];

        for (Access *to = batch->access + i; to < batch->access + batch->count; to += run->n) {
            *to = access;
            access.addr += run->stride[i];
        }
    }
    skip_units(run, units);
}

/* ---- the units of a run in time ---- */

/* Units that bring a steady state back: as many as fill cycles and, if these are not too many, windows. */
static uint64_t block_units(const Clocks *clocks, uint32_t n)
{
    uint64_t accesses = core_common_multiple((uint64_t)n * clocks->slots.size, clocks->issue);

    if (accesses > BLOCK_MOST)
        accesses = core_common_multiple(n, clocks->issue);
    if (accesses > BLOCK_MOST)
        accesses = n;
    return (accesses + BLOCK_LEAST - 1) / accesses * (accesses / n);
}

/* Put the accesses of so many units, all of them hits, down where a batch has its own. */
static void make_block(Core *core, uint64_t units)
{
    const EvenRun *run = &core->run;

    for (size_t i = 0; i < units * run->n; i++) {
        core->batch.access[i] = run->access[i % run->n];
        core->steps[i] = (FrontStep){ .place = (uint32_t)core->walker->recent,
                                      .write = run->access[i % run->n].op == ACCESS_WRITE };
    }
}

/* Let so many units of the block go on in time. */
static void pass_block(Core *core, uint64_t units)
{
    const size_t n = units * core->run.n;
    const size_t passed = core_pass_row(core, core->batch.access, core->steps, n);

    assert(passed == n); /* they hit lines that are there, and the clocks are in range */
    (void)passed;
}

/* Let so many units of the run, whose accesses all hit, go on in time one by one. */
static void pass_each(Core *core, uint64_t units)
{
    const uint64_t block = MIN(units, FRONT_AHEAD / core->run.n);

    make_block(core, block);
    for (uint64_t left = units; left > 0; left -= MIN(left, block))
        pass_block(core, MIN(left, block));
}

/* The same up to a steady state, and on as long as that can be.  Returns how many units. */
static uint64_t pass_steady(Core *core, uint64_t units)
{
    Clocks *clocks = &core->clocks;
    const EvenRun *run = &core->run;
    const uint64_t block = block_units(clocks, run->n);
    uint64_t done = 0;

    make_block(core, block);
    for (uint32_t tries = 0; tries < BLOCK_TRIES && units - done >= 2 * block; tries++) {
        const Clocks before = *clocks;

        memcpy(core->before, clocks->slots.ring, clocks->slots.size * sizeof *core->before);
        pass_block(core, block);
        done += block;
        if (!clocks_are_steady(&before, core->before, clocks))
            continue;
        const uint64_t times = (units - done) / block;

        const ClockSums change = clocks_change(&before, clocks);

        clocks_repeat(clocks, &change, clocks->last_issue_fs - before.last_issue_fs, times);
        for (uint32_t i = 0; i < run->n; i++)
            core->stream_bytes[run->access[i].stream] += times * block * run->access[i].bytes;
        return done + times * block;
    }
    return done;
}

/* ---- which units ---- */

/* Whether the core decides hits of the run, which its walker can tell, by itself. */
static bool may_pass(const Core *core)
{
    const Slots *slots = &core->clocks.slots;

    return core->before && core->walker->stale_fs == 0 && core->done == 0 &&
           core_knows_times(core) && slots->known == slots->size && !core->dependent &&
           core->run.units * core->run.n >= RUN_LEAST &&
           core_run_lies_in_lines(&core->run, core->walker->line_bytes);
}

/* Units before the clocks may come to the end of their range. */
static uint64_t units_in_range(const Core *core)
{
    const Clocks *clocks = &core->clocks;
    const EvenRun *run = &core->run;
    Tick cost = 0, latest = tick_later(clocks->next_cycle_fs, clocks->last_arrival_fs);

    latest =
        tick_later(latest, tick_later(clocks->slots.latest_fs, fine_ceil(clocks->compute_free)));
    for (uint32_t i = 0; i < run->n; i++)
        cost = tick_later(
            cost, fine_ceil(fine_scale(core->config.streams[run->access[i].stream].cost_per_byte,
                                       run->access[i].bytes)));
    const Tick hit = core->walker->line.hit_fs, cycle = clocks->cycle_fs;

    if (latest >= CORE_TIME_MAX || cost >= CORE_STEP_MAX || hit >= CORE_STEP_MAX ||
        cycle >= CORE_STEP_MAX)
        return 0;
    return (CORE_TIME_MAX - latest) / (cost + hit + cycle + 2) / run->n;
}

/* Go through units of the run from its first one on, as far as they hit lines that are there. */
static void pass_hits(Core *core)
{
    Front *front = core->walker;
    const uint64_t most = MIN(core->run.units, units_in_range(core));
    const uint64_t units =
        front->ops->walk_even(front, &core->run, most, core->clocks.last_issue_fs);

    if (units > 0)
        pass_each(core, units - pass_steady(core, units));
    skip_units(&core->run, units);
}

static bool next_run(Core *core)
{
    core->steady.n = 0;
    return core->evenly && source_next_even(core->source, RUN_LEAST, &core->run);
}

bool core_next_units(Core *core, bool offer_first)
{
    for (;;) {
        if (core->run.units == 0 && !next_run(core))
            return false;

        if (!offer_first && may_pass(core))
            pass_hits(core);
        if (core->run.units == 0)
            continue;
        /* What comes next is no hit.  Behind it there may be hits again. */
        core_take_units(&core->run, core_begin_run(core, core->run.n), &core->batch);
        return true;
    }
}
