/*
 * core_ahead - accesses that the front has decided ahead, but for their time.  See core_state.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/core_state.h"

enum {
    WALK_MIN = 4,   /* accesses in a row that are worth having asked */
    WALK_REST = 64, /* accesses that are offered after fewer */
};

/* Beyond these, sums and steps of some hundred accesses might leave their range: then each goes by itself. */
#define PASS_TIME_MAX (TICK_LIMIT >> 8)
#define PASS_STEP_MAX (TICK_LIMIT >> 12)

void core_walk(Core *core)
{
    const size_t left = core->batch.count - core->at;

    if (core->rest > 0) {
        core->rest--;
        return;
    }
    if (!core->walker || core->done > 0)
        return;
    const size_t n = core->walker->ops->walk(core->walker, &core->batch.access[core->at],
                                             MIN(left, (size_t)CORE_AHEAD), core->steps);

    core->walked_from = core->at;
    core->walked = core->at + n;
    if (n < WALK_MIN && n < left)
        core->rest = WALK_REST;
}

/* What accesses in a row change of the clocks. */
typedef struct {
    Slot
        *place; /* the head of the ring of slots, and, as the ring is full, where its end will be */
    Tick next_cycle_fs, last_issue_fs;
    uint32_t issued_in_cycle;
    Tick latest_fs; /* of the slots */
    FineTime compute_free, costs;
    Tick arrival_fs, begin_fs; /* the latest; of the last access */
    uint64_t latency_fs, held_fs, merges, writes;
} Pass;

static inline Pass begin_pass(const Clocks *clocks)
{
    return (Pass){ .place = clocks->slots.ring + clocks->slots.head,
                   .next_cycle_fs = clocks->next_cycle_fs,
                   .last_issue_fs = clocks->last_issue_fs,
                   .issued_in_cycle = clocks->issued_in_cycle,
                   .latest_fs = clocks->slots.latest_fs,
                   .compute_free = clocks->compute_free,
                   .arrival_fs = clocks->last_arrival_fs,
                   .begin_fs = clocks->last_begin_fs };
}

static inline void end_pass(const Pass *pass, Clocks *clocks)
{
    clocks->slots.head = clocks->slots.tail = (uint32_t)(pass->place - clocks->slots.ring);
    clocks->slots.latest_fs = pass->latest_fs;
    clocks->next_cycle_fs = pass->next_cycle_fs;
    clocks->last_issue_fs = pass->last_issue_fs;
    clocks->issued_in_cycle = pass->issued_in_cycle;
    clocks->last_arrival_fs = pass->arrival_fs;
    clocks->last_begin_fs = pass->begin_fs;
    clocks->sums.latency_fs += pass->latency_fs;
    clocks->sums.held_fs += pass->held_fs;
    clocks->sums.writes += pass->writes;
    if (clocks->overlap)
        clocks->sums.starved += pass->compute_free - clocks->compute_free - pass->costs;
    clocks->compute_free = fine_limit(pass->compute_free);
}

/* What the operations of an access take.  Those of too long ones are not kept. */
static inline FineTime cost_of(Core *core, const Access *access)
{
    StreamCost *known = &core->costs[access->stream];

    if (G_UNLIKELY(known->bytes != access->bytes)) {
        known->cost = fine_scale(core->config.streams[access->stream].cost_per_byte, access->bytes);
        known->bytes = fine_floor(known->cost) < PASS_STEP_MAX ? access->bytes : 0;
    }
    return known->cost;
}

/* With overlap: operations follow on those before, once their data are there. */
static inline void operate(Pass *pass, Tick wanted, Tick data, FineTime cost)
{
    const Slot slot = *pass->place;

    if (slot.free_fs > wanted && slot.free_fs > slot.note)
        pass->held_fs += slot.free_fs - tick_later(wanted, slot.note);
    const FineTime begin = fine_later(data, pass->compute_free);

    pass->begin_fs = fine_ceil(begin);
    pass->compute_free = begin + cost;
}

static inline void next_place(Pass *pass, const Slots *slots)
{
    if (++pass->place == slots->ring + slots->size)
        pass->place = slots->ring;
}

static inline void count_issue(Pass *pass, Tick cycle_fs, Tick issued)
{
    if (issued >= pass->next_cycle_fs) {
        pass->next_cycle_fs = issued + cycle_fs;
        pass->issued_in_cycle = 0;
    }
    pass->issued_in_cycle++;
    pass->last_issue_fs = issued;
}

