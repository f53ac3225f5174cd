/*
 * core - issue and compute.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/core.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "mem/slots.h"

/* An access whose data or operations are not accounted for yet. */
typedef struct Flight Flight;
struct Flight {
    Waiter waiter; /* first: what the front tells */
    Core *core;
    Flight *next;
    Tick issued_fs;
    Tick arrival_fs;  /* TICK_PENDING: not known yet */
    Tick earliest_fs; /* not before this, whatever is told */
    FineTime cost;
    uint16_t stream;
    bool write;
};

typedef enum { RUNNING, WAIT_EVENT, WAIT_FRONT, WAIT_DATA, FINISHED } CoreState;

/* Of the access before in a stream: when its data are there. */
typedef struct {
    Tick arrival_fs;
    const Flight *flight; /* while arrival is not known */
} Last;

struct Core {
    CoreConfig config;
    Front *front;
    Sim *sim;
    Event event;
    CoreState state;
    bool granted; /* the event fires now: one offer may be decided at this time */
    AccessSource *source;
    GError *error;
    Tick start_fs; /* of the phase */

    Access access; /* what is left of the access that is offered */
    Tick not_before_fs;
    Batch batch;
    size_t at;

    Tick cycle_fs, cycle_start_fs; /* issue: the current cycle */
    uint32_t issued_in_cycle;
    Slots slots; /* the note is when the data had arrived */
    Last *last;  /* [n_streams] */
    uint64_t *stream_bytes; /* [n_streams], requested */
    Tick last_arrival_fs;

    FineTime compute_free;
    Flight *oldest, **newest; /* in order of issue */
    Flight *offered;          /* goes with the offer to the front */
    Flight *spare;            /* recycled */
    GPtrArray *flights;       /* all ever made */
    CoreStats stats;
    FineTime phase_cost; /* of all operations of the phase */
    Tick backlog_fs;     /* from the last arrival until the last operations began */
};

static void core_fires(Event *event, Tick now);
static void flight_wakes(Waiter *waiter, Tick when);

static Tick later(Tick a, Tick b)
{
    return a > b ? a : b;
}

Core *core_new(const CoreConfig *config, Front *front, Sim *sim)
{
    Core *core = g_new0(Core, 1);

    core->config = *config;
    core->front = front;
    core->sim = sim;
    core->event = (Event){ .fire = core_fires, .owner = core };
    core->state = FINISHED;
    core->cycle_fs = tick_period(config->clock_Hz);
    if (config->window)
        slots_init(&core->slots, config->window);
    core->last = g_new0(Last, config->n_streams);
    core->stream_bytes = g_new0(uint64_t, config->n_streams);
    core->newest = &core->oldest;
    core->flights = g_ptr_array_new_with_free_func(g_free);
    return core;
}

void core_free(Core *core)
{
    if (!core)
        return;
    slots_clear(&core->slots);
    g_free(core->last);
    g_free(core->stream_bytes);
    g_ptr_array_unref(core->flights);
    g_clear_error(&core->error);
    g_free(core);
}

void core_start(Core *core, AccessSource *source, Tick start)
{
    assert(core->state == FINISHED && !core->oldest);
    core->source = source;
    core->start_fs = start;
    core->batch.count = core->at = 0;
    core->access.bytes = 0;
    core->cycle_start_fs = start;
    core->issued_in_cycle = 0;
    core->last_arrival_fs = start;
    core->compute_free = fine_from_tick(start);
    core->backlog_fs = 0;
    core->phase_cost = 0;
    memset(core->last, 0, core->config.n_streams * sizeof *core->last);
    core->state = WAIT_EVENT;
    sim_at(core->sim, start, &core->event);
}

const GError *core_error(const Core *core)
{
    return core->error;
}

Tick core_end(const Core *core)
{
    return later(core->last_arrival_fs, fine_ceil(core->compute_free));
}

Tick core_finish(Core *core, Tick drained)
{
    if (core->config.overlap) {
        core->stats.held += fine_from_tick(core->backlog_fs);
        return core_end(core);
    }
    return fine_ceil(fine_limit(fine_from_tick(drained) + core->phase_cost));
}

const CoreStats *core_stats(const Core *core)
{
    return &core->stats;
}

void core_reset_stats(Core *core)
{
    core->stats = (CoreStats){ 0 };
    memset(core->stream_bytes, 0, core->config.n_streams * sizeof *core->stream_bytes);
}

uint64_t core_stream_bytes(const Core *core, uint32_t stream)
{
    return core->stream_bytes[stream];
}

/* ---- operations ---- */

static void give_slot(Core *core, Tick free_fs, Tick arrival)
{
    if (core->config.window)
        slots_give(&core->slots, free_fs, arrival);
}

/* The operations of the next access in order, whose data arrive at arrival.  A read gives its slot back when they
 * begin; a write has done so. */
