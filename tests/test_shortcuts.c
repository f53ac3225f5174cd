/*
 * test_shortcuts - the short ways through core and caches against the long ones, on random machines and workloads.
 *
 * A core decides hits on the line touched last by itself, and a run of them in one go, and has accesses looked up ahead of
 * their time; here it goes through a front that tells it of no line and walks no access ahead.  A cache reads from a memory
 * that answers at once without a request; here the memory does not offer it.  What nothing can come before is decided ahead;
 * here events come between.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "cache_rig.h"
#include "random_point.h"
#include "rig.h"
#include "script_rig.h"
#include "workload/clocks.h"

enum { POINTS = RIG_ROUNDS(3000, 800), SEQUENCES = 300, STEPS = 200 };

/* ---- the long way ---- */

typedef struct {
    Front front;
    Front *real;
} PlainFront;

static FrontStatus plain_access(Front *front, const Access *access, Tick now, Grant grant,
                                Waiter *waiter, FrontAnswer *answer)
{
    Front *real = ((PlainFront *)front)->real;

    return real->ops->access(real, access, now, grant, waiter, answer);
}

static void plain_count(Front *front, const Access *access)
{
    Front *real = ((PlainFront *)front)->real;

    real->ops->count(real, access);
}

static const FrontOps plain_ops = { .access = plain_access, .count = plain_count };

typedef struct {
    Parts parts;
    RunTimes times;
    PlainFront *fronts; /* [n_cores] */
    PortOps memory_ops;
    bool good;
} Run;

/* Give every core a front that tells of no line, and take the memory's way without a request. */
static void go_the_long_way(Run *run, const PointSpec *point)
{
    const ComputeConfig *compute = &point->machine->compute;
    const CoreConfig config = { .clock_Hz = compute->clock_Hz,
                                .issue = compute->issue,
                                .window = compute->window,
                                .overlap = compute->overlap,
                                .streams = run->parts.streams,
                                .n_streams = run->parts.n_streams };

    run->memory_ops = (PortOps){ .arrive = run->parts.memory->port.ops->arrive };
    run->parts.memory->port.ops = &run->memory_ops;
    run->fronts = g_new0(PlainFront, run->parts.n_cores);
    for (uint32_t i = 0; i < run->parts.n_cores; i++) {
        Front *real = parts_front(&run->parts, i, ACCESS_READ);

        g_clear_pointer(&real->ready_fs, g_free); /* the MSHRs are asked */
        run->fronts[i] =
            (PlainFront){ .front = { .ops = &plain_ops, .line_bytes = real->line_bytes },
                          .real = real };
        core_free(run->parts.cores[i]);
        run->parts.cores[i] = core_new(&config, &run->fronts[i].front, &run->parts.sim);
        if (run->parts.combines) /* these take no shortcut */
            core_set_front(run->parts.cores[i], ACCESS_WRITE_PAST,
                           parts_front(&run->parts, i, ACCESS_WRITE_PAST));
    }
}

static void build(Run *run, const PointSpec *point)
{
    *run = (Run){ .good = false };
    parts_init(&run->parts, point, point->machine->compute.peaks[0].flop_per_s, false);
}

static void run_point(Run *run, const PointSpec *point, bool long_way)
{
    build(run, point);
    if (long_way)
        go_the_long_way(run, point);
    run->good = phases_run(&run->parts, &run->times, NULL);
}

static void run_clear(Run *run)
{
    parts_clear(&run->parts);
    g_free(run->fronts);
}

static bool same_cores(const Run *a, const Run *b)
{
    for (uint32_t i = 0; i < a->parts.n_cores; i++) {
        const CoreStats x = core_stats(a->parts.cores[i]), y = core_stats(b->parts.cores[i]);

        if (memcmp(&x, &y, sizeof x) != 0 ||
            core_end(a->parts.cores[i]) != core_end(b->parts.cores[i]))
            return false;
    }
    return true;
}

