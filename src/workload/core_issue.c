/*
 * core_issue - the accesses of a core in time: issue, what is in flight, operations.  See core.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>

#include "base/cpu.h"
#include "base/error.h"
#include "workload/core_state.h"

enum { FLIGHTS = 64 }; /* of a block */

static void flight_wakes(Waiter *waiter, Tick when);

/* ---- accesses in flight ---- */

/* Put more flights into the ring, behind one of it or as its first ones. */
static G_GNUC_NO_INLINE Flight *add_flights(Core *core, Flight *behind)
{
    Flight *block = g_aligned_alloc0(FLIGHTS, sizeof *block, HOST_LINE_BYTES);
    Flight *last = &block[FLIGHTS - 1];

    g_ptr_array_add(core->flights, block);
    for (Flight *flight = block; flight <= last; flight++) {
        flight->waiter = (Waiter){ .wake = flight_wakes, .owner = core };
        flight->next = flight + 1;
    }
    last->next = behind ? behind->next : block;
    if (behind)
        behind->next = block;
    return block;
}

void core_make_flights(Core *core)
{
    core->flights = g_ptr_array_new_with_free_func(g_aligned_free);
    core->oldest = core->offered = add_flights(core, NULL);
}

static inline FineTime cost_of(const Core *core, uint32_t stream, uint32_t bytes)
{
    return fine_scale(core->config.streams[stream].cost_per_byte, bytes);
}

/* The flight behind those of the access. */
static inline Flight *flight_behind(const Flight *flight)
{
    Flight *behind = flight->next;

    for (uint32_t i = 1; i < flight->flights; i++)
        behind = behind->next;
    return behind;
}

static void retire_known(Core *core)
{
    for (; core_is_in_flight(core) && core->oldest->known;
         core->oldest = flight_behind(core->oldest)) {
        const Flight *flight = core->oldest;

        clocks_operate(&core->clocks, flight->arrival_fs,
                       cost_of(core, flight->stream, flight->bytes), flight->write, flight->slots);
    }
}

/* ---- issue ---- */

/* The batch is at its end: get the next one.  False at the end of the source. */
static G_GNUC_NO_INLINE bool refill(Core *core, bool offer_first)
{
    core->at = core->walked = 0;
    core->unit = 0;
    if (core_next_units(core, offer_first) || core_next_batch(core))
        return true;
    core->batch.count = 0;
    return false;
}

/* The piece of the access that lies in the first line of what is left of it; made in part if it is not all of it. */
static inline const Access *next_piece(const Core *core, const Access *access, const Stream *stream,
                                       Access *part)
{
    const uint32_t line = stream->split_lines ? core->fronts[access->op]->line_bytes : 0;
    const uint32_t room = line - (((uint32_t)access->addr + core->done) & (line - 1));

    if (core->done == 0 && (!line || access->bytes <= room))
        return access;
    *part = *access;
    part->addr += core->done;
    part->bytes -= core->done;
    if (part->bytes > room)
        part->bytes = room;
    return part;
}

/* When the access is wanted, but for a slot; TICK_PENDING: not known. */
static inline Tick wanted_time(const Core *core, const Access *access, const Stream *stream)
{
    Tick when = clocks_issue_time(&core->clocks);

    if (core->source->timed)
        when = tick_later(when, core->start_fs + core->batch.not_before[core->at]);
    if (stream->dependent) {
        const Last *last = &core->last[access->stream];

        if (last->flight)
            return TICK_PENDING;
        when = tick_later(when, last->arrival_fs);
    }
    return when;
}

static G_GNUC_NO_INLINE void wait_until(Core *core, Tick when)
{
    const Tick now = core->sim->now;

    core->state = WAIT_EVENT;
    core->wake_fs = tick_later(when, now);
    if (when <= now + core->clocks.cycle_fs)
        sim_at_in(core->sim, SIM_STEP, core->wake_fs, &core->event);
    else
        sim_at(core->sim, core->wake_fs, &core->event);
    /* What it will look at then; of many cores the host has not kept it. */
    __builtin_prefetch(&core->batch.access[core->at]);
    __builtin_prefetch(core->offered, 1);
    if (core->clocks.by_runs)
        __builtin_prefetch(slotruns_at(&core->clocks.runs, 0));
}

/* The first piece of several has been issued: the access behind it comes soon. */
static inline void announce_next(const Core *core, const Access *access)
{
    Front *front = core->fronts[access->op];

    if (front->ops->soon && core->at + 2 < core->batch.count)
        front->ops->soon(front, access[1].addr, access[2].addr);
}

void core_track_flight(Core *core)
{
    Flight *flight = core->offered;

    if (flight->next == core->oldest)
        add_flights(core, flight);
    core->offered = flight->next;
}