static void retire(Core *core, Tick arrival, FineTime cost, bool write)
{
    const FineTime there = fine_from_tick(arrival);

    core->last_arrival_fs = later(core->last_arrival_fs, arrival);
    core->stats.busy += cost;
    core->phase_cost += cost;
    if (!core->config.overlap) {
        if (!write)
            give_slot(core, arrival, arrival);
        return;
    }
    if (there > core->compute_free) {
        core->stats.starved += there - core->compute_free;
        core->compute_free = there;
    }
    const Tick begin = fine_ceil(core->compute_free);

    core->backlog_fs = begin > core->last_arrival_fs ? begin - core->last_arrival_fs : 0;
    core->compute_free = fine_limit(core->compute_free + cost);
    if (!write)
        give_slot(core, begin, arrival);
}

/* The flight that goes with the next offer. */
static Flight *offered_flight(Core *core)
{
    if (core->offered)
        return core->offered;
    Flight *flight = core->spare;

    if (flight) {
        core->spare = flight->next;
    } else {
        flight = g_new0(Flight, 1);
        flight->core = core;
        flight->waiter = (Waiter){ .wake = flight_wakes, .owner = flight };
        g_ptr_array_add(core->flights, flight);
    }
    return core->offered = flight;
}

static void retire_known(Core *core)
{
    while (core->oldest && core->oldest->arrival_fs != TICK_PENDING) {
        Flight *flight = core->oldest;

        core->oldest = flight->next;
        if (!core->oldest)
            core->newest = &core->oldest;
        retire(core, flight->arrival_fs, flight->cost, flight->write);
        flight->next = core->spare;
        core->spare = flight;
    }
}

/* ---- issue ---- */

/* The earliest time that cycles allow. */
static Tick issue_time(const Core *core)
{
    if (core->config.issue == 0 || core->issued_in_cycle < core->config.issue)
        return core->cycle_start_fs;
    return core->cycle_start_fs + core->cycle_fs;
}

static void note_issue(Core *core, Tick now)
{
    if (now >= core->cycle_start_fs + core->cycle_fs || core->config.issue == 0) {
        core->cycle_start_fs = now;
        core->issued_in_cycle = 0;
    }
    core->issued_in_cycle++;
}

/* Make sure that an access is there.  False at the end of the source. */
static bool load_access(Core *core)
{
    if (core->access.bytes > 0)
        return true;
    if (core->at == core->batch.count) {
        core->at = 0;
        if (!source_next(core->source, &core->batch, &core->error)) {
            core->batch.count = 0;
            return false;
        }
    }
    core->access = core->batch.access[core->at];
    core->not_before_fs = core->source->timed ? core->batch.not_before[core->at] : 0;
    core->at++;
    return true;
}

/* The piece of the access that lies in its first line. */
static Access first_piece(const Core *core, const Stream *stream)
{
    const uint32_t line = core->front->line_bytes;
    Access piece = core->access;

    if (line && stream->split_lines) {
        const uint32_t room = line - ((uint32_t)piece.addr & (line - 1));

        if (piece.bytes > room)
            piece.bytes = room;
    }
    return piece;
}

/* When the access is wanted, but for a slot; TICK_PENDING: not known. */
static Tick wanted_time(const Core *core, const Stream *stream)
{
    Tick when = issue_time(core);

    if (core->source->timed)
        when = later(when, core->start_fs + core->not_before_fs);
    if (stream->dependent) {
        const Last *last = &core->last[core->access.stream];

        if (last->flight)
            return TICK_PENDING;
        when = later(when, last->arrival_fs);
    }
    return when;
}

static void wait_until(Core *core, Tick when)
{
    core->state = WAIT_EVENT;
    sim_at(core->sim, later(when, core->sim->now), &core->event);
}

/* Count a piece of the access and go on to the rest. */
static void count_piece(Core *core, const Access *piece)
{
    const bool write = piece->op == ACCESS_WRITE;

    core->stats.accesses++;
    core->stats.reads += !write;
    core->stats.writes += write;
    core->stats.requested_bytes += piece->bytes;
    core->stream_bytes[piece->stream] += piece->bytes;
    core->access.addr += piece->bytes;
    core->access.bytes -= piece->bytes;
}

/* Slot and issue of an access that the front has taken; held back by compute if its slot waited for operations. */
static void account_issue(Core *core, const Access *piece, Tick wanted, Tick issued)
{
    if (core->config.window) {
        const Slot slot = slots_take(&core->slots);
        const Tick from = later(wanted, slot.note);

        if (core->config.overlap && slot.free_fs > from)
            core->stats.held += fine_from_tick(slot.free_fs - from);
    }
    note_issue(core, issued);
    count_piece(core, piece);
}

/* The time of a write's arrival is known: its slot is free; of anything: its latency counts. */
static void account_arrival(Core *core, Tick issued, Tick arrival, bool write)
{
    core->stats.latency_fs += arrival - issued;
    if (write)
        give_slot(core, arrival, arrival);
}

