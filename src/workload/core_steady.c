/*
 * core_steady - runs of accesses that find their lines at the same levels, unit for unit: most are not looked at in time.
 *
 * The clocks of the core and of its caches go on from differences of times only.  So where some units of a run, a block, have
 * left all of them as they were before but for one step in time, further blocks do the same as long as their accesses find
 * their lines where those did, and nothing else happens meanwhile.  Of these only what they leave behind is put down: when
 * their lines are there.  A product of 512 x 512 goes through a tenth of its accesses in time.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/core_state.h"

#include <string.h>

enum {
    BLOCK_LEAST = 16, /* accesses that may come to be done again */
    BLOCK_TRIES = 4,  /* blocks, one after the other, that may come to a steady state */
    FRUITLESS = 8,    /* rows, one after the other, without a steady state */
    REST_MOST = 64    /* rows to go through after these without a look */
};

/* ---- blocks ---- */

/* Accesses, at most so many, of whole units, and of whole cycles and windows if that can be. */
static size_t block_base(const Core *core, uint32_t unit)
{
    const Clocks *clocks = &core->clocks;
    const uint32_t window = core->before ? clocks->slots.size : 1;
    uint64_t block = core_common_multiple(core_common_multiple(unit, window), clocks->issue);

    if (block > CORE_BLOCK)
        block = core_common_multiple(unit, clocks->issue);
    if (block > CORE_BLOCK)
        block = unit;
    return block * ((BLOCK_LEAST + block - 1) / block);
}

size_t core_begin_run(Core *core, uint32_t unit)
{
    size_t block = block_base(core, unit);

    core->unit = unit;
    core->block = block;
    while (2 * block <= CORE_BLOCK)
        block *= 2;
    return FRONT_AHEAD - FRONT_AHEAD % block;
}

/* Whether the accesses of two blocks find their lines at the same levels, none of them in memory. */
static bool are_alike(const Core *core, const FrontStep *a, const FrontStep *b, size_t n)
{
    const uint8_t memory = core->walker->memory_depth;
    size_t i = 0;

    while (i < n && a[i].depth == b[i].depth && a[i].depth < memory)
        i++;
    return i == n;
}

/* How many accesses may be a block that is like the next one; 0: none. */
static size_t block_size(const Core *core, const FrontStep *steps, size_t n)
{
    for (size_t block = core->block; block <= CORE_BLOCK && 2 * block <= n; block *= 2)
        if (are_alike(core, steps, steps + block, block))
            return block;
    return 0;
}

/* ---- again ---- */

/* Whether a hit finds its line, there or on its way, as that of the block did, of which this is known, when all is later by
 * shift; late: there are some that did while it was on its way. */
static inline bool hits_same(const Known *known, Tick shift, Tick ready, bool late)
{
    if (late && known->ready_fs > known->issued_fs)
        return ready == known->ready_fs + shift;
    return ready <= known->issued_fs + shift;
}

/* Let the lines of a block that is later by shift come, as far as its accesses do as those of the block.  Returns how many do;
 * left: when those were there that have made room for others. */
static inline __attribute__((always_inline)) size_t come(const Steady *steady,
                                                         const FrontStep *steps, Tick shift,
                                                         Tick *ready_fs, Tick *left, bool late)
{
    const size_t n = steady->n;
    size_t i = 0;

    for (; i < n; i++) {
        const Known *known = &steady->known[i];
        Tick *ready = &ready_fs[steps[i].place];

        if (steps[i].depth != known->depth)
            break;
        if (known->depth == 0) {
            if (!hits_same(known, shift, *ready, late))
                break;
            continue;
        }
        if (*ready > known->issued_fs + shift || steps[i].posted)
            break;
        left[i] = *ready;
        *ready = known->ready_fs + shift;
    }
    return i;
}

