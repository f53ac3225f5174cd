/*
 * core_line - runs of hits on one line, which the core decides itself.  See core_state.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/core_state.h"

enum { RUN_MIN = 4 }; /* hits in a row that are worth the set-up of a run in registers */

/* Whether both have one size, stream and op. */
static inline bool alike(const Access *a, const Access *b)
{
    return a->bytes == b->bytes && a->stream == b->stream && a->op == b->op;
}

/* How many of the accesses, from the first on, which is known to be one, are alike and to the line. */
static uint64_t run_length(const Core *core, const Access *first)
{
    const FrontLine *line = &core->fronts[first->op]->line;
    const Access *const end = &core->batch.access[core->batch.count];
    const uint64_t room = line->bytes - first->bytes;
    const Access *access = first;

    do
        access++;
    while (access < end && access->addr - line->addr <= room && alike(access, first));
    return (uint64_t)(access - first);
}

/* Count n hits of the core's own. */
static void count_run(Core *core, const Access *first, uint64_t n)
{
    core->clocks.sums.accesses += n;
    core->clocks.sums.writes += first->op == ACCESS_WRITE ? n : 0;
    core->stream_bytes[first->stream] += n * first->bytes;
    core->at += n;
}

/* What a run of hits changes of the clocks, and counts of the line: the compiler keeps it in registers. */
typedef struct {
    Slot
        *place; /* the head of the ring of slots, and, as the ring is full, where its end will be */
    Tick next_cycle_fs, last_issue_fs;
    uint32_t issued_in_cycle;
    FineTime compute_free;
    Tick data_fs, begin_fs, given_fs; /* of the last access: data, operations, its slot */
    uint64_t merges, latency_fs;
    uint64_t carries; /* of the latency: 128 bits cost eight instructions more */
} Run;

static inline Run begin_run(const Clocks *clocks)
{
    return (Run){ .place = clocks->slots.ring + clocks->slots.head,
                  .next_cycle_fs = clocks->next_cycle_fs,
                  .last_issue_fs = clocks->last_issue_fs,
                  .issued_in_cycle = clocks->issued_in_cycle,
                  .compute_free = clocks->compute_free };
}

static inline void end_run(const Run *run, Clocks *clocks)
{
    clocks->slots.head = (uint32_t)(run->place - clocks->slots.ring);
    clocks->slots.latest_fs = tick_later(clocks->slots.latest_fs, run->given_fs);
    clocks->next_cycle_fs = run->next_cycle_fs;
    clocks->last_issue_fs = run->last_issue_fs;
    clocks->issued_in_cycle = run->issued_in_cycle;
    clocks->last_arrival_fs = tick_later(clocks->last_arrival_fs, run->data_fs);
    clocks->last_begin_fs = run->begin_fs;
    clocks->compute_free = run->compute_free;
    clocks->sums.latency_fs += fine_from_tick(run->carries) + run->latency_fs;
}

/* With overlap: the operations of an access that was wanted at wanted and has the slot at the place of the run. */
static inline void operate(Run *run, Clocks *clocks, Tick wanted, FineTime cost)
{
    if (run->place->free_fs > wanted && run->place->free_fs > run->place->note)
        clocks_hold(clocks, run->place, wanted);
    if (run->data_fs > fine_floor(run->compute_free)) {
        clocks->sums.starved += fine_from_tick(run->data_fs) - run->compute_free;
        run->compute_free = fine_from_tick(run->data_fs);
    }
    run->begin_fs = fine_ceil(run->compute_free);
    run->compute_free = fine_limit(run->compute_free + cost);
}

/* Give the slot back into its place, as a rule as the latest, and go to the next one. */
static inline void turn_slot(Run *run, Slots *slots, Tick latest_fs)
{
    if (run->given_fs >= latest_fs) {
        *run->place = (Slot){ .free_fs = run->given_fs, .note = run->data_fs };
    } else {
        slots->head = (uint32_t)(run->place - slots->ring);
        slots_take(slots);
        slots_give(slots, run->given_fs, run->data_fs);
    }
    if (++run->place == slots->ring + slots->size)
        run->place = slots->ring;
}

/*
 * A run of hits on one line by alike accesses: front_hit and clocks_pass for each, with everything in registers.  No
 * access is in flight, so the ring of slots is full: a slot is taken at its head, and the new one goes into the same
 * place, which is now its end.
 * It takes a sequential stream of 8-byte reads to 70 million accesses a second; clocks_pass on a copy of the clocks, which
 * the compiler does not keep in registers, gets to 58.
 */
static G_GNUC_NO_INLINE void run_line(Core *core, const Access *access, uint64_t n)
{
    Clocks *clocks = &core->clocks;
    FrontLine *line = &core->fronts[access->op]->line;
    const bool write = access->op == ACCESS_WRITE, overlap = clocks->overlap;
    const FineTime cost =
        fine_scale(core->config.streams[access->stream].cost_per_byte, access->bytes);
    const Tick cycle_fs = clocks->cycle_fs, latest_fs = clocks->slots.latest_fs;
    const uint32_t issue = clocks->issue;
    const Tick ready_fs = line->ready_fs, data_ready_fs = write ? 0 : ready_fs;
    const Tick hit_fs = write ? 0 : line->hit_fs;
    Run run = begin_run(clocks);

    for (uint64_t left = n; left > 0; left--) {
        const Tick wanted = run.issued_in_cycle < issue ? run.last_issue_fs : run.next_cycle_fs;
        const Tick now = tick_later(wanted, run.place->free_fs);

        if (now >= run.next_cycle_fs) {
            run.next_cycle_fs = now + cycle_fs;
            run.issued_in_cycle = 0;
        }
        run.issued_in_cycle++;
        run.last_issue_fs = now;
        run.data_fs = run.begin_fs = tick_later(now + hit_fs, data_ready_fs);
        if (overlap)
            operate(&run, clocks, wanted, cost);
        run.given_fs = write ? now : run.begin_fs;
        turn_slot(&run, &clocks->slots, latest_fs);
        run.carries += __builtin_add_overflow(run.latency_fs, run.data_fs - now, &run.latency_fs);
        run.merges += ready_fs > now;
    }
    end_run(&run, clocks);
    line->merges += run.merges;
    line->writes += write ? n : 0;
    line->reads += write ? 0 : n;
}

/* A few hits, one by one. */
static void pass_line(Core *core, const Access *access, uint64_t n)
{
    FrontLine *line = &core->fronts[access->op]->line;
    const bool write = access->op == ACCESS_WRITE;
    const FineTime cost =
        fine_scale(core->config.streams[access->stream].cost_per_byte, access->bytes);

    for (uint64_t i = 0; i < n; i++) {
        const Tick wanted = clocks_issue_time(&core->clocks);
        const Tick now = tick_later(wanted, slots_first(&core->clocks.slots)->free_fs);
        const Tick data = front_hit(line, write, now);

        clocks_pass(&core->clocks, wanted, now, data, cost, write);
    }
}

void core_hit_line(Core *core, const Access *access)
{
    const uint64_t n = run_length(core, access);

    if (n >= RUN_MIN)
        run_line(core, access, n);
    else
        pass_line(core, access, n);
    count_run(core, access, n);
}