/* Give the slot of a read back into its place, as a rule as the latest, and go to the next one. */
static inline void turn_slot(Pass *pass, Slots *slots, Tick free_fs, Tick data)
{
    if (G_LIKELY(free_fs >= pass->latest_fs)) {
        *pass->place = (Slot){ .free_fs = free_fs, .note = data };
        pass->latest_fs = free_fs;
    } else {
        slots->head = slots->tail = (uint32_t)(pass->place - slots->ring);
        slots->latest_fs = pass->latest_fs;
        slots_take(slots);
        slots_give(slots, free_fs, data);
    }
    next_place(pass, slots);
}

static inline Tick wanted_at(const Pass *pass, uint32_t issue)
{
    return pass->issued_in_cycle < issue ? pass->last_issue_fs : pass->next_cycle_fs;
}

/* Whether the slots of reads that hit are given back as the latest ones. */
static inline bool slots_in_order(const Pass *pass, Tick hit_fs, bool overlap)
{
    return pass->last_issue_fs + hit_fs >= pass->latest_fs ||
           (overlap && fine_floor(pass->compute_free) >= pass->latest_fs);
}

/* The clocks after hits in a row, of which writes do not give their slot back as the latest. */
static inline void end_hits(Pass *pass, const Slots *slots, Slot *place, uint64_t n,
                            uint64_t writes, Tick hit_fs)
{
    const uint64_t reads = n - writes;

    pass->place = place;
    pass->writes += writes;
    pass->latency_fs += reads * hit_fs;
    pass->arrival_fs = tick_later(pass->arrival_fs, pass->last_issue_fs);
    if (reads == 0)
        return;
    const Slot *last = (place == slots->ring ? place + slots->size : place) - 1;

    pass->latest_fs = last->free_fs;
    pass->arrival_fs = tick_later(pass->arrival_fs, last->note);
}

/*
 * Hits in a row on lines that are there, up to any other access; alike: of one stream and size.  Nothing is called here and
 * little is kept, so that all of it is in registers.
 */
static inline __attribute__((always_inline)) size_t hits_in_row(Core *core, Pass *pass,
                                                                const Access *first,
                                                                const FrontStep *steps, size_t n,
                                                                bool overlap, bool alike)
{
    const Clocks *clocks = &core->clocks;
    const Slots *slots = &clocks->slots;
    const Slot *const ring_end = slots->ring + slots->size;
    const Tick *ready_fs = core->walker->ready_fs;
    const Tick hit_fs = core->walker->line.hit_fs;
    Slot *place = pass->place;
    Tick next_cycle_fs = pass->next_cycle_fs, last_issue_fs = pass->last_issue_fs;
    uint32_t left = clocks->issue - pass->issued_in_cycle; /* in this cycle */
    FineTime compute_free = pass->compute_free, costs = 0, cost = cost_of(core, first);
    Tick begin_fs = pass->begin_fs;
    uint64_t writes = 0;
    size_t i = 0;

    for (; i < n && steps[i].depth == 0; i++) {
        if (alike && i > 0 && steps[i].other)
            break;
        if (!alike) {
            const StreamCost *known = &core->costs[first[i].stream];

            if (known->bytes != first[i].bytes)
                break;
            cost = known->cost;
        }
        const Tick wanted = left > 0 ? last_issue_fs : next_cycle_fs;
        const Tick free_fs = place->free_fs, issued = tick_later(wanted, free_fs);
        const Tick data = issued + (steps[i].write ? 0 : hit_fs);

        if (ready_fs[steps[i].place] > issued)
            break;
        if (issued >= next_cycle_fs) {
            next_cycle_fs = issued + clocks->cycle_fs;
            left = clocks->issue;
        }
        left--;
        last_issue_fs = issued;
        if (overlap) {
            if (free_fs > wanted && free_fs > place->note)
                pass->held_fs += free_fs - tick_later(wanted, place->note);
            if (data > fine_floor(compute_free))
                compute_free = fine_from_tick(data);
            begin_fs = fine_ceil(compute_free);
            compute_free += cost;
        }
        if (!alike) {
            core->stream_bytes[first[i].stream] += first[i].bytes;
            costs += cost;
        }
        if (steps[i].write) {
            writes++;
            continue;
        }
        *place = (Slot){ .free_fs = overlap ? begin_fs : data, .note = data };
        if (++place == ring_end)
            place = slots->ring;
    }
    if (alike) {
        core->stream_bytes[first->stream] += i * first->bytes;
        costs = cost * i;
    }
    pass->costs += costs;
    pass->next_cycle_fs = next_cycle_fs;
    pass->last_issue_fs = last_issue_fs;
    pass->issued_in_cycle = clocks->issue - left;
    pass->compute_free = compute_free;
    pass->begin_fs = begin_fs;
    end_hits(pass, slots, place, i, writes, hit_fs);
    return i;
}

