/*
 * core - issue and compute.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/core.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "workload/clocks.h"

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

    Clocks clocks;
    FineTime busy_before;   /* of the phase */
    Last *last;             /* [n_streams] */
    uint64_t *stream_bytes; /* [n_streams], requested */

    Flight *oldest, **newest; /* in order of issue */
    Flight *offered;          /* goes with the offer to the front */
    Flight *spare;            /* recycled */
    GPtrArray *flights;       /* all ever made */
};

static void core_fires(Event *event, Tick now);
static void flight_wakes(Waiter *waiter, Tick when);

Core *core_new(const CoreConfig *config, Front *front, Sim *sim)
{
    Core *core = g_new0(Core, 1);

    core->config = *config;
    core->front = front;
    core->sim = sim;
    core->event = (Event){ .fire = core_fires, .owner = core };
    core->state = FINISHED;
    core->clocks = (Clocks){ .cycle_fs = tick_period(config->clock_Hz),
                             .issue = config->issue,
                             .windowed = config->window > 0,
                             .overlap = config->overlap };
    if (config->window)
        slots_init(&core->clocks.slots, config->window);
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
    slots_clear(&core->clocks.slots);
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
    core->clocks.cycle_start_fs = core->clocks.last_issue_fs = start;
    core->clocks.issued_in_cycle = 0;
    core->clocks.last_arrival_fs = start;
    core->clocks.backlog_fs = 0;
    core->clocks.compute_free = fine_from_tick(start);
    core->busy_before = core->clocks.sums.busy;
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
    return later(core->clocks.last_arrival_fs, fine_ceil(core->clocks.compute_free));
}

Tick core_finish(Core *core, Tick drained)
{
    Clocks *clocks = &core->clocks;

    if (clocks->overlap) {
        clocks->sums.held_fs += clocks->backlog_fs;
        return core_end(core);
    }
    return fine_ceil(fine_limit(fine_from_tick(drained) + clocks->sums.busy - core->busy_before));
}

CoreStats core_stats(const Core *core)
{
    const ClockSums *sums = &core->clocks.sums;

    return (CoreStats){ .accesses = sums->accesses,
                        .reads = sums->accesses - sums->writes,
                        .writes = sums->writes,
                        .requested_bytes = sums->bytes,
                        .busy = sums->busy,
                        .starved = sums->starved,
                        .held = sums->held_fs << 64,
                        .latency_fs = sums->latency_fs };
}

void core_reset_stats(Core *core)
{
    core->clocks.sums = (ClockSums){ 0 };
    core->busy_before = 0;
    memset(core->stream_bytes, 0, core->config.n_streams * sizeof *core->stream_bytes);
}

uint64_t core_stream_bytes(const Core *core, uint32_t stream)
{
    return core->stream_bytes[stream];
}

/* ---- accesses in flight ---- */

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
        clocks_operate(&core->clocks, flight->arrival_fs, flight->cost, flight->write);
        flight->next = core->spare;
        core->spare = flight;
    }
}

/* ---- issue ---- */

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
    Tick when = clocks_issue_time(&core->clocks);

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
    core->clocks.sums.accesses++;
    core->clocks.sums.writes += piece->op == ACCESS_WRITE;
    core->clocks.sums.bytes += piece->bytes;
    core->stream_bytes[piece->stream] += piece->bytes;
    core->access.addr += piece->bytes;
    core->access.bytes -= piece->bytes;
}

/* Its data or those of an access before it are not known yet: account for it later. */
static void track_flight(Core *core, const Access *piece, FineTime cost, Tick data,
                         const FrontAnswer *answer)
{
    Flight *flight = offered_flight(core);

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
    const Tick data = answer->data_fs;

    core->last[piece->stream] =
        (Last){ .arrival_fs = data, .flight = data == TICK_PENDING ? core->offered : NULL };
    if (data != TICK_PENDING)
        clocks_arrive(&core->clocks, answer->issued_fs, data, write);
    if (data != TICK_PENDING && !core->oldest)
        clocks_operate(&core->clocks, data, cost, write);
    else
        track_flight(core, piece, cost, data, answer);
}