static bool same_levels(const Run *a, const Run *b)
{
    for (uint32_t i = 0; i < a->parts.n_levels; i++) {
        const CacheStats x = parts_level_stats(&a->parts, i), y = parts_level_stats(&b->parts, i);

        if (memcmp(&x, &y, sizeof x) != 0)
            return false;
    }
    return true;
}

static bool same_memories(const Memory *a, const Memory *b)
{
    return memcmp(&a->stats, &b->stats, sizeof a->stats) == 0 && a->end_fs == b->end_fs &&
           memcmp(a->read_latency, b->read_latency, sizeof *a->read_latency) == 0;
}

static bool same_runs(const Run *a, const Run *b)
{
    return a->good == b->good && a->times.start_fs == b->times.start_fs &&
           a->times.end_fs == b->times.end_fs && a->times.events == b->times.events &&
           same_cores(a, b) && same_levels(a, b) && same_memories(a->parts.memory, b->parts.memory);
}

static uint64_t own_hits(const Run *run)
{
    uint64_t hits = 0;

    for (uint32_t i = 0; run->parts.n_levels > 0 && i < run->parts.levels[0].n_instances; i++) {
        const FrontLine *line = &run->parts.levels[0].instances[i].front.line;

        hits += line->reads + line->writes;
    }
    return hits;
}

/* The short ways are for private caches of unlimited bandwidth, and for addresses that are not translated. */
static void lift_limits(MachineSpec *machine)
{
    machine->tlb.present = false;
    for (uint32_t i = 0; i < machine->n_caches; i++) {
        machine->caches[i].bandwidth_B_per_s = 0;
        machine->caches[i].banks = 1;
    }
    if (machine->n_caches)
        machine->caches[0].cores_per_instance = 1;
}

/* Accesses are looked up ahead in a plain first cache. */
static void make_plain(Rng *rng, MachineSpec *machine)
{
    for (uint32_t i = 0; i < machine->n_caches; i++)
        machine->caches[i].prefetch.type = PREFETCH_NONE;
    if (machine->n_caches == 0)
        return;
    machine->caches[0].sector_bytes = 0;
    machine->caches[0].write = rng_next(rng) % 8 ? CACHE_WRITE_BACK : CACHE_WRITE_THROUGH;
    machine->caches[0].allocate = rng_next(rng) % 8;
}

static void what_is_decided_in_a_short_way_is_what_the_long_way_decides(void)
{
    uint64_t decided = 0, differ = 0;

    for (uint64_t i = 0; i < POINTS; i++) {
        Rng rng = { .state = rng_at(20261, i) };
        PointSpec *point = random_point(&rng);
        Run quick, plain;

        random_tlb(&rng, point->machine);
        if (i % 2)
            lift_limits(point->machine);
        if (i % 4 > 1)
            make_plain(&rng, point->machine);
        run_point(&quick, point, false);
        run_point(&plain, point, true);
        if (!same_runs(&quick, &plain)) {
            g_autofree char *text = point_canonical(point);

            differ++;
            g_printerr("# differs:\n%s\n", text);
        }
        decided += own_hits(&quick);
        CU_ASSERT_EQUAL(own_hits(&plain), 0);
        run_clear(&quick);
        run_clear(&plain);
        point_free(point);
    }
    CU_ASSERT_EQUAL(differ, 0);
    CU_ASSERT(decided > 25 * POINTS);
}

/* ---- what lies between ---- */

/* An event that has to do with nothing, again and again as long as there are others. */
typedef struct {
    Event event;
    Sim *sim;
    Tick period_fs;
} Ticker;

static void ticks(Event *event, Tick now)
{
    Ticker *ticker = event->owner;

    if (sim_next(ticker->sim) != TICK_PENDING)
        sim_at(ticker->sim, now + ticker->period_fs, event);
}

static void run_ticking(Run *run, const PointSpec *point, Tick period_fs)
{
    Ticker ticker = { .event = { .fire = ticks, .owner = &ticker }, .period_fs = period_fs };

    build(run, point);
    ticker.sim = &run->parts.sim;
    sim_at(ticker.sim, period_fs, &ticker.event);
    run->good = phases_run(&run->parts, &run->times, NULL);
}