/* The same for all of them.  False, and nothing has changed, if some do not. */
static bool repeat_block(const Steady *steady, const FrontStep *steps, Tick shift, Tick *ready_fs)
{
    Tick left[CORE_BLOCK];
    size_t i = steady->late ? come(steady, steps, shift, ready_fs, left, true)
                            : come(steady, steps, shift, ready_fs, left, false);

    if (i == steady->n)
        return true;
    while (i-- > 0)
        if (steps[i].depth > 0)
            ready_fs[steps[i].place] = left[i];
    return false;
}

/* The lines of the block before the last one but so many may still be on their way: tell the front. */
static void book_block(Core *core, const Access *accesses, const FrontStep *steps, Tick shift)
{
    const Steady *steady = &core->steady;
    Front *front = core->walker;

    for (size_t i = 0; i < steady->n; i++)
        if (steps[i].depth > 0)
            front->ops->book(front, &accesses[i], &steps[i], steady->known[i].ready_fs + shift);
}

/* Caches and clocks are as after so many more blocks. */
static void go_on(Core *core, const Access *accesses, const FrontStep *steps, size_t times)
{
    Steady *steady = &core->steady;
    Front *front = core->walker;
    const size_t open = MIN(times, (size_t)(steady->longest_fs / steady->step_fs) + 1);
    const size_t closed = times - open; /* their lines are there */

    front->ops->go_on(front, times * steady->step_fs, closed * steady->step_fs);
    for (size_t time = closed; time < times; time++)
        book_block(core, accesses + time * steady->n, steps + time * steady->n,
                   (time + 1) * steady->step_fs);
    front->line.merges += times * steady->merges;
    for (size_t i = 0; i < steady->n; i++) {
        core->stream_bytes[accesses[i].stream] += times * accesses[i].bytes;
        steady->known[i].issued_fs += times * steady->step_fs;
        steady->known[i].ready_fs += times * steady->step_fs;
    }
    steady->latest_fs += times * steady->step_fs;
    clocks_repeat(&core->clocks, &steady->change, steady->step_fs, times);
    steady->accesses = core->clocks.sums.accesses;
}

/* Go through blocks that do the same as the one before them, which has left all as before.  Returns how many accesses. */
static size_t repeat(Core *core, const Access *accesses, const FrontStep *steps, size_t n)
{
    const Steady *steady = &core->steady;
    const Tick limit = MIN(sim_next(core->sim), CORE_TIME_MAX);
    size_t times = 0;

    if (steady->latest_fs >= limit)
        return 0;
    const size_t most = MIN(n / steady->n, (limit - 1 - steady->latest_fs) / steady->step_fs);

    while (times < most && repeat_block(steady, steps + times * steady->n,
                                        (times + 1) * steady->step_fs, core->walker->ready_fs))
        times++;
    if (times > 0)
        go_on(core, accesses, steps, times);
    return times * steady->n;
}

/* ---- the first time ---- */

/* The block has been issued and has left all as before: what has to be known of it. */
static void learn(Core *core, const Clocks *before, uint64_t merges_before)
{
    Steady *steady = &core->steady;
    const Clocks *now = &core->clocks;

    steady->step_fs = now->last_issue_fs - before->last_issue_fs;
    steady->latest_fs = now->last_issue_fs;
    steady->longest_fs = 0;
    steady->late = false;
    for (size_t i = 0; i < steady->n; i++) {
        const Known *known = &steady->known[i];

        if (known->depth == 0) {
            steady->late = steady->late || known->ready_fs > known->issued_fs;
            continue;
        }
        steady->latest_fs = tick_later(steady->latest_fs, known->ready_fs);
        steady->longest_fs = tick_later(steady->longest_fs, known->ready_fs - known->issued_fs);
    }
    steady->change = clocks_change(before, now);
    steady->merges = core->walker->line.merges - merges_before;
    steady->accesses = now->sums.accesses;
}