/* Its data or those of an access before it are not known yet: account for it later. */
static G_GNUC_NO_INLINE void track_flight(Core *core, const Access *piece, uint16_t slots,
                                          const FrontAnswer *answer)
{
    Flight *flight = core->offered;

    flight->issued_fs = answer->issued_fs;
    flight->known = answer->data_fs != TICK_PENDING;
    flight->arrival_fs = flight->known ? answer->data_fs : answer->earliest_fs;
    flight->bytes = piece->bytes;
    flight->slots = slots;
    flight->stream = piece->stream;
    flight->write = access_writes(piece->op);
    flight->flights = 1;
    core_track_flight(core);
}

/* The access is issued, and its data are there at a known time or not. */
static inline void account(Core *core, const Access *piece, const Stream *stream, Tick wanted,
                           const FrontAnswer *answer)
{
    Clocks *clocks = &core->clocks;
    const bool write = access_writes(piece->op);
    const FineTime cost = cost_of(core, piece->stream, piece->bytes);
    const Tick issued = answer->issued_fs, data = answer->data_fs;
    const bool known = data != TICK_PENDING;

    if (stream->dependent)
        core->last[piece->stream] =
            (Last){ .arrival_fs = data, .flight = known ? NULL : core->offered };
    if (known && !core_is_in_flight(core) && clocks->windowed) {
        clocks_pass(clocks, wanted, issued, data, cost, write);
        return;
    }
    clocks_issue(clocks, wanted, issued, 1);
    if (known)
        clocks_arrive(clocks, issued, data, write, 1);
    if (known && !core_is_in_flight(core))
        clocks_operate(clocks, data, cost, write, 1);
    else
        track_flight(core, piece, 1, answer);
}

/* Offer a piece of the access to the front; what was decided ahead is settled. */
static inline FrontStatus ask_front(Core *core, const Access *piece, Tick now, Grant grant,
                                    FrontAnswer *answer)
{
    Front *front = core->fronts[piece->op];
    Waiter *waiter = &core->offered->waiter;

    if (core_is_ahead(core))
        return front->ops->settle(front, piece, core_step(core), now, grant, waiter, answer);
    return front->ops->access(front, piece, now, grant, waiter, answer);
}

/* Offer a piece of the access; rest: one of what threads ask for together has been issued.  False when the core has to wait
 * (state says for what). */
static inline bool offer(Core *core, const Access *piece, Tick earliest, bool rest,
                         FrontAnswer *answer)
{
    Flight *flight = core->offered;
    const Tick now = tick_later(earliest, core->sim->now);
    const bool granted = core->granted && now == core->sim->now;
    const Grant grant = granted ? GRANT_NOW : rest ? GRANT_REST : GRANT_NONE;

    flight->known = false;
    core->granted = false;
    switch (ask_front(core, piece, now, grant, answer)) {
    case FRONT_YIELD:
        wait_until(core, answer->issued_fs);
        return false;
    case FRONT_BLOCKED:
        core->state = WAIT_FRONT;
        return false;
    case FRONT_TAKEN:
        break;
    }
    if (answer->data_fs == TICK_PENDING && flight->known)
        answer->data_fs = tick_later(flight->arrival_fs, answer->earliest_fs);
    return true;
}

/* The clock has left its range: the point fails. */
static void out_of_time(Core *core)
{
    g_set_error(
        &core->error, MEMSIM_ERROR, MEMSIM_ERROR_RUN,
        "simulated time passes 9223 s, the range of the clock; use fewer accesses, less latency or "
        "more bandwidth");
    core->state = FINISHED;
}

/* Operations that no data feed, in order with those of the accesses around them; they take no slot. */
static G_GNUC_NO_INLINE void compute_only(Core *core, const Access *access)
{
    const Tick issued = core->clocks.last_issue_fs;
    const FrontAnswer answer = { .issued_fs = issued, .data_fs = issued };
    Access posted = *access;

    posted.op = ACCESS_WRITE; /* gives no slot back */
    if (core_is_in_flight(core))
        track_flight(core, &posted, 0, &answer);
    else
        clocks_operate(&core->clocks, issued, cost_of(core, access->stream, access->bytes), true,
                       0);
    core->stream_bytes[access->stream] += access->bytes;
    core->at++;
}

/* What goes to no front. */
static inline void ask_nothing(Core *core, const Access *access)
{
    if (access->op == ACCESS_OPERATE) {
        compute_only(core, access);
    } else {
        core_begin_block(core, access->bytes);
        core->at++;
    }
}

/* Nothing can be issued: data or slots are awaited, or the clock has left its range. */
static void wait_for_data(Core *core, Tick wanted, uint32_t slots)
{
    core->state = WAIT_DATA;
    core->awaited_slots = slots;
    if (wanted >= TICK_LIMIT && wanted != TICK_PENDING)
        out_of_time(core);
}

/* When so many slots are free for the access that is offered; TICK_PENDING: not known. */
static inline Tick slot_time(const Core *core, const Access *access, uint32_t slots)
{
    return core->clocks.by_runs ? core_slot_time(core, access, slots)
                                : clocks_slot_time(&core->clocks, slots);
}

