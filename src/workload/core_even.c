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

_Static_assert((int)EVEN_MAX <= (int)CORE_AHEAD, "a unit fits into a block");

enum {
    BLOCK_LEAST = 16, /* accesses to go on at once */
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

    batch->count = 0;
    for (uint64_t unit = 0; unit < units; unit++)
        for (uint32_t i = 0; i < run->n; i++) {
            batch->access[batch->count] = run->access[i];
            batch->access[batch->count++].addr += unit * run->stride[i];
        }
    skip_units(run, units);
}

/* ---- steady clocks ---- */

/* Whether the slots, as far as they matter from the last issue on, are as before, but for the step in time. */
static bool same_slots(const Clocks *before, const Slot *ring_before, const Clocks *now)
{
    const Tick from = before->last_issue_fs, step = now->last_issue_fs - from;

    for (uint32_t i = 0; i < now->slots.size; i++) {
        const Slot a = ring_before[slots_at(&before->slots, i)];
        const Slot b = now->slots.ring[slots_at(&now->slots, i)];

        if (tick_later(a.free_fs, from) + step != tick_later(b.free_fs, now->last_issue_fs))
            return false;
        if (a.free_fs > from &&
            tick_later(a.note, from) + step != tick_later(b.note, now->last_issue_fs))
            return false;
    }
    return true;
}

/* Whether the clocks are as before, but for the step in time from the last issue then to the last one now. */
static bool are_steady(const Clocks *before, const Slot *ring_before, const Clocks *now)
{
    const Tick step = now->last_issue_fs - before->last_issue_fs;
    const bool same = now->issued_in_cycle == before->issued_in_cycle &&
                      now->next_cycle_fs - before->next_cycle_fs == step &&
                      now->last_arrival_fs - before->last_arrival_fs == step;

    if (!same ||
        (now->overlap && (now->last_begin_fs - before->last_begin_fs != step ||
                          now->compute_free - before->compute_free != (FineTime)step << 64)))
        return false;
    return same_slots(before, ring_before, now);
}

/* Do what has been done since before so many times again. */
static void repeat(Clocks *now, const Clocks *before, uint64_t times)
{
    const Tick step = (now->last_issue_fs - before->last_issue_fs) * times;
    ClockSums *sums = &now->sums;

    now->last_issue_fs += step;
    now->next_cycle_fs += step;
    now->last_arrival_fs += step;
    now->slots.latest_fs += step;
    for (uint32_t i = 0; i < now->slots.size; i++) {
        now->slots.ring[i].free_fs += step;
        now->slots.ring[i].note += step;
    }
    if (now->overlap) {
        now->last_begin_fs += step;
        now->compute_free += (FineTime)step << 64;
    }
    sums->accesses += times * (sums->accesses - before->sums.accesses);
    sums->writes += times * (sums->writes - before->sums.writes);
    sums->starved += times * (sums->starved - before->sums.starved);
    sums->held_fs += times * (sums->held_fs - before->sums.held_fs);
    sums->latency_fs += times * (sums->latency_fs - before->sums.latency_fs);
}

/* ---- the units of a run in time ---- */

static uint64_t common_multiple(uint64_t a, uint64_t b)
{
    uint64_t x = a, y = b;

    while (y != 0) {
        const uint64_t rest = x % y;

        x = y;
        y = rest;
    }
    return a / x * b;
}

/* Units that bring a steady state back: as many as fill cycles and, if these are not too many, windows. */
static uint64_t block_units(const Clocks *clocks, uint32_t n)
{
    uint64_t accesses = common_multiple((uint64_t)n * clocks->slots.size, clocks->issue);

    if (accesses > CORE_AHEAD)
        accesses = common_multiple(n, clocks->issue);
    if (accesses > CORE_AHEAD)
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
    const uint64_t block = MIN(units, CORE_AHEAD / core->run.n);

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
        if (!are_steady(&before, core->before, clocks))
            continue;
        const uint64_t times = (units - done) / block;

        repeat(clocks, &before, times);
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

bool core_next_units(Core *core, bool offer_first)
{
    for (;;) {
        if (core->run.units == 0 &&
            !(core->evenly && source_next_even(core->source, RUN_LEAST, &core->run)))
            return false;
        const uint64_t units = core->run.units;

        if (!offer_first && may_pass(core))
            pass_hits(core);
        if (core->run.units == 0)
            continue;
        /* What comes next is no hit.  Behind it there may be hits again, if there were some before it. */
        core_take_units(&core->run, core->run.units < units ? CORE_AHEAD : BATCH_MAX, &core->batch);
        return true;
    }
}