/* Its data or those of an access before it are not known yet: account for it later. */
static void track_flight(Core *core, const Access *piece, FineTime cost, Tick data,
                         const FrontAnswer *answer)
{
    Flight *flight = core->offered;

    core->offered = NULL;
    flight->next = NULL;
    flight->issued_fs = answer->issued_fs;
    flight->arrival_fs = data;
    flight->earliest_fs = answer->earliest_fs;
    flight->cost = cost;
    flight->stream = piece->stream;
    flight->write = piece->op == ACCESS_WRITE;
    *core->newest = flight;
    core->newest = &flight->next;
}

static void account_data(Core *core, const Access *piece, const Stream *stream,
                         const FrontAnswer *answer)
{
    const bool write = piece->op == ACCESS_WRITE;
    const FineTime cost = fine_scale(stream->cost_per_byte, piece->bytes);
    Tick data = answer->data_fs;

    if (data == TICK_PENDING && core->offered->arrival_fs != TICK_PENDING)
        data = later(core->offered->arrival_fs, answer->earliest_fs);
    core->last[piece->stream] =
        (Last){ .arrival_fs = data, .flight = data == TICK_PENDING ? core->offered : NULL };
    if (data != TICK_PENDING)
        account_arrival(core, answer->issued_fs, data, write);
    if (data != TICK_PENDING && !core->oldest)
        retire(core, data, cost, write);
    else
        track_flight(core, piece, cost, data, answer);
}

/* Offer the next access.  False when the core has to wait (state says for what). */
static bool offer(Core *core, const Access *piece, const Stream *stream, Tick wanted, Tick now)
{
    FrontAnswer answer;
    Flight *flight = offered_flight(core);
    const bool granted = core->granted && now <= core->sim->now;

    flight->arrival_fs = TICK_PENDING;
    core->granted = false;
    switch (core->front->ops->access(core->front, piece, now, granted, &flight->waiter, &answer)) {
    case FRONT_YIELD:
        wait_until(core, answer.issued_fs);
        return false;
    case FRONT_BLOCKED:
        core->state = WAIT_FRONT;
        return false;
    case FRONT_TAKEN:
        break;
    }
    account_issue(core, piece, wanted, answer.issued_fs);
    account_data(core, piece, stream, &answer);
    return true;
}

/* The clock has left its range: the point fails. */
static void out_of_time(Core *core)
{
    g_set_error(&core->error, MEMSIM_ERROR, MEMSIM_ERROR_RUN,
                "simulated time passes 9223 s, the range of the clock; use fewer accesses, less latency or "
                "more bandwidth");
    core->state = FINISHED;
}

static void run(Core *core)
{
    core->state = RUNNING;
    while (core->state == RUNNING) {
        if (!load_access(core)) {
            core->state = FINISHED;
            return;
        }
        const Stream *stream = &core->config.streams[core->access.stream];
        const Tick wanted = wanted_time(core, stream);
        const Tick slot = core->config.window ? slots_free_at(&core->slots) : 0;

        if (wanted != TICK_PENDING && wanted >= TICK_LIMIT) {
            out_of_time(core);
            return;
        }
        if (wanted == TICK_PENDING || slot == TICK_PENDING) {
            core->state = WAIT_DATA;
            return;
        }
        const Access piece = first_piece(core, stream);

        if (!offer(core, &piece, stream, wanted, later(wanted, slot)))
            return;
    }
}

bool core_count(Core *core, AccessSource *source)
{
    core->source = source;
    core->batch.count = core->at = 0;
    core->access.bytes = 0;
    while (load_access(core)) {
        const Access piece = first_piece(core, &core->config.streams[core->access.stream]);

        core->front->ops->count(core->front, &piece);
        count_piece(core, &piece);
    }
    return !core->error;
}

static void core_fires(Event *event, Tick now)
{
    Core *core = event->owner;

    (void)now;
    assert(core->state == WAIT_EVENT);
    core->granted = true;
    run(core);
}

/* The front tells a time: of an access in flight, or that an offer may be made again. */
static void flight_wakes(Waiter *waiter, Tick when)
{
    Flight *flight = waiter->owner;
    Core *core = flight->core;

    if (flight == core->offered) {
        if (core->state == WAIT_FRONT)
            wait_until(core, core->sim->now);
        else
            flight->arrival_fs = when; /* told while the offer is being made */
        return;
    }
    flight->arrival_fs = later(when, flight->earliest_fs);
    account_arrival(core, flight->issued_fs, flight->arrival_fs, flight->write);
    if (core->last[flight->stream].flight == flight)
        core->last[flight->stream] = (Last){ .arrival_fs = flight->arrival_fs };
    retire_known(core);
    if (core->state == WAIT_DATA)
        wait_until(core, core->sim->now);
}