static G_GNUC_NO_INLINE size_t pass_alike(Core *core, Pass *pass, const Access *first,
                                          const FrontStep *steps, size_t n)
{
    if (core->clocks.overlap)
        return hits_in_row(core, pass, first, steps, n, true, true);
    return hits_in_row(core, pass, first, steps, n, false, true);
}

static G_GNUC_NO_INLINE size_t pass_hits(Core *core, Pass *pass, const Access *first,
                                         const FrontStep *steps, size_t n)
{
    if (core->clocks.overlap)
        return hits_in_row(core, pass, first, steps, n, true, false);
    return hits_in_row(core, pass, first, steps, n, false, false);
}

/* As many hits as there are and are usual, if they are worth the set-up. */
static inline size_t pass_some(Core *core, Pass *pass, const Access *first, const FrontStep *steps,
                               size_t n)
{
    if (n < 4 || (steps[0].depth | steps[1].depth | steps[2].depth | steps[3].depth) != 0 ||
        !slots_in_order(pass, core->walker->line.hit_fs, core->clocks.overlap))
        return 0;
    if (steps[1].other | steps[2].other | steps[3].other)
        return pass_hits(core, pass, first, steps, n);
    return pass_alike(core, pass, first, steps, n);
}

/* Any access, if its time is known.  far: it is out of the range that passes are for. */
static inline bool pass_one(Core *core, Pass *pass, const Access *access, const FrontStep *step,
                            bool *far)
{
    Front *front = core->walker;
    Clocks *clocks = &core->clocks;
    const FineTime cost = cost_of(core, access);
    const Tick wanted = wanted_at(pass, clocks->issue);
    Tick issued = tick_later(wanted, pass->place->free_fs), ready = front->ready_fs[step->place];

    if (fine_floor(cost) >= PASS_STEP_MAX)
        return false;
    if (step->depth > 0)
        ready = front->ops->fetch(front, access, step, issued, &issued);
    if (ready == TICK_PENDING)
        return false;
    const Tick data = step->write ? issued : tick_later(issued + front->line.hit_fs, ready);

    *far = ready >= PASS_TIME_MAX;
    core->stream_bytes[access->stream] += access->bytes;
    pass->costs += cost;
    pass->merges += step->depth == 0 && ready > issued;
    pass->writes += step->write;
    pass->latency_fs += data - issued;
    pass->arrival_fs = tick_later(pass->arrival_fs, data);
    count_issue(pass, clocks->cycle_fs, issued);
    if (clocks->overlap)
        operate(pass, wanted, data, cost);
    if (!step->write)
        turn_slot(pass, &clocks->slots, clocks->overlap ? pass->begin_fs : data, data);
    return true;
}

static bool in_range(const Clocks *clocks, Tick hit_fs)
{
    return hit_fs < PASS_STEP_MAX && clocks->cycle_fs < PASS_STEP_MAX &&
           clocks->last_issue_fs < PASS_TIME_MAX && clocks->last_arrival_fs < PASS_TIME_MAX &&
           clocks->slots.latest_fs < PASS_TIME_MAX &&
           fine_floor(clocks->compute_free) < PASS_TIME_MAX;
}

/*
 * clocks_pass for each.  A write that is taken at once leaves its slot as it is: free by its issue, and so by any later one,
 * which is all that matters of the slot that it would give back.
 */
void core_pass(Core *core)
{
    const FrontStep *steps = core_step(core);
    const Access *accesses = &core->batch.access[core->at];
    const size_t n = core->walked - core->at;
    Clocks *clocks = &core->clocks;
    Pass pass = begin_pass(clocks);
    bool far = !in_range(clocks, core->walker->line.hit_fs);
    size_t i = 0;

    while (i < n && !far) {
        i += pass_some(core, &pass, &accesses[i], &steps[i], n - i);
        if (i == n || !pass_one(core, &pass, &accesses[i], &steps[i], &far))
            break;
        i++;
    }
    end_pass(&pass, clocks);
    core->walker->line.merges += pass.merges;
    clocks->sums.accesses += i;
    core->at += i;
}