/* Issue a block.  Returns how many accesses of it, as far as their times are known. */
static size_t pass_block(Core *core, const Access *accesses, const FrontStep *steps, size_t size)
{
    Steady *steady = &core->steady;
    Clocks *clocks = &core->clocks;
    Front *front = core->walker;
    const Clocks before = *clocks;
    const uint64_t merges = front->line.merges;
    const bool kept = front->ops->keep(front);

    steady->n = 0;
    memcpy(core->before, clocks->slots.ring, clocks->slots.size * sizeof *core->before);
    const size_t passed = core_pass_known(core, accesses, steps, size, steady->known);
    const Tick step = clocks->last_issue_fs - before.last_issue_fs;

    if (passed < size || !kept || step == 0 || !clocks_are_steady(&before, core->before, clocks) ||
        !front->ops->is_later(front, before.last_issue_fs, step))
        return passed;
    steady->n = size;
    learn(core, &before, merges);
    return passed;
}

/* Whether the last thing that the core has done was a block in a steady state of the same run. */
static bool is_steady(const Core *core)
{
    return core->steady.n > 0 && core->steady.accesses == core->clocks.sums.accesses;
}

/* Accesses of a run, from the beginning of a unit on, as long as it is worth looking for units that do the same.  Returns how
 * many. */
static size_t pass_units(Core *core, const Access *accesses, const FrontStep *steps, size_t n)
{
    size_t done = 0, again = 0, size;
    uint32_t tries = 0;

    if (core->steady_rest > 0) {
        core->steady_rest--;
        return 0;
    }
    if (is_steady(core))
        done = again = repeat(core, accesses, steps, n);
    while (tries < BLOCK_TRIES && (size = block_size(core, steps + done, n - done)) > 0) {
        const size_t passed = pass_block(core, accesses + done, steps + done, size);

        done += passed;
        if (passed < size)
            return done;
        tries++;
        if (!is_steady(core))
            continue;
        const size_t more = repeat(core, accesses + done, steps + done, n - done);

        done += more;
        again += more;
        tries = 0;
    }
    core->fruitless = again > 0 ? 0 : core->fruitless + 1;
    core->steady_rest = core->fruitless < FRUITLESS ? 0 : MIN(core->fruitless, REST_MOST);
    return done;
}

/* ---- what has been decided ahead ---- */

static bool in_range(const Clocks *clocks, Tick hit_fs)
{
    return hit_fs < CORE_STEP_MAX && clocks->cycle_fs < CORE_STEP_MAX &&
           clocks->last_issue_fs < CORE_TIME_MAX && clocks->last_arrival_fs < CORE_TIME_MAX &&
           clocks->slots.latest_fs < CORE_TIME_MAX &&
           fine_floor(clocks->compute_free) < CORE_TIME_MAX;
}

/* Accesses up to the beginning of a unit, and from there on those that come in steady states. */
static size_t pass_run(Core *core, const Access *accesses, const FrontStep *steps, size_t n)
{
    const size_t first = (core->unit - core->at % core->unit) % core->unit;
    size_t done = 0;

    if (first > 0)
        done = core_pass_row(core, accesses, steps, MIN(first, n));
    if (done < first || !in_range(&core->clocks, core->walker->line.hit_fs))
        return done;
    return done + pass_units(core, accesses + done, steps + done, n - done);
}

void core_pass(Core *core)
{
    const Access *accesses = &core->batch.access[core->at];
    const FrontStep *steps = core_step(core);
    const size_t left = core->walked - core->at;
    size_t n = 0;

    if (!in_range(&core->clocks, core->walker->line.hit_fs))
        return;
    if (core->unit > 0 && core->before && core->walker->memory_depth > 0)
        n = pass_run(core, accesses, steps, left);
    if (n < left && in_range(&core->clocks, core->walker->line.hit_fs))
        n += core_pass_row(core, accesses + n, steps + n, left - n);
    if (n > 0)
        core->walker->recent = steps[n - 1].place;
    core->at += n;
}