/* Merges are counted by what is known when a hit is decided. */
static bool same_but_for_merges(const Run *a, const Run *b)
{
    for (uint32_t i = 0; i < a->parts.n_levels; i++)
        if (!cacherig_same_counts(parts_level_stats(&a->parts, i), parts_level_stats(&b->parts, i)))
            return false;
    return a->good == b->good && a->times.end_fs == b->times.end_fs && same_cores(a, b) &&
           same_memories(a->parts.memory, b->parts.memory);
}

/* Whether it has one phase: the next one would begin at the last tick. */
static bool is_one_phase(const WorkloadSpec *workload)
{
    return workload_is_leaf(workload) && !workload->warmup_pass && workload->warmup_accesses == 0;
}

/* An event keeps what would come after it from being decided ahead.  That makes no difference but where two things happen at
 * one and the same femtosecond, and in less than 1 of 1000 points more (a third-level prefetcher above crowded DRAM is one);
 * a shortcut that goes wrong makes several times as many. */
static void what_is_decided_ahead_is_what_events_decide(void)
{
    uint64_t n = 0, differ = 0;

    for (uint64_t i = 0; i < 3 * POINTS; i++) {
        Rng rng = { .state = rng_at(20262, i) };
        PointSpec *point = random_point(&rng);
        Run quick, ticking;

        if (is_one_phase(point->workload)) {
            run_point(&quick, point, false);
            run_ticking(&ticking, point,
                        quick.times.end_fs / (500 + rng_below(rng_next(&rng), 3000)) | 1);
            differ += !same_but_for_merges(&quick, &ticking);
            n++;
            run_clear(&quick);
            run_clear(&ticking);
        }
        point_free(point);
    }
    CU_ASSERT(n > POINTS);
    CU_ASSERT(differ <= n / 400);
}

/* 200 gathers from far apart, then from one line, twice.  At the end of the first phase the core waits for a slot that is free
 * after a launch, and is woken for another one: the event that it waited for comes after the phase. */
static const char woken_earlier[] =
    "local x, ids, s = memsim.array('x', 'f32', 16384), {}, 1 "
    "for q = 1, 257 do s = (s * 75 + 74) % 65537 ids[q] = q <= 200 and s % 16384 or 0 end "
    "local p, list = memsim.index('p'), memsim.indices('ids', 'i32', ids) "
    "local nest = memsim.nest { loops = { { p, 257 } }, body = { memsim.read(x[list[p]]) } } "
    "return memsim.sweep { point = function() return { machine = memsim.machine { compute = { "
    "peak = '1 TFLOP/s', window = 4, deal = 'blocks', block_launch = '3000 ns', overlap = false }, "
    "caches = { { name = 'L1', size = '4KiB', ways = 4, latency = '1 ns', mshrs = 16 }, { "
    "name = 'L2', size = '16KiB', ways = 4, latency = '2 ns', mshrs = 1 } }, "
    "memory = memsim.dram('DDR4-3200', { channels = 4, read_queue = 1 }) }, "
    "workload = memsim.sequence { nest, nest } } end }";

static void a_phase_begins_where_the_one_before_has_ended(void)
{
    Study *study = script_study(woken_earlier);
    Run run;

    run_point(&run, study->sweeps[0]->points[0], false);
    CU_ASSERT(run.good);
    CU_ASSERT(run.parts.sim.now <= run.times.end_fs);
    run_clear(&run);
    study_free(study);
}

/* A small cache above DRAM, which serves reads of what waits to be written at once: a line is fetched again, and there, while
 * its fetch before is still on its way. */
static const char small_above_dram[] =
    "return memsim.sweep { axes = { { 'draw', { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 } }, "
    "{ 'write', { 'through', 'back' } }, { 'policy', { 'random', 'lru' } }, "
    "{ 'latency', { '0 ns', '50 ns' } } }, point = function(p) return { machine = memsim.machine { "
    "compute = { peak = '1 PFLOP/s', clock = '1 GHz', issue = 8, window = 64 }, caches = { { "
    "name = 'L1', size = '1KiB', ways = 4, mshrs = 64, latency = p.latency, policy = p.policy, "
    "write = p.write } }, memory = memsim.dram('DDR4-3200', { refresh = 'none' }) }, "
    "workload = memsim.workload { pattern = 'random', footprint = '2KiB', accesses = 1000, "
    "write_fraction = 0.3, seed = p.draw } } end }";