/* Offer a piece of the access to the front.  False when the core has to wait (state says for what). */
static bool offer(Core *core, const Access *piece, Tick earliest, FrontAnswer *answer)
{
    Flight *flight = offered_flight(core);
    const Tick now = later(earliest, core->sim->now);
    const bool granted = core->granted && now == core->sim->now;

    flight->arrival_fs = TICK_PENDING;
    core->granted = false;
    switch (core->front->ops->access(core->front, piece, now, granted, &flight->waiter, answer)) {
    case FRONT_YIELD:
        wait_until(core, answer->issued_fs);
        return false;
    case FRONT_BLOCKED:
        core->state = WAIT_FRONT;
        return false;
    case FRONT_TAKEN:
        break;
    }
    if (answer->data_fs == TICK_PENDING && flight->arrival_fs != TICK_PENDING)
        answer->data_fs = later(flight->arrival_fs, answer->earliest_fs);
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

/* Whether the core can go through a run of hits by itself: every time is known and nothing else has a say. */
static bool at_line(const Core *core)
{
    if (core->at == core->batch.count || core->access.bytes > 0 || core->oldest ||
        core->source->timed || core->clocks.slots.known == 0)
        return false;
    const Access *access = &core->batch.access[core->at];

    return !core->config.streams[access->stream].dependent && front_holds(core->front, access);
}

/*
 * A run of hits on one line: clocks_issue, front_hit, clocks_arrive and clocks_operate for each access, with
 * everything in registers and the sums left to the end.
 * It takes a sequential stream of 8-byte reads from 38 to RATE million accesses a second.
 */
static void run_line(Core *core)
{
    Clocks *clocks = &core->clocks;
    Slots *slots = &clocks->slots;
    FrontLine *line = &core->front->line;
    const Access *const first = &core->batch.access[core->at];
    const Access *const end = &core->batch.access[core->batch.count];
    const Access *access = first;
    const uint16_t stream = first->stream;
    const FineTime cost_per_byte = core->config.streams[stream].cost_per_byte;
    const Tick cycle_fs = clocks->issue ? clocks->cycle_fs : 0;
    const uint32_t issue = clocks->issue ? clocks->issue : 1;
    const Tick hit_fs = line->hit_fs, ready_fs = line->ready_fs;
    Tick cycle = clocks->cycle_start_fs, last = clocks->last_issue_fs;
    Tick arrival = clocks->last_arrival_fs, begin = arrival;
    uint32_t issued = clocks->issued_in_cycle;
    FineTime free = clocks->compute_free, latency = 0;
    uint64_t bytes = 0, writes = 0, merges = 0;

    for (; access < end && access->stream == stream && front_holds(core->front, access); access++) {
        const bool write = access->op == ACCESS_WRITE;
        const Tick wanted = issued < issue ? last : cycle + cycle_fs;
        const Slot slot = slots_take(slots);
        const Tick now = later(wanted, slot.free_fs);
        const Tick data = write ? now : later(now + hit_fs, ready_fs);

        if (slot.free_fs > later(wanted, slot.note) && clocks->overlap)
            clocks->sums.held_fs += slot.free_fs - later(wanted, slot.note);
        issued = now >= cycle + cycle_fs ? 1 : issued + 1;
        cycle = now >= cycle + cycle_fs ? now : cycle;
        last = now;
        begin = data;
        if (clocks->overlap) {
            if (data > fine_floor(free)) {
                clocks->sums.starved += fine_from_tick(data) - free;
                free = fine_from_tick(data);
            }
            begin = fine_ceil(free);
            free = fine_limit(free + fine_scale(cost_per_byte, access->bytes));
        }
        slots_give(slots, write ? now : begin, data);
        latency += data - now;
        arrival = later(arrival, data);
        merges += ready_fs > now;
        bytes += access->bytes;
        writes += write;
    }
    const uint64_t accesses = (uint64_t)(access - first);

    core->at += accesses;
    clocks->cycle_start_fs = cycle;
    clocks->last_issue_fs = last;
    clocks->issued_in_cycle = issued;
    clocks->last_arrival_fs = arrival;
    clocks->compute_free = free;
    clocks->backlog_fs = begin > arrival ? begin - arrival : 0;
    clocks->sums.accesses += accesses;
    clocks->sums.writes += writes;
    clocks->sums.bytes += bytes;
    clocks->sums.busy += cost_per_byte * bytes;
    clocks->sums.latency_fs += latency;
    core->stream_bytes[stream] += bytes;
    line->reads += accesses - writes;
    line->writes += writes;
    line->merges += merges;
}

static void run(Core *core)
{
    core->state = RUNNING;
    while (core->state == RUNNING) {
        if (at_line(core))
            run_line(core);
        if (!load_access(core)) {
            core->state = FINISHED;
            return;
        }
        const Stream *stream = &core->config.streams[core->access.stream];
        const Tick wanted = wanted_time(core, stream);
        const Tick slot = clocks_slot_time(&core->clocks);

        if (wanted != TICK_PENDING && wanted >= TICK_LIMIT) {
            out_of_time(core);
            return;
        }
        if (wanted == TICK_PENDING || slot == TICK_PENDING) {
            core->state = WAIT_DATA;
            return;
        }
        const Access piece = first_piece(core, stream);
        FrontAnswer answer;

        if (!offer(core, &piece, later(wanted, slot), &answer))
            return;
        clocks_issue(&core->clocks, wanted, answer.issued_fs);
        account_data(core, &piece, stream, &answer);
        count_piece(core, &piece);
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
    clocks_arrive(&core->clocks, flight->issued_fs, flight->arrival_fs, flight->write);
    if (core->last[flight->stream].flight == flight)
        core->last[flight->stream] = (Last){ .arrival_fs = flight->arrival_fs };
    retire_known(core);
    if (core->state == WAIT_DATA)
        wait_until(core, core->sim->now);
}
