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

/* Accesses of the unit that begins at the access at hand; 0: none does. */
static inline uint32_t unit_at(const Core *core)
{
    return core->unit > 0 && core->at % core->unit == 0 ? core->unit : 0;
}

void core_walk(Core *core)
{
    const size_t left = core->batch.count - core->at;

    if (core->rest > 0) {
        core->rest--;
        return;
    }
    if (!core->walker || core->done > 0)
        return;
    const size_t n =
        core->walker->ops->walk(core->walker, &core->batch.access[core->at],
                                MIN(left, (size_t)FRONT_AHEAD), unit_at(core), core->steps);

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
    bool far; /* out of the range that passes are for */
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
    clocks->slots.head = (uint32_t)(pass->place - clocks->slots.ring);
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

/* Find out what the operations of accesses like this one take.  False when that is too long to go on like this. */
static G_GNUC_NO_INLINE bool learn_cost(Core *core, const Access *access)
{
    StreamCost *known = &core->costs[access->stream];

    known->cost = fine_scale(core->config.streams[access->stream].cost_per_byte, access->bytes);
    known->bytes = fine_floor(known->cost) < CORE_STEP_MAX ? access->bytes : 0;
    return known->bytes > 0;
}

static inline bool knows_cost(Core *core, const Access *access)
{
    return G_LIKELY(core->costs[access->stream].bytes == access->bytes) || learn_cost(core, access);
}

/* Whether both have one stream and size. */
static inline bool are_alike(const Access *a, const Access *b)
{
    return a->bytes == b->bytes && a->stream == b->stream;
}

static inline void count_issue(Pass *pass, const Clocks *clocks, Tick issued)
{
    if (issued >= pass->next_cycle_fs) {
        pass->next_cycle_fs = issued + clocks->cycle_fs;
        pass->issued_in_cycle = 0;
    }
    pass->issued_in_cycle++;
    pass->last_issue_fs = issued;
}

/* With overlap: operations follow on those before, once their data are there. */
static inline void operate(Pass *pass, Tick wanted, Tick data, FineTime cost)
{
    const Slot *slot = pass->place;

    if (slot->free_fs > wanted && slot->free_fs > slot->note)
        pass->held_fs += slot->free_fs - tick_later(wanted, slot->note);
    if (data > fine_floor(pass->compute_free))
        pass->compute_free = fine_from_tick(data);
    pass->begin_fs = fine_ceil(pass->compute_free);
    pass->compute_free += cost;
    pass->costs += cost;
}

/* Whether the slots of reads that hit are given back as the latest ones. */
static inline bool slots_in_order(const Pass *pass, Tick hit_fs, bool overlap)
{
    return pass->last_issue_fs + hit_fs >= pass->latest_fs ||
           (overlap && fine_floor(pass->compute_free) >= pass->latest_fs);
}

/* The pass after n hits in a row, of which writes do not give their slot back as the latest. */
static inline void end_hits(Pass *pass, const Slots *slots, uint64_t n, uint64_t writes,
                            Tick hit_fs)
{
    const uint64_t reads = n - writes;
    const Slot *place = pass->place;

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
    FineTime cost = core->costs[first->stream].cost;
    Pass at = *pass;
    uint64_t writes = 0;
    size_t i = 0;

    for (; i < n && steps[i].depth == 0; i++) {
        if (alike && !are_alike(&first[i], first))
            break;
        if (!alike) {
            const StreamCost *known = &core->costs[first[i].stream];

            if (known->bytes != first[i].bytes)
                break;
            cost = known->cost;
        }
        const Tick wanted =
            at.issued_in_cycle < clocks->issue ? at.last_issue_fs : at.next_cycle_fs;
        const Tick issued = tick_later(wanted, at.place->free_fs);
        const Tick data = issued + (steps[i].write ? 0 : hit_fs);

        if (ready_fs[steps[i].place] > issued)
            break;
        count_issue(&at, clocks, issued);
        if (overlap)
            operate(&at, wanted, data, cost);
        if (!alike)
            core->stream_bytes[first[i].stream] += first[i].bytes;
        if (steps[i].write) {
            writes++;
            continue;
        }
        *at.place = (Slot){ .free_fs = overlap ? at.begin_fs : data, .note = data };
        if (++at.place == ring_end)
            at.place = slots->ring;
    }
    if (alike)
        core->stream_bytes[first->stream] += i * first->bytes;
    end_hits(&at, slots, i, writes, hit_fs);
    *pass = at;
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

/* Put the slot of a read in before those that are free later. */
static G_GNUC_NO_INLINE void sort_in(Slots *slots, const Slot *place, Tick latest_fs, Slot slot)
{
    slots->head = (uint32_t)(place - slots->ring);
    slots->latest_fs = latest_fs;
    slots_take(slots);
    slots_give(slots, slot.free_fs, slot.note);
}

/* Give the slot of a read back into its place, as a rule as the latest, and go to the next one. */
static inline void turn_slot(Pass *pass, Slots *slots, const Slot *ring_end, Slot slot)
{
    if (G_LIKELY(slot.free_fs >= pass->latest_fs)) {
        pass->latest_fs = slot.free_fs;
        *pass->place = slot;
    } else {
        sort_in(slots, pass->place, pass->latest_fs, slot);
    }
    if (++pass->place == ring_end)
        pass->place = slots->ring;
}

/* Accesses in a row, up to one whose time is not known or whose operations take too long. */
static inline __attribute__((always_inline)) size_t any_in_row(Core *core, Pass *pass,
                                                               const Access *accesses,
                                                               const FrontStep *steps, size_t n,
                                                               Known *known, bool overlap)
{
    Clocks *clocks = &core->clocks;
    Front *front = core->walker;
    Slot *const ring_end = clocks->slots.ring + clocks->slots.size;
    const Tick *ready_fs = front->ready_fs;
    const Tick hit_fs = front->line.hit_fs;
    const Access *access = accesses, *end = accesses + n;
    const FrontStep *step = steps;
    Pass at = *pass;

    for (; access < end; access++, step++) {
        const StreamCost *cost = &core->costs[access->stream];
        const Tick wanted =
            at.issued_in_cycle < clocks->issue ? at.last_issue_fs : at.next_cycle_fs;
        Tick issued = tick_later(wanted, at.place->free_fs), ready;

        if (G_UNLIKELY(cost->bytes != access->bytes) && !learn_cost(core, access))
            break;
        if (step->depth == 0) {
            ready = ready_fs[step->place];
            if (ready >= CORE_TIME_MAX) /* or not known */
                break;
            at.merges += ready > issued;
        } else {
            Tick taken_fs;

            ready = front->ops->fetch(front, access, step, issued, &taken_fs);
            if (ready >= CORE_TIME_MAX) {
                if (ready == TICK_PENDING)
                    break;
                at.far = true;
                end = access + 1;
            }
            issued = taken_fs;
        }
        const Tick data = step->write ? issued : tick_later(issued + hit_fs, ready);

        if (known)
            *known++ = (Known){ .issued_fs = issued, .ready_fs = ready, .depth = step->depth };
        count_issue(&at, clocks, issued);
        at.latency_fs += data - issued;
        at.arrival_fs = tick_later(at.arrival_fs, data);
        core->stream_bytes[access->stream] += access->bytes;
        if (overlap)
            operate(&at, wanted, data, cost->cost);
        if (step->write)
            at.writes++;
        else
            turn_slot(&at, &clocks->slots, ring_end,
                      (Slot){ .free_fs = overlap ? at.begin_fs : data, .note = data });
    }
    *pass = at;
    return (size_t)(access - accesses);
}

static G_GNUC_NO_INLINE size_t pass_any(Core *core, Pass *pass, const Access *accesses,
                                        const FrontStep *steps, size_t n)
{
    if (core->clocks.overlap)
        return any_in_row(core, pass, accesses, steps, n, NULL, true);
    return any_in_row(core, pass, accesses, steps, n, NULL, false);
}

static G_GNUC_NO_INLINE size_t pass_known(Core *core, Pass *pass, const Access *accesses,
                                          const FrontStep *steps, size_t n, Known *known)
{
    if (core->clocks.overlap)
        return any_in_row(core, pass, accesses, steps, n, known, true);
    return any_in_row(core, pass, accesses, steps, n, known, false);
}

/* Hits that are usual, if they are worth the set-up. */
static inline size_t pass_some(Core *core, Pass *pass, const Access *first, const FrontStep *steps,
                               size_t n)
{
    if (n < 4 || (steps[0].depth | steps[1].depth | steps[2].depth | steps[3].depth) != 0 ||
        !slots_in_order(pass, core->walker->line.hit_fs, core->clocks.overlap) ||
        !knows_cost(core, first))
        return 0;
    if (are_alike(&first[1], first) && are_alike(&first[2], first))
        return pass_alike(core, pass, first, steps, n);
    return pass_hits(core, pass, first, steps, n);
}

static void count_pass(Core *core, const Pass *pass, size_t n)
{
    end_pass(pass, &core->clocks);
    core->walker->line.merges += pass->merges;
    core->clocks.sums.accesses += n;
}

/*
 * clocks_pass for each.  A write that is taken at once leaves its slot as it is: free by its issue, and so by any later one,
 * which is all that matters of the slot that it would give back.
 */
size_t core_pass_row(Core *core, const Access *accesses, const FrontStep *steps, size_t n)
{
    Clocks *clocks = &core->clocks;
    Pass pass = begin_pass(clocks);
    size_t i = 0;

    while (i < n && !pass.far) {
        i += pass_some(core, &pass, &accesses[i], &steps[i], n - i);
        const size_t more = pass_any(core, &pass, &accesses[i], &steps[i], n - i);

        if (more == 0)
            break;
        i += more;
    }
    count_pass(core, &pass, i);
    return i;
}

size_t core_pass_known(Core *core, const Access *accesses, const FrontStep *steps, size_t n,
                       Known *known)
{
    Pass pass = begin_pass(&core->clocks);
    const size_t passed = pass_known(core, &pass, accesses, steps, n, known);

    count_pass(core, &pass, passed);
    return passed;
}