static void a_line_that_comes_back_while_it_is_on_its_way_is_there_when_the_mshrs_say(void)
{
    Study *study = script_study(small_above_dram);
    const SweepSpec *sweep = study->sweeps[0];
    uint64_t merges = 0;

    for (size_t i = 0; i < sweep->n_points; i++) {
        Run quick, plain;

        run_point(&quick, sweep->points[i], false);
        run_point(&plain, sweep->points[i], true);
        CU_ASSERT(same_runs(&quick, &plain));
        merges += parts_level_stats(&quick.parts, 0).mshr_merges;
        run_clear(&quick);
        run_clear(&plain);
    }
    CU_ASSERT(merges > 100 * sweep->n_points);
    study_free(study);
}

/* Lines A, B, C of an L1 of one line above an L2 of two.  A is used, by a fetch that hits, after B was brought in; the write
 * of B then makes A the line to leave for C, so that A is fetched again. */
static const char hits_below[] =
    "local A, B, C = 0, 16, 32 local x = memsim.array('x', 'f32', 48) "
    "return memsim.sweep { point = function() return { machine = memsim.machine { " COMPUTE
    ", timing = memsim.args.timing, caches = { { name = 'L1', size = '64B', ways = 1, write = "
    "'through' }, { name = 'L2', size = '128B', ways = 2, latency = '2 ns' } }, " MEMORY
    " }, workload = memsim.nest { body = { memsim.read(x[A]), memsim.read(x[B]), "
    "memsim.read(x[A]), "
    "memsim.write(x[B]), memsim.read(x[C]), memsim.read(x[A]) } } } end }";

static void a_fetch_that_hits_below_makes_its_line_the_last_used(void)
{
    static const char *const timings[] = { "timing=true", "timing=false" };

    for (size_t i = 0; i < G_N_ELEMENTS(timings); i++) {
        g_autofree char *set = g_strdup(timings[i]);
        Row *row = study_row(script_study_with(hits_below, set));

        CU_ASSERT_EQUAL(row_number(row, "l1_misses"), 6);
        CU_ASSERT_EQUAL(row_number(row, "l2_misses"), 4);
        row_free(row);
    }
}

/* ---- the clocks in one step ---- */

static bool same_slots(const Slots *a, const Slots *b)
{
    for (uint32_t i = 0; i < a->size; i++) {
        const Slot *x = &a->ring[slots_at(a, i)], *y = &b->ring[slots_at(b, i)];

        if (x->free_fs != y->free_fs || x->note != y->note)
            return false;
    }
    return a->known == a->size && b->known == b->size;
}

static bool same_clocks(const Clocks *a, const Clocks *b)
{
    return a->next_cycle_fs == b->next_cycle_fs && a->last_issue_fs == b->last_issue_fs &&
           a->issued_in_cycle == b->issued_in_cycle && a->last_arrival_fs == b->last_arrival_fs &&
           a->last_begin_fs == b->last_begin_fs && a->compute_free == b->compute_free &&
           memcmp(&a->sums, &b->sums, sizeof a->sums) == 0 && same_slots(&a->slots, &b->slots);
}

static void clocks_new(Clocks *clocks, Rng rng)
{
    *clocks = (Clocks){ .windowed = true, .overlap = rng_next(&rng) % 4 > 0 };
    clocks_set_issue(clocks, (uint32_t)(rng_next(&rng) % 4), 1 + rng_next(&rng) % 9);
    slots_init(&clocks->slots, 1 + (uint32_t)(rng_next(&rng) % 7));
    clocks_start(clocks, rng_next(&rng) % 50);
}