/* Whether it may yet come to be known that slots are free before that time. */
static inline bool slot_may_come_earlier(const Core *core, Tick wanted, Tick slot)
{
    return slot > wanted && slot > core->sim->now && slot >= sim_next(core->sim) &&
           clocks_await_slots(&core->clocks);
}

static void wait_for_slot(Core *core, Tick slot, uint32_t slots)
{
    wait_until(core, slot);
    core->state = WAIT_SLOT;
    core->awaited_slots = slots;
}

/* The piece has been taken: account for it, and go on to the rest of the access. */
static inline void issued(Core *core, const Access *access, const Access *piece, Tick wanted,
                          uint32_t slots, FrontAnswer *answer)
{
    const bool together = core->clocks.by_runs;

    if (G_UNLIKELY(together))
        core_account_piece(core, access, piece, wanted, slots, answer);
    else
        account(core, piece, &core->config.streams[access->stream], wanted, answer);
    if (core->done == 0 && piece->bytes < access->bytes)
        announce_next(core, access);
    core_count_pieces(core, access, 1, piece->bytes);
    if (together && core->done > 0 && answer->open)
        core_take_rest(core, access, answer);
}

static void run(Core *core)
{
    const bool together = core->clocks.by_runs;
    bool first = true; /* the grant of the event is for the first access: it is offered */
    Access part;
    FrontAnswer answer = { .open = NULL };

    core->state = RUNNING;
    for (;;) {
        if (core->at == core->batch.count && !refill(core, first)) {
            core->state = FINISHED;
            return;
        }
        const Access *access = &core->batch.access[core->at];

        if (!access_asks(access->op)) {
            ask_nothing(core, access);
            continue;
        }
        if (!core_is_ahead(core)) {
            if (!first && core_at_line(core, access)) {
                core_hit_line(core, access);
                continue;
            }
            core_walk(core);
        }
        if (!first && core_may_pass(core)) {
            core_pass(core);
            if (!core_is_ahead(core))
                continue;
            access = &core->batch.access[core->at];
        }
        first = false;
        const Stream *stream = &core->config.streams[access->stream];
        const Access *piece = next_piece(core, access, stream, &part);
        const bool rest = together && core->done > 0;
        const uint32_t slots = rest ? 0 : together ? core_slots_of(core, access) : 1;
        const Tick wanted =
            rest ? clocks_issue_time(&core->clocks) : wanted_time(core, access, stream);
        const Tick slot = rest ? 0 : slot_time(core, access, slots);

        if (wanted >= TICK_LIMIT || slot == TICK_PENDING) {
            wait_for_data(core, wanted, slots);
            return;
        }
        if (slot_may_come_earlier(core, wanted, slot)) {
            wait_for_slot(core, slot, slots);
            return;
        }
        if (G_UNLIKELY(together))
            core_prepare_piece(core);
        if (!offer(core, piece, tick_later(wanted, slot), rest, &answer))
            return;
        issued(core, access, piece, wanted, slots, &answer);
    }
}

void core_fires(Event *event, Tick now)
{
    Core *core = event->owner;

    if ((core->state != WAIT_EVENT && core->state != WAIT_SLOT) || now != core->wake_fs)
        return; /* the core has been woken before it */
    core->granted = true;
    run(core);
}

void core_offer_wakes(Core *core, Tick when)
{
    Flight *flight = core->offered;

    if (core->state == WAIT_FRONT) {
        wait_until(core, core->sim->now);
    } else { /* told while the offer is being made */
        flight->arrival_fs = when;
        flight->known = true;
    }
}

void core_flight_known(Core *core, Flight *flight, Tick arrival)
{
    flight->known = true;
    flight->arrival_fs = arrival;
    clocks_arrive(&core->clocks, flight->issued_fs, arrival, flight->write, flight->slots);
    if (core->last[flight->stream].flight == flight)
        core->last[flight->stream] = (Last){ .arrival_fs = arrival };
    retire_known(core);
}

/* The slot that the core waits for may be another one now. */
static void wait_for_earlier_slot(Core *core)
{
    const Tick slot = slot_time(core, &core->batch.access[core->at], core->awaited_slots);

    if (slot < core->wake_fs && core->wake_fs > core->sim->now)
        wait_for_slot(core, slot, core->awaited_slots);
}

void core_data_known(Core *core)
{
    if (core->state == WAIT_DATA &&
        (!core->clocks.by_runs || core->clocks.runs.known >= core->awaited_slots))
        wait_until(core, core->sim->now);
    else if (core->state == WAIT_SLOT)
        wait_for_earlier_slot(core);
}

/* The front tells a time: of an access in flight, or that an offer may be made again. */
static void flight_wakes(Waiter *waiter, Tick when)
{
    Flight *flight = (Flight *)waiter;
    Core *core = waiter->owner;

    if (flight == core->offered) {
        core_offer_wakes(core, when);
        return;
    }
    core_flight_known(core, flight, tick_later(when, flight->arrival_fs));
    core_data_known(core);
}
