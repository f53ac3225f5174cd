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
#define PASS_TIME_MAX (TICK_LIMIT / 4)
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

/* What accesses in a row change of the clocks: the compiler keeps it in registers. */
typedef struct {
    Slot
        *place; /* the head of the ring of slots, and, as the ring is full, where its end will be */
    Tick next_cycle_fs, last_issue_fs;
    uint32_t issued_in_cycle;
    Tick latest_fs; /* of the slots */
    FineTime compute_free, costs;
    Tick arrival_fs, begin_fs;    /* the latest; of the last access */
    FineTime latency_fs, held_fs; /* whole femtoseconds */
    uint64_t merges;
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
    if (clocks->overlap)
        clocks->sums.starved += pass->compute_free - clocks->compute_free - pass->costs;
    clocks->compute_free = fine_limit(pass->compute_free);
}

/* Accesses in a row of one stream and size. */
typedef struct {
    uint32_t bytes;
    uint16_t stream;
    FineTime cost;
    uint64_t n;
} Kind;

static inline void count_kind(Core *core, Pass *pass, Kind *kind)
{
    core->stream_bytes[kind->stream] += kind->n * kind->bytes;
    pass->costs += kind->cost * kind->n;
    kind->n = 0;
}

/* The kind of an access.  False when its operations take too long to go on like this. */
static inline bool change_kind(Core *core, Pass *pass, Kind *kind, const Access *access)
{
    count_kind(core, pass, kind);
    kind->bytes = access->bytes;
    kind->stream = access->stream;
    kind->cost = fine_scale(core->config.streams[access->stream].cost_per_byte, access->bytes);
    return fine_floor(kind->cost) < PASS_STEP_MAX;
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
    const Slot slot = *pass->place;

    if (slot.free_fs > wanted && slot.free_fs > slot.note)
        pass->held_fs += slot.free_fs - tick_later(wanted, slot.note);
    const FineTime begin = fine_later(data, pass->compute_free);

    pass->begin_fs = fine_ceil(begin);
    pass->compute_free = begin + cost;
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
    if (++pass->place == slots->ring + slots->size)
        pass->place = slots->ring;
}

static bool in_range(const Clocks *clocks, Tick hit_fs)
{
    return hit_fs < PASS_STEP_MAX && clocks->last_issue_fs < PASS_TIME_MAX &&
           clocks->cycle_fs < PASS_STEP_MAX && clocks->last_arrival_fs < PASS_TIME_MAX &&
           clocks->slots.latest_fs < PASS_TIME_MAX &&
           fine_floor(clocks->compute_free) < PASS_TIME_MAX;
}

/*
 * clocks_pass for each, with everything in registers.  A write that is taken at once leaves its slot as it is: free by its
 * issue, and so by any later one, which is all that matters of the slot that it would give back.
 */
void core_pass(Core *core)
{
    Clocks *clocks = &core->clocks;
    const Access *access = &core->batch.access[core->at];
    const Access *end = &core->batch.access[core->walked];
    const FrontStep *step = core_step(core);
    Front *front = core->walker;
    const Tick *ready_fs = front->ready_fs;
    const Tick hit_fs = front->line.hit_fs;
    const uint32_t issue = clocks->issue;
    const bool overlap = clocks->overlap;
    uint64_t writes = 0;
    Pass pass = begin_pass(clocks);
    Kind kind = { 0 };

    if (!in_range(clocks, hit_fs) || !change_kind(core, &pass, &kind, access))
        return;
    for (; access < end; access++, step++) {
        if ((access->stream != kind.stream || access->bytes != kind.bytes) &&
            !change_kind(core, &pass, &kind, access))
            break;
        const bool write = access->op == ACCESS_WRITE;
        const Tick wanted = pass.issued_in_cycle < issue ? pass.last_issue_fs : pass.next_cycle_fs;
        Tick issued = tick_later(wanted, pass.place->free_fs), ready;

        if (step->depth == 0) {
            ready = ready_fs[step->place];
            if (ready >= PASS_TIME_MAX) /* or not known */
                break;
            pass.merges += ready > issued;
        } else {
            ready = front->ops->fetch(front, access, step, issued, &issued);
            if (ready == TICK_PENDING)
                break;
            if (ready >= PASS_TIME_MAX)
                end = access + 1;
        }
        const Tick data = write ? issued : tick_later(issued + hit_fs, ready);

        kind.n++;
        writes += write;
        count_issue(&pass, clocks, issued);
        pass.latency_fs += data - issued;
        pass.arrival_fs = tick_later(pass.arrival_fs, data);
        if (overlap)
            operate(&pass, wanted, data, kind.cost);
        if (!write)
            turn_slot(&pass, &clocks->slots, overlap ? pass.begin_fs : data, data);
    }
    count_kind(core, &pass, &kind);
    end_pass(&pass, clocks);
    front->line.merges += pass.merges;
    clocks->sums.writes += writes;
    clocks->sums.accesses += (uint64_t)(access - &core->batch.access[core->at]);
    core->at = (size_t)(access - core->batch.access);
}