/* The same access goes through both. */
static void step(Clocks *one, Clocks *three, Rng *rng)
{
    const Tick wanted = clocks_issue_time(one) + (rng_next(rng) % 4 ? 0 : rng_next(rng) % 20);
    const Tick issued = tick_later(wanted, clocks_slot_time(one, 1)) + rng_next(rng) % 3;
    const Tick arrival = issued + rng_next(rng) % 40;
    const FineTime cost = rng_next(rng) % 3 ? (FineTime)rng_next(rng) * 8 : 0;
    const bool write = rng_next(rng) % 3 == 0;

    clocks_pass(one, wanted, issued, arrival, cost, write);
    clocks_issue(three, wanted, issued, 1);
    clocks_arrive(three, issued, arrival, write, 1);
    clocks_operate(three, arrival, cost, write, 1);
}

static void one_step_of_the_clocks_is_issue_arrival_and_operations(void)
{
    for (uint64_t i = 0; i < SEQUENCES; i++) {
        Rng rng = { .state = rng_at(5, i) };
        Clocks one, three;
        bool good = true;

        clocks_new(&one, rng);
        clocks_new(&three, rng);
        for (uint32_t n = 0; n < STEPS && good; n++) {
            step(&one, &three, &rng);
            good = same_clocks(&one, &three);
        }
        CU_ASSERT(good);
        slots_clear(&one.slots);
        slots_clear(&three.slots);
    }
}

/* ---- several slots at once ---- */

/* Take n slots of both.  Whether both give the same ones. */
static bool take_both(SlotRuns *many, Slots *single, uint32_t n)
{
    const Tick free_fs = slotruns_free_at(many, n);
    const Slot last = slotruns_take(many, n);
    Slot slot = { 0 };

    for (uint32_t i = 0; i < n; i++)
        slot = slots_take(single);
    return last.free_fs == slot.free_fs && free_fs == slot.free_fs && last.note == slot.note;
}

static void give_both(SlotRuns *many, Slots *single, Tick when, Tick note, uint32_t n)
{
    slotruns_give(many, when, note, n);
    for (uint32_t i = 0; i < n; i++)
        slots_give(single, when, note);
}

static void slots_at_once_are_slots_one_by_one(void)
{
    Rng rng = { .state = 6 };

    for (uint64_t i = 0; i < SEQUENCES; i++) {
        const uint32_t size = 1 + (uint32_t)rng_below(rng_next(&rng), i % 2 ? 12 : 200);
        uint32_t taken = size;
        bool good = true;
        SlotRuns many;
        Slots single;

        slotruns_init(&many, size);
        slots_init(&single, size);
        good = slotruns_free_at(&many, size) == 0;
        for (uint32_t n = 0; n < size; n++) /* their notes differ */
            slots_take(&single);
        slotruns_take(&many, size);
        for (uint32_t step = 0; step < STEPS && good; step++) {
            const bool takes = taken == 0 || (taken < size && rng_next(&rng) % 2);
            const uint32_t n =
                1 + (uint32_t)rng_below(rng_next(&rng), MIN(takes ? size - taken : taken, 20));

            good = slotruns_free_at(&many, size - taken + 1) == TICK_PENDING;
            if (takes)
                good = good && take_both(&many, &single, n);
            else
                give_both(&many, &single, step / 2 + rng_next(&rng) % 100, step, n);
            taken = takes ? taken + n : taken - n;
        }
        good = good && (taken == size || take_both(&many, &single, size - taken));
        CU_ASSERT(good);
        slotruns_clear(&many);
        slots_clear(&single);
    }
}

static CU_TestInfo tests[] = {
    TEST(what_is_decided_in_a_short_way_is_what_the_long_way_decides),
    TEST(what_is_decided_ahead_is_what_events_decide),
    TEST(a_phase_begins_where_the_one_before_has_ended),
    TEST(a_line_that_comes_back_while_it_is_on_its_way_is_there_when_the_mshrs_say),
    TEST(a_fetch_that_hits_below_makes_its_line_the_last_used),
    TEST(one_step_of_the_clocks_is_issue_arrival_and_operations),
    TEST(slots_at_once_are_slots_one_by_one),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_shortcuts = { .pName = "shortcuts", .pTests = tests };
